//! The options of `callpoint("boot", {...})`, as the element passes them on.

use callpoint_core::{
    model::{id::ComponentId, report::ReportDraft},
    wire::options::NAMES,
};
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::console;

use crate::config::{ClientConfig, Identity};

/// What the element adds to the page's options.
const ADDED: [&str; 5] = ["page", "browser", "launcher", "words", "carry"];

/// What the widget takes of the page's options; the rest is the element's.
#[derive(Default)]
pub struct PageOptions {
    backend: String,
    carry: Option<Function>,
    get_token: Option<Function>,
    component: Option<String>,
    release: Option<String>,
    page: Option<String>,
    browser: Option<String>,
}

impl PageOptions {
    /// Reads the options; warns once of those that there are not. A value of the wrong type counts as none.
    #[must_use]
    pub fn read(options: &JsValue) -> Self {
        warn_of_unknown(options);
        let option = |name: &str| Reflect::get(options, &name.into()).unwrap_or_default();
        Self::of(|name| option(name).as_string(), |name| option(name).dyn_into().ok())
    }

    fn of(text: impl Fn(&'static str) -> Option<String>, function: impl Fn(&'static str) -> Option<Function>) -> Self {
        Self {
            backend: text("backend").unwrap_or_default(),
            carry: function("carry"),
            get_token: function("getToken"),
            component: text("component"),
            release: text("release"),
            page: text("page"),
            browser: text("browser"),
        }
    }

    /// How to start the client.
    #[must_use]
    pub fn config(&self) -> ClientConfig {
        ClientConfig {
            backend: self.backend.clone(),
            carry: self.carry.clone(),
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
    const OF_THE_ELEMENT: [&str; 9] =
        ["theme", "position", "load", "launcher", "locale", "words", "nonce", "transport", "status"];

    #[test]
    fn every_documented_option_is_read_and_no_other() {
        let read = RefCell::new(BTreeSet::from(OF_THE_ELEMENT));
        let reads = |name| read.borrow_mut().insert(name);
        PageOptions::of(|name| (reads(name), None).1, |name| (reads(name), None).1);
        assert_eq!(read.into_inner(), NAMES.into_iter().chain(ADDED).collect());
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
