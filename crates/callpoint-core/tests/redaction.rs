//! Made-up secrets and personal data, planted wherever a context takes words: none survives. Harmless words do.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use std::collections::BTreeSet;

use callpoint_core::{
    model::{
        limits::{CONTEXT_LIMIT, CONTEXT_VALUE_LIMIT},
        report::clean_context,
    },
    rules::redaction::{REDACTED, redact},
};
use litemap::LiteMap;
use proptest::prelude::*;

const HARMLESS: &str = include_str!("redaction/harmless.txt");

/// So much of a secret would be found by whoever looks for it.
const TRACE: usize = 6;

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

/// Each secret, with the words that it stands in.
fn planted() -> Vec<(String, String)> {
    let plain = include_str!("redaction/secrets.txt").replace('¦', "");
    let parts = |line: &str| {
        let (_, secret) = line.split_once('‹').unwrap();
        (secret.split_once('›').unwrap().0.to_owned(), line.replace(['‹', '›'], ""))
    };
    lines(&plain).map(parts).collect()
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02X}") })
        .collect()
}

fn context(name: &str, value: &str) -> LiteMap<String, String> {
    [("page".to_owned(), "https://app.test/labels".to_owned()), (name.to_owned(), value.to_owned())]
        .into_iter()
        .collect()
}

/// The parts of a secret that are long enough to be found.
fn traces(secret: &str) -> BTreeSet<String> {
    let chars: Vec<char> = secret.chars().collect();
    chars.windows(TRACE.min(chars.len())).map(|part| part.iter().collect()).collect()
}

fn assert_gone(secret: &str, context: &LiteMap<String, String>) {
    let clean = clean_context(context);
    for trace in traces(secret) {
        // Words of the placeholder are no trace, nor are those of the name that said so.
        let leaks = |text: &str| text.replace(REDACTED, "").contains(&trace);
        for (name, value) in &clean {
            assert!(
                !leaks(name) && !leaks(value),
                "{trace:?} of {secret:?} survives in {name:?}: {value:?}\nof {context:?}"
            );
        }
    }
}

#[test]
fn no_planted_secret_survives_in_any_field_of_a_context() {
    let planted = planted();
    assert!(planted.len() >= 200, "{}", planted.len());
    for (secret, words) in &planted {
        let quoted = words.replace('\\', "\\\\").replace('"', "\\\"");
        let whole = |name, value: &str| assert_gone(secret, &context(name, value));
        whole("error", words);
        whole("error", &format!("Uncaught (in promise) Error: {words}"));
        whole("errors", &format!("TypeError: x is undefined\n{words}\n404 https://app.test/a"));
        whole("request", &format!("{{\"message\":\"{quoted}\"}}"));
        whole("page", &format!("https://app.test/go?lang=de&text={}", encoded(words)));
        whole("page", &format!("https://app.test/go?next={}", encoded(&encoded(words))));
        whole(words, "value");
        // Whatever its name gives away goes as a whole.
        whole("password", secret);
        whole("X-Api-Key", secret);
    }
}

#[test]
fn whoever_says_it_is_secret_is_believed() {
    for name in ["password", "authorization", "Set-Cookie", "sessionId", "user.email", "phone", "db_pass", "session"] {
        assert_eq!(clean_context(&context(name, "a word")).get(name).map(String::as_str), Some(REDACTED), "{name}");
    }
    for name in ["page", "browser", "release", "errors", "compass", "passenger", "hotel", "keyboard"] {
        assert_eq!(clean_context(&context(name, "a word")).get(name).map(String::as_str), Some("a word"), "{name}");
    }
}

#[test]
fn harmless_words_stay_as_they_are() {
    for words in lines(HARMLESS) {
        assert_eq!(redact(words), words);
    }
}

#[test]
fn what_is_cut_was_redacted_before() {
    let planted = planted();
    for (secret, words) in &planted {
        for length in (CONTEXT_VALUE_LIMIT - 40..CONTEXT_VALUE_LIMIT).step_by(13) {
            assert_gone(secret, &context("error", &format!("{} {words}", "x".repeat(length))));
        }
    }
    let many = (0..2 * CONTEXT_LIMIT).map(|at| (format!("{at:03}"), "x".repeat(2 * CONTEXT_VALUE_LIMIT))).collect();
    let clean = clean_context(&many);
    assert_eq!(clean.len(), CONTEXT_LIMIT);
    assert!(clean.iter().all(|(_, value)| value.len() == CONTEXT_VALUE_LIMIT));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn to_redact_twice_is_to_redact_once(text in "(?s)(password[=: ]|https://|[a-z@%.:\"'\\\\ -]|[0-9+(]|\\PC){0,60}") {
        let once = redact(&text);
        prop_assert_eq!(redact(&once), once);
    }
}
