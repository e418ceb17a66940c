//! Lines become blocks: which quotes and items a line goes on with, which it opens, and what then stands in it.

use super::{Block, DEPTH, Inline, Item, inline};

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
    mark: char,
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
    mark: char,
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
            } else if let Some(quoted) = body.strip_prefix('>') {
                Some((Kind::Quote, quoted.strip_prefix(' ').unwrap_or(quoted)))
            } else {
                item(indent, body, interrupts).map(|(marker, rest)| (Kind::Item(marker), rest))
            };
            if container.is_none() && fence(indent, body).is_none() && heading(body).is_none() {
                break;
            }
            if !core::mem::replace(&mut opened, true) {
                self.close(going_on);
            }
            interrupts = false;
            let Some((kind, after)) = container else {
                if let Some(fence) = fence(indent, body) {
                    self.leaf = Leaf::Code(fence);
                } else if let Some(words) = heading(body) {
                    self.add(Block::Paragraph(vec![Inline::Strong(inline::parse(words))]));
                }
                return;
            };
            self.open.push(Container { kind, blocks: Vec::new() });
            rest = after;
        }
        let blank = rest.trim_start().is_empty();
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
                Kind::Quote => match body.strip_prefix('>').filter(|_| indent < 4) {
                    Some(quoted) => rest = quoted.strip_prefix(' ').unwrap_or(quoted),
                    None => return (place, rest),
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
                Some(Block::List { marker, items }) if *marker == mark => items.push(item),
                _ => self.add(Block::List { marker: mark, items: vec![item] }),
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
    let body = line.trim_start_matches([' ', '\t']);
    (line.len() - body.len(), body)
}

/// A line without its first `columns` spaces, or as many as there are.
fn dedent(line: &str, columns: usize) -> &str {
    let spaces = line.bytes().take(columns).take_while(|byte| *byte == b' ').count();
    line.get(spaces..).unwrap_or_default()
}

/// A line with spaces up to the next fourth column for each tab before its words.
fn with_spaces(line: &str) -> String {
    let mut spaced = String::with_capacity(line.len() + 8);
    let mut before = true;
    for (place, c) in line.char_indices() {
        before = before && (c.is_ascii_digit() || matches!(c, ' ' | '\t' | '>' | '-' | '+' | '*' | '.' | ')'));
        let after_number = line.get(..place).is_some_and(|lead| lead.ends_with(|c: char| c.is_ascii_digit()));
        match c {
            '\t' if before && !after_number => spaced.extend(core::iter::repeat_n(' ', 4 - spaced.len() % 4)),
            _ => spaced.push(c),
        }
    }
    spaced
}

/// The marker of an item at the start of `body`, and what follows it.
fn item(indent: usize, body: &str, interrupts: bool) -> Option<(Marker, &str)> {
    let digits = body.bytes().take(9).take_while(u8::is_ascii_digit).count();
    let (number, rest) = body.split_at_checked(digits)?;
    let mark = rest.chars().next()?;
    let number = match mark {
        '-' | '+' | '*' if digits == 0 && !is_line(body) => None,
        '.' | ')' if digits > 0 => Some(number.parse().ok()?),
        _ => return None,
    };
    let after = rest.get(1..)?;
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
    let marks = body.chars().filter(|c| !c.is_whitespace());
    body.chars().next().is_some_and(|first| marks.clone().all(|c| c == first)) && marks.count() >= 3
}

fn fence(indent: usize, body: &str) -> Option<Fence> {
    let mark = body.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let info = body.trim_start_matches(mark);
    let length = body.len() - info.len();
    let opens = length >= 3 && !(mark == '`' && info.contains('`'));
    opens.then(|| Fence { mark, length, indent, info: info.trim().to_owned(), text: String::new() })
}

fn closes(fence: &Fence, line: &str) -> bool {
    let (indent, body) = indented(line);
    let marks = body.trim_end();
    indent < 4 && marks.len() >= fence.length && marks.chars().all(|c| c == fence.mark)
}

/// The words of a heading.
fn heading(body: &str) -> Option<&str> {
    let words = body.trim_start_matches('#');
    let level = body.len() - words.len();
    let open = words.trim_end().trim_end_matches('#');
    let words = if open.is_empty() || open.ends_with([' ', '\t']) { open } else { words };
    ((1..=6).contains(&level) && words.starts_with([' ', '\t']) && !words.trim().is_empty()).then(|| words.trim())
}
