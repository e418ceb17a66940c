//! The reference for front-end developers: the widget's options, verbs and events from the core's lists, and what they
//! give and take from the same JSON Schemas as the OpenAPI document.

use std::{collections::BTreeSet, fmt::Write as _};

use callpoint_core::{
    text::{PLURALS, translated},
    wire::{
        options::OPTIONS,
        page::{EVENTS, VERBS, VIEW},
    },
};
use serde_json::Value;

use super::typescript::ty;
use crate::http::openapi;

/// The wire types that a page meets, by the title of their section.
const TYPES: [(&str, &str); 3] = [("A draft", "ReportDraft"), ("A receipt", "Receipt"), ("A headline", "Headline")];

/// The reference, as one document.
#[must_use]
pub fn text() -> String {
    let mut out = String::from(
        "<!-- Made from the Rust types by `cargo xtask gen`. Don't edit. -->\n# Reference\n\n\
         The same as TypeScript, with every wire type, is `types/callpoint.d.ts` in the [npm package](npm.md).\n\n\
         ## Options\n\nFor `boot` and `update`.\n\
         Those that are text can also stand on the script tag, in kebab-case, as `data-theme=\"dark\"`.\n",
    );
    table(&mut out, "option | type |", OPTIONS.iter().map(|option| [option.name, option.ts, option.doc]));
    out.push_str("\n## Verbs\n\n`callpoint(verb, …)`, or a method of that name on the handle of the npm package.\n");
    out.push_str("\n| verb | |\n|---|---|\n");
    for verb in VERBS {
        let _ = writeln!(out, "| `{}{}` | {} |", verb.name, escaped(verb.ts), verb.doc);
    }
    let _ = writeln!(out, "\nA `View` is {}.", VIEW.split(" | ").map(code).collect::<Vec<_>>().join(", "));
    out.push_str("\n## Events\n\nDOM events with this name and detail; for `on`, the name without `callpoint:`.\n");
    let names: Vec<String> = EVENTS.iter().map(|event| format!("callpoint:{}", event.name)).collect();
    let rows = EVENTS.iter().zip(&names).map(|(event, name)| [name.as_str(), event.ts, event.doc]);
    table(&mut out, "event | detail |", rows);
    let schemas = openapi::schemas();
    for (title, name) in TYPES {
        let _ = writeln!(out, "\n## {title}\n\n`{name}`. A field with `?` may be missing.");
        fields(&mut out, schemas.get(name).unwrap_or(&Value::Null));
    }
    out.push_str("\n## Texts\n\nWhat [`labels`](languages.md#your-own-words) may say otherwise. ");
    out.push_str("What stands in mails and hosted pages alone is listed as well; a page changes nothing there.\n\n");
    for text in texts() {
        let _ = writeln!(out, "- {}", code(text));
    }
    out
}

/// Every text that customers read, in English; of what is counted, the form for many.
pub(super) fn texts() -> BTreeSet<&'static str> {
    let singular = |text: &str| PLURALS.iter().any(|plural| plural.one.0 == text);
    translated().map(|(_, key)| key.0).filter(|text| !singular(text)).collect()
}

fn fields(out: &mut String, schema: &Value) {
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let rows: Vec<[String; 3]> = properties
        .map(|(name, property)| {
            let mark = if required.contains(&name.as_str()) { "" } else { "?" };
            let doc = property.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
            [format!("{name}{mark}"), ty(property, ""), doc]
        })
        .collect();
    table(out, "field | type |", rows.iter().map(|row| row.each_ref().map(String::as_str)));
}

fn table<'a>(out: &mut String, head: &str, rows: impl Iterator<Item = [&'a str; 3]>) {
    let _ = write!(out, "\n| {head} |\n|---|---|---|\n");
    for [name, ty, doc] in rows {
        let _ = writeln!(out, "| `{name}` | `{}` | {doc} |", escaped(ty));
    }
}

/// A bar ends a cell, even inside of code.
fn escaped(code: &str) -> String {
    code.replace('|', "\\|")
}

/// A span of code that may hold backticks.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
