//! Escalation policies: who is paged, step by step, until somebody acknowledges.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::{
    event::PageStep,
    person::PersonRef,
    policy::SECURITY,
    severity::{Level, Scheme, Severity},
    time::{MINUTE, Time},
};

/// An escalation policy: who is paged step by step, and for which incidents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EscalationPolicy {
    /// The classes it applies to; without any, all but `security`.
    pub classes: Vec<String>,
    /// The severity levels it applies to; without any, all.
    pub levels: Vec<Severity>,
    /// The steps in order, at least one.
    pub steps: Vec<EscalationStep>,
    /// The number of times that all steps are repeated.
    pub repeats: u8,
    /// Minutes until it restarts: after the last repeat, and without activity after an acknowledgement.
    pub again_minutes: u32,
}

/// A step of an escalation policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EscalationStep {
    /// Who is paged.
    pub page: Vec<StepTarget>,
    /// The escalation timeout: minutes without an acknowledgement until the next step.
    pub minutes: u32,
}

/// A target of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepTarget {
    /// The person on call for the incident's class.
    OnCall,
    /// The person on call by this schedule.
    Schedule(String),
    /// The owners of the affected components.
    Owners,
    /// A member of staff.
    Staff {
        /// Who.
        who: PersonRef,
        /// Whether they have access to sealed incidents.
        security: bool,
    },
}

/// The policy for a class at a severity: of those that fit, the one that names the class, else the level, and of equals
/// the first; the [standard](EscalationPolicy::standard) one, owned, where none fits.
#[must_use]
pub fn policy_for<'a>(
    policies: &'a [EscalationPolicy],
    scheme: &Scheme,
    class: &str,
    severity: Severity,
) -> Cow<'a, EscalationPolicy> {
    let fit = |policy: &&EscalationPolicy| policy.fit(class, severity);
    let best = policies.iter().rev().filter(|policy| fit(policy).is_some()).max_by_key(fit);
    best.map_or_else(|| Cow::Owned(EscalationPolicy::standard(severity, scheme.level(severity))), Cow::Borrowed)
}

impl EscalationPolicy {
    /// The default policy: the person on call, and at the top level the component owners too, three times within the
    /// target for the first response.
    #[must_use]
    pub fn standard(severity: Severity, level: Option<&Level>) -> Self {
        let acknowledge = level.map_or(15, |level| level.acknowledge_minutes);
        let owners = (severity == Severity::TOP).then_some(StepTarget::Owners);
        let page = [StepTarget::OnCall].into_iter().chain(owners).collect();
        Self {
            classes: Vec::new(),
            levels: Vec::new(),
            steps: vec![EscalationStep { page, minutes: (acknowledge / 3).max(1) }],
            repeats: 2,
            again_minutes: acknowledge * 4,
        }
    }

    /// How specifically it matches: a class takes precedence over a level. `None` if it does not apply.
    fn fit(&self, class: &str, severity: Severity) -> Option<u8> {
        let by_class = match self.classes.is_empty() {
            // Whom a policy for everything names need not know of what is sealed.
            true => (class != SECURITY).then_some(0),
            false => self.classes.iter().any(|own| own == class).then_some(2),
        };
        let by_level = match self.levels.is_empty() {
            true => Some(0),
            false => self.levels.contains(&severity).then_some(1),
        };
        Some(by_class? + by_level?)
    }

    /// The first step, at this time.
    pub(crate) fn first(&self, now: Time) -> PageStep {
        self.step(1, 0, now)
    }

    /// The step that follows another, at this time. It may have been one of a policy that held before.
    #[must_use]
    pub fn following(&self, step: PageStep, now: Time) -> PageStep {
        match (step.number < self.length(), step.repeat < self.repeats) {
            (true, _) => self.step(step.number + 1, step.repeat, now),
            (false, true) => self.step(1, step.repeat + 1, now),
            (false, false) => self.first(now),
        }
    }

    /// A target of a step.
    #[must_use]
    pub fn targets(&self, step: PageStep) -> &[StepTarget] {
        let at = usize::from(step.number.saturating_sub(1));
        self.steps.get(at).map_or(&[], |step| &step.page)
    }

    /// How long the first step waits, in milliseconds.
    pub(crate) fn first_wait(&self) -> i64 {
        self.steps.first().map_or(MINUTE, |step| i64::from(step.minutes) * MINUTE)
    }

    fn length(&self) -> u8 {
        u8::try_from(self.steps.len()).unwrap_or(u8::MAX)
    }

    fn step(&self, number: u8, repeat: u8, now: Time) -> PageStep {
        let wait = self.steps.get(usize::from(number - 1)).map_or(self.again_minutes, |step| step.minutes);
        let last = number >= self.length() && repeat >= self.repeats;
        let wait = if last { wait.max(self.again_minutes) } else { wait };
        let next_at = now.plus(i64::from(wait) * MINUTE);
        PageStep { number, of: self.length(), repeat, repeats: self.repeats, next_at }
    }
}
