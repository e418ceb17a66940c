//! The rows of a thread grow with it, and are what they would be if all of it were read at once.

use std::rc::Rc;

use callpoint_core::model::{
    event::Event,
    id::{CommandId, Seq},
};

use super::stage::{NOW, client, entries, id, reader};
use crate::components::groups::TimelineGroups;

/// What shows of the groups.
#[derive(Debug, PartialEq)]
struct Seen {
    /// The places of each group's entries.
    rows: Vec<Vec<Seq>>,
    /// The reader's last own words up to each place.
    own: Vec<Option<Seq>>,
    /// Where what is new begins, for whoever has read up to each place.
    first_new: Vec<Option<usize>>,
}

fn seen(groups: &TimelineGroups) -> Seen {
    let places = 0..100;
    Seen {
        rows: groups.all().iter().map(|group| group.events().map(|event| event.seq).collect()).collect(),
        own: places.clone().map(|seq| groups.own_words_until(seq)).collect(),
        first_new: places
            .map(|read_to| groups.first_new(read_to, |event| event.seq > read_to && event.seq % 3 == 0))
            .collect(),
    }
}

/// One entry of each kind, of which each three come from one command.
fn thread() -> Vec<Rc<Event>> {
    let of_three = |event: Event| Event { command: CommandId::new(NOW, u128::from(event.seq / 3)), ..event };
    entries().into_iter().map(of_three).map(Rc::new).collect()
}

#[test]
fn a_thread_that_grows_has_the_rows_of_one_that_is_read_at_once() {
    let (reader, thread) = (reader(&client(true, Vec::new())), thread());
    let mut whole = TimelineGroups::default();
    whole.take(id(), &reader, &thread);
    assert!(whole.all().len() < thread.len(), "some stand on one row");
    for split in 0..=thread.len() {
        let mut grown = TimelineGroups::default();
        for end in [0, split / 2, split, split, thread.len()] {
            grown.take(id(), &reader, &thread[..end]);
        }
        assert_eq!(seen(&grown), seen(&whole), "split at {split}");
    }
}

#[test]
fn a_thread_that_is_read_anew_leaves_no_row_of_before() {
    let (reader, before, anew) = (reader(&client(true, Vec::new())), thread(), thread());
    let passer_by = super::stage::reader(&client(false, Vec::new()));
    for after in [&anew[..], &anew[5..], &before[..9], &before[5..], &[]] {
        for reader_after in [&reader, &passer_by] {
            let (mut kept, mut fresh) = (TimelineGroups::default(), TimelineGroups::default());
            kept.take(id(), &reader, &before);
            kept.take(id(), reader_after, after);
            fresh.take(id(), reader_after, after);
            assert_eq!(seen(&kept), seen(&fresh));
        }
    }
}
