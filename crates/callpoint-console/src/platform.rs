//! What the console asks of the browser beyond the widget's needs: its address, keys, fields for date and time, desktop
//! notifications.

pub mod history;
pub mod notifications;
pub mod rows;

use callpoint_core::model::time::Time;
use callpoint_widget::platform::page;
use gloo_events::{EventListener, EventListenerOptions};
use js_sys::Date;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, KeyboardEvent, UrlSearchParams, window};

/// Fields in which keys are text.
const TEXT_FIELDS: &str = "input:not([type=checkbox]), textarea, select";
/// Parts that scroll by the arrow keys.
const SCROLLING: &str = "[data-scrolls]";

/// The token of the one-time link in the address. It leaves the address at once: a reload, a bookmark or a shared
/// screen shows none.
#[must_use]
pub fn take_invite() -> Option<String> {
    let token = fragment("invite")?;
    history::replace(&history::address());
    Some(token)
}

/// The incident that a link of an earlier version leads to.
#[must_use]
pub fn linked_incident() -> Option<String> {
    fragment("incident")
}

/// Whether the person looks at this page: it is visible and has the focus.
#[must_use]
pub fn has_attention() -> bool {
    let document = window().and_then(|window| window.document());
    page::is_visible() && document.is_some_and(|document| document.has_focus().unwrap_or_default())
}

/// A value of the address's fragment, which is never sent to a server.
fn fragment(name: &str) -> Option<String> {
    let hash = window()?.location().hash().ok()?;
    UrlSearchParams::new_with_str(hash.trim_start_matches('#')).ok()?.get(name)
}

/// The time that a field for date and time holds, by this device's clock.
#[must_use]
pub fn parse_local_time(text: &str) -> Option<Time> {
    let milliseconds = Date::new(&text.into()).get_time();
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of any real date fit")]
    milliseconds.is_finite().then_some(Time(milliseconds as i64))
}

/// Focuses what `selector` finds inside `element`, where there is such a thing and it can have the focus.
pub fn focus(element: &Element, selector: &str) -> bool {
    let found = element.query_selector(selector).ok().flatten();
    found.is_some_and(|target| target.unchecked_into::<HtmlElement>().focus().is_ok())
}

/// Focuses what `selector` finds in the page.
pub fn focus_page(selector: &str) -> bool {
    let page = window().and_then(|window| window.document()?.document_element());
    page.is_some_and(|page| focus(&page, selector))
}

/// As [`focus`], and what is in view stays there.
pub fn focus_still(element: &Element, selector: &str) -> bool {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let found = element.query_selector(selector).ok().flatten();
    found.is_some_and(|target| target.unchecked_into::<HtmlElement>().focus_with_options(&options).is_ok())
}

/// Listens until dropped.
pub struct ReturnListener {
    _listeners: Vec<EventListener>,
}

/// Calls whenever the person comes back to this page, until what is returned is dropped.
#[must_use]
pub fn on_return(call: impl Fn() + 'static) -> ReturnListener {
    ReturnListener { _listeners: page::on_return(call) }
}

/// Listens for keys until dropped.
pub struct KeyListener {
    _listener: EventListener,
}

/// Calls for keys pressed outside of text fields (and Escape anywhere), until what is returned is dropped. `call` says
/// whether it took the key.
#[must_use]
pub fn on_key(call: impl Fn(&str) -> bool + 'static) -> Option<KeyListener> {
    let options = EventListenerOptions::enable_prevent_default();
    let window = window()?;
    let listener = EventListener::new_with_options(&window, "keydown", options, move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        if is_shortcut(event) && call(&event.key()) {
            event.prevent_default();
        }
    });
    Some(KeyListener { _listener: listener })
}

fn is_shortcut(event: &KeyboardEvent) -> bool {
    if event.default_prevented() || event.is_composing() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return false;
    }
    let target = event.composed_path().get(0).dyn_into::<Element>().ok();
    let is_inside = |selector| target.as_ref().is_some_and(|target| matches!(target.closest(selector), Ok(Some(_))));
    let key = event.key();
    let is_text = key != "Escape" && is_inside(TEXT_FIELDS);
    let scrolls = key.starts_with("Arrow") && is_inside(SCROLLING);
    !is_text && !scrolls
}
