//! The JavaScript side: the only name that crosses the border.

use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::Renderer;

use crate::sign_in::SignIn;

/// Draws the console into `root`.
#[wasm_bindgen]
pub fn start(root: Element) {
    Renderer::<SignIn>::with_root(root).render();
}
