//! In which language people read. English is what the code says; every other language is a table of its words by the
//! English, which is spoken on a thread from when it is set there.

use core::cell::Cell;

use litemap::LiteMap;

/// A language that people read instead of English. There are a few in a process, for as long as it runs.
pub struct Language {
    words: LiteMap<&'static str, &'static str>,
    category: Box<dyn Fn(usize) -> String + Send + Sync>,
}

thread_local! {
    static SPOKEN: Cell<Option<&'static Language>> = const { Cell::new(None) };
}

impl Language {
    /// A language of these words, each by its English. The words for a count stand by the English of its plural behind the
    /// category's name and a `|`: `few|{count} updates`. `category` names the category of a count, as CLDR does.
    #[must_use]
    pub fn new(
        words: impl Iterator<Item = (String, String)>,
        category: impl Fn(usize) -> String + Send + Sync + 'static,
    ) -> &'static Self {
        let words = words.map(|(english, words)| (&*english.leak(), &*words.leak())).collect();
        Box::leak(Box::new(Self { words, category: Box::new(category) }))
    }

    fn get(&self, english: &str) -> Option<&'static str> {
        self.words.get(english).copied()
    }
}

/// Speaks this language on this thread from here on, or English; gives back what was spoken.
pub fn speak(language: Option<&'static Language>) -> Option<&'static Language> {
    SPOKEN.replace(language)
}

/// What is made of words while this language is spoken on this thread.
pub fn speaking<Made>(language: Option<&'static Language>, make: impl FnOnce() -> Made) -> Made {
    /// Speaks what was spoken before, also where making ends in a panic.
    struct Before(Option<&'static Language>);
    impl Drop for Before {
        fn drop(&mut self) {
            speak(self.0);
        }
    }
    let _before = Before(speak(language));
    make()
}

/// The words that are spoken for the English; none while that is spoken itself, or where there are none.
#[must_use]
pub fn translation(english: &str) -> Option<&'static str> {
    spoken()?.get(english)
}

fn spoken() -> Option<&'static Language> {
    if cfg!(feature = "languages") { SPOKEN.get() } else { None }
}

/// The words that are spoken for a count of what the English plural says.
pub(super) fn spoken_count(english: &'static str, count: usize) -> Option<&'static str> {
    let language = spoken()?;
    language.get(&[&(language.category)(count), "|", english].concat()).or_else(|| language.get(english))
}

#[cfg(test)]
mod tests {
    use std::panic::AssertUnwindSafe;

    use super::*;
    use crate::text::{Key, Plural, count, fill, say};

    #[test]
    fn a_language_is_spoken_while_something_is_made_in_it() {
        let words = [
            ("Back", "Zurück"),
            ("{n} of {m}", "von {m} {n}"),
            ("one|{count} days", "{count} Tag"),
            ("{count} days", "{count} Tage"),
        ];
        let words = words.map(|(english, words)| (english.to_owned(), words.to_owned()));
        let german = Language::new(words.into_iter(), |count| if count == 1 { "one" } else { "other" }.to_owned());
        let days = Plural { one: Key("{count} day"), other: Key("{count} days") };
        let read = || {
            let of = fill(Key("{n} of {m}"), &[("n", "2"), ("m", "3")]);
            [say(Key("Back")).to_owned(), say(Key("Unknown")).to_owned(), of, count(days, 1), count(days, 2)]
        };
        let english = ["Back", "Unknown", "2 of 3", "1 day", "2 days"];
        assert_eq!(read(), english);
        assert_eq!(speaking(Some(german), read), ["Zurück", "Unknown", "von 3 2", "1 Tag", "2 Tage"]);
        assert_eq!(read(), english);
        let _panics = std::panic::catch_unwind(AssertUnwindSafe(|| speaking(Some(german), || panic!("it ends"))));
        assert_eq!(read(), english);
    }
}
