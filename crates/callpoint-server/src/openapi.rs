//! The OpenAPI document.

/// The document as JSON.
#[must_use]
pub fn text() -> String {
    "{}".to_owned()
}

/// The schemas as JSON.
#[must_use]
pub fn schemas() -> String {
    "{}".to_owned()
}
