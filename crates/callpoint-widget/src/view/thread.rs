//! One incident from inside: its facts, its timeline, and the customer's key.

use std::rc::Rc;

use callpoint_core::{
    client::{Kept, Stage, Timeline},
    command::IncidentCommand,
    event::Event,
    incident::Incident,
    protocol::Request,
    text::{self, fill, say},
    view::{may_answer, may_write},
};
use yew::{Callback, Html, KeyboardEvent};

use super::{
    Scene, entry,
    node::{Node, button, el, nothing, together},
    shape::Shape,
    words,
};
use crate::msg::{Field, Msg, Writing};

/// The page.
pub fn thread(scene: &Scene<'_>, incident: &Incident, writing: &Writing, send: &Callback<Msg>) -> Html {
    let mut page = vec![facts(scene, incident)];
    match scene.client.cache.timeline(incident.id) {
        Some(timeline) => {
            page.push(entries(scene, incident, timeline, send));
            page.push(your_part(scene, incident, writing, send));
        }
        None => page.push(el("p", "quiet").word("role", "status").say(text::LOADING).html()),
    }
    together(page)
}

fn entries(scene: &Scene<'_>, incident: &Incident, timeline: &Timeline, send: &Callback<Msg>) -> Html {
    let own = |event: &Event| entry::is_own(scene, &event.by);
    // New is what others said since; one's own words need no mark.
    let first_new = timeline.entries.iter().find(|event| event.seq > timeline.read_to && !own(event));
    let mut nodes = Vec::new();
    for event in timeline.entries.iter().filter(|event| entry::shows(event)) {
        if !nodes.is_empty() && first_new.is_some_and(|new| new.seq == event.seq) {
            nodes.push(el("li", "divider").key("new".to_owned()).say(text::NEW_SINCE).html());
        }
        nodes.push(entry::entry(scene, event, nothing()));
    }
    let arrived = |kept: &&Kept| timeline.entries.iter().any(|event| event.command == kept.parcel.id);
    let echoes = scene.client.outbox.of(incident.id).filter(|kept| !arrived(kept));
    nodes.extend(echoes.filter_map(|kept| echo(scene, kept, send)));
    el("ol", "timeline").list(nodes).html()
}

/// What matters most, above everything else.
fn facts(scene: &Scene<'_>, incident: &Incident) -> Html {
    let severity = incident.effective_severity().map_or_else(nothing, |severity| scene.severity(severity));
    let mut first = el("p", "facts-line").put(severity).put(disagreement(scene, incident));
    first = first.with(el("span", "reference").text(&incident.reference));
    let mut second = el("p", "facts-line").with(el("strong", "").say(incident.status.label()));
    if let Some(signed) = &incident.acknowledged {
        let words = fill(text::ACKNOWLEDGED_BY, &[("name", &entry::author(scene, &signed.by).0)]);
        second = second.with(el("span", "").text(&words));
    } else if incident.stakes.iter().any(|stake| stake.unanswered_since == Some(incident.opened_at)) {
        second = second.with(el("span", "").say(text::NOT_ACKNOWLEDGED));
    }
    let promise = match incident.next_update {
        None if incident.status.is_open() => el("span", "promise none").say(text::NO_PROMISE).html(),
        _ => scene.promise(incident),
    };
    let third = el("p", "facts-line").put(promise).put(scene.eta(incident));
    let mut facts = el("div", "facts").with(first).with(second).with(third);
    if incident.sealed.is_some() {
        facts = facts.with(el("p", "facts-line sealed").put(Shape::LOCK.draw()).say(text::SEALED_MARK));
    }
    facts.html()
}

/// Both judgements, where they differ.
fn disagreement(scene: &Scene<'_>, incident: &Incident) -> Html {
    let own = scene.you.account.as_ref().and_then(|account| incident.stake(&account.id));
    match (own, &incident.assessment) {
        (Some(stake), Some(assessment)) if stake.declared != assessment.severity => {
            let yours = scene.level_words(text::YOU_SAID, stake.declared);
            let theirs = scene.level_words(text::VENDOR_SAYS, assessment.severity);
            el("span", "").attr("title", assessment.reason.clone()).text(&yours).text(" · ").text(&theirs).html()
        }
        _ => nothing(),
    }
}

/// What the person may do here now: turn their key, or write. Stays in sight.
fn your_part(scene: &Scene<'_>, incident: &Incident, writing: &Writing, send: &Callback<Msg>) -> Html {
    let Some(account) = &scene.you.account else { return nothing() };
    let mut part = el("div", "dock");
    if may_answer(incident, &account.id) {
        part = part.put(question(incident, writing, send));
    }
    if incident.settled() && !incident.stakes.is_empty() {
        part = part.with(el("p", "settled").put(Shape::CHECK.draw()).say(text::YOU_CONFIRMED));
    }
    if may_write(incident, &account.id) {
        part = part.put(composer(writing, send));
    }
    part.html()
}

/// The closing question: two answers, the second with a reason.
fn question(incident: &Incident, writing: &Writing, send: &Callback<Msg>) -> Html {
    let mut question = el("section", "question").words("aria-label", text::IS_IT_FIXED);
    question = question.with(el("h2", "").say(text::IS_IT_FIXED));
    if let Some(resolution) = &incident.resolution {
        question = question.put(words(&resolution.text));
    }
    let pair = if writing.disputing {
        let reason = el("textarea", "reason").word("rows", "3").field(&writing.reason, send, Field::Reason);
        question = question.with(el("label", "").say(text::NOT_FIXED_WHY).with(reason));
        let empty = writing.reason.trim().is_empty();
        let dispute = button("primary", send, Msg::Dispute).flag("disabled", empty).say(text::SEND_NOT_FIXED);
        [dispute, button("", send, Msg::Disputing(false)).say(text::BACK)]
    } else {
        let fixed = button("primary", send, Msg::Confirm).say(text::YES_FIXED);
        [fixed, button("", send, Msg::Disputing(true)).say(text::NOT_FIXED)]
    };
    question.with(el("div", "pair").list(pair.map(Node::html).into())).html()
}

fn composer(writing: &Writing, send: &Callback<Msg>) -> Html {
    let keys = send.clone();
    let pressed = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            keys.emit(Msg::Say);
        }
    });
    let field = el("textarea", "")
        .word("rows", "2")
        .words("aria-label", text::REPLY_LABEL)
        .words("placeholder", text::REPLY_PLACEHOLDER)
        .field(&writing.message, send, Field::Message)
        .on(Rc::new(yew::html::onkeydown::Wrapper::new(pressed)));
    let empty = writing.message.trim().is_empty();
    let send = button("primary", send, Msg::Say).flag("disabled", empty).say(text::SEND);
    el("div", "composer").with(field).with(send).html()
}

/// What was written here and is not on the timeline yet.
fn echo(scene: &Scene<'_>, kept: &Kept, send: &Callback<Msg>) -> Option<Html> {
    let id = kept.parcel.id;
    let written = match &kept.parcel.request {
        Request::Incident(_, IncidentCommand::Message { text, .. }) => text.as_str(),
        Request::Incident(_, IncidentCommand::Dispute { reason }) => reason.as_str(),
        Request::Incident(_, IncidentCommand::Confirm {}) => say(text::YES_FIXED),
        Request::Report(draft) => draft.what.as_str(),
        _ => return None,
    };
    let head = el("p", "entry-head").with(el("strong", "").say(text::YOU));
    let echo = el("li", "entry spoken mine echo").key(id.text()).with(head).put(words(written));
    let stage = || el("p", "entry-stage").word("role", "status").text(&scene.stage(kept));
    Some(match kept.stage {
        Stage::Received(_) => echo.html(),
        Stage::Sent => echo.with(stage()).html(),
        Stage::Waiting(_) => echo.with(stage().with(button("link", send, Msg::Hurry).say(text::TRY_NOW))).html(),
        Stage::Refused(_) => {
            echo.with(stage().with(button("link", send, Msg::EditAgain(id)).say(text::EDIT_AGAIN))).html()
        }
    })
}
