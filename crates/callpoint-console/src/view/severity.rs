//! How bad it is and why: what counts, by whose word, what we judge, and what our rules advise.

use callpoint_core::{
    model::{command::IncidentCommand, incident::Incident, severity::Severity, stake::Stake},
    text::{self, fill, say},
};
use callpoint_widget::view::{Scene, node::el};
use yew::prelude::*;

use super::{
    actions::asked,
    part::{press, words_of},
};
use crate::msg::Msg;

/// How many accounts are named.
const NAMED: usize = 3;

/// The lines.
pub fn severity(scene: &Scene<'_>, incident: &Incident, send: &Callback<Msg>) -> Html {
    let name = |severity| scene.vendor.scheme.name(severity);
    let why = match incident.effective_severity() {
        Some(severity) => why(incident, severity, name(severity)),
        None => say(text::NO_SEVERITY).to_owned(),
    };
    let mut line = el("p", "state").with(el("strong", "counts-as").word("dir", "auto").text(&why));
    if let Some(assessment) = &incident.assessment {
        line = line.text(" ").with(el("span", "").text(&scene.level_words(text::OUR_ASSESSMENT, assessment.severity)));
        line = line.with(words_of("why", &assessment.reason).attr("title", assessment.reason.clone()));
    }
    let mut lines = vec![line.html()];
    if let Some(advice) = incident.advice.as_ref().filter(|_| incident.status.is_open()) {
        let because = say(advice.cause.label());
        let words = fill(text::ADVICE, &[("level", name(advice.severity)), ("why", because)]);
        let assess = IncidentCommand::Assess { severity: advice.severity, reason: because.to_owned() };
        let under_way = asked(scene, incident).any(|command| *command == assess);
        let take = press("", send, Msg::Do(assess)).flag("disabled", under_way).say(text::APPLY_ADVICE);
        lines.push(el("p", "state advice").with(el("span", "soon").text(&words)).with(take).html());
    }
    lines.into_iter().collect()
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
