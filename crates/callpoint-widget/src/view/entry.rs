//! One entry of a timeline. The console shows the same entries, with how far each reaches.

use callpoint_core::{
    model::{
        event::{Audience, Change, Consent, Duty, Event, PageTarget},
        person::{Author, PersonRef},
    },
    text::{self, Key, fill, say},
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
    let level = |key, severity| fill(key, &[("level", scene.vendor.scheme.name(severity))]);
    let time = |key, at| fill(key, &[("time", &(scene.moment)(at, false))]);
    let plain = match change {
        Change::Declared { report, .. } => return Some(level(text::ENTRY_DECLARED, report.severity)),
        Change::Joined { stake, .. } => return Some(level(text::ENTRY_JOINED, stake.declared)),
        Change::Assessed { severity, .. } => return Some(level(text::ENTRY_ASSESSED, *severity)),
        Change::SeveritySet { severity, .. } => return Some(level(text::ENTRY_SEVERITY_SET, *severity)),
        Change::DowngradeProposed { severity, .. } => return Some(level(text::ENTRY_DOWNGRADE, *severity)),
        Change::Lowered { severity, consent, .. } => return Some(level(lowered(*consent), *severity)),
        Change::Moved { status } => return Some(fill(text::ENTRY_MOVED, &[("status", say(status.label()))])),
        Change::Published(face) => return Some(fill(text::ENTRY_PUBLISHED, &[("title", &face.title)])),
        Change::Promised { next_update: Some(at), .. } => return Some(time(text::ENTRY_PROMISED, *at)),
        Change::Promised { eta: Some(at), .. } => return Some(time(text::ENTRY_PROMISED_ETA, *at)),
        Change::Paused { until, .. } => return Some(time(text::ENTRY_PAUSED, *until)),
        Change::RoleTaken { role, by } => return Some(role_words(text::ENTRY_ROLE_ASSIGNED, role, by)),
        Change::RoleReleased { role, by } => return Some(role_words(text::ENTRY_ROLE_RELEASED, role, by)),
        Change::Merged { reference, .. } => return Some(fill(text::ENTRY_MERGED, &[("reference", reference)])),
        Change::Invited { who } => return Some(fill(text::ENTRY_INVITED, &[("name", &who.name)])),
        Change::Overdue { duty: Duty::Acknowledge } => text::ENTRY_ACKNOWLEDGE_OVERDUE,
        Change::Overdue { duty: Duty::Promise } => text::ENTRY_PROMISE_MISSED,
        Change::Overdue { duty: Duty::Update } => text::ENTRY_UPDATE_OVERDUE,
        Change::Acknowledged {} => text::ENTRY_ACKNOWLEDGED,
        Change::DowngradeRefused { .. } => text::ENTRY_DOWNGRADE_REFUSED,
        Change::Proposed { .. } => text::ENTRY_PROPOSED,
        Change::Confirmed { .. } => text::ENTRY_CONFIRMED,
        Change::Disputed { .. } => text::ENTRY_DISPUTED,
        Change::Waived { .. } => text::ENTRY_WAIVED,
        Change::Reminded { .. } => text::ENTRY_REMINDED,
        Change::TimedOut { .. } => text::ENTRY_TIMED_OUT,
        Change::Reopened { .. } => text::ENTRY_REOPENED,
        Change::OthersAffected {} => text::OTHERS_AFFECTED,
        Change::Paged { whom: PageTarget::Account(_), .. } => text::ENTRY_PAGED_OWN,
        Change::Sealed { .. } => text::ENTRY_SEALED,
        Change::Unsealed { .. } => text::ENTRY_UNSEALED,
        Change::WorkaroundFound { .. } => text::ENTRY_WORKAROUND,
        Change::Updated { .. } => text::ENTRY_UPDATE,
        _ => return None,
    };
    Some(say(plain).to_owned())
}

const fn lowered(consent: Consent) -> Key {
    match consent {
        Consent::Vendor => text::ENTRY_LOWERED,
        Consent::Account => text::ENTRY_LOWERED_AGREED,
        Consent::Silence => text::ENTRY_LOWERED_TIMEOUT,
    }
}

fn role_words(key: Key, role: &str, by: &PersonRef) -> String {
    fill(key, &[("name", &by.name), ("role", role)])
}

/// With which incident it was merged, as the one who reads it knows that.
fn merged_with(scene: &Scene<'_>, event: &Event) -> String {
    let incident = event.incident.and_then(|id| scene.client.cache.state.incidents.get(&id));
    fill(text::ENTRY_MERGED_WITH, &[("reference", incident.map_or("…", |incident| &incident.reference))])
}

/// Somebody's own words in an entry.
#[must_use]
pub fn said(change: &Change) -> Option<&str> {
    let words = match change {
        Change::Said { text, .. }
        | Change::Updated { text, .. }
        | Change::Proposed { text }
        | Change::Joined { text, .. }
        | Change::WorkaroundFound { text }
        | Change::Assessed { reason: text, .. }
        | Change::SeveritySet { reason: text, .. }
        | Change::DowngradeProposed { reason: text, .. }
        | Change::DowngradeRefused { reason: text, .. }
        | Change::Lowered { reason: text, consent: Consent::Vendor, .. }
        | Change::Disputed { reason: text, .. }
        | Change::Waived { reason: text, .. }
        | Change::Reopened { reason: text, .. }
        | Change::Paused { reason: text, .. }
        | Change::Sealed { reason: text }
        | Change::Unsealed { reason: text } => text,
        Change::Declared { report, .. } => &report.what,
        _ => return None,
    };
    Some(words.as_str()).filter(|words| !words.is_empty())
}

/// Whether the timeline has a line for it.
#[must_use]
pub fn shows(scene: &Scene<'_>, event: &Event) -> bool {
    // Callpoint tells whoever may have forgotten it; that is no news.
    let told_again = event.by == Author::System && matches!(event.change, Change::Published(_));
    !told_again && (said(&event.change).is_some() || act(scene, &event.change).is_some())
}

/// One entry; `reach` is what the console adds about its visibility.
pub fn entry(scene: &Scene<'_>, event: &Event, reach: Html) -> Html {
    let (name, title) = author(scene, &event.by);
    let own = scene.you.account.as_ref();
    let mine = matches!((&event.by, own), (Author::Customer { account, .. }, Some(own)) if *account == own.id);
    let mut head = el("p", "entry-head").with(el("strong", "").text(&name));
    let act = match (&event.by, &event.change) {
        // Whoever merges brings an account's words here; they are not its own.
        (Author::Staff { .. }, Change::Joined { .. }) => Some(merged_with(scene, event)),
        (Author::Staff { person, .. }, Change::RoleTaken { role, by }) if *person == by.person => {
            Some(role_words(text::ENTRY_ROLE_TAKEN, role, by))
        }
        (Author::Staff { person, .. }, Change::RoleReleased { role, by }) if *person == by.person => {
            Some(role_words(text::ENTRY_ROLE_LEFT, role, by))
        }
        (_, change) => act(scene, change),
    };
    for (class, words) in [("title", title), ("act", act)] {
        if let Some(words) = words {
            head = head.with(el("span", class).text(&words));
        }
    }
    if matches!(&event.change, Change::Said { mentions, .. } if scene.you.person.as_ref().is_some_and(|you| mentions.contains(you)))
    {
        head = head.with(el("span", "names-you").say(text::MENTIONS_YOU));
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
