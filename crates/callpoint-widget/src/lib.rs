//! The Callpoint widget: Yew in WebAssembly, for any web product. As a library it gives Rust products the
//! components; as a module it serves the JavaScript SDK.
//!
//! ```
//! use callpoint_widget::{Callpoint, CallpointConfig, CallpointStatus, GetToken, Variant};
//! use yew::prelude::*;
//!
//! async fn fetch_token() -> Result<String, String> {
//!     Err("ask your own backend for it".to_owned())
//! }
//!
//! #[component]
//! fn App() -> Html {
//!     let config = CallpointConfig {
//!         backend: "https://incidents.vendor.example".to_owned(),
//!         get_token: Some(GetToken::new(fetch_token)),
//!         ..CallpointConfig::default()
//!     };
//!     html! {
//!         <Callpoint {config}>
//!             <CallpointStatus variant={Variant::Banner} />
//!             <h1>{ "The product" }</h1>
//!         </Callpoint>
//!     }
//! }
//! ```
//!
//! Products in Rust use what is listed here, with `default-features = false`. The modules that are left out of the
//! documentation are public for the console alone, and change with it.

#[doc(hidden)]
pub mod capture;
#[doc(hidden)]
pub mod components;
#[doc(hidden)]
pub mod config;
#[doc(hidden)]
pub mod context;
#[doc(hidden)]
pub mod driver;
mod panel;
#[doc(hidden)]
pub mod platform;
mod product;
mod screens;
#[cfg(feature = "module")]
mod sdk;
#[cfg(test)]
mod tests;

pub use callpoint_core::{
    model::{
        component::ComponentStatus,
        field::{FieldKind, FieldWords, ReportField},
        id::{CommandId, ComponentId, IncidentId, Seq},
        report::{Receipt, ReportDraft},
        severity::Severity,
    },
    rules::headline::Headline,
    wire::error::{ApiError, Invalid},
};
pub use components::badge::Variant;
pub use product::{
    Callpoint, CallpointConfig, CallpointEvent, CallpointHandle, CallpointProps, CallpointStatus, CallpointStatusProps,
    CallpointThread, CallpointThreadProps, GetToken, Load, Mode, Position, Redact, Theme, View, use_callpoint,
};

/// A few kilobytes smaller than the standard library's.
#[cfg(feature = "allocator")]
#[global_allocator]
static MEMORY: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
