//! The report: what is wrong, how severe it is, send. A few questions, where it is and what is sent along are folded.

use std::rc::Rc;

use callpoint_core::{
    model::{
        component::Component as ProductComponent, id::ComponentId, incident::Incident, report::ReportDraft,
        severity::Severity,
    },
    rules::hint::{Answers, Hint, QUESTIONS, hint},
    text::{self, fill, say, shape::Shape},
};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::{
    components::{
        button::{Send, sends},
        form::{alert, choices, fault, labelled, send_keys, typed},
        icon::icon,
        incident_row::similar_incident,
        levels::levels,
        own_field::own_fields,
    },
    context::{ReaderContext, use_client, use_reader},
    panel::{FieldError, FilesDraft, PanelMsg, TextField},
};

/// The question about security is the last one.
const SECURITY: usize = QUESTIONS.len() - 1;

/// What the screen needs.
#[derive(PartialEq, Properties)]
pub struct ReportScreenProps {
    /// Sends messages to the panel.
    pub send: Send,
    /// What was written and answered.
    pub draft: Rc<ReportDraft>,
    /// What of its context is left out, by name.
    #[prop_or_default]
    pub left_out: Vec<String>,
    /// The files that are added to it.
    #[prop_or_default]
    pub files: FilesDraft,
    /// The field that is not as it should be.
    pub error: Option<FieldError>,
}

/// The screen: three things to do. What is known already, or is only asked of who wants help, is folded away.
#[component]
pub fn ReportScreen(props: &ReportScreenProps) -> Html {
    let ReportScreenProps { send, draft, left_out, files, error } = props;
    let error = error.as_ref();
    let reader = use_reader();
    let known = use_client(|client| {
        let components: Vec<ProductComponent> = client.cache.components().into_iter().cloned().collect();
        let incidents: Vec<Incident> = client.suggested.iter().take(3).cloned().collect();
        (components, incidents)
    });
    let (components, incidents) = &*known;
    let submit = send.clone();
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        submit.emit(PanelMsg::SendReport);
    });
    let invalid = |field: &str| error.is_some_and(|error| error.field == field).then_some("true");
    let what = html! {
        <textarea name="what" rows="3" placeholder={say(text::WHAT_PLACEHOLDER)} dir="auto"
            aria-invalid={invalid("what")} value={draft.what.clone()} oninput={typed(send, TextField::What)} />
    };
    let details = html! {
        <textarea name="details" rows="2" dir="auto" aria-invalid={invalid("details")} value={draft.details.clone()}
            oninput={typed(send, TextField::Details)} />
    };
    html! {
        <form class="report" novalidate=true {onsubmit} onkeydown={send_keys(send, PanelMsg::SendReport)}>
            if draft.drill { <p class="drill">{ say(text::DRILL_MARK) }</p> }
            <div>{ labelled(text::WHAT_LABEL, what) }{ fault(error, "what") }</div>
            { similar(&reader, incidents, send) }
            { severity(&reader, draft, error, send) }
            { own_fields(&reader, true, draft, error, send) }
            { security(&reader, draft, send) }
            <details class="fold">
                <summary>{ say(text::ADD_DETAILS) }{ filled_in(&reader, components, draft) }</summary>
                { component(components, draft.component.as_ref(), send) }
                { class(&reader, draft, send) }
                { labelled(text::DETAILS_LABEL, details) }
                { fault(error, "details") }
                { own_fields(&reader, false, draft, error, send) }
            </details>
            if !reader.you.guest { { files.view(send, FilesDraft::REPORT.to_owned()) } }
            { included(draft, left_out, send) }
            <div class="dock">
                { alert(error) }
                <button type="submit" class="primary">{ say(text::SEND_REPORT) }</button>
            </div>
        </form>
    }
}

/// Incidents that may be the same: open ones to join, past ones with what helped. Folded away, they stay so.
fn similar(reader: &ReaderContext, incidents: &[Incident], send: &Send) -> Html {
    if incidents.is_empty() {
        return Html::default();
    }
    html! {
        <details class="suggested" open=true>
            <summary>{ say(text::SIMILAR_INCIDENTS) }</summary>
            <p role="status">{ say(text::SIMILAR_LEAD) }</p>
            <ul class="rows">{ for incidents.iter().map(|incident| similar_incident(reader, send, incident)) }</ul>
        </details>
    }
}

/// What of the details is known already, so that nobody has to unfold them to see it.
fn filled_in(reader: &ReaderContext, components: &[ProductComponent], draft: &ReportDraft) -> Html {
    let component = components.iter().find(|component| Some(&component.id) == draft.component.as_ref());
    let class = reader.vendor.classes.iter().find(|class| Some(&class.id) == draft.class.as_ref());
    let known = component.map(|component| &component.name).into_iter().chain(class.map(|class| &class.words));
    html! { <span class="quiet">{ for known.map(|words| html! { <span>{ words }</span> }) }</span> }
}

/// The component that is affected.
fn component(components: &[ProductComponent], chosen: Option<&ComponentId>, send: &Send) -> Html {
    if components.is_empty() {
        return Html::default();
    }
    let send = send.clone();
    let onchange = Callback::from(move |event: Event| {
        let element: HtmlSelectElement = event.target_unchecked_into();
        send.emit(PanelMsg::ChooseComponent(ComponentId::parse(&element.value())));
    });
    let option = |component: &ProductComponent| {
        let selected = chosen == Some(&component.id);
        html! { <option value={component.id.text()} {selected}>{ &component.name }</option> }
    };
    labelled(
        text::WHERE_LABEL,
        html! {
            <select name="component" {onchange}>
                <option value="" selected={chosen.is_none()}>{ say(text::WHERE_UNKNOWN) }</option>
                { for components.iter().map(option) }
            </select>
        },
    )
}

fn chip(send: &Send, msg: PanelMsg, pressed: bool, words: &str) -> Html {
    html! {
        <button type="button" class="chip" aria-pressed={pressed.to_string()} onclick={sends(send, msg)}>{ words }</button>
    }
}

fn question(number: usize, answers: &Answers, send: &Send) -> Html {
    let Some((label, options)) = QUESTIONS.get(number) else { return Html::default() };
    let chosen = answers.chosen(number);
    let chips = options
        .iter()
        .enumerate()
        .map(|(option, words)| chip(send, PanelMsg::ToggleAnswer(number, option), chosen == Some(option), say(*words)));
    choices(*label, html! { { for chips } })
}

/// What kind of problem it is, where the vendor has more than one.
fn class(reader: &ReaderContext, draft: &ReportDraft, send: &Send) -> Html {
    let classes = &reader.vendor.classes;
    if classes.is_empty() {
        return Html::default();
    }
    let own = draft.class.as_deref();
    let service = chip(send, PanelMsg::ChooseClass(None), own.is_none(), say(text::CLASS_SERVICE));
    let others = classes
        .iter()
        .enumerate()
        .map(|(at, class)| chip(send, PanelMsg::ChooseClass(Some(at)), own == Some(&class.id), &class.words));
    choices(text::CLASS_LABEL, html! { <>{ service }{ for others }</> })
}

/// The person's own choice, which decides; the questions of who wants help, and what they suggest.
fn severity(reader: &ReaderContext, draft: &ReportDraft, error: Option<&FieldError>, send: &Send) -> Html {
    let hint = hint(&draft.answers, &reader.vendor.scheme);
    let asked = (0..SECURITY).map(|number| question(number, &draft.answers, send));
    html! {
        <div class="severities">
            <span class="label">{ say(text::SEVERITY_LABEL) }</span>
            <details class="fold help">
                <summary>{ say(text::HELP_CHOOSE) }</summary>
                { for asked }
                <div class="hint" aria-live="polite">{ suggestion(reader, hint.as_ref(), draft.severity) }</div>
            </details>
            { levels(reader, send, draft.severity) }
            { fault(error, "severity") }
        </div>
    }
}

/// The one question that decides who may see the report is never folded away.
fn security(reader: &ReaderContext, draft: &ReportDraft, send: &Send) -> Html {
    let checked = draft.answers.security == Some(true);
    html! {
        <div>
            <label class="check">
                <input type="checkbox" {checked} onchange={sends(send, PanelMsg::ToggleAnswer(SECURITY, 0))} />
                { say(text::SECURITY_CHECK) }
            </label>
            if checked {
                <p class="note">{ icon(Shape::LOCK) }{ reader.vendor_words(text::SECURITY_NOTE) }</p>
            }
        </div>
    }
}

fn suggestion(reader: &ReaderContext, hint: Option<&Hint>, chosen: Option<Severity>) -> Html {
    let Some(hint) = hint else { return html! { { say(text::HINT_PENDING) } } };
    let reasons = hint.reasons.iter().map(|reason| say(*reason)).collect::<Vec<_>>().join(say(text::LIST_SEPARATOR));
    let because = [" ", &fill(text::BECAUSE, &[("reasons", &reasons)]), " "].concat();
    let own = chosen.filter(|own| *own != hint.severity);
    html! {
        <>
            <strong>{ reader.level_words(text::WE_SUGGEST, hint.severity) }</strong>
            { because }
            if let Some(own) = own { <span class="own">{ reader.level_words(text::YOU_CHOSE, own) }</span> }
        </>
    }
}

/// What the page adds, shown before it is sent; each thing can be left out.
fn included(draft: &ReportDraft, left_out: &[String], send: &Send) -> Html {
    if draft.context.is_empty() {
        return Html::default();
    }
    let names = draft.context.keys().filter(|name| !left_out.contains(name)).map(String::as_str).collect::<Vec<_>>();
    let names = names.join(say(text::LIST_SEPARATOR));
    let items = draft.context.iter().map(|(name, value)| {
        let checked = !left_out.contains(name);
        let onchange = sends(send, PanelMsg::ToggleContext(name.clone()));
        html! {
            <>
                <dt><label class="check"><input type="checkbox" {checked} {onchange} />{ name }</label></dt>
                <dd dir="auto">{ value }</dd>
            </>
        }
    });
    html! {
        <details class="included">
            <summary>{ fill(text::INCLUDED, &[("items", &names)]) }</summary>
            <dl>{ for items }</dl>
        </details>
    }
}
