//! How a client is started: which backend, for whom, and what it adds to each report.

use callpoint_core::model::{id::ComponentId, report::ReportDraft};
use js_sys::Function;

pub use crate::platform::credentials::Identity;

/// How a client is started.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientConfig {
    /// The backend's origin; empty for the page's own.
    pub backend: String,
    /// What sends requests in place of the browser's `fetch`, with the same parameters.
    pub carry: Option<Function>,
    /// Who the person is.
    pub identity: Identity,
    /// The component that this part of the product belongs to; chosen ahead in the report.
    pub component: Option<ComponentId>,
    /// The product's version; it goes with each report.
    pub release: Option<String>,
}

impl ClientConfig {
    /// A report in which nothing is said but what the product knows.
    #[must_use]
    pub fn empty_report(&self) -> ReportDraft {
        let mut draft = ReportDraft { component: self.component.clone(), ..ReportDraft::default() };
        if let Some(release) = &self.release {
            draft.context.insert("release".to_owned(), release.clone());
        }
        draft
    }
}
