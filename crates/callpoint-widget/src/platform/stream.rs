//! The event stream: a response body that is read as it comes.

use callpoint_core::client::{Codec as _, StreamMessage, sse::Parser};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, ReadableStreamDefaultReader, ReadableStreamReadResult};

use super::{codec::BrowserCodec, http::HttpResponse};

/// Ends a stream when dropped.
pub struct StreamHandle(AbortController);

impl StreamHandle {
    /// For a stream that is about to be opened; none where the browser has no way to end one.
    #[must_use]
    pub fn new() -> Option<Self> {
        AbortController::new().ok().map(Self)
    }

    /// Aborted when the stream is to end.
    #[must_use]
    pub fn signal(&self) -> AbortSignal {
        self.0.signal()
    }
}

impl Drop for StreamHandle {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The messages of an event stream.
pub struct StreamReader {
    reader: Option<ReadableStreamDefaultReader>,
    parser: Parser,
}

impl StreamReader {
    /// Reads the body of a response.
    #[must_use]
    pub fn new(response: &HttpResponse) -> Self {
        let body = response.response.body();
        Self { reader: body.map(|body| body.get_reader().unchecked_into()), parser: Parser::default() }
    }

    /// What came next, in order; none at the end, however it came about. Bytes that complete no frame are a heartbeat.
    pub async fn next(&mut self) -> Option<Vec<StreamMessage>> {
        let bytes = self.read().await.ok()??;
        let frames = self.parser.push(&bytes);
        if frames.is_empty() {
            return Some(vec![StreamMessage::Heartbeat]);
        }
        Some(frames.iter().map(|frame| BrowserCodec.message(frame)).collect())
    }

    async fn read(&self) -> Result<Option<Vec<u8>>, JsValue> {
        let Some(reader) = &self.reader else { return Ok(None) };
        let part: ReadableStreamReadResult = JsFuture::from(reader.read()).await?.unchecked_into();
        Ok(part.get_value().dyn_ref::<Uint8Array>().map(Uint8Array::to_vec))
    }
}
