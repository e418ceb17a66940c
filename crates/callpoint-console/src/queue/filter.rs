//! What is shown of a queue, and in what order: chosen by the person and kept in the address. Pure.

use callpoint_core::{
    model::{
        id::{AccountId, ComponentId, PersonId},
        incident::{Incident, Status},
        severity::Severity,
        time::Time,
    },
    text::{self, Key},
    wire::search::{decode_query, encode_segment},
};
use strum::VariantArray;

/// The names of the parameters of an address.
const ACCOUNT: &str = "account";
const COMPONENT: &str = "component";
const LEVEL: &str = "severity";
const STATUS: &str = "status";
const ROLE: &str = "role";
const SORT: &str = "sort";

/// What is shown of a queue. By default all of it, as the queue orders it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of this account.
    pub account: Option<AccountId>,
    /// Those that affect this component.
    pub component: Option<ComponentId>,
    /// Those of this effective severity.
    pub level: Option<Severity>,
    /// Those whose work stands there.
    pub status: Option<Status>,
    /// Those in which whoever looks has a role.
    pub role: Option<HeldRole>,
    /// In what order.
    pub order: Order,
}

/// A role of whoever looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeldRole {
    /// Whichever.
    Any,
    /// This one.
    Named(String),
}

/// In what order incidents stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, VariantArray)]
pub enum Order {
    /// As the queue has them: the most pressing first.
    #[default]
    Priority,
    /// The latest first.
    Newest,
    /// The earliest first.
    Oldest,
    /// By when the next update is due.
    UpdateDue,
}

impl Order {
    /// Its name in addresses.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::UpdateDue => "update-due",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::Priority => text::ORDER_PRIORITY,
            Self::Newest => text::ORDER_NEWEST,
            Self::Oldest => text::ORDER_OLDEST,
            Self::UpdateDue => text::ORDER_UPDATE_DUE,
        }
    }

    /// The order of this name.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|order| order.id() == id)
    }
}

/// A status's name in addresses.
#[must_use]
pub const fn status_id(status: Status) -> &'static str {
    match status {
        Status::Investigating => "investigating",
        Status::Identified => "identified",
        Status::Monitoring => "monitoring",
        Status::Resolved => "resolved",
        Status::Postmortem => "postmortem",
        Status::Scheduled => "scheduled",
        Status::InProgress => "in-progress",
        Status::Verifying => "verifying",
        Status::Completed => "completed",
    }
}

/// The status of this name.
#[must_use]
pub fn status_of_id(id: &str) -> Option<Status> {
    Status::VARIANTS.iter().copied().find(|status| status_id(*status) == id)
}

/// What stands for any role in addresses and lists: no role is called so.
pub const ANY_ROLE: &str = "*";

impl HeldRole {
    /// The role that a name stands for.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        match name {
            "" => None,
            ANY_ROLE => Some(Self::Any),
            name => Some(Self::Named(name.to_owned())),
        }
    }

    /// What stands for it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Any => ANY_ROLE,
            Self::Named(name) => name,
        }
    }

    fn is_held(&self, incident: &Incident, person: Option<&PersonId>) -> bool {
        let mut held = incident.roles.iter().filter(|role| Some(&role.by.person) == person);
        held.any(|role| *self == Self::Any || role.role == self.name())
    }
}

impl Filter {
    /// What an address's query asks for. What can't be read is as if it were not there.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let given = |name: &str| {
            let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
            decode_query(value)
        };
        Self {
            account: given(ACCOUNT).and_then(|id| AccountId::parse(&id)),
            component: given(COMPONENT).and_then(|id| ComponentId::parse(&id)),
            level: given(LEVEL).and_then(|level| level.parse().ok()).map(Severity),
            status: given(STATUS).and_then(|id| status_of_id(&id)),
            role: given(ROLE).and_then(|name| HeldRole::of_name(&name)),
            order: given(SORT).and_then(|id| Order::of_id(&id)).unwrap_or_default(),
        }
    }

    /// Its part of an address's query: a pair for each choice.
    #[must_use]
    pub fn pairs(&self) -> Vec<String> {
        let level = self.level.map(|Severity(level)| level.to_string());
        let chosen = [
            (ACCOUNT, self.account.as_ref().map(AccountId::as_str)),
            (COMPONENT, self.component.as_ref().map(ComponentId::as_str)),
            (LEVEL, level.as_deref()),
            (STATUS, self.status.map(status_id)),
            (ROLE, self.role.as_ref().map(HeldRole::name)),
            (SORT, Some(self.order.id()).filter(|_| self.order != Order::Priority)),
        ];
        let pair = |(name, value): (&str, Option<&str>)| Some([name, "=", &encode_segment(value?)].concat());
        chosen.into_iter().filter_map(pair).collect()
    }

    /// Whether anything of a queue is left out.
    #[must_use]
    pub fn narrows(&self) -> bool {
        *self != Self { order: self.order, ..Self::default() }
    }

    fn holds(&self, incident: &Incident, person: Option<&PersonId>) -> bool {
        self.account.as_ref().is_none_or(|account| incident.stake(account).is_some())
            && self.component.as_ref().is_none_or(|component| incident.components.contains(component))
            && self.level.is_none_or(|level| incident.effective_severity() == Some(level))
            && self.status.is_none_or(|status| incident.status == status)
            && self.role.as_ref().is_none_or(|role| role.is_held(incident, person))
    }

    /// What is shown of a queue's incidents, in the order that was chosen.
    #[must_use]
    pub fn of<'a>(&self, queue: Vec<&'a Incident>, person: Option<&PersonId>) -> Vec<&'a Incident> {
        let mut shown: Vec<_> = queue.into_iter().filter(|incident| self.holds(incident, person)).collect();
        match self.order {
            Order::Priority => {}
            Order::Newest => shown.sort_by_key(|incident| core::cmp::Reverse(incident.opened_at)),
            Order::Oldest => shown.sort_by_key(|incident| incident.opened_at),
            Order::UpdateDue => shown.sort_by_key(|incident| incident.next_update.unwrap_or(Time(i64::MAX))),
        }
        shown
    }
}
