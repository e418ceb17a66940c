//! The JavaScript side: the only name that crosses the border.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::Renderer;

use crate::sign_in::{SignIn, SignInProps};

/// Draws the console into `root`. `carry_for(person)` gives what sends the requests of one of staff; `files` adds and
/// shows files. `data-sign-in` of the root is the name of the provider that staff can sign in with, if there is one.
#[wasm_bindgen]
pub fn start(root: Element, carry_for: Function, files: Function) {
    let provider = root.get_attribute("data-sign-in").unwrap_or_default();
    Renderer::<SignIn>::with_root_and_props(root, SignInProps { carry_for, files, provider }).render();
}
