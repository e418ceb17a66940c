//! The languages that people read: which of them somebody means, and what dates look like in it. The words are tables in
//! `locales/`, one for each language but English, by the English.

mod moment;

use std::{cell::Cell, collections::BTreeMap, sync::LazyLock};

use axum::http::{HeaderMap, header};
use callpoint_core::text::{Language, speaking};
use icu_locale::{LanguageIdentifier, LocaleCanonicalizer, LocaleExpander};
use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions};
use serde::{Deserialize, Serialize};

pub use moment::{date, date_time, short_date, short_date_time};

const TABLES: [&str; 8] = [
    include_str!("../../locales/ar.json"),
    include_str!("../../locales/de.json"),
    include_str!("../../locales/es.json"),
    include_str!("../../locales/fr.json"),
    include_str!("../../locales/he.json"),
    include_str!("../../locales/ja.json"),
    include_str!("../../locales/pt-BR.json"),
    include_str!("../../locales/zh-Hans.json"),
];

/// A language as people read it.
#[derive(Serialize)]
pub struct Locale {
    /// The tag of BCP 47: `pt-BR`.
    pub lang: String,
    /// In which direction it is written: `ltr` or `rtl`.
    pub dir: String,
    /// Its words by the English. The words for a count stand by the category, `|` and the English plural: `one|{count} days`.
    words: BTreeMap<String, String>,
    #[serde(skip)]
    tag: LanguageIdentifier,
    /// The tag with what goes without saying in it: `zh-Hans-CN` where it is `zh-CN`.
    #[serde(skip)]
    whole: LanguageIdentifier,
    #[serde(skip)]
    language: Option<&'static Language>,
}

/// A table as translators keep it: words by the English, and under `@` what language it is.
#[derive(Deserialize)]
struct Table {
    #[serde(rename = "@")]
    head: Head,
    #[serde(flatten)]
    words: BTreeMap<String, Words>,
}

#[derive(Deserialize)]
struct Head {
    tag: String,
    dir: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    Always(String),
    /// By the category of CLDR that the count falls into.
    Counted(BTreeMap<String, String>),
}

static ENGLISH: LazyLock<Locale> = LazyLock::new(|| locale("en", "ltr", BTreeMap::new(), None));
static OTHERS: LazyLock<Vec<Locale>> = LazyLock::new(|| TABLES.iter().filter_map(|table| read(table)).collect());

thread_local! {
    static SPOKEN: Cell<Option<&'static Locale>> = const { Cell::new(None) };
}

/// A table that can't be read is left out; a test reads each.
fn read(table: &str) -> Option<Locale> {
    let Table { head, words } = serde_json::from_str(table).ok()?;
    let mut flat = BTreeMap::new();
    for (english, words) in words {
        match words {
            Words::Always(words) => {
                flat.insert(english, words);
            }
            Words::Counted(forms) => {
                flat.extend(forms.into_iter().map(|(category, words)| (format!("{category}|{english}"), words)));
            }
        }
    }
    let tag = parsed(&head.tag);
    let language = Language::new(flat.clone().into_iter(), move |count| category(&tag, count).to_owned());
    Some(locale(&head.tag, &head.dir, flat, Some(language)))
}

fn locale(lang: &str, dir: &str, words: BTreeMap<String, String>, language: Option<&'static Language>) -> Locale {
    let tag = parsed(lang);
    let whole = whole(&tag);
    Locale { lang: lang.to_owned(), dir: dir.to_owned(), words, tag, whole, language }
}

fn category(locale: &LanguageIdentifier, count: usize) -> &'static str {
    let rules = PluralRules::try_new(locale.into(), PluralRulesOptions::default());
    match rules.map_or(PluralCategory::Other, |rules| rules.category_for(count)) {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

/// The language of a tag, by its present name: what was `iw` is `he`.
fn parsed(tag: &str) -> LanguageIdentifier {
    let mut locale = icu_locale::Locale::try_from_str(tag).unwrap_or(icu_locale::Locale::UNKNOWN);
    LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
    locale.id
}

fn whole(tag: &LanguageIdentifier) -> LanguageIdentifier {
    let mut whole = tag.clone();
    LocaleExpander::new_extended().maximize(&mut whole);
    whole
}

impl std::fmt::Debug for Locale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Locale({})", self.lang)
    }
}

impl Locale {
    /// English, which everything is written in.
    #[must_use]
    pub fn english() -> &'static Self {
        &ENGLISH
    }

    /// The language of a tag, or English where there is no such one: a region of its own is read as the one that there is.
    #[must_use]
    pub fn of(tag: &str) -> &'static Self {
        Self::known(tag).unwrap_or(&ENGLISH)
    }

    /// The language that somebody would rather read, as `Accept-Language` (RFC 9110) lists them with their weights.
    #[must_use]
    pub fn accepted(header: &str) -> &'static Self {
        let mut wanted: Vec<(&str, f32)> = header.split(',').take(20).filter_map(weighted).collect();
        wanted.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        wanted.into_iter().find_map(|(tag, _)| Self::known(tag)).unwrap_or_else(Self::english)
    }

    /// The language that the browser of a request asks for.
    #[must_use]
    pub fn accepted_by(headers: &HeaderMap) -> &'static Self {
        let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self::accepted(header.unwrap_or_default())
    }

    fn all() -> impl Iterator<Item = &'static Self> {
        std::iter::once(&*ENGLISH).chain(OTHERS.iter())
    }

    fn known(tag: &str) -> Option<&'static Self> {
        let wanted = whole(&parsed(tag));
        Self::all().find(|Self { whole, .. }| (whole.language, whole.script) == (wanted.language, wanted.script))
    }

    /// What is made of words in this language.
    pub fn speaking<Made>(&'static self, make: impl FnOnce() -> Made) -> Made {
        let before = SPOKEN.replace(Some(self));
        let made = speaking(self.language, make);
        SPOKEN.set(before);
        made
    }

    fn spoken() -> &'static Self {
        SPOKEN.get().unwrap_or_else(Self::english)
    }
}

/// A language of `Accept-Language` and its weight; what has none counts fully, and what has no weight at all not.
fn weighted(part: &str) -> Option<(&str, f32)> {
    let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
    let weight = weight.trim().parse().ok().filter(|weight| *weight > 0.0)?;
    Some((tag.trim(), weight))
}

#[cfg(test)]
mod tests;
