//! What a search takes for words, and what it finds by them.

use callpoint_core::{
    model::limits::{SEARCH_LIMIT, SEARCH_TERMS},
    rules::search::{Query, indexed},
};

fn finds(query: &str, text: &str) -> bool {
    Query::parse(query).without([text]).is_empty()
}

#[test]
fn a_term_is_found_by_its_beginning_and_one_after_another() {
    for (query, text, found) in [
        ("exp", "Exports stop", true),
        ("EXPORTS stop", "stop the exports", true),
        ("ports", "Exports stop", false),
        ("nw-12", "see NW-12", true),
        ("nw-12", "see NW 123", true),
        ("nw-12", "NW, and 12", false),
        ("nw-1", "see NW-12", false),
        ("ada@acme.example", "From: Ada@acme.example", true),
        ("決済", "今日の決済が遅い", true),
        ("済決", "今日の決済が遅い", false),
        ("ärger", "ÄRGER!", true),
        ("İstanbul", "istanbul", true),
        ("x y", "x", false),
    ] {
        assert_eq!(finds(query, text), found, "{query} in {text}");
    }
}

#[test]
fn a_query_is_plain_and_bounded() {
    for nothing in ["", " \t\n", "*", "\"", "()", "👋🏽", "--"] {
        assert!(Query::parse(nothing).is_empty(), "{nothing}");
    }
    let long = Query::parse(&"a b c d e f g h i j k ".repeat(900));
    assert_eq!(long.terms().len(), SEARCH_TERMS);
    let one = Query::parse(&"long".repeat(9_000));
    assert!(one.terms().iter().flat_map(|term| &term.words).all(|word| word.len() <= SEARCH_LIMIT));
    let hostile = Query::parse("a\" OR 'b':* & !c) \u{0} x:y");
    assert!(hostile.terms().iter().flat_map(|term| &term.words).all(|word| word.chars().all(char::is_alphanumeric)));
}

#[test]
fn what_is_indexed_is_found_again() {
    for text in ["Exports stop at 3 %, NW-12", "今日の決済が遅い", "Ärger mit ẞ und İ", "a_b-c.d@e"] {
        for term in text.split_whitespace() {
            let query = Query::parse(term);
            assert!(query.without([indexed([text]).as_str()]).is_empty(), "{term} in {text}");
        }
    }
}

#[test]
fn marks_lie_on_characters_in_order_and_apart() {
    let text = "Exports: the EXPORT of 決済 exp";
    let marks = Query::parse("exp export 済").marks(text);
    let marked: Vec<_> = marks.iter().map(|mark| text.get(mark.clone()).unwrap()).collect();
    assert_eq!(marked, ["Exports", "EXPORT", "済", "exp"]);
    assert!(marks.windows(2).all(|pair| pair[0].end <= pair[1].start));
}

#[test]
fn an_excerpt_shows_what_was_found_on_one_line() {
    let text = format!("{}the zebra\nis\t stuck {}", "é ".repeat(400), "終".repeat(400));
    let excerpt = Query::parse("stuck").excerpt(&text).unwrap();
    assert!(excerpt.contains("the zebra is stuck") && excerpt.chars().count() < 200, "{excerpt}");
    assert!(excerpt.starts_with('…') && excerpt.ends_with('…'));
    assert_eq!(Query::parse("zebra").excerpt("a zebra").as_deref(), Some("a zebra"));
    assert_eq!(Query::parse("zebra").excerpt("a horse"), None);
}
