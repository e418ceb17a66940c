//! What stands inside a paragraph: CommonMark's own algorithm, in which marks are first found and then paired.
//!
//! It goes byte by byte: every mark is ASCII, and what is not ASCII is looked at only beside marks.

use super::{
    Inline, LinkAddress, begins, byte, end_of_row, end_of_spaces, is_space, part,
    pieces::{Kind, Piece, pair, tree},
};

/// A longer row of one mark is words.
const LONGEST_ROW: usize = 32;

/// Reads the lines of a paragraph.
pub(super) fn parse(text: &str) -> Vec<Inline> {
    let mut scanner = Scanner { text, ..Scanner::default() };
    scanner.scan();
    pair(&mut scanner.pieces, &scanner.runs);
    tree(&scanner.pieces)
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
}

impl<'a> Scanner<'a> {
    fn scan(&mut self) {
        while self.at < self.text.len() {
            match self.byte(self.at) {
                b'\n' => self.line_end(),
                b'\\' if self.escapes() => {
                    self.words(1);
                    self.at += 1;
                }
                b'`' => self.code(),
                mark @ (b'*' | b'_') => self.run(mark),
                b'[' => {
                    self.words(0);
                    self.brackets.push(self.pieces.len());
                    self.piece(Kind::Text, 1, "[");
                }
                b']' => self.close_bracket(),
                b'<' => self.in_brackets(),
                b'h' | b'H' => self.bare(),
                _ => self.at += 1,
            }
        }
        self.words(0);
    }

    fn byte(&self, at: usize) -> u8 {
        byte(self.text, at)
    }

    /// What begins at a place.
    fn from(&self, at: usize) -> &'a str {
        part(self.text, at, self.text.len())
    }

    /// Takes the words up to here for a piece, and leaves out the next `length` bytes.
    fn words(&mut self, length: usize) {
        let words = part(self.text, self.from, self.at);
        if !words.is_empty() {
            self.push(Kind::Text, words);
        }
        self.at += length;
        self.from = self.at;
    }

    /// Takes the words up to here for a piece, and the next `length` bytes for another.
    fn piece(&mut self, kind: Kind, length: usize, text: &'a str) {
        self.words(length);
        self.push(kind, text);
    }

    fn push(&mut self, kind: Kind, text: &'a str) {
        self.pieces.push(Piece { kind, text, left: text.len(), ended: 0, begun: 1, opens: false, closes: false });
    }

    /// The words of a line without the spaces at its end; the line break belongs to what follows.
    fn line_end(&mut self) {
        let end = self.at;
        while self.at > self.from && is_space(self.byte(self.at - 1)) {
            self.at -= 1;
        }
        self.words(end - self.at);
        self.at += 1;
        self.line = self.at;
    }

    /// Whether a backslash stands before a mark that would count without it.
    fn escapes(&self) -> bool {
        let numbered = match self.byte(self.at + 1) {
            b'*' | b'_' | b'`' | b'[' | b']' | b'<' => return true,
            b'#' | b'>' | b'-' | b'+' | b'~' => false,
            b'.' | b')' => self.at > self.line,
            _ => return false,
        };
        let lead = part(self.text, self.line, self.at);
        lead.len() < 12 && lead.bytes().all(|byte| byte == b' ' || (numbered && byte.is_ascii_digit()))
    }

    fn code(&mut self) {
        let ticks = end_of_row(self.text, self.at, b'`') - self.at;
        let start = self.at + ticks;
        let mut end = start;
        while ticks <= LONGEST_ROW && end < self.text.len() {
            let closing = end_of_row(self.text, end, b'`') - end;
            if closing == ticks {
                let code = part(self.text, start, end);
                let padded = [start, end - 1].iter().all(|at| matches!(self.byte(*at), b' ' | b'\n'))
                    && code.bytes().any(|byte| !is_space(byte));
                let code = if padded { part(self.text, start + 1, end - 1) } else { code };
                return self.piece(Kind::Code, end + closing - self.at, code);
            }
            end += closing.max(1);
        }
        self.at = start;
    }

    fn run(&mut self, mark: u8) {
        let end = end_of_row(self.text, self.at, mark);
        if end - self.at > LONGEST_ROW {
            self.at = end;
            return;
        }
        let before = beside(part(self.text, 0, self.at).chars().next_back());
        let after = beside(self.from(end).chars().next());
        let left = after != Beside::Space && (after == Beside::Letter || before != Beside::Letter);
        let right = before != Beside::Space && (before == Beside::Letter || after != Beside::Letter);
        let inside = mark == b'_' && left && right;
        self.piece(Kind::Run(mark), end - self.at, part(self.text, self.at, end));
        self.runs.push(self.pieces.len() - 1);
        if let Some(run) = self.pieces.last_mut() {
            run.opens = left && (!inside || before == Beside::Mark);
            run.closes = right && (!inside || after == Beside::Mark);
        }
    }

    fn close_bracket(&mut self) {
        let rest = self.from(self.at + 1);
        if let Some(place) = self.brackets.pop()
            && let Some((to, length)) = destination(rest)
        {
            self.piece(Kind::End, 1 + length, "");
            if let Some(bracket) = self.pieces.get_mut(place) {
                (bracket.kind, bracket.text) = (Kind::Begin, to);
            }
            // No link stands in another, so no bracket before this one begins one. What is inside is paired inside.
            self.brackets.clear();
            let mut inside = self.runs.len();
            while self.runs.get(inside.wrapping_sub(1)).is_some_and(|run| *run > place) {
                inside -= 1;
            }
            pair(&mut self.pieces, self.runs.get(inside..).unwrap_or_default());
            self.runs.truncate(inside);
        } else {
            self.at += 1;
        }
    }

    fn in_brackets(&mut self) {
        let mut end = self.at + 1;
        while !matches!(self.byte(end), 0..=b' ' | b'<' | b'>') {
            end += 1;
        }
        let words = part(self.text, self.at + 1, end);
        if self.byte(end) == b'>' && LinkAddress::in_brackets(words).is_some() {
            self.piece(Kind::Link, words.len() + 2, words);
        } else {
            self.at += 1;
        }
    }

    /// An address that stands in a line without any marks. What ends a sentence is no part of it, nor is a parenthesis
    /// that begins before.
    fn bare(&mut self) {
        let start = self.at;
        self.at += 1;
        let inside_word = start > 0 && self.byte(start - 1).is_ascii_alphanumeric();
        let rest = self.from(start);
        if inside_word || !(begins(rest, "https://") || begins(rest, "http://")) {
            return;
        }
        let (mut end, mut unopened) = (start, 0_isize);
        // One that is too long is none, so there is no need to find its end.
        while end - start <= LinkAddress::LONGEST {
            match self.byte(end) {
                // Punctuation and symbols beyond ASCII begin with these bytes; what else is there, are letters.
                0..=b' ' | b'<' | b'>' | b'"' | b'`' | b'[' | b']' | 0x7f | 0xc2 | 0xe2 | 0xef => break,
                0xe3 if self.byte(end + 1) == 0x80 => break,
                b'(' => unopened -= 1,
                b')' => unopened += 1,
                _ => {}
            }
            end += 1;
        }
        loop {
            match self.byte(end - 1) {
                b')' if unopened > 0 => unopened -= 1,
                b'?' | b'!' | b'.' | b',' | b':' | b';' | b'*' | b'_' | b'~' | b'\'' => {}
                _ => break,
            }
            end -= 1;
        }
        let words = part(self.text, start, end);
        if LinkAddress::parse(words).is_some() {
            self.at = start;
            self.piece(Kind::Link, words.len(), words);
        }
    }
}

/// Where a link leads, by what follows its `]`, and how long that is.
fn destination(text: &str) -> Option<(&str, usize)> {
    if byte(text, 0) != b'(' {
        return None;
    }
    let mut from = end_of_spaces(text, 1);
    let bracketed = byte(text, from) == b'<';
    from += usize::from(bracketed);
    let (mut at, mut depth) = (from, 0_usize);
    loop {
        match byte(text, at) {
            0 | b'\n' => break,
            b'<' | b'>' if bracketed => break,
            _ if bracketed => {}
            ..=b' ' => break,
            b')' if depth == 0 => break,
            b')' => depth -= 1,
            // Nobody's address is nested deeper.
            b'(' if depth == 32 => return None,
            b'(' => depth += 1,
            _ => {}
        }
        at += 1;
    }
    let address = part(text, from, at);
    if bracketed {
        (byte(text, at) == b'>').then_some(())?;
        at += 1;
    }
    let end = end_of_spaces(text, at);
    (byte(text, end) == b')' && LinkAddress::parse(address).is_some()).then_some((address, end + 1))
}

/// What stands beside marks of emphasis.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Space,
    Mark,
    Letter,
}

/// Beyond ASCII all is letters but Latin and general punctuation and the signs of currencies. What Chinese and Japanese
/// put at the end of a sentence is none: no space follows it there, and emphasis could not end behind it.
const fn beside(c: Option<char>) -> Beside {
    match c {
        None | Some('\t'..=' ' | '\u{a0}' | '\u{3000}') => Beside::Space,
        Some('!'..='/' | ':'..='@' | '['..='`' | '{'..='~') => Beside::Mark,
        Some('\u{a1}'..='\u{bf}' | '\u{2010}'..='\u{205e}' | '\u{20a0}'..='\u{20cf}') => Beside::Mark,
        Some(_) => Beside::Letter,
    }
}
