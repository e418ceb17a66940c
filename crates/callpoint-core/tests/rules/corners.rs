//! Corners where two rules meet: merging under agreements, keys and questions that outlive each other, what a page, a
//! pause or a promise tells.

use callpoint_core::{
    model::{
        command::IncidentCommand as Ask,
        event::{Change, Consent, Duty, Event, Page, PageCause, Question},
        id::IncidentId,
        incident::Status,
        person::{Invitee, Viewer},
        policy::{
            Engagement::{self, Advisory, CustomerLed, Shared},
            Terms,
        },
        severity::Severity,
        stake::Closure,
        time::DAY,
    },
    wire::error::ErrorCode,
};

use crate::{
    keys::publish,
    world::{DAYS, HOURS, World, account, consents, incident, people, person, report, stake, text},
};

fn own(world: &World, id: IncidentId) -> u8 {
    stake(world, id, "acme").effective(incident(world, id).assessed()).0
}

fn lower(world: &mut World, id: IncidentId, to: u8) {
    let [.., mara, _] = people();
    let ask = Ask::ProposeDowngrade { account: account("acme").id, severity: Severity(to), reason: text() };
    world.ask(&mara, id, ask).unwrap();
}

fn propose(world: &mut World, id: IncidentId) {
    let [.., mara, _] = people();
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
}

/// Two incidents of acme, the second of which was declared under another engagement.
fn two_of_acme(first: Engagement, second: Engagement) -> (World, IncidentId, IncidentId) {
    let [ada, ..] = people();
    let mut world = World::new([first, Shared, Shared]);
    let one = world.declare(&ada, report(2, false)).unwrap();
    let terms = Terms { engagement: second, ..Terms::default() };
    world.agree(&account("acme").id, terms);
    let two = world.declare(&ada, report(1, false)).unwrap();
    (world, one, two)
}

#[test]
fn a_page_tells_an_account_its_own_severity_and_only_when_that_is_graver() {
    let [ada, _, gita, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let one = world.declare(&ada, report(3, false)).unwrap();
    let two = world.declare(&gita, report(3, false)).unwrap();
    world.ask(&mara, two, Ask::Merge { into: one }).unwrap();
    let before = world.log.len() as u64;
    world.ask(&gita, one, Ask::SetSeverity { severity: Severity(1), reason: text() }).unwrap();
    propose(&mut world, one);
    world.ask(&ada, one, Ask::Dispute { reason: text() }).unwrap();
    let told = world.log.iter().filter(|event| event.seq > before).filter_map(|event| event.seen_by(&ada.viewer()));
    let pages: Vec<_> = told
        .filter_map(|event| match event.change {
            Change::Paged(Page { severity, cause, .. }) => Some((severity.0, cause)),
            _ => None,
        })
        .collect();
    assert_eq!(pages, [(3, PageCause::Disputed)]);
}

#[test]
fn what_opens_again_is_known_to_whoever_had_forgotten_it() {
    let [ada, _, gita, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    publish(&mut world, id);
    propose(&mut world, id);
    world.ask(&ada, id, Ask::Confirm {}).unwrap();
    let (mut fresh, since) = (callpoint_core::rules::state::State::default(), world.log.len());
    world.ask(&ada, id, Ask::Reopen { reason: text() }).unwrap();
    world.ask(&mara, id, Ask::Move { status: Status::Investigating }).unwrap();
    for viewer in [Viewer::Anonymous, gita.viewer()] {
        world.log[since..].iter().filter_map(|event| event.seen_by(&viewer)).for_each(|event| fresh.apply(&event));
        assert_eq!(fresh.incidents[&id].status, Status::Investigating, "{viewer:?}");
    }
}

#[test]
fn merging_takes_nothing_lower_and_keeps_the_stricter_agreement() {
    let [ada, _, _, _, mara, _] = people();
    let (mut world, one, two) = two_of_acme(CustomerLed, CustomerLed);
    lower(&mut world, one, 3);
    world.ask(&ada, one, Ask::AcceptDowngrade {}).unwrap();
    world.ask(&mara, two, Ask::Merge { into: one }).unwrap();
    assert_eq!(own(&world, one), 1, "what was agreed of one is not agreed of the other");

    let (mut world, one, two) = two_of_acme(Advisory, CustomerLed);
    world.ask(&mara, two, Ask::Merge { into: one }).unwrap();
    let waive = Ask::Waive { account: account("acme").id, reason: text() };
    assert_eq!(world.ask(&mara, one, waive), Err(ErrorCode::CustomersCall.into()));
}

#[test]
fn a_key_that_was_asked_for_one_is_not_asked_for_both() {
    let [.., mara, _] = people();
    let (mut world, one, two) = two_of_acme(Shared, Shared);
    propose(&mut world, one);
    world.wait(70 * HOURS);
    world.deliver(one);
    world.ask(&mara, two, Ask::Merge { into: one }).unwrap();
    world.wait(5 * HOURS);
    assert!(incident(&world, one).status.is_open(), "nobody proposed that the second is over");
    assert_eq!(stake(&world, one, "acme").closure, Closure::Open);
}

#[test]
fn a_question_that_was_open_at_the_end_is_asked_no_more() {
    let [ada, ..] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(1, false)).unwrap();
    lower(&mut world, id, 3);
    world.wait(3 * HOURS + 10);
    world.deliver(id);
    propose(&mut world, id);
    world.ask(&ada, id, Ask::Confirm {}).unwrap();
    world.wait(5 * HOURS);
    world.ask(&ada, id, Ask::Reopen { reason: text() }).unwrap();
    world.wait(5 * HOURS);
    assert_eq!(own(&world, id), 1);
}

#[test]
fn a_graver_judgement_takes_a_milder_question_back() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    lower(&mut world, id, 3);
    world.wait(3 * HOURS + 10);
    world.deliver(id);
    world.ask(&mara, id, Ask::Assess { severity: Severity(1), reason: text() }).unwrap();
    world.wait(5 * HOURS);
    assert_eq!(own(&world, id), 1);
}

#[test]
fn work_that_goes_on_is_not_ended_by_silence() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    propose(&mut world, id);
    world.wait(60 * HOURS);
    world.deliver(id);
    world.ask(&mara, id, Ask::Move { status: Status::Investigating }).unwrap();
    world.wait(90 * HOURS);
    assert!(incident(&world, id).status.is_open());
    propose(&mut world, id);
}

#[test]
fn whoever_was_asked_is_owed_no_news_until_they_answer() {
    let [ada, ..] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    propose(&mut world, id);
    world.wait(2 * DAYS);
    world.ask(&ada, id, Ask::Dispute { reason: text() }).unwrap();
    world.wait(1);
    assert!(!incident(&world, id).overdue.update);
    world.wait(3 * HOURS);
    assert!(incident(&world, id).overdue.update);
}

#[test]
fn the_top_never_rests_and_a_pause_is_not_cut_short() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(3, false)).unwrap();
    let until = world.now().plus(5 * DAY);
    world.ask(&mara, id, Ask::Pause { until, reason: text() }).unwrap();
    world.wait(2 * DAYS);
    assert_eq!(incident(&world, id).paused_until, Some(until));
    assert!(!incident(&world, id).overdue.acknowledge);
    world.ask(&ada, id, Ask::SetSeverity { severity: Severity(1), reason: text() }).unwrap();
    world.wait(1);
    assert!(incident(&world, id).overdue.acknowledge);
    let overdue = |duty| world.log.iter().filter(|event| event.change == Change::Overdue { duty }).count();
    assert_eq!((overdue(Duty::Acknowledge), overdue(Duty::Commander)), (1, 1));
}

#[test]
fn a_reporter_lets_in_so_many_and_no_more() {
    let [ada, ..] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, true)).unwrap();
    let mut invite = |number: usize| {
        let name = format!("colleague{number}");
        let by_email = number.is_multiple_of(2);
        let whom = if by_email { Invitee::Email(name + "@acme.example") } else { Invitee::Person(person(&name)) };
        world.ask(&ada, id, Ask::Invite(whom))
    };
    assert!((0..50).all(|number| invite(number).is_ok()));
    assert!(invite(50).is_err());
}

#[test]
fn unsealing_asks_nobody_to_agree_to_what_they_may_not_read() {
    let [ada, _, _, _, _, theo] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, true)).unwrap();
    world.ask(&theo, id, Ask::ProposeResolution { text: text() }).unwrap();
    world.ask(&theo, id, Ask::Unseal { reason: text(), title: "An access problem".into() }).unwrap();
    assert_eq!(stake(&world, id, "acme").closure, Closure::Open);
}

#[test]
fn silence_says_nothing_before_a_reminder_has_reached_somebody_in_time() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(1, false)).unwrap();
    lower(&mut world, id, 2);
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
    world.wait(30 * DAYS);
    let reminded = |world: &World| {
        let asked = |event: &Event| match event.change {
            Change::Reminded { question, .. } => Some((question, event.seq)),
            _ => None,
        };
        world.log.iter().filter_map(asked).collect::<Vec<_>>()
    };
    let [(Question::Downgrade, _), (Question::Resolution, seq)] = reminded(&world)[..] else { panic!("one each") };
    assert!(incident(&world, id).status.is_open() && consents(&world).is_empty());
    // Somebody reads it late, and has half of the notice left to answer in.
    world.ask(&ada, id, Ask::Read { seq }).unwrap();
    assert!(matches!(stake(&world, id, "acme").closure, Closure::Proposed { reminded: true, .. }));
    world.wait(9 * HOURS - 1);
    assert_eq!((incident(&world, id).status.is_open(), consents(&world)), (true, vec![Consent::Silence]));
    world.wait(1);
    assert!(incident(&world, id).settled());
}
