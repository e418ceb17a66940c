//! What people write in messages and updates, as a tree: a subset of [CommonMark](https://spec.commonmark.org/0.31.2/).
//!
//! Paragraphs, emphasis, strong, code, quotes, lists, links and autolinks; a heading is a bold paragraph. HTML, images,
//! entities and reference links are words like any other. Words that were never meant as Markdown stay as readable as
//! they are: a line break is one, spaces at the start of a line stay, a list keeps its numbers, and a backslash goes only
//! where it stands before a mark that would count there.
//!
//! Reading takes time linear in the length of the text, and the tree is never deeper than [`DEPTH`] on either level.

mod address;
mod blocks;
mod inline;
mod pieces;
mod write;

pub use address::LinkAddress;

/// How deep quotes and lists are nested, and how deep what is inside a line. What goes deeper stays on the last level.
pub const DEPTH: usize = 8;

/// A part of a text that begins on a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// Code between fences.
    Code {
        /// What stands behind the opening fence, such as the name of a language.
        info: String,
        /// The code.
        text: String,
    },
    /// A quote.
    Quote(Vec<Block>),
    /// A list.
    List {
        /// What makes its items: `-`, `+` or `*`, or what follows their numbers: `.` or `)`.
        marker: char,
        /// Its items.
        items: Vec<Item>,
    },
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its number, as it was written, in a numbered list.
    pub number: Option<u32>,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// A part of a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Words. Their line breaks are line breaks.
    Text(String),
    /// Code in a line.
    Code(String),
    /// Words with emphasis.
    Emphasis(Vec<Inline>),
    /// Words with strong emphasis.
    Strong(Vec<Inline>),
    /// A link. None stands in another.
    Link {
        /// Where it leads.
        to: LinkAddress,
        /// Its words.
        words: Vec<Inline>,
    },
}

/// Blocks as CommonMark for other programs, in which nothing is a mark or HTML that is a word here.
#[must_use]
pub fn write(blocks: &[Block]) -> String {
    write::write(blocks)
}

/// Reads a text.
#[must_use]
pub fn parse(text: &str) -> Vec<Block> {
    blocks::parse(text)
}

/// The byte at a place of a text; 0 behind its end, and no text holds another.
fn byte(text: &str, at: usize) -> u8 {
    text.as_bytes().get(at).copied().unwrap_or_default()
}

/// What stands between two places.
fn part(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// Where the row of one mark ends that begins at a place.
fn end_of_row(text: &str, mut at: usize, mark: u8) -> usize {
    while at < text.len() && byte(text, at) == mark {
        at += 1;
    }
    at
}

/// Where the spaces and line breaks end that begin at a place.
fn end_of_spaces(text: &str, mut at: usize) -> usize {
    while is_space(byte(text, at)) {
        at += 1;
    }
    at
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

/// Whether a text begins so; capital or not makes no difference.
fn begins(text: &str, start: &str) -> bool {
    part(text, 0, start.len()).eq_ignore_ascii_case(start)
}
