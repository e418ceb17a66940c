//! Redaction: what looks like a secret or is personal is taken out of what a page adds to a report, before it leaves the
//! browser. What can't be told from harmless text stays; where both could be meant, it goes.
//!
//! A text is read from its beginning to its end, so that the longest one takes no longer than its length asks for.

mod assignment;
mod number;
mod word;

use core::{iter::successors, ops::Range};

pub use assignment::is_secret_name;

/// What stands where something was taken out.
pub const REDACTED: &str = "[redacted]";

/// So often a text may have been encoded for an address.
const ENCODINGS: usize = 4;

/// What is to go from the beginning of a text, given the character before it.
type Finder = fn(Option<char>, &str) -> Option<Range<usize>>;

const FINDERS: [Finder; 11] = [
    word::pem,
    word::userinfo,
    assignment::assigned,
    word::authorized,
    word::token,
    word::email,
    number::iban,
    number::card,
    number::phone,
    number::north_american_phone,
    number::social_security,
];

/// A text without what looks like a secret or is personal. What was encoded for an address is given decoded where
/// something in it had to go. To redact twice is to redact once.
#[must_use]
pub fn redact(text: &str) -> String {
    let forms: Vec<String> = successors(decode(text), |decoded| decode(decoded)).take(ENCODINGS).collect();
    let forms = forms.iter().map(String::as_str).rev().map(|form| (form, take_out(form)));
    forms.into_iter().find(|(form, clean)| form != clean).map_or_else(|| take_out(text), |(_, clean)| clean)
}

/// Until nothing more is found: what is left stands beside something else then.
fn take_out(text: &str) -> String {
    let (mut clean, mut again) = (text.to_owned(), read_once(text));
    while clean != again {
        clean = again;
        again = read_once(&clean);
    }
    clean
}

fn read_once(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let (mut before, mut rest) = (None, text);
    while let Some(first) = rest.chars().next() {
        let found = FINDERS.iter().find_map(|find| find(before, rest));
        let Range { start, end } = found.clone().unwrap_or(first.len_utf8()..first.len_utf8());
        clean.push_str(rest.get(..start).unwrap_or_default());
        if found.is_some() {
            clean.push_str(REDACTED);
        }
        // What follows is looked at beside what will stand there.
        before = clean.chars().next_back();
        rest = rest.get(end..).unwrap_or_default();
    }
    clean
}

/// A text as it was before parts of it were written as `%40` or `\u0040`; none where none were.
fn decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['%', '\\']) {
        let (plain, code) = rest.split_at_checked(at)?;
        decoded.extend_from_slice(plain.as_bytes());
        let digits = code.strip_prefix("\\u00").or_else(|| code.strip_prefix('%')).and_then(|code| code.get(..2));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|byte| *byte >= b' ');
        let is_escape = code.starts_with('\\');
        let length = match byte {
            Some(byte) if is_escape => {
                // What was escaped twice leaves nothing of it.
                while decoded.last() == Some(&b'\\') {
                    decoded.pop();
                }
                decoded.extend_from_slice(char::from(byte).to_string().as_bytes());
                6
            }
            Some(byte) => {
                decoded.push(byte);
                3
            }
            None => {
                decoded.push(if is_escape { b'\\' } else { b'%' });
                1
            }
        };
        rest = code.get(length..)?;
    }
    decoded.extend_from_slice(rest.as_bytes());
    let decoded = String::from_utf8_lossy(&decoded);
    (decoded != text).then(|| decoded.into_owned())
}

/// Whether nothing is left of this that says anything.
fn is_taken_out(text: &str) -> bool {
    !text.replace(REDACTED, "").contains(is_alphanumeric)
}

/// Whether no word goes on here: what stood before is not part of what begins.
fn begins(before: Option<char>) -> bool {
    before.is_none_or(|char| !is_alphanumeric(char))
}

// Unicode's own tables would weigh more than all of this: whatever is not ASCII counts as a letter.
const fn is_alphanumeric(char: char) -> bool {
    char.is_ascii_alphanumeric() || !char.is_ascii()
}

/// How far a text goes on with such characters, in bytes.
fn run<'a>(text: &'a str, is_part: &dyn Fn(char) -> bool) -> &'a str {
    let end = text.find(|char| !is_part(char)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// How many characters at the beginning of a text are such.
fn count(text: &str, is_part: &dyn Fn(char) -> bool) -> usize {
    run(text, is_part).chars().count()
}
