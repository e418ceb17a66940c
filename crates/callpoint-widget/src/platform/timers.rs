//! Timers.

use std::{cell::RefCell, future::Future, pin::pin, rc::Rc};

use futures_util::future::{Either, select};
use gloo_timers::{callback::Timeout, future::TimeoutFuture};

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

/// What `work` gives, or nothing if it takes longer than this many milliseconds.
pub async fn within<T>(milliseconds: u32, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), TimeoutFuture::new(milliseconds)).await {
        Either::Left((outcome, _)) => Some(outcome),
        Either::Right(_) => None,
    }
}
