//! Who of staff is signed in. One task looks for changes, whichever process made them, so that an open stream ends soon after
//! a session does, or after somebody's access has changed.

use std::{collections::BTreeMap, time::Duration};

use tokio::sync::watch;

use crate::{
    clock::Clock,
    store::{Store, StoreError},
};

/// A stream whose session has ended may go on for this long.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// By the digest of each session that holds, whether it opens sealed incidents.
pub type StaffSessions = BTreeMap<String, bool>;

/// Starts the task; `stop` ends it.
///
/// # Errors
/// When the database fails.
pub async fn start(
    store: Store,
    clock: Clock,
    mut stop: watch::Receiver<bool>,
) -> Result<watch::Receiver<StaffSessions>, StoreError> {
    let (tell, sessions) = watch::channel(store.sessions(clock.now()).await?);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
            // Without the database nothing is known to have changed; every stream asks for itself now and then.
            if let Ok(found) = store.sessions(clock.now()).await {
                // Also where nothing differs: a session may have begun and ended since the last look.
                tell.send_replace(found);
            }
        }
    });
    Ok(sessions)
}
