//! Where a link may lead.

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
        let (scheme, rest) = text.split_once(':')?;
        let is = |name: &str| scheme.eq_ignore_ascii_case(name);
        let whole = if is("https") || is("http") {
            let host = rest.strip_prefix("//")?.split(['/', '?', '#']).next()?;
            // `https://bank.example@other.example` leads to the other.
            host.starts_with(|c: char| c.is_alphanumeric() || c == '[') && !host.contains('@')
        } else {
            is("mailto") && is_mailbox(rest.split('?').next()?)
        };
        // What browsers read otherwise than people do, or take for the end of an attribute.
        let odd = |c: char| is_invisible(c) || matches!(c, '<' | '>' | '"' | '\'' | '`' | '\\' | '{' | '}' | '|' | '^');
        (whole && text.len() <= Self::LONGEST && !text.contains(odd)).then(|| Self(text.to_owned()))
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
    let plain = |part: &str, others: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
    };
    text.split_once('@').is_some_and(|(name, host)| plain(name, ".!#$%&*+/=?_~-") && plain(host, ".-"))
}
