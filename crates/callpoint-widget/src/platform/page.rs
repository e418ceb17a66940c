//! The page's life: when it comes back to the person, or to the network.

use std::rc::Rc;

use gloo_events::EventListener;
use web_sys::{VisibilityState, window};

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
