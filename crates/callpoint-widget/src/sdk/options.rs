//! The options of `callpoint("boot", {...})`, as the element passes them on.

use callpoint_core::{
    model::{id::ComponentId, report::ReportDraft},
    wire::options::OPTIONS,
};
use js_sys::{Function, Object};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny},
};
use serde_wasm_bindgen::preserve;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::console;

use crate::config::{CallpointConfig, Identity};

/// What the element adds to the page's options.
const ADDED: [&str; 3] = ["page", "browser", "launcher"];

/// One field for each of the [`OPTIONS`], and for what is [`ADDED`]. A value of the wrong type counts as none.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PageOptions {
    #[serde(deserialize_with = "text")]
    backend: Option<String>,
    #[serde(deserialize_with = "function")]
    get_token: Option<Function>,
    theme: IgnoredAny,
    position: IgnoredAny,
    load: IgnoredAny,
    #[serde(deserialize_with = "text")]
    component: Option<String>,
    #[serde(deserialize_with = "text")]
    release: Option<String>,
    #[serde(deserialize_with = "text")]
    page: Option<String>,
    #[serde(deserialize_with = "text")]
    browser: Option<String>,
    launcher: IgnoredAny,
}

impl PageOptions {
    /// Reads the options; warns once of those that there are not.
    #[must_use]
    pub fn read(options: &JsValue) -> Self {
        warn_of_unknown(options);
        serde_wasm_bindgen::from_value(options.clone()).unwrap_or_default()
    }

    /// How to start the client.
    #[must_use]
    pub fn config(&self) -> CallpointConfig {
        CallpointConfig {
            backend: self.backend.clone().unwrap_or_default(),
            identity: self.get_token.clone().map_or(Identity::Anonymous, Identity::Token),
            component: self.component.as_deref().and_then(ComponentId::parse),
            release: self.release.clone(),
        }
    }

    /// A report in which nothing is said but what the page knows.
    #[must_use]
    pub fn empty_report(&self) -> ReportDraft {
        let mut draft = self.config().empty_report();
        for (name, value) in [("page", &self.page), ("browser", &self.browser)] {
            if let Some(value) = value {
                draft.context.insert(name.to_owned(), value.clone());
            }
        }
        draft
    }
}

fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    preserve::deserialize::<D, JsValue>(from).map(|value| value.as_string()).map_err(D::Error::custom)
}

fn function<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Function>, D::Error> {
    preserve::deserialize::<D, JsValue>(from).map(|value| value.dyn_into().ok()).map_err(D::Error::custom)
}

fn warn_of_unknown(options: &JsValue) {
    let Some(options) = options.dyn_ref::<Object>() else { return };
    let names = Object::keys(options).into_iter().filter_map(|name| name.as_string());
    let unknown: Vec<String> = names.filter_map(|name| unknown_option(&name)).collect();
    if !unknown.is_empty() {
        console::warn_1(&["callpoint: ", &unknown.join(" ")].concat().into());
    }
}

/// What to say of an option that there is not.
fn unknown_option(name: &str) -> Option<String> {
    let known = || OPTIONS.iter().map(|option| option.name).chain(ADDED);
    if known().any(|known| known == name) {
        return None;
    }
    let nearest = OPTIONS.iter().map(|option| option.name).min_by_key(|known| strsim::osa_distance(known, name))?;
    Some(["there is no option `", name, "`; did you mean `", nearest, "`?"].concat())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::{
        de::{Visitor, value::Error},
        forward_to_deserialize_any,
    };

    use super::*;

    /// Gives no value, but keeps the names of the fields that were asked for.
    struct FieldNames<'a>(&'a mut Vec<&'static str>);

    impl<'de> Deserializer<'de> for FieldNames<'_> {
        type Error = Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(Error::custom("no value"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Error> {
            self.0.extend(fields);
            self.deserialize_any(visitor)
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    #[test]
    fn every_documented_option_is_read_and_no_other() {
        let mut fields = Vec::new();
        assert!(PageOptions::deserialize(FieldNames(&mut fields)).is_err());
        let documented = OPTIONS.iter().map(|option| option.name).chain(ADDED);
        assert_eq!(BTreeSet::from_iter(fields), documented.collect());
    }

    #[test]
    fn an_option_that_there_is_not_is_named_with_the_nearest_that_there_is() {
        assert_eq!(unknown_option("component"), None);
        assert_eq!(unknown_option("page"), None);
        assert_eq!(
            unknown_option("gettoken").as_deref(),
            Some("there is no option `gettoken`; did you mean `getToken`?")
        );
        assert!(unknown_option("relase").unwrap().contains("`release`"));
    }
}
