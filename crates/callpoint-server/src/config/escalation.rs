//! Escalation policies by configuration.

use callpoint_core::model::{
    escalation::{EscalationPolicy, EscalationStep, StepTarget},
    id::PersonId,
    person::PersonRef,
    policy::{Class, SECURITY, SERVICE},
    severity::{Scheme, Severity},
};

use super::{Config, ConfigError, StepConfig};

/// A week in minutes: whoever is called later than that is not called.
const MINUTES_LIMIT: i64 = 7 * 24 * 60;

const STEPS_LIMIT: usize = 20;

const REPEAT_LIMIT: i64 = 9;

/// Reads them, and says which of them can't be used and why. Staff have no names yet, and rights neither.
pub(super) fn parse(config: &Config, scheme: &Scheme, classes: &[Class]) -> Result<Vec<EscalationPolicy>, ConfigError> {
    let mut policies: Vec<EscalationPolicy> = Vec::new();
    for (place, given) in config.escalation.iter().enumerate() {
        let key = |field: &str| format!("escalation[{place}].{field}");
        let wrong = |field: &str, message: &str| Err(ConfigError::value(&key(field), message));
        let known = |class: &&String| {
            [SERVICE, SECURITY].contains(&class.as_str()) || classes.iter().any(|known| known.id == **class)
        };
        if let Some(class) = given.classes.iter().find(|class| !known(class)) {
            return wrong("classes", &format!("there is no class `{class}`: vendor.classes lists them"));
        }
        let levels = given.levels.iter().map(|name| level(scheme, name).ok_or(name)).collect::<Result<Vec<_>, _>>();
        let levels = match levels {
            Ok(levels) => levels,
            Err(name) => {
                let names: Vec<&str> = scheme.levels.iter().map(|level| level.name.as_str()).collect();
                return wrong("levels", &format!("there is no level `{name}`: use {}", names.join(", ")));
            }
        };
        if given.steps.is_empty() || given.steps.len() > STEPS_LIMIT {
            return wrong("steps", &format!("must have 1 to {STEPS_LIMIT} steps"));
        }
        let steps = given.steps.iter().enumerate().map(|(at, given)| step(&key(&format!("steps[{at}]")), given));
        let policy = EscalationPolicy {
            classes: given.classes.clone(),
            levels,
            steps: steps.collect::<Result<_, _>>()?,
            repeats: whole(&key("repeat"), given.repeat, 0, REPEAT_LIMIT)?,
            again_minutes: whole(&key("again_minutes"), given.again_minutes, 5, MINUTES_LIMIT)?,
        };
        let twice = |other: &EscalationPolicy| {
            let meet = policy.levels.iter().any(|level| other.levels.contains(level)) || policy.levels == other.levels;
            meet && (policy.classes.iter().any(|class| other.classes.contains(class))
                || policy.classes == other.classes)
        };
        if let Some(other) = policies.iter().position(twice) {
            return wrong("levels", &format!("escalation[{other}] is for the same class and level"));
        }
        policies.push(policy);
    }
    Ok(policies)
}

fn level(scheme: &Scheme, name: &str) -> Option<Severity> {
    scheme.severities().find(|severity| scheme.name(*severity) == name)
}

fn step(key: &str, given: &StepConfig) -> Result<EscalationStep, ConfigError> {
    if given.page.is_empty() {
        return Err(ConfigError::value(&format!("{key}.page"), "must name somebody, such as `on_call`"));
    }
    let target = |text: &String| {
        target(text).ok_or_else(|| {
            let message = format!("`{text}` must be on_call, on_call:SCHEDULE, owners or staff:ID");
            ConfigError::value(&format!("{key}.page"), &message)
        })
    };
    Ok(EscalationStep {
        page: given.page.iter().map(target).collect::<Result<_, _>>()?,
        minutes: whole(&format!("{key}.minutes"), given.minutes, 1, MINUTES_LIMIT)?,
    })
}

fn target(text: &str) -> Option<StepTarget> {
    match text.split_once(':') {
        None if text == "on_call" => Some(StepTarget::OnCall),
        None if text == "owners" => Some(StepTarget::Owners),
        Some(("on_call", schedule)) if !schedule.trim().is_empty() => {
            Some(StepTarget::Schedule(schedule.trim().to_owned()))
        }
        Some(("staff", id)) => {
            let person = PersonId::parse(id)?;
            Some(StepTarget::Staff { who: PersonRef { person, name: id.to_owned() }, security: false })
        }
        _ => None,
    }
}

fn whole<N: TryFrom<i64>>(key: &str, number: i64, least: i64, most: i64) -> Result<N, ConfigError> {
    let fits = N::try_from(number).ok().filter(|_| (least..=most).contains(&number));
    fits.ok_or_else(|| ConfigError::value(key, &format!("must be from {least} to {most}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<EscalationPolicy>, String> {
        let config: Config = toml::from_str(text).map_err(|error| error.to_string())?;
        config.parse().map(|settings| settings.policy.policy.escalations).map_err(|error| error.to_string())
    }

    #[test]
    fn a_policy_names_who_is_paged_in_each_step_and_for_how_long_it_waits() {
        let text = r#"
            vendor.classes = ["billing=Invoices"]
            [[escalation]]
            classes = ["billing"]
            levels = ["SEV1", "SEV2"]
            steps = [{ page = ["on_call", "owners"], minutes = 5 }, { page = ["on_call:platform", "staff:theo"], minutes = 10 }]
        "#;
        let policies = read(text).unwrap();
        let [policy] = policies.as_slice() else { panic!("{policies:?}") };
        assert_eq!(
            (policy.levels.as_slice(), policy.repeats, policy.again_minutes),
            (&[Severity(1), Severity(2)][..], 2, 60)
        );
        let theo = PersonRef { person: PersonId::parse("theo").unwrap(), name: "theo".to_owned() };
        let staff = StepTarget::Staff { who: theo, security: false };
        assert_eq!(policy.steps[1].page, [StepTarget::Schedule("platform".to_owned()), staff]);
        assert_eq!(policy.steps[0].minutes, 5);
    }

    #[test]
    fn what_can_not_be_used_is_named_with_its_place() {
        let step = "steps = [{ page = ['on_call'], minutes = 5 }]";
        for (text, named) in [
            (
                format!("levels = ['SEV9']\n{step}"),
                "escalation[0].levels: there is no level `SEV9`: use SEV1, SEV2, SEV3",
            ),
            (format!("classes = ['x']\n{step}"), "escalation[0].classes: there is no class `x`"),
            (format!("repeat = 10\n{step}"), "escalation[0].repeat: must be from 0 to 9"),
            (format!("again_minutes = 1\n{step}"), "escalation[0].again_minutes: must be from 5 to"),
            ("steps = []".to_owned(), "escalation[0].steps: must have 1 to 20 steps"),
            ("steps = [{ page = [], minutes = 5 }]".to_owned(), "escalation[0].steps[0].page: must name somebody"),
            (
                "steps = [{ page = ['theo'], minutes = 5 }]".to_owned(),
                "`theo` must be on_call, on_call:SCHEDULE, owners",
            ),
            ("steps = [{ page = ['on_call'], minutes = 0 }]".to_owned(), "steps[0].minutes: must be from 1 to"),
            (format!("{step}\n[[escalation]]\n{step}"), "escalation[1].levels: escalation[0] is for the same class"),
            (format!("{step}\nafter = 5"), "after"),
        ] {
            let error = read(&format!("[[escalation]]\n{text}")).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
    }
}
