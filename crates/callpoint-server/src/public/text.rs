//! What somebody wrote, as HTML.

use callpoint_core::markdown::{self, Block, Inline, Item};
use maud::{Markup, html};

/// What somebody wrote. Whatever is no Markdown is words, and escaped.
#[must_use]
pub fn rendered(text: &str) -> Markup {
    html! { div.words { (blocks(&markdown::parse(text))) } }
}

fn blocks(blocks: &[Block]) -> Markup {
    html! {
        @for block in blocks {
            @match block {
                Block::Paragraph(words) => p dir="auto" { (inlines(words)) },
                Block::Code { info, text } => {
                    pre dir="ltr" tabindex="0" title=[(!info.is_empty()).then_some(info)] { (text) }
                }
                Block::Quote(quoted) => blockquote { (self::blocks(quoted)) },
                Block::List { items, .. } => {
                    @if items.iter().any(|item| item.number.is_some()) {
                        ol { (self::items(items)) }
                    } @else {
                        ul { (self::items(items)) }
                    }
                }
            }
        }
    }
}

fn items(items: &[Item]) -> Markup {
    html! { @for item in items { li value=[item.number] { (blocks(&item.blocks)) } } }
}

fn inlines(words: &[Inline]) -> Markup {
    html! {
        @for one in words {
            @match one {
                Inline::Text(words) => {
                    @for (place, line) in words.split('\n').enumerate() { @if place > 0 { br; } (line) }
                }
                Inline::Code(code) => code dir="auto" { (code) },
                Inline::Emphasis(words) => em { (inlines(words)) },
                Inline::Strong(words) => strong { (inlines(words)) },
                Inline::Link { to, words } => {
                    a href=(to.as_str()) title=(to.as_str()) dir="auto" rel="noopener noreferrer nofollow" { (inlines(words)) }
                }
            }
        }
    }
}
