//! Which part of the status page somebody wants to see.

use callpoint_core::model::{
    id::ComponentId,
    time::{DAY, Time},
};
use jiff::{civil::Date, tz::TimeZone};

use super::{days::day_start, parts::day_of_address};

/// How many days of history a page shows.
pub(super) const WINDOW: i64 = 15;

/// A part of the history, and perhaps of the product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct StatusPageQuery {
    /// The last day of the history shown; none for today.
    pub until: Option<Time>,
    /// One component alone.
    pub component: Option<ComponentId>,
}

impl StatusPageQuery {
    /// Reads the query's values; what can't be read is as if it were not there.
    #[must_use]
    pub fn read(until: Option<&str>, component: Option<&str>) -> Self {
        let day = until.and_then(|text| text.parse::<Date>().ok());
        let until =
            day.and_then(|day| day.to_zoned(TimeZone::UTC).ok()).map(|day| Time(day.timestamp().as_millisecond()));
        Self { until, component: component.and_then(ComponentId::parse) }
    }

    /// The last day shown.
    pub(super) fn last(&self, now: Time) -> Time {
        self.until.unwrap_or(now).min(day_start(now)).max(Time(0))
    }

    /// The address of the page before.
    pub(super) fn earlier(&self, now: Time) -> String {
        self.address(Some(self.last(now).plus(-WINDOW * DAY)))
    }

    /// The address of the page after; none on the latest.
    pub(super) fn later(&self, now: Time) -> Option<String> {
        let next = self.last(now).plus(WINDOW * DAY);
        let today = day_start(now);
        (self.last(now) < today).then(|| self.address((next < today).then_some(next)))
    }

    fn address(&self, until: Option<Time>) -> String {
        let until = until.map(|day| format!("until={}", day_of_address(day)));
        let component = self.component.as_ref().map(|id| format!("component={id}"));
        let query: Vec<String> = until.into_iter().chain(component).collect();
        if query.is_empty() { "/".to_owned() } else { format!("/?{}", query.join("&")) }
    }
}
