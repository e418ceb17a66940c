//! Draws the core's shapes.

pub use callpoint_core::text::shape::{Shape, condition_class};
use yew::Html;

use super::node::el;

/// What can be drawn.
pub trait Draw {
    /// This as nodes; its word stands beside it.
    fn draw(self) -> Html;
}

impl Draw for Shape {
    fn draw(self) -> Html {
        let path = el("path", "").word("d", self.path());
        el("svg", "shape").word("viewBox", "0 0 16 16").word("aria-hidden", "true").with(path).html()
    }
}
