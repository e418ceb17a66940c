//! The Callpoint widget: Yew in WebAssembly, for any web product. As a library it gives Rust products the
//! components; as a module it serves the JavaScript SDK.

pub mod browser;
pub mod components;
pub mod context;
pub mod driver;
#[cfg(feature = "module")]
mod js;
pub mod msg;
pub mod panel;
pub mod platform;
pub mod screens;
#[cfg(test)]
mod tests;
pub mod view;

pub use components::badge::CallpointStatus;
pub use panel::Callpoint;

/// A few kilobytes smaller than the standard library's.
#[cfg(feature = "allocator")]
#[global_allocator]
static MEMORY: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
