//! The history for feed readers: one entry for each incident and maintenance, with every update of it.

use atom_syndication as atom;
use callpoint_core::{
    model::time::Time,
    text::{self, fill, say},
};
use maud::html;
use serde_json::{Value, json};

use super::{
    PublicDocument, PublicSite,
    facts::{PublicFacts, PublicIncident},
    rendered,
    statuspage::{Rfc3339, written},
};

/// How many entries a feed has at most.
const ENTRIES: usize = 50;

fn entries(facts: &PublicFacts) -> impl Iterator<Item = &PublicIncident> {
    facts.incidents.iter().take(ENTRIES)
}

fn title(site: &PublicSite<'_>) -> String {
    plain(&fill(text::PAGE_TITLE, &[("vendor", site.vendor)]))
}

/// What never changes of it, wherever it is published.
fn id(one: &PublicIncident) -> String {
    format!("urn:uuid:{}", one.incident.id)
}

/// What XML can hold.
fn plain(text: &str) -> String {
    text.chars()
        .filter(
            |char| !matches!(char, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'),
        )
        .collect()
}

/// Every update as HTML, the latest first.
fn content(one: &PublicIncident) -> String {
    let news = html! {
        @for update in &one.updates {
            p {
                small { (written(update.at, "%Y-%m-%d %H:%M UTC")) } br;
                strong { (say(update.status.label())) }
            }
            (rendered(&update.text))
        }
    };
    plain(&news.into_string())
}

pub(super) fn atom(facts: &PublicFacts, site: &PublicSite<'_>) -> String {
    let link = |rel: &str, href: String, kind: &str| atom::Link {
        rel: rel.to_owned(),
        href,
        mime_type: Some(kind.to_owned()),
        ..atom::Link::default()
    };
    let entry = |one: &PublicIncident| atom::Entry {
        id: id(one),
        title: atom::Text::plain(plain(&one.incident.title)),
        published: Some(moment(one.created_at)),
        updated: moment(one.updated_at),
        links: vec![link("alternate", one.address(site), "text/html")],
        content: Some(atom::Content {
            value: Some(content(one)),
            content_type: Some("html".to_owned()),
            ..atom::Content::default()
        }),
        ..atom::Entry::default()
    };
    let feed = atom::Feed {
        id: site.address(PublicDocument::Atom),
        title: atom::Text::plain(title(site)),
        updated: moment(facts.updated_at),
        authors: vec![atom::Person { name: plain(site.vendor), ..atom::Person::default() }],
        links: vec![
            link("self", site.address(PublicDocument::Atom), "application/atom+xml"),
            link("alternate", format!("{}/", site.url), "text/html"),
        ],
        entries: entries(facts).map(entry).collect(),
        ..atom::Feed::default()
    };
    feed.to_string()
}

fn moment(time: Time) -> atom::FixedDateTime {
    written(time, "%Y-%m-%dT%H:%M:%S%.3fZ").parse().unwrap_or_default()
}

pub(super) fn rss(facts: &PublicFacts, site: &PublicSite<'_>) -> String {
    let date = |time| Some(written(time, "%a, %d %b %Y %H:%M:%S +0000"));
    let item = |one: &PublicIncident| rss::Item {
        title: Some(plain(&one.incident.title)),
        link: Some(one.address(site)),
        description: Some(content(one)),
        guid: Some(rss::Guid { value: id(one), permalink: false }),
        pub_date: date(one.created_at),
        ..rss::Item::default()
    };
    let channel = rss::Channel {
        title: title(site),
        link: format!("{}/", site.url),
        description: title(site),
        last_build_date: date(facts.updated_at),
        items: entries(facts).map(item).collect(),
        ..rss::Channel::default()
    };
    channel.to_string()
}

pub(super) fn json_feed(facts: &PublicFacts, site: &PublicSite<'_>) -> Result<String, serde_json::Error> {
    let item = |one: &PublicIncident| {
        json!({
            "id": id(one),
            "url": one.address(site),
            "title": one.incident.title,
            "content_html": content(one),
            "date_published": Rfc3339(one.created_at),
            "date_modified": Rfc3339(one.updated_at),
        })
    };
    serde_json::to_string(&json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": title(site),
        "home_page_url": format!("{}/", site.url),
        "feed_url": site.address(PublicDocument::JsonFeed),
        "authors": [{ "name": site.vendor }],
        "items": entries(facts).map(item).collect::<Vec<Value>>(),
    }))
}
