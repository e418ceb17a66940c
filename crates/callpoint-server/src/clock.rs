//! The two impure things that rules get as arguments: the time of day and randomness. Whoever tries things out can
//! put the time of day forward, so that days pass without anybody waiting for them.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use callpoint_core::model::time::Time;
use tokio::sync::watch;

/// The variable that names a file to put the demonstration's clock forward by.
pub const CLOCK_FILE: &str = "CALLPOINT_CLOCK_FILE";

/// How often that file is looked at.
const GLANCE: Duration = Duration::from_millis(100);

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
                tokio::time::sleep(GLANCE).await;
            }
        });
    }
}

/// 32 bytes nobody can guess.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn random() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|n| char::from_digit(u32::from(n), 16)).collect()
}
