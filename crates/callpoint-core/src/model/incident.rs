//! The shared thing: an incident's facts, and what somebody may know of them. Its timeline is the log's events.

use serde::{Deserialize, Serialize};

pub use crate::model::status::{Impact, Status};

use crate::{
    model::{
        event::PublicView,
        id::{AccountId, ComponentId, IncidentId, PersonId, Seq},
        person::{Author, PersonRef, Seal},
        policy::service,
        reach::Reach,
        severity::{RaiseCause, Severity},
        stake::Stake,
        time::Time,
    },
    rules::paging::Paging,
    text,
};

/// What is true of an incident now; how it came about is told by the entries of its timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Incident {
    /// Its id: that of the report that opened it.
    pub id: IncidentId,
    /// The number by which people refer to it, such as `NW-4127`.
    pub reference: String,
    /// The first reporter's words for staff, an account's own for those with a stake, the public title for others.
    pub title: String,
    /// What kind of trouble it is: `service`, or a class of the vendor's.
    #[serde(default = "service")]
    pub class: String,
    /// Whether it is a rehearsal.
    #[serde(default)]
    pub drill: bool,
    /// How far the work has come.
    pub status: Status,
    /// When the first report arrived.
    pub opened_at: Time,
    /// The components that it affects.
    pub components: Vec<ComponentId>,
    /// The part of each affected account.
    pub stakes: Vec<Stake>,
    /// The vendor's own judgement of the severity, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Assessment>,
    /// A rule's advice to raise the severity; staff decide.
    #[cfg_attr(feature = "staff", serde(default, skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    pub advice: Option<SeveritySuggestion>,
    /// Who of staff acknowledged it first, once they did to every account that whoever looks sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Attribution>,
    /// The roles that somebody of staff has.
    #[serde(default)]
    pub roles: Vec<RoleAssignment>,
    /// The https address at which staff meet; only staff see it.
    #[cfg_attr(feature = "staff", serde(default, skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    pub war_room: Option<String>,
    /// When the promised next update is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_update: Option<Time>,
    /// When the resolution is expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta: Option<Time>,
    /// A workaround in Markdown, if one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workaround: Option<String>,
    /// When the last update for all affected accounts was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_update_at: Option<Time>,
    /// What the vendor owes and has missed.
    #[serde(default)]
    pub overdue: Overdue,
    /// When paused response targets run again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<Time>,
    /// Whether so many accounts report it that each of them may know.
    #[serde(default)]
    pub others_affected: bool,
    /// The last entry that staff have read.
    #[serde(default)]
    pub staff_read_to: Seq,
    /// When the vendor ended it, or the last key was turned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Time>,
    /// Title and impact for the public, once it is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication: Option<Publication>,
    /// The incident in which it continues, if it was merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<IncidentId>,
    /// Who has access to it, if it is sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// Where paging stands; for staff alone, so the widget's bundle does without reading it.
    #[cfg_attr(feature = "staff", serde(default, skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    pub paging: Option<Box<Paging>>,
    /// How far the words among these facts reach.
    #[serde(default, skip_serializing_if = "Reach::is_empty")]
    pub reach: Reach,
}

/// What the vendor owes and has missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Overdue {
    /// Nobody of staff acknowledged it in time to an account that whoever looks sees.
    pub acknowledge: bool,
    /// The promised update is late.
    pub promise: bool,
    /// No update within the time that the level allows.
    pub update: bool,
    /// A top-level incident has no commander.
    pub commander: bool,
}

/// A role and who of staff has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoleAssignment {
    /// One of the vendor's roles.
    pub role: String,
    /// Who has the role.
    pub by: PersonRef,
}

/// A rule's advice to staff to raise the severity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeveritySuggestion {
    /// The advised level.
    pub severity: Severity,
    /// The condition of the rule.
    pub cause: RaiseCause,
}

/// The vendor's own assessment of the severity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Assessment {
    /// The level in the vendor's judgement.
    pub severity: Severity,
    /// The reason; customers read it.
    pub reason: String,
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attribution {
    /// Who did it.
    pub by: Author,
    /// When they did it.
    pub at: Time,
}

/// What staff chose for the public to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Publication {
    /// The public title.
    pub title: String,
    /// How much the incident impairs the service.
    pub impact: Impact,
}

impl Incident {
    /// An incident of which nothing but this is known.
    #[must_use]
    pub fn bare(id: IncidentId, reference: String, title: String, opened_at: Time) -> Self {
        Self {
            id,
            reference,
            title,
            class: service(),
            drill: false,
            status: Status::Investigating,
            opened_at,
            components: Vec::new(),
            stakes: Vec::new(),
            assessment: None,
            advice: None,
            acknowledged: None,
            roles: Vec::new(),
            war_room: None,
            next_update: None,
            eta: None,
            workaround: None,
            last_update_at: None,
            overdue: Overdue::default(),
            paused_until: None,
            others_affected: false,
            staff_read_to: 0,
            resolved_at: None,
            publication: None,
            merged_into: None,
            seal: None,
            paging: None,
            reach: Reach::default(),
        }
    }

    /// An incident as everybody first meets it: by its public face alone.
    #[must_use]
    pub fn of_public_view(id: IncidentId, face: &PublicView) -> Self {
        Self {
            status: face.status,
            components: face.components.clone(),
            next_update: face.next_update,
            eta: face.eta,
            workaround: face.workaround.clone(),
            reach: Reach { public_workaround: face.workaround.clone(), ..Reach::default() },
            overdue: Overdue { promise: face.overdue, ..Overdue::default() },
            resolved_at: face.resolved_at,
            publication: Some(Publication { title: face.title.clone(), impact: face.impact }),
            ..Self::bare(id, face.reference.clone(), face.title.clone(), face.opened_at)
        }
    }

    /// Its public face as it is now; `None` while it has none.
    #[must_use]
    pub fn public_view(&self) -> Option<PublicView> {
        self.publication.as_ref().map(|publication| self.public_view_as(publication))
    }

    /// The public face that it would have under this title and impact.
    pub(crate) fn public_view_as(&self, publication: &Publication) -> PublicView {
        PublicView {
            reference: self.reference.clone(),
            title: publication.title.clone(),
            impact: publication.impact,
            status: self.status,
            opened_at: self.opened_at,
            components: self.components.clone(),
            next_update: self.next_update,
            eta: self.eta,
            workaround: self.reach.public_workaround.clone(),
            overdue: self.overdue.promise,
            resolved_at: self.resolved_at,
        }
    }

    /// The references under which those who see this knew what was merged into it.
    #[must_use]
    pub fn formerly(&self) -> Vec<&str> {
        let mut known: Vec<&str> = Vec::new();
        for reference in self.stakes.iter().flat_map(|stake| &stake.formerly) {
            if !known.contains(&reference.as_str()) {
                known.push(reference);
            }
        }
        known
    }

    /// Its reference, with those that it was known by.
    #[must_use]
    pub fn full_reference(&self) -> String {
        match self.formerly().join(", ") {
            earlier if earlier.is_empty() => self.reference.clone(),
            earlier => text::fill(text::REFERENCE_FORMERLY, &[("reference", &self.reference), ("earlier", &earlier)]),
        }
    }

    /// The stake of this account, if it has one.
    #[must_use]
    pub fn stake(&self, account: &AccountId) -> Option<&Stake> {
        self.stakes.iter().find(|stake| stake.account.id == *account)
    }

    pub(crate) fn stake_mut(&mut self, account: &AccountId) -> Option<&mut Stake> {
        self.stakes.iter_mut().find(|stake| stake.account.id == *account)
    }

    /// The assessed severity.
    #[must_use]
    pub fn assessed(&self) -> Option<Severity> {
        self.assessment.as_ref().map(|assessment| assessment.severity)
    }

    /// What drives paging and targets: the highest of what each stake amounts to. Where no account has a stake, the
    /// assessed one; `None` for an incident that nobody declared or assessed.
    #[must_use]
    pub fn effective_severity(&self) -> Option<Severity> {
        let stakes = self.stakes.iter().map(|stake| stake.effective(self.assessed()));
        stakes.reduce(Severity::worse).or(self.assessed())
    }

    /// How many accounts report it, without guests: anybody could be many of those.
    #[must_use]
    pub fn known_accounts(&self) -> usize {
        self.stakes.iter().filter(|stake| !stake.account.is_guest()).count()
    }

    /// Whether it is sealed, and was not opened by name to this one of staff, who has no security access.
    pub(crate) fn is_closed_to_staff(&self, person: &PersonId) -> bool {
        self.seal.as_ref().is_some_and(|seal| !seal.staff.contains(person))
    }

    /// Who has this role.
    #[must_use]
    pub fn holder(&self, role: &str) -> Option<&PersonRef> {
        self.roles.iter().find(|held| held.role == role).map(|held| &held.by)
    }
}
