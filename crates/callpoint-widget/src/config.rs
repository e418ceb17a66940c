//! How a client is started: which backend, for whom, and what it adds to each report.

use callpoint_core::model::{
    field::{FieldFault, ReportField, check_fields},
    id::ComponentId,
};
use js_sys::Function;

use crate::platform::page;

pub use crate::platform::credentials::Identity;

/// How a client is started.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientConfig {
    /// The backend's origin; empty for the page's own.
    pub backend: String,
    /// What sends requests in place of the browser's `fetch`, with the same parameters.
    pub carry: Option<Function>,
    /// What adds and shows files (see [`files`](crate::platform::files)); without it none can be added.
    pub files: Option<Function>,
    /// Takes a thread out of the widget: `take_out(kind, id, reference)` promises whether it could. None where that is
    /// not offered.
    pub take_out: Option<Function>,
    /// Who the person is.
    pub identity: Identity,
    /// The component that this part of the product belongs to; chosen ahead in the report.
    pub component: Option<ComponentId>,
    /// The product's version; it goes with each report.
    pub release: Option<String>,
    /// Fields of the report form that the page defines, beside the vendor's.
    pub fields: Vec<ReportField>,
}

/// Those fields that can be used, where none stands for what is no field at all. Of the others whoever develops the page
/// is told.
#[must_use]
pub fn usable_fields(given: impl IntoIterator<Item = Option<ReportField>>) -> Vec<ReportField> {
    let mut usable: Vec<ReportField> = Vec::new();
    for (place, field) in given.into_iter().enumerate() {
        let Some(field) = field else {
            let place = place.to_string();
            page::warn(&["callpoint: fields[", &place, "] is no field; this field is left out"].concat());
            continue;
        };
        usable.push(field);
        if let Err((_, FieldFault { part, must })) = check_fields(&usable) {
            usable.pop();
            page::warn(
                &["callpoint: fields[", &place.to_string(), "].", part, " ", must, "; this field is left out"].concat(),
            );
        }
    }
    usable
}
