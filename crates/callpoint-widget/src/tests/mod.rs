//! Snapshots of the screens, and what is drawn again when something changes; all without a browser.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on says where")]

mod views;
