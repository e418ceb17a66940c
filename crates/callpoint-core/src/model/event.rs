//! What happened: the one append-only log is made of these, and a timeline's entries are these. An event carries
//! all that decides who may see it, so that visibility never depends on when the log is read.

use serde::{Deserialize, Serialize};

pub use crate::{
    model::stake::Consent,
    rules::paging::{Duty, Page, PageCause, PageOutcome, PageStep, PageTarget},
};

use crate::model::{
    component::{Component, ComponentStatus},
    id::{AccountId, CommandId, ComponentId, IncidentId, PersonId, Seq},
    incident::{Impact, Incident, Status},
    person::{Account, Author, PersonRef, Seal},
    policy::Terms,
    report::Report,
    severity::{RaiseCause, Severity},
    stake::Stake,
    time::Time,
};

/// How far an entry reaches, resolved to accounts when it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Staff only.
    Internal,
    /// One account and staff.
    Account(AccountId),
    /// Every account that had a stake when it was written, and staff.
    Affected(Vec<AccountId>),
    /// Everybody.
    Public,
}

impl Audience {
    /// Whether it includes this account.
    #[must_use]
    pub fn reaches(&self, account: &AccountId) -> bool {
        match self {
            Self::Internal => false,
            Self::Account(one) => one == account,
            Self::Affected(all) => all.contains(account),
            Self::Public => true,
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// Its place in the log; what identifies an entry.
    pub seq: Seq,
    /// The command that caused it.
    pub command: CommandId,
    /// When.
    pub at: Time,
    /// Who.
    pub by: Author,
    /// The incident whose timeline it stands on; none for what concerns a component alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
    /// How far it reaches.
    pub to: Audience,
    /// Whom a sealed incident was closed to when this was written: nobody else sees it, whatever its reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// What changed.
    pub change: Change,
}

/// What an event changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A component exists, or is described anew.
    ComponentDefined(Component),
    /// A component's status changed.
    ComponentMoved {
        /// Which.
        component: ComponentId,
        /// Its new status.
        status: ComponentStatus,
    },
    /// A report opened the incident.
    Declared {
        /// What people call the incident.
        reference: String,
        /// The report's first line, cut to the length of a title.
        title: String,
        /// Whose stake this is.
        account: Account,
        /// What was declared.
        report: Box<Report>,
        /// What holds for the account.
        terms: Terms,
        /// The account's customer success manager.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        csm: Option<PersonRef>,
    },
    /// One more account has a stake, or its stake has grown by what it said elsewhere.
    Joined {
        /// The stake as it is now.
        stake: Box<Stake>,
        /// A word of their own. Markdown; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// Somebody gains visibility of the incident: all that they may know of it by now. Changes nothing for
    /// whoever knows it already.
    Revealed {
        /// The account it is revealed to; for staff none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<AccountId>,
        /// What is known.
        incident: Box<Incident>,
    },
    /// The incident is withdrawn from whoever saw it; who still may see it gets it revealed again.
    Withdrawn {},
    /// The incident became public. Carries all that everybody may know of it by now.
    Published(PublicView),
    /// A message of a customer, or a reply or note of staff.
    Said {
        /// Markdown.
        text: String,
        /// Whom it names.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<PersonId>,
    },
    /// An update for those it concerns.
    Updated {
        /// Markdown.
        text: String,
        /// The incident's status as the update gave it.
        status: Status,
    },
    /// By when the next update comes, and by when an end is expected. Replaces the promise before.
    Promised {
        /// The update promise.
        next_update: Option<Time>,
        /// The expected end.
        eta: Option<Time>,
    },
    /// A workaround.
    WorkaroundFound {
        /// Markdown.
        text: String,
    },
    /// Staff have seen it.
    Acknowledged {},
    /// The vendor's own assessment of the severity.
    Assessed {
        /// The assessed severity.
        severity: Severity,
        /// Why, in words the customer sees.
        reason: String,
    },
    /// An account changed what it declares.
    SeveritySet {
        /// Which account.
        account: AccountId,
        /// The declared severity from here on.
        severity: Severity,
        /// Why, in their words; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// The vendor asks an account to take its severity lower.
    DowngradeProposed {
        /// Which account.
        account: AccountId,
        /// To what.
        severity: Severity,
        /// Why, in words the customer sees.
        reason: String,
        /// When it counts as accepted; without it never without the account's word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Time>,
    },
    /// The account does not agree.
    DowngradeRefused {
        /// Which account.
        account: AccountId,
        /// Why, in their words.
        reason: String,
    },
    /// An account's severity is lower from here on.
    Lowered {
        /// Which account.
        account: AccountId,
        /// To what.
        severity: Severity,
        /// Why, in words the customer sees.
        reason: String,
        /// What made it count.
        consent: Consent,
    },
    /// A rule advises staff to take it for worse.
    Advised {
        /// How bad.
        severity: Severity,
        /// Why.
        cause: RaiseCause,
    },
    /// The status changed.
    Moved {
        /// The new status.
        status: Status,
    },
    /// The vendor proposes that it is over.
    Proposed {
        /// What was done. Markdown.
        text: String,
    },
    /// An account agrees that it is over.
    Confirmed {
        /// Whose key was turned.
        account: AccountId,
    },
    /// An account says that it is not.
    Disputed {
        /// Whose key was turned.
        account: AccountId,
        /// Why, in their words.
        reason: String,
    },
    /// Staff closed it for an account, as its engagement allows.
    Waived {
        /// Whose concern.
        account: AccountId,
        /// Why, in words the customer sees.
        reason: String,
    },
    /// An account will be taken to agree soon.
    Reminded {
        /// Which account.
        account: AccountId,
    },
    /// Nobody of an account answered in time.
    TimedOut {
        /// Which account.
        account: AccountId,
    },
    /// An account opened it again after its key was turned.
    Reopened {
        /// Which account.
        account: AccountId,
        /// Why, in their words.
        reason: String,
    },
    /// Somebody of staff has a role from here on.
    RoleTaken {
        /// The role.
        role: String,
        /// Who.
        by: PersonRef,
    },
    /// Nobody has this role any more.
    RoleReleased {
        /// The role.
        role: String,
        /// Who had it.
        by: PersonRef,
    },
    /// Where staff meet.
    WarRoomSet {
        /// An https address.
        url: String,
    },
    /// So many accounts report it that each of them may know.
    OthersAffected {},
    /// Somebody of an account follows, or no longer does.
    Followed {
        /// Which account.
        account: AccountId,
        /// Who.
        who: PersonRef,
        /// Whether they follow from here on.
        follows: bool,
    },
    /// Somebody has read as far as this.
    Read {
        /// Of which account; none for staff.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountId>,
        /// The last entry read.
        seq: Seq,
    },
    /// Something was due and did not come.
    Overdue {
        /// What.
        duty: Duty,
    },
    /// The clock stands still until then.
    Paused {
        /// When it goes on.
        until: Time,
        /// Why, in words the customer sees.
        reason: String,
    },
    /// Somebody is to be called: a connector is asked to. What became of it is `page_handled`.
    Paged(Page),
    /// A connector took a page, or could not; or there is none. The widget's bundle does without what staff alone read.
    PageHandled {
        /// The event that asked for it.
        #[cfg_attr(not(feature = "staff"), serde(skip))]
        page: Seq,
        /// The page.
        of: Page,
        /// What became of it.
        outcome: PageOutcome,
        /// The kind of the connector; empty where there is none.
        #[cfg_attr(feature = "staff", serde(default, skip_serializing_if = "String::is_empty"))]
        #[cfg_attr(not(feature = "staff"), serde(skip))]
        connector: String,
    },
    /// It turned out to be the same as another incident, where it goes on.
    Merged {
        /// The other incident.
        into: IncidentId,
        /// What people call the other incident.
        reference: String,
    },
    /// The incident was closed to all but its reporter and named staff.
    Sealed {
        /// Why.
        reason: String,
    },
    /// The incident is open to the account's colleagues and all staff from here on.
    Unsealed {
        /// Why.
        reason: String,
    },
    /// The reporter let a colleague in.
    Invited {
        /// Who is paged.
        who: PersonRef,
    },
    /// What was agreed with an account, for incidents that it comes into from here on.
    EngagementSet {
        /// Which account.
        account: AccountId,
        /// What holds.
        terms: Terms,
    },
}

impl Change {
    /// Whether staff answer with it whoever it reaches.
    #[must_use]
    pub const fn is_reply(&self) -> bool {
        matches!(
            self,
            Self::Said { .. }
                | Self::Updated { .. }
                | Self::Proposed { .. }
                | Self::DowngradeProposed { .. }
                | Self::Lowered { .. }
                | Self::Waived { .. }
        )
    }
}

/// What everybody may know of a public incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublicView {
    /// What people call the incident.
    pub reference: String,
    /// Its public title.
    pub title: String,
    /// How hard it hits.
    pub impact: Impact,
    /// Its status when it became public.
    pub status: Status,
    /// When it began.
    pub opened_at: Time,
    /// What it affects.
    pub components: Vec<ComponentId>,
    /// The update promise that stood then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_update: Option<Time>,
    /// The expected end that stood then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta: Option<Time>,
    /// How to get by meanwhile, if it was known then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workaround: Option<String>,
    /// Whether the promised update was late then.
    #[serde(default)]
    pub overdue: bool,
    /// When it was resolved, if it was by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Time>,
}
