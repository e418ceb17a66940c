//! The examples of the specification.

use callpoint_core::markdown::{Block, Inline, parse};
use serde_json::Value;

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn line(words: &[Inline]) -> String {
    let html = |one: &Inline| match one {
        Inline::Text(words) => escaped(words),
        Inline::Code(code) => format!("<code>{}</code>", escaped(&code.replace('\n', " "))),
        Inline::Emphasis(words) => format!("<em>{}</em>", line(words)),
        Inline::Strong(words) => format!("<strong>{}</strong>", line(words)),
        Inline::Link { to, words } => format!("<a href=\"{}\">{}</a>", escaped(to.as_str()), line(words)),
    };
    words.iter().map(html).collect()
}

fn html(blocks: &[Block]) -> String {
    let block = |block: &Block| match block {
        Block::Paragraph(words) => format!("<p>{}</p>\n", line(words)),
        Block::Code { info, text } => {
            let language = info.split_whitespace().next();
            let class = language.map(|name| format!(" class=\"language-{}\"", escaped(name))).unwrap_or_default();
            let end = if text.is_empty() { "" } else { "\n" };
            format!("<pre><code{class}>{}{end}</code></pre>\n", escaped(text))
        }
        Block::Quote(blocks) => format!("<blockquote>\n{}</blockquote>\n", html(blocks)),
        Block::List { items, .. } => {
            let first = items[0].number;
            let start =
                first.filter(|first| *first != 1).map(|first| format!(" start=\"{first}\"")).unwrap_or_default();
            let name = if first.is_some() { "ol" } else { "ul" };
            let items: String = items.iter().map(|item| format!("<li>{}</li>\n", html(&item.blocks))).collect();
            format!("<{name}{start}>\n{items}</{name}>\n")
        }
    };
    blocks.iter().map(block).collect()
}

/// Without what is meant to differ: line breaks are one kind, spaces around a line don't count outside of code, and an
/// item's paragraphs are lines.
fn compared(html: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut items, mut code) = (0_usize, false);
    for tag in html.replace("<br />", "").replace("<li>", "\n<li>\n").replace("</li>", "\n</li>\n").lines() {
        items = items + usize::from(tag == "<li>") - usize::from(tag == "</li>");
        code = code || tag.starts_with("<pre>");
        let bare = if items > 0 { tag.replace("<p>", "").replace("</p>", "") } else { tag.to_owned() };
        let bare = if code { bare } else { bare.replace("<p>", "<p>\n") };
        for line in bare.lines().map(|line| if code { line } else { line.trim() }) {
            if code || !line.is_empty() {
                lines.push(line.to_owned());
            }
        }
        code = code && !tag.ends_with("</pre>");
    }
    lines
}

/// The examples write `/url` where a link leads; here an address is whole.
fn whole(text: &str) -> String {
    let roots = ["/url", "/uri", "/my%20uri"];
    let starts = ["(", "(<", "href=\""];
    roots.iter().fold(text.to_owned(), |text, root| {
        starts.iter().fold(text, |text, start| {
            text.replace(&format!("{start}{root}"), &format!("{start}https://vendor.example{root}"))
        })
    })
}

#[test]
fn commonmarks_own_examples_of_the_subset_are_read_as_it_says() {
    let examples: Vec<Value> = serde_json::from_str(include_str!("commonmark.json")).unwrap();
    assert!(examples.len() > 200, "the examples are there");
    for example in examples {
        let text = |name: &str| whole(example[name].as_str().unwrap());
        let read = compared(&html(&parse(&text("markdown"))));
        assert_eq!(read, compared(&text("html")), "{}: {:?}", example["number"], text("markdown"));
    }
}
