//! Counts in words, by the language's own rule.

use super::{Key, fill};

/// Words that go with a count: one form for each of the language's plural categories. English has two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plural {
    /// For exactly one.
    pub one: Key,
    /// For every other count, none included.
    pub other: Key,
}

/// The words for this many, with `{count}` filled in.
#[must_use]
pub fn count(words: Plural, number: usize) -> String {
    let key = if number == 1 { words.one } else { words.other };
    fill(key, &[("count", &number.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_is_singular() {
        let words = Plural { one: Key("{count} update"), other: Key("{count} updates") };
        let read = [0, 1, 2, 21].map(|number| count(words, number));
        assert_eq!(read, ["0 updates", "1 update", "2 updates", "21 updates"]);
    }
}
