//! Configuration: a TOML file, every key also by environment, and the list of both in one place ([`KEYS`]).

use std::path::Path;

use callpoint_core::severity::Scheme;
use serde::Deserialize;

/// Why the configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("{path}: {error}")]
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// It is not TOML, or a key is unknown or has the wrong type.
    #[error("{origin}: {message}")]
    Malformed {
        /// The file, or "environment".
        origin: String,
        /// What is wrong, with line and column where there is one.
        message: String,
    },
    /// A value is not usable.
    #[error("{key}: {message}")]
    Value {
        /// The key, as in the file.
        key: &'static str,
        /// What it has to be.
        message: String,
    },
}

/// How a value reads in the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As it is.
    Text,
    /// A whole number.
    Number,
    /// Separated by commas.
    List,
}

/// One key of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As in the file; a dot means a table.
    pub name: &'static str,
    /// How it reads in the environment.
    pub shape: Shape,
    /// What it is for, and what happens without it.
    pub doc: &'static str,
}

/// Every key.
pub const KEYS: &[Key] = &[
    Key { name: "listen", shape: Shape::Text, doc: "Address to listen on. Default: 127.0.0.1:4127." },
    Key {
        name: "public_url",
        shape: Shape::Text,
        doc: "How people reach it. Default: http:// and the listen address.",
    },
    Key { name: "database", shape: Shape::Text, doc: "sqlite:FILE or postgres://… Default: sqlite:callpoint.db." },
    Key {
        name: "origins",
        shape: Shape::List,
        doc: "Origins whose pages may embed the widget. Default: only its own.",
    },
    Key { name: "log", shape: Shape::Text, doc: "How to log: text or json. Default: text." },
    Key { name: "log_level", shape: Shape::Text, doc: "error, warn, info, debug or trace. Default: info." },
    Key { name: "vendor.name", shape: Shape::Text, doc: "The vendor, as customers know them. Default: Callpoint." },
    Key { name: "vendor.reference_prefix", shape: Shape::Text, doc: "What references begin with. Default: INC-." },
    Key { name: "vendor.reference_start", shape: Shape::Number, doc: "The first reference's number. Default: 1." },
    Key { name: "vendor.scheme", shape: Shape::Text, doc: "Severity scheme: sev1-3 or p0-p3. Default: sev1-3." },
    Key { name: "vendor.components", shape: Shape::List, doc: "Parts of the product, as `id=Name`. Default: none." },
    Key { name: "customers.secret", shape: Shape::Text, doc: "HS256 secret of customer tokens, at least 32 bytes." },
];

/// What a key without a value starts from.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:4127";

/// All that the server can be told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address to listen on.
    pub listen: String,
    /// How people reach it: scheme and authority, no path.
    pub public_url: String,
    /// `sqlite:FILE` or `postgres://…`.
    pub database: String,
    /// Origins whose pages may embed the widget.
    pub origins: Vec<String>,
    /// How to log.
    pub log: LogFormat,
    /// How much to log.
    pub log_level: String,
    /// Who runs this.
    pub vendor: VendorConfig,
    /// How customers are known.
    pub customers: CustomersConfig,
    /// Whether the demonstration runs; a matter of the command line.
    #[serde(skip)]
    pub demo: bool,
}

/// How to log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// Who runs this.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VendorConfig {
    /// As customers know them.
    pub name: String,
    /// What references begin with.
    pub reference_prefix: String,
    /// The first reference's number.
    pub reference_start: i64,
    /// `sev1-3` or `p0-p3`.
    pub scheme: String,
    /// Parts of the product, each as `id=Name`.
    pub components: Vec<String>,
}

/// How customers are known.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CustomersConfig {
    /// The HS256 secret that the vendor's backend signs tokens with. Empty: nobody can sign in as a customer.
    pub secret: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: DEFAULT_LISTEN.to_owned(),
            public_url: String::new(),
            database: "sqlite:callpoint.db".to_owned(),
            origins: Vec::new(),
            log: LogFormat::Text,
            log_level: "info".to_owned(),
            vendor: VendorConfig::default(),
            customers: CustomersConfig::default(),
            demo: false,
        }
    }
}

impl Default for VendorConfig {
    fn default() -> Self {
        Self {
            name: "Callpoint".to_owned(),
            reference_prefix: "INC-".to_owned(),
            reference_start: 1,
            scheme: "sev1-3".to_owned(),
            components: Vec::new(),
        }
    }
}

impl Config {
    /// Reads the file, if there is one, then the environment, then the demonstration's own defaults beneath both.
    ///
    /// # Errors
    /// [`ConfigError`] says which key is wrong, and what it has to be.
    pub fn read(
        file: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
        demo: bool,
    ) -> Result<Self, ConfigError> {
        let mut table = if demo { crate::demo::defaults() } else { toml::Table::new() };
        let mut origin = "configuration".to_owned();
        if let Some(path) = file {
            origin = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|error| ConfigError::Unreadable { path: origin.clone(), error })?;
            let malformed = |message| ConfigError::Malformed { origin: origin.clone(), message };
            // Read once as it is, so that mistakes are told with their line.
            toml::from_str::<Self>(&text).map_err(|error| malformed(error.to_string()))?;
            lay_over(&mut table, text.parse().map_err(|error: toml::de::Error| malformed(error.to_string()))?);
        }
        for key in KEYS {
            if let Some(value) = environment(&variable(key.name)) {
                set(&mut table, key, &value)?;
            }
        }
        let mut config: Self = table
            .try_into()
            .map_err(|error: toml::de::Error| ConfigError::Malformed { origin, message: error.to_string() })?;
        config.demo = demo;
        Ok(config)
    }

    /// Checks what a type can't say.
    ///
    /// # Errors
    /// Names the first key whose value is not usable.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, message: &str| Err(ConfigError::Value { key, message: message.to_owned() });
        if Scheme::preset(&self.vendor.scheme).is_none() {
            return wrong("vendor.scheme", "must be `sev1-3` or `p0-p3`");
        }
        if self.vendor.name.trim().is_empty() {
            return wrong("vendor.name", "must not be empty");
        }
        if !(1..=1_000_000_000).contains(&self.vendor.reference_start) {
            return wrong("vendor.reference_start", "must be from 1 to 1000000000");
        }
        if !self.customers.secret.is_empty() && self.customers.secret.len() < 32 {
            return wrong("customers.secret", "must have at least 32 bytes: try `openssl rand -hex 32`");
        }
        if !self.public_url.is_empty() && !is_origin(&self.public_url) {
            return wrong("public_url", "must be http:// or https:// with a host, and no path");
        }
        if self.origins.iter().any(|origin| origin == "*") && !self.demo {
            return wrong("origins", "`*` is for the demonstration alone: list your pages' origins");
        }
        if let Some(bad) = self.origins.iter().find(|origin| *origin != "*" && !is_origin(origin)) {
            return wrong(
                "origins",
                &format!("`{bad}` is not an origin: http:// or https:// with a host, and no path"),
            );
        }
        if crate::components::parse(&self.vendor.components).is_none() {
            return wrong("vendor.components", "each must read `id=Name`");
        }
        Ok(())
    }

    /// The severity scheme.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        Scheme::preset(&self.vendor.scheme).unwrap_or(Scheme { id: String::new(), levels: Vec::new() })
    }

    /// Whether people reach it by https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// How people reach it.
    #[must_use]
    pub fn site(&self) -> String {
        if self.public_url.is_empty() { format!("http://{}", self.listen) } else { self.public_url.clone() }
    }
}

/// The environment variable of a key: `vendor.name` is `CALLPOINT_VENDOR_NAME`.
#[must_use]
pub fn variable(key: &str) -> String {
    format!("CALLPOINT_{}", key.replace('.', "_").to_uppercase())
}

fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', ',']))
}

fn lay_over(below: &mut toml::Table, above: toml::Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => lay_over(below, above),
            (_, value) => drop(below.insert(key, value)),
        }
    }
}

fn set(table: &mut toml::Table, key: &Key, value: &str) -> Result<(), ConfigError> {
    let value = match key.shape {
        Shape::Text => toml::Value::String(value.to_owned()),
        Shape::Number => toml::Value::Integer(value.parse().map_err(|_| ConfigError::Value {
            key: key.name,
            message: format!("{} must be a whole number", variable(key.name)),
        })?),
        Shape::List => toml::Value::Array(
            value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(toml::Value::from).collect(),
        ),
    };
    match key.name.split_once('.') {
        None => drop(table.insert(key.name.to_owned(), value)),
        Some((outer, inner)) => {
            let entry = table.entry(outer).or_insert_with(|| toml::Table::new().into());
            if let toml::Value::Table(entry) = entry {
                entry.insert(inner.to_owned(), value);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let value = |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let config = Config::read(None, value, false)?;
        config.check().map(|()| config)
    }

    #[test]
    fn every_key_can_come_by_environment() {
        for key in KEYS {
            let value = match key.name {
                "vendor.reference_start" => "7",
                "log" => "json",
                "vendor.scheme" => "p0-p3",
                "vendor.components" => "api=API, web=Web site",
                "origins" => "https://a.example, https://b.example",
                "public_url" => "https://incidents.example",
                "customers.secret" => "0123456789abcdef0123456789abcdef",
                _ => "x",
            };
            assert!(read(&[(&variable(key.name), value)]).is_ok(), "{}", key.name);
        }
        let config = read(&[("CALLPOINT_ORIGINS", "https://a.example, https://b.example")]).unwrap();
        assert_eq!(config.origins, ["https://a.example", "https://b.example"]);
    }

    #[test]
    fn what_can_not_be_used_is_named() {
        for (name, value, told) in [
            ("CALLPOINT_CUSTOMERS_SECRET", "short", "customers.secret"),
            ("CALLPOINT_VENDOR_SCHEME", "levels", "vendor.scheme"),
            ("CALLPOINT_VENDOR_REFERENCE_START", "many", "CALLPOINT_VENDOR_REFERENCE_START"),
            ("CALLPOINT_VENDOR_COMPONENTS", "api", "vendor.components"),
            ("CALLPOINT_PUBLIC_URL", "incidents.example", "public_url"),
            ("CALLPOINT_ORIGINS", "*", "origins"),
            ("CALLPOINT_ORIGINS", "https://a.example/path", "https://a.example/path"),
            ("CALLPOINT_LOG", "xml", "json"),
        ] {
            let error = read(&[(name, value)]).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn a_file_lies_over_the_demonstration_and_the_environment_over_both() {
        let folder = std::env::temp_dir().join(format!("callpoint-config-{}", std::process::id()));
        std::fs::write(&folder, "listen = '127.0.0.1:1'\n[vendor]\nname = 'File'").unwrap();
        let environment = |name: &str| (name == "CALLPOINT_LISTEN").then(|| "127.0.0.1:2".to_owned());
        let config = Config::read(Some(&folder), environment, true).unwrap();
        std::fs::write(&folder, "colour = 'red'").unwrap();
        let error = Config::read(Some(&folder), environment, true).unwrap_err().to_string();
        std::fs::remove_file(&folder).unwrap();
        assert_eq!((config.listen.as_str(), config.vendor.name.as_str()), ("127.0.0.1:2", "File"));
        assert_eq!(config.vendor.reference_prefix, "NW-");
        assert!(error.contains("colour"), "{error}");
    }
}
