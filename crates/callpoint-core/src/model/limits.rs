//! How long and how many things may be, and the one way in which what people write is read.

use crate::wire::error::{Constraint, Invalid};

/// Longest "what is going wrong", in characters.
pub const WHAT_LIMIT: usize = 2_000;
/// Longest text of details, message, update or reason, in characters.
pub const TEXT_LIMIT: usize = 10_000;
/// Longest title, in characters.
pub const TITLE_LIMIT: usize = 120;
/// Most entries of context; each key has at most 64 characters and each value 1,000.
pub const CONTEXT_LIMIT: usize = 24;
/// Each event of a sealed incident names whom it is open to.
pub const INVITED_LIMIT: usize = 50;
/// Longest identifier a vendor's backend may give us, in bytes.
pub const NAME_ID_LIMIT: usize = 128;

/// What somebody wrote, without the space around it.
pub(crate) fn parse_text(field: &'static str, text: &str, limit: usize) -> Result<String, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Invalid::new(field, Constraint::Missing));
    }
    if text.chars().count() > limit {
        return Err(Invalid::new(field, Constraint::TooLong(limit)));
    }
    Ok(text.to_owned())
}

/// `text` within `limit` characters, cut at a space where there is one, with an ellipsis if cut.
#[must_use]
pub fn shorten(text: &str, limit: usize) -> String {
    let (mut end, mut space) = (0, 0);
    for (count, char) in text.chars().enumerate() {
        if count == limit {
            let cut = if space > end / 2 { space } else { end };
            return [text.get(..cut).unwrap_or_default().trim_end(), "…"].concat();
        }
        if char == ' ' {
            space = end;
        }
        end += char.len_utf8();
    }
    text.to_owned()
}
