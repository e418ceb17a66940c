//! History from elsewhere, through the log like everything else.

pub mod statuspage;
