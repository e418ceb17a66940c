//! One account's part in an incident: what it declared, who of it follows, and its key.

use serde::{Deserialize, Serialize};

use crate::{
    model::{
        id::{PersonId, Seq},
        incident::Attribution,
        person::{Account, PersonRef},
        policy::{Engagement, Terms, notice_until},
        severity::Severity,
        time::{DAY, Time},
    },
    text::{self, Key},
};

/// One account's part in an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Stake {
    /// The account whose part this is.
    pub account: Account,
    /// What this account calls it: the first line of its own report, or the public title.
    pub title: String,
    /// The references under which this account knew what was merged into the incident, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formerly: Vec<String>,
    /// The severity that the account declares.
    pub declared: Severity,
    /// What the declared severity was lowered to, by the account's consent or as its engagement allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowered: Option<Severity>,
    /// A downgrade that waits for the account's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downgrade: Option<Downgrade>,
    /// Who reported it.
    pub reporter: PersonId,
    /// The reporter's name.
    pub reporter_name: String,
    /// Whether the reporter is one of staff, who opened it for the account.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub opened_by_staff: bool,
    /// The terms that held when the account came in. Later agreements do not change an incident under way.
    pub terms: Terms,
    /// The account's customer success manager, where one is configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csm: Option<PersonRef>,
    /// Who of the account follows: the reporter, authors, and whoever asked to.
    #[serde(default)]
    pub followers: Vec<PersonRef>,
    /// Whether the incident is closed for this account.
    pub closure: Closure,
    /// What staff say was done, from when the account is asked whether it is over. Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub resolution: String,
    /// How many reminders of the resolution that waits have reached somebody of this account.
    #[cfg_attr(feature = "staff", serde(default))]
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    pub reminders: u32,
    /// When this account was last reminded of a question.
    #[cfg_attr(feature = "staff", serde(default, skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    pub reminded_at: Option<Time>,
    /// How often this account disputed a resolution, or opened the incident again.
    pub disputes: u32,
    /// Since when a message of this account waits for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered_since: Option<Time>,
    /// Who of staff acknowledged the incident to this account, or answered it, first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Attribution>,
    /// Whether a response to this account is overdue.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub reply_overdue: bool,
    /// The last entry that somebody of this account has read.
    #[serde(default)]
    pub read_to: Seq,
}

/// Whether an incident is closed for one account, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Closure {
    /// Nothing was proposed, or it was disputed.
    Open,
    /// A resolution waits for this account's answer.
    Proposed {
        /// When it was proposed.
        at: Time,
        /// When it times out; left out where it waits without limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Time>,
        /// The entry that reminds the account that its silence will count.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reminder: Option<Seq>,
        /// Whether that entry reached somebody of the account, by mail or on their screen: only then silence counts.
        #[serde(default)]
        reminded: bool,
    },
    /// This account agreed at that time.
    Confirmed(Time),
    /// Staff closed it for this account at that time, as its engagement allows.
    Waived(Time),
    /// Nobody of this account answered until that time.
    TimedOut(Time),
    /// An executive of the vendor closed it at that time for an account that leads and did not answer.
    Overridden(Time),
}

/// A proposal of staff to lower the severity for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Downgrade {
    /// The proposed level.
    pub severity: Severity,
    /// The reason; the account reads it.
    pub reason: String,
    /// When it was proposed.
    pub at: Time,
    /// When it applies without an answer; left out where it never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// The entry that reminds the account that its silence will count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminder: Option<Seq>,
    /// Whether that entry reached somebody of the account.
    #[serde(default)]
    pub reminded: bool,
}

/// What an account is asked, and may be taken to agree to by its silence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Whether it is over.
    #[default]
    Resolution,
    /// Whether its severity may be lower.
    Downgrade,
}

/// What made a lower severity count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// The engagement lets the vendor do it.
    Vendor,
    /// The account agreed.
    Account,
    /// The account did not answer in time.
    Silence,
}

impl Closure {
    /// When the key was turned, if it is.
    #[must_use]
    pub const fn turned_at(&self) -> Option<Time> {
        match self {
            Self::Confirmed(at) | Self::Waived(at) | Self::TimedOut(at) | Self::Overridden(at) => Some(*at),
            Self::Open | Self::Proposed { .. } => None,
        }
    }

    /// What people read once the account's concern is over: only what was confirmed is called that.
    #[must_use]
    pub const fn closed_label(&self) -> Key {
        match self {
            Self::Confirmed(_) => text::RESOLVED_CONFIRMED,
            _ => text::RESOLVED_CLOSED,
        }
    }

    /// Whether the account's concern is over.
    #[must_use]
    pub const fn is_turned(&self) -> bool {
        self.turned_at().is_some()
    }
}

impl Stake {
    /// Who of the account holds the report. What staff opened for it is held by whoever of the account was the first to
    /// follow; none while nobody has.
    #[must_use]
    pub fn own_reporter(&self) -> Option<PersonRef> {
        match self.opened_by_staff {
            true => self.followers.first().cloned(),
            false => Some(PersonRef { person: self.reporter.clone(), name: self.reporter_name.clone() }),
        }
    }

    /// How bad it is for this account: the higher of what it declared and what was assessed, or what was agreed
    /// since.
    #[must_use]
    pub fn effective(&self, assessed: Option<Severity>) -> Severity {
        match (self.lowered, assessed) {
            (Some(lowered), _) => lowered,
            (None, Some(assessed)) => self.declared.worse(assessed),
            (None, None) => self.declared,
        }
    }

    /// Whether staff may take the severity lower without asking.
    #[must_use]
    pub const fn vendor_may_lower(&self) -> bool {
        matches!(self.terms.engagement, Engagement::Advisory)
    }

    /// Whether staff may end it for this account without its answer. A guest has no way to answer.
    #[must_use]
    pub fn vendor_may_waive(&self) -> bool {
        (self.terms.engagement == Engagement::Advisory || self.account.is_guest()) && !self.closure.is_turned()
    }

    /// Whether an executive of the vendor may end it for this account, which has not answered for as long as the vendor's
    /// configuration says.
    #[must_use]
    pub fn executive_may_override(&self, now: Time) -> bool {
        match (self.terms.engagement, self.terms.silence_limit, &self.closure) {
            (Engagement::CustomerLed, Some(limit), Closure::Proposed { at, .. }) => {
                let is_silent = self.unanswered_since.is_none();
                is_silent && now >= at.plus(i64::from(limit.days) * DAY) && self.reminders >= limit.reminders
            }
            _ => false,
        }
    }

    /// Whether the account may still turn its key back.
    #[must_use]
    pub fn may_reopen(&self, now: Time) -> bool {
        self.closure.turned_at().is_some_and(|at| now <= self.terms.reopen_until(at))
    }

    /// Notes that a reminder is on the timeline.
    pub(crate) const fn remind(&mut self, question: Question, entry: Seq, now: Time) {
        self.reminded_at = Some(now);
        match (question, &mut self.closure, &mut self.downgrade) {
            (Question::Resolution, Closure::Proposed { reminder, reminded, .. }, _)
            | (Question::Downgrade, _, Some(Downgrade { reminder, reminded, .. })) => {
                *reminder = Some(entry);
                *reminded = false;
            }
            _ => {}
        }
    }

    /// Notes that somebody of the account knows of these entries. Whoever is reminded late still has half of the
    /// notice to answer in.
    pub(crate) fn reached(&mut self, entries: impl Fn(Seq) -> bool, now: Time) {
        let note = |at: Time, until: &mut Option<Time>, reminder: Option<Seq>, reminded: &mut bool| {
            let news = reminder.is_some_and(&entries) && !*reminded;
            if news {
                *until = until.map(|end| notice_until(at, end, now));
                *reminded = true;
            }
            news
        };
        if let Closure::Proposed { at, until, reminder, reminded } = &mut self.closure {
            self.reminders += u32::from(note(*at, until, *reminder, reminded));
        }
        if let Some(Downgrade { at, until, reminder, reminded, .. }) = &mut self.downgrade {
            note(*at, until, *reminder, reminded);
        }
    }

    /// Notes that staff answered what the account wrote. What it is asked waits for it again, with half of the notice at
    /// least.
    pub(crate) fn answered(&mut self, now: Time) {
        self.reply_overdue = false;
        if self.unanswered_since.take().is_none() {
            return;
        }
        if let Closure::Proposed { at, until: Some(until), .. } = &mut self.closure {
            *until = notice_until(*at, *until, now);
        }
        if let Some(Downgrade { at, until: Some(until), .. }) = &mut self.downgrade {
            *until = notice_until(*at, *until, now);
        }
    }

    /// Whether this entry is the last that reminds of a question that still waits.
    pub(crate) fn is_last_reminder(&self, entry: Seq) -> bool {
        let closure = matches!(self.closure, Closure::Proposed { reminder, .. } if reminder == Some(entry));
        closure || self.downgrade.as_ref().is_some_and(|asked| asked.reminder == Some(entry))
    }

    /// Whether this entry reminds of a question that still waits, and has reached nobody yet.
    pub(crate) fn waits_for_delivery(&self, entry: Seq) -> bool {
        let closure =
            matches!(self.closure, Closure::Proposed { reminder, reminded: false, .. } if reminder == Some(entry));
        let downgrade = |asked: &Downgrade| asked.reminder == Some(entry) && !asked.reminded;
        closure || self.downgrade.as_ref().is_some_and(downgrade)
    }

    /// Adds somebody who follows, once.
    pub(crate) fn follow(&mut self, who: &PersonRef) {
        if !self.followers.iter().any(|follower| follower.person == who.person) {
            self.followers.push(who.clone());
        }
    }

    /// Takes up what the same account said elsewhere, when two incidents become one.
    pub(crate) fn absorb(&mut self, other: &Self, assessed: Option<Severity>) {
        let counts = self.effective(assessed).worse(other.effective(assessed));
        let agreed = self.lowered.is_some() || other.lowered.is_some();
        self.declared = self.declared.worse(other.declared);
        let plain = assessed.map_or(self.declared, |assessed| self.declared.worse(assessed));
        self.lowered = Some(counts).filter(|counts| agreed && counts.0 > plain.0);
        // Asked of one of the two alone.
        self.downgrade = None;
        if other.terms.engagement as u8 > self.terms.engagement as u8 {
            self.terms = other.terms.clone();
        }
        self.disputes += other.disputes;
        self.unanswered_since = match (self.unanswered_since, other.unanswered_since) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        self.acknowledged = self.acknowledged.take().or_else(|| other.acknowledged.clone());
        self.formerly.extend_from_slice(&other.formerly);
        for follower in &other.followers {
            self.follow(follower);
        }
        if !self.closure.is_turned() || !other.closure.is_turned() {
            self.closure = Closure::Open;
        }
    }
}
