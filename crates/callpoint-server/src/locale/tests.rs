use std::collections::BTreeSet;

use callpoint_core::{
    model::time::Time,
    text::{self, PLURALS, count, fill, say},
};

use super::*;

/// Friday, 27 November 2026, 14:05 UTC.
const MOMENT: Time = Time(1_795_788_300_000);

fn marks(words: &str) -> Vec<String> {
    let mut marks: Vec<_> = words.split('{').skip(1).filter_map(|rest| rest.split_once('}')).collect();
    marks.sort_unstable();
    marks.into_iter().map(|(mark, _)| mark.to_owned()).collect()
}

#[test]
fn every_language_has_words_for_everything_that_customers_read_and_for_nothing_else() {
    let singular = |english: &str| PLURALS.iter().any(|plural| plural.one.0 == english);
    let wanted: BTreeSet<&str> = text::translated().map(|(_, key)| key.0).filter(|key| !singular(key)).collect();
    for table in TABLES {
        let Table { head, words } = serde_json::from_str(table).unwrap();
        let has: BTreeSet<&str> = words.keys().map(String::as_str).collect();
        let missing: Vec<_> = wanted.difference(&has).collect();
        let unused: Vec<_> = has.difference(&wanted).collect();
        assert!(missing.is_empty() && unused.is_empty(), "{}: missing {missing:#?}, unused {unused:#?}", head.tag);
        for (english, words) in words {
            let plural = PLURALS.iter().find(|plural| plural.other.0 == english);
            let forms = match (words, plural) {
                (Words::Always(words), None) => vec![words],
                (Words::Counted(forms), Some(_)) => {
                    let tag = parsed(&head.tag);
                    // Whole numbers up to a million fall into every category that whole numbers fall into.
                    let categories: BTreeSet<_> =
                        (0..120).chain([1_000_000]).map(|count| category(&tag, count).to_owned()).collect();
                    assert_eq!(forms.keys().cloned().collect::<BTreeSet<_>>(), categories, "{}: {english}", head.tag);
                    forms.into_values().collect()
                }
                (_, plural) => panic!("{}: {english} is counted: {}", head.tag, plural.is_some()),
            };
            for words in forms {
                let left_out = plural.is_some() && !words.contains("{count}");
                let expected = marks(&english).into_iter().filter(|mark| !left_out || mark != "count");
                assert_eq!(marks(&words), expected.collect::<Vec<_>>(), "{}: {english}", head.tag);
                assert!(!words.trim().is_empty() && !words.contains(['!', '！', '¡']), "{}: {english}", head.tag);
            }
        }
    }
}

#[test]
fn somebody_is_answered_in_a_language_that_they_read_or_in_english() {
    for (header, lang) in [
        ("", "en"),
        ("de", "de"),
        ("de-CH, fr;q=0.9", "de"),
        ("fr;q=0.5, de;q=0.8", "de"),
        ("tlh, ja;q=0.3", "ja"),
        ("tlh", "en"),
        ("*", "en"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("zh-CN", "zh-Hans"),
        ("zh-TW, en;q=0.8", "en"),
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("iw", "he"),
        ("en-GB, de;q=0.9", "en"),
        ("not a language at all;;;q=x,,de", "de"),
    ] {
        assert_eq!(Locale::accepted(header).lang, lang, "{header}");
    }
}

#[test]
fn words_counts_and_dates_are_in_the_language_that_is_spoken() {
    let read = |tag: &str| {
        Locale::of(tag).speaking(|| {
            let back = say(text::BACK).to_owned();
            let reference = fill(text::ENTRY_MERGED, &[("reference", "NW-1")]);
            let counted = [0, 1, 2, 3, 11, 100].map(|number| count(text::UPDATES, number)).join(" | ");
            [back, reference, counted, date_time(MOMENT), short_date_time(MOMENT), date(MOMENT), short_date(MOMENT)]
                .join("\n")
        })
    };
    let all: Vec<String> = Locale::all().map(|locale| format!("{}\n{}", locale.lang, read(&locale.lang))).collect();
    insta::assert_snapshot!(all.join("\n\n"));
    // Nothing of it stays.
    assert_eq!(say(text::BACK), "Back");
}
