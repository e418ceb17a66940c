//! Texts that outlive the page: drafts, in localStorage. They are a comfort, not a promise: where the device stores
//! nothing there are none. `gloo-storage` would panic there, hence web-sys.

use web_sys::{Storage, window};

/// The text stored under `key`.
#[must_use]
pub fn load(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Stores a text under `key`.
pub fn save(key: &str, text: &str) {
    if let Some(storage) = storage() {
        // A full device stores no draft.
        let _ = storage.set_item(key, text);
    }
}

/// Removes what is stored under `key`.
pub fn remove(key: &str) {
    if let Some(storage) = storage() {
        // Nothing to remove where nothing can be stored.
        let _ = storage.remove_item(key);
    }
}

/// None where the person or their browser allows no storage: asking throws there.
fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}
