//! One person's declaration: what the form collects, and the limits it must keep. `parse` is the only way to a
//! [`Report`], in the browser before it is sent and in the server when it comes.

use litemap::LiteMap;
use serde::{Deserialize, Deserializer, Serialize, de::Visitor};

use crate::{
    model::{
        attachment::{Attachment, check_attachments},
        field::{FieldAnswer, ReportField, read_fields, words_beside},
        id::{AttachmentId, ComponentId, IncidentId, Seq},
        limits::{
            CONTEXT_LIMIT, CONTEXT_NAME_LIMIT, CONTEXT_VALUE_LIMIT, TEXT_LIMIT, WHAT_LIMIT, clean, optional_text,
            parse_text,
        },
        policy::{Class, SECURITY, SERVICE, service},
        severity::{Scheme, Severity},
        time::Time,
    },
    rules::{
        hint::Answers,
        redaction::{REDACTED, is_secret_name, redact},
    },
    wire::error::{Constraint, Invalid},
};

/// A report as somebody wrote it; not yet checked. The body of `POST /v1/reports`.
// What was left empty is not written: so a draft that a version without some field sends is the same request as one of
// a version that has it, also under one idempotency key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ReportDraft {
    /// What is going wrong, in the person's own words. 1 to 2,000 characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub what: String,
    /// More about it. At most 10,000 characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub details: String,
    /// Where, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<ComponentId>,
    /// How bad it is, as this person says: the declared severity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// What kind of trouble it is: one of the vendor's classes; `service` without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Whether this is a rehearsal: all of it runs, nothing of it is public.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub drill: bool,
    /// The answers to the guided questions.
    #[serde(skip_serializing_if = "Answers::is_empty")]
    pub answers: Answers,
    /// What is written in the fields that the vendor defines, by their ids. Numbers and booleans are taken as text.
    #[serde(deserialize_with = "texts", skip_serializing_if = "LiteMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, String>"))]
    pub fields: LiteMap<String, String>,
    /// The labels of what is written in fields that the page defines, by their ids.
    #[serde(deserialize_with = "texts", skip_serializing_if = "LiteMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, String>"))]
    pub asked: LiteMap<String, String>,
    /// What the page and the host product add: page address, release, … Numbers and booleans are taken as text.
    #[serde(deserialize_with = "texts", skip_serializing_if = "LiteMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, String>"))]
    pub context: LiteMap<String, String>,
    /// Files that the person has uploaded, at most 10; each can be used once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentId>,
}

/// A report within its limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// What is going wrong, in the person's own words.
    pub what: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub details: String,
    /// Where, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<ComponentId>,
    /// The declared severity.
    pub severity: Severity,
    /// What kind of trouble it is.
    #[serde(default = "service")]
    pub class: String,
    /// Whether this is a rehearsal.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub drill: bool,
    /// The answers to the guided questions.
    #[serde(default, skip_serializing_if = "Answers::is_empty")]
    pub answers: Answers,
    /// What is written in the vendor's own fields, in the order of the form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldAnswer>,
    /// What the page and the host product added.
    #[serde(default, skip_serializing_if = "LiteMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, String>"))]
    pub context: LiteMap<String, String>,
    /// Files; known once the report is declared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<LiteMap<String, String>, D::Error> {
    let values = LiteMap::<String, PlainValue>::deserialize(from)?;
    Ok(values.into_iter().map(|(name, value)| (name, value.0)).collect())
}

/// A text, or a number or boolean as its text.
pub(super) fn plain<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    PlainValue::deserialize(from).map(|value| value.0)
}

/// A text, or a number or boolean as its text.
struct PlainValue(String);

impl<'de> Deserialize<'de> for PlainValue {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Plain;
        impl Visitor<'_> for Plain {
            type Value = PlainValue;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("a text, a number or a boolean")
            }

            fn visit_str<E>(self, text: &str) -> Result<PlainValue, E> {
                Ok(PlainValue(text.to_owned()))
            }

            fn visit_bool<E>(self, value: bool) -> Result<PlainValue, E> {
                Ok(PlainValue(value.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<PlainValue, E> {
                Ok(PlainValue(number.to_string()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<PlainValue, E> {
                Ok(PlainValue(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<PlainValue, E> {
                Ok(PlainValue(number.to_string()))
            }
        }
        from.deserialize_any(Plain)
    }
}

/// What of a context may leave the browser, and be stored: without secrets and what is personal (see [`redact`]), and
/// within its limits. Redacted before it is cut, since half of a secret is not known for one.
#[must_use]
pub fn clean_context(context: &LiteMap<String, String>) -> LiteMap<String, String> {
    let mut clean_context = LiteMap::new();
    for (name, value) in context {
        let value = clean(value);
        let secret = is_secret_name(name) && !value.is_empty();
        clean_context.insert(redact(&clean(name)), if secret { REDACTED.to_owned() } else { redact(&value) });
    }
    cut_context(&clean_context)
}

/// Details with what was written elsewhere, as far as there is room.
fn with_words(mut details: String, beside: &[String]) -> String {
    for words in beside {
        let room = TEXT_LIMIT.saturating_sub(details.chars().count() + 2);
        if !details.is_empty() && room > 0 {
            details.push_str("\n\n");
        }
        details.extend(words.chars().take(room));
    }
    details
}

/// A context within its limits. Nobody wrote it, so nothing in it may keep a report from being sent.
// One by one: what collects them sorts them, at the price of some kilobytes in the browser.
fn cut_context(context: &LiteMap<String, String>) -> LiteMap<String, String> {
    let cut = |text: &str, limit| clean(text).chars().take(limit).collect::<String>();
    let mut within = LiteMap::new();
    for (name, value) in context.iter().take(CONTEXT_LIMIT) {
        let name = cut(name, CONTEXT_NAME_LIMIT);
        if !name.is_empty() {
            within.insert(name, cut(value, CONTEXT_VALUE_LIMIT));
        }
    }
    within
}

impl Report {
    /// Checks a draft against the limits, and the vendor's scheme, classes and own fields.
    ///
    /// # Errors
    /// Names the first field that breaks its rule, in the order in which a form asks for them.
    pub fn parse(
        draft: ReportDraft,
        scheme: &Scheme,
        classes: &[Class],
        fields: &[ReportField],
    ) -> Result<Self, Invalid> {
        let what = parse_text("what", &draft.what, WHAT_LIMIT)?;
        let severity = draft.severity.ok_or(Invalid::new("severity", Constraint::Missing))?;
        if scheme.level(severity).is_none() {
            return Err(Invalid::new("severity", Constraint::Unknown));
        }
        let sealed = draft.answers.security == Some(true);
        let class = if sealed { Some(SECURITY.to_owned()) } else { draft.class.filter(|class| class != SECURITY) };
        let class = class.unwrap_or_else(service);
        if !sealed && class != SERVICE && classes.iter().all(|known| known.id != class) {
            return Err(Invalid::new("class", Constraint::Unknown));
        }
        check_attachments(&draft.attachments)?;
        let answers = read_fields(fields, &draft.fields, &draft.asked)?;
        let beside = words_beside(fields, &draft.fields, &answers);
        Ok(Self {
            what,
            fields: answers,
            details: with_words(optional_text("details", &draft.details, TEXT_LIMIT)?, &beside),
            component: draft.component,
            severity,
            class,
            drill: draft.drill,
            answers: draft.answers,
            context: cut_context(&draft.context),
            attachments: Vec::new(),
        })
    }
}

impl Report {
    /// What is written in the vendor's own fields, each with its label.
    #[must_use]
    pub fn told(&self, between: &str) -> String {
        let told = self.fields.iter().filter(|field| !field.value.is_empty());
        told.map(|field| [&*field.label, ": ", &field.value].concat()).collect::<Vec<_>>().join(between)
    }
}

/// The server's answer to a report: only with it may anybody say "received".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// The incident that the report opened.
    pub incident: IncidentId,
    /// What people call it: `NW-4127`.
    pub reference: String,
    /// The last event that this command caused.
    pub seq: Seq,
    /// By when the vendor means to answer its reporter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<Time>,
    /// The name of the customer success manager who looks after the reporter's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csm: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::limits::title_of;

    fn draft() -> ReportDraft {
        ReportDraft {
            what: " Labels do not print \nsince noon".into(),
            severity: Some(Severity(2)),
            ..ReportDraft::default()
        }
    }

    fn parse(draft: ReportDraft) -> Result<Report, Invalid> {
        Report::parse(draft, &Scheme::preset("sev1-3").unwrap(), &[], &[])
    }

    #[test]
    fn a_report_keeps_the_words_and_takes_its_title_from_the_first_line() {
        let report = parse(draft()).unwrap();
        assert_eq!(report.what, "Labels do not print \nsince noon");
        assert_eq!(title_of(&report.what), "Labels do not print");
    }

    #[test]
    fn each_limit_names_its_field() {
        let wrong = |change: fn(&mut ReportDraft)| {
            let mut wrong = draft();
            change(&mut wrong);
            parse(wrong).unwrap_err().field
        };
        assert_eq!(wrong(|d| d.what = "  ".into()), "what");
        assert_eq!(wrong(|d| d.what = "\u{200b}\u{2060}".into()), "what");
        assert_eq!(wrong(|d| *d = ReportDraft::default()), "what", "the first that a form asks for");
        assert_eq!(wrong(|d| d.what = "x".repeat(WHAT_LIMIT + 1)), "what");
        assert_eq!(wrong(|d| d.severity = None), "severity");
        assert_eq!(wrong(|d| d.severity = Some(Severity(4))), "severity");
        assert_eq!(wrong(|d| d.severity = Some(Severity(0))), "severity");
        assert_eq!(wrong(|d| d.class = Some("billing".into())), "class");
        assert_eq!(wrong(|d| d.details = "ä".repeat(TEXT_LIMIT + 1)), "details");
    }

    #[test]
    fn too_much_context_is_cut_and_keeps_no_report_from_being_sent() {
        let entry =
            |at: usize| (format!("{at:02}{}", "n".repeat(CONTEXT_NAME_LIMIT)), "ä".repeat(CONTEXT_VALUE_LIMIT + 1));
        let context = (0..=CONTEXT_LIMIT).map(entry).collect();
        let report = parse(ReportDraft { context, ..draft() }).unwrap();
        assert_eq!(report.context.len(), CONTEXT_LIMIT);
        for (name, value) in &report.context {
            assert_eq!((name.chars().count(), value.chars().count()), (CONTEXT_NAME_LIMIT, CONTEXT_VALUE_LIMIT));
        }
        let context = [("\u{200b}".into(), "v".into())].into_iter().collect();
        assert!(parse(ReportDraft { context, ..draft() }).unwrap().context.is_empty());
    }
}
