//! How something that floats above a page stays usable whatever the page puts in front of it.

use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, window};

/// Elements whose children are never shown.
const REPLACED: &str = "audio,canvas,embed,iframe,img,object,video";

/// What makes the rest of the page inert: a modal dialog, or what fills the screen.
const IN_FRONT: &str = ":modal, :fullscreen";

/// An element beside the page's body, so that a page may replace its body; removed when dropped.
pub struct Floating(HtmlElement);

impl Floating {
    /// A new element of this name.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let document = window()?.document()?;
        let element: HtmlElement = document.create_element(name).ok()?.unchecked_into();
        document.document_element()?.append_child(&element).ok()?;
        Some(Self(element))
    }

    /// The element.
    #[must_use]
    pub fn element(&self) -> &HtmlElement {
        &self.0
    }
}

impl Drop for Floating {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// Keeps an element in front until that is no longer needed, or this is dropped.
pub struct InFront {
    _listeners: Vec<EventListener>,
}

impl InFront {
    /// Moves the element into what makes the rest of the page inert, and back after it, and calls `moved` each time;
    /// none where nothing does.
    pub fn bring(element: &HtmlElement, moved: impl Fn() + 'static) -> Option<Self> {
        let document = window()?.document()?;
        let found = document.query_selector_all(IN_FRONT).ok()?;
        let front: Element = found.item(found.length().checked_sub(1)?)?.dyn_into().ok()?;
        if front.contains(Some(element)) {
            return None;
        }
        if front.matches(REPLACED).unwrap_or_default() {
            // It shows nothing else.
            document.exit_fullscreen();
            return None;
        }
        front.append_child(element).ok()?;
        moved();
        let (inside, element, page) = (front.clone(), element.clone(), document.document_element()?);
        let leave = Rc::new(move || {
            let still = inside.matches(IN_FRONT).unwrap_or_default();
            if !still && inside.contains(Some(&element)) && page.append_child(&element).is_ok() {
                moved();
            }
        });
        let listen = |target: &web_sys::EventTarget, name: &'static str| {
            let leave = leave.clone();
            EventListener::new(target, name, move |_| leave())
        };
        Some(Self { _listeners: vec![listen(&front, "close"), listen(&document, "fullscreenchange")] })
    }
}
