//! Search on the wire.

use serde::{Deserialize, Serialize};

pub use super::protocol::encode_segment;
use crate::model::{id::Seq, incident::Incident, limits::SEARCH_LIMIT};

/// `GET ?q=&before=`: what the caller may see in which all of this stands: [`SearchResults`].
pub const SEARCH: &str = "/v1/search";

/// Answer of `GET /v1/search`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SearchResults {
    /// The incident that is called so, if there is one; then the latest first.
    pub hits: Vec<SearchHit>,
    /// Pass as `before` for the next page; none on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An incident that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SearchHit {
    /// The facts.
    pub incident: Incident,
    /// The latest entry in which something of it stands that does not stand among the facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<SearchExcerpt>,
}

/// A part of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SearchExcerpt {
    /// The entry.
    pub seq: Seq,
    /// What stands around the first word that was found, as it was written, on one line.
    pub text: String,
}

/// The path that searches for this, from where a page before ended.
#[must_use]
pub fn search_path(text: &str, before: Option<&str>) -> String {
    let before = before.map(|before| ["&before=", &encode_segment(before)].concat()).unwrap_or_default();
    // What is longer is cut there too.
    let text: String = text.chars().take(SEARCH_LIMIT).collect();
    [SEARCH, "?q=", &encode_segment(&text), &before].concat()
}

/// What stands percent-encoded in a query; `None` where it is no text.
#[must_use]
pub fn decode_query(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok()
}
