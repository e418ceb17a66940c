//! The only door to the browser: requests, the stream, what outlives the page, time and chance. Knows nothing of
//! what it carries.

use callpoint_core::{client::Answer, time::Time};
use js_sys::{Array, Function, Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/src/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = now)]
    fn js_now() -> f64;
    #[wasm_bindgen(js_name = random)]
    fn js_random() -> Uint32Array;
    #[wasm_bindgen(js_name = send)]
    async fn js_send(url: &str, method: &str, headers: &str, body: Option<&str>, session: bool) -> JsValue;
    #[wasm_bindgen(js_name = keep)]
    async fn js_keep(owner: &str, id: &str, text: &str) -> JsValue;
    #[wasm_bindgen(js_name = drop)]
    async fn js_drop(owner: &str, id: &str) -> JsValue;
    #[wasm_bindgen(js_name = kept)]
    async fn js_kept(owner: &str) -> JsValue;
    #[wasm_bindgen(js_name = moment)]
    fn js_moment(milliseconds: f64, whole: bool) -> String;

    /// Keeps a draft under `key`, or drops it when `text` is empty. May quietly do nothing.
    pub fn note(key: &str, text: &str);
    /// The draft that was kept under `key`.
    pub fn noted(key: &str) -> Option<String>;
    /// Who a token speaks for; empty for none.
    pub fn owner(token: &str) -> String;

    #[wasm_bindgen(js_name = after)]
    fn js_after(milliseconds: f64, call: &Function) -> JsValue;
    #[wasm_bindgen(js_name = cancel)]
    fn js_cancel(timer: &JsValue);
    #[wasm_bindgen(js_name = onBack)]
    fn js_on_back(call: &Function) -> Function;

    /// The stream of one connection.
    pub type Stream;
    /// A stream that is not open yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Stream;
    #[wasm_bindgen(method, js_name = open)]
    async fn js_open(this: &Stream, url: &str, headers: &str, session: bool) -> JsValue;
    #[wasm_bindgen(method, js_name = next)]
    async fn js_next(this: &Stream) -> JsValue;
    /// Ends the connection; a waiting read ends too.
    #[wasm_bindgen(method)]
    pub fn close(this: &Stream);
}

/// One HTTP request without its body.
pub struct Ask<'a> {
    /// Absolute, or relative to the page.
    pub url: &'a str,
    /// `GET` or `POST`.
    pub method: &'a str,
    /// Names and values of headers, each on a line of its own.
    pub headers: &'a str,
    /// Whether the session cookie goes along.
    pub session: bool,
}

/// Sends a request. An answer of status 0 means that none came.
pub async fn send(ask: Ask<'_>, body: Option<&str>) -> Answer {
    to_answer(&js_send(ask.url, ask.method, ask.headers, body, ask.session).await)
}

/// Opens the stream; its body comes by [`next`].
pub async fn open(stream: &Stream, ask: Ask<'_>) -> Answer {
    to_answer(&stream.js_open(ask.url, ask.headers, ask.session).await)
}

/// The next bytes of an open stream; `None` at its end.
pub async fn next(stream: &Stream) -> Option<Vec<u8>> {
    let bytes = stream.js_next().await;
    bytes.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec)
}

fn to_answer(value: &JsValue) -> Answer {
    let parts: &Array = value.unchecked_ref();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an HTTP status has three digits")]
    let status = parts.get(0).as_f64().unwrap_or_default() as u16;
    #[expect(clippy::cast_possible_truncation, reason = "out of range saturates, which is a long wait all the same")]
    let retry_after = parts.get(2).as_f64().map(|milliseconds| milliseconds as i64);
    Answer { status, body: parts.get(1).as_string().unwrap_or_default(), retry_after }
}

/// Keeps a text of `owner` on this device. Whether it reached the disk.
pub async fn keep(owner: &str, id: &str, text: &str) -> bool {
    !js_keep(owner, id, text).await.is_undefined()
}

/// Drops a text of `owner`.
pub async fn forget(owner: &str, id: &str) {
    js_drop(owner, id).await;
}

/// Every text of `owner` on this device, in the order of their ids.
pub async fn kept(owner: &str) -> Vec<String> {
    let texts = js_kept(owner).await;
    texts.dyn_ref::<Array>().map(|texts| texts.iter().filter_map(|text| text.as_string()).collect()).unwrap_or_default()
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

/// What a host's function gives, awaited if it is a promise.
///
/// # Errors
/// What the function threw, or the promise was rejected with.
pub async fn call(function: &Function) -> Result<JsValue, JsValue> {
    let given = function.call0(&JsValue::UNDEFINED)?;
    JsFuture::from(js_sys::Promise::resolve(&given)).await
}

/// One call at a later time; setting it again replaces what was set.
pub struct Alarm {
    call: Closure<dyn Fn()>,
    timer: std::cell::RefCell<JsValue>,
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

/// Calls when the device is back online or the page is looked at again, until dropped.
pub struct Watch {
    off: Function,
    _call: Closure<dyn Fn()>,
}

impl Watch {
    /// Starts watching.
    pub fn new(call: impl Fn() + 'static) -> Self {
        let call = Closure::<dyn Fn()>::new(call);
        Self { off: js_on_back(call.as_ref().unchecked_ref()), _call: call }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // Removing listeners can't throw.
        let _ = self.off.call0(&JsValue::UNDEFINED);
    }
}
