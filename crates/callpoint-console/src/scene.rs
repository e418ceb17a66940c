//! What the console's views are drawn from: the client machine as it is now, and who reads.

use std::rc::Rc;

use callpoint_core::{
    client::{Client, OutboxEntry},
    model::{event::Event, id::IncidentId, severity::Severity, time::Time},
    text::Key,
    wire::protocol::{Vendor, You},
};
use callpoint_widget::{
    components::{levels, outbox_entry},
    context::{ReaderContext, use_client, use_driver, use_reader},
    driver::Driver,
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

    /// How far the delivery of an outbox entry is, in words.
    pub fn delivery(&self, entry: &OutboxEntry) -> Html {
        outbox_entry::delivery(entry, self.client.is_offline())
    }
}

/// Where the parts of an incident's view get their [`Scene`] from.
pub struct SceneSource {
    driver: Driver,
    reader: ReaderContext,
}

impl SceneSource {
    /// Reads the scene as it is now.
    pub fn draw<T>(&self, view: impl FnOnce(&Scene<'_>) -> T) -> T {
        self.driver.read(|client| view(&Scene::new(client, &self.reader, self.driver.now())))
    }
}

/// The scene of an incident. The component is drawn again when something that such a view reads, beside the incident's
/// own facts, has changed.
#[hook]
pub fn use_scene(id: IncidentId) -> SceneSource {
    let (driver, reader) = (use_driver(), use_reader());
    let _ = use_client(move |client| {
        let entries: Option<Vec<Rc<Event>>> = client.cache.timeline(id).map(|timeline| timeline.entries.clone());
        let state = (client.cache.state.components.clone(), client.cache.state.terms.clone());
        (entries, state, client.outbox.entries().to_vec(), client.is_offline())
    });
    SceneSource { driver, reader }
}
