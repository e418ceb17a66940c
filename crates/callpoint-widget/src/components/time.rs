//! Times. Relative ones and countdowns are one small component, so that a passing second draws nothing else again.

use callpoint_core::{
    model::{
        incident::Incident,
        time::{MINUTE, SECOND, Time},
    },
    text::{self, Key, fill, say},
};
use yew::prelude::*;

use crate::context::{ReaderContext, use_driver, use_now, use_reader};

/// A time whose words change as time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveTime {
    /// How long ago this was.
    Ago(Time),
    /// The countdown to a promised update, or that it is overdue.
    NextUpdate {
        /// By when it was promised.
        at: Time,
        /// Whether the rules count it as missed already.
        missed: bool,
    },
    /// The countdown to when no answer counts as one.
    Deadline {
        /// When it ends.
        until: Time,
        /// What happens then, with `{time}` in it.
        words: Key,
    },
    /// The countdown to the next attempt to send, by this device's clock.
    Retry(Time),
}

/// What [`Live`] needs.
#[derive(PartialEq, Properties)]
pub struct LiveProps {
    /// The time.
    pub time: LiveTime,
}

/// A time in words, with the exact time on hover.
#[component]
pub fn Live(props: &LiveProps) -> Html {
    let reader = use_reader();
    let driver = use_driver();
    let now = use_now(if matches!(props.time, LiveTime::Ago(_)) { MINUTE / 4 } else { SECOND });
    let title = |at| (reader.format_time)(at, true);
    match props.time {
        LiveTime::Ago(at) => {
            let past = now.since(at);
            let words = if past < MINUTE {
                say(text::JUST_NOW).to_owned()
            } else {
                fill(text::AGO, &[("span", &text::span(past))])
            };
            html! { <time title={title(at)}>{ words }</time> }
        }
        LiveTime::NextUpdate { at, missed } => {
            let (class, key, time) = if missed || at < now {
                ("promise late", text::UPDATE_OVERDUE, (reader.format_time)(at, false))
            } else {
                ("promise", text::NEXT_UPDATE_IN, text::remaining_short(at.since(now)))
            };
            html! { <span {class} title={title(at)}>{ fill(key, &[("time", &time)]) }</span> }
        }
        LiveTime::Deadline { until, words } => {
            let left = text::remaining(until.since(now));
            html! { <p class="quiet" title={title(until)}>{ fill(words, &[("time", &left)]) }</p> }
        }
        LiveTime::Retry(at) => {
            let device_now = now.plus(-driver.read(|client| client.cache.ahead));
            let left = text::remaining(at.since(device_now));
            html! { { fill(text::SAVED_RETRY, &[("time", &left)]) } }
        }
    }
}

/// How long ago this was.
pub fn ago(at: Time) -> Html {
    html! { <Live time={LiveTime::Ago(at)} /> }
}

/// The next update of an incident, if one is promised.
pub fn next_update(incident: &Incident) -> Html {
    let Some(at) = incident.next_update else { return Html::default() };
    let missed = incident.status.is_open() && incident.overdue.promise;
    html! { <Live time={LiveTime::NextUpdate { at, missed }} /> }
}

/// When no answer counts as one; without a time, what stands there instead.
pub fn deadline(until: Option<Time>, words: Key, without: impl FnOnce() -> String) -> Html {
    match until {
        Some(until) => html! { <Live time={LiveTime::Deadline { until, words }} /> },
        None => html! { <p class="quiet">{ without() }</p> },
    }
}

/// The time of day (or day), with the exact time on hover.
pub fn time_of(reader: &ReaderContext, at: Time) -> Html {
    html! { <time title={(reader.format_time)(at, true)}>{ (reader.format_time)(at, false) }</time> }
}

/// When it is expected to end.
pub fn eta(reader: &ReaderContext, at: Time) -> Html {
    let words = fill(text::ETA_BY, &[("time", &(reader.format_time)(at, false))]);
    html! { <span class="eta" title={(reader.format_time)(at, true)}>{ words }</span> }
}
