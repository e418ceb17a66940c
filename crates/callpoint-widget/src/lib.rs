//! The Callpoint widget: Yew in WebAssembly, for any web product. As a library it gives Rust products the
//! components; as a module it serves the JavaScript SDK.
//!
//! ```
//! use callpoint_widget::{Callpoint, CallpointConfig, Driver, Identity};
//! use yew::prelude::*;
//!
//! async fn fetch_token() -> Option<String> {
//!     None // From your own backend.
//! }
//!
//! #[component]
//! fn Support() -> Html {
//!     let driver = use_memo((), |()| {
//!         let config = CallpointConfig {
//!             backend: "https://incidents.vendor.example".to_owned(),
//!             identity: Identity::customer(fetch_token),
//!             ..CallpointConfig::default()
//!         };
//!         Driver::start(&config, Callback::noop())
//!     });
//!     html! { <Callpoint driver={(*driver).clone()} /> }
//! }
//! ```
//!
//! Products in Rust use what is listed here. The modules that are left out of the documentation are public for the
//! console alone, and change with it.

#[doc(hidden)]
pub mod components;
mod config;
#[doc(hidden)]
pub mod context;
#[doc(hidden)]
pub mod driver;
mod panel;
#[doc(hidden)]
pub mod platform;
mod screens;
#[cfg(feature = "module")]
mod sdk;
#[cfg(test)]
mod tests;

pub use components::badge::{CallpointStatus, StatusProps, Variant};
pub use config::{CallpointConfig, Identity};
pub use driver::{Driver, Subscription};
pub use panel::{Callpoint, PanelMsg, Props, Screen};

/// A few kilobytes smaller than the standard library's.
#[cfg(feature = "allocator")]
#[global_allocator]
static MEMORY: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
