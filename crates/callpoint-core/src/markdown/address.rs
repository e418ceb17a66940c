//! Where a link may lead.

use super::{begins, byte};
use crate::model::limits::is_invisible;

/// An address that is safe to open: `http`, `https` or `mailto`, whole, with nothing invisible in it, and a host that is
/// the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkAddress(String);

impl LinkAddress {
    /// How many bytes an address may have.
    pub(super) const LONGEST: usize = 2_000;

    /// The address, if this is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let host = ["https://", "http://"].into_iter().find(|scheme| begins(text, scheme)).map(str::len);
        let whole = match host {
            Some(start) => {
                let first = byte(text, start);
                let mut end = start;
                while !matches!(byte(text, end), 0 | b'/' | b'?' | b'#' | b'@') {
                    end += 1;
                }
                // `https://bank.example@other.example` leads to the other.
                (first.is_ascii_alphanumeric() || first >= 0x80 || first == b'[') && byte(text, end) != b'@'
            }
            None => begins(text, "mailto:") && is_mailbox(text.get(7..)?.split('?').next()?),
        };
        // What browsers read otherwise than people do, or take for the end of an attribute.
        let odd = |c: char| is_invisible(c) || matches!(c, '<' | '>' | '"' | '\'' | '`' | '\\' | '{' | '}' | '|' | '^');
        (whole && text.len() <= Self::LONGEST && !text.chars().any(odd)).then(|| Self(text.to_owned()))
    }

    /// What stands between `<` and `>`: an address, or a mailbox.
    pub(super) fn in_brackets(text: &str) -> Option<Self> {
        if is_mailbox(text) { Self::parse(&["mailto:", text].concat()) } else { Self::parse(text) }
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_mailbox(text: &str) -> bool {
    let plain = |part: &str, others: &[u8]| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
    };
    text.split_once('@').is_some_and(|(name, host)| plain(name, b".!#$%&*+/=?_~-") && plain(host, b".-"))
}
