//! The panel's screens.

pub mod home;
pub mod receipt;
pub mod report;
pub mod status;
pub mod thread;
