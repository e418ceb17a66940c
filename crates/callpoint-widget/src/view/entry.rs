//! One entry of a timeline. The console shows the same entries, with how far each reaches.

use callpoint_core::{
    event::{Audience, Change, Event},
    person::Author,
    text::{self, fill, say},
};
use yew::Html;

use super::{Scene, node::el, words};

/// Whether the one who reads an entry wrote it.
#[must_use]
pub fn is_own(scene: &Scene<'_>, by: &Author) -> bool {
    match by {
        Author::Customer { person, .. } | Author::Staff { person, .. } => scene.you.person.as_ref() == Some(person),
        Author::Vendor | Author::System => false,
    }
}

/// Who an entry is by, for the one who reads it.
#[must_use]
pub fn author(scene: &Scene<'_>, by: &Author) -> (String, Option<String>) {
    match by {
        _ if is_own(scene, by) => (say(text::YOU).to_owned(), None),
        Author::Customer { name, .. } => (name.clone(), None),
        Author::Staff { name, title, .. } => (name.clone(), Some(title.clone())),
        Author::Vendor => (scene.vendor.name.clone(), None),
        Author::System => (say(text::CALLPOINT).to_owned(), None),
    }
}

/// What an entry says besides somebody's own words, if anything.
#[must_use]
pub fn act(scene: &Scene<'_>, change: &Change) -> Option<String> {
    let level = |severity| [("level", scene.vendor.scheme.name(severity))];
    let time = |at| (scene.moment)(at, false);
    Some(match change {
        Change::Declared { report, .. } => fill(text::ENTRY_DECLARED, &level(report.severity)),
        Change::Acknowledged {} => say(text::ENTRY_ACKNOWLEDGED).to_owned(),
        Change::Assessed { severity, .. } => fill(text::ENTRY_ASSESSED, &level(*severity)),
        Change::Moved { status } => fill(text::ENTRY_MOVED, &[("status", say(status.label()))]),
        Change::Proposed { .. } => say(text::ENTRY_PROPOSED).to_owned(),
        Change::Confirmed { .. } => say(text::ENTRY_CONFIRMED).to_owned(),
        Change::Disputed { .. } => say(text::ENTRY_DISPUTED).to_owned(),
        Change::Published(face) => fill(text::ENTRY_PUBLISHED, &[("title", &face.title)]),
        Change::Promised { next_update: Some(at), .. } => fill(text::ENTRY_PROMISED, &[("time", &time(*at))]),
        Change::Promised { eta: Some(at), .. } => fill(text::ENTRY_PROMISED_ETA, &[("time", &time(*at))]),
        Change::Updated { .. } => say(text::ENTRY_UPDATE).to_owned(),
        Change::Said { .. } | Change::Promised { .. } | Change::ComponentDefined(_) | Change::ComponentMoved { .. } => {
            return None;
        }
    })
}

/// Somebody's own words in an entry.
#[must_use]
pub fn said(change: &Change) -> Option<&str> {
    match change {
        Change::Said { text } | Change::Updated { text, .. } | Change::Proposed { text } => Some(text),
        Change::Assessed { reason, .. } | Change::Disputed { reason, .. } => Some(reason),
        Change::Declared { report, .. } => Some(&report.what),
        _ => None,
    }
}

/// Whether the timeline has a line for it: a promise taken back needs none.
#[must_use]
pub fn shows(event: &Event) -> bool {
    !matches!(event.change, Change::Promised { next_update: None, eta: None })
}

/// One entry; `reach` is what the console adds about its visibility.
pub fn entry(scene: &Scene<'_>, event: &Event, reach: Html) -> Html {
    let (name, title) = author(scene, &event.by);
    let own = scene.you.account.as_ref();
    let mine = matches!((&event.by, own), (Author::Customer { account, .. }, Some(own)) if *account == own.id);
    let mut head = el("p", "entry-head").with(el("strong", "").text(&name));
    for (class, words) in [("title", title), ("act", act(scene, &event.change))] {
        if let Some(words) = words {
            head = head.with(el("span", class).text(&words));
        }
    }
    let kind = if said(&event.change).is_some() { "entry spoken" } else { "entry fact" };
    let reaches = match event.to {
        Audience::Internal => "to-internal",
        Audience::Account(_) if mine => "to-account mine",
        Audience::Account(_) => "to-account",
        Audience::Affected(_) => "to-affected",
        Audience::Public => "to-public",
    };
    let mut node = el("li", "").class(kind, reaches).key(event.seq.to_string());
    node = node.with(head.put(scene.at(event.at)).put(reach));
    if let Some(said) = said(&event.change) {
        node = node.put(words(said));
    }
    match &event.change {
        Change::Declared { report, .. } if !report.details.is_empty() => node.put(words(&report.details)),
        _ => node,
    }
    .html()
}
