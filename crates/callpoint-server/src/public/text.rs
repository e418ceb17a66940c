//! What somebody wrote, as HTML.

use maud::{Markup, html};

/// What somebody wrote, as paragraphs of plain text.
#[must_use]
pub fn paragraphs(text: &str) -> Markup {
    let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    html! { div.words { @for part in parts { p { (part) } } } }
}
