//! The Callpoint widget: Yew in WebAssembly, for any web product. As a library it gives Rust products the
//! components; as a module it serves the JavaScript SDK.

pub mod app;
pub mod browser;
pub mod driver;
mod js;
pub mod status;
pub mod view;

pub use app::Callpoint;
pub use status::CallpointStatus;
