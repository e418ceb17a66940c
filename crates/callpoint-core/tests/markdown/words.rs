//! Words stay words: what must hold for any text, and for text that was never meant as Markdown.

use callpoint_core::markdown::{Block, DEPTH, Inline, parse};
use proptest::prelude::*;

use crate::{addresses, all, inlines};

pub fn text() -> impl Strategy<Value = String> {
    let parts = [
        "*",
        "**",
        "***",
        "_",
        "`",
        "```",
        "~~~",
        "[",
        "](",
        "]",
        "(",
        ")",
        "<",
        ">",
        "> ",
        "- ",
        "+ ",
        "1. ",
        "23) ",
        "# ",
        "#",
        "\n",
        "\n\n",
        "    ",
        " ",
        "\t",
        "\\",
        "!",
        "https://a.example/b",
        "javascript:alert",
        "mailto:ada@acme.example",
        "<ada@acme.example>",
        "word",
        "Wörter",
        "日本。",
        "خطوط",
        "👩‍💻",
        "&amp;",
        ".",
        "one two",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..80).prop_map(|parts| parts.concat())
}

/// Everything in a tree that can be read, in its order.
fn readable(blocks: &[Block]) -> String {
    fn line(words: &[Inline]) -> String {
        let read = |one: &Inline| match one {
            Inline::Text(words) | Inline::Code(words) => words.clone(),
            Inline::Emphasis(words) | Inline::Strong(words) => line(words),
            Inline::Link { to, words } => [&line(words), to.as_str()].concat(),
        };
        words.iter().map(read).collect()
    }
    let block = |block: &Block| match block {
        Block::Paragraph(words) => line(words),
        Block::Code { info, text } => [info.as_str(), text].concat(),
        Block::Quote(blocks) => readable(blocks),
        Block::List { items, .. } => {
            let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
            items.iter().map(|item| number(item.number) + &readable(&item.blocks)).collect()
        }
    };
    blocks.iter().map(block).collect()
}

/// Everything in a tree that stands there as words: without addresses, numbers, and what stands behind a fence.
pub fn shown(blocks: &[Block]) -> String {
    fn line(words: &[Inline]) -> String {
        let read = |one: &Inline| match one {
            Inline::Text(words) | Inline::Code(words) => words.clone(),
            Inline::Emphasis(words) | Inline::Strong(words) | Inline::Link { words, .. } => line(words),
        };
        words.iter().map(read).collect()
    }
    let block = |block: &Block| match block {
        Block::Paragraph(words) => line(words),
        Block::Code { text, .. } => text.clone(),
        Block::Quote(blocks) => shown(blocks),
        Block::List { items, .. } => items.iter().map(|item| shown(&item.blocks)).collect(),
    };
    blocks.iter().map(block).collect()
}

proptest! {
    #[test]
    fn nothing_that_somebody_wrote_is_lost(text in text()) {
        let read = readable(&parse(&text));
        let mut rest = read.chars();
        for letter in text.chars().filter(|c| c.is_alphanumeric()) {
            prop_assert!(rest.any(|c| c == letter), "{letter} of {text:?} is not in {read:?}");
        }
    }

    #[test]
    fn a_tree_is_never_deep_and_no_link_stands_in_another(text in text()) {
        let blocks = parse(&text);
        prop_assert!(all(&blocks).iter().all(|(depth, _)| *depth <= DEPTH));
        for (depth, one) in inlines(&blocks) {
            prop_assert!(depth <= DEPTH + 1);
            if let Inline::Link { words, .. } = one {
                let inside = [Block::Paragraph(words.clone())];
                prop_assert!(addresses(&inside).is_empty());
            }
        }
    }

    #[test]
    fn any_characters_can_be_read(text in "(?s).{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn words_without_marks_are_one_paragraph_as_they_are(
        lines in prop::collection::vec(" {0,6}[a-zA-Zé日,;:!?'\"/%=&()]{1,8}( {1,3}[a-z0-9.,:@$#~\\\\]{1,5} ){0,3}z", 1..6),
    ) {
        let text = lines.join("\n");
        prop_assert_eq!(parse(&text), [Block::Paragraph(vec![Inline::Text(text)])]);
    }
}

#[test]
fn text_that_was_never_meant_as_markdown_stays_as_it_is() {
    let plain = [
        r"It fails in C:\Users\ada\.config and on \\files\exports",
        r"The pattern is ^\d+\.\d+$ or [a-z]\+",
        "snake_case_names and 2 * 3 * 4 and *.csv, *.tsv",
        "a -- b\n--\nAda",
        "Totals\n-----\n===",
        "* * *",
        "#42 is the ticket; see #43",
        "In the year\n2025. Nothing since",
        "<script>alert(1)</script> &amp; <b>bold</b>",
        "    at Export.run (export.js:12)\n        at async main",
        "![diagram] and [1] and [a]: b",
    ];
    for text in plain {
        assert_eq!(parse(text), [Block::Paragraph(vec![Inline::Text(text.to_owned())])], "{text:?}");
    }
}

#[test]
fn a_numbered_list_keeps_its_numbers() {
    let [Block::List { items, .. }] = &parse("3. restart\n5. call us")[..] else { panic!("one list") };
    assert_eq!(items.iter().map(|item| item.number).collect::<Vec<_>>(), [Some(3), Some(5)]);
}

#[test]
fn a_heading_is_a_bold_paragraph_and_code_keeps_its_lines_and_what_stands_behind_its_fence() {
    let strong = Inline::Strong(vec![Inline::Text("What we know".to_owned())]);
    assert_eq!(parse("## What we know ##"), [Block::Paragraph(vec![strong])]);
    let code = Block::Code { info: "rust".to_owned(), text: "fn main() {\n\tgo()\n}".to_owned() };
    assert_eq!(parse("```rust\nfn main() {\n\tgo()\n}\n```"), [code]);
}

#[test]
fn emphasis_ends_behind_a_full_stop_of_chinese_and_japanese() {
    let strong = Inline::Strong(vec![Inline::Text("重要。".to_owned())]);
    assert_eq!(parse("**重要。**次"), [Block::Paragraph(vec![strong, Inline::Text("次".to_owned())])]);
}

/// Were any of these read in a time that grows with the square of the length, this would take minutes.
#[test]
fn a_long_text_made_of_marks_is_read_like_any_other() {
    let nests = [
        ">",
        "- ",
        "1. ",
        "> - ",
        "*",
        "*a _b ",
        "****a****",
        "a**b* ",
        "[",
        "[](",
        "[](<",
        "[a](b",
        "![",
        "<a",
        "<https:",
        "`a",
        "`` ` ",
        "http://",
        "https://a(",
        "\\[",
        "\\\\",
        "```\n",
        "- a\n  ",
        "> a\n",
        "a\n\n",
        "\t",
        " ",
        "#",
        "_a__",
        "*[a](https://a.example)",
    ];
    for part in nests {
        let text = part.repeat(100_000 / part.len());
        assert!(!parse(&text).is_empty() || text.trim().is_empty(), "{part:?}");
    }
}
