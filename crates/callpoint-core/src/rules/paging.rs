//! What the vendor owes, and who is paged when it is overdue or the severity rises.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::model::{
    event::{Audience, Change, Event},
    id::{AccountId, Seq},
    incident::Incident,
    person::{Author, PersonRef},
    policy::COMMANDER,
    response::Response,
    severity::Severity,
    time::Time,
};

/// What the vendor owes to those affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// An acknowledgement within the level's time.
    Acknowledge,
    /// The update that was promised.
    Promise,
    /// An update within the level's time.
    Update,
    /// Somebody who commands a top-level incident.
    Commander,
    /// A reply to an account, after the acknowledgement.
    Reply,
}

/// Who is paged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PageTarget {
    /// Whoever of staff is on call for this class of incidents, or by this schedule.
    OnCall(String),
    /// Somebody of staff: the owner of a component, or whom an escalation policy names.
    Staff(PersonRef),
    /// The account's own people on call.
    Account(AccountId),
}

/// What somebody is paged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PageCause {
    /// An incident was reported, or an account joined it.
    Declared,
    /// The severity was raised.
    Raised,
    /// A resolution was disputed, or the incident reopened.
    Disputed,
    /// The vendor missed something that was due.
    Overdue,
    /// A top-level incident has no commander.
    NoCommander,
    /// It was acknowledged, and then nobody of staff did anything.
    Unattended,
}

/// One person or group that is to be called, and what for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Page {
    /// Who.
    pub whom: PageTarget,
    /// How bad it is.
    pub severity: Severity,
    /// What for.
    pub cause: PageCause,
    /// Where it stands in the escalation policy; for staff alone, and none for an account's own people.
    #[cfg_attr(feature = "staff", serde(default, skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    pub step: Option<PageStep>,
}

/// A step of an escalation policy, and when the next one follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PageStep {
    /// Which step, from 1.
    pub number: u8,
    /// Of how many.
    pub of: u8,
    /// How often the policy was repeated by now.
    pub repeat: u8,
    /// How often it is repeated.
    pub repeats: u8,
    /// When the next step follows, if nobody acknowledges until then.
    pub next_at: Time,
}

/// What became of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PageOutcome {
    /// A connector took it.
    Delivered,
    /// A connector was asked to take it and did not; it goes on trying, unless it was refused.
    Undelivered,
    /// There is no connector for it.
    NoConnector,
}

/// Where paging stands in an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Paging {
    /// The last page of staff.
    pub page: Page,
    /// When it was asked for.
    pub at: Time,
    /// When staff took the incident up since then, if they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Time>,
    /// When staff last did something in the incident, or were called.
    pub active_at: Time,
    /// Whether staff were called because nobody commands it, since somebody last did.
    #[serde(default)]
    pub commander_called: bool,
    /// Whether it is known that there is no connector.
    #[serde(default)]
    pub no_connector: bool,
    /// Pages that no connector took yet.
    #[serde(default)]
    pub open: Vec<OpenPage>,
}

/// A page that no connector took yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenPage {
    /// The event that asked for it.
    pub seq: Seq,
    /// The page.
    pub page: Page,
    /// Whether a connector said that it could not be delivered.
    #[serde(default)]
    pub failed: bool,
}

/// So many pages are kept until it is known what became of them; of a connector that takes nothing, the latest.
const OPEN_LIMIT: usize = 32;

impl Paging {
    /// Whether the last page waits for somebody who takes the incident up.
    #[must_use]
    pub const fn is_unacknowledged(&self) -> bool {
        self.acknowledged_at.is_none()
    }

    fn expect(&mut self, seq: Seq, page: &Page) {
        if self.open.len() >= OPEN_LIMIT {
            self.open.remove(0);
        }
        self.open.push(OpenPage { seq, page: page.clone(), failed: false });
    }

    fn handled(&mut self, seq: Seq, outcome: PageOutcome) {
        self.no_connector = outcome == PageOutcome::NoConnector;
        match outcome {
            PageOutcome::Delivered | PageOutcome::NoConnector => self.open.retain(|open| open.seq != seq),
            PageOutcome::Undelivered => {
                self.open.iter_mut().filter(|open| open.seq == seq).for_each(|open| open.failed = true);
            }
        }
    }
}

impl Incident {
    /// Paging begins with a page of staff, which only staff see; so for customers it never begins.
    pub(crate) fn apply_paging(&mut self, event: &Event) {
        match (&event.change, &mut self.paging) {
            (Change::Paged(page), Some(paging)) if matches!(page.whom, PageTarget::Account(_)) => {
                paging.expect(event.seq, page);
            }
            (Change::Paged(page), _) if !matches!(page.whom, PageTarget::Account(_)) => {
                let before = self.paging.take().map(|paging| *paging);
                let (open, no_connector, called) = before.map_or_else(Default::default, |before| {
                    (before.open, before.no_connector, before.commander_called)
                });
                let mut paging = Paging {
                    page: page.clone(),
                    at: event.at,
                    acknowledged_at: None,
                    active_at: event.at,
                    commander_called: called || page.cause == PageCause::NoCommander,
                    no_connector,
                    open,
                };
                paging.expect(event.seq, page);
                self.paging = Some(Box::new(paging));
            }
            (Change::PageHandled { page, outcome, .. }, Some(paging)) => paging.handled(*page, *outcome),
            (Change::Read { .. }, _) => {}
            (change, Some(paging)) if matches!(event.by, Author::Staff { .. }) => {
                paging.active_at = event.at;
                paging.commander_called &= !matches!(change, Change::RoleTaken { role, .. } if role == COMMANDER);
                if takes_up(event, change) {
                    paging.acknowledged_at.get_or_insert(event.at);
                }
            }
            _ => {}
        }
    }
}

/// Whether staff take an incident up with it: whoever is affected learns that somebody answers, or does something.
fn takes_up(event: &Event, change: &Change) -> bool {
    change.response() != Response::Nothing && event.to != Audience::Internal
}
