//! What a mail says: made of what its reader may see of the event and of its incident, and of nothing else.

use callpoint_core::{
    model::{
        event::{Change, Consent, Event, Question},
        id::AccountId,
        incident::Incident,
        policy::notice_until,
        severity::{Scheme, Severity},
        stake::{Closure, Stake},
        time::Time,
    },
    rules::notifications::{NotificationKind, sentence, signature},
    text::{self, Key, fill, say},
};

use crate::locale::date_time;

/// A mail's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MailContent {
    /// The same for all of an incident's mails, so that they stand together.
    pub subject: String,
    /// What happened, in a sentence or two.
    pub lead: Vec<String>,
    /// What somebody wrote.
    pub words: String,
    /// What else is known by now.
    pub facts: Vec<String>,
    /// What the link says.
    pub button: Key,
}

/// For whom and when.
pub(super) struct ContentContext<'a> {
    pub vendor: &'a str,
    pub scheme: &'a Scheme,
    pub now: Time,
    /// The reader's account; none for staff.
    pub account: Option<&'a AccountId>,
    pub kind: NotificationKind,
}

impl ContentContext<'_> {
    /// What a mail about this event says. Both are as their reader sees them.
    pub fn content(&self, event: &Event, incident: &Incident) -> MailContent {
        let reference = [("reference", incident.reference.as_str())];
        let answers = matches!(self.kind, NotificationKind::Question | NotificationKind::Reminder);
        let button = if answers { text::MAIL_ANSWER } else { text::MAIL_OPEN };
        if event.seal.is_some() || incident.seal.is_some() {
            return match (self.kind, self.account) {
                (NotificationKind::Invitation, Some(account)) => self.invitation(account, incident),
                (kind, _) => {
                    let given = kind == NotificationKind::Invitation;
                    let lead = if given { text::MAIL_ACCESS } else { text::MAIL_SEALED };
                    reticent(fill(text::NOTIFY_SEALED_SUBJECT, &reference), fill(lead, &reference))
                }
            };
        }
        let subject = fill(text::NOTIFY_SUBJECT, &[("reference", &incident.reference), ("title", &incident.title)]);
        let lead = self.lead(event, incident);
        let (words, facts) = (words(&event.change), self.facts(event, incident));
        MailContent { subject, lead, words, facts, button }
    }

    /// What somebody reads whom a colleague invited, whether they are known or not: who of their company it was, where, and
    /// what about is for whoever signs in.
    pub fn invitation(&self, account: &AccountId, incident: &Incident) -> MailContent {
        let name = incident.stake(account).map_or("", |stake| stake.account.name.as_str());
        let lead = fill(text::MAIL_INVITED, &[("account", name), ("vendor", self.vendor)]);
        reticent(fill(text::MAIL_INVITED_SUBJECT, &[("vendor", self.vendor)]), lead)
    }

    fn lead(&self, event: &Event, incident: &Incident) -> Vec<String> {
        let name = signature(&event.by, self.vendor);
        let stake = self.account.and_then(|account| incident.stake(account));
        let level = |key, severity: Severity| fill(key, &[("name", name), ("level", self.scheme.name(severity))]);
        let sentence = match &event.change {
            Change::Proposed { .. } => {
                return two(fill(text::MAIL_RESOLVED, &[("name", name)]), self.waits(stake, Question::Resolution));
            }
            Change::DowngradeProposed { severity, .. } => {
                return two(level(text::MAIL_DOWNGRADE, *severity), self.waits(stake, Question::Downgrade));
            }
            Change::Reminded { question, .. } => return self.reminder(stake, *question),
            Change::TimedOut { .. } => {
                let until = stake.map_or(self.now, |stake| stake.terms.reopen_until(event.at));
                fill(text::MAIL_CLOSED, &[("time", &date_time(until))])
            }
            Change::Lowered { severity, consent: Consent::Silence, .. } => level(text::MAIL_LOWERED, *severity),
            Change::Acknowledged {} => fill(text::MAIL_ACKNOWLEDGED, &[("name", name)]),
            _ => {
                let (mention, to_staff) = (self.kind == NotificationKind::Mention, self.account.is_none());
                let sentence = sentence(event, incident, mention, self.vendor, self.scheme, to_staff);
                return sentence.into_iter().collect();
            }
        };
        vec![sentence]
    }

    /// What happens to a question without an answer.
    fn waits(&self, stake: Option<&Stake>, question: Question) -> String {
        let (until, with, without) = match (question, stake) {
            (Question::Resolution, Some(Stake { closure: Closure::Proposed { until, .. }, terms, .. })) => {
                (*until, text::MAIL_UNTIL_CLOSED, terms.without_deadline(self.vendor))
            }
            (Question::Downgrade, Some(Stake { downgrade: Some(asked), .. })) => {
                (asked.until, text::MAIL_UNTIL_LOWERED, say(text::DOWNGRADE_NO_DEADLINE).to_owned())
            }
            _ => return String::new(),
        };
        until.map_or(without, |until| fill(with, &[("time", &date_time(until))]))
    }

    /// By when an answer is needed, once this mail has arrived.
    fn reminder(&self, stake: Option<&Stake>, question: Question) -> Vec<String> {
        let (key, open, at, until, severity) = match (question, stake) {
            (Question::Resolution, Some(Stake { closure: Closure::Proposed { at, until, .. }, .. })) => {
                (text::MAIL_REMIND_RESOLVED, text::MAIL_REMIND_RESOLVED_OPEN, *at, *until, None)
            }
            (Question::Downgrade, Some(Stake { downgrade: Some(asked), .. })) => {
                let severity = Some(asked.severity);
                (text::MAIL_REMIND_DOWNGRADE, text::MAIL_REMIND_DOWNGRADE_OPEN, asked.at, asked.until, severity)
            }
            _ => return Vec::new(),
        };
        let level = severity.map_or("", |severity| self.scheme.name(severity));
        match until.map(|until| date_time(notice_until(at, until, self.now))) {
            Some(time) => vec![fill(key, &[("level", level), ("time", &time)])],
            None => two(fill(open, &[("level", level)]), self.waits(stake, question)),
        }
    }

    fn facts(&self, event: &Event, incident: &Incident) -> Vec<String> {
        let Change::Updated { status, .. } = &event.change else { return Vec::new() };
        let status = fill(text::MAIL_STATUS, &[("status", say(status.label()))]);
        let next = incident.next_update.filter(|at| *at > self.now);
        let next = next.map(|at| fill(text::MAIL_NEXT_UPDATE, &[("time", &date_time(at))]));
        let workaround = incident.workaround.as_ref().map(|words| fill(text::MAIL_WORKAROUND, &[("text", words)]));
        [Some(status), next, workaround].into_iter().flatten().collect()
    }
}

/// A mail that says no more than this.
fn reticent(subject: String, lead: String) -> MailContent {
    MailContent { subject, lead: vec![lead], words: String::new(), facts: Vec::new(), button: text::MAIL_OPEN }
}

/// What somebody wrote with it.
fn words(change: &Change) -> String {
    match change {
        Change::Declared { report, .. } => {
            let parts = [&*report.what, &report.details, &report.told("\n")];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
        }
        Change::Joined { text, .. }
        | Change::Said { text, .. }
        | Change::Updated { text, .. }
        | Change::Proposed { text } => text.clone(),
        Change::DowngradeProposed { reason, .. }
        | Change::DowngradeRefused { reason, .. }
        | Change::Lowered { reason, .. }
        | Change::SeveritySet { reason, .. }
        | Change::Waived { reason, .. }
        | Change::Overridden { reason, .. }
        | Change::Disputed { reason, .. }
        | Change::Reopened { reason, .. } => reason.clone(),
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
        | Change::Acknowledged {}
        | Change::Moved { .. }
        | Change::Reminded { .. }
        | Change::ReminderDelivered { .. }
        | Change::Confirmed { .. }
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
        | Change::InvitedByEmail { .. } => String::new(),
    }
}

fn two(one: String, other: String) -> Vec<String> {
    [one, other].into_iter().filter(|sentence| !sentence.is_empty()).collect()
}
