//! When something in a page is where somebody can see it.

use js_sys::Array;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry};

/// Calls whenever an element comes into view, until dropped.
pub struct InView {
    element: Element,
    observer: IntersectionObserver,
    _call: Closure<dyn Fn(Array)>,
}

impl InView {
    /// Watches an element; none where the browser can't say.
    pub fn watch(element: Element, came: impl Fn() + 'static) -> Option<Self> {
        let call = Closure::<dyn Fn(Array)>::new(move |entries: Array| {
            let seen = |entry: &IntersectionObserverEntry| entry.is_intersecting();
            if entries.iter().any(|entry| seen(entry.unchecked_ref())) {
                came();
            }
        });
        let observer = IntersectionObserver::new(call.as_ref().unchecked_ref()).ok()?;
        observer.observe(&element);
        Some(Self { element, observer, _call: call })
    }

    /// Calls once more, if it is in view after what has changed is drawn.
    pub fn look_again(&self) {
        self.observer.unobserve(&self.element);
        self.observer.observe(&self.element);
    }
}

impl Drop for InView {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
