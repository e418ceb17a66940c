//! Timers.

use std::{cell::RefCell, rc::Rc};

use futures_util::future::{Either, select};
use gloo_timers::{callback::Timeout, future::TimeoutFuture};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Calls once, some time after it was last set; nothing once it is stopped or dropped.
pub struct Timer {
    call: Rc<dyn Fn()>,
    timeout: RefCell<Option<Timeout>>,
}

impl Timer {
    /// A timer that is not set.
    pub fn new(call: impl Fn() + 'static) -> Self {
        Self { call: Rc::new(call), timeout: RefCell::default() }
    }

    /// Calls after this many milliseconds, in place of what was set before.
    pub fn set(&self, milliseconds: i64) {
        let call = self.call.clone();
        // A browser takes a longer time for none at all.
        let milliseconds = u32::try_from(milliseconds.clamp(0, i32::MAX.into())).unwrap_or_default();
        self.timeout.replace(Some(Timeout::new(milliseconds, move || call())));
    }

    /// Does not call.
    pub fn stop(&self) {
        self.timeout.take();
    }
}

/// What `work` gives; nothing if it fails, or takes longer than this many milliseconds.
pub async fn within(milliseconds: u32, work: Promise) -> Option<JsValue> {
    match select(JsFuture::from(work), TimeoutFuture::new(milliseconds)).await {
        Either::Left((outcome, _)) => outcome.ok(),
        Either::Right(_) => None,
    }
}
