//! The only door to the browser: requests, the stream, what outlives the page, time and chance. Knows nothing of
//! what it carries.

use std::cell::RefCell;

use callpoint_core::model::time::Time;
use js_sys::{Array, Function, Uint32Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = now)]
    fn js_now() -> f64;
    #[wasm_bindgen(js_name = random)]
    fn js_random() -> Uint32Array;
    #[wasm_bindgen(js_name = send)]
    async fn js_send(url: &str, method: &str, headers: &str, body: Option<&str>, session: bool) -> JsValue;
    #[wasm_bindgen(js_name = moment)]
    fn js_moment(milliseconds: f64, whole: bool) -> String;

    /// Keeps a draft under `key`, or drops it when `text` is empty. May quietly do nothing.
    pub fn note(key: &str, text: &str);
    /// The draft that was kept under `key`.
    pub fn noted(key: &str) -> Option<String>;

    #[wasm_bindgen(js_name = after)]
    fn js_after(milliseconds: f64, call: &Function) -> JsValue;
    #[wasm_bindgen(js_name = cancel)]
    fn js_cancel(timer: &JsValue);

    /// Requests, the stream and the outbox of one client.
    pub type Wire;
    /// Begins: fetches the token, reads what was kept, and from then on tells what happens.
    #[wasm_bindgen(constructor)]
    pub fn new(backend: &str, who: &JsValue, session: bool, tell: &Tell) -> Wire;
    /// Keeps a text on this device.
    #[wasm_bindgen(method)]
    pub fn save(this: &Wire, id: &str, text: &str);
    /// Drops a text from this device.
    #[wasm_bindgen(method)]
    pub fn forget(this: &Wire, id: &str);
    /// Posts a write.
    #[wasm_bindgen(method)]
    pub fn post(this: &Wire, id: &str, path: &str, body: &str);
    /// Fetches what stands at `path`.
    #[wasm_bindgen(method)]
    pub fn load(this: &Wire, id: &str, path: &str);
    /// Opens the stream after `cursor` (empty: anew), in place of the one that may be open.
    #[wasm_bindgen(method)]
    pub fn connect(this: &Wire, cursor: &str);
    /// The next request fetches a new token first.
    #[wasm_bindgen(method, js_name = forgetToken)]
    pub fn forget_token(this: &Wire);
    /// Calls once after this many milliseconds, in place of what was set; negative: not at all.
    #[wasm_bindgen(method)]
    pub fn wake(this: &Wire, milliseconds: f64);
    /// Ends it: no request, timer or listener is left.
    #[wasm_bindgen(method)]
    pub fn stop(this: &Wire);
    /// Under whose name words are kept; none until it is known.
    #[wasm_bindgen(method, getter)]
    pub fn owner(this: &Wire) -> Option<String>;
}

/// What a [`Wire`] calls: kind, id, HTTP status, body, milliseconds to wait (negative: none given).
pub type Tell = Closure<dyn Fn(u32, String, u32, String, f64)>;

/// One HTTP request without its body.
pub struct Ask<'a> {
    /// Absolute, or relative to the page.
    pub url: &'a str,
    /// `GET`, `POST` or `DELETE`.
    pub method: &'a str,
    /// Names and values of headers, each on a line of its own.
    pub headers: &'a str,
    /// Whether the session cookie goes along.
    pub session: bool,
}

/// Sends a request and gives status and body. A status of 0 means that no answer came.
pub async fn send(ask: Ask<'_>, body: Option<&str>) -> (u16, String) {
    let value = js_send(ask.url, ask.method, ask.headers, body, ask.session).await;
    let parts: &Array = value.unchecked_ref();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an HTTP status has three digits")]
    let status = parts.get(0).as_f64().unwrap_or_default() as u16;
    (status, parts.get(1).as_string().unwrap_or_default())
}

/// This device's clock.
#[must_use]
pub fn now() -> Time {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of any real date fit")]
    Time(js_now() as i64)
}

/// 128 random bits.
#[must_use]
pub fn random() -> u128 {
    js_random().to_vec().into_iter().fold(0, |bits, part| (bits << 32) | u128::from(part))
}

/// A moment as people here write it; `whole` spells everything out.
#[must_use]
pub fn moment(time: Time, whole: bool) -> String {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any real date fit")]
    js_moment(time.0 as f64, whole)
}

/// One call at a later time; setting it again replaces what was set.
pub struct Alarm {
    call: Closure<dyn Fn()>,
    timer: RefCell<JsValue>,
}

impl Alarm {
    /// An alarm that is not set.
    pub fn new(call: impl Fn() + 'static) -> Self {
        Self { call: Closure::new(call), timer: JsValue::UNDEFINED.into() }
    }

    /// Rings once after this many milliseconds.
    pub fn set(&self, milliseconds: i64) {
        #[expect(clippy::cast_precision_loss, reason = "longer than a page lives either way")]
        let timer = js_after(milliseconds.max(0) as f64, self.call.as_ref().unchecked_ref());
        js_cancel(&self.timer.replace(timer));
    }

    /// Does not ring.
    pub fn stop(&self) {
        js_cancel(&self.timer.replace(JsValue::UNDEFINED));
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.stop();
    }
}
