//! The report: what is wrong, where, a few questions, how bad it is, and what goes with it.

use std::rc::Rc;

use callpoint_core::{
    model::{report::ReportDraft, severity::Severity},
    rules::hint::{Answers, Hint, QUESTIONS, hint},
    text::{self, Key, fill, say},
};
use yew::{Callback, Event, Html, SubmitEvent};

use super::{
    Scene,
    node::{button, el, nothing},
    section,
    shape::Shape,
};
use crate::msg::{Field, Msg, Page};

/// What stands in the form.
#[derive(Clone, Copy)]
pub struct Form<'a> {
    /// What was written and answered.
    pub draft: &'a ReportDraft,
    /// The field that is not as it should be, and what to do.
    pub fault: Option<&'a (&'static str, String)>,
}

impl Form<'_> {
    fn fault(&self, field: &str) -> Html {
        match self.fault {
            Some((at, words)) if *at == field => el("p", "fault").word("role", "alert").text(words).html(),
            _ => nothing(),
        }
    }
}

/// The page.
pub fn report(scene: &Scene<'_>, form: Form<'_>, send: &Callback<Msg>) -> Html {
    let draft = form.draft;
    let sending = send.clone();
    let submitted = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        sending.emit(Msg::Send);
    });
    let mut what =
        el("textarea", "").word("name", "what").word("rows", "3").words("placeholder", text::WHAT_PLACEHOLDER);
    if form.fault.is_some_and(|(at, _)| *at == "what") {
        what = what.word("aria-invalid", "true");
    }
    let what = what.field(&draft.what, send, Field::What);
    let details =
        el("textarea", "").word("name", "details").word("rows", "2").field(&draft.details, send, Field::Details);
    el("form", "report")
        .flag("novalidate", true)
        .on(Rc::new(yew::html::onsubmit::Wrapper::new(submitted)))
        .put(if draft.drill { el("p", "drill").say(text::DRILL_MARK).html() } else { nothing() })
        .put(labelled(text::WHAT_LABEL, what.html()))
        .put(form.fault("what"))
        .list(suggested(scene, send))
        .put(place(scene, draft, send))
        .put(class(scene, draft, send))
        .list(questions(scene, &draft.answers, send))
        .put(severity(scene, draft, send))
        .put(form.fault("severity"))
        .put(labelled(text::DETAILS_LABEL, details.html()))
        .put(form.fault("details"))
        .put(included(draft))
        .with(el("div", "dock").with(el("button", "primary").word("type", "submit").say(text::SEND_REPORT)))
        .html()
}

fn labelled(label: Key, field: Html) -> Html {
    el("label", "").with(el("span", "label").say(label)).put(field).html()
}

fn place(scene: &Scene<'_>, draft: &ReportDraft, send: &Callback<Msg>) -> Html {
    let components = scene.client.cache.components();
    if components.is_empty() {
        return nothing();
    }
    let send = send.clone();
    let chosen = Callback::from(move |event: Event| send.emit(Msg::chosen(&event)));
    let unknown = el("option", "").word("value", "").flag("selected", draft.component.is_none());
    let options = components.into_iter().map(|component| {
        let chosen = draft.component.as_ref() == Some(&component.id);
        el("option", "").attr("value", component.id.text()).flag("selected", chosen).text(&component.name).html()
    });
    let select = el("select", "")
        .word("name", "component")
        .on(Rc::new(yew::html::onchange::Wrapper::new(chosen)))
        .with(unknown.say(text::WHERE_UNKNOWN))
        .list(options.collect());
    labelled(text::WHERE_LABEL, select.html())
}

fn questions(scene: &Scene<'_>, answers: &Answers, send: &Callback<Msg>) -> Vec<Html> {
    let mut asked: Vec<Html> = (0..QUESTIONS.len()).map(|number| question(number, answers, send)).collect();
    if answers.security == Some(true) {
        asked.push(el("p", "note").put(Shape::LOCK.draw()).text(&scene.vendor_words(text::SECURITY_NOTE)).html());
    }
    asked
}

fn question(number: usize, answers: &Answers, send: &Callback<Msg>) -> Html {
    let Some((label, options)) = QUESTIONS.get(number) else { return nothing() };
    let chosen = answers.chosen(number);
    let chips = options.iter().enumerate().map(|(option, words)| {
        let answer = Msg::Answer(number, option);
        button("chip", send, answer).state("aria-pressed", chosen == Some(option)).say(*words).html()
    });
    choices(*label, chips.collect())
}

/// What we suggest and why, and the person's own choice, which counts.
fn severity(scene: &Scene<'_>, draft: &ReportDraft, send: &Callback<Msg>) -> Html {
    let suggested = hint(&draft.answers, &scene.vendor.scheme);
    el("div", "choices severities")
        .with(el("span", "label").say(text::SEVERITY_LABEL))
        .put(suggestion(scene, suggested.as_ref(), draft.severity))
        .put(levels(scene, draft.severity, send))
        .html()
}

/// Every level in words for customers, to choose one.
pub fn levels(scene: &Scene<'_>, chosen: Option<Severity>, send: &Callback<Msg>) -> Html {
    let levels = scene.vendor.scheme.severities().map(|severity| {
        let words = scene.vendor.scheme.level(severity).map_or("", |level| &level.words);
        button("level", send, Msg::Choose(severity))
            .word("role", "radio")
            .state("aria-checked", chosen == Some(severity))
            .put(scene.severity(severity))
            .with(el("span", "").text(words))
            .html()
    });
    el("div", "levels")
        .word("role", "radiogroup")
        .words("aria-label", text::SEVERITY_LABEL)
        .list(levels.collect())
        .html()
}

/// Incidents that may be the same: open ones to join, past ones with a way to get by.
fn suggested(scene: &Scene<'_>, send: &Callback<Msg>) -> Vec<Html> {
    let rows = scene.client.suggested.iter().take(3).map(|incident| {
        let title = el("span", "row-title").word("dir", "auto").text(&incident.title);
        let told = match &incident.workaround {
            Some(words) => el("span", "row-turn").say(text::WORKAROUND).text(": ").text(words),
            None => el("span", "row-turn").say(incident.status.label()).text(" · ").say(text::ALSO_AFFECTED),
        };
        let row = button("row", send, Msg::Go(Page::Thread(incident.id))).with(title).with(told);
        el("li", "").key(incident.id.to_string()).with(row).html()
    });
    section(text::SIMILAR_INCIDENTS, "rows suggested", rows.collect())
}

/// What kind of trouble it is, where the vendor has more than one.
fn class(scene: &Scene<'_>, draft: &ReportDraft, send: &Callback<Msg>) -> Html {
    if scene.vendor.classes.is_empty() {
        return nothing();
    }
    let chip =
        |at, words: &str, chosen| button("chip", send, Msg::Class(at)).state("aria-pressed", chosen).text(words).html();
    let own = draft.class.as_deref();
    let mut chips = vec![chip(None, say(text::CLASS_SERVICE), own.is_none())];
    for (at, class) in scene.vendor.classes.iter().enumerate() {
        chips.push(chip(Some(at), &class.words, own == Some(&class.id)));
    }
    choices(text::CLASS_LABEL, chips)
}

fn choices(label: Key, chips: Vec<Html>) -> Html {
    el("div", "choices")
        .word("role", "group")
        .words("aria-label", label)
        .with(el("span", "label").word("aria-hidden", "true").say(label))
        .with(el("div", "chips").list(chips))
        .html()
}

fn suggestion(scene: &Scene<'_>, hint: Option<&Hint>, chosen: Option<Severity>) -> Html {
    let told = el("div", "hint").word("aria-live", "polite");
    let Some(hint) = hint else { return told.say(text::HINT_PENDING).html() };
    let reasons = hint.reasons.iter().map(|reason| say(*reason)).collect::<Vec<_>>().join(", ");
    let because = [" ", &fill(text::BECAUSE, &[("reasons", &reasons)]), ". "].concat();
    let told = told.with(el("strong", "").text(&scene.level_words(text::WE_SUGGEST, hint.severity))).text(&because);
    match chosen.filter(|own| *own != hint.severity) {
        Some(own) => told.with(el("span", "own").text(&scene.level_words(text::YOU_CHOSE, own))).html(),
        None => told.html(),
    }
}

/// What the page adds, shown before it is sent.
fn included(draft: &ReportDraft) -> Html {
    if draft.context.is_empty() {
        return nothing();
    }
    let names = draft.context.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let mut list = el("dl", "");
    for (key, value) in &draft.context {
        list = list.with(el("dt", "").text(key)).with(el("dd", "").word("dir", "auto").text(value));
    }
    let summary = el("summary", "").text(&fill(text::INCLUDED, &[("items", &names)]));
    el("details", "included").with(summary).with(list).html()
}
