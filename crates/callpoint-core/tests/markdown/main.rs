//! What people write, as a tree: CommonMark's own examples, and what must hold for any text.

#![expect(clippy::indexing_slicing, reason = "a test that can't go on fails, and says where")]

mod hostile;
mod spec;
mod words;
mod write;

use callpoint_core::markdown::{Block, Inline};

/// Every part of a line in a tree, the outer before the inner, with how deep it stands in its line.
fn inlines(blocks: &[Block]) -> Vec<(usize, &Inline)> {
    fn inside<'a>(depth: usize, words: &'a [Inline], found: &mut Vec<(usize, &'a Inline)>) {
        for one in words {
            found.push((depth, one));
            if let Inline::Emphasis(words) | Inline::Strong(words) | Inline::Link { words, .. } = one {
                inside(depth + 1, words, found);
            }
        }
    }
    let mut found = Vec::new();
    for (_, block) in all(blocks) {
        if let Block::Paragraph(words) = block {
            inside(0, words, &mut found);
        }
    }
    found
}

/// Every block of a tree, the outer before the inner, with how deep it stands.
fn all(blocks: &[Block]) -> Vec<(usize, &Block)> {
    fn inside<'a>(depth: usize, blocks: &'a [Block], found: &mut Vec<(usize, &'a Block)>) {
        for block in blocks {
            found.push((depth, block));
            match block {
                Block::Paragraph(_) | Block::Code { .. } => {}
                Block::Quote(blocks) => inside(depth + 1, blocks, found),
                Block::List { items, .. } => items.iter().for_each(|item| inside(depth + 1, &item.blocks, found)),
            }
        }
    }
    let mut found = Vec::new();
    inside(0, blocks, &mut found);
    found
}

/// The addresses of all links.
fn addresses(blocks: &[Block]) -> Vec<&str> {
    inlines(blocks)
        .into_iter()
        .filter_map(|(_, one)| match one {
            Inline::Link { to, .. } => Some(to.as_str()),
            _ => None,
        })
        .collect()
}
