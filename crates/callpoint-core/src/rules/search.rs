//! Search: the words by which somebody finds what they see, and which of them a query asks for. It is given only what
//! visibility let through; whoever keeps an index narrows by it, and asks here what was found.

use core::ops::Range;

use crate::{
    model::{
        event::{Change, Event},
        incident::Incident,
        limits::{SEARCH_LIMIT, SEARCH_TERMS},
        person::Author,
    },
    rules::words::own_text,
};

/// What is longer is no word that people look for.
const LONGEST: usize = 64;

/// How much of a text stands before what was found, and after it, in bytes.
const AROUND: [usize; 2] = [60, 140];

/// A word of a text: in small letters, and where it stands.
struct Token {
    word: String,
    place: Range<usize>,
}

/// Letters and digits that stand together; each alone in scripts that put nothing between words.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut goes_on = false;
    for (start, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            goes_on = false;
            continue;
        }
        let alone = stands_alone(c);
        let end = start + c.len_utf8();
        let small = c.to_lowercase().filter(|c| c.is_alphanumeric());
        match tokens.last_mut().filter(|_| goes_on && !alone) {
            Some(token) => {
                token.place.end = end;
                if token.word.len() < LONGEST {
                    token.word.extend(small);
                }
            }
            None => tokens.push(Token { word: small.collect(), place: start..end }),
        }
        goes_on = !alone;
    }
    tokens
}

/// Thai, kana, ideographs and Hangul.
const fn stands_alone(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The words of texts as an index keeps them: letters and digits, separated by spaces.
#[must_use]
pub fn indexed<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let words = texts.into_iter().flat_map(tokens).map(|token| token.word);
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What people know an incident by, of what somebody sees of it.
#[must_use]
pub fn facts(seen: &Incident) -> Vec<&str> {
    let mut texts = vec![seen.reference.as_str(), &seen.title, &seen.class];
    texts.extend(seen.publication.as_ref().map(|face| face.title.as_str()));
    texts.extend(seen.workaround.as_deref());
    texts.extend(seen.roles.iter().map(|role| role.by.name.as_str()));
    for stake in &seen.stakes {
        texts.extend([stake.account.name.as_str(), &stake.title, &stake.reporter_name]);
        texts.extend(stake.csm.as_ref().map(|csm| csm.name.as_str()));
        texts.extend(stake.followers.iter().map(|follower| follower.name.as_str()));
        texts.extend(stake.formerly.iter().map(String::as_str));
    }
    texts
}

/// What is said in an entry that somebody sees, and by whom; nothing where nobody said anything.
#[must_use]
pub fn said(seen: &Event) -> Vec<&str> {
    let mut texts: Vec<&str> = own_text(&seen.change).into_iter().collect();
    if let Change::Declared { report, .. } = &seen.change {
        texts.push(&report.details);
        texts.extend(report.fields.iter().map(|answer| answer.value.as_str()));
    }
    texts.extend(seen.change.attachments().iter().map(|file| file.name.as_str()));
    texts.retain(|text| !text.is_empty());
    if let (false, Author::Customer { name, .. } | Author::Staff { name, .. }) = (texts.is_empty(), &seen.by) {
        texts.push(name);
    }
    texts
}

/// What somebody looks for: every term has to be found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
}

/// What is written without a space: words that follow each other. The last one may be unfinished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The words, in small letters; at least one.
    pub words: Vec<String>,
}

impl Term {
    /// Whether its last word may be the beginning of a longer one: a single letter or digit is not.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        self.words.last().is_some_and(|word| word.chars().nth(1).is_some())
    }

    /// Where it begins among these words.
    fn place(&self, tokens: &[Token]) -> Option<Range<usize>> {
        let (last, before) = self.words.split_last()?;
        let fits = |window: &&[Token]| {
            let Some((end, start)) = window.split_last() else { return false };
            let ends = if self.is_unfinished() { end.word.starts_with(last) } else { end.word == *last };
            ends && start.iter().zip(before).all(|(token, word)| token.word == *word)
        };
        let found = tokens.windows(self.words.len()).find(fits)?;
        Some(found.first()?.place.start..found.last()?.place.end)
    }
}

impl Query {
    /// What somebody typed. Nothing in it is an operator; what is too long is cut.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text: String = text.chars().take(SEARCH_LIMIT).collect();
        let mut terms: Vec<Term> = Vec::new();
        for part in text.split_whitespace() {
            let words: Vec<_> =
                tokens(part).into_iter().map(|token| token.word).filter(|word| !word.is_empty()).collect();
            let term = Term { words };
            if !term.words.is_empty() && terms.len() < SEARCH_TERMS && !terms.contains(&term) {
                terms.push(term);
            }
        }
        Self { terms }
    }

    /// What has to be found.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The same without what stands in these texts.
    #[must_use]
    pub fn without<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut left = self.clone();
        for text in texts {
            if left.is_empty() {
                break;
            }
            let tokens = tokens(text);
            left.terms.retain(|term| term.place(&tokens).is_none());
        }
        left
    }

    /// Where in a text something of it stands, in order and apart from each other; in bytes.
    #[must_use]
    pub fn marks(&self, text: &str) -> Vec<Range<usize>> {
        let tokens = tokens(text);
        let mut marks: Vec<Range<usize>> = Vec::new();
        for term in &self.terms {
            let mut from = 0;
            while let Some(rest) = tokens.get(from..)
                && let Some(found) = term.place(rest)
            {
                from = tokens.partition_point(|token| token.place.start < found.end);
                marks.push(found);
            }
        }
        marks.sort_by_key(|mark| (mark.start, mark.end));
        let mut apart: Vec<Range<usize>> = Vec::new();
        for mark in marks {
            match apart.last_mut() {
                Some(last) if mark.start < last.end => last.end = last.end.max(mark.end),
                _ => apart.push(mark),
            }
        }
        apart
    }

    /// The part of a text in which something of it stands first, on one line; `None` where nothing does.
    #[must_use]
    pub fn excerpt(&self, text: &str) -> Option<String> {
        let mark = self.marks(text).into_iter().next()?;
        let [before, after] = AROUND;
        let start = text.floor_char_boundary(mark.start.saturating_sub(before));
        let end = text.ceil_char_boundary(mark.end.saturating_add(after));
        let cut = |is_cut| if is_cut { "…" } else { "" };
        let part = text.get(start..end)?.split_whitespace().collect::<Vec<_>>().join(" ");
        Some([cut(start > 0), &part, cut(end < text.len())].concat())
    }
}
