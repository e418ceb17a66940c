//! What the vendor has agreed with its customers and with itself: engagements with their time-outs, classes, roles,
//! owners, quiet hours. Plain values that the rules read; nothing here decides.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::{
    model::{
        escalation::{EscalationPolicy, policy_for},
        id::{ComponentId, PersonId},
        incident::Incident,
        person::PersonRef,
        severity::{Scheme, Severity},
        time::{DAY, HOUR, MINUTE, Time},
    },
    wire::error::{Constraint, Invalid},
};

/// Who holds which key in an incident of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Engagement {
    /// The declared severity is a hint; the vendor lowers and closes with a reason, the customer can dispute.
    #[default]
    Advisory,
    /// A downgrade and a closure are proposals that need the customer, with a time-out.
    Shared,
    /// Customer reliability engineering in full: the customer says how severe it is and when it ends.
    CustomerLed,
}

impl Engagement {
    /// Every engagement.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// Its word in configuration and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Advisory => "advisory",
            Self::Shared => "shared",
            Self::CustomerLed => "customer_led",
        }
    }
}

/// What holds for one account: its engagement and how long its keys wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Terms {
    /// Who holds which key.
    pub engagement: Engagement,
    /// How long a proposed resolution waits for the account, in minutes. Without effect under `customer_led`.
    pub closure_minutes: u32,
    /// How long a proposed downgrade waits for the account, in minutes. Without effect under `customer_led`.
    pub downgrade_minutes: u32,
    /// For how many days after its key was turned the account may open the incident again.
    pub reopen_days: u32,
    /// Whether the account's own people are paged for its stake.
    #[serde(default)]
    pub shared_pager: bool,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            engagement: Engagement::Advisory,
            closure_minutes: 3 * 24 * 60,
            downgrade_minutes: 4 * 60,
            reopen_days: 14,
            shared_pager: false,
        }
    }
}

impl Terms {
    /// Whether these times leave a customer room to answer.
    ///
    /// # Errors
    /// Names the first field outside its limits.
    pub fn check(&self) -> Result<(), Invalid> {
        const YEAR: u32 = 366 * 24 * 60;
        for (field, value, least, most) in [
            ("closure_minutes", self.closure_minutes, 60, YEAR),
            ("downgrade_minutes", self.downgrade_minutes, 15, YEAR),
            ("reopen_days", self.reopen_days, 1, 366),
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

    /// Until when a resolution proposed `at` this time waits; `None`: until the account answers.
    #[must_use]
    pub fn closure_until(&self, at: Time) -> Option<Time> {
        self.until(at, self.closure_minutes)
    }

    /// Until when a downgrade proposed `at` this time waits; `None`: until the account answers.
    #[must_use]
    pub fn downgrade_until(&self, at: Time) -> Option<Time> {
        self.until(at, self.downgrade_minutes)
    }

    /// Until when an account that answered `at` this time can reopen.
    #[must_use]
    pub const fn reopen_until(&self, at: Time) -> Time {
        at.plus(self.reopen_days as i64 * DAY)
    }

    fn until(&self, at: Time, minutes: u32) -> Option<Time> {
        match self.engagement {
            Engagement::CustomerLed => None,
            Engagement::Advisory | Engagement::Shared => Some(at.plus(i64::from(minutes) * MINUTE)),
        }
    }
}

/// A kind of trouble with a route and owners of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Class {
    /// `service`, or the vendor's own word: `billing`.
    pub id: String,
    /// What it means, in plain words for customers.
    pub words: String,
}

/// The class of an incident that nobody gave another.
pub const SERVICE: &str = "service";

pub(crate) fn service() -> String {
    SERVICE.to_owned()
}

/// The class of sealed incidents.
pub const SECURITY: &str = "security";

/// The role that a top-level incident can't be without.
pub const COMMANDER: &str = "commander";

/// The roles on an incident, unless the vendor names its own.
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

/// Hours of the day in which the clock of less severe incidents stands still. Always said on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// First minute of the day in UTC, 0 to 1439.
    pub from: u32,
    /// Minute of the day in UTC at which they end; smaller than `from` when they run past midnight.
    pub until: u32,
    /// The most severe rank that rests: 2 lets everything but the top level rest.
    pub rank: u8,
}

impl QuietHours {
    /// When the quiet hours that `now` lies in end; `None` outside of them.
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

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The severity scheme with its targets and the rules that raise.
    pub scheme: Scheme,
    /// The classes that customers may choose, beside `service`.
    pub classes: Vec<Class>,
    /// The roles on an incident.
    pub roles: Vec<String>,
    /// From how many accounts on "others report this too" is said.
    pub others_from: usize,
    /// Hours in which the clock rests, if there are any.
    pub quiet: Option<QuietHours>,
    /// Who of staff owns a component, and is paged directly for it.
    pub owners: Vec<(ComponentId, PersonRef)>,
    /// Whether anybody is paged for a drill.
    pub drills: bool,
    /// Who is paged one after the other.
    pub escalations: Vec<EscalationPolicy>,
    /// Those of staff to whom sealed incidents are open.
    pub cleared: Vec<PersonId>,
}

impl Policy {
    /// What holds under a scheme without more configuration.
    #[must_use]
    pub fn of(scheme: Scheme) -> Self {
        Self {
            scheme,
            classes: Vec::new(),
            roles: ROLES.map(str::to_owned).into(),
            others_from: 3,
            quiet: None,
            owners: Vec::new(),
            cleared: Vec::new(),
            drills: false,
            escalations: Vec::new(),
        }
    }

    /// Who is paged for an incident, step by step: by the policy that fits it best, or as holds without one.
    #[must_use]
    pub fn escalation(&self, incident: &Incident) -> Cow<'_, EscalationPolicy> {
        let severity = incident.effective_severity().unwrap_or(Severity::TOP);
        policy_for(&self.escalations, &self.scheme, &incident.class, severity)
    }

    /// Whether somebody of staff may know of an incident that is sealed, or is not.
    pub(crate) fn may_know(&self, who: &PersonRef, sealed: bool) -> bool {
        !sealed || self.cleared.contains(&who.person)
    }

    /// Who owns one of these components.
    pub(crate) fn owners_of<'a>(&'a self, components: &'a [ComponentId]) -> impl Iterator<Item = &'a PersonRef> {
        self.owners.iter().filter(|(id, _)| components.contains(id)).map(|(_, owner)| owner)
    }
}

/// How long before a time-out its account is reminded, in milliseconds: a quarter of the wait, at most a day.
#[must_use]
pub fn reminder_before(at: Time, until: Time) -> i64 {
    (until.since(at) / 4).min(24 * HOUR)
}

/// Until when an account that is reminded `now` can answer: a reminder that comes late leaves half of its notice.
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
        assert_eq!(field(Terms { reopen_days: 400, ..terms }), Err("reopen_days"));
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
