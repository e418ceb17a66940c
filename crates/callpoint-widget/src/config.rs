//! What a product says when it starts the widget. For pages in JavaScript see `options`.

use callpoint_core::model::{id::ComponentId, report::ReportDraft};

pub use crate::platform::credentials::Identity;

/// How a product starts the widget.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallpointConfig {
    /// The backend's origin; empty for the page's own.
    pub backend: String,
    /// Who the person is.
    pub identity: Identity,
    /// The component that this part of the product belongs to; chosen ahead in the report.
    pub component: Option<ComponentId>,
    /// The product's version; it goes with each report.
    pub release: Option<String>,
}

impl CallpointConfig {
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
