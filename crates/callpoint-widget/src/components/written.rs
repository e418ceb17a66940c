//! What people wrote, as nodes: never HTML, and nothing of it is fetched.

use callpoint_core::{
    markdown::{self, Block, Inline, Item},
    text::{self, say},
};
use yew::{
    prelude::*,
    virtual_dom::{VTag, VText},
};

/// What somebody wrote.
pub fn written(text: &str) -> Html {
    html! { <div class="words" dir="auto">{ blocks(&markdown::parse(text)) }</div> }
}

/// What somebody writes as others will read it; nothing where that is how they write it.
pub fn preview(text: &str) -> Html {
    let parsed = markdown::parse(text);
    let unmarked = |block: &Block| matches!(block, Block::Paragraph(words) if words.iter().all(|word| matches!(word, Inline::Text(_))));
    if parsed.iter().all(unmarked) {
        return Html::default();
    }
    html! {
        <div class="preview" role="group" aria-label={say(text::PREVIEW)}>
            <div class="words" dir="auto">{ blocks(&parsed) }</div>
        </div>
    }
}

/// An element that holds these. Its name is one of those below, and no attribute but these comes from anybody's words.
fn element(name: &'static str, attributes: &[(&'static str, &str)], children: Html) -> Html {
    let mut tag = VTag::new(name);
    for (name, value) in attributes {
        tag.add_attribute(name, (*value).to_owned());
    }
    tag.add_child(children);
    tag.into()
}

fn plain(text: &str) -> Html {
    VText::new(text.to_owned()).into()
}

fn blocks(blocks: &[Block]) -> Html {
    blocks.iter().map(block).collect()
}

fn block(block: &Block) -> Html {
    match block {
        Block::Paragraph(words) => element("p", &[], inlines(words)),
        // It scrolls in itself, also by the keyboard.
        Block::Code { info, text } => {
            let attributes = [("dir", "ltr"), ("tabindex", "0"), ("title", info)];
            element("pre", attributes.get(..if info.is_empty() { 2 } else { 3 }).unwrap_or_default(), plain(text))
        }
        Block::Quote(quoted) => element("blockquote", &[], blocks(quoted)),
        Block::List { items, .. } => {
            let numbered = items.iter().any(|item| item.number.is_some());
            element(if numbered { "ol" } else { "ul" }, &[], items.iter().map(item).collect())
        }
    }
}

fn item(item: &Item) -> Html {
    let words = blocks(&item.blocks);
    match item.number {
        Some(number) => element("li", &[("value", &number.to_string())], words),
        None => element("li", &[], words),
    }
}

fn inlines(words: &[Inline]) -> Html {
    words.iter().map(inline).collect()
}

fn inline(words: &Inline) -> Html {
    match words {
        Inline::Text(text) => plain(text),
        Inline::Code(code) => element("code", &[("dir", "auto")], plain(code)),
        Inline::Emphasis(words) => element("em", &[], inlines(words)),
        Inline::Strong(words) => element("strong", &[], inlines(words)),
        // The address on hover, since its words may be another.
        Inline::Link { to, words } => {
            let to = to.as_str();
            let rel = ("rel", "noopener noreferrer nofollow");
            let attributes = [("href", to), ("title", to), ("dir", "auto"), ("target", "_blank"), rel];
            element("a", &attributes, inlines(words))
        }
    }
}
