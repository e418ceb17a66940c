//! A product's own words in place of the widget's.

use std::collections::BTreeMap;

use callpoint_core::text::{self, Language, PLURALS};

use crate::platform::page;

/// Longest text of a product's own, in characters; the same holds for `labels` in JavaScript.
const LONGEST: usize = 300;

/// English counts in these; both are said with the one text that the product gives.
const CATEGORIES: [&str; 2] = ["one", "other"];

/// Says these from here on, which stay in memory, and tells whoever develops the product which of them stand for nothing.
pub fn speak(labels: &BTreeMap<String, String>) {
    if cfg!(not(feature = "languages")) && !labels.is_empty() {
        page::warn("callpoint: labels need the feature `languages` of callpoint-widget");
        return;
    }
    let mut words = Vec::new();
    for (english, own) in labels {
        let counted = PLURALS.iter().any(|plural| plural.other.0 == english);
        if !counted && !text::translated().any(|(_, key)| key.0 == english) {
            page::warn(&["callpoint: labels: there is no text \"", english, "\""].concat());
            continue;
        }
        let own: String = own.chars().take(LONGEST).collect();
        if own.trim().is_empty() {
            continue;
        }
        if counted {
            let said = CATEGORIES.map(|category| ([category, "|", english].concat(), own.clone()));
            words.extend(said);
        }
        words.push((english.clone(), own));
    }
    let language = (!words.is_empty()).then(|| Language::new(words.into_iter(), category));
    text::speak(language);
}

fn category(count: usize) -> String {
    if count == 1 { "one" } else { "other" }.to_owned()
}
