//! What a client knows of one thread.

use std::rc::Rc;

use crate::{
    model::{
        event::{Change, Event},
        id::{IncidentId, Seq},
    },
    rules::history::History,
};

/// What is known of one incident beside its facts: its entries, if they were loaded, and what is new.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The earliest first.
    pub entries: Vec<Rc<Event>>,
    /// How severity and status went.
    pub history: History,
    /// Each lowering of an account's severity, the earliest first.
    pub lowerings: Vec<Rc<Event>>,
    /// The last entry that was here when the thread was opened; what is later is new.
    pub read_to: Seq,
    /// From here on the stream's entries are all in `entries`; a thread that was read earlier leaves a gap.
    /// `None` while it was never opened.
    pub(super) since: Option<Seq>,
    /// How far it was said to be read.
    pub(super) said_read: Seq,
    pub(super) loaded: bool,
    /// Entries that came and were not looked at.
    pub(super) unread: u32,
    /// Where the facts were loaded, if that is later than the stream has reached; else 0.
    pub(super) facts_at: Seq,
}

impl Timeline {
    /// Takes the entries out, with what they made.
    pub(super) fn take_entries(&mut self) -> Vec<Rc<Event>> {
        self.history = History::default();
        self.lowerings.clear();
        core::mem::take(&mut self.entries)
    }

    pub(super) fn push(&mut self, incident: IncidentId, entry: Rc<Event>) {
        self.history.push(incident, &entry);
        if matches!(entry.change, Change::Lowered { .. }) {
            self.lowerings.push(entry.clone());
        }
        self.entries.push(entry);
    }

    /// The place of the last entry.
    pub(super) fn last(&self) -> Option<Seq> {
        self.entries.last().map(|entry| entry.seq)
    }
}
