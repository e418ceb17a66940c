//! TypeScript declarations of every wire type, made from the same JSON Schemas as the OpenAPI document, and of the
//! widget's options, verbs and events, made from the core's lists.

use std::fmt::Write as _;

use callpoint_core::wire::{
    options::OPTIONS,
    page::{EVENTS, VERBS, VIEW},
};
use serde_json::{Map, Value};

use super::reference::texts;
use crate::http::openapi;

/// The declarations, as one file.
#[must_use]
pub fn text() -> String {
    let mut out = String::from("// Made from the Rust types by `cargo xtask gen`. Don't edit.\n");
    out.push_str("\n/** What a page may tell the widget. */\nexport interface Options {\n");
    for option in OPTIONS {
        let _ = write!(out, "  /** {} */\n  {}?: {};\n", option.doc, option.name, option.ts);
    }
    let _ = write!(out, "}}\n\n/** A view of the panel. */\nexport type View = {VIEW};\n");
    out.push_str("\n/** What a page may ask of the widget: the verbs. */\nexport interface Handle {\n");
    for verb in VERBS {
        let _ = write!(out, "  /** {} */\n  {}{};\n", verb.doc, verb.name, verb.ts);
    }
    out.push_str("}\n\n/** What a page hears from the widget: the detail of each event, by its name. */\n");
    out.push_str("export interface Events {\n");
    for event in EVENTS {
        let _ = write!(out, "  /** {} */\n  {}: {};\n", event.doc, event.name, event.ts);
    }
    out.push_str("}\n");
    let texts = union(texts().into_iter().map(|text| Value::from(text).to_string()));
    let _ = write!(out, "\n/** A text of the widget, in English. */\nexport type Text = {texts};\n");
    let schemas = openapi::schemas();
    for (name, schema) in schemas.as_object().into_iter().flatten() {
        out.push('\n');
        comment(&mut out, schema, "");
        match schema.get("properties").and_then(Value::as_object) {
            Some(_) if schema.get("oneOf").is_none() => {
                let _ = writeln!(out, "export interface {name} {}", object(schema, ""));
            }
            _ => {
                let _ = writeln!(out, "export type {name} = {};", ty(schema, ""));
            }
        }
    }
    out
}

fn comment(out: &mut String, schema: &Value, indent: &str) {
    if let Some(text) = schema.get("description").and_then(Value::as_str) {
        let text = text.replace("*/", "*\u{200b}/").replace('\n', &format!("\n{indent} * "));
        let _ = writeln!(out, "{indent}/** {text} */");
    }
}

/// A schema as a type. What has no better name is `unknown`.
pub(super) fn ty(schema: &Value, indent: &str) -> String {
    let Some(parts) = schema.as_object() else { return "unknown".to_owned() };
    if let Some(name) = parts.get("$ref").and_then(Value::as_str) {
        return name.rsplit('/').next().unwrap_or(name).to_owned();
    }
    if let Some(value) = parts.get("const") {
        return value.to_string();
    }
    if let Some(values) = parts.get("enum").and_then(Value::as_array) {
        return union(values.iter().map(Value::to_string));
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(choices) = parts.get(key).and_then(Value::as_array) {
            return union(choices.iter().map(|choice| ty(choice, indent)));
        }
    }
    match parts.get("type") {
        Some(Value::Array(kinds)) => union(kinds.iter().map(|kind| plain(kind, parts, schema, indent))),
        Some(kind) => plain(kind, parts, schema, indent),
        None => "unknown".to_owned(),
    }
}

fn plain(kind: &Value, parts: &Map<String, Value>, schema: &Value, indent: &str) -> String {
    match kind.as_str() {
        Some("string") => "string".to_owned(),
        Some("integer" | "number") => "number".to_owned(),
        Some("boolean") => "boolean".to_owned(),
        Some("null") => "null".to_owned(),
        Some("array") => match parts.get("items") {
            Some(items) => format!("Array<{}>", ty(items, indent)),
            None => "unknown[]".to_owned(),
        },
        Some("object") => match parts.get("additionalProperties") {
            Some(values @ Value::Object(_)) => format!("Record<string, {}>", ty(values, indent)),
            _ => object(schema, indent),
        },
        _ => "unknown".to_owned(),
    }
}

fn object(schema: &Value, indent: &str) -> String {
    let properties = schema.get("properties").and_then(Value::as_object);
    let Some(properties) = properties.filter(|properties| !properties.is_empty()) else {
        return "Record<string, never>".to_owned();
    };
    let required = schema.get("required").and_then(Value::as_array);
    let inner = format!("{indent}  ");
    let mut out = String::from("{\n");
    for (name, property) in properties {
        comment(&mut out, property, &inner);
        let must = required.is_some_and(|required| required.iter().any(|one| one == name));
        let mark = if must { "" } else { "?" };
        let _ = writeln!(out, "{inner}{name}{mark}: {};", ty(property, &inner));
    }
    out.push_str(indent);
    out.push('}');
    out
}

fn union(parts: impl Iterator<Item = String>) -> String {
    let mut parts: Vec<String> = parts.collect();
    parts.dedup();
    parts.join(" | ")
}
