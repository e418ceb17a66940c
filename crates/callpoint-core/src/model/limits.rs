//! How long and how many things may be, and the one way in which what people write is read.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::wire::error::{Constraint, Invalid};

/// Longest "what is going wrong", in characters.
pub const WHAT_LIMIT: usize = 2_000;
/// Longest text of details, message, update or reason, in characters.
pub const TEXT_LIMIT: usize = 10_000;
/// Longest title, in characters.
pub const TITLE_LIMIT: usize = 120;
/// Most entries of context.
pub const CONTEXT_LIMIT: usize = 24;
/// Longest name of an entry of context, in characters.
pub const CONTEXT_NAME_LIMIT: usize = 64;
/// Longest value of an entry of context, in characters.
pub const CONTEXT_VALUE_LIMIT: usize = 1_000;
/// Longest value of a field that the vendor defines, in characters.
pub const FIELD_LIMIT: usize = 1_000;
/// Most fields that a report form has of the vendor.
pub const FIELDS_LIMIT: usize = 20;
/// Longest id of one of them, in bytes.
pub const FIELD_ID_LIMIT: usize = 40;
/// Most choices of one of them.
pub const CHOICES_LIMIT: usize = 100;
/// Most files of one entry.
pub const ATTACHMENTS_LIMIT: usize = 10;
/// Longest name of a file, in characters.
pub const FILE_NAME_LIMIT: usize = 200;
/// Each event of a sealed incident names whom it is open to.
pub const INVITED_LIMIT: usize = 50;
/// Longest text that is searched for, in characters; what is longer is cut.
pub const SEARCH_LIMIT: usize = 200;
/// Most terms of a search; more are left out.
pub const SEARCH_TERMS: usize = 8;
/// Longest e-mail address, in characters.
pub const EMAIL_LIMIT: usize = 254;
/// Longest identifier a vendor's backend may give us, in bytes.
pub const NAME_ID_LIMIT: usize = 128;

/// What somebody wrote, by the one rule for texts: CR LF and CR are line breaks, other control characters but the tab are
/// left out, and so is the space around it. Whatever else is invisible stays where it joins or parts visible characters.
///
/// # Errors
/// Where nothing of it is visible, or it is too long.
pub fn parse_text(field: &'static str, text: &str, limit: usize) -> Result<String, Invalid> {
    let text = optional_text(field, text, limit)?;
    if text.is_empty() { Err(Invalid::new(field, Constraint::Missing)) } else { Ok(text) }
}

/// The same where a text may be missing: one of which nothing is visible is empty.
pub(crate) fn optional_text(field: &'static str, text: &str, limit: usize) -> Result<String, Invalid> {
    let text = clean(text);
    if text.chars().count() > limit {
        return Err(Invalid::new(field, Constraint::TooLong(limit)));
    }
    Ok(text)
}

/// The same for names and titles, which have one line.
///
/// # Errors
/// Where nothing of it is visible, it is too long, or has several lines.
pub fn parse_line(field: &'static str, text: &str, limit: usize) -> Result<String, Invalid> {
    let line = parse_text(field, text, limit)?;
    if line.contains(['\n', '\t']) { Err(Invalid::new(field, Constraint::Malformed)) } else { Ok(line) }
}

/// A text by the rule of [`parse_text`], of any length; empty if nothing of it is visible.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut after_return = false;
    for char in text.chars() {
        match char {
            '\r' => clean.push('\n'),
            '\n' if after_return => {}
            '\n' | '\t' => clean.push(char),
            _ if char.is_control() => {}
            _ => clean.push(char),
        }
        after_return = char == '\r';
    }
    if is_blank(&clean) { String::new() } else { clean.trim().to_owned() }
}

/// Whether nothing of a text is visible.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_invisible)
}

/// The first line of which something is visible.
#[must_use]
pub fn first_line(text: &str) -> &str {
    text.lines().find(|line| !is_blank(line)).unwrap_or_default().trim()
}

/// White space, control characters, Unicode's `Default_Ignorable_Code_Point`, and what is drawn as nothing besides.
pub(crate) fn is_invisible(char: char) -> bool {
    char.is_whitespace()
        || char.is_control()
        || matches!(
            char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// What a text is called: its first visible line, within `TITLE_LIMIT` characters. Where that cuts it, then at a space
/// if there is one, else between what people see as characters, with an ellipsis.
///
/// Made once, where something comes into the log; the browser gets it from there, and needs no table of characters.
#[must_use]
pub fn title_of(text: &str) -> String {
    shorten(first_line(text), TITLE_LIMIT)
}

fn shorten(text: &str, limit: usize) -> String {
    let Some((most, _)) = text.char_indices().nth(limit) else { return text.to_owned() };
    let boundaries = text.grapheme_indices(true).map(|(at, cluster)| (at, cluster == " "));
    let (mut end, mut space) = (0, 0);
    for (at, is_space) in boundaries.take_while(|(at, _)| *at <= most) {
        end = at;
        space = if is_space { at } else { space };
    }
    // One character that is longer than a title is none.
    let cut = if end == 0 {
        most
    } else if space > end / 2 {
        space
    } else {
        end
    };
    [text.get(..cut).unwrap_or_default().trim_end(), "…"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_titles_are_cut_at_a_word() {
        assert_eq!(shorten("one two three", 9), "one two…");
        assert_eq!(shorten("one", 9), "one");
        assert_eq!(shorten("ääääääääää", 4), "ääää…");
    }

    #[test]
    fn what_people_see_as_one_character_is_cut_nowhere() {
        let family = "👩‍👩‍👧‍👦";
        assert_eq!(shorten(&family.repeat(3), 10), format!("{family}…"));
        assert_eq!(shorten("e\u{301}e\u{301}e\u{301}", 3), "e\u{301}…");
        assert_eq!(shorten(&format!("a{}", "\u{301}".repeat(9)), 4).chars().count(), 5);
    }

    #[test]
    fn what_joins_visible_characters_stays() {
        for whole in ["می‌خواهم", "👩‍👩‍👧‍👦 ❤️", "co\u{ad}operate"] {
            assert_eq!(clean(whole), whole);
            assert_eq!(title_of(whole), whole);
        }
    }

    #[test]
    fn of_nothing_that_is_visible_nothing_is_left() {
        for blank in
            ["", " \n", "\u{200b}\u{2060}", "\u{0}", "\u{feff}\u{3164}", "\u{e0061}\u{202e}", "\u{2800}\u{115f}"]
        {
            assert_eq!(clean(blank), "", "{blank:?}");
            assert_eq!(parse_text("text", blank, 9).map_err(|invalid| invalid.rule), Err(Constraint::Missing));
        }
        assert_eq!(title_of("\u{200b}\n\u{2060} \n Labels \nstop"), "Labels");
    }

    #[test]
    fn control_characters_are_left_out_and_line_breaks_are_one_kind() {
        assert_eq!(clean("\u{0} a\r\nb\rc\n\td\u{1b}[1m\u{85}\u{7f} \u{8}"), "a\nb\nc\n\td[1m");
        assert_eq!(parse_line("name", "a\u{0}b", 9).as_deref(), Ok("ab"));
        assert!(parse_line("name", "a\nb", 9).is_err() && parse_line("name", "a\tb", 9).is_err());
    }
}
