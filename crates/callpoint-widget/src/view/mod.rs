//! What people see: functions from what is known to nodes. They hold nothing, ask nothing and decide nothing.

pub mod entry;
pub mod home;
pub mod receipt;
pub mod report;
pub mod shape;
pub mod status;
pub mod thread;

use callpoint_core::{
    client::{Client, Kept, Stage},
    incident::Incident,
    protocol::{Vendor, You},
    severity::Severity,
    text::{self, fill, say},
    time::{self, MINUTE, Time},
    view::overdue,
};
use yew::prelude::*;

use shape::Shape;

/// What the views look at.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The machine.
    pub client: &'a Client,
    /// Who runs this.
    pub vendor: &'a Vendor,
    /// Who looks.
    pub you: &'a You,
    /// The server's time.
    pub now: Time,
    /// A moment as people here write it; `true` spells it out.
    pub moment: fn(Time, bool) -> String,
}

impl Scene<'_> {
    /// How long ago, with the exact time on hover.
    pub fn ago(&self, at: Time) -> Html {
        let words = if self.now.since(at) < MINUTE {
            say(text::JUST_NOW).to_owned()
        } else {
            fill(text::AGO, &[("span", &time::span(self.now.since(at)))])
        };
        html! { <time title={(self.moment)(at, true)}>{ words }</time> }
    }

    /// The time of day (or day), with the exact time on hover.
    pub fn at(&self, at: Time) -> Html {
        html! { <time title={(self.moment)(at, true)}>{ (self.moment)(at, false) }</time> }
    }

    /// The name of a severity with its shape.
    pub fn severity(&self, severity: Severity) -> Html {
        html! {
            <span class={classes!("severity", ["s", &severity.0.to_string()].concat())}>
                { Shape::of_severity(severity).draw() }{ self.vendor.scheme.name(severity) }
            </span>
        }
    }

    /// The promise: when the next update comes, or that it is overdue.
    pub fn promise(&self, incident: &Incident) -> Html {
        let Some(promised) = incident.next_update else { return Html::default() };
        let exact = (self.moment)(promised, true);
        if overdue(incident, self.now) {
            let time = (self.moment)(promised, false);
            return html! { <span class="promise late" title={exact}>{ fill(text::UPDATE_OVERDUE, &[("time", &time)]) }</span> };
        }
        let left = time::countdown(promised.since(self.now));
        html! { <span class="promise" title={exact}>{ fill(text::NEXT_UPDATE_IN, &[("time", &left)]) }</span> }
    }

    /// When it is expected to end.
    pub fn eta(&self, incident: &Incident) -> Html {
        let Some(eta) = incident.eta else { return Html::default() };
        let words = fill(text::ETA_BY, &[("time", &(self.moment)(eta, false))]);
        html! { <span class="eta" title={(self.moment)(eta, true)}>{ words }</span> }
    }

    /// Where a parcel is on its way, in words.
    #[must_use]
    pub fn stage(&self, kept: &Kept) -> String {
        match &kept.stage {
            Stage::Sent => say(text::SENDING).to_owned(),
            Stage::Received(_) => say(text::RECEIVED_TITLE).to_owned(),
            Stage::Refused(problem) => fill(text::REFUSED, &[("why", &problem.detail)]),
            Stage::Waiting(_) if !kept.saved => say(text::NOT_KEPT).to_owned(),
            Stage::Waiting(_) if self.client.is_offline() => say(text::KEPT_OFFLINE).to_owned(),
            Stage::Waiting(at) => {
                let local = self.now.plus(-self.client.cache.ahead);
                fill(text::KEPT_RETRY, &[("time", &time::span(at.since(local).max(0)))])
            }
        }
    }
}

/// Paragraphs of what somebody wrote. Text stays text: nodes, never HTML.
pub fn words(written: &str) -> Html {
    html! { <div class="words" dir="auto">{ written }</div> }
}

/// A line that says that the connection is down, and a way to try at once.
pub fn offline(scene: &Scene<'_>, try_now: &Callback<MouseEvent>) -> Html {
    if !scene.client.is_offline() {
        return Html::default();
    }
    let known = scene.client.cache.known_at.map(|at| (scene.moment)(at, false)).unwrap_or_default();
    html! {
        <div class="offline" role="status">
            <span>{ fill(text::OFFLINE_BAR, &[("time", &known)]) }</span>
            <button class="link" onclick={try_now}>{ say(text::TRY_NOW) }</button>
        </div>
    }
}
