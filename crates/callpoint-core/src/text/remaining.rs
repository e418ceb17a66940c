//! The remaining time as text, rounded up so that it never shows less time than there is.

use super::{Key, Plural, count, say};
use crate::model::time::{DAY, HOUR, MINUTE, SECOND, countdown};

keys! {
    SECONDS_ONE = "{count} second";
    SECONDS_MANY = "{count} seconds";
    MINUTES_ONE = "{count} minute";
    MINUTES_MANY = "{count} minutes";
    HOURS_ONE = "{count} hour";
    HOURS_MANY = "{count} hours";
    DAYS_ONE = "{count} day";
    DAYS_MANY = "{count} days";
    UNIT_SECOND = "s";
    UNIT_MINUTE = "min";
    UNIT_HOUR = "h";
    UNIT_DAY = "d";
}

pub(super) const SECONDS: Plural = Plural { one: SECONDS_ONE, other: SECONDS_MANY };
pub(super) const MINUTES: Plural = Plural { one: MINUTES_ONE, other: MINUTES_MANY };
pub(super) const HOURS: Plural = Plural { one: HOURS_ONE, other: HOURS_MANY };
pub(super) const DAYS: Plural = Plural { one: DAYS_ONE, other: DAYS_MANY };

/// From here on whole hours say enough, and from here on whole days.
const HOURS_FROM: i64 = 2 * HOUR;
const DAYS_FROM: i64 = 2 * DAY;

/// What is left, as a sentence has it: `"3 days"`, `"36 hours"`, `"1 minute"`.
#[must_use]
pub fn remaining(milliseconds: i64) -> String {
    let (length, unit) = rounded_up(milliseconds);
    let words = match unit {
        DAY => DAYS,
        HOUR => HOURS,
        MINUTE => MINUTES,
        _ => SECONDS,
    };
    count(words, usize::try_from(length / unit).unwrap_or_default())
}

/// What is left, as a list or a label has it: a countdown under an hour, else `"5 h 10 min"`, `"36 h"` or `"3 d"`.
#[must_use]
pub fn remaining_short(milliseconds: i64) -> String {
    match rounded_up(milliseconds) {
        _ if milliseconds < HOUR => countdown(milliseconds),
        _ if whole(milliseconds, MINUTE) < DAY => span(whole(milliseconds, MINUTE)),
        (length, DAY) => span(length),
        (length, _) => [&(length / HOUR).to_string(), "\u{a0}", say(UNIT_HOUR)].concat(),
    }
}

/// A span in its largest units: `"40 s"`, `"12 min"`, `"2 h 5 min"`, `"3 d"`.
#[must_use]
pub fn span(milliseconds: i64) -> String {
    let length = milliseconds.saturating_abs();
    let part = |number: i64, unit| [&number.to_string(), "\u{a0}", say(unit)].concat();
    let minutes = length / MINUTE % 60;
    match length {
        DAY.. => part(length / DAY, UNIT_DAY),
        HOUR.. if minutes > 0 => [&part(length / HOUR, UNIT_HOUR), " ", &part(minutes, UNIT_MINUTE)].concat(),
        HOUR.. => part(length / HOUR, UNIT_HOUR),
        MINUTE.. => part(minutes, UNIT_MINUTE),
        _ => part(length / SECOND, UNIT_SECOND),
    }
}

/// The span in whole units, and the unit; a value that rounds up to a larger unit is given in that unit.
const fn rounded_up(milliseconds: i64) -> (i64, i64) {
    let left = if milliseconds > 0 { milliseconds } else { 0 };
    let seconds = whole(left, SECOND);
    let minutes = whole(left, MINUTE);
    let hours = whole(left, HOUR);
    if seconds < MINUTE {
        (seconds, SECOND)
    } else if minutes < HOURS_FROM && minutes % HOUR > 0 {
        (minutes, MINUTE)
    } else if hours < DAYS_FROM {
        (hours, HOUR)
    } else {
        (whole(left, DAY), DAY)
    }
}

const fn whole(milliseconds: i64, unit: i64) -> i64 {
    (milliseconds.saturating_add(unit - 1)) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_rounded_up() {
        for (left, words) in [
            (71 * HOUR + 59 * MINUTE, "3 days"),
            (3 * DAY, "3 days"),
            (47 * HOUR + 59 * MINUTE, "2 days"),
            (36 * HOUR - 1, "36 hours"),
            (2 * HOUR + 1, "3 hours"),
            (65 * MINUTE, "65 minutes"),
            (59 * MINUTE + 59 * SECOND, "1 hour"),
            (MINUTE + 1, "2 minutes"),
            (59 * SECOND + 1, "1 minute"),
            (1, "1 second"),
            (0, "0 seconds"),
            (-HOUR, "0 seconds"),
        ] {
            assert_eq!(remaining(left), words, "{left}");
        }
    }

    #[test]
    fn spans_read_in_the_largest_units() {
        let read = |ms| span(ms).replace('\u{a0}', " ");
        assert_eq!(read(40 * SECOND), "40 s");
        assert_eq!(read(12 * MINUTE + 59 * SECOND), "12 min");
        assert_eq!(read(2 * HOUR + 5 * MINUTE), "2 h 5 min");
        assert_eq!(read(2 * HOUR), "2 h");
        assert_eq!(read(-3 * DAY), "3 d");
    }

    #[test]
    fn a_label_counts_down_within_the_hour_and_rounds_up_beyond() {
        let read = |left| remaining_short(left).replace('\u{a0}', " ");
        assert_eq!(read(14 * MINUTE + 33 * SECOND), "14:33");
        assert_eq!(read(3 * HOUR + 5 * MINUTE), "3 h 5 min");
        assert_eq!(read(DAY - 1), "24 h");
        assert_eq!(read(71 * HOUR + 59 * MINUTE), "3 d");
        assert_eq!(read(-5), "0:00");
    }
}
