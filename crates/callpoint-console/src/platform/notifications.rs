//! The browser's Notifications API.

use gloo_events::EventListener;
use js_sys::Reflect;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission, window};

/// What the person, or whoever manages their browser, lets this site show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Nobody was asked yet.
    NotAsked,
    /// Notifications.
    Granted,
    /// Nothing.
    Denied,
}

/// The permission as it is now. `None` where the browser has no notifications.
#[must_use]
pub fn permission() -> Option<Permission> {
    let supported = Reflect::has(&window()?.into(), &JsValue::from_str("Notification")).unwrap_or_default();
    supported.then(|| match Notification::permission() {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Denied => Permission::Denied,
        _ => Permission::NotAsked,
    })
}

/// Asks the person for permission, where the browser lets a page ask. Only ever on a click.
pub async fn request_permission() {
    if permission().is_some()
        && let Ok(answer) = Notification::request_permission()
    {
        // What they said is read from `permission`.
        let _ = JsFuture::from(answer).await;
    }
}

/// A notification that calls when it is clicked, as long as this lives.
pub struct ShownNotification {
    _click: EventListener,
}

/// Shows a notification in place of an earlier one with the same tag; a click brings this page to the front. `None`
/// where the browser has permission and shows none, as on Android.
#[must_use]
pub fn show(title: &str, body: &str, tag: &str, clicked: impl Fn() + 'static) -> Option<ShownNotification> {
    let options = NotificationOptions::new();
    options.set_body(body);
    options.set_tag(tag);
    // What replaces an earlier one is news, too.
    options.set_renotify(true);
    let notification = Notification::new_with_options(title, &options).ok()?;
    let shown = notification.clone();
    let click = EventListener::new(&notification, "click", move |_| {
        if let Some(window) = window() {
            // A browser that does not let a page come to the front has the click, at least.
            let _ = window.focus();
        }
        shown.close();
        clicked();
    });
    Some(ShownNotification { _click: click })
}
