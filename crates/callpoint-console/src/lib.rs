//! The console for customer success managers and responders: Yew in WebAssembly, on the widget's own client machine,
//! driver and entries. It knows no rule of its own; what may be done is asked of the core.

mod composer;
mod console;
mod controls;
mod desktop;
mod incident;
mod js;
mod layout;
mod message;
mod place;
mod platform;
mod queue;
mod scene;
mod sign_in;
#[cfg(test)]
mod tests;

pub use console::Console;
