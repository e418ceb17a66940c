//! Home: the status that concerns me, my incidents, one big way to report.

use callpoint_core::{
    client::OutboxEntry,
    model::incident::Incident,
    rules::allowed::{Turn, turn},
    text::{self, count, say},
    wire::protocol::Request,
};
use yew::{Callback, Html};

use super::{
    Scene,
    node::{Node, button, el, nothing, together},
    section,
    shape::{Shape, condition_class},
};
use crate::msg::{Msg, Page};

/// Most ended incidents in the list.
const ENDED: usize = 5;

/// The page.
pub fn home(scene: &Scene<'_>, send: &Callback<Msg>) -> Html {
    let mut page = vec![headline(scene, send)];
    if scene.you.person.is_none() {
        let note = if scene.you.guest { text::GUEST_NOTE } else { text::SIGN_IN_FIRST };
        page.push(el("p", "quiet").text(&scene.vendor_words(note)).html());
        if scene.you.guest {
            page.push(way_in(send));
        }
        return together(page);
    }
    let own = scene.client.cache.own_incidents();
    let (open, ended): (Vec<_>, Vec<_>) = own.into_iter().partition(|incident| incident.status.is_open());
    let unsent = scene.client.outbox.entries().iter().filter(|kept| !kept.state.is_received());
    let mut rows: Vec<Html> = unsent.filter_map(|kept| parcel(scene, kept, send)).collect();
    rows.extend(open.into_iter().map(|incident| row(scene, incident, send)));
    page.push(el("h2", "").say(text::YOUR_INCIDENTS).html());
    page.push(if rows.is_empty() {
        el("p", "quiet").say(text::NO_INCIDENTS).html()
    } else {
        el("ul", "rows").list(rows).html()
    });
    let ended = ended.into_iter().take(ENDED).map(|incident| row(scene, incident, send)).collect();
    page.extend(section(text::ENDED_INCIDENTS, "rows", ended));
    page.push(way_in(send));
    together(page)
}

/// The one big way to report.
fn way_in(send: &Callback<Msg>) -> Html {
    let report = button("primary", send, Msg::Go(Page::Report)).say(text::REPORT_A_PROBLEM);
    el("div", "dock").with(report).html()
}

/// How things are for the one who looks, and what of it concerns them.
fn headline(scene: &Scene<'_>, send: &Callback<Msg>) -> Html {
    let headline = scene.client.cache.headline();
    let words = match headline.yours {
        0 => say(headline.condition.headline()).to_owned(),
        yours => count(text::HEADLINE_YOURS, yours),
    };
    let others = scene.client.cache.other_incidents().into_iter().take(2).map(|incident| other(scene, incident));
    let told = el("span", "headline-words").with(el("strong", "").text(&words)).list(others.collect());
    button("", send, Msg::Go(Page::Status))
        .class("headline", condition_class(headline.condition))
        .put(Shape::of_condition(headline.condition).draw())
        .with(told)
        .with(el("span", "more").say(text::ALL_STATUS))
        .html()
}

/// An incident that others have, in a line.
pub fn other(scene: &Scene<'_>, incident: &Incident) -> Html {
    let title = el("span", "headline-incident").word("dir", "auto").text(&incident.title);
    match incident.next_update {
        Some(_) => title.text(" · ").put(scene.promise(incident)).html(),
        None => title.html(),
    }
}

/// A row that opens a page.
fn opening(class: &'static str, title: &str, send: &Callback<Msg>, page: Page) -> Node {
    let title = el("span", "row-title").word("dir", "auto").text(title);
    button(class, send, Msg::Go(page)).with(title)
}

/// One incident: what, how bad, whose turn.
fn row(scene: &Scene<'_>, incident: &Incident, send: &Callback<Msg>) -> Html {
    let id = incident.id;
    let (waiting, since) = match turn(incident, scene.you.account.as_ref().map(|account| &account.id)) {
        Turn::Vendor(since) => (scene.vendor_words(text::WAITING_ON_VENDOR), Some(since)),
        Turn::Customer(_) => (say(text::WAITING_ON_YOU).to_owned(), None),
        Turn::Working => (scene.vendor_words(text::VENDOR_WORKING), None),
        Turn::Nobody => (say(incident.status.label()).to_owned(), incident.resolved_at),
    };
    let unread = match scene.client.cache.unread(id) {
        0 => nothing(),
        unread => el("span", "unread").text(&unread.to_string()).html(),
    };
    let mut turn = el("span", "row-turn").text(&waiting);
    if let Some(since) = since {
        turn = turn.text(" · ").put(scene.ago(since));
    }
    let severity = incident.effective_severity().map_or_else(nothing, |severity| scene.severity(severity));
    let row = opening("row", &incident.title, send, Page::Thread(id)).put(severity).with(turn).put(unread);
    el("li", "").key(id.text()).with(row).html()
}

/// A report that is not with the server yet.
fn parcel(scene: &Scene<'_>, kept: &OutboxEntry, send: &Callback<Msg>) -> Option<Html> {
    let id = kept.submission.id;
    let Request::Report(draft) = &kept.submission.request else { return None };
    let title = draft.what.lines().next().unwrap_or_default();
    let stage = el("span", "row-turn").text(&scene.stage(kept));
    let row = opening("row kept", title, send, Page::Receipt(id)).with(stage);
    Some(el("li", "").key(id.text()).with(row).html())
}
