//! The escalation policies, to read: they are set in the server's configuration.

use callpoint_core::{
    model::escalation::{EscalationPolicy, EscalationStep},
    text::{self, fill, say},
};
use callpoint_widget::context::use_reader;
use yew::prelude::*;

use crate::incident::paging::{name, wait, whom};

/// All of them, folded away: those that are configured, then what holds for each level where none fits.
#[component]
pub fn EscalationPolicies() -> Html {
    let reader = use_reader();
    let scheme = &reader.vendor.scheme;
    let configured = reader.vendor.escalations.iter().map(|policy| one(name(policy, scheme), policy));
    let standard = scheme.severities().map(|severity| {
        let title = fill(text::POLICY_DEFAULT_FOR, &[("level", scheme.name(severity))]);
        one(title, &EscalationPolicy::standard(severity, scheme.level(severity)))
    });
    html! {
        <details class="disclosure policies">
            <summary>{ say(text::POLICIES) }</summary>
            <p class="quiet">{ say(text::POLICIES_NOTE) }</p>
            <ul tabindex="0" data-scrolls="true" aria-label={say(text::POLICIES)}>{ for configured.chain(standard) }</ul>
        </details>
    }
}

fn one(title: String, policy: &EscalationPolicy) -> Html {
    let step = |(at, step): (usize, &EscalationStep)| {
        let (number, whom, wait) = (at.to_string(), whom(&step.page, None), wait(step.minutes));
        html! { <li>{ fill(text::POLICY_STEP, &[("number", &number), ("whom", &whom), ("span", &wait)]) }</li> }
    };
    let repeats = (policy.repeats > 0).then(|| text::count(text::POLICY_REPEAT_COUNT, policy.repeats.into()));
    let again = fill(text::POLICY_AGAIN, &[("span", &wait(policy.again_minutes))]);
    html! {
        <li key={title.clone()}>
            <strong>{ title }</strong>
            <ol>{ for (1..).zip(&policy.steps).map(step) }</ol>
            <p class="quiet">{ repeats }{ " " }{ again }</p>
        </li>
    }
}
