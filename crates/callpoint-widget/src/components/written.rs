//! What people wrote, as nodes: never HTML, and nothing of it is fetched.

use callpoint_core::{
    markdown::{self, Block, Inline, Item},
    text::{self, say},
};
use yew::prelude::*;

/// What somebody wrote.
pub fn written(text: &str) -> Html {
    html! { <div class="words" dir="auto">{ blocks(&markdown::parse(text)) }</div> }
}

/// What is being written as it will be read, folded; nothing where no mark changes how it looks.
pub fn preview(text: &str) -> Html {
    let read = markdown::parse(text);
    let plain =
        |block: &Block| matches!(block, Block::Paragraph(words) if matches!(words.as_slice(), [Inline::Text(_)]));
    if read.iter().all(plain) {
        return Html::default();
    }
    html! {
        <details class="fold">
            <summary>{ say(text::PREVIEW) }</summary>
            <div class="words" dir="auto">{ blocks(&read) }</div>
        </details>
    }
}

fn blocks(blocks: &[Block]) -> Html {
    blocks.iter().map(block).collect()
}

fn block(block: &Block) -> Html {
    match block {
        Block::Paragraph(words) => html! { <p>{ inlines(words) }</p> },
        // It scrolls in itself, also by the keyboard.
        Block::Code { info, text } => {
            let info = (!info.is_empty()).then(|| info.clone());
            html! { <pre dir="ltr" tabindex="0" title={info}>{ text }</pre> }
        }
        Block::Quote(quoted) => html! { <blockquote>{ blocks(quoted) }</blockquote> },
        Block::List { items, .. } => {
            let rows: Html = items.iter().map(item).collect();
            if items.iter().any(|item| item.number.is_some()) {
                html! { <ol>{ rows }</ol> }
            } else {
                html! { <ul>{ rows }</ul> }
            }
        }
    }
}

fn item(item: &Item) -> Html {
    html! { <li value={item.number.map(|number| number.to_string())}>{ blocks(&item.blocks) }</li> }
}

fn inlines(words: &[Inline]) -> Html {
    words.iter().map(inline).collect()
}

fn inline(words: &Inline) -> Html {
    match words {
        Inline::Text(words) => html! { { words } },
        Inline::Code(code) => html! { <code dir="auto">{ code }</code> },
        Inline::Emphasis(words) => html! { <em>{ inlines(words) }</em> },
        Inline::Strong(words) => html! { <strong>{ inlines(words) }</strong> },
        // The address on hover, since its words may be another.
        Inline::Link { to, words } => {
            let to = AttrValue::from(to.as_str().to_owned());
            html! {
                <a href={to.clone()} title={to} dir="auto" target="_blank" rel="noopener noreferrer nofollow">
                    { inlines(words) }
                </a>
            }
        }
    }
}
