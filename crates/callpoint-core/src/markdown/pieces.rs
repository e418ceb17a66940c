//! What a line is made of: pieces that are paired, and then become a tree.

use super::{DEPTH, Inline, LinkAddress, part};

/// What was found, before it is known what belongs together.
pub(super) struct Piece<'a> {
    pub kind: Kind,
    /// Its words, or where a link leads.
    pub text: &'a str,
    /// Of a run: how many marks stand for nothing yet, and how many parts end at it.
    pub left: usize,
    pub ended: usize,
    /// Of a run: what begins at it, a bit for each behind a first one that is always set; 1 is strong.
    pub begun: u64,
    pub opens: bool,
    pub closes: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Also a `[` that begins no link, as far as is known.
    Text,
    Code,
    /// Marks of emphasis in a row.
    Run(u8),
    Begin,
    End,
    /// An address that stands for itself.
    Link,
}

/// Pairs marks of emphasis: each that may close one with the nearest that may open one. `bottom` holds, for each kind
/// that closes, below which place of the stack no such opens, so that nothing is looked for twice.
pub(super) fn pair(pieces: &mut [Piece<'_>], runs: &[usize]) {
    let mut stack: Vec<usize> = Vec::new();
    let mut bottom = [0_usize; 12];
    for &place in runs {
        while let Some(closer) = pieces.get(place)
            && closer.closes
            && closer.left > 0
        {
            let (mark, length, both, left) = (closer.kind, closer.text.len(), closer.opens, closer.left);
            let kind = length % 3 + if both { 3 } else { 0 } + if mark == Kind::Run(b'_') { 6 } else { 0 };
            let Some(least) = bottom.get_mut(kind) else { break };
            let mut found = stack.len();
            let opener = loop {
                if found <= *least {
                    break None;
                }
                found -= 1;
                if let Some(&opener) = stack.get(found)
                    && let Some(run) = pieces.get_mut(opener)
                    && run.kind == mark
                    && !((both || run.closes) && (run.text.len() + length) % 3 == 0 && length % 3 != 0)
                {
                    break Some(run);
                }
            };
            let Some(run) = opener else {
                *least = stack.len();
                break;
            };
            let strong = left >= 2 && run.left >= 2;
            let used = if strong { 2 } else { 1 };
            run.left -= used;
            run.begun = (run.begun << 1) | u64::from(strong);
            stack.truncate(if run.left == 0 { found } else { found + 1 });
            bottom = bottom.map(|place| place.min(stack.len()));
            if let Some(closer) = pieces.get_mut(place) {
                closer.left -= used;
                closer.ended += 1;
            }
        }
        if let Some(run) = pieces.get(place)
            && run.opens
            && run.left > 0
        {
            stack.push(place);
        }
    }
}

/// A tree while it is built: what is open, with its parts, and the parts that stand on the first level.
#[derive(Default)]
struct Tree<'a> {
    open: Vec<(Open<'a>, Vec<Inline>)>,
    /// For each that is to end, whether it is a part of its own, or too deep for that.
    nested: Vec<bool>,
    parts: Vec<Inline>,
}

enum Open<'a> {
    Emphasis(bool),
    Link(&'a str),
}

/// What the pieces make together, once they are paired.
pub(super) fn tree(pieces: &[Piece<'_>]) -> Vec<Inline> {
    let mut tree = Tree::default();
    for piece in pieces {
        match piece.kind {
            Kind::Code => tree.add(Inline::Code(piece.text.to_owned())),
            Kind::Begin => tree.begin(Open::Link(piece.text)),
            Kind::End => tree.end(),
            Kind::Link if !tree.in_link() => {
                if let Some(to) = LinkAddress::in_brackets(piece.text) {
                    tree.add(Inline::Link { to, words: vec![Inline::Text(piece.text.to_owned())] });
                }
            }
            Kind::Text | Kind::Link => tree.words(piece.text),
            Kind::Run(_) => {
                for _ in 0..piece.ended {
                    tree.end();
                }
                tree.words(part(piece.text, 0, piece.left));
                let mut begun = piece.begun;
                while begun > 1 {
                    tree.begin(Open::Emphasis(begun & 1 == 1));
                    begun >>= 1;
                }
            }
        }
    }
    tree.parts
}

impl<'a> Tree<'a> {
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

    fn begin(&mut self, open: Open<'a>) {
        let apart = self.open.len() < DEPTH || matches!(open, Open::Link(_));
        self.nested.push(apart);
        if apart {
            self.open.push((open, Vec::new()));
        }
    }

    fn end(&mut self) {
        if self.nested.pop() == Some(true)
            && let Some((open, words)) = self.open.pop()
        {
            let part = match open {
                Open::Emphasis(false) => Inline::Emphasis(words),
                Open::Emphasis(true) => Inline::Strong(words),
                Open::Link(to) => {
                    let Some(to) = LinkAddress::parse(to) else { return };
                    Inline::Link { to, words }
                }
            };
            self.add(part);
        }
    }
}
