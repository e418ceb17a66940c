//! Severities: one with its shape, and all of them to choose from.

use callpoint_core::{
    model::severity::Severity,
    text::{self, say, shape::Shape},
};
use yew::prelude::*;

use super::{
    button::{Send, sends},
    icon::icon,
};
use crate::{context::ReaderContext, panel::PanelMsg};

/// The name of a severity with its shape.
pub fn severity(reader: &ReaderContext, severity: Severity) -> Html {
    let class = ["severity s", &severity.0.to_string()].concat();
    html! {
        <span {class}>{ icon(Shape::of_severity(severity)) }{ reader.vendor.scheme.name(severity) }</span>
    }
}

/// Every severity of the scheme in words for customers, with an example of each, to choose one.
pub fn levels(reader: &ReaderContext, send: &Send, chosen: Option<Severity>) -> Html {
    let scheme = &reader.vendor.scheme;
    let level = |one: Severity| {
        let level = scheme.level(one)?;
        Some(html! {
            <label class="level">
                <input type="radio" name="severity" checked={chosen == Some(one)}
                    onchange={sends(send, PanelMsg::ChooseSeverity(one))} />
                { severity(reader, one) }
                <span class="level-words" dir="auto">{ &level.words }<small>{ &level.example }</small></span>
            </label>
        })
    };
    html! {
        <div class="levels" role="radiogroup" aria-label={say(text::SEVERITY_LABEL)}>
            { for scheme.severities().filter_map(level) }
        </div>
    }
}
