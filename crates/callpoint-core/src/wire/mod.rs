//! The wire format: bodies and paths, the list of error codes, and the list of the widget's options.

pub mod connectors;
pub mod error;
pub mod options;
pub mod page;
pub mod protocol;
pub mod search;
