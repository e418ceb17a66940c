//! The status page.
use std::sync::Arc;

use crate::{App, store::Fault};

/// What was computed.
#[derive(Default)]
pub struct Cache {}

/// A rendered page.
pub struct Page {
    /// HTML.
    pub html: Arc<str>,
    /// Its tag.
    pub etag: String,
}

/// Which part.
pub struct View {}

impl View {
    /// Reads the query.
    #[must_use]
    pub fn read(_until: Option<&str>, _component: Option<&str>) -> Self {
        Self {}
    }
}

/// Renders.
///
/// # Errors
/// Database.
pub async fn status(app: &App, _view: &View) -> Result<Arc<Page>, Fault> {
    Ok(Arc::new(Page { html: app.vendor.name.as_str().into(), etag: "\"0\"".to_owned() }))
}
