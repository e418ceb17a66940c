//! Who is called, how often, and what is said of it.

use callpoint_core::model::{
    command::{Command, IncidentCommand as Ask},
    escalation::{EscalationPolicy, EscalationStep, StepTarget},
    event::{Audience, Change, Event, Page, PageCause, PageOutcome, PageTarget},
    id::IncidentId,
    person::{Actor, Viewer},
    policy::Engagement::{Advisory, Shared},
    report::Report,
    severity::Severity,
    time::MINUTE,
};

use crate::{
    keys::publish,
    world::{World, account, customer, escalation, incident, people, report, text},
};

/// Whoever of staff was called, and what for.
fn calls(world: &World) -> Vec<PageCause> {
    let call = |event: &Event| match &event.change {
        Change::Paged(Page { whom: PageTarget::OnCall(_), cause, .. }) => Some(*cause),
        _ => None,
    };
    world.log.iter().filter_map(call).collect()
}

fn declared() -> (World, IncidentId) {
    let [ada, ..] = people();
    let mut world = World::new([Advisory, Shared, Shared]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    publish(&mut world, id);
    (world, id)
}

#[test]
fn who_joins_at_no_higher_severity_calls_nobody_of_staff() {
    let (mut world, id) = declared();
    for number in 0..18 {
        let severity = Severity(2 + number % 2);
        let joining = customer("someone", &format!("account-{number}"));
        world.ask(&joining, id, Ask::Join { severity, text: String::new() }).unwrap();
    }
    assert_eq!(calls(&world), [PageCause::Declared]);
    let [_, _, gita, ..] = people();
    world.ask(&gita, id, Ask::Join { severity: Severity(1), text: String::new() }).unwrap();
    assert_eq!(calls(&world), [PageCause::Declared, PageCause::Raised], "it has become worse");
    let own = Change::Paged(Page {
        whom: PageTarget::Account(account("globex").id),
        severity: Severity(1),
        cause: PageCause::Declared,
        step: None,
    });
    assert!(world.log.iter().any(|event| event.change == own), "their own people are called where that was agreed");
}

#[test]
fn a_dispute_that_makes_it_worse_calls_once() {
    let [ada, _, _, _, mara, _] = people();
    let (mut world, id) = declared();
    for _ in 0..2 {
        world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
        world.ask(&ada, id, Ask::Dispute { reason: text() }).unwrap();
    }
    assert_eq!(calls(&world), [PageCause::Declared, PageCause::Disputed, PageCause::Raised]);
}

#[test]
fn who_is_being_called_is_not_called_for_what_is_late_too() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Advisory; 3]);
    let id = world.declare(&ada, report(1, false)).unwrap();
    // Neither acknowledged nor commanded.
    world.wait(20);
    assert!(incident(&world, id).overdue.acknowledge && incident(&world, id).overdue.commander);
    assert_eq!(calls(&world), [PageCause::Declared; 2], "the second is the next step");
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    assert!(world.ask(&mara, id, Ask::Acknowledge {}).is_err(), "nobody is being called");
}

#[test]
fn what_became_of_a_page_is_recorded_once_and_a_delivery_goes_before_all_else() {
    let (mut world, id) = declared();
    let page = incident(&world, id).paging.as_ref().unwrap().open[0].seq;
    for (outcome, says) in [(PageOutcome::NoConnector, 1), (PageOutcome::Delivered, 0)] {
        assert_eq!(world.handle(id, page, outcome).len(), says, "{outcome:?}");
    }
    let [ada, _, _, _, mara, _] = people();
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
    world.ask(&ada, id, Ask::Dispute { reason: text() }).unwrap();
    let page = incident(&world, id).paging.as_ref().unwrap().open[0].seq;
    for (outcome, says) in [
        (PageOutcome::NoConnector, 0),
        (PageOutcome::Undelivered, 1),
        (PageOutcome::Undelivered, 0),
        (PageOutcome::Delivered, 1),
        (PageOutcome::Delivered, 0),
        (PageOutcome::Undelivered, 0),
    ] {
        let said = world.handle(id, page, outcome);
        assert_eq!(said.len(), says, "{outcome:?}");
        assert!(said.iter().all(|event| event.to == Audience::Internal), "staff alone read it");
    }
    let command = Command::PageHandled { page, outcome: PageOutcome::Delivered, connector: String::new() };
    assert!(world.try_(&mara, Some(id), command).is_err(), "nobody may say so but a connector");
}

#[test]
fn an_account_learns_that_its_own_people_were_called_only_once_they_were() {
    let [_, _, gita, ..] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&gita, report(2, false)).unwrap();
    let pages: Vec<u64> = incident(&world, id).paging.as_ref().unwrap().open.iter().map(|open| open.seq).collect();
    let hears = |events: Vec<Event>| events.iter().any(|event| event.seen_by(&gita.viewer()).is_some());
    let [vendor, own] = pages[..] else { panic!("{pages:?}") };
    assert!(!hears(world.handle(id, vendor, PageOutcome::Delivered)));
    assert!(!hears(world.handle(id, own, PageOutcome::Undelivered)));
    assert!(hears(world.handle(id, own, PageOutcome::Delivered)));
}

#[test]
fn a_drill_calls_nobody_and_what_is_sealed_nobody_who_may_not_know_of_it() {
    let [ada, _, _, _, mara, theo] = people();
    let mut world = World::new([Shared; 3]);
    world.declare(&ada, Report { drill: true, ..report(1, false) }).unwrap();
    assert_eq!(calls(&world), []);
    let id = world.declare(&ada, report(1, true)).unwrap();
    let [(page, whom)] = &incident(&world, id)
        .paging
        .as_ref()
        .unwrap()
        .open
        .iter()
        .map(|open| (open.seq, open.page.whom.clone()))
        .collect::<Vec<_>>()[..]
    else {
        panic!("neither the component's owner nor the account's people");
    };
    assert_eq!(*whom, PageTarget::OnCall("security".into()));
    let page = *page;
    let said = world.handle(id, page, PageOutcome::Delivered);
    let sees = |who: &Actor| said[0].seen_by(&who.viewer()).is_some();
    assert!(sees(&theo) && !sees(&mara) && !sees(&ada) && said[0].seen_by(&Viewer::Anonymous).is_none());
}

/// What staff are called for and when, in minutes after the first call, minute by minute until then.
fn timetable(world: &mut World, minutes: i64) -> Vec<(i64, PageCause, u8, u8)> {
    for _ in 0..minutes {
        world.wait(1);
    }
    let of = |event: &Event| match &event.change {
        Change::Paged(Page { whom: PageTarget::OnCall(_), cause, step: Some(step), .. }) => {
            Some((event.at, *cause, step.number, step.repeat))
        }
        _ => None,
    };
    let calls: Vec<_> = world.log.iter().filter_map(of).collect();
    calls.iter().map(|(at, cause, number, repeat)| (at.since(calls[0].0) / MINUTE, *cause, *number, *repeat)).collect()
}

#[test]
fn an_untouched_incident_calls_step_by_step_and_never_falls_silent() {
    use PageCause::Declared;
    let [ada, ..] = people();
    let mut world = World::new([Advisory; 3]);
    world.policy.escalations = vec![escalation(&[5, 10], 1, 60)];
    world.declare(&ada, report(1, false)).unwrap();
    let table = timetable(&mut world, 130);
    assert_eq!(
        table,
        [
            (0, Declared, 1, 0),
            (5, Declared, 2, 0),
            (15, Declared, 1, 1),
            (20, Declared, 2, 1),
            // Its repeats are used up.
            (80, Declared, 1, 0),
            (85, Declared, 2, 0),
            (95, Declared, 1, 1),
            (100, Declared, 2, 1),
        ]
    );
}

fn command() -> Ask {
    Ask::AssignRole { role: "commander".into(), person: None }
}

#[test]
fn an_acknowledgement_ends_it_until_nobody_commands_or_nobody_writes() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Advisory; 3]);
    let id = world.declare(&ada, report(1, false)).unwrap();
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    let table = timetable(&mut world, 7);
    assert_eq!(table[1..], [(6, PageCause::NoCommander, 1, 0)], "as long after as the first step waits");
    world.ask(&mara, id, command()).unwrap();
    let table = timetable(&mut world, 24);
    assert_eq!(table[2..], [(31, PageCause::Overdue, 1, 0)], "no update came");
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    world.ask(&mara, id, Ask::ReleaseRole { role: "commander".into(), reason: text() }).unwrap();
    let table = timetable(&mut world, 6);
    assert_eq!(table[3..], [(39, PageCause::NoCommander, 1, 0)], "nobody commands it any more");
}

#[test]
fn an_acknowledgement_without_activity_calls_again() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Advisory; 3]);
    world.policy.escalations = vec![escalation(&[5], 0, 20)];
    let id = world.declare(&ada, report(1, false)).unwrap();
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    world.ask(&mara, id, command()).unwrap();
    let table = timetable(&mut world, 45);
    assert_eq!(table[1..], [(22, PageCause::Unattended, 1, 0), (42, PageCause::Unattended, 1, 0)]);
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
    assert_eq!(timetable(&mut world, 60).len(), table.len(), "the customer is asked");
}

#[test]
fn the_policy_of_a_class_goes_before_that_of_a_level_and_one_for_all_is_not_for_what_is_sealed() {
    let [ada, ..] = people();
    let mut world = World::new([Advisory; 3]);
    let to = |schedule: &str| vec![StepTarget::Schedule(schedule.to_owned())];
    let policy = |classes: &[&str], levels: &[u8], schedule: &str| EscalationPolicy {
        classes: classes.iter().map(|class| (*class).to_owned()).collect(),
        levels: levels.iter().copied().map(Severity).collect(),
        steps: vec![EscalationStep { page: to(schedule), minutes: 5 }],
        ..escalation(&[5], 0, 60)
    };
    world.policy.escalations = vec![
        policy(&[], &[], "any"),
        policy(&[], &[1], "top"),
        policy(&["billing"], &[], "billing"),
        policy(&["billing"], &[1], "billing top"),
    ];
    let mut called = |severity, class: &str, security| {
        let report = Report { class: class.to_owned(), ..report(severity, security) };
        let before = world.log.len();
        world.declare(&ada, report).unwrap();
        let first = world.log[before..].iter().find_map(|event| match &event.change {
            Change::Paged(Page { whom: PageTarget::OnCall(schedule), .. }) => Some(schedule.clone()),
            _ => None,
        });
        first.unwrap()
    };
    assert_eq!(called(2, "service", false), "any");
    assert_eq!(called(1, "service", false), "top");
    assert_eq!(called(2, "billing", false), "billing");
    assert_eq!(called(1, "billing", false), "billing top");
    assert_eq!(called(1, "security", true), "security");
}
