//! Shadow roots: what stands in one has styles of its own, and what people do in it stays in it.

use gloo_events::EventListener;
use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{CssStyleSheet, Element, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode, window};

/// Shortcuts, focus traps, autosave and recording of the page listen for these at its document.
const PRIVATE: [&str; 18] = [
    "beforeinput",
    "change",
    "click",
    "compositionend",
    "compositionstart",
    "compositionupdate",
    "copy",
    "cut",
    "focusin",
    "focusout",
    "input",
    "keydown",
    "keypress",
    "keyup",
    "paste",
    "touchmove",
    "touchstart",
    "wheel",
];

/// An open shadow root, and the one element in it, for Yew to draw into.
pub struct Shadow {
    root: ShadowRoot,
    inner: Element,
    _listeners: Vec<EventListener>,
}

impl Shadow {
    /// Attaches a root with these styles to an element; `class` is of the element in it. None where it can't be had.
    pub fn attach(host: &Element, styles: &[&str], class: &str) -> Option<Self> {
        let root =
            host.shadow_root().or_else(|| host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).ok())?;
        let sheets = Array::new();
        for style in styles {
            // Constructed: a page's policy forbids no such styles.
            let sheet = CssStyleSheet::new().ok()?;
            sheet.replace_sync(style).ok()?;
            sheets.push(&sheet);
        }
        root.set_adopted_style_sheets(&sheets);
        let inner = window()?.document()?.create_element("div").ok()?;
        inner.set_class_name(class);
        // A page's direction is inherited, whatever its styles are.
        inner.set_attribute("lang", "en").ok()?;
        inner.set_attribute("dir", "ltr").ok()?;
        root.replace_children_with_node_1(&inner);
        let listen = |name| EventListener::new(&root, name, |event| event.stop_propagation());
        let listeners = PRIVATE.into_iter().map(listen).collect();
        Some(Self { root, inner, _listeners: listeners })
    }

    /// Where to draw.
    #[must_use]
    pub fn inner(&self) -> Element {
        self.inner.clone()
    }

    /// What has the focus in here.
    #[must_use]
    pub fn active_element(&self) -> Option<Element> {
        self.root.active_element()
    }
}

impl Drop for Shadow {
    fn drop(&mut self) {
        self.inner.remove();
    }
}

/// The elements below `within` that somebody can see and this selector names, in their order.
#[must_use]
pub fn visible(within: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = within.query_selector_all(selector) else { return Vec::new() };
    let elements = (0..found.length()).filter_map(|at| found.item(at)?.dyn_into::<HtmlElement>().ok());
    elements.filter(|element| element.offset_parent().is_some()).collect()
}
