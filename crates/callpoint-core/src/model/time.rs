//! Times and spans. Nothing here knows what time it is: `now` is always an argument.

use serde::{Deserialize, Serialize};

/// A time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Time(pub i64);

/// One second, in milliseconds.
pub const SECOND: i64 = 1_000;
/// One minute, in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour, in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day, in milliseconds.
pub const DAY: i64 = 24 * HOUR;

impl Time {
    /// This time moved by `milliseconds` (negative: earlier). Stops at the ends of the range.
    #[must_use]
    pub const fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to this time; negative when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A countdown as `m:ss` under an hour and `h:mm:ss` above; zero when the time has passed.
#[must_use]
pub fn countdown(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / SECOND;
    let pad = |n: i64| if n < 10 { ["0", &n.to_string()].concat() } else { n.to_string() };
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    if hours > 0 {
        [&hours.to_string(), ":", &pad(minutes), ":", &pad(seconds % 60)].concat()
    } else {
        [&minutes.to_string(), ":", &pad(seconds % 60)].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_never_runs_below_zero() {
        assert_eq!(countdown(11 * MINUTE + 42 * SECOND), "11:42");
        assert_eq!(countdown(HOUR + 5 * SECOND), "1:00:05");
        assert_eq!(countdown(-5), "0:00");
    }
}
