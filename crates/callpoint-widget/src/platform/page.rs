//! The page: when it comes back to the person, or to the network; where it is, and what has the focus in it.

use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, VisibilityState, console, window};

/// Whether anybody can see the page.
#[must_use]
pub fn is_visible() -> bool {
    window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Calls whenever the visible page may have been cut off and is so no longer: it became visible, came back from the
/// browser's cache, or the device is online again. Until the listeners are dropped.
#[must_use]
pub fn on_return(call: impl Fn() + 'static) -> Vec<EventListener> {
    let Some(window) = window() else { return Vec::new() };
    let call = Rc::new(move || {
        if is_visible() {
            call();
        }
    });
    let listen = |target: &web_sys::EventTarget, name: &'static str| {
        let call = call.clone();
        EventListener::new(target, name, move |_| call())
    };
    let mut listeners = vec![listen(&window, "online"), listen(&window, "pageshow")];
    listeners.extend(window.document().map(|document| listen(&document, "visibilitychange")));
    listeners
}

/// What the page shows of itself and of the browser around it, as it is now.
#[must_use]
pub fn surroundings() -> Vec<(&'static str, String)> {
    let Some(window) = window() else { return Vec::new() };
    let navigator = window.navigator();
    let length =
        |side: Result<JsValue, JsValue>| side.ok().and_then(|side| side.as_f64()).unwrap_or_default().to_string();
    // The type is no part of the bindings yet, and not every browser has it.
    let of = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).unwrap_or_default();
    let connection = of(&of(&navigator, "connection"), "effectiveType").as_string();
    let trace = window.document().and_then(|document| document.query_selector("meta[name=traceparent]").ok()?);
    // Version, trace, span and flags, as W3C's Trace Context has them.
    let trace = trace.and_then(|meta| Some(meta.get_attribute("content")?.split('-').nth(1)?.to_owned()));
    vec![
        ("page", address()),
        ("browser", navigator.user_agent().unwrap_or_default()),
        ("language", navigator.language().unwrap_or_default()),
        ("viewport", [length(window.inner_width()), length(window.inner_height())].join("x")),
        ("connection", if navigator.on_line() { connection.unwrap_or_default() } else { "offline".to_owned() }),
        ("trace", trace.unwrap_or_default()),
    ]
}

/// The page's address, without what people may have typed into it.
fn address() -> String {
    let location = window().map(|window| window.location());
    let whole = location.and_then(|location| Some([location.origin().ok()?, location.pathname().ok()?].concat()));
    whole.unwrap_or_default()
}

/// What has the focus, if it is not the page as a whole.
#[must_use]
pub fn active_element() -> Option<HtmlElement> {
    let document = window()?.document()?;
    let active: HtmlElement = document.active_element()?.dyn_into().ok()?;
    (Some(&active) != document.body().as_ref()).then_some(active)
}

/// Tells whoever develops the page.
pub fn warn(words: &str) {
    console::warn_1(&words.into());
}
