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

/// Every severity of the scheme in words for customers, to choose one.
pub fn levels(reader: &ReaderContext, send: &Send, chosen: Option<Severity>) -> Html {
    let scheme = &reader.vendor.scheme;
    let level = |one: Severity| {
        let checked = chosen == Some(one);
        html! {
            <button type="button" class="level" role="radio" aria-checked={checked.to_string()}
                data-level={one.0.to_string()} onclick={sends(send, PanelMsg::ChooseSeverity(one))}>
                { severity(reader, one) }
                <span>{ scheme.level(one).map_or("", |level| &level.words) }</span>
            </button>
        }
    };
    html! {
        <div class="levels" role="radiogroup" aria-label={say(text::SEVERITY_LABEL)}>
            { for scheme.severities().map(level) }
        </div>
    }
}
