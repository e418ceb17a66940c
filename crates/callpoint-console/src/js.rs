//! The JavaScript side: the only name that crosses the border.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::Renderer;

use crate::sign_in::{SignIn, SignInProps};

/// Draws the console into `root`; `files` adds and shows files.
#[wasm_bindgen]
pub fn start(root: Element, files: Function) {
    Renderer::<SignIn>::with_root_and_props(root, SignInProps { files }).render();
}
