//! What the widget asks of the browser.

pub mod codec;
