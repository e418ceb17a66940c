//! What people have submitted, and what they were told of it: what must hold in the end is measured against this.

use std::collections::BTreeMap;

use callpoint_core::{model::id::CommandId, wire::protocol::Request};

use crate::log::Caller;

#[derive(Debug)]
pub(crate) struct Entry {
    pub person: usize,
    /// Where it was written; nowhere of ours where a client that tries once has sent it.
    pub caller: Option<Caller>,
    pub is_silent: bool,
    /// It only agrees to what was asked.
    pub is_consent: bool,
    /// What waited before it in the same incident.
    pub earlier: Vec<CommandId>,
    /// The device has said that it holds a copy.
    pub is_saved: bool,
    /// The author was told that the server won't take it.
    pub is_refused: bool,
    pub is_discarded: bool,
    words: String,
}

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub entries: BTreeMap<CommandId, Entry>,
}

impl Ledger {
    pub fn note(
        &mut self,
        id: CommandId,
        person: usize,
        caller: Option<Caller>,
        request: &Request,
        earlier: Vec<CommandId>,
        words: String,
    ) {
        let (is_silent, is_consent) = (request.is_silent(), request.is_consent());
        let (is_saved, is_refused, is_discarded) = (false, false, false);
        self.entries.insert(
            id,
            Entry { person, caller, is_silent, is_consent, earlier, is_saved, is_refused, is_discarded, words },
        );
    }

    pub fn saved(&mut self, id: CommandId) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.is_saved = true;
        }
    }

    pub fn author(&self, id: CommandId) -> Option<usize> {
        self.entries.get(&id).map(|entry| entry.person)
    }

    /// What a story calls it.
    pub fn name(&self, id: CommandId) -> String {
        self.entries.get(&id).map_or_else(|| id.to_string(), |entry| format!("“{}”", entry.words))
    }
}
