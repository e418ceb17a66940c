//! What a name says of the value beside it: `password=…`, `"token": "…"`, `Authorization: …`, `?code=…`, `--secret …`.

use core::ops::Range;

use super::{REDACTED, is_taken_out, run};

/// A name that has one of these in it holds a secret, or what is personal. Lower case, without separators.
const NAMED: [&str; 32] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "apikey",
    "accesskey",
    "privatekey",
    "accountkey",
    "sharedkey",
    "encryptionkey",
    "signingkey",
    "token",
    "authorization",
    "credential",
    "cookie",
    "sessionid",
    "sessid",
    "csrf",
    "xsrf",
    "jwt",
    "cvv",
    "cvc",
    "cardnumber",
    "creditcard",
    "iban",
    "socialsecurity",
    "phonenumber",
    "email",
    "signature",
    "connectionstring",
];

/// The same for the whole name, or its last part.
const WHOLE: [&str; 12] =
    ["pass", "pin", "otp", "totp", "sid", "ssn", "phone", "mobile", "tel", "fax", "sig", "bearer"];

/// The same in the query of an address, and for what stands under that name alone.
const IN_ADDRESS: [&str; 8] = ["code", "key", "state", "session", "auth", "ticket", "nonce", "hash"];

/// What stands behind these may have spaces in it.
const LINES: [&str; 11] = [
    "password",
    "passphrase",
    "authorization",
    "cookie",
    "phone",
    "mobile",
    "tel",
    "fax",
    "iban",
    "cardnumber",
    "creditcard",
];

/// Values that give nothing away.
const HARMLESS: [&str; 12] =
    ["null", "undefined", "true", "false", "none", "nil", "yes", "no", "ok", "enabled", "disabled", "missing"];

/// Shorter ones are no secret in an address: `?code=500`.
const SHORTEST_IN_ADDRESS: usize = 6;

/// Whether what stands under this name has to go as a whole.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let name = Name::of(name);
    name.is_secret() || name.is(&["session", "auth"])
}

struct Name {
    letters: String,
    last: String,
}

impl Name {
    fn of(name: &str) -> Self {
        let letters = |part: &str| -> String {
            part.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_lowercase()).collect()
        };
        let last = name.trim_end_matches(['_', '-', '.']).rsplit(['_', '-', '.', ' ']).next();
        Self { letters: letters(name), last: letters(last.unwrap_or_default()) }
    }

    fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.letters.contains(name))
    }

    fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.letters == *name || self.last == *name)
    }

    fn is_secret(&self) -> bool {
        self.has(&NAMED) || self.is(&WHOLE)
    }
}

/// The value of a name that says that it has to go.
pub(super) fn assigned(before: Option<char>, text: &str) -> Option<Range<usize>> {
    let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.' | '$');
    if before.is_some_and(is_part) {
        return None;
    }
    let written = run(text, &is_part);
    let in_address = before.is_some_and(|char| matches!(char, '?' | '&' | '#'));
    let behind = text.get(written.len()..)?;
    let separator = run(behind, &|char| matches!(char, '"' | '\'' | '\\' | ']' | ' '));
    let sign = run(behind.get(separator.len()..)?, &|char| matches!(char, '=' | ':' | '>'));
    let is_flag = written.starts_with("--") && separator.starts_with(' ');
    if written.is_empty() || separator.len() > 4 || sign.len() > 3 || (sign.is_empty() && !is_flag) {
        return None;
    }
    let name = Name::of(written);
    let asks = in_address && name.is(&IN_ADDRESS);
    if !asks && !name.is_secret() {
        return None;
    }
    let at = written.len() + separator.len() + sign.len();
    let space = run(text.get(at..)?, &|char| char == ' ');
    let quote = run(text.get(at + space.len()..)?, &|char| matches!(char, '"' | '\'' | '\\' | '`'));
    let start = at + space.len() + quote.len();
    let value = value(text.get(start..)?, quote, sign == ":" && name.has(&LINES));
    let gives_away = !asks || value.len() >= SHORTEST_IN_ADDRESS;
    let number = value.len() <= 4 && name.has(&["token"]) && value.bytes().all(|byte| byte.is_ascii_digit());
    (gives_away && !number && !is_harmless(value)).then(|| start..start + value.len())
}

fn is_harmless(value: &str) -> bool {
    let bare = value.trim_matches(|char: char| !char.is_ascii_alphanumeric());
    is_taken_out(value) || HARMLESS.iter().any(|harmless| bare.eq_ignore_ascii_case(harmless))
}

fn value<'a>(text: &'a str, quote: &str, line: bool) -> &'a str {
    if let Some(mark) = quote.chars().next_back().filter(|mark| *mark != '\\') {
        // What is quoted within a quoted text ends with its own quote, whatever stands before that.
        return quoted(text, mark, quote.contains('\\'));
    }
    let closing = match text.chars().next() {
        Some('{') => Some('}'),
        Some('[') if !text.starts_with(REDACTED) => Some(']'),
        _ => None,
    };
    if let Some(end) = closing.and_then(|closing| text.find(closing)) {
        return text.get(..=end).unwrap_or(text);
    }
    run(text, &|char| match char {
        '\n' => false,
        ' ' | '\t' | '&' | '}' | '"' | '\'' | '`' | '<' | '>' => line,
        _ => true,
    })
}

fn quoted(text: &str, mark: char, nested: bool) -> &str {
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        if char == mark && !escaped {
            let inside = text.get(..at).unwrap_or_default();
            return if nested { inside.trim_end_matches('\\') } else { inside };
        }
        escaped = !nested && char == '\\' && !escaped;
    }
    text
}
