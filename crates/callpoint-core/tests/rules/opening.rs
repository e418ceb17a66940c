//! What staff open themselves, and who learns of it.

use callpoint_core::model::{
    command::IncidentCommand as Ask,
    event::Change,
    incident::Status,
    opening::{Opening, PlannedWork},
    person::{Actor, Viewer},
    policy::Engagement::Shared,
    severity::Severity,
    time::HOUR,
};

use crate::world::{World, account, component, incident, people, text, viewers};

fn found() -> Opening {
    Opening { title: "Queues grow".into(), text: text(), severity: Some(Severity(2)), ..Opening::default() }
}

fn pages(world: &World) -> usize {
    world.log.iter().filter(|event| matches!(event.change, Change::Paged(_))).count()
}

#[test]
fn what_staff_found_is_theirs_until_it_is_published() {
    let [_, _, gita, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.open(&mara, found()).unwrap();
    for viewer in viewers().iter().filter(|viewer| !viewer.is_staff()) {
        assert!(world.log.iter().all(|event| event.incident != Some(id) || event.seen_by(viewer).is_none()));
        assert!(world.state.seen_by(viewer).incidents.is_empty(), "{viewer:?}");
    }
    assert_eq!((incident(&world, id).effective_severity(), pages(&world)), (Some(Severity(2)), 1));
    crate::keys::publish(&mut world, id);
    let public = world.state.seen_by(&Viewer::Anonymous).incidents;
    assert!(public.values().all(|incident| incident.title != "Queues grow" && incident.assessment.is_none()));
    assert_eq!(public.len(), 1);
    world.ask(&gita, id, Ask::Join { severity: Severity(2), text: String::new() }).unwrap();
    assert_eq!(pages(&world), 1, "whoever joins at the same severity calls nobody, their own people neither");
}

#[test]
fn an_account_sees_at_once_what_is_opened_for_it_and_holds_its_key() {
    let [ada, _, gita, _, mara, theo] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.open(&mara, Opening { account: Some(account("acme")), ..found() }).unwrap();
    let seen = world.state.seen_by(&ada.viewer()).incidents;
    let stake = &seen[&id].stakes[0];
    assert_eq!((stake.title.as_str(), stake.declared), ("Queues grow", Severity(2)));
    assert!(stake.followers.is_empty() && stake.unanswered_since.is_none(), "nobody of it waits for an answer");
    assert!(world.state.seen_by(&gita.viewer()).incidents.is_empty());
    world.ask(&theo, id, Ask::ProposeResolution { text: text() }).unwrap();
    world.ask(&ada, id, Ask::Confirm {}).unwrap();
    assert!(incident(&world, id).settled());
}

#[test]
fn a_maintenance_goes_by_its_own_statuses_and_calls_nobody() {
    let [.., mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let (starts_at, ends_at) = (world.now().plus(HOUR), world.now().plus(2 * HOUR));
    let maintenance = Some(PlannedWork { starts_at, ends_at });
    let plan = || Opening {
        title: "New disks".into(),
        maintenance,
        components: vec![component("labels")],
        ..Opening::default()
    };
    let id = world.open(&mara, plan()).unwrap();
    let planned = incident(&world, id);
    assert_eq!((planned.status, planned.opened_at, planned.eta), (Status::Scheduled, starts_at, Some(ends_at)));
    assert!(world.ask(&mara, id, Ask::Move { status: Status::Investigating }).is_err());
    for status in [Status::InProgress, Status::Verifying, Status::Completed] {
        world.ask(&mara, id, Ask::Move { status }).unwrap();
    }
    assert!(!incident(&world, id).status.is_open() && pages(&world) == 0);
    let window = |starts_at, ends_at| Opening { maintenance: Some(PlannedWork { starts_at, ends_at }), ..plan() };
    assert!(world.open(&mara, window(ends_at, starts_at)).is_err());
    assert!(world.open(&mara, Opening { severity: Some(Severity(1)), ..plan() }).is_err());
}

#[test]
fn only_staff_open_and_only_what_there_is() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    assert!(world.open(&ada, found()).is_err() && world.open(&Actor::System, found()).is_err());
    let field = |opening: Opening| opening.parse(&world.policy, world.now()).unwrap_err().field;
    assert_eq!(field(Opening { severity: None, ..found() }), "severity");
    assert_eq!(field(Opening { title: " ".into(), ..found() }), "title");
    assert_eq!(field(Opening { class: Some("x".into()), ..found() }), "class");
    assert_eq!(field(Opening { account: Some(account("guest:1")), ..found() }), "account");
    let unknown = Opening { components: vec![component("x")], ..found() };
    assert!(world.open(&mara, unknown).unwrap_err().to_string().contains("components"));
    assert_eq!(pages(&world), 0);
    let drill = Opening { drill: true, ..found() };
    let id = world.open(&mara, drill).unwrap();
    assert!(incident(&world, id).drill && pages(&world) == 0);
}
