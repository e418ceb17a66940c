//! How long to wait before another try: doubling, bounded, and spread so that many clients don't come at once.

use crate::model::time::{MINUTE, SECOND};

/// The tries so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Backoff {
    tries: u32,
}

impl Backoff {
    /// Milliseconds to wait after the tries so far: between half and the whole of 1, 2, 4, … 60 seconds.
    pub(super) fn peek(self, random: u64) -> i64 {
        let whole = (SECOND << self.tries.min(6)).min(MINUTE);
        let half = whole / 2;
        half + i64::try_from(random % half.unsigned_abs()).unwrap_or(0)
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
