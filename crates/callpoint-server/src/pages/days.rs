//! A component's last 90 days: the worst that each day saw, and the share of time without a serious incident.

use callpoint_core::model::{
    component::Component,
    incident::{Impact, Incident, Status},
    time::{DAY, Time},
};

/// How many days the bars show.
pub(super) const DAYS: usize = 90;

/// What one day was like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DayStatus {
    /// Before anything was recorded.
    Unknown,
    /// Nothing that hindered anybody.
    Fine,
    /// The worst impact of the day.
    Hit(Impact),
}

/// A component's days, the earliest first, and its figures.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct UptimeRecord {
    pub(super) days: Vec<DayStatus>,
    /// Share of the recorded time without a major or critical incident, from 0 to 1.
    pub(super) uptime: f64,
    /// How many days had an incident that hindered somebody.
    pub(super) hit: usize,
}

/// When the day of this moment begins, in UTC.
pub(super) fn day_start(time: Time) -> Time {
    Time(time.0.div_euclid(DAY) * DAY)
}

/// The record of one component. `since` is when records begin.
pub(super) fn record(component: &Component, incidents: &[Incident], since: Option<Time>, now: Time) -> UptimeRecord {
    let today = day_start(now);
    let first = today.plus(-(DAYS as i64 - 1) * DAY);
    let named = || incidents.iter().filter(|incident| incident.components.contains(&component.id));
    let begins = since.unwrap_or(today);
    let days: Vec<DayStatus> = (0..DAYS as i64)
        .map(|number| {
            let start = first.plus(number * DAY);
            let worst = named().filter(|incident| touches(incident, start, start.plus(DAY), now)).filter_map(hindrance);
            match worst.max() {
                Some(impact) => DayStatus::Hit(impact),
                None if start.plus(DAY) <= begins => DayStatus::Unknown,
                None => DayStatus::Fine,
            }
        })
        .collect();
    let hit = days.iter().filter(|day| matches!(day, DayStatus::Hit(_))).count();
    let from = first.max(begins);
    let recorded = now.since(from).max(1);
    let serious = named().filter(|incident| hindrance(incident) >= Some(Impact::Major));
    let down = union(serious.map(|incident| (incident.opened_at.max(from), end(incident, now))).collect());
    #[expect(clippy::cast_precision_loss, reason = "90 days in milliseconds are far below 2^52")]
    let uptime = (1.0 - down as f64 / recorded as f64).clamp(0.0, 1.0);
    UptimeRecord { days, uptime, hit }
}

/// How hard it hits those outside; planned work and what hinders nobody don't count.
fn hindrance(incident: &Incident) -> Option<Impact> {
    let impact = incident.publication.as_ref()?.impact;
    (impact >= Impact::Minor && !incident.status.is_maintenance()).then_some(impact)
}

fn end(incident: &Incident, now: Time) -> Time {
    incident.resolved_at.unwrap_or(now)
}

fn touches(incident: &Incident, start: Time, stop: Time, now: Time) -> bool {
    let scheduled = incident.status == Status::Scheduled;
    !scheduled && incident.opened_at < stop && end(incident, now).max(incident.opened_at) >= start
}

/// How long the spans cover together, in milliseconds.
fn union(mut spans: Vec<(Time, Time)>) -> i64 {
    spans.sort_unstable();
    let (mut covered, mut reached) = (0, Time(i64::MIN));
    for (start, stop) in spans {
        let start = start.max(reached);
        if stop > start {
            covered += stop.since(start);
            reached = stop;
        }
    }
    covered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_that_overlap_count_once() {
        let span = |a, b| (Time(a), Time(b));
        assert_eq!(union(vec![span(10, 20), span(0, 5), span(15, 30), span(12, 13)]), 25);
        assert_eq!(union(vec![]), 0);
    }

    #[test]
    fn a_day_begins_at_midnight_before_and_after_1970() {
        assert_eq!(day_start(Time(DAY + 5)), Time(DAY));
        assert_eq!(day_start(Time(-5)), Time(-DAY));
    }
}
