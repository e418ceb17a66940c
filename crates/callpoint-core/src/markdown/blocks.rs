//! Lines become blocks: which quotes and items a line goes on with, which it opens, and what then stands in it.

use super::{Block, DEPTH, Inline, Item, byte, end_of_row, end_of_spaces, inline, is_space, part};

/// Reads a text line by line.
pub(super) fn parse(text: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for line in text.lines() {
        reader.line(line);
    }
    reader.close(0);
    reader.blocks
}

/// A quote or an item that may go on.
struct Container {
    kind: Kind,
    blocks: Vec<Block>,
}

#[derive(Clone, Copy)]
enum Kind {
    Quote,
    Item(Marker),
}

#[derive(Clone, Copy)]
struct Marker {
    /// By how many columns a line is indented that belongs to the item.
    indent: usize,
    mark: u8,
    number: Option<u32>,
}

/// What lines are being added to.
#[derive(Default)]
enum Leaf {
    #[default]
    None,
    Paragraph(String),
    Code(Fence),
}

struct Fence {
    mark: u8,
    length: usize,
    indent: usize,
    info: String,
    text: String,
}

#[derive(Default)]
struct Reader {
    open: Vec<Container>,
    leaf: Leaf,
    blocks: Vec<Block>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let in_code = matches!(self.leaf, Leaf::Code(_));
        let expanded = if !in_code && line.contains('\t') { Some(with_spaces(line)) } else { None };
        let (going_on, mut rest) = self.going_on(expanded.as_deref().unwrap_or(line));
        let all = going_on == self.open.len();
        if let (true, Leaf::Code(fence)) = (all, &mut self.leaf) {
            if closes(fence, rest) {
                self.finish_leaf();
            } else {
                fence.text.push_str(dedent(rest, fence.indent));
                fence.text.push('\n');
            }
            return;
        }
        let mut interrupts = all && matches!(self.leaf, Leaf::Paragraph(_));
        let mut opened = false;
        loop {
            let (indent, body) = indented(rest);
            if indent >= 4 || body.is_empty() {
                break;
            }
            let depth = if opened { self.open.len() } else { going_on };
            let container = if depth >= DEPTH {
                None
            } else if let Some(quoted) = quoted(body) {
                Some((Kind::Quote, quoted))
            } else {
                item(indent, body, interrupts).map(|(marker, rest)| (Kind::Item(marker), rest))
            };
            let (fence, heading) = (fence(indent, body), heading(body));
            if container.is_none() && fence.is_none() && heading.is_none() {
                break;
            }
            if !opened {
                self.close(going_on);
            }
            (opened, interrupts) = (true, false);
            if let Some((kind, after)) = container {
                self.open.push(Container { kind, blocks: Vec::new() });
                rest = after;
                continue;
            }
            if let Some(fence) = fence {
                self.leaf = Leaf::Code(fence);
            } else if let Some(words) = heading {
                self.add(Block::Paragraph(vec![Inline::Strong(inline::parse(words))]));
            }
            return;
        }
        let blank = indented(rest).1.is_empty();
        match &mut self.leaf {
            // Also where its quote or item doesn't go on: people leave out the `>` of the lines that follow.
            Leaf::Paragraph(words) if !blank && !opened => {
                words.push('\n');
                words.push_str(rest);
            }
            _ if !opened && !all => {
                self.close(going_on);
                self.begin(rest, blank);
            }
            _ => self.begin(rest, blank),
        }
    }

    /// How many of the open quotes and items this line goes on with, and what follows of it.
    fn going_on<'a>(&self, line: &'a str) -> (usize, &'a str) {
        let mut rest = line;
        for (place, container) in self.open.iter().enumerate() {
            let (indent, body) = indented(rest);
            match container.kind {
                Kind::Quote => match quoted(body) {
                    Some(quoted) if indent < 4 => rest = quoted,
                    _ => return (place, rest),
                },
                Kind::Item(marker) => {
                    let last = place + 1 == self.open.len();
                    let empty = last && container.blocks.is_empty() && matches!(self.leaf, Leaf::None);
                    let goes_on = if body.is_empty() { !empty } else { indent >= marker.indent };
                    if !goes_on {
                        return (place, rest);
                    }
                    rest = dedent(rest, marker.indent);
                }
            }
        }
        (self.open.len(), rest)
    }

    fn begin(&mut self, rest: &str, blank: bool) {
        self.finish_leaf();
        if !blank {
            self.leaf = Leaf::Paragraph(rest.to_owned());
        }
    }

    /// Closes what is open beyond the first `keep` quotes and items.
    fn close(&mut self, keep: usize) {
        self.finish_leaf();
        while self.open.len() > keep
            && let Some(Container { kind, blocks }) = self.open.pop()
        {
            let Kind::Item(Marker { mark, number, .. }) = kind else {
                self.add(Block::Quote(blocks));
                continue;
            };
            let item = Item { number, blocks };
            match self.blocks().last_mut() {
                Some(Block::List { marker, items }) if *marker == char::from(mark) => items.push(item),
                _ => self.add(Block::List { marker: char::from(mark), items: vec![item] }),
            }
        }
    }

    fn finish_leaf(&mut self) {
        match core::mem::take(&mut self.leaf) {
            Leaf::None => {}
            Leaf::Paragraph(words) => self.add(Block::Paragraph(inline::parse(&words))),
            Leaf::Code(Fence { info, mut text, .. }) => {
                text.pop();
                self.add(Block::Code { info, text });
            }
        }
    }

    fn add(&mut self, block: Block) {
        self.blocks().push(block);
    }

    fn blocks(&mut self) -> &mut Vec<Block> {
        match self.open.last_mut() {
            Some(container) => &mut container.blocks,
            None => &mut self.blocks,
        }
    }
}

/// By how many spaces a line is indented, and the rest of it.
fn indented(line: &str) -> (usize, &str) {
    let indent = end_of_spaces(line, 0);
    (indent, part(line, indent, line.len()))
}

/// A line without its first `columns` spaces, or as many as there are.
fn dedent(line: &str, columns: usize) -> &str {
    part(line, end_of_row(line, 0, b' ').min(columns), line.len())
}

/// What a quote has in a line.
fn quoted(body: &str) -> Option<&str> {
    (byte(body, 0) == b'>').then(|| dedent(part(body, 1, body.len()), 1))
}

/// A line with spaces up to the next fourth column for each tab before its words.
fn with_spaces(line: &str) -> String {
    let mut spaced = String::new();
    let (mut at, mut before) = (0, 0_u8);
    loop {
        let mark = byte(line, at);
        match mark {
            b'\t' if !before.is_ascii_digit() => {
                spaced.push(' ');
                while !spaced.len().is_multiple_of(4) {
                    spaced.push(' ');
                }
            }
            b'0'..=b'9' | b' ' | b'\t' | b'>' | b'-' | b'+' | b'*' | b'.' | b')' => spaced.push(char::from(mark)),
            _ => break,
        }
        before = mark;
        at += 1;
    }
    spaced + part(line, at, line.len())
}

/// The marker of an item at the start of `body`, and what follows it.
fn item(indent: usize, body: &str, interrupts: bool) -> Option<(Marker, &str)> {
    let (mut digits, mut number) = (0, 0);
    while digits < 9 && byte(body, digits).is_ascii_digit() {
        number = number * 10 + u32::from(byte(body, digits) - b'0');
        digits += 1;
    }
    let mark = byte(body, digits);
    let number = match mark {
        b'-' | b'+' | b'*' if digits == 0 && !is_line(body) => None,
        b'.' | b')' if digits > 0 => Some(number),
        _ => return None,
    };
    let after = part(body, digits + 1, body.len());
    let (spaces, words) = indented(after);
    // A line of a paragraph that happens to begin so, such as with a year.
    let odd = interrupts && (words.is_empty() || number.is_some_and(|number| number != 1));
    if odd || (spaces == 0 && !words.is_empty()) {
        return None;
    }
    let padding = if words.is_empty() || spaces > 4 { 1 } else { spaces };
    Some((Marker { indent: indent + digits + 1 + padding, mark, number }, dedent(after, padding)))
}

/// Whether it is drawn as a line, such as `* * *` or `-----`.
fn is_line(body: &str) -> bool {
    let mut marks = 0;
    for mark in body.bytes().filter(|mark| !is_space(*mark)) {
        if mark != byte(body, 0) {
            return false;
        }
        marks += 1;
    }
    marks >= 3
}

fn fence(indent: usize, body: &str) -> Option<Fence> {
    let mark = byte(body, 0);
    let length = end_of_row(body, 0, mark);
    let info = part(body, length, body.len());
    let opens = length >= 3 && (mark == b'~' || (mark == b'`' && !info.contains('`')));
    opens.then(|| Fence { mark, length, indent, info: info.trim().to_owned(), text: String::new() })
}

fn closes(fence: &Fence, line: &str) -> bool {
    let (indent, body) = indented(line);
    let length = end_of_row(body, 0, fence.mark);
    indent < 4 && length >= fence.length && end_of_spaces(body, length) == body.len()
}

/// The words of a heading.
fn heading(body: &str) -> Option<&str> {
    let level = end_of_row(body, 0, b'#');
    let words = part(body, level, body.len()).trim();
    let mut end = words.len();
    while end > 0 && byte(words, end - 1) == b'#' {
        end -= 1;
    }
    let closed = end > 0 && is_space(byte(words, end - 1));
    let words = if closed { part(words, 0, end).trim_end() } else { words };
    ((1..=6).contains(&level) && is_space(byte(body, level)) && end > 0).then_some(words)
}
