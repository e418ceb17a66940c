//! Snapshots of the screens, and what is drawn again when something changes; all without a browser.

mod groups;
mod stage;
mod views;
mod written;
