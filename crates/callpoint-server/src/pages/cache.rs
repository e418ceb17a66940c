//! Rendered status pages, kept for as long as they are true.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use callpoint_core::model::id::Seq;

use super::query::StatusPageQuery;

/// How many different views are kept.
const CACHE_LIMIT: usize = 32;

/// A rendered page.
#[derive(Debug)]
pub struct StatusPage {
    /// The HTML.
    pub html: String,
    /// Changes with what the page shows, and with nothing else.
    pub etag: String,
}

/// Pages as they were last rendered, by view; good until the log grows or the minute ends.
#[derive(Debug, Default)]
pub struct StatusPageCache(Mutex<CachedPages>);

#[derive(Debug, Default)]
struct CachedPages {
    moment: (Seq, i64),
    pages: HashMap<PageKey, Arc<StatusPage>>,
}

/// Which view, and the language that it is read in.
pub(super) type PageKey = (StatusPageQuery, &'static str);

impl StatusPageCache {
    pub(super) fn get(&self, moment: (Seq, i64), view: &PageKey) -> Option<Arc<StatusPage>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.pages.get(view).filter(|_| kept.moment == moment).cloned()
    }

    pub(super) fn put(&self, moment: (Seq, i64), view: PageKey, page: &Arc<StatusPage>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.moment != moment || kept.pages.len() >= CACHE_LIMIT {
            *kept = CachedPages { moment, pages: HashMap::new() };
        }
        kept.pages.insert(view, Arc::clone(page));
    }
}
