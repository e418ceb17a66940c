//! What people see: functions from what is known to nodes. They hold nothing, ask nothing and decide nothing.

pub mod entry;
pub mod node;
pub mod shape;

use callpoint_core::{
    client::{Client, DeliveryState, OutboxEntry},
    model::{
        incident::Incident,
        severity::Severity,
        time::{self, MINUTE, Time},
    },
    rules::allowed::overdue,
    text::{self, Key, fill, say},
    wire::protocol::{Vendor, You},
};
use yew::{Callback, Html};

use crate::msg::Msg;
use node::{Node, button, el, nothing};
use shape::{Draw as _, Shape};

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
        let past = self.now.since(at);
        let words = if past < MINUTE {
            say(text::JUST_NOW).to_owned()
        } else {
            fill(text::AGO, &[("span", &time::span(past))])
        };
        self.exact(el("time", "").text(&words), at)
    }

    /// The time of day (or day), with the exact time on hover.
    pub fn at(&self, at: Time) -> Html {
        self.exact(el("time", "").text(&(self.moment)(at, false)), at)
    }

    fn exact(&self, node: Node, at: Time) -> Html {
        node.attr("title", (self.moment)(at, true)).html()
    }

    /// The name of a severity with its shape.
    pub fn severity(&self, severity: Severity) -> Html {
        let class = ["s", &severity.0.to_string()].concat();
        let shape = Shape::of_severity(severity).draw();
        el("span", "").class("severity", &class).put(shape).text(self.vendor.scheme.name(severity)).html()
    }

    /// The promise: when the next update comes, or that it is overdue.
    pub fn promise(&self, incident: &Incident) -> Html {
        let Some(promised) = incident.next_update else { return nothing() };
        let (class, key, time) = if overdue(incident, self.now) {
            ("promise late", text::UPDATE_OVERDUE, (self.moment)(promised, false))
        } else {
            ("promise", text::NEXT_UPDATE_IN, time::countdown(promised.since(self.now)))
        };
        self.exact(el("span", class).text(&fill(key, &[("time", &time)])), promised)
    }

    /// When it is expected to end.
    pub fn eta(&self, incident: &Incident) -> Html {
        let Some(eta) = incident.eta else { return nothing() };
        self.exact(el("span", "eta").text(&fill(text::ETA_BY, &[("time", &(self.moment)(eta, false))])), eta)
    }

    /// Words with the vendor's name in them.
    #[must_use]
    pub fn vendor_words(&self, key: Key) -> String {
        fill(key, &[("vendor", &self.vendor.name)])
    }

    /// Words with a level's name in them.
    #[must_use]
    pub fn level_words(&self, key: Key, severity: Severity) -> String {
        fill(key, &[("vendor", &self.vendor.name), ("level", self.vendor.scheme.name(severity))])
    }

    /// Where a parcel is on its way, in words.
    #[must_use]
    pub fn stage(&self, kept: &OutboxEntry) -> String {
        let plain = match &kept.state {
            DeliveryState::Refused(problem) => return fill(text::REFUSED, &[("why", &problem.detail)]),
            DeliveryState::Sent => text::SENDING,
            DeliveryState::Received(_) => text::RECEIVED_TITLE,
            DeliveryState::Waiting(_) if !kept.saved => text::NOT_SAVED,
            DeliveryState::Waiting(_) if self.client.is_offline() => text::SAVED_OFFLINE,
            DeliveryState::Waiting(at) => {
                let local = self.now.plus(-self.client.cache.ahead);
                return fill(text::SAVED_RETRY, &[("time", &text::remaining(at.since(local)))]);
            }
        };
        say(plain).to_owned()
    }
}

/// Paragraphs of what somebody wrote. Text stays text: nodes, never HTML.
pub fn words(written: &str) -> Html {
    el("div", "words").word("dir", "auto").text(written).html()
}

/// A line that says that the connection is down, and a way to try at once.
pub fn offline(scene: &Scene<'_>, send: &Callback<Msg>) -> Html {
    if !scene.client.is_offline() {
        return nothing();
    }
    let known = scene.client.cache.known_at.map(|at| (scene.moment)(at, false)).unwrap_or_default();
    let line = el("span", "").text(&fill(text::OFFLINE_BAR, &[("time", &known)]));
    let again = button("link", send, Msg::Hurry).say(text::TRY_NOW);
    el("div", "offline").word("role", "status").with(line).with(again).html()
}
