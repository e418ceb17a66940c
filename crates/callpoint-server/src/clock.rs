//! The time of day, which the rules get as an argument. A test or demonstration can put it forward, so that days pass
//! without anybody waiting for them.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use callpoint_core::model::time::Time;
use tokio::sync::watch;

/// The variable that names a file to put the demonstration's clock forward by.
pub const CLOCK_FILE: &str = "CALLPOINT_CLOCK_FILE";

/// How often that file is looked at.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The time of day. Copies show the same.
#[derive(Clone, Debug)]
pub struct Clock {
    /// By how much it is ahead of the machine's own, in milliseconds.
    ahead: watch::Sender<i64>,
}

impl Default for Clock {
    fn default() -> Self {
        Self { ahead: watch::Sender::new(0) }
    }
}

impl Clock {
    /// The time of day.
    #[must_use]
    pub fn now(&self) -> Time {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)).plus(*self.ahead.borrow())
    }

    /// Puts it forward by so many milliseconds.
    pub fn forward(&self, by: i64) {
        self.ahead.send_modify(|ahead| *ahead = ahead.saturating_add(by));
    }

    /// Changes whenever it is put forward.
    #[must_use]
    pub fn moved(&self) -> watch::Receiver<i64> {
        self.ahead.subscribe()
    }

    /// Keeps it ahead by what a file says, in milliseconds, from the file's every change on. What can't be read
    /// changes nothing.
    pub fn follow(&self, file: &Path) {
        let (clock, file) = (self.clone(), PathBuf::from(file));
        tokio::spawn(async move {
            loop {
                let text = std::fs::read_to_string(&file).unwrap_or_default();
                if let Ok(ahead) = text.trim().parse::<i64>() {
                    clock.ahead.send_if_modified(|now| std::mem::replace(now, ahead) != ahead);
                }
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        });
    }
}
