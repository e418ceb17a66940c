//! The Callpoint widget: Yew in WebAssembly, for any web product. As a library it gives Rust products the
//! components; as a module it serves the JavaScript SDK.

pub mod components;
mod config;
pub mod context;
pub mod driver;
pub mod panel;
pub mod platform;
pub mod screens;
#[cfg(feature = "module")]
mod sdk;
#[cfg(test)]
mod tests;

pub use components::badge::CallpointStatus;
pub use config::{CallpointConfig, Identity};
pub use panel::Callpoint;

/// A few kilobytes smaller than the standard library's.
#[cfg(feature = "allocator")]
#[global_allocator]
static MEMORY: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
