//! Who is told of an event outside the page, and what for. What they are told is what they may see of it; whether and
//! how it is sent is a connector's business.

use serde::{Deserialize, Serialize};

use crate::{
    model::{
        event::{Audience, Change, Consent, Event, Page, PageTarget, Question},
        id::PersonId,
        incident::Incident,
        person::{Author, PersonRef, Viewer},
        severity::{Scheme, Severity},
        stake::{Closure, Stake},
    },
    text::{self, Key, fill, say},
};

/// What somebody is told of, and may choose not to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A resolution or a downgrade waits for an answer.
    Question,
    /// It will count without one.
    Reminder,
    /// It counted without one.
    Closed,
    /// News and messages about an incident that somebody follows.
    Update,
    /// Somebody was named.
    Mention,
    /// A report was acknowledged.
    Acknowledged,
    /// Somebody was given access to a sealed incident.
    Invitation,
}

impl NotificationKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Question,
        Self::Reminder,
        Self::Closed,
        Self::Update,
        Self::Mention,
        Self::Acknowledged,
        Self::Invitation,
    ];

    /// Its word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Reminder => "reminder",
            Self::Closed => "closed",
            Self::Update => "update",
            Self::Mention => "mention",
            Self::Acknowledged => "acknowledged",
            Self::Invitation => "invitation",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// What people read.
    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::Question => text::NOTIFY_QUESTION,
            Self::Reminder => text::NOTIFY_REMINDER,
            Self::Closed => text::NOTIFY_CLOSED,
            Self::Update => text::NOTIFY_UPDATE,
            Self::Mention => text::NOTIFY_MENTION,
            Self::Acknowledged => text::NOTIFY_ACKNOWLEDGED,
            Self::Invitation => text::NOTIFY_INVITATION,
        }
    }
}

/// Somebody who is told of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// Who, and through whose eyes.
    pub viewer: Viewer,
    /// By name.
    pub who: PersonRef,
    /// What for.
    pub kind: NotificationKind,
}

/// Everybody who is told of an event, once each; never its author. `incident` is as it is by now: nobody is asked what
/// has been answered since. `security` says whether somebody of staff may see what is sealed, and is `None` for whoever
/// is not of staff.
#[must_use]
pub fn addressees(event: &Event, incident: &Incident, security: impl Fn(&PersonId) -> Option<bool>) -> Vec<Addressee> {
    let mut found: Vec<Addressee> = Vec::new();
    let customers = incident.stakes.iter().filter(|stake| event.to.reaches(&stake.account.id)).flat_map(|stake| {
        let kind = to_customers(event, stake);
        let account = &stake.account.id;
        stake.followers.iter().filter_map(move |who| {
            let viewer = Viewer::Customer { person: who.person.clone(), account: account.clone() };
            Some(Addressee { viewer, who: who.clone(), kind: mentioned(event, &who.person).or(kind)? })
        })
    });
    let staff = incident.roles.iter().map(|held| &held.by).chain(of_accounts(event, incident));
    let staff = staff.filter_map(|who| {
        let viewer = Viewer::Staff { person: who.person.clone(), security: security(&who.person)? };
        Some(Addressee { viewer, who: who.clone(), kind: mentioned(event, &who.person).or(to_staff(event))? })
    });
    for addressee in invited(event, &security).into_iter().chain(customers).chain(staff) {
        let sees = || event.seen_by(&addressee.viewer).and(incident.seen_by(&addressee.viewer)).is_some();
        let known = |found: &Addressee| found.viewer == addressee.viewer;
        if !is_author(event, &addressee.viewer) && !found.iter().any(known) && sees() {
            found.push(addressee);
        }
    }
    found
}

/// Why an event is shown on the desktop of a member of staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DesktopReason {
    /// They are one of its [`addressees`].
    Addressed(NotificationKind),
    /// They are paged by name.
    Paged,
    /// A new incident whose account has no customer success manager: whoever of staff may see it.
    Unassigned,
}

/// Why an event is shown on the desktop of `viewer`: by the rule that mail follows, and where that tells nobody or waits
/// for a connector. Never for their own action, and never for customers.
#[must_use]
pub fn desktop_reason(event: &Event, incident: &Incident, viewer: &Viewer) -> Option<DesktopReason> {
    let Viewer::Staff { person, security } = viewer else { return None };
    let all = addressees(event, incident, |of| (of == person).then_some(*security));
    if let Some(addressee) = all.iter().find(|addressee| addressee.viewer == *viewer) {
        return Some(DesktopReason::Addressed(addressee.kind));
    }
    event.seen_by(viewer).and(incident.seen_by(viewer)).filter(|_| !is_author(event, viewer))?;
    if let Change::Paged(Page { whom: PageTarget::Staff(who), .. }) = &event.change {
        return (who.person == *person).then_some(DesktopReason::Paged);
    }
    matches!(event.change, Change::Declared { csm: None, .. }).then_some(DesktopReason::Unassigned)
}

/// Who did what, in a sentence. Staff also read for which account a customer acts. `None` for what is nobody's action,
/// or is no news to anybody.
#[must_use]
pub fn sentence(
    event: &Event,
    incident: &Incident,
    mention: bool,
    vendor: &str,
    scheme: &Scheme,
    to_staff: bool,
) -> Option<String> {
    let level = |key, severity: Severity| fill(key, &[("level", scheme.name(severity))]);
    let what = match &event.change {
        Change::Declared { report, .. } => level(text::ENTRY_DECLARED, report.severity),
        Change::Joined { stake, .. } => level(text::NOTIFY_JOINED, stake.declared),
        Change::SeveritySet { severity, .. } => level(text::ENTRY_SEVERITY_SET, *severity),
        Change::Lowered { severity, .. } => level(text::ENTRY_LOWERED, *severity),
        Change::Said { .. } if mention => say(text::NOTIFY_MENTIONED).to_owned(),
        Change::Said { .. } => say(text::NOTIFY_WROTE).to_owned(),
        Change::Updated { .. } => say(text::ENTRY_UPDATE).to_owned(),
        Change::Waived { .. } => say(text::ENTRY_WAIVED).to_owned(),
        Change::Overridden { .. } => say(text::ENTRY_OVERRIDDEN).to_owned(),
        Change::DowngradeRefused { .. } => say(text::ENTRY_DOWNGRADE_REFUSED).to_owned(),
        Change::Confirmed { .. } => say(text::ENTRY_CONFIRMED).to_owned(),
        Change::Disputed { .. } => say(text::ENTRY_DISPUTED).to_owned(),
        Change::Reopened { .. } => say(text::ENTRY_REOPENED).to_owned(),
        Change::ComponentDefined(_)
        | Change::ComponentMoved { .. }
        | Change::EngagementSet { .. }
        | Change::Opened { .. }
        | Change::Revealed { .. }
        | Change::Withdrawn {}
        | Change::Published(_)
        | Change::Promised { .. }
        | Change::WorkaroundFound { .. }
        | Change::Assessed { .. }
        | Change::Advised { .. }
        | Change::DowngradeProposed { .. }
        | Change::Acknowledged {}
        | Change::Moved { .. }
        | Change::Proposed { .. }
        | Change::Reminded { .. }
        | Change::ReminderDelivered { .. }
        | Change::TimedOut { .. }
        | Change::RoleTaken { .. }
        | Change::RoleReleased { .. }
        | Change::WarRoomSet { .. }
        | Change::OthersAffected {}
        | Change::Followed { .. }
        | Change::Read { .. }
        | Change::Overdue { .. }
        | Change::Paused { .. }
        | Change::Paged(_)
        | Change::PageHandled { .. }
        | Change::Merged { .. }
        | Change::Sealed { .. }
        | Change::Unsealed { .. }
        | Change::Invited { .. }
        | Change::InvitedByEmail { .. } => return None,
    };
    let stake = match &event.by {
        Author::Customer { account, .. } => incident.stake(account).filter(|_| to_staff),
        Author::Staff { .. } | Author::Vendor | Author::System => None,
    };
    let account = stake.map(|stake| stake.account.name.as_str());
    let key = if account.is_some() { text::NOTIFY_BY_ACCOUNT } else { text::NOTIFY_BY };
    let name = signature(&event.by, vendor);
    Some(fill(key, &[("name", name), ("account", account.unwrap_or_default()), ("what", &what)]))
}

/// The name under which an author is quoted; what Callpoint does by itself, it does for the vendor.
#[must_use]
pub fn signature<'a>(by: &'a Author, vendor: &'a str) -> &'a str {
    match by {
        Author::Customer { name, .. } | Author::Staff { name, .. } => name,
        Author::Vendor | Author::System => vendor,
    }
}

/// Whom a colleague gave access. Whoever signed in themselves is here.
fn invited(event: &Event, security: impl Fn(&PersonId) -> Option<bool>) -> Option<Addressee> {
    let Change::Invited { who, .. } = &event.change else { return None };
    let person = who.person.clone();
    let viewer = match &event.by {
        Author::Customer { account, .. } => Viewer::Customer { person, account: account.clone() },
        Author::Staff { .. } => Viewer::Staff { security: security(&person)?, person },
        Author::Vendor | Author::System => return None,
    };
    Some(Addressee { viewer, who: who.clone(), kind: NotificationKind::Invitation })
}

/// The customer success managers of the accounts that an event is about or by.
fn of_accounts<'a>(event: &'a Event, incident: &'a Incident) -> impl Iterator<Item = &'a PersonRef> {
    let about = |stake: &&Stake| event.to == Audience::Internal || event.to.reaches(&stake.account.id);
    incident.stakes.iter().filter(about).filter_map(|stake| stake.csm.as_ref())
}

fn mentioned(event: &Event, person: &PersonId) -> Option<NotificationKind> {
    let Change::Said { mentions, .. } = &event.change else { return None };
    mentions.contains(person).then_some(NotificationKind::Mention)
}

fn is_author(event: &Event, viewer: &Viewer) -> bool {
    match (&event.by, viewer) {
        (Author::Customer { person, account, .. }, Viewer::Customer { person: of, account: at }) => {
            person == of && account == at
        }
        (Author::Staff { person, .. }, Viewer::Staff { person: of, .. }) => person == of,
        _ => false,
    }
}

/// What an event is for those who follow for an account. Nobody is asked what waits no longer.
fn to_customers(event: &Event, stake: &Stake) -> Option<NotificationKind> {
    let asked = match &event.change {
        Change::Proposed { .. } => Some(Question::Resolution),
        Change::DowngradeProposed { .. } => Some(Question::Downgrade),
        // An earlier reminder is worth no mail once there is another.
        Change::Reminded { .. } if !stake.is_last_reminder(event.seq) => return None,
        Change::Reminded { question, .. } => Some(*question),
        _ => None,
    };
    let waits = match asked {
        Some(Question::Resolution) => matches!(stake.closure, Closure::Proposed { .. }),
        Some(Question::Downgrade) => stake.downgrade.is_some(),
        None => true,
    };
    told(&event.change).0.filter(|_| waits)
}

/// What an event is for the staff who look after it: what customers say and do.
fn to_staff(event: &Event) -> Option<NotificationKind> {
    let by_customer = matches!(event.by, Author::Customer { .. });
    (by_customer && told(&event.change).1).then_some(NotificationKind::Update)
}

/// What a change is for customers who follow, and whether staff hear of it when a customer caused it.
const fn told(change: &Change) -> (Option<NotificationKind>, bool) {
    use NotificationKind as Kind;
    match change {
        Change::Proposed { .. } | Change::DowngradeProposed { .. } => (Some(Kind::Question), false),
        Change::Reminded { .. } => (Some(Kind::Reminder), false),
        Change::TimedOut { .. } | Change::Lowered { consent: Consent::Silence, .. } => (Some(Kind::Closed), false),
        Change::Acknowledged {} => (Some(Kind::Acknowledged), false),
        Change::Updated { .. }
        | Change::Waived { .. }
        | Change::Overridden { .. }
        | Change::Lowered { consent: Consent::Vendor, .. } => (Some(Kind::Update), false),
        Change::Said { .. }
        | Change::SeveritySet { .. }
        | Change::DowngradeRefused { .. }
        | Change::Confirmed { .. }
        | Change::Disputed { .. }
        | Change::Reopened { .. } => (Some(Kind::Update), true),
        Change::Declared { .. } | Change::Joined { .. } => (None, true),
        Change::ComponentDefined(_)
        | Change::ComponentMoved { .. }
        | Change::EngagementSet { .. }
        | Change::Opened { .. }
        | Change::Revealed { .. }
        | Change::Withdrawn {}
        | Change::Published(_)
        | Change::Promised { .. }
        | Change::WorkaroundFound { .. }
        | Change::Assessed { .. }
        | Change::Advised { .. }
        | Change::Lowered { consent: Consent::Account, .. }
        | Change::Moved { .. }
        | Change::ReminderDelivered { .. }
        | Change::RoleTaken { .. }
        | Change::RoleReleased { .. }
        | Change::WarRoomSet { .. }
        | Change::OthersAffected {}
        | Change::Followed { .. }
        | Change::Read { .. }
        | Change::Overdue { .. }
        | Change::Paused { .. }
        | Change::Paged(_)
        | Change::PageHandled { .. }
        | Change::Merged { .. }
        | Change::Sealed { .. }
        | Change::Unsealed { .. }
        | Change::Invited { .. }
        | Change::InvitedByEmail { .. } => (None, false),
    }
}
