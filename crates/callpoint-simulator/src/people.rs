//! Who acts, and what was agreed with them.

use callpoint_core::{
    model::{
        component::{Component, ComponentStatus},
        event::{Audience, Change, Event},
        id::{AccountId, CommandId, ComponentId, PersonId},
        person::{Account, Actor, Author, PersonRef, Viewer},
        policy::{Engagement, Policy, QuietHours, SilenceLimit, Terms},
        severity::Scheme,
        time::Time,
    },
    wire::protocol::{Vendor, You},
};

/// Ten in the morning, UTC.
pub(crate) const START: Time = Time(1_760_004_000_000);

/// Their names; the first two are of Acme, the third is of Globex, the last two are the vendor's.
pub(crate) const NAMES: [&str; 5] = ["Ada", "Ben", "Gita", "Mara", "Theo"];
pub(crate) const THEO: usize = 4;

/// Somebody who is signed in, or a passer-by.
pub(crate) type Who = Option<usize>;

pub(crate) fn name_of(who: Who) -> &'static str {
    who.map_or("a passer-by", |person| NAMES[person])
}

pub(crate) const fn is_staff(person: usize) -> bool {
    person >= 3
}

/// The people and the vendor, as the nodes know them.
pub(crate) struct Society {
    pub actors: Vec<Actor>,
    pub policy: Policy,
    engagements: [Engagement; 2],
}

pub(crate) fn person(person: usize) -> PersonId {
    PersonId::parse(&NAMES[person].to_lowercase()).unwrap_or_else(|| unreachable!("a name is an id"))
}

pub(crate) fn account(name: &str) -> Account {
    let id = AccountId::parse(&name.to_lowercase()).unwrap_or_else(|| unreachable!("a name is an id"));
    Account { id, name: name.to_owned() }
}

pub(crate) fn component(name: &str) -> ComponentId {
    ComponentId::parse(name).unwrap_or_else(|| unreachable!("a name is an id"))
}

pub(crate) fn reference(who: usize) -> PersonRef {
    PersonRef { person: person(who), name: NAMES[who].to_owned() }
}

impl Society {
    pub fn new(engagements: [Engagement; 2]) -> Self {
        let actor = |who: usize| {
            let (person, name) = (person(who), NAMES[who].to_owned());
            match who {
                0 | 1 => Actor::Customer { person, name, account: account("Acme") },
                2 => Actor::Customer { person, name, account: account("Globex") },
                _ => Actor::Staff { person, name, title: "Responder".to_owned(), security: who == THEO },
            }
        };
        let scheme = Scheme::preset("sev1-3").unwrap_or_else(|| unreachable!("it is a preset"));
        let policy = Policy {
            quiet: Some(QuietHours { from: 22 * 60, until: 6 * 60, rank: 3 }),
            owners: vec![(component("labels"), reference(THEO))],
            cleared: vec![person(THEO)],
            executives: vec![person(THEO)],
            others_from: 2,
            ..Policy::of(scheme)
        };
        Self { actors: (0..NAMES.len()).map(actor).collect(), policy, engagements }
    }

    pub fn viewer(&self, who: Who) -> Viewer {
        who.map_or(Viewer::Anonymous, |person| self.actors[person].viewer())
    }

    pub fn terms(&self, account: &AccountId) -> Terms {
        let engagement = self.engagements[usize::from(account.as_str() == "globex")];
        let silence_limit = Some(SilenceLimit { days: 3, reminders: 1 });
        Terms { engagement, silence_limit, reminder_days: 2, ..Terms::default() }
    }

    pub fn vendor(&self) -> Vendor {
        Vendor {
            name: "Northwind".to_owned(),
            scheme: self.policy.scheme.clone(),
            classes: Vec::new(),
            fields: Vec::new(),
            roles: Vec::new(),
            escalations: Vec::new(),
        }
    }

    pub fn you(&self, who: Who) -> You {
        let viewer = self.viewer(who);
        let account = who.and_then(|person| match &self.actors[person] {
            Actor::Customer { account, .. } => Some(account.clone()),
            Actor::Staff { .. } | Actor::System => None,
        });
        You {
            person: who.map(person),
            name: name_of(who).to_owned(),
            account,
            staff: viewer.is_staff(),
            security: who == Some(THEO),
            executive: who == Some(THEO),
            guest: false,
        }
    }

    /// Whom an invitation or a role names, as far as the one who asks can know them.
    pub fn colleague(&self, by: &Actor, of: &PersonId) -> Option<PersonRef> {
        let found = (0..NAMES.len()).find(|who| person(*who) == *of)?;
        let same_side = match (by, &self.actors[found]) {
            (Actor::Customer { account: one, .. }, Actor::Customer { account: other, .. }) => one.id == other.id,
            (Actor::Staff { .. }, Actor::Staff { .. }) => true,
            _ => false,
        };
        same_side.then(|| reference(found))
    }
}

/// What the log begins with: two components.
pub(crate) fn first_events() -> Vec<Event> {
    let define = |(position, name): (u32, &str)| Event {
        seq: u64::from(position) + 1,
        command: CommandId::new(START, u128::from(position)),
        at: START,
        by: Author::System,
        incident: None,
        to: Audience::Public,
        seal: None,
        change: Change::ComponentDefined(Component {
            id: component(name),
            name: name.to_uppercase(),
            position,
            status: ComponentStatus::Operational,
            since: START,
            by_hand: None,
        }),
    };
    [(0, "checkout"), (1, "labels")].map(define).into()
}
