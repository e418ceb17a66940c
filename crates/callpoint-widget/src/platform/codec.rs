//! Wire types through serde-wasm-bindgen, over the browser's own `JSON.parse` and `JSON.stringify`.

use callpoint_core::client::Codec;
use js_sys::JSON;
use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;

/// The browser's codec.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserCodec;

impl Codec for BrowserCodec {
    fn decode<T: DeserializeOwned>(&self, json: &str) -> Option<T> {
        serde_wasm_bindgen::from_value(JSON::parse(json).ok()?).ok()
    }

    fn encode<T: Serialize>(&self, value: &T) -> String {
        let value = value.serialize(&Serializer::json_compatible()).ok();
        let text = value.and_then(|value| JSON::stringify(&value).ok());
        text.map(String::from).unwrap_or_default()
    }
}
