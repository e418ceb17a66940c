//! Where this tab is: its address, its title, and the way back.

use callpoint_core::model::time::{HOUR, Time};
use callpoint_widget::platform::{storage, time};
use gloo_events::EventListener;
use wasm_bindgen::JsValue;
use web_sys::window;

/// Under what this device keeps where somebody wanted to go before they were signed in.
const WANTED: &str = "callpoint:console:wanted";

/// How long that is kept, in milliseconds.
const KEPT: i64 = HOUR;

/// The path and the query.
#[must_use]
pub fn address() -> String {
    let location = window().map(|window| window.location());
    let parts = location.and_then(|location| Some([location.pathname().ok()?, location.search().ok()?]));
    parts.map(|parts| parts.concat()).unwrap_or_default()
}

/// Goes to an address of this page, to which Back returns.
pub fn push(address: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        // A browser refuses where somebody goes too often in a moment; the next time is as good.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Writes the address anew, and its fragment away.
pub fn replace(address: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// The tab's title.
pub fn set_title(title: &str) {
    if let Some(document) = window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Listens until dropped.
pub struct TurnListener {
    _listener: EventListener,
}

/// Calls when the person went back or forth.
#[must_use]
pub fn on_turn(call: impl Fn() + 'static) -> Option<TurnListener> {
    Some(TurnListener { _listener: EventListener::new(&window()?.into(), "popstate", move |_| call()) })
}

/// Keeps where somebody wanted to go, for whoever signs in on this device within the hour.
pub fn keep_wanted(address: &str) {
    storage::save(WANTED, &[&time::now().0.to_string(), " ", address].concat());
}

/// Where somebody wanted to go, once.
#[must_use]
pub fn take_wanted() -> Option<String> {
    let kept = storage::load(WANTED)?;
    storage::remove(WANTED);
    let (at, address) = kept.split_once(' ')?;
    let passed = time::now().since(Time(at.parse().ok()?));
    (0..KEPT).contains(&passed).then(|| address.to_owned())
}
