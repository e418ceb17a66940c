//! Times: relative ones and countdowns are components of their own, so that a passing minute draws only them again.

use callpoint_core::{
    model::{
        incident::Incident,
        time::{self, MINUTE, SECOND, Time},
    },
    text::{self, Key, fill, say},
};
use yew::prelude::*;

use crate::context::{use_now, use_reader};

/// A time.
#[derive(PartialEq, Properties)]
pub struct TimeProps {
    /// When.
    pub at: Time,
}

/// How long ago, with the exact time on hover.
#[component]
pub fn Ago(props: &TimeProps) -> Html {
    let reader = use_reader();
    let past = use_now(MINUTE / 4).since(props.at);
    let words =
        if past < MINUTE { say(text::JUST_NOW).to_owned() } else { fill(text::AGO, &[("span", &time::span(past))]) };
    html! { <time title={(reader.format_time)(props.at, true)}>{ words }</time> }
}

/// The time of day (or day), with the exact time on hover.
#[component]
pub fn At(props: &TimeProps) -> Html {
    let reader = use_reader();
    html! { <time title={(reader.format_time)(props.at, true)}>{ (reader.format_time)(props.at, false) }</time> }
}

/// When the next update is due, and whether it was missed.
#[derive(PartialEq, Properties)]
pub struct NextUpdateProps {
    /// By when it was promised.
    pub at: Time,
    /// Whether the rules count it as missed already.
    pub missed: bool,
}

/// The countdown to the next update, or that it is overdue.
#[component]
pub fn NextUpdate(props: &NextUpdateProps) -> Html {
    let reader = use_reader();
    let now = use_now(SECOND);
    let (class, key, time) = if props.missed || props.at < now {
        ("promise late", text::UPDATE_OVERDUE, (reader.format_time)(props.at, false))
    } else {
        ("promise", text::NEXT_UPDATE_IN, time::countdown(props.at.since(now)))
    };
    html! {
        <span {class} title={(reader.format_time)(props.at, true)}>{ fill(key, &[("time", &time)]) }</span>
    }
}

/// The next update of an incident, if one is promised.
pub fn next_update(incident: &Incident) -> Html {
    let Some(at) = incident.next_update else { return Html::default() };
    let missed = incident.status.is_open() && incident.overdue.promise;
    html! { <NextUpdate {at} {missed} /> }
}

/// When it is expected to end, if that is known.
#[component]
pub fn Eta(props: &TimeProps) -> Html {
    let reader = use_reader();
    let words = fill(text::ETA_BY, &[("time", &(reader.format_time)(props.at, false))]);
    html! { <span class="eta" title={(reader.format_time)(props.at, true)}>{ words }</span> }
}

/// A time-out.
#[derive(PartialEq, Properties)]
pub struct DeadlineProps {
    /// When it ends; none: it waits for an answer.
    pub until: Option<Time>,
    /// What happens then, with `{time}` in it.
    pub words: Key,
    /// What stands there where nothing ends.
    pub without: Key,
}

/// When no answer counts as one, counted down.
#[component]
pub fn Deadline(props: &DeadlineProps) -> Html {
    let reader = use_reader();
    let now = use_now(SECOND);
    let Some(until) = props.until else {
        return html! { <p class="quiet">{ say(props.without) }</p> };
    };
    let left = text::remaining(until.since(now));
    let words = fill(props.words, &[("time", &left)]);
    html! { <p class="quiet" title={(reader.format_time)(until, true)}>{ words }</p> }
}
