//! How severity and status went: a picture with its levels and times, and the same as a list.

use callpoint_core::{
    model::{severity::Severity, time::Time},
    rules::history::HistoryPoint,
    text::{self, say},
};
use yew::prelude::*;

use super::time::time_of;
use crate::context::ReaderContext;

/// The height of a level in the picture, and where its line begins after the names.
const LEVEL: usize = 18;
const START: i64 = 44;

/// The chart up to `end`, to be unfolded; nothing before there are two points.
pub fn history_chart(reader: &ReaderContext, points: &[HistoryPoint], end: Time) -> Html {
    let [first, _, ..] = points else { return Html::default() };
    let scheme = &reader.vendor.scheme;
    let length = end.since(first.at).max(1);
    let across = |at: Time| (START + at.since(first.at).clamp(0, length) * (300 - START) / length).to_string();
    let bottom = scheme.levels.len() * LEVEL;
    let height = |severity: Option<Severity>| {
        let place = severity.map_or(bottom, |severity| usize::from(severity.0) * LEVEL).min(bottom);
        (place - LEVEL / 2).to_string()
    };
    let mut path = String::new();
    for point in points.iter() {
        // Along as it was, then up or down to what it is now.
        let (along, up) = if path.is_empty() { ("M", " ") } else { ("H", "V") };
        path.push_str(&[along, &across(point.at), up, &height(point.severity)].concat());
    }
    path.push_str("H300");
    let level = |one: Severity| {
        let y = height(Some(one));
        html! {
            <>
                <text x="0" {y} dy="3">{ scheme.name(one) }</text>
                <path class="grid" d={["M", &START.to_string(), " ", &height(Some(one)), "H300"].concat()} />
            </>
        }
    };
    let dot = |point: &HistoryPoint| {
        html! { <circle r="3" cx={across(point.at)} cy={height(point.severity)} /> }
    };
    let row = |point: &HistoryPoint| {
        let level = point.severity.map_or("", |severity| scheme.name(severity));
        html! { <li>{ time_of(reader, point.at) }<b>{ level }</b><span>{ say(point.status.label()) }</span></li> }
    };
    html! {
        <details class="fold">
            <summary>{ say(text::HISTORY_TITLE) }</summary>
            <svg class="history" viewBox={["-2 0 306 ", &bottom.to_string()].concat()} aria-hidden="true">
                { for scheme.severities().map(level) }
                <path d={path} />
                { for points.iter().map(dot) }
            </svg>
            <ol class="history-list">{ for points.iter().map(row) }</ol>
        </details>
    }
}
