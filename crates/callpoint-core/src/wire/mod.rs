//! What goes over the wire: bodies and paths, the one list of problem codes, and the one list of a page's options.

pub mod error;
pub mod options;
pub mod protocol;
