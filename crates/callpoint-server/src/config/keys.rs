//! Every key of the configuration, derived from the schema of its types: the single list behind the file, the environment
//! variables, the guide and the suggestion for a misspelt key.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::{Config, ConfigError};

/// The form of a value in an environment variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Text.
    Text,
    /// An integer.
    Number,
    /// `true` or `false`.
    Flag,
    /// A list, separated by commas.
    List,
    /// An array of inline tables, as in TOML.
    Tables,
}

/// One key of the configuration.
#[derive(Clone, Debug)]
pub struct ConfigKey {
    /// Its name, with its table: `vendor.name`.
    pub name: String,
    /// The form of its value in an environment variable.
    pub kind: ValueKind,
    /// Its description and default.
    pub doc: String,
}

/// Every key, in the order of their names.
#[must_use]
pub fn keys() -> &'static [ConfigKey] {
    static KEYS: LazyLock<Vec<ConfigKey>> = LazyLock::new(|| {
        let mut settings = SchemaSettings::draft2020_12();
        settings.inline_subschemas = true;
        let schema = settings.into_generator().into_root_schema_for::<Config>().to_value();
        let mut found = Vec::new();
        collect(&schema, "", &mut found);
        found
    });
    &KEYS
}

fn collect(schema: &Value, table: &str, found: &mut Vec<ConfigKey>) {
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let name = format!("{table}{name}");
        let kind = match property.get("type").and_then(Value::as_str) {
            Some("object") => {
                collect(property, &format!("{name}."), found);
                continue;
            }
            Some("integer") => ValueKind::Number,
            Some("boolean") => ValueKind::Flag,
            Some("array") if property.pointer("/items/type").and_then(Value::as_str) == Some("object") => {
                ValueKind::Tables
            }
            Some("array") => ValueKind::List,
            _ => ValueKind::Text,
        };
        let doc = property.get("description").and_then(Value::as_str).unwrap_or_default();
        found.push(ConfigKey { name, kind, doc: doc.split_whitespace().collect::<Vec<_>>().join(" ") });
    }
}

/// The environment variable of a key: `vendor.name` is `CALLPOINT_VENDOR_NAME`.
#[must_use]
pub fn variable(key: &str) -> String {
    format!("CALLPOINT_{}", key.replace('.', "_").to_uppercase())
}

/// Rejects the first unknown key of a file, and suggests the most similar known one.
pub(super) fn check_names(table: &toml::Table, origin: &str) -> Result<(), ConfigError> {
    let unknown = |name: String| {
        let near = keys().iter().map(|key| (strsim::damerau_levenshtein(&key.name, &name), &key.name)).min();
        let hint = near.filter(|(distance, _)| *distance <= 3).map(|(_, near)| format!("; did you mean `{near}`?"));
        let message = format!("there is no key `{name}`{}", hint.unwrap_or_default());
        ConfigError::Malformed { origin: origin.to_owned(), message }
    };
    for (name, value) in table {
        let inner = format!("{name}.");
        let is_table = keys().iter().any(|key| key.name.starts_with(&inner));
        match value {
            toml::Value::Table(table) if is_table => {
                let names = table.keys().map(|key| format!("{inner}{key}"));
                for name in names {
                    if !keys().iter().any(|key| key.name == name) {
                        return Err(unknown(name));
                    }
                }
            }
            _ if is_table || keys().iter().any(|key| key.name == *name) => {}
            _ => return Err(unknown(name.clone())),
        }
    }
    Ok(())
}
