//! What everybody may know, in formats that other programs already read: the Statuspage API v2, feeds and a calendar.
//! It is read as an anonymous viewer alone, so that nothing here can show, or move with, what only some may see.

mod calendar;
mod facts;
mod feed;
pub mod statuspage;
mod text;

pub use text::rendered;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use callpoint_core::model::id::Seq;
use statuspage::StatuspageAnswers;

use crate::{
    crypto,
    store::{Store, StoreError},
};
use facts::PublicFacts;

/// One of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PublicDocument {
    /// Everything that is not over.
    Summary,
    /// The headline alone.
    Status,
    /// Every component.
    Components,
    /// The latest incidents.
    Incidents,
    /// The open incidents.
    Unresolved,
    /// The latest maintenances.
    Maintenances,
    /// The maintenances to come.
    Upcoming,
    /// The maintenances that are going on.
    Active,
    /// The history for feed readers.
    Atom,
    /// The same in the older format.
    Rss,
    /// The same as JSON Feed.
    JsonFeed,
    /// The maintenances for calendars.
    Calendar,
}

impl PublicDocument {
    /// Those of the Statuspage API.
    pub const STATUSPAGE: [Self; 8] = [
        Self::Summary,
        Self::Status,
        Self::Components,
        Self::Incidents,
        Self::Unresolved,
        Self::Maintenances,
        Self::Upcoming,
        Self::Active,
    ];
    /// Those for feed readers and calendars.
    pub const FEEDS: [Self; 4] = [Self::Atom, Self::Rss, Self::JsonFeed, Self::Calendar];

    /// Where it is.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Summary => "/api/v2/summary.json",
            Self::Status => "/api/v2/status.json",
            Self::Components => "/api/v2/components.json",
            Self::Incidents => "/api/v2/incidents.json",
            Self::Unresolved => "/api/v2/incidents/unresolved.json",
            Self::Maintenances => "/api/v2/scheduled-maintenances.json",
            Self::Upcoming => "/api/v2/scheduled-maintenances/upcoming.json",
            Self::Active => "/api/v2/scheduled-maintenances/active.json",
            Self::Atom => "/history.atom",
            Self::Rss => "/history.rss",
            Self::JsonFeed => "/history.json",
            Self::Calendar => "/maintenance.ics",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::JsonFeed => "application/feed+json; charset=utf-8",
            Self::Calendar => "text/calendar; charset=utf-8",
            _ => "application/json; charset=utf-8",
        }
    }

    /// Its media type without parameters.
    #[must_use]
    pub fn essence(self) -> &'static str {
        self.media_type().split(';').next().unwrap_or_default()
    }

    fn render(self, facts: &PublicFacts, site: &PublicSite<'_>) -> Result<String, serde_json::Error> {
        let answers = StatuspageAnswers { facts, site };
        match self {
            Self::Summary => answers.summary(),
            Self::Status => answers.status(),
            Self::Components => answers.components(),
            Self::Incidents => answers.incidents(false),
            Self::Unresolved => answers.incidents(true),
            Self::Maintenances => answers.maintenances(|_| true),
            Self::Upcoming => answers.maintenances(facts::PublicIncident::is_upcoming),
            Self::Active => answers.maintenances(facts::PublicIncident::is_active),
            Self::Atom => Ok(feed::atom(facts, site)),
            Self::Rss => Ok(feed::rss(facts, site)),
            Self::JsonFeed => feed::json_feed(facts, site),
            Self::Calendar => Ok(calendar::calendar(facts, site)),
        }
    }
}

/// Whose documents these are.
#[derive(Clone, Copy, Debug)]
pub struct PublicSite<'a> {
    /// The vendor's name.
    pub vendor: &'a str,
    /// The base URL under which people reach it.
    pub url: &'a str,
}

impl PublicSite<'_> {
    /// The address of a document.
    fn address(&self, document: PublicDocument) -> String {
        format!("{}{}", self.url, document.path())
    }
}

/// A document as it is sent.
#[derive(Debug)]
pub struct RenderedDocument {
    /// Its text.
    pub text: String,
    /// Changes with the text, and with nothing else.
    pub etag: String,
}

/// Documents as they were last rendered; good until the log grows.
#[derive(Debug, Default)]
pub struct PublicCache(Mutex<Option<CachedDocuments>>);

#[derive(Debug)]
struct CachedDocuments {
    head: Seq,
    facts: Arc<PublicFacts>,
    rendered: HashMap<PublicDocument, Arc<RenderedDocument>>,
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum PublicError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The document could not be written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// The document as everybody may read it now.
///
/// # Errors
/// When the database fails.
pub async fn document(
    store: &Store,
    cache: &PublicCache,
    site: &PublicSite<'_>,
    document: PublicDocument,
) -> Result<Arc<RenderedDocument>, PublicError> {
    let head = store.head().await?;
    let known = {
        let kept = cache.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.as_ref().filter(|kept| kept.head == head);
        if let Some(rendered) = kept.and_then(|kept| kept.rendered.get(&document)) {
            return Ok(Arc::clone(rendered));
        }
        kept.map(|kept| Arc::clone(&kept.facts))
    };
    let facts = match known {
        Some(facts) => facts,
        None => Arc::new(PublicFacts::read(store).await?),
    };
    let text = document.render(&facts, site)?;
    let etag = format!("\"{}\"", crypto::digest(&text));
    let rendered = Arc::new(RenderedDocument { text, etag });
    let mut kept = cache.0.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.as_ref().is_none_or(|kept| kept.head < head) {
        *kept = Some(CachedDocuments { head, facts, rendered: HashMap::new() });
    }
    if let Some(kept) = kept.as_mut().filter(|kept| kept.head == head) {
        kept.rendered.insert(document, Arc::clone(&rendered));
    }
    Ok(rendered)
}
