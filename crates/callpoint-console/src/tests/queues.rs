//! Which incidents stand where, and what is owed on them.

use callpoint_core::{
    model::{
        id::PersonId,
        incident::{Incident, Status},
        severity::{Scheme, Severity},
        stake::{Closure, Downgrade, Stake},
        time::MINUTE,
    },
    rules::search::Query,
};

use super::{Fixture, NOW, id, incident, quiet, told, variety};
use crate::queue::{NextDuty, Queue, QueueContext, counts_down, duty, filter::Filter, search::known};

const EYES: QueueContext<'_> = QueueContext { now: NOW, person: None };

#[test]
fn the_most_severe_come_first_and_then_who_waits_longest() {
    let rows: Vec<_> = [(1, 2, 5), (2, 1, 1), (3, 2, 50), (4, 3, 500)]
        .map(|(number, severity, minutes)| incident(number, "x", severity, minutes))
        .into();
    let order: Vec<_> = Queue::All.of(&rows, EYES).iter().map(|incident| incident.id).collect();
    assert_eq!(order, [id(2), id(3), id(1), id(4)]);
}

#[test]
fn each_queue_holds_what_it_says() {
    let rows = variety();
    let held = |queue: Queue| -> Vec<_> { queue.of(&rows, EYES).iter().map(|incident| incident.id).collect() };
    assert_eq!(held(Queue::OnUs), [id(1), id(2)]);
    assert_eq!(held(Queue::OnThem), [id(4)]);
    assert_eq!(held(Queue::Promise), [id(3)]);
    assert_eq!(held(Queue::Unpromised), [id(6)]);
    assert_eq!(held(Queue::Ended), [id(5)]);
    assert_eq!(held(Queue::All).len(), 5);
    assert!(Queue::Disputed.holds(&told(), EYES));
    assert!(Queue::Disputed.of(&rows, EYES).is_empty());
}

#[test]
fn a_digit_stands_for_the_queue_at_its_place() {
    assert_eq!(Queue::of_key("1"), Some(Queue::OnUs));
    assert_eq!(Queue::of_key(&Queue::ALL.len().to_string()), Queue::ALL.last().copied());
    let beyond = (Queue::ALL.len() + 1).to_string();
    for none in ["0", &beyond, "Escape", ""] {
        assert_eq!(Queue::of_key(none), None, "{none}");
    }
}

#[test]
fn each_queue_has_a_name_and_a_letter_of_its_own() {
    for queue in Queue::ALL {
        assert_eq!(Queue::of_id(queue.id()), Some(*queue));
        assert_eq!(Queue::of_letter(queue.letter()), Some(*queue));
    }
    assert_eq!((Queue::of_id(""), Queue::of_letter("")), (None, None));
}

#[test]
fn updates_stand_by_when_they_are_due() {
    let due = |number, severity, minutes: i64| {
        let next_update = Some(NOW.plus(minutes * MINUTE));
        Incident { next_update, ..quiet(number, "x", severity) }
    };
    let rows = [due(1, 1, 9), due(2, 3, -5), due(3, 2, 2), due(4, 1, 60)];
    let order: Vec<_> = Queue::Promise.of(&rows, EYES).iter().map(|incident| incident.id).collect();
    assert_eq!(order, [id(2), id(3), id(1)]);
}

#[test]
fn what_is_owed_next() {
    let scheme = Scheme::preset("sev1-3").unwrap();
    let mut row = incident(1, "x", 1, 3);
    assert_eq!(duty(&row, &scheme, NOW), NextDuty::Acknowledge(NOW.plus(12 * MINUTE)));
    row.acknowledged = told().acknowledged;
    assert_eq!(duty(&row, &scheme, NOW), NextDuty::Answer);
    row.next_update = Some(NOW.plus(-1));
    assert_eq!(duty(&row, &scheme, NOW), NextDuty::Update(NOW.plus(-1)));
    row.stakes[0].unanswered_since = None;
    row.next_update = None;
    assert_eq!(duty(&row, &scheme, NOW), NextDuty::Promise);
    row.status = Status::Resolved;
    assert_eq!(duty(&row, &scheme, NOW), NextDuty::Nothing);
}

#[test]
fn what_is_disputed_leaves_its_queue_when_the_key_is_turned() {
    let mut disputed = told();
    for turned in [Closure::Confirmed(NOW), Closure::Waived(NOW), Closure::TimedOut(NOW)] {
        disputed.stakes[0].closure = turned;
        assert!(!Queue::Disputed.holds(&disputed, EYES));
    }
    disputed.stakes[0].closure = Closure::Proposed { at: NOW, until: None, reminder: None, reminded: false };
    assert!(Queue::Disputed.holds(&disputed, EYES));
}

#[test]
fn my_accounts_are_those_whose_success_manager_i_am() {
    let (mara, theo) = (PersonId::parse("mara").unwrap(), PersonId::parse("theo").unwrap());
    let mut row = incident(1, "x", 3, 3);
    let mine = |row: &Incident, person| Queue::Mine.holds(row, QueueContext { now: NOW, person });
    assert!(mine(&row, Some(&mara)));
    assert!(!mine(&row, Some(&theo)) && !mine(&row, None));
    row.stakes[0].csm = None;
    assert!(!mine(&row, Some(&mara)) && !mine(&row, None));
}

#[test]
fn the_top_level_needs_a_commander_and_no_other_role_will_do() {
    let needs = |row: &Incident| Queue::Commander.holds(row, EYES);
    let mut row = quiet(1, "x", 1);
    assert!(!needs(&row));
    row.roles[0].role = "observer".into();
    assert!(needs(&row));
    assert!(!needs(&incident(1, "x", 2, 3)));
    row.status = Status::Resolved;
    assert!(!needs(&row));
}

#[test]
fn what_the_vendor_ended_stays_with_staff_while_an_account_has_not_answered() {
    let mut row = quiet(1, "x", 1);
    row.status = Status::Resolved;
    row.stakes[0].closure = Closure::Proposed { at: NOW, until: None, reminder: None, reminded: false };
    assert!(Queue::All.holds(&row, EYES) && !Queue::Ended.holds(&row, EYES) && !Queue::Promise.holds(&row, EYES));
    assert!(Fixture::with(vec![row.clone()]).facts().contains("Still open for "));
    row.stakes[0].closure = Closure::Open;
    row.stakes[0].unanswered_since = Some(NOW);
    assert!(Queue::OnUs.holds(&row, EYES));
    let scheme = Scheme::preset("sev1-3").unwrap();
    assert_eq!(duty(&row, &scheme, NOW), NextDuty::Answer);
    row.stakes[0].closure = Closure::Confirmed(NOW);
    assert!(Queue::Ended.holds(&row, EYES) && !Queue::OnUs.holds(&row, EYES));
}

#[test]
fn what_goes_on_elsewhere_stands_in_no_queue() {
    let mut merged = told();
    merged.merged_into = Some(id(2));
    for status in [Status::Investigating, Status::Resolved] {
        merged.status = status;
        assert!(Queue::ALL.iter().all(|queue| !queue.holds(&merged, EYES)));
    }
}

#[test]
fn a_pause_moves_the_first_look() {
    let scheme = Scheme::preset("sev1-3").unwrap();
    let mut row = incident(1, "x", 2, 3);
    row.paused_until = Some(NOW.plus(90 * MINUTE));
    assert_eq!(duty(&row, &scheme, NOW), NextDuty::Acknowledge(NOW.plus(90 * MINUTE)));
    row.paused_until = Some(NOW.plus(-MINUTE));
    assert_eq!(duty(&row, &scheme, NOW), NextDuty::Acknowledge(NOW.plus(57 * MINUTE)));
    // The top never rests.
    let mut top = incident(1, "x", 1, 3);
    top.paused_until = Some(NOW.plus(60 * MINUTE));
    assert_eq!(duty(&top, &scheme, NOW), NextDuty::Acknowledge(NOW.plus(12 * MINUTE)));
}

#[test]
fn the_last_hour_of_a_key_or_a_downgrade_counts_down() {
    let scheme = Scheme::preset("sev1-3").unwrap();
    let quiet = quiet(1, "x", 3);
    let counts = |change: fn(&mut Stake)| {
        let mut row = quiet.clone();
        change(&mut row.stakes[0]);
        counts_down(&row, &scheme, NOW)
    };
    assert!(!counts(|_| {}));
    assert!(counts(|stake| {
        stake.closure =
            Closure::Proposed { at: NOW, until: Some(NOW.plus(59 * MINUTE)), reminder: None, reminded: false };
    }));
    assert!(!counts(|stake| {
        stake.closure =
            Closure::Proposed { at: NOW, until: Some(NOW.plus(61 * MINUTE)), reminder: None, reminded: false };
    }));
    assert!(counts(|stake| {
        let severity = Severity(3);
        let until = Some(NOW.plus(MINUTE));
        stake.downgrade =
            Some(Downgrade { severity, reason: "x".into(), at: NOW, until, reminder: None, reminded: false });
    }));
}

#[test]
fn a_long_queue_mounts_its_first_rows_and_says_how_many_there_are() {
    let rows = (1..=1_000).map(|number| incident(number, "x", 2, 5)).collect();
    let drawn = Fixture::with(rows).layout(Queue::All);
    assert_eq!(drawn.matches("data-incident=").count(), 40);
    assert_eq!(drawn.matches("aria-setsize=\"1000\"").count(), 40);
    assert!(drawn.contains("<span class=\"count\">1000</span>") && drawn.contains("data-rows=\"960\""), "{drawn}");
}

#[test]
fn each_word_finds_by_what_people_know_an_incident_by() {
    let rows = variety();
    let ids =
        |text: &str| -> Vec<_> { known(&rows, &Query::parse(text), text).iter().map(|incident| incident.id).collect() };
    assert_eq!(ids("webhooks"), [id(3)]);
    assert_eq!(ids("  WEBHOOKS acme "), [id(3)], "each word, whatever its case");
    assert_eq!(ids("webhooks nowhere"), []);
    assert_eq!(ids("ebhooks"), [], "by its beginning, as on the server");
    assert_eq!(ids(" * "), []);
    assert_eq!(ids("nw-4105"), [id(5)], "what has ended, by its reference");
    assert!(ids("ada").contains(&id(1)) && ids("mara").contains(&id(1)), "people of both sides");
    assert_eq!(ids("delayed"), [id(6)], "the public title");
}

#[test]
fn what_is_called_so_comes_first() {
    let rows = [incident(1, "As NW-4102", 1, 1), incident(2, "x", 3, 500)];
    let found = known(&rows, &Query::parse("nw-4102"), "nw-4102 ");
    assert_eq!(found.iter().map(|incident| incident.id).collect::<Vec<_>>(), [id(2), id(1)]);
}

#[test]
fn a_filter_leaves_out_what_was_not_asked_for_and_orders_the_rest() {
    let rows = variety();
    let shown = |query: &str| -> Vec<_> {
        let person = PersonId::parse("theo");
        let shown = Filter::parse(query).of(Queue::All.of(&rows, EYES), person.as_ref());
        shown.iter().map(|incident| incident.id).collect()
    };
    let all = shown("");
    assert_eq!(all, Queue::All.of(&rows, EYES).iter().map(|incident| incident.id).collect::<Vec<_>>());
    let (mut newest, oldest) = (shown("sort=newest"), shown("sort=oldest"));
    newest.reverse();
    assert_eq!(newest, oldest);
    let accounts: Vec<_> = rows.iter().flat_map(|incident| &incident.stakes).map(|stake| &stake.account.id).collect();
    let by_account: std::collections::BTreeSet<_> =
        accounts.iter().flat_map(|account| shown(&format!("account={account}"))).collect();
    assert!(!by_account.is_empty() && by_account.iter().all(|id| all.contains(id)));
    assert_eq!(shown("account=nobody"), []);
    let levels = (1..4).map(|level| shown(&format!("severity={level}")).len()).sum::<usize>();
    assert!((1..=all.len()).contains(&levels), "each stands at one level at most");
    assert!(shown("role=%2A").iter().all(|id| shown("role=commander").contains(id) || all.contains(id)));
}
