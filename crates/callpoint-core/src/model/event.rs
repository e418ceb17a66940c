//! What happened: the one append-only log is made of these, and a timeline's entries are these. An event carries
//! all that decides who may see it, so that visibility never depends on when the log is read.

use serde::{Deserialize, Serialize};

pub use crate::{
    model::{
        audience::Audience,
        public_view::PublicView,
        stake::{Consent, Question},
    },
    rules::paging::{Duty, Page, PageCause, PageOutcome, PageStep, PageTarget},
};

use crate::model::{
    attachment::Attachment,
    component::{Component, ComponentStatus},
    id::{AccountId, CommandId, ComponentId, IncidentId, PersonId, Seq},
    incident::{Incident, Status},
    opening::Opening,
    person::{Account, Author, PersonRef, Seal},
    policy::Terms,
    report::Report,
    severity::{RaiseCause, Severity},
    stake::Stake,
    time::Time,
};

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// Its place in the log; what identifies an entry.
    pub seq: Seq,
    /// The command that caused it.
    pub command: CommandId,
    /// When it happened.
    pub at: Time,
    /// Who caused it.
    pub by: Author,
    /// The incident whose timeline it stands on; none for what concerns a component alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
    /// Who can read it.
    pub to: Audience,
    /// The seal of the incident when this was written: nobody else can read it, whatever its audience.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// What happened.
    pub change: Change,
}

/// What an event changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A component was added, or its definition changed.
    ComponentDefined(Component),
    /// A component's status changed.
    ComponentMoved {
        /// The component's id.
        component: ComponentId,
        /// The status from then on.
        status: ComponentStatus,
    },
    /// A report opened the incident.
    Declared {
        /// What people call the incident.
        reference: String,
        /// The report's first line, cut to the length of a title.
        title: String,
        /// The account that reported it and whose stake it is.
        account: Account,
        /// The report.
        report: Box<Report>,
        /// The terms agreed with the account at that time.
        terms: Terms,
        /// The account's customer success manager.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        csm: Option<PersonRef>,
    },
    /// Staff opened the incident themselves. For staff alone, so the widget's bundle does without reading it.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    Opened {
        /// What people call the incident.
        reference: String,
        /// What was opened.
        opening: Box<Opening>,
    },
    /// An account joined the incident, or its stake was combined with another of its own by a merge.
    Joined {
        /// The stake afterwards.
        stake: Box<Stake>,
        /// The account's comment in Markdown; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// The incident became visible to somebody: carries all that they may know of it at that time. Changes nothing for
    /// those who knew it.
    Revealed {
        /// The account to which it became visible; none for staff.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<AccountId>,
        /// The incident as they may know it.
        incident: Box<Incident>,
    },
    /// The incident was hidden from all who saw it; those who still may see it get `revealed` after this.
    Withdrawn {},
    /// The incident became public. Carries all that everybody may know of it at that time.
    Published(PublicView),
    /// A message of a customer, or a reply or note of staff.
    Said {
        /// Markdown.
        text: String,
        /// The people that the text names.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<PersonId>,
        /// Files.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
    },
    /// Staff published an update.
    Updated {
        /// Markdown.
        text: String,
        /// The incident's status as of the update.
        status: Status,
    },
    /// Staff promised the next update, or expect a resolution at a time. Replaces the promise before.
    Promised {
        /// When the next update is due.
        next_update: Option<Time>,
        /// When the resolution is expected.
        eta: Option<Time>,
    },
    /// A workaround became known.
    WorkaroundFound {
        /// Markdown.
        text: String,
    },
    /// Staff acknowledged the incident.
    Acknowledged {},
    /// Staff recorded the vendor's own assessment of the severity.
    Assessed {
        /// The level in the vendor's judgement.
        severity: Severity,
        /// The reason; customers read it.
        reason: String,
    },
    /// An account changed what it declares.
    SeveritySet {
        /// The account that declares it.
        account: AccountId,
        /// The new declared severity.
        severity: Severity,
        /// The account's reason; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// Staff proposed a lower severity to an account.
    DowngradeProposed {
        /// The account whose severity it is.
        account: AccountId,
        /// The proposed level.
        severity: Severity,
        /// The reason; the account reads it.
        reason: String,
        /// When it applies without an answer; left out where it never does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Time>,
    },
    /// An account refused the lower severity.
    DowngradeRefused {
        /// The account that refused.
        account: AccountId,
        /// The account's reason.
        reason: String,
    },
    /// The severity that counts for an account was lowered.
    Lowered {
        /// The account whose severity it is.
        account: AccountId,
        /// The level from then on.
        severity: Severity,
        /// The reason; the account reads it.
        reason: String,
        /// Who or what agreed to it.
        consent: Consent,
    },
    /// A rule of the scheme advised staff to raise the severity.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    Advised {
        /// The advised level.
        severity: Severity,
        /// The condition of the rule.
        cause: RaiseCause,
    },
    /// The status changed.
    Moved {
        /// The status from then on.
        status: Status,
    },
    /// Staff proposed the incident as resolved.
    Proposed {
        /// What was done, in Markdown.
        text: String,
    },
    /// An account confirmed the resolution.
    Confirmed {
        /// The account that confirmed.
        account: AccountId,
    },
    /// An account rejected the proposed resolution.
    Disputed {
        /// The account that disputes it.
        account: AccountId,
        /// What is not resolved.
        reason: String,
    },
    /// Staff closed the incident for an account without its answer, as its engagement allows.
    Waived {
        /// The account whose answer was waived.
        account: AccountId,
        /// The reason; the account reads it.
        reason: String,
    },
    /// An account was reminded of a question. Where its silence counts as agreement, it does once a reminder has reached
    /// the account.
    Reminded {
        /// The account that was reminded.
        account: AccountId,
        /// The question.
        #[serde(default)]
        question: Question,
    },
    /// A mail server took a reminder for somebody of an account.
    ReminderDelivered {
        /// The account that was reminded.
        account: AccountId,
        /// The entry that reminds.
        reminder: Seq,
        /// Whom it was addressed to.
        to: PersonRef,
    },
    /// The incident was closed for an account that did not answer in time.
    TimedOut {
        /// The account that did not answer.
        account: AccountId,
    },
    /// An executive of the vendor closed the incident for an account that leads: it did not answer for as long as the
    /// vendor's configuration says. Undone by the account's `reopen`.
    Overridden {
        /// The account that did not answer.
        account: AccountId,
        /// The reason; the account reads it.
        reason: String,
    },
    /// An account reopened the incident after it was closed for it.
    Reopened {
        /// The account that reopened it.
        account: AccountId,
        /// What is wrong again.
        reason: String,
    },
    /// A member of staff was given a role, or took it.
    RoleTaken {
        /// One of the vendor's roles.
        role: String,
        /// Who has the role from then on.
        by: PersonRef,
    },
    /// A role was released; nobody has it.
    RoleReleased {
        /// One of the vendor's roles.
        role: String,
        /// Who had the role.
        by: PersonRef,
    },
    /// Staff set the address at which they meet.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    WarRoomSet {
        /// An https address.
        url: String,
    },
    /// So many accounts are affected that each of them is told that it is not the only one.
    OthersAffected {},
    /// Somebody began or ceased to follow the incident.
    Followed {
        /// The account they belong to.
        account: AccountId,
        /// Who follows, or no longer does.
        who: PersonRef,
        /// Whether they follow from here on.
        follows: bool,
    },
    /// Somebody read the thread.
    Read {
        /// The account they belong to; none for staff.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountId>,
        /// The last entry read.
        seq: Seq,
    },
    /// The vendor missed something that was due.
    Overdue {
        /// What was due.
        duty: Duty,
    },
    /// The response targets were paused.
    Paused {
        /// When the targets run again.
        until: Time,
        /// The reason; customers read it.
        reason: String,
    },
    /// Somebody is to be paged: a connector is asked to deliver it. The outcome is `page_handled`.
    Paged(Page),
    /// A page was delivered, was not, or had no connector. The widget leaves out what only staff read.
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
    /// The incident was merged into another, in which its stakes continue.
    Merged {
        /// The incident that remains.
        into: IncidentId,
        /// The reference of the incident that remains.
        reference: String,
    },
    /// Staff restricted the incident to its reporter, whom the reporter invites, and security staff.
    Sealed {
        /// Why it is confidential.
        reason: String,
    },
    /// Security staff opened the incident to the account's colleagues and all staff.
    Unsealed {
        /// Why it is no longer confidential.
        reason: String,
    },
    /// Somebody got access to a sealed incident: by its reporter, a colleague of theirs; by staff, one of staff; by the
    /// system, whoever signed in with an address that the reporter had invited.
    Invited {
        /// Who got access.
        who: PersonRef,
        /// What was reported, for whoever was not there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report: Option<Box<Report>>,
    },
    /// The reporter of a sealed incident invited whoever signs in for their account with this e-mail address.
    InvitedByEmail {
        /// The address.
        email: String,
    },
    /// Staff set the terms for incidents that an account reports or joins from then on.
    EngagementSet {
        /// The account with which they were agreed.
        account: AccountId,
        /// The terms.
        terms: Terms,
    },
}
