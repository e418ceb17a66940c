//! How bad it is and why: what counts, by whose word, what we judge, and what our rules advise.

use callpoint_core::{
    model::{command::IncidentCommand, incident::Incident, severity::Severity, stake::Stake},
    text::{self, fill, say},
};
use yew::prelude::*;

use super::actions::asked;
use crate::{
    controls::{SendMessage, reason, waiting_button},
    message::IncidentMsg,
    scene::Scene,
};

/// How many accounts are named.
const NAMED: usize = 3;

/// The lines.
pub fn severity(scene: &Scene<'_>, incident: &Incident, send: &SendMessage) -> Html {
    let name = |severity| scene.vendor.scheme.name(severity);
    let why = match incident.effective_severity() {
        Some(severity) => why(incident, severity, name(severity)),
        None => say(text::NO_SEVERITY).to_owned(),
    };
    html! {
        <>
            <p class="state">
                <strong class="counts-as" dir="auto">{ why }</strong>
                if let Some(assessment) = &incident.assessment {
                    { " " }
                    <span>{ scene.level_words(text::OUR_ASSESSMENT, assessment.severity) }</span>
                    { reason(&assessment.reason) }
                }
            </p>
            { suggestion(scene, incident, send) }
        </>
    }
}

/// What the scheme's rules suggest.
fn suggestion(scene: &Scene<'_>, incident: &Incident, send: &SendMessage) -> Html {
    let Some(advice) = incident.advice.as_ref().filter(|_| incident.status.is_open()) else {
        return Html::default();
    };
    let because = say(advice.cause.label());
    let words = fill(text::ADVICE, &[("level", scene.vendor.scheme.name(advice.severity)), ("why", because)]);
    let assess = IncidentCommand::Assess { severity: advice.severity, reason: because.to_owned() };
    let asked = asked(scene, incident).any(|command| *command == assess);
    html! {
        <p class="state advice">
            <span class="soon">{ words }</span>
            { waiting_button("", text::APPLY_ADVICE, send, IncidentMsg::Command(assess), asked) }
        </p>
    }
}

/// What makes this level count.
fn why(incident: &Incident, severity: Severity, level: &str) -> String {
    let assessed = incident.assessed();
    let of = |wanted: &dyn Fn(&Stake) -> bool| -> String {
        let named = incident.stakes.iter().filter(|stake| wanted(stake)).map(|stake| stake.account.name.as_str());
        shortened(&named.collect::<Vec<_>>())
    };
    let declared = of(&|stake| stake.lowered.is_none() && stake.declared == severity);
    if !declared.is_empty() {
        return fill(text::EFFECTIVE_DECLARED, &[("level", level), ("accounts", &declared)]);
    }
    let by_us = |stake: &Stake| stake.lowered.is_none() && stake.effective(assessed) == severity;
    if incident.stakes.is_empty() || incident.stakes.iter().any(by_us) {
        return fill(text::EFFECTIVE_ASSESSED, &[("level", level)]);
    }
    let lowered = of(&|stake| stake.lowered == Some(severity));
    fill(text::EFFECTIVE_LOWERED, &[("level", level), ("accounts", &lowered)])
}

/// The first names, and how many more there are.
fn shortened(names: &[&str]) -> String {
    match names.split_at_checked(NAMED) {
        Some((first, more)) if more.len() > 1 => {
            fill(text::AND_MORE, &[("names", &first.join(", ")), ("count", &more.len().to_string())])
        }
        _ => names.join(", "),
    }
}
