//! Which incidents stand where, and what is owed on them.

use callpoint_core::{incident::Status, severity::Scheme, time::MINUTE};

use super::{NOW, id, incident, told, variety};
use crate::queue::{Duty, Queue, duty};

#[test]
fn the_most_severe_come_first_and_then_who_waits_longest() {
    let rows: Vec<_> = [(1, 2, 5), (2, 1, 1), (3, 2, 50), (4, 3, 500)]
        .map(|(number, severity, minutes)| incident(number, "x", severity, minutes))
        .into();
    let order: Vec<_> = Queue::All.of(&rows, NOW).iter().map(|incident| incident.id).collect();
    assert_eq!(order, [id(2), id(3), id(1), id(4)]);
}

#[test]
fn each_queue_holds_what_it_says() {
    let rows = variety();
    let held = |queue: Queue| -> Vec<_> { queue.of(&rows, NOW).iter().map(|incident| incident.id).collect() };
    assert_eq!(held(Queue::OnUs), [id(1), id(2)]);
    assert_eq!(held(Queue::Promise), [id(3), id(6)]);
    assert_eq!(held(Queue::Ended), [id(5)]);
    assert_eq!(held(Queue::All).len(), 5);
    assert!(Queue::Disputed.holds(&told(), NOW));
    assert!(Queue::Disputed.of(&rows, NOW).is_empty());
}

#[test]
fn what_is_owed_next() {
    let scheme = Scheme::preset("sev1-3").unwrap();
    let mut row = incident(1, "x", 1, 3);
    assert_eq!(duty(&row, &scheme, NOW), Duty::Look(NOW.plus(12 * MINUTE)));
    row.acknowledged = told().acknowledged;
    assert_eq!(duty(&row, &scheme, NOW), Duty::Answer);
    row.next_update = Some(NOW.plus(-1));
    assert_eq!(duty(&row, &scheme, NOW), Duty::Update(NOW.plus(-1)));
    row.stakes[0].unanswered_since = None;
    row.next_update = None;
    assert_eq!(duty(&row, &scheme, NOW), Duty::Promise);
    row.status = Status::Resolved;
    assert_eq!(duty(&row, &scheme, NOW), Duty::Nothing);
}
