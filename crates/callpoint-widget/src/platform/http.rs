//! HTTP requests. What they carry is no concern of this module.

use callpoint_core::client::{Codec as _, Reply};
use gloo_net::http::Response;
use js_sys::{Function, Promise};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestCache, RequestCredentials, RequestInit, window};

use super::{codec::BrowserCodec, language};

/// How long a whole answer may take, in milliseconds.
const TIMEOUT: u32 = 30_000;

/// The longest body that may outlive its page, in bytes: browsers allow 64 KiB for all of a page's requests together.
const KEEPALIVE_LIMIT: usize = 60_000;

/// One request.
#[derive(Clone, Copy, Debug)]
pub struct HttpRequest<'a> {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'a str,
    /// Absolute, or relative to the page.
    pub url: &'a str,
    /// Names and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: Option<&'a str>,
    /// Whether the session cookie goes along.
    pub session: bool,
    /// What sends it in place of the browser's `fetch`, with the same parameters.
    pub carry: Option<&'a Function>,
}

/// An answer whose body is still to come.
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// How long the server asks to wait, in milliseconds.
    pub retry_after: Option<i64>,
    pub(super) response: Response,
}

impl HttpResponse {
    /// Reads the whole body.
    pub async fn read(self) -> Answer {
        match self.response.text().await {
            Ok(body) => Answer { status: self.status, retry_after: self.retry_after, body },
            Err(_) => Answer::default(),
        }
    }
}

/// A whole answer, not decoded yet; by default there is none.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    status: u16,
    retry_after: Option<i64>,
    body: String,
}

impl Answer {
    /// What the answer says.
    #[must_use]
    pub fn reply<T: DeserializeOwned>(&self) -> Reply<T> {
        BrowserCodec.reply(self.status, &self.body, self.retry_after)
    }
}

/// Sends a request and reads the whole answer, unless that takes too long.
pub async fn send(request: HttpRequest<'_>) -> Answer {
    match open(request, &AbortSignal::timeout_with_u32(TIMEOUT)).await {
        Some(response) => response.read().await,
        None => Answer::default(),
    }
}

/// Sends a request; none if no answer came. `abort` ends the answer's body too.
pub async fn open(request: HttpRequest<'_>, abort: &AbortSignal) -> Option<HttpResponse> {
    let init = init(request, abort).ok()?;
    let answer = match request.carry {
        Some(carry) => Promise::resolve(&carry.call2(&JsValue::UNDEFINED, &request.url.into(), &init).ok()?),
        None => window()?.fetch_with_str_and_init(request.url, &init),
    };
    // Whatever carries it gives nothing else.
    let response: Response = JsFuture::from(answer).await.ok()?.unchecked_into::<web_sys::Response>().into();
    let retry_after = response.headers().get("retry-after");
    // A date instead of seconds is ignored: this device's clock may differ.
    let seconds: Option<u32> = retry_after.and_then(|seconds| seconds.trim().parse().ok());
    let retry_after = seconds.map(|seconds| i64::from(seconds) * 1_000);
    Some(HttpResponse { status: response.status(), retry_after, response })
}

/// By web-sys, since `gloo-net`'s builder knows no `keepalive`.
fn init(request: HttpRequest<'_>, abort: &AbortSignal) -> Result<RequestInit, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in request.headers {
        headers.set(name, value)?;
    }
    // The browser says what it reads itself.
    if let Some(tag) = language::tag() {
        headers.set("Accept-Language", &tag)?;
    }
    let init = RequestInit::new();
    init.set_method(request.method);
    init.set_headers_headers(&headers);
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(if request.session { RequestCredentials::SameOrigin } else { RequestCredentials::Omit });
    init.set_signal(Some(abort));
    init.set_body_opt_str(request.body);
    if request.body.is_some_and(|body| body.len() < KEEPALIVE_LIMIT) {
        js_sys::Reflect::set(&init, &"keepalive".into(), &true.into())?;
    }
    Ok(init)
}
