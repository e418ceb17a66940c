//! Fields of the report form that the vendor defines, in the server's configuration or on a page.
//!
//! A value that breaks its field's rule is told to whoever writes it, and a required one is asked for. Neither keeps a
//! report from being declared: what is missing stands in it as missing, and can be said in the thread.

use core::cmp::Ordering;

use litemap::LiteMap;
use serde::{Deserialize, Serialize};

use crate::{
    model::{
        limits::{CHOICES_LIMIT, FIELD_ID_LIMIT, FIELD_LIMIT, FIELDS_LIMIT, TITLE_LIMIT, clean, is_blank},
        report::plain,
    },
    wire::error::{Constraint, Invalid},
};

/// The field of a draft that holds what is written in all of them.
const FIELDS: &str = "fields";

/// A field of the report form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("required" = ["id", "label"])))]
#[serde(default)]
pub struct ReportField {
    /// Its id: `order`.
    pub id: String,
    /// Its label for customers.
    pub label: String,
    /// What may stand in it; `text` without it.
    pub kind: FieldKind,
    /// Whether the form asks for it.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub required: bool,
    /// What helps to fill it in.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// What a `choice` offers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// The least number, or the first day.
    #[serde(deserialize_with = "plain", skip_serializing_if = "String::is_empty")]
    pub min: String,
    /// The greatest number, or the last day.
    #[serde(deserialize_with = "plain", skip_serializing_if = "String::is_empty")]
    pub max: String,
    /// The most characters of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// Its words in other languages, by their tags.
    #[serde(skip_serializing_if = "LiteMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, FieldWords>"))]
    pub words: LiteMap<String, FieldWords>,
}

/// What may stand in a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Any text, in a field with room for several lines.
    LongText,
    /// A number, with a point before its decimals.
    Number,
    /// A day: `2026-11-27`.
    Date,
    /// One of the field's choices.
    Choice,
    /// Any text. So is what a later version has.
    #[default]
    #[serde(other)]
    Text,
}

/// What customers read of a field in one language; what is left out is as the field has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct FieldWords {
    /// The label.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The help.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// The words of each choice, in the order of the field's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

/// A field as a report has it: with the label that it had then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldAnswer {
    /// The field's id.
    pub id: String,
    /// Its label.
    pub label: String,
    /// What was written; empty where a required field was left out.
    pub value: String,
}

/// What is wrong with the definition of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The part of the definition, by its name.
    pub part: &'static str,
    /// What it must be: `must be …`.
    pub must: &'static str,
}

impl ReportField {
    /// The name of its element in a form, and by which an error names it.
    #[must_use]
    pub fn name(&self) -> String {
        [FIELDS, ".", &self.id].concat()
    }

    /// The label, the help, and what each choice is called in a language, given by its tag.
    #[must_use]
    pub fn in_language<'a>(&'a self, tag: &str) -> (&'a str, &'a str, &'a [String]) {
        let primary = tag.split('-').next().unwrap_or_default();
        let Some(own) = self.words.get(tag).or_else(|| self.words.get(primary)) else {
            return (&self.label, &self.help, &self.choices);
        };
        let or = |own: &'a String, other: &'a String| if own.is_empty() { other } else { own };
        let choices = if own.choices.is_empty() { &self.choices } else { &own.choices };
        (or(&own.label, &self.label), or(&own.help, &self.help), choices)
    }

    /// Checks what the vendor says of the field.
    ///
    /// # Errors
    /// Names the first part that can't be used, and what it must be.
    pub fn check(&self) -> Result<(), FieldFault> {
        let Self { id, label, kind, help, choices, min, max, max_length, words, required: _ } = self;
        let wrong = |part, must| Err(FieldFault { part, must });
        let is_id = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        if id.is_empty() || id.len() > FIELD_ID_LIMIT || !id.bytes().all(is_id) {
            return wrong("id", "must have 1 to 40 lower-case letters, digits, `-` and `_`");
        }
        if !is_line(label) {
            return wrong("label", "must have 1 to 120 characters on one line");
        }
        if !help.is_empty() && !is_line(help) {
            return wrong("help", "must have at most 120 characters on one line");
        }
        let is_choice = *kind == FieldKind::Choice;
        if !is_choice && !choices.is_empty() {
            return wrong("choices", "is only for the kind `choice`");
        }
        if is_choice && (choices.is_empty() || choices.len() > CHOICES_LIMIT) {
            return wrong("choices", "must have 1 to 100 choices");
        }
        let again = |at: usize, choice| choices.iter().take(at).any(|earlier| earlier == choice);
        if choices
            .iter()
            .enumerate()
            .any(|(at, choice)| !is_line(choice) || choice.trim() != choice || again(at, choice))
        {
            return wrong("choices", "must differ, and have 1 to 120 characters each, without space around them");
        }
        let is_bounded = matches!(kind, FieldKind::Number | FieldKind::Date);
        for (part, bound) in [("min", min), ("max", max)] {
            if !is_bounded && !bound.is_empty() {
                return wrong(part, "is only for the kinds `number` and `date`");
            }
            if !bound.is_empty() && (self.shaped(bound).is_some() || clean(bound) != *bound) {
                return wrong(part, "must be a value of the field's own kind: 12.5, or 2026-11-27");
            }
        }
        if !min.is_empty() && self.is_beyond(min, max, Ordering::Greater) {
            return wrong("max", "must not be less than `min`");
        }
        if let Some(length) = max_length {
            if !matches!(kind, FieldKind::Text | FieldKind::LongText) {
                return wrong("max_length", "is only for the kinds `text` and `long_text`");
            }
            if *length == 0 || usize::try_from(*length).is_ok_and(|length| length > FIELD_LIMIT) {
                return wrong("max_length", "must be 1 to 1,000");
            }
        }
        let fits = |own: &FieldWords| {
            let lines = own.choices.iter().chain([&own.label, &own.help].into_iter().filter(|line| !line.is_empty()));
            lines.into_iter().all(|line| is_line(line)) && [0, choices.len()].contains(&own.choices.len())
        };
        if !words.values().all(fits) {
            return wrong("words", "must be lines of 1 to 120 characters, and name all choices or none");
        }
        Ok(())
    }

    /// What was written in it, if anything.
    ///
    /// # Errors
    /// Where it breaks the field's rule.
    pub fn read(&self, value: &str) -> Result<String, Invalid> {
        let mut value = clean(value);
        // As most of the world writes its decimals. Three digits may be thousands: then nobody guesses.
        if self.kind == FieldKind::Number && value.split_once(',').is_some_and(|(_, part)| part.len() != 3) {
            value = value.replacen(',', ".", 1);
        }
        if value.is_empty() {
            return Ok(value);
        }
        let limit = self.max_length.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(FIELD_LIMIT);
        let rule = if value.chars().count() > limit {
            Some((Constraint::TooLong(limit), ""))
        } else if let Some(rule) = self.shaped(&value) {
            Some((rule, ""))
        } else if self.is_beyond(&value, &self.min, Ordering::Less) {
            Some((Constraint::Below, &*self.min))
        } else if self.is_beyond(&value, &self.max, Ordering::Greater) {
            Some((Constraint::Above, &*self.max))
        } else {
            None
        };
        let Some((rule, bound)) = rule else { return Ok(value) };
        Err(Invalid { part: Some(self.id.clone()), bound: bound.to_owned(), ..Invalid::new(FIELDS, rule) })
    }

    /// What keeps a text from being a value of this kind.
    fn shaped(&self, value: &str) -> Option<Constraint> {
        match self.kind {
            FieldKind::Text | FieldKind::LongText => None,
            FieldKind::Number => decimal(value).is_none().then_some(Constraint::NotANumber),
            FieldKind::Date => (!is_date(value)).then_some(Constraint::NotADate),
            FieldKind::Choice => (!self.choices.iter().any(|choice| choice == value)).then_some(Constraint::Unknown),
        }
    }

    /// Whether a value lies on this side of a bound; on neither side of none.
    fn is_beyond(&self, value: &str, bound: &str, side: Ordering) -> bool {
        let order = if self.kind == FieldKind::Date { Some(value.cmp(bound)) } else { compare(value, bound) };
        !bound.is_empty() && order == Some(side)
    }
}

/// Checks the fields of a form.
///
/// # Errors
/// Names the first that can't be used by its place.
pub fn check_fields(fields: &[ReportField]) -> Result<(), (usize, FieldFault)> {
    for (place, field) in fields.iter().enumerate() {
        field.check().map_err(|fault| (place, fault))?;
        let wrong = |must| Err((place, FieldFault { part: "id", must }));
        if fields.iter().take(place).any(|earlier| earlier.id == field.id) {
            return wrong("must not be that of an earlier field");
        }
        if place == FIELDS_LIMIT {
            return wrong("must be one of at most 20 fields");
        }
    }
    Ok(())
}

/// Puts the fields that a page defines behind the vendor's, whose own count where both have one.
pub fn add_fields(fields: &mut Vec<ReportField>, of_page: &[ReportField]) {
    for field in of_page {
        if fields.iter().all(|known| known.id != field.id) {
            fields.push(field.clone());
        }
    }
}

/// What was written in the vendor's fields, in their order, then what was written elsewhere: a page may have fields of
/// its own, whose labels it gives in `asked`, and the vendor may have taken a field away since. What can't be kept as a
/// field is [`words_beside`] them.
///
/// # Errors
/// Names the first field whose rule is broken.
pub fn read_fields(
    fields: &[ReportField],
    written: &LiteMap<String, String>,
    asked: &LiteMap<String, String>,
) -> Result<Vec<FieldAnswer>, Invalid> {
    let mut answers = Vec::new();
    for field in fields {
        let value = field.read(written.get(&field.id).map_or("", String::as_str))?;
        if field.required || !value.is_empty() {
            answers.push(FieldAnswer { id: field.id.clone(), label: field.label.clone(), value });
        }
    }
    for (id, value) in written {
        let label = asked.get(id).filter(|label| is_line(label)).unwrap_or(id);
        let other = ReportField { id: id.clone(), label: label.clone(), ..ReportField::default() };
        if fields.iter().all(|field| field.id != *id) && other.check().is_ok() && answers.len() < FIELDS_LIMIT {
            let value = other.read(value)?;
            if !value.is_empty() {
                answers.push(FieldAnswer { id: other.id, label: other.label, value });
            }
        }
    }
    Ok(answers)
}

/// What was written in fields of which nothing can be kept as an answer, a line each: of an id that no field can have, or
/// beyond the number of fields.
#[must_use]
pub fn words_beside(fields: &[ReportField], written: &LiteMap<String, String>, answers: &[FieldAnswer]) -> Vec<String> {
    let is_kept = |id: &str| fields.iter().any(|field| field.id == id) || answers.iter().any(|answer| answer.id == id);
    let lost =
        written.iter().map(|(id, value)| (id, clean(value))).filter(|(id, value)| !is_kept(id) && !value.is_empty());
    lost.map(|(id, value)| [clean(id).as_str(), ": ", &value].concat()).collect()
}

/// The labels of the fields in which something is written: by them it is kept where the server has no such field.
#[must_use]
pub fn labels_of(fields: &[ReportField], written: &LiteMap<String, String>) -> LiteMap<String, String> {
    let mut labels = LiteMap::new();
    for field in fields.iter().filter(|field| written.contains_key(&field.id)) {
        labels.insert(field.id.clone(), field.label.clone());
    }
    labels
}

/// The first required field in which nothing is written: the form asks for it once.
#[must_use]
pub fn first_missing<'a>(fields: &'a [ReportField], written: &LiteMap<String, String>) -> Option<&'a ReportField> {
    let is_missing = |field: &&ReportField| written.get(&field.id).is_none_or(|value| is_blank(value));
    fields.iter().filter(|field| field.required).find(is_missing)
}

/// Whether this can stand on one line, and something of it is visible.
fn is_line(text: &str) -> bool {
    !is_blank(text) && text.chars().count() <= TITLE_LIMIT && !text.contains(char::is_control)
}

/// A decimal as it is compared: whether it is negative, and what its digits before and behind the point say. Exact, and
/// smaller in the browser than reading a float.
fn decimal(text: &str) -> Option<(bool, &str, &str)> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, part) = (is_plain(whole) && is_plain(part)).then_some((whole, part))?;
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    Some((digits.len() < text.len() && !(whole.is_empty() && part.is_empty()), whole, part))
}

fn compare(one: &str, other: &str) -> Option<Ordering> {
    let (one, other) = (decimal(one)?, decimal(other)?);
    let size = |(_, whole, part): (bool, &str, &str)| (whole.len(), whole.to_owned(), part.to_owned());
    Some(match (one.0, other.0) {
        (false, false) => size(one).cmp(&size(other)),
        (true, true) => size(other).cmp(&size(one)),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    })
}

/// A day of the Gregorian calendar as ISO 8601 writes it, and as a browser's date field gives it.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut part = |length| {
        let digits: &str = parts.next().filter(|part| part.len() == length)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u32>().ok())?
    };
    let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}
