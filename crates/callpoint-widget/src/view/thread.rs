//! One incident from inside: its facts, its timeline, and the customer's part in it.

use std::rc::Rc;

use callpoint_core::{
    client::{DeliveryState, OutboxEntry, Timeline},
    model::{
        command::IncidentCommand,
        event::{Change, Event},
        incident::Incident,
    },
    text::{self, say},
    wire::protocol::Request,
};
use yew::{Callback, Html};

use super::{
    Scene, entry, facts,
    node::{button, el, nothing, together},
    part, words,
};
use crate::msg::{Msg, Writing};

/// The page. Never inlined: its code is fetched later than the form's.
#[inline(never)]
pub fn thread(scene: &Scene<'_>, incident: &Incident, writing: &Writing, send: &Callback<Msg>) -> Html {
    let mut page = vec![facts::facts(scene, incident)];
    match scene.client.cache.timeline(incident.id) {
        Some(timeline) => {
            page.push(entries(scene, incident, timeline, send));
            page.push(part::your_part(scene, incident, writing, send));
        }
        None => page.push(el("p", "quiet").word("role", "status").say(text::LOADING).html()),
    }
    together(page)
}

fn entries(scene: &Scene<'_>, incident: &Incident, timeline: &Timeline, send: &Callback<Msg>) -> Html {
    let own = |event: &Event| entry::is_own(scene, &event.by);
    // New is what others said since; one's own words need no mark.
    let first_new = timeline.entries.iter().find(|event| event.seq > timeline.read_to && !own(event));
    // How far staff have read what was written here.
    let read = |event: &&Rc<Event>| event.seq <= incident.staff_read_to && own(event) && event.is_spoken();
    let last_seen = timeline.entries.iter().rev().find(read).map(|event| event.seq);
    let mut nodes = Vec::new();
    // That another incident goes on here is no news here.
    let here =
        |event: &&Rc<Event>| event.incident == Some(incident.id) || !matches!(event.change, Change::Merged { .. });
    for event in timeline.entries.iter().filter(here).filter(|event| entry::shows(scene, event)) {
        if !nodes.is_empty() && first_new.is_some_and(|new| new.seq == event.seq) {
            nodes.push(el("li", "divider").key("new".to_owned()).say(text::NEW_SINCE).html());
        }
        nodes.push(entry::entry(scene, event, nothing()));
        if last_seen == Some(event.seq) {
            let seen = scene.vendor_words(text::READ_BY_VENDOR);
            nodes.push(el("li", "seen").key("seen".to_owned()).text(&seen).html());
        }
    }
    let arrived = |kept: &&OutboxEntry| timeline.entries.iter().any(|event| event.command == kept.submission.id);
    let echoes = scene.client.outbox.of_incident(incident.id).filter(|kept| !arrived(kept));
    nodes.extend(echoes.filter_map(|kept| echo(scene, kept, send)));
    el("ol", "timeline").list(nodes).html()
}

/// What was written here and is not on the timeline yet.
fn echo(scene: &Scene<'_>, kept: &OutboxEntry, send: &Callback<Msg>) -> Option<Html> {
    let id = kept.submission.id;
    let written = match &kept.submission.request {
        Request::Incident(_, IncidentCommand::Message { text, .. }) => text.as_str(),
        Request::Incident(_, IncidentCommand::Confirm {}) => say(text::YES_FIXED),
        Request::Incident(_, IncidentCommand::AcceptDowngrade {}) => say(text::ACCEPT_DOWNGRADE),
        Request::Incident(
            _,
            IncidentCommand::Dispute { reason: text }
            | IncidentCommand::Reopen { reason: text }
            | IncidentCommand::RefuseDowngrade { reason: text }
            | IncidentCommand::SetSeverity { reason: text, .. }
            | IncidentCommand::Join { text, .. },
        ) => text.as_str(),
        Request::Report(draft) => draft.what.as_str(),
        _ => return None,
    };
    let head = el("p", "entry-head").with(el("strong", "").say(text::YOU));
    let echo = el("li", "entry spoken mine echo").key(id.text()).with(head).put(words(written));
    let stage = || el("p", "entry-stage").word("role", "status").text(&scene.stage(kept));
    Some(match kept.state {
        DeliveryState::Received(_) => echo.html(),
        DeliveryState::Sent => echo.with(stage()).html(),
        DeliveryState::Waiting(_) => {
            echo.with(stage().with(button("link", send, Msg::Hurry).say(text::TRY_NOW))).html()
        }
        DeliveryState::Refused(_) => {
            echo.with(stage().with(button("link", send, Msg::EditAgain(id)).say(text::EDIT_AGAIN))).html()
        }
    })
}
