//! How long to wait before another try: doubling, bounded, and spread so that many clients don't come at once.

use crate::model::time::{MINUTE, SECOND};

/// The tries so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Backoff {
    tries: u32,
}

impl Backoff {
    /// Milliseconds to wait after the tries so far: any time within 1, 2, 4, … 60 seconds (the "full jitter" of the AWS
    /// Architecture Blog, "Exponential Backoff And Jitter"). It begins where the server's `Retry-After` ends, or all whom
    /// it asks to wait would come back at once.
    pub(super) fn wait(self, random: u64, retry_after: Option<i64>) -> i64 {
        let whole = (SECOND << self.tries.min(6)).min(MINUTE);
        let spread = i64::try_from(random % whole.unsigned_abs()).unwrap_or(0);
        retry_after.unwrap_or(0).saturating_add(spread)
    }

    /// Whether a try has failed.
    pub(super) const fn has_begun(self) -> bool {
        self.tries > 0
    }

    pub(super) const fn step(&mut self) {
        self.tries = self.tries.saturating_add(1);
    }

    pub(super) const fn reset(&mut self) {
        self.tries = 0;
    }
}
