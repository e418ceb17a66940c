//! A tree as CommonMark that any program reads as it is meant: whatever is a word here is no mark and no HTML there.

use super::{Block, Inline};

/// A text of these blocks.
pub(super) fn write(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&written(block));
    }
    text
}

fn written(block: &Block) -> String {
    match block {
        Block::Paragraph(words) => lines(&inlines(words)),
        Block::Code { info, text } => {
            let fence = "`".repeat(longest_row(text).max(2) + 1);
            [&fence, &info.replace('`', ""), "\n", text, "\n", &fence].concat()
        }
        Block::Quote(blocks) => indented(&write(blocks), "> ", "> "),
        Block::List { marker, items } => {
            let mut list = String::new();
            for item in items {
                let mark = match item.number {
                    Some(number) => [&number.to_string(), marker.to_string().as_str(), " "].concat(),
                    None => [&marker.to_string(), " "].concat(),
                };
                if !list.is_empty() {
                    list.push('\n');
                }
                list.push_str(&indented(&write(&item.blocks), &mark, &" ".repeat(mark.len())));
            }
            list
        }
    }
}

/// The lines of a text behind `first` and, from the second on, behind `others`.
fn indented(text: &str, first: &str, others: &str) -> String {
    let mut whole = first.to_owned();
    for (place, line) in text.split('\n').enumerate() {
        if place > 0 {
            whole.push('\n');
            whole.push_str(if line.is_empty() { others.trim_end() } else { others });
        }
        whole.push_str(line);
    }
    whole
}

/// The lines of a paragraph: each ends as a line, keeps the spaces at its start, and begins nothing but itself.
fn lines(words: &str) -> String {
    let mut text = String::new();
    for line in words.split('\n') {
        if !text.is_empty() {
            text.push_str("\\\n");
        }
        let body = line.trim_start_matches([' ', '\t']);
        text.push_str(&"\u{a0}".repeat(line.len() - body.len()));
        let digits = body.len() - body.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = body.split_at(digits);
        text.push_str(number);
        let begins =
            if digits > 0 { rest.starts_with(['.', ')']) } else { rest.starts_with(['#', '>', '-', '+', '=', '~']) };
        text.push_str(if begins { "\\" } else { "" });
        text.push_str(rest);
    }
    text
}

fn inlines(words: &[Inline]) -> String {
    words.iter().map(inline).collect()
}

fn inline(words: &Inline) -> String {
    match words {
        Inline::Text(words) => escaped(words),
        Inline::Code(code) => {
            let ticks = "`".repeat(longest_row(code) + 1);
            [&ticks, " ", &code.replace('\n', " "), " ", &ticks].concat()
        }
        Inline::Emphasis(words) => ["*", &inlines(words), "*"].concat(),
        Inline::Strong(words) => ["**", &inlines(words), "**"].concat(),
        Inline::Link { to, words } => match words.as_slice() {
            [Inline::Text(words)] if to.as_str().trim_start_matches("mailto:") == words => ["<", words, ">"].concat(),
            _ => ["[", &inlines(words), "](<", to.as_str(), ">)"].concat(),
        },
    }
}

fn escaped(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for c in words.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '!') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

/// How many backticks stand in the longest row of them.
fn longest_row(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}
