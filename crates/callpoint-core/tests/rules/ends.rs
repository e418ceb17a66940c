//! How the waiting of an account ends: what counts as the first response, who is asked, whose word ends what.

use callpoint_core::{
    client::Cache,
    model::{
        command::{IncidentCommand as Ask, Update, Visibility},
        component::ComponentStatus,
        event::{Change, Duty, Event},
        id::IncidentId,
        incident::Status,
        person::{Actor, Viewer},
        policy::Engagement::{CustomerLed, Shared},
        severity::Severity,
        stake::Closure,
    },
    rules::{
        allowed::{Turn, turn},
        decide::Denied,
        headline::headline,
    },
    wire::error::ErrorCode,
};

use crate::{
    keys::publish,
    world::{DAYS, HOURS, World, account, incident, people, report, stake, text},
};

/// Whoever was answered within the time has had their first response, also if nobody pressed "Acknowledge".
#[test]
fn a_reply_that_the_customer_reads_is_the_first_response_and_a_note_is_not() {
    let [ada, _, _, _, mara, _] = people();
    let say = |to| Ask::Message { text: text(), to: Some(to), attachments: Vec::new() };
    let overdue = |world: &World| {
        world.log.iter().any(|event| matches!(event.change, Change::Overdue { duty: Duty::Acknowledge }))
    };
    let replies = [
        say(Visibility::Account(account("acme").id)),
        say(Visibility::Affected),
        Ask::Update(Update {
            text: text(),
            to: Visibility::Affected,
            status: None,
            next_update: None,
            eta: None,
            workaround: None,
            publish: None,
        }),
        Ask::ProposeResolution { text: text() },
        Ask::ProposeDowngrade { account: account("acme").id, severity: Severity(2), reason: text() },
    ];
    for reply in replies {
        let mut world = World::new([Shared; 3]);
        let id = world.declare(&ada, report(1, false)).unwrap();
        world.ask(&mara, id, reply.clone()).unwrap();
        let seen = incident(&world, id).seen_by(&ada.viewer()).unwrap();
        assert!(seen.acknowledged.is_some() && seen.stakes[0].unanswered_since.is_none(), "{reply:?}");
        assert_eq!(world.ask(&mara, id, Ask::Acknowledge {}), Err(ErrorCode::AlreadyAcknowledged.into()));
        world.wait(HOURS);
        assert!(!overdue(&world), "{reply:?}");
    }
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(1, false)).unwrap();
    world.ask(&mara, id, say(Visibility::Internal)).unwrap();
    assert!(incident(&world, id).acknowledged.is_none() && stake(&world, id, "acme").unanswered_since.is_some());
    world.wait(HOURS);
    assert!(overdue(&world) && incident(&world, id).overdue.acknowledge);
    // A late one ends what stood as overdue.
    world.ask(&mara, id, say(Visibility::Affected)).unwrap();
    assert!(!incident(&world, id).overdue.acknowledge);
}

/// An incident that everybody can see, in which acme and globex share the keys and initech leads.
pub fn public_incident_of_three() -> (World, IncidentId) {
    let [ada, _, gita, hugo, ..] = people();
    let mut world = World::new([Shared, Shared, CustomerLed]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    publish(&mut world, id);
    for other in [gita, hugo] {
        world.ask(&other, id, Ask::Join { severity: Severity(2), text: String::new() }).unwrap();
    }
    (world, id)
}

pub fn ask_all(world: &mut World, id: IncidentId) {
    let [.., mara, _] = people();
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
}

pub fn resolve(world: &mut World, id: IncidentId) -> Result<Vec<Event>, Denied> {
    let [.., mara, _] = people();
    world.ask(&mara, id, Ask::Move { status: Status::Resolved })
}

/// The condition and the count of the headline for somebody, and whether the incident goes on for them.
fn known_to(world: &World, id: IncidentId, viewer: &Viewer) -> (ComponentStatus, usize, bool) {
    let seen = world.state.seen_by(viewer);
    let headline = headline(seen.components.values(), seen.incidents.values());
    (headline.condition, headline.yours, seen.incidents[&id].is_open())
}

pub fn heard_since(world: &World, before: usize, viewer: &Viewer) -> usize {
    world.log[before..].iter().filter(|event| event.seen_by(viewer).is_some()).count()
}

#[test]
fn one_silent_account_keeps_its_own_thread_open_and_nobody_elses() {
    let [ada, _, gita, hugo, ..] = people();
    let (mut world, id) = public_incident_of_three();
    assert_eq!(resolve(&mut world, id), Err(ErrorCode::NeedsConfirmation.into()), "nobody was asked");
    ask_all(&mut world, id);
    for who in [&ada, &gita] {
        world.ask(who, id, Ask::Confirm {}).unwrap();
    }
    assert_eq!(known_to(&world, id, &ada.viewer()).1, 0, "whoever confirmed is done");
    resolve(&mut world, id).unwrap();
    let ended = incident(&world, id).resolved_at;
    assert_eq!(ended, Some(world.now()));
    let before = world.log.len();
    world.wait(33 * DAYS);
    let done = (ComponentStatus::Operational, 0, false);
    for viewer in [Viewer::Anonymous, ada.viewer(), gita.viewer()] {
        assert_eq!(known_to(&world, id, &viewer), done, "{viewer:?}");
        assert_eq!(heard_since(&world, before, &viewer), 0, "{viewer:?}");
    }
    assert_eq!(known_to(&world, id, &hugo.viewer()), (ComponentStatus::DegradedPerformance, 1, true));
    let own = incident(&world, id).seen_by(&hugo.viewer()).unwrap();
    assert!(matches!(turn(&own, Some(&account("initech").id)), Turn::Customer(_)));
    assert_eq!(turn(incident(&world, id), Some(&account("acme").id)), Turn::Nobody);
    world.ask(&hugo, id, Ask::Confirm {}).unwrap();
    assert_eq!(known_to(&world, id, &hugo.viewer()), done);
    assert_eq!((incident(&world, id).settled(), incident(&world, id).resolved_at), (true, ended));
}

#[test]
fn a_dispute_after_the_vendors_word_is_between_that_account_and_the_vendor() {
    let [ada, _, gita, hugo, mara, _] = people();
    let (mut world, id) = public_incident_of_three();
    ask_all(&mut world, id);
    resolve(&mut world, id).unwrap();
    let before = world.log.len();
    world.ask(&hugo, id, Ask::Dispute { reason: text() }).unwrap();
    let own = incident(&world, id).seen_by(&hugo.viewer()).unwrap();
    assert_eq!((own.status, own.standing()), (Status::Resolved, Status::Investigating));
    assert!(matches!(turn(&own, None), Turn::Vendor(_)));
    assert!(world.log[before..].iter().any(|event| matches!(event.change, Change::Paged { .. })));
    assert!(matches!(stake(&world, id, "globex").closure, Closure::Proposed { .. }), "asked all the same");
    ask_all(&mut world, id);
    for viewer in [Viewer::Anonymous, ada.viewer(), gita.viewer()] {
        assert_eq!(heard_since(&world, before, &viewer), 0, "{viewer:?}");
    }
    world.ask(&hugo, id, Ask::Confirm {}).unwrap();
    // Whoever reopens it reopens their own; that it is back for all is the vendor's word.
    world.wait(60 * HOURS);
    world.deliver(id);
    world.wait(2 * DAYS);
    assert!(incident(&world, id).settled());
    world.ask(&ada, id, Ask::Reopen { reason: text() }).unwrap();
    assert_eq!(known_to(&world, id, &ada.viewer()), (ComponentStatus::DegradedPerformance, 1, true));
    assert_eq!(known_to(&world, id, &Viewer::Anonymous), (ComponentStatus::Operational, 0, false));
    world.ask(&mara, id, Ask::Move { status: Status::Identified }).unwrap();
    assert_eq!(known_to(&world, id, &Viewer::Anonymous), (ComponentStatus::DegradedPerformance, 0, true));
}

#[test]
fn nobody_is_asked_to_confirm_what_another_account_disputed() {
    let [ada, _, gita, hugo, ..] = people();
    let (mut world, id) = public_incident_of_three();
    ask_all(&mut world, id);
    world.ask(&hugo, id, Ask::Confirm {}).unwrap();
    world.ask(&gita, id, Ask::Dispute { reason: text() }).unwrap();
    assert_eq!(stake(&world, id, "acme").closure, Closure::Open);
    assert!(matches!(stake(&world, id, "initech").closure, Closure::Confirmed(_)), "their word stands");
    assert_eq!(world.ask(&ada, id, Ask::Confirm {}), Err(ErrorCode::NothingProposed.into()));
    assert_eq!(resolve(&mut world, id), Err(ErrorCode::NeedsConfirmation.into()));
    world.wait(30 * DAYS);
    assert!(incident(&world, id).is_open(), "silence about what was refused says nothing");
    ask_all(&mut world, id);
    world.ask(&ada, id, Ask::Confirm {}).unwrap();
    world.ask(&gita, id, Ask::Confirm {}).unwrap();
    assert!(incident(&world, id).settled());
}

#[test]
fn what_the_vendor_takes_back_is_asked_again() {
    let [ada, _, _, _, mara, _] = people();
    let (mut world, id) = public_incident_of_three();
    ask_all(&mut world, id);
    resolve(&mut world, id).unwrap();
    assert_eq!(resolve(&mut world, id), Err(ErrorCode::NothingNew.into()));
    world.ask(&mara, id, Ask::Move { status: Status::Investigating }).unwrap();
    assert_eq!((incident(&world, id).status, incident(&world, id).resolved_at), (Status::Investigating, None));
    assert_eq!(world.ask(&ada, id, Ask::Confirm {}), Err(ErrorCode::NothingProposed.into()));
    ask_all(&mut world, id);
    resolve(&mut world, id).unwrap();
}

#[test]
fn merging_keeps_the_reference_that_an_account_wrote_down_and_tells_it_nobody_else() {
    let [ada, _, gita, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let one = world.declare(&ada, report(2, false)).unwrap();
    let two = world.declare(&gita, report(2, false)).unwrap();
    let three = world.declare(&gita, report(2, false)).unwrap();
    let references = [one, two, three].map(|id| incident(&world, id).reference.clone());
    world.ask(&mara, three, Ask::Merge { into: two }).unwrap();
    world.ask(&mara, two, Ask::Merge { into: one }).unwrap();
    let seen = |who: &Actor| incident(&world, one).seen_by(&who.viewer()).unwrap();
    let [first, second, third] = &references;
    assert_eq!(seen(&gita).full_reference(), format!("{first}, formerly {third}, {second}"));
    assert_eq!(seen(&mara).formerly(), [third, second]);
    assert_eq!(seen(&ada).full_reference(), *first);
    for event in world.log.iter().filter_map(|event| event.seen_by(&ada.viewer())) {
        let json = serde_json::to_string(&event).unwrap();
        assert!(![second, third].iter().any(|other| json.contains(&format!("\"{other}\""))), "{json}");
    }
    let mut cache = Cache::default();
    cache.state = world.state.seen_by(&gita.viewer());
    for reference in &references {
        assert_eq!(cache.by_reference(reference), Some(one), "{reference}");
    }
}

#[test]
fn a_remark_names_nothing() {
    let [ada, _, gita, ..] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    publish(&mut world, id);
    world.ask(&gita, id, Ask::Join { severity: Severity(2), text: "Since nine, in the depot.".into() }).unwrap();
    assert_eq!(incident(&world, id).seen_by(&gita.viewer()).unwrap().title, "Label printing");
}
