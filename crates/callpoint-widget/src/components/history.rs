//! How severity and status went, drawn over time.

use callpoint_core::{model::time::Time, rules::history::HistoryPoint, text::say};
use yew::prelude::*;

use crate::context::ReaderContext;

/// The chart up to `end`; nothing before there are two points.
pub fn history_chart(reader: &ReaderContext, points: &[HistoryPoint], end: Time) -> Html {
    let [first, _, ..] = points else { return Html::default() };
    let length = end.since(first.at).max(1);
    let across = |at: Time| (at.since(first.at).clamp(0, length) * 300 / length).to_string();
    let (mut path, mut words) = (String::new(), String::new());
    for point in points.iter() {
        let y = (u32::from(point.severity.map_or(4, |severity| severity.0.min(4))) * 5).to_string();
        // Along as it was, then up or down to what it is now.
        let (along, up) = if path.is_empty() { ("M", " ") } else { ("H", "V") };
        path.push_str(&[along, &across(point.at), up, &y].concat());
        let level = point.severity.map_or("", |severity| reader.vendor.scheme.name(severity));
        let time = (reader.format_time)(point.at, false);
        words.push_str(&[level, " ", say(point.status.label()), ", ", &time, ". "].concat());
    }
    path.push_str("H300");
    html! {
        <svg class="history" viewBox="-3 0 306 30" role="img" aria-label={words}>
            <path d={path} />
            { for points.iter().map(|point| html! { <circle r="2.5" cx={across(point.at)} cy="26" /> }) }
        </svg>
    }
}
