//! A tree written for other programs, as one of them reads it.

use callpoint_core::markdown::{parse, write};
use proptest::prelude::*;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

use crate::{addresses, hostile::HOSTILE, words};

proptest! {
    #[test]
    fn other_programs_read_the_same_words_and_addresses_and_no_html(text in words::text()) {
        let blocks = parse(&text);
        let written = write(&blocks);
        let mut read = String::new();
        let mut links = Vec::new();
        for event in Parser::new_ext(&written, Options::all() - Options::ENABLE_SMART_PUNCTUATION - Options::ENABLE_MATH) {
            match event {
                Event::Text(words) | Event::Code(words) => read.push_str(&words),
                Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                    links.push(if link_type == LinkType::Email { ["mailto:", &dest_url].concat() } else { dest_url.to_string() });
                }
                Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. } | Tag::HtmlBlock) => {
                    prop_assert!(false, "{event:?} in {written:?}");
                }
                _ => {}
            }
        }
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
        prop_assert_eq!(letters(&read), letters(&words::shown(&blocks)), "{}", written);
        prop_assert_eq!(links, addresses(&blocks), "{}", written);
    }
}

/// Links that are fine to follow, and would be more than links in another program if they were written out as they stand.
const LINKS: [&str; 3] = [
    "[script](https://a.example/script)alert(1)[/script](https://a.example/script)",
    "![a](https://a.example/p.png)",
    "[img src=x](https://a.example/img src=x) [img](mailto:a@b.example)",
];

#[test]
fn links_are_written_as_links() {
    for text in LINKS {
        let written = write(&parse(text));
        let more =
            |event: Event<'_>| matches!(event, Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. }));
        assert!(!Parser::new(&written).any(more), "{written:?}");
    }
}

#[test]
fn hostile_words_are_written_as_words() {
    for text in HOSTILE {
        let written = write(&parse(&format!("<script>{text}</script> <img src=x onerror=alert(1)> &lt; ![a]({text})")));
        let html = |event: &Event<'_>| {
            matches!(event, Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. }))
        };
        assert!(!Parser::new(&written).any(|event| html(&event)), "{written:?}");
    }
}

#[test]
fn lines_lists_quotes_and_code_stay_what_they_are() {
    let text =
        "Steps:\n  2. by hand\n\n3. restart\n\n   twice\n4. call\n\n> - a\n> - b\n\n```sh\nmake\n```\n\n2 * 3 - #1";
    let written = "Steps:\\\n\u{a0}\u{a0}2\\. by hand\n\n3. restart\n\n   twice\n4. call\n\n> - a\n> - b\n\n```sh\nmake\n```\n\n2 \\* 3 - #1";
    assert_eq!(write(&parse(text)), written);
}
