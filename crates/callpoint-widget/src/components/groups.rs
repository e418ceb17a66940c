//! The entries of a thread as they stand on its rows, kept from one drawing to the next.

use std::rc::Rc;

use callpoint_core::model::{
    event::{Change, Event},
    id::{IncidentId, Seq},
};

use super::entry::{goes_along, is_own, is_shown};
use crate::context::ReaderContext;

/// What one command did: the entry that says most, and what only changed with it.
pub struct TimelineGroup {
    /// The entry that says most.
    pub lead: Rc<Event>,
    /// What only changed with it.
    pub along: Vec<Rc<Event>>,
}

impl TimelineGroup {
    /// All of them.
    pub fn events(&self) -> impl Iterator<Item = &Rc<Event>> {
        core::iter::once(&self.lead).chain(&self.along)
    }
}

/// How many entries there are, with the first and the last of them. Entries never change and later ones only join at the
/// end, so that where these are the same all are.
#[derive(Clone, Default)]
pub struct Extent(Option<(usize, Rc<Event>, Rc<Event>)>);

impl Extent {
    /// That of these entries.
    #[must_use]
    pub fn of(entries: &[Rc<Event>]) -> Self {
        Self(entries.first().zip(entries.last()).map(|(first, last)| (entries.len(), first.clone(), last.clone())))
    }

    fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |(len, ..)| *len)
    }
}

impl PartialEq for Extent {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => {
                one.0 == other.0 && Rc::ptr_eq(&one.1, &other.1) && Rc::ptr_eq(&one.2, &other.2)
            }
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}

/// The groups of a thread. A new entry is added to those that are known, however many there are.
#[derive(Default)]
pub struct TimelineGroups {
    reader: Option<ReaderContext>,
    taken: Extent,
    groups: Vec<TimelineGroup>,
    own_words: Vec<Seq>,
}

impl TimelineGroups {
    /// Takes in what has come since the last time; all of it where that was another reader's or other entries.
    pub fn take(&mut self, id: IncidentId, reader: &ReaderContext, entries: &[Rc<Event>]) {
        let known = entries.get(..self.taken.len()).map(Extent::of);
        if self.reader.as_ref() != Some(reader) || known.as_ref() != Some(&self.taken) {
            *self = Self { reader: Some(reader.clone()), ..Self::default() };
        }
        for event in entries.iter().skip(self.taken.len()) {
            if event.is_spoken() && is_own(reader, &event.by) {
                self.own_words.push(event.seq);
            }
            // That another incident was merged into this one is nothing new here.
            let here = event.incident == Some(id) || !matches!(event.change, Change::Merged { .. });
            if here && is_shown(reader, event) {
                self.push(reader, event.clone());
            }
        }
        self.taken = Extent::of(entries);
    }

    fn push(&mut self, reader: &ReaderContext, event: Rc<Event>) {
        match self.groups.last_mut().filter(|group| group.lead.command == event.command) {
            Some(group) if goes_along(reader, &event) => group.along.push(event),
            Some(group) if goes_along(reader, &group.lead) => {
                let lead = core::mem::replace(&mut group.lead, event);
                group.along.push(lead);
            }
            _ => self.groups.push(TimelineGroup { lead: event, along: Vec::new() }),
        }
    }

    /// All of them, the earliest first.
    #[must_use]
    pub fn all(&self) -> &[TimelineGroup] {
        &self.groups
    }

    /// The place of the first group after `read_to` that holds what `is_new` says.
    #[must_use]
    pub fn first_new(&self, read_to: Seq, is_new: impl Fn(&Event) -> bool) -> Option<usize> {
        let read = self.groups.partition_point(|group| group.events().all(|event| event.seq <= read_to));
        let new = self.groups.iter().skip(read).position(|group| group.events().any(|event| is_new(event)))?;
        Some(read + new)
    }

    /// The reader's last own words up to this place.
    #[must_use]
    pub fn own_words_until(&self, seq: Seq) -> Option<Seq> {
        let later = self.own_words.partition_point(|own| *own <= seq);
        self.own_words.get(later.checked_sub(1)?).copied()
    }
}
