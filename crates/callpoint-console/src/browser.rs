//! The console's own door to the browser, beside the widget's. Knows nothing of what it carries.

use callpoint_core::model::time::Time;
use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser.js")]
extern "C" {
    /// The token of the one-time link in the address, which holds it no longer then.
    pub fn invite() -> Option<String>;
    /// The incident that the address leads to.
    pub fn linked() -> Option<String>;
    /// Whether anybody can see this page.
    pub fn seen() -> bool;
    #[wasm_bindgen(js_name = instant)]
    fn js_instant(text: &str) -> f64;
    #[wasm_bindgen(js_name = onKey)]
    fn js_on_key(call: &Closure<dyn Fn(String) -> bool>) -> Function;
}

/// The moment that a field for date and time holds, by this device's clock.
#[must_use]
pub fn instant(text: &str) -> Option<Time> {
    let milliseconds = js_instant(text);
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of any real date fit")]
    milliseconds.is_finite().then_some(Time(milliseconds as i64))
}

/// Calls for keys pressed outside of fields (and Escape anywhere), until dropped.
pub struct Keys {
    off: Function,
    _call: Closure<dyn Fn(String) -> bool>,
}

impl Keys {
    /// Starts listening; `call` says whether it took the key.
    pub fn new(call: impl Fn(String) -> bool + 'static) -> Self {
        let call = Closure::<dyn Fn(String) -> bool>::new(call);
        Self { off: js_on_key(&call), _call: call }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        // Removing a listener can't throw.
        let _ = self.off.call0(&JsValue::UNDEFINED);
    }
}
