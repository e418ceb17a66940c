//! The Callpoint widget: Yew in WebAssembly, for any web product. As a library it gives Rust products the
//! components; as a module it serves the JavaScript SDK.

pub mod app;
mod config;
pub mod driver;
pub mod msg;
pub mod platform;
#[cfg(feature = "module")]
mod sdk;
pub mod view;

pub use app::Callpoint;
pub use config::{CallpointConfig, Identity};

use view::badge::Variant;
use yew::prelude::*;

/// What [`CallpointStatus`] needs.
#[derive(Clone, PartialEq, Properties)]
pub struct StatusProps {
    /// The machine.
    pub driver: driver::Driver,
    /// How much room it takes.
    #[prop_or_default]
    pub variant: Variant,
}

/// The live status for Rust products.
#[component]
pub fn CallpointStatus(props: &StatusProps) -> Html {
    let StatusProps { driver, variant } = props.clone();
    html! { <Callpoint {driver} part={app::Part::Status(variant)} /> }
}

/// A few kilobytes smaller than the standard library's.
#[cfg(feature = "allocator")]
#[global_allocator]
static MEMORY: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
