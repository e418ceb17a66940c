//! The JavaScript side: the only name that crosses the border.

use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::Renderer;

use crate::gate::Gate;

/// Draws the console into `root`.
#[wasm_bindgen]
pub fn start(root: Element) {
    Renderer::<Gate>::with_root(root).render();
}
