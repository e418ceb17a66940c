//! Everything that knows the log: what appends to it, follows it, wakes it, and decides by configuration.

pub mod components;
pub mod feed;
pub mod health;
mod needs;
pub mod policy;
pub mod record;
pub mod scheduler;
pub mod search;
pub mod sessions;
pub mod suggest;
pub mod writer;
