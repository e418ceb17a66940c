//! The console for customer success managers and responders: Yew in WebAssembly, on the widget's own client machine,
//! driver and entries. It knows no rule of its own; what may be done is asked of the core.

mod app;
mod browser;
mod draft;
mod form;
mod gate;
mod js;
mod mode;
mod msg;
mod notes;
mod queue;
mod session;
#[cfg(test)]
mod tests;
mod view;

pub use app::Console;
