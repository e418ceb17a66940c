//! The vendor's policy: engagements with their timeouts, classes, roles, owners, quiet hours, escalation policies. Plain
//! values that the rules read; no decision is made here.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::{
    model::{
        escalation::{EscalationPolicy, policy_for},
        field::ReportField,
        id::{ComponentId, PersonId},
        incident::Incident,
        person::{PersonRef, Seal},
        severity::{Scheme, Severity},
        time::{DAY, HOUR, MINUTE, Time},
    },
    text::{self, count, fill, remaining, say},
    wire::error::{Constraint, Invalid},
};

/// Who decides about severity and closure in an incident of an account: the vendor, the account, or both together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Engagement {
    /// The declared severity is a hint; the vendor lowers and closes with a reason, the customer can dispute.
    #[default]
    Advisory,
    /// A downgrade and a closure are proposals that the customer accepts or refuses, with a timeout.
    Shared,
    /// Customer reliability engineering in full: the customer decides how severe it is and when it is resolved.
    CustomerLed,
}

impl Engagement {
    /// Every engagement.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// Its identifier in configuration and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Advisory => "advisory",
            Self::Shared => "shared",
            Self::CustomerLed => "customer_led",
        }
    }
}

/// The terms agreed with an account: its engagement and timeouts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Terms {
    /// Who decides about severity and closure.
    pub engagement: Engagement,
    /// The timeout of a proposed resolution, in minutes. Without effect under `customer_led`.
    pub closure_minutes: u32,
    /// The timeout of a proposed downgrade, in minutes. Without effect under `customer_led`.
    pub downgrade_minutes: u32,
    /// The number of days after the incident was closed for the account in which it can reopen it.
    pub reopen_days: u32,
    /// Whether the account's own on-call team is paged for its stake.
    #[cfg_attr(feature = "staff", serde(default))]
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    pub shared_pager: bool,
    /// After how many days the account is reminded again of a question: as long as no reminder has reached it, and under
    /// `customer_led` until it answers.
    #[cfg_attr(feature = "staff", serde(default = "reminder_days"))]
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    pub reminder_days: u32,
    /// Under `customer_led`, after how long a silence an executive of the vendor may close for the account; without it
    /// never. By configuration alone: what staff agree with an account leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence_limit: Option<SilenceLimit>,
}

const fn reminder_days() -> u32 {
    7
}

/// What has to have happened before an executive of the vendor may close for an account that does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SilenceLimit {
    /// How many days ago the resolution was proposed.
    pub days: u32,
    /// How many reminders of it have reached somebody of the account.
    pub reminders: u32,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            engagement: Engagement::Advisory,
            closure_minutes: 3 * 24 * 60,
            downgrade_minutes: 4 * 60,
            reopen_days: 14,
            shared_pager: false,
            reminder_days: reminder_days(),
            silence_limit: None,
        }
    }
}

impl Terms {
    /// Checks that the timeouts leave a customer time to answer.
    ///
    /// # Errors
    /// Names the first field outside its limits.
    pub fn check(&self) -> Result<(), Invalid> {
        const YEAR: u32 = 366 * 24 * 60;
        for (field, value, least, most) in [
            ("closure_minutes", self.closure_minutes, 60, YEAR),
            ("downgrade_minutes", self.downgrade_minutes, 15, YEAR),
            ("reopen_days", self.reopen_days, 1, 366),
            ("reminder_days", self.reminder_days, 1, 90),
        ] {
            if value < least {
                return Err(Invalid::new(field, Constraint::TooSmall(least)));
            }
            if value > most {
                return Err(Invalid::new(field, Constraint::TooLarge(most)));
            }
        }
        Ok(())
    }

    /// When a resolution proposed `at` this time is accepted without an answer; `None`: never.
    #[must_use]
    pub fn closure_until(&self, at: Time) -> Option<Time> {
        self.until(at, self.closure_minutes)
    }

    /// When a downgrade proposed `at` this time is accepted without an answer; `None`: never.
    #[must_use]
    pub fn downgrade_until(&self, at: Time) -> Option<Time> {
        self.until(at, self.downgrade_minutes)
    }

    /// Until when an account that answered `at` this time can reopen.
    #[must_use]
    pub const fn reopen_until(&self, at: Time) -> Time {
        at.plus(self.reopen_days as i64 * DAY)
    }

    /// What an account reads of a resolution whose time never runs out.
    #[must_use]
    pub fn without_deadline(&self, vendor: &str) -> String {
        let Some(limit) = self.silence_limit else { return say(text::NO_DEADLINE).to_owned() };
        let reminders = count(text::REMINDERS, limit.reminders as usize);
        let span = remaining(i64::from(limit.days) * DAY);
        fill(text::SILENCE_LIMIT, &[("vendor", vendor), ("span", &span), ("reminders", &reminders)])
    }

    fn until(&self, at: Time, minutes: u32) -> Option<Time> {
        match self.engagement {
            Engagement::CustomerLed => None,
            Engagement::Advisory | Engagement::Shared => Some(at.plus(i64::from(minutes) * MINUTE)),
        }
    }
}

/// A class of incidents with its own on-call schedule and escalation policies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Class {
    /// `service`, or one of the vendor's own: `billing`.
    pub id: String,
    /// Its label for customers.
    pub words: String,
}

/// The default class.
pub const SERVICE: &str = "service";

pub(crate) fn service() -> String {
    SERVICE.to_owned()
}

/// The class of sealed incidents.
pub const SECURITY: &str = "security";

/// The role that a top-level incident requires.
pub const COMMANDER: &str = "commander";

/// The default roles.
pub const ROLES: [&str; 9] = [
    COMMANDER,
    "technical lead",
    "communications lead",
    "business lead",
    "customer support lead",
    "social media lead",
    "CSM",
    "root-cause analyst",
    "observer",
];

/// Hours of the day in which the response timers of less severe incidents are paused. The timeline shows each pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// The minute of the day in UTC at which they begin, 0 to 1439.
    pub from: u32,
    /// The minute of the day in UTC at which they end; smaller than `from` where they span midnight.
    pub until: u32,
    /// The rank of the most severe level that they apply to: 2 means all but the top level.
    pub rank: u8,
}

impl QuietHours {
    /// The end of the quiet hours that `now` lies in; `None` outside of them.
    #[must_use]
    pub fn end(&self, now: Time) -> Option<Time> {
        let start = now.0.div_euclid(DAY) * DAY;
        let minute = u32::try_from(now.since(Time(start)) / MINUTE).unwrap_or_default();
        let ends = |minute: u32| Time(start).plus(i64::from(minute) * MINUTE);
        match (self.from <= self.until, minute >= self.from, minute < self.until) {
            (true, true, true) | (false, false, true) => Some(ends(self.until)),
            (false, true, _) => Some(ends(self.until).plus(DAY)),
            _ => None,
        }
    }
}

/// The vendor's policy: the input of every rule besides the state and the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The severity scheme with its response targets and the rules that raise a severity.
    pub scheme: Scheme,
    /// The classes that customers can choose, besides `service`.
    pub classes: Vec<Class>,
    /// The vendor's own fields of the report form.
    pub fields: Vec<ReportField>,
    /// The roles on an incident.
    pub roles: Vec<String>,
    /// The number of affected accounts from which each is told that it is not the only one.
    pub others_from: usize,
    /// Quiet hours, if configured.
    pub quiet: Option<QuietHours>,
    /// The owners of components, who are paged directly.
    pub owners: Vec<(ComponentId, PersonRef)>,
    /// Whether drills page.
    pub drills: bool,
    /// The configured escalation policies.
    pub escalations: Vec<EscalationPolicy>,
    /// Staff with access to sealed incidents.
    pub cleared: Vec<PersonId>,
    /// Those of staff who may close for a `customer_led` account that does not answer.
    pub executives: Vec<PersonId>,
}

impl Policy {
    /// The default policy under a severity scheme.
    #[must_use]
    pub fn of(scheme: Scheme) -> Self {
        Self {
            scheme,
            classes: Vec::new(),
            fields: Vec::new(),
            roles: ROLES.map(str::to_owned).into(),
            others_from: 3,
            quiet: None,
            owners: Vec::new(),
            cleared: Vec::new(),
            drills: false,
            escalations: Vec::new(),
            executives: Vec::new(),
        }
    }

    /// The escalation policy that applies to an incident: the most specific one configured, or the default.
    #[must_use]
    pub fn escalation(&self, incident: &Incident) -> Cow<'_, EscalationPolicy> {
        let severity = incident.effective_severity().unwrap_or(Severity::TOP);
        policy_for(&self.escalations, &self.scheme, &incident.class, severity)
    }

    /// Whether a member of staff may know of an incident with this seal, or without one.
    pub(crate) fn may_know(&self, who: &PersonRef, seal: Option<&Seal>) -> bool {
        seal.is_none_or(|seal| self.cleared.contains(&who.person) || seal.staff.contains(&who.person))
    }

    /// The owners of these components.
    pub(crate) fn owners_of<'a>(&'a self, components: &'a [ComponentId]) -> impl Iterator<Item = &'a PersonRef> {
        self.owners.iter().filter(|(id, _)| components.contains(id)).map(|(_, owner)| owner)
    }
}

/// How long before a timeout its account is reminded, in milliseconds: a quarter of the timeout, at most a day.
#[must_use]
pub fn reminder_before(at: Time, until: Time) -> i64 {
    (until.since(at) / 4).min(24 * HOUR)
}

/// The deadline of an account that is reminded `now`: a late reminder leaves at least half of the usual notice.
#[must_use]
pub fn notice_until(at: Time, until: Time, now: Time) -> Time {
    until.max(now.plus(reminder_before(at, until) / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_may_run_past_midnight() {
        let at = |hour: i64| Time(20_000 * DAY + hour * HOUR);
        let night = QuietHours { from: 22 * 60, until: 6 * 60, rank: 2 };
        assert_eq!(night.end(at(23)), Some(at(30)));
        assert_eq!(night.end(at(3)), Some(at(6)));
        assert_eq!(night.end(at(6)), None);
        assert_eq!(night.end(at(21)), None);
        let noon = QuietHours { from: 12 * 60, until: 13 * 60, rank: 2 };
        assert_eq!(noon.end(at(12)), Some(at(13)));
        assert_eq!(noon.end(at(13)), None);
        assert_eq!(noon.end(at(11)), None);
    }

    #[test]
    fn a_customer_has_room_to_answer() {
        let terms = Terms::default();
        assert_eq!(terms.check(), Ok(()));
        let field = |terms: Terms| terms.check().map_err(|invalid| invalid.field);
        assert_eq!(field(Terms { closure_minutes: 0, ..terms.clone() }), Err("closure_minutes"));
        assert_eq!(field(Terms { downgrade_minutes: 14, ..terms.clone() }), Err("downgrade_minutes"));
        assert_eq!(field(Terms { reopen_days: 400, ..terms.clone() }), Err("reopen_days"));
        assert_eq!(field(Terms { reminder_days: 0, ..terms }), Err("reminder_days"));
    }

    #[test]
    fn nothing_of_a_customer_led_account_times_out() {
        let terms = |engagement| Terms { engagement, ..Terms::default() };
        assert_eq!(terms(Engagement::CustomerLed).closure_until(Time(0)), None);
        assert_eq!(terms(Engagement::CustomerLed).downgrade_until(Time(0)), None);
        assert_eq!(terms(Engagement::Shared).closure_until(Time(0)), Some(Time(3 * DAY)));
        assert_eq!(terms(Engagement::Advisory).downgrade_until(Time(0)), Some(Time(4 * HOUR)));
    }
}
