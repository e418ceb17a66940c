//! The report: what is wrong, where, a few questions, how bad it is, and what goes with it.

use callpoint_core::{
    hint::{Answers, Around, Data, Hint, Sees, Since, Stopped, hint},
    id::ComponentId,
    report::Draft,
    severity::Severity,
    text::{self, Key, fill, say},
};
use yew::prelude::*;

use super::{Scene, shape::Shape};
use crate::app::{Field, Msg};

/// What stands in the form.
#[derive(Clone, Copy)]
pub struct Form<'a> {
    /// What was written and answered.
    pub draft: &'a Draft,
    /// The field that is not as it should be, and what to do.
    pub fault: Option<&'a (&'static str, String)>,
}

/// The page.
pub fn report(scene: &Scene<'_>, form: Form<'_>, send: &Callback<Msg>) -> Html {
    let Form { draft, fault } = form;
    let fault_of = |field: &str| match fault {
        Some((at, words)) if *at == field => {
            html! { <p class="fault" role="alert" id={["fault-", field].concat()}>{ words }</p> }
        }
        _ => Html::default(),
    };
    html! {
        <form class="report" novalidate=true onsubmit={send.reform(|event: SubmitEvent| { event.prevent_default(); Msg::Send })}>
            <label>
                <span class="label">{ say(text::WHAT_LABEL) }</span>
                <textarea name="what" rows="3" dir="auto" placeholder={say(text::WHAT_PLACEHOLDER)}
                    aria-invalid={fault.is_some_and(|(at, _)| *at == "what").then_some("true")}
                    value={draft.what.clone()} oninput={send.reform(|event| Msg::typed(Field::What, &event))} />
            </label>
            { fault_of("what") }
            { place(scene, draft, send) }
            { questions(scene, &draft.answers, send) }
            { severity(scene, draft, send) }
            { fault_of("severity") }
            <label>
                <span class="label">{ say(text::DETAILS_LABEL) }</span>
                <textarea name="details" rows="2" dir="auto" value={draft.details.clone()}
                    oninput={send.reform(|event| Msg::typed(Field::Details, &event))} />
            </label>
            { fault_of("details") }
            { included(draft) }
            <div class="dock"><button class="primary" type="submit">{ say(text::SEND_REPORT) }</button></div>
        </form>
    }
}

fn place(scene: &Scene<'_>, draft: &Draft, send: &Callback<Msg>) -> Html {
    let mut components: Vec<_> = scene.client.cache.state.components.values().collect();
    if components.is_empty() {
        return Html::default();
    }
    components.sort_by_key(|component| component.position);
    let chosen = |id: &ComponentId| draft.component.as_ref() == Some(id);
    html! {
        <label>
            <span class="label">{ say(text::WHERE_LABEL) }</span>
            <select name="component" onchange={send.reform(|event| Msg::chosen(&event))}>
                <option value="" selected={draft.component.is_none()}>{ say(text::WHERE_UNKNOWN) }</option>
                { for components.iter().map(|component| html! {
                    <option value={component.id.to_string()} selected={chosen(&component.id)}>{ &component.name }</option>
                }) }
            </select>
        </label>
    }
}

fn questions(scene: &Scene<'_>, answers: &Answers, send: &Callback<Msg>) -> Html {
    /// The options of one question, each with the answers it would lead to.
    macro_rules! options {
        ($type:ident, $field:ident) => {
            $type::ALL
                .iter()
                .map(|&option| {
                    let chosen = answers.$field == Some(option);
                    (option.label(), chosen, Answers { $field: (!chosen).then_some(option), ..answers.clone() })
                })
                .collect()
        };
    }
    let secure = |yes: bool| {
        let chosen = answers.security == Some(yes);
        (if yes { text::YES } else { text::NO }, chosen, Answers { security: (!chosen).then_some(yes), ..answers.clone() })
    };
    html! {
        <>
            { question(text::SEES_LABEL, options!(Sees, sees), send) }
            { question(text::STOPPED_LABEL, options!(Stopped, stopped), send) }
            { question(text::SINCE_LABEL, options!(Since, since), send) }
            { question(text::AROUND_LABEL, options!(Around, around), send) }
            { question(text::DATA_LABEL, options!(Data, data), send) }
            { question(text::SECURITY_LABEL, vec![secure(true), secure(false)], send) }
            if answers.security == Some(true) {
                <p class="note">
                    { Shape::LOCK.draw() }{ fill(text::SECURITY_NOTE, &[("vendor", &scene.vendor.name)]) }
                </p>
            }
        </>
    }
}

/// One question. Choosing the chosen answer again takes it back.
fn question(label: Key, options: Vec<(Key, bool, Answers)>, send: &Callback<Msg>) -> Html {
    let option = |(label, chosen, answers): (Key, bool, Answers)| {
        html! {
            <button type="button" class="chip" aria-pressed={if chosen { "true" } else { "false" }}
                onclick={send.reform(move |_| Msg::Answer(answers.clone()))}>{ say(label) }</button>
        }
    };
    html! {
        <div class="choices" role="group" aria-label={say(label)}>
            <span class="label" aria-hidden="true">{ say(label) }</span>
            <div class="chips">{ for options.into_iter().map(option) }</div>
        </div>
    }
}

/// What we suggest and why, and the person's own choice, which counts.
fn severity(scene: &Scene<'_>, draft: &Draft, send: &Callback<Msg>) -> Html {
    let suggested = hint(&draft.answers, &scene.vendor.scheme);
    let level = |severity: Severity| {
        let level = scene.vendor.scheme.level(severity);
        let chosen = draft.severity == Some(severity);
        html! {
            <button type="button" role="radio" class={classes!("level", ["s", &severity.0.to_string()].concat())}
                aria-checked={if chosen { "true" } else { "false" }}
                onclick={send.reform(move |_| Msg::Choose(severity))}>
                { scene.severity(severity) }
                <span>{ level.map(|level| level.words.clone()) }</span>
            </button>
        }
    };
    html! {
        <div class="choices severities">
            <span class="label">{ say(text::SEVERITY_LABEL) }</span>
            <div class="hint" aria-live="polite">{ suggestion(scene, suggested.as_ref(), draft.severity) }</div>
            <div class="levels" role="radiogroup" aria-label={say(text::SEVERITY_LABEL)}>
                { for scene.vendor.scheme.severities().map(level) }
            </div>
        </div>
    }
}

fn suggestion(scene: &Scene<'_>, hint: Option<&Hint>, chosen: Option<Severity>) -> Html {
    let name = |severity| [("level", scene.vendor.scheme.name(severity))];
    let Some(hint) = hint else { return html! { { say(text::HINT_WAITS) } } };
    let reasons = hint.reasons.iter().map(|reason| say(*reason)).collect::<Vec<_>>().join(", ");
    html! {
        <>
            <strong>{ fill(text::WE_SUGGEST, &name(hint.severity)) }</strong>{ " " }
            { fill(text::BECAUSE, &[("reasons", &reasons)]) }{ ". " }
            if let Some(own) = chosen.filter(|own| *own != hint.severity) {
                <span class="own">{ fill(text::YOU_CHOSE, &name(own)) }</span>
            }
        </>
    }
}

/// What the page adds, shown before it is sent.
fn included(draft: &Draft) -> Html {
    if draft.context.is_empty() {
        return Html::default();
    }
    let names = draft.context.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let item = |(key, value): (&String, &String)| html! { <><dt>{ key }</dt><dd dir="auto">{ value }</dd></> };
    html! {
        <details class="included">
            <summary>{ fill(text::INCLUDED, &[("items", &names)]) }</summary>
            <dl>{ for draft.context.iter().map(item) }</dl>
        </details>
    }
}
