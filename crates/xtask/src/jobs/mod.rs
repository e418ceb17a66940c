//! One module for each command of `cargo xtask`, and what several of them share.

pub mod bench;
pub mod chaos;
mod codec;
pub mod demo;
pub mod dev;
pub mod dist;
pub mod r#gen;
pub mod lint;
pub mod npm;
mod server;
pub mod setup;
pub mod simulate;
pub mod size;
pub mod test;
mod test_counts;
