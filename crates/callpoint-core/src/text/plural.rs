//! Counts in words, by the language's own rule.

use super::{Key, fill_words, language::spoken_count};

/// Words that go with a count. English has two forms; another language has one for each of its plural categories, by the
/// English of `other`.
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
    let english = if number == 1 { words.one } else { words.other };
    let words = spoken_count(words.other.0, number).unwrap_or(english.0);
    fill_words(words, &[("count", &number.to_string())])
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
