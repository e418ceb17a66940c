//! Draws the core's shapes. A shape never stands alone: its word stands beside it.

use callpoint_core::text::shape::Shape;
use yew::prelude::*;

/// A shape as nodes.
pub fn icon(shape: Shape) -> Html {
    html! { <svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><path d={shape.path()} /></svg> }
}
