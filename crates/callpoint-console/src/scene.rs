//! What the console's views are drawn from: the client machine as it is now, and who reads.

use callpoint_core::{
    client::{Client, OutboxEntry},
    model::{incident::Incident, severity::Severity, time::Time},
    text::Key,
    wire::protocol::{Vendor, You},
};
use callpoint_widget::{
    components::{
        levels,
        outbox_entry::Delivery,
        time::{Ago, Eta, next_update},
    },
    context::ReaderContext,
};
use yew::prelude::*;

/// The client machine, and who reads.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The client machine.
    pub client: &'a Client,
    /// Who reads, and how times are written for them.
    pub reader: &'a ReaderContext,
    /// Who runs this.
    pub vendor: &'a Vendor,
    /// Who reads.
    pub you: &'a You,
    /// The server's time.
    pub now: Time,
}

impl<'a> Scene<'a> {
    /// The scene of a reader.
    #[must_use]
    pub fn new(client: &'a Client, reader: &'a ReaderContext, now: Time) -> Self {
        Self { client, reader, vendor: &reader.vendor, you: &reader.you, now }
    }

    /// A time as people here write it; `exact` spells it out.
    #[must_use]
    pub fn format_time(&self, at: Time, exact: bool) -> String {
        (self.reader.format_time)(at, exact)
    }

    /// Words with a level's name in them.
    #[must_use]
    pub fn level_words(&self, key: Key, severity: Severity) -> String {
        self.reader.level_words(key, severity)
    }

    /// The name of a severity with its shape.
    pub fn severity(&self, severity: Severity) -> Html {
        levels::severity(self.reader, severity)
    }
}

/// How long ago, with the exact time on hover.
pub fn ago(at: Time) -> Html {
    html! { <Ago {at} /> }
}

/// The next update and the expected end, where they are known.
pub fn promise(incident: &Incident) -> Html {
    next_update(incident)
}

/// When it is expected to end, if that is known.
pub fn eta(incident: &Incident) -> Html {
    incident.eta.map_or_else(Html::default, |at| html! { <Eta {at} /> })
}

/// How far the delivery of an outbox entry is, in words.
pub fn delivery(entry: &OutboxEntry) -> Html {
    html! { <Delivery entry={entry.clone()} /> }
}
