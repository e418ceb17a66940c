//! What stands inside a paragraph: CommonMark's own algorithm, in which marks are first found and then paired.

use super::{DEPTH, Inline, LinkAddress};

/// Reads the lines of a paragraph.
pub(super) fn parse(text: &str) -> Vec<Inline> {
    let mut scanner = Scanner { text, line: 0, last_ticks: last_ticks(text), ..Scanner::default() };
    scanner.scan();
    pair(&mut scanner.pieces, &scanner.runs);
    tree(&scanner.pieces)
}

/// What was found, before it is known what belongs together.
enum Piece<'a> {
    Text(&'a str),
    Code(&'a str),
    Run(Run<'a>),
    /// A `[` that begins no link, as far as is known.
    Bracket,
    Begin(LinkAddress),
    End,
    /// An address that stands for itself.
    Link(LinkAddress, &'a str),
}

/// Marks of emphasis in a row.
struct Run<'a> {
    mark: char,
    text: &'a str,
    /// How many stand for nothing yet.
    left: usize,
    opens: bool,
    closes: bool,
    /// What ends here and what begins here, the first that was paired first: whether each is strong.
    ended: Vec<bool>,
    begun: Vec<bool>,
}

/// For each number of backticks, where the last row of so many begins.
fn last_ticks(text: &str) -> Vec<usize> {
    let mut last = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('`')) {
        let length = row(text, at + found, '`').len();
        last.resize(last.len().max(length + 1), 0);
        if let Some(place) = last.get_mut(length) {
            *place = at + found;
        }
        at += found + length;
    }
    last
}

/// The row of one mark that begins at `at`.
fn row(text: &str, at: usize, mark: char) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    rest.get(..rest.len() - rest.trim_start_matches(mark).len()).unwrap_or_default()
}

#[derive(Default)]
struct Scanner<'a> {
    text: &'a str,
    /// Where the scan is, where the words begin that are no piece yet, and where the line begins.
    at: usize,
    from: usize,
    line: usize,
    pieces: Vec<Piece<'a>>,
    /// The places of runs that are not paired, and of brackets that may begin a link.
    runs: Vec<usize>,
    brackets: Vec<usize>,
    last_ticks: Vec<usize>,
}

impl<'a> Scanner<'a> {
    fn scan(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            match c {
                '\n' => self.line_end(),
                '\\' if self.escapes() => {
                    self.piece(1, None);
                    self.at += 1;
                }
                '`' => self.code(),
                '*' | '_' => self.run(c),
                '[' => {
                    self.brackets.push(self.pieces.len() + usize::from(self.from < self.at));
                    self.piece(1, Some(Piece::Bracket));
                }
                ']' => self.close_bracket(),
                '<' => self.in_brackets(),
                'h' | 'H' => self.bare(),
                _ => self.at += c.len_utf8(),
            }
        }
        self.piece(0, None);
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes the words up to here for a piece, and the next `length` bytes for another.
    fn piece(&mut self, length: usize, piece: Option<Piece<'a>>) {
        let words = self.text.get(self.from..self.at).unwrap_or_default();
        if !words.is_empty() {
            self.pieces.push(Piece::Text(words));
        }
        self.pieces.extend(piece);
        self.at += length;
        self.from = self.at;
    }

    /// The words of a line without the spaces at its end; the line break belongs to what follows.
    fn line_end(&mut self) {
        let line = self.text.get(self.from..self.at).unwrap_or_default().trim_end_matches([' ', '\t']);
        let end = self.at;
        self.at = self.from + line.len();
        self.piece(end - self.at, None);
        self.at += 1;
        self.line = self.at;
    }

    /// Whether a backslash stands before a mark that would count without it.
    fn escapes(&self) -> bool {
        let lead = self.text.get(self.line..self.at).unwrap_or_default();
        match self.rest().as_bytes().get(1) {
            Some(b'*' | b'_' | b'`' | b'[' | b']' | b'<') => true,
            Some(b'#' | b'>' | b'-' | b'+' | b'~') => lead.len() < 12 && lead.trim_start().is_empty(),
            Some(b'.' | b')') => (1..12).contains(&lead.len()) && lead.trim_start().bytes().all(|b| b.is_ascii_digit()),
            _ => false,
        }
    }

    fn code(&mut self) {
        let ticks = row(self.text, self.at, '`').len();
        let start = self.at + ticks;
        let mut end = start;
        while self.last_ticks.get(ticks).is_some_and(|last| end <= *last)
            && let Some(found) = self.text.get(end..).and_then(|rest| rest.find('`'))
        {
            let closing = row(self.text, end + found, '`').len();
            if closing == ticks {
                let code = self.text.get(start..end + found).unwrap_or_default();
                let padded = code.trim() != "" && code.starts_with([' ', '\n']) && code.ends_with([' ', '\n']);
                let code = if padded { code.get(1..code.len() - 1).unwrap_or_default() } else { code };
                let length = end + found + closing - self.at;
                return self.piece(length, Some(Piece::Code(code)));
            }
            end += found + closing;
        }
        self.at = start;
    }

    fn run(&mut self, mark: char) {
        let text = row(self.text, self.at, mark);
        let before = self.text.get(..self.at).and_then(|text| text.chars().next_back());
        let after = self.text.get(self.at + text.len()..).and_then(|text| text.chars().next());
        let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let punctuation = |c: Option<char>| c.is_some_and(is_punctuation);
        let left = !space(after) && (!punctuation(after) || space(before) || punctuation(before));
        let right = !space(before) && (!punctuation(before) || space(after) || punctuation(after));
        let inside = mark == '_' && left && right;
        let (opens, closes) = (left && (!inside || punctuation(before)), right && (!inside || punctuation(after)));
        let run = Run { mark, text, left: text.len(), opens, closes, ended: Vec::new(), begun: Vec::new() };
        self.piece(text.len(), Some(Piece::Run(run)));
        self.runs.push(self.pieces.len() - 1);
    }

    fn close_bracket(&mut self) {
        let Some(place) = self.brackets.pop() else {
            self.at += 1;
            return;
        };
        let Some((to, length)) = self.rest().get(1..).and_then(destination) else {
            self.at += 1;
            return;
        };
        self.piece(1 + length, Some(Piece::End));
        if let Some(bracket) = self.pieces.get_mut(place) {
            *bracket = Piece::Begin(to);
        }
        // No link stands in another, so no bracket before this one begins one. What is inside is paired inside.
        self.brackets.clear();
        let inside = self.runs.partition_point(|run| *run < place);
        pair(&mut self.pieces, &self.runs.split_off(inside));
    }

    fn in_brackets(&mut self) {
        let inside = self.rest().get(1..).unwrap_or_default();
        let end = inside.find(|c: char| matches!(c, '<' | '>') || c.is_whitespace()).unwrap_or_default();
        let found = inside.get(..end).filter(|_| inside.as_bytes().get(end) == Some(&b'>'));
        match found.and_then(|words| Some((words, LinkAddress::in_brackets(words)?))) {
            Some((words, to)) => self.piece(end + 2, Some(Piece::Link(to, words))),
            None => self.at += 1,
        }
    }

    /// An address that stands in a line without any marks.
    fn bare(&mut self) {
        let rest = self.rest();
        let before = self.text.get(..self.at).and_then(|text| text.chars().next_back());
        let begins = |scheme: &str| rest.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        let inside_word = before.is_some_and(|c| c.is_ascii_alphanumeric());
        let found = if !inside_word && (begins("https://") || begins("http://")) { bare_address(rest) } else { None };
        match found {
            Some((to, words)) => self.piece(words.len(), Some(Piece::Link(to, words))),
            None => self.at += 1,
        }
    }
}

/// What ends a sentence is no part of an address in it, nor is a parenthesis that begins before.
fn bare_address(rest: &str) -> Option<(LinkAddress, &str)> {
    let part =
        |c: char| c.is_alphanumeric() || (c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '`' | '[' | ']'));
    // One that is too long is none, so there is no need to find its end.
    let end = rest.char_indices().take(LinkAddress::LONGEST + 1).take_while(|(_, c)| part(*c)).last();
    let mut words = rest.get(..end.map_or(0, |(at, c)| at + c.len_utf8()))?;
    let count = |c| words.bytes().filter(|byte| *byte == c).count();
    let mut unopened = count(b')').saturating_sub(count(b'('));
    while let Some(last) = words.chars().next_back() {
        match last {
            ')' if unopened > 0 => unopened -= 1,
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' => {}
            _ => break,
        }
        words = words.get(..words.len() - 1)?;
    }
    Some((LinkAddress::parse(words)?, words))
}

/// Where a link leads, by what follows its `]`, and how long that is.
fn destination(text: &str) -> Option<(LinkAddress, usize)> {
    let inside = text.strip_prefix('(')?.trim_start();
    let (address, after) = if let Some(rest) = inside.strip_prefix('<') {
        let end = rest.find(['<', '>', '\n'])?;
        (rest.get(..end)?, rest.get(end..)?.strip_prefix('>')?)
    } else {
        let mut depth = 0_usize;
        let end = inside.find(|c: char| {
            match c {
                '(' => depth += 1,
                ')' if depth == 0 => return true,
                ')' => depth -= 1,
                _ => {}
            }
            // Nobody's address is nested deeper.
            c.is_whitespace() || depth > 32
        })?;
        inside.split_at_checked(end)?
    };
    let rest = after.trim_start().strip_prefix(')')?;
    Some((LinkAddress::parse(address)?, text.len() - rest.len()))
}

/// What counts as punctuation beside marks of emphasis. What Chinese and Japanese put there does not: no space follows it
/// there, and emphasis could not end behind it.
const fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '\u{a1}'..='\u{a9}' | '\u{ab}'..='\u{b1}' | '\u{b4}' | '\u{b6}'..='\u{b8}' | '\u{bb}' | '\u{bf}' | '\u{2010}'..='\u{205e}' | '\u{20a0}'..='\u{20cf}')
}

/// Pairs marks of emphasis: each that may close one with the nearest that may open one. `bottom` holds, for each kind
/// that closes, below which place of the stack no such opens, so that nothing is looked for twice.
fn pair(pieces: &mut [Piece<'_>], runs: &[usize]) {
    let mut stack: Vec<usize> = Vec::new();
    let mut bottom = [0_usize; 12];
    for &place in runs {
        while let Some(Piece::Run(closer)) = pieces.get(place)
            && closer.closes
            && closer.left > 0
        {
            let (mark, length, both) = (closer.mark, closer.text.len(), closer.opens);
            let kind = length % 3 + if both { 3 } else { 0 } + if mark == '_' { 6 } else { 0 };
            let fits = |place: &usize| match pieces.get(*place) {
                Some(Piece::Run(run)) => {
                    let sum = run.text.len() + length;
                    run.mark == mark && !((both || run.closes) && sum % 3 == 0 && length % 3 != 0)
                }
                _ => false,
            };
            let least = bottom.get(kind).copied().unwrap_or_default();
            let found = stack.get(least..).and_then(|above| above.iter().rposition(fits)).map(|found| found + least);
            let Some(found) = found else {
                if let Some(bottom) = bottom.get_mut(kind) {
                    *bottom = stack.len();
                }
                break;
            };
            let strong = closer.left >= 2;
            let Some(&opener) = stack.get(found) else { break };
            stack.truncate(found + 1);
            let Some(Piece::Run(run)) = pieces.get_mut(opener) else { break };
            let strong = strong && run.left >= 2;
            let used = if strong { 2 } else { 1 };
            run.left -= used;
            run.begun.push(strong);
            if run.left == 0 {
                stack.pop();
            }
            bottom = bottom.map(|place| place.min(stack.len()));
            if let Some(Piece::Run(run)) = pieces.get_mut(place) {
                run.left -= used;
                run.ended.push(strong);
            }
        }
        if let Some(Piece::Run(run)) = pieces.get(place)
            && run.opens
            && run.left > 0
        {
            stack.push(place);
        }
    }
}

/// What is open while the tree is built.
enum Open {
    Emphasis(bool),
    Link(LinkAddress),
}

#[derive(Default)]
struct Tree {
    open: Vec<(Open, Vec<Inline>)>,
    /// For each that is to end, whether it is a part of its own, or too deep for that.
    nested: Vec<bool>,
    parts: Vec<Inline>,
}

fn tree(pieces: &[Piece<'_>]) -> Vec<Inline> {
    let mut tree = Tree::default();
    for piece in pieces {
        match piece {
            Piece::Text(words) => tree.words(words),
            Piece::Bracket => tree.words("["),
            Piece::Code(code) => tree.add(Inline::Code((*code).to_owned())),
            Piece::Begin(to) => tree.begin(Open::Link(to.clone())),
            Piece::End => tree.end(),
            Piece::Link(_, words) if tree.in_link() => tree.words(words),
            Piece::Link(to, words) => {
                tree.add(Inline::Link { to: to.clone(), words: vec![Inline::Text((*words).to_owned())] });
            }
            Piece::Run(run) => {
                run.ended.iter().for_each(|_| tree.end());
                tree.words(run.text.get(..run.left).unwrap_or_default());
                run.begun.iter().rev().for_each(|strong| tree.begin(Open::Emphasis(*strong)));
            }
        }
    }
    tree.parts
}

impl Tree {
    fn parts(&mut self) -> &mut Vec<Inline> {
        match self.open.last_mut() {
            Some((_, parts)) => parts,
            None => &mut self.parts,
        }
    }

    fn add(&mut self, part: Inline) {
        self.parts().push(part);
    }

    fn words(&mut self, words: &str) {
        if words.is_empty() {
        } else if let Some(Inline::Text(before)) = self.parts().last_mut() {
            before.push_str(words);
        } else {
            self.add(Inline::Text(words.to_owned()));
        }
    }

    fn in_link(&self) -> bool {
        self.open.iter().any(|(open, _)| matches!(open, Open::Link(_)))
    }

    fn begin(&mut self, open: Open) {
        let apart = self.open.len() < DEPTH || matches!(open, Open::Link(_));
        self.nested.push(apart);
        if apart {
            self.open.push((open, Vec::new()));
        }
    }

    fn end(&mut self) {
        if self.nested.pop() == Some(true)
            && let Some((open, parts)) = self.open.pop()
        {
            self.add(match open {
                Open::Emphasis(false) => Inline::Emphasis(parts),
                Open::Emphasis(true) => Inline::Strong(parts),
                Open::Link(to) => Inline::Link { to, words: parts },
            });
        }
    }
}
