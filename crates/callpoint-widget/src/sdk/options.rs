//! The options of `callpoint("boot", {...})`, as the element passes them on.

use std::rc::Rc;

use callpoint_core::{
    model::{field::ReportField, id::ComponentId},
    rules::redaction::REDACTED,
    wire::options::NAMES,
};
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::console;

use super::border::from_js;
use crate::{
    capture::{Capture, Rule, surroundings},
    config::{ClientConfig, Identity, usable_fields},
};

/// What the element adds to the page's options.
const ADDED: [&str; 6] = ["captured", "carry", "files", "launcher", "takeOut", "words"];

/// What the widget takes of the page's options; the rest is the element's.
#[derive(Default)]
pub struct PageOptions {
    backend: String,
    carry: Option<Function>,
    files: Option<Function>,
    take_out: Option<Function>,
    get_token: Option<Function>,
    component: Option<String>,
    release: Option<String>,
    captured: Option<Function>,
    redact: Option<Function>,
    fields: Vec<ReportField>,
}

impl PageOptions {
    /// Reads the options; warns once of those that there are not. A value of the wrong type counts as none.
    #[must_use]
    pub fn read(options: &JsValue) -> Self {
        warn_of_unknown(options);
        let option = |name: &str| Reflect::get(options, &name.into()).unwrap_or_default();
        let fields = |name: &str| {
            let list: Option<Array> = option(name).dyn_into().ok();
            usable_fields(list.iter().flat_map(Array::iter).map(|field| from_js(&field).ok()))
        };
        Self::of(|name| option(name).as_string(), |name| option(name).dyn_into().ok(), fields)
    }

    fn of(
        text: impl Fn(&'static str) -> Option<String>,
        function: impl Fn(&'static str) -> Option<Function>,
        fields: impl Fn(&'static str) -> Vec<ReportField>,
    ) -> Self {
        Self {
            backend: text("backend").unwrap_or_default(),
            carry: function("carry"),
            files: function("files"),
            take_out: function("takeOut"),
            get_token: function("getToken"),
            component: text("component"),
            release: text("release"),
            captured: function("captured"),
            redact: function("redact"),
            fields: fields("fields"),
        }
    }

    /// How to start the client.
    #[must_use]
    pub fn config(&self) -> ClientConfig {
        ClientConfig {
            backend: self.backend.clone(),
            carry: self.carry.clone(),
            files: self.files.clone(),
            take_out: self.take_out.clone(),
            identity: self.get_token.clone().map_or(Identity::Anonymous, Identity::Token),
            component: self.component.as_deref().and_then(ComponentId::parse),
            release: self.release.clone(),
            fields: self.fields.clone(),
        }
    }

    /// What goes with each report.
    #[must_use]
    pub fn capture(&self) -> Capture {
        let (config, captured) = (self.config(), self.captured.clone());
        let known = move || {
            let mut draft = surroundings(&config);
            let more = captured.as_ref().and_then(|captured| captured.call0(&JsValue::UNDEFINED).ok());
            if let Some(more) = more.as_ref().and_then(|more| more.dyn_ref::<Object>()) {
                for name in Object::keys(more) {
                    let value = Reflect::get(more, &name).ok().and_then(|value| value.as_string());
                    if let Some((name, value)) = name.as_string().zip(value) {
                        draft.context.insert(name, value);
                    }
                }
            }
            draft
        };
        Capture::new(known, self.redact.clone().map(rule))
    }
}

/// The page's own rule. Where it gives no text, nothing of that one leaves the page.
fn rule(redact: Function) -> Rule {
    Rc::new(move |text, name| {
        let left = redact.call2(&JsValue::UNDEFINED, &text.into(), &name.into());
        left.ok().and_then(|left| left.as_string()).unwrap_or_else(|| REDACTED.to_owned())
    })
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
    if NAMES.contains(&name) || ADDED.contains(&name) {
        return None;
    }
    let nearest = NAMES.into_iter().min_by_key(|known| strsim::osa_distance(known, name))?;
    Some(["there is no option `", name, "`; did you mean `", nearest, "`?"].concat())
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::BTreeSet};

    use super::*;

    /// What the element itself goes by.
    const OF_THE_ELEMENT: [&str; 12] = [
        "icon",
        "labels",
        "theme",
        "position",
        "load",
        "launcher",
        "locale",
        "words",
        "nonce",
        "transport",
        "status",
        "capture",
    ];

    #[test]
    fn every_documented_option_is_read_and_no_other() {
        let read = RefCell::new(BTreeSet::from(OF_THE_ELEMENT));
        let reads = |name| read.borrow_mut().insert(name);
        PageOptions::of(|name| (reads(name), None).1, |name| (reads(name), None).1, |name| (reads(name), Vec::new()).1);
        assert_eq!(read.into_inner(), NAMES.into_iter().chain(ADDED).collect());
    }

    #[test]
    fn an_option_that_there_is_not_is_named_with_the_nearest_that_there_is() {
        assert_eq!(unknown_option("component"), None);
        assert_eq!(unknown_option("captured"), None);
        assert_eq!(
            unknown_option("gettoken").as_deref(),
            Some("there is no option `gettoken`; did you mean `getToken`?")
        );
        assert!(unknown_option("relase").unwrap().contains("`release`"));
    }
}
