//! What waits in any world: for whom, until when, and how it can end.

use callpoint_core::{
    model::{
        command::{IncidentCommand as Ask, Visibility},
        event::{Change, Duty, Event, Page, PageTarget, Question},
        id::{AccountId, IncidentId},
        incident::{Incident, Status},
        opening::{Opening, PlannedWork},
        person::{Actor, Invitee, Viewer},
        policy::Engagement::{CustomerLed, Shared},
        severity::Severity,
        stake::{Closure, Stake},
        time::DAY,
    },
    rules::allowed::{Turn, turn},
    wire::error::ErrorCode,
};

use crate::{
    invitations::BENS_ADDRESS,
    keys::publish,
    world::{DAYS, HOURS, World, account, component, incident, people, report, stake, text},
};

/// Who of the account can answer for it; none while a seal keeps everybody of it out.
fn reporter(incident: &Incident, stake: &Stake) -> Option<Viewer> {
    let own = Some(stake.reporter.clone());
    let person = incident.seal.as_ref().map_or(own, |seal| seal.reporter.clone())?;
    Some(Viewer::Customer { person, account: stake.account.id.clone() })
}

/// From wherever people have brought it, the vendor can end it for everybody, and each account for itself.
pub fn check_ends(world: &mut World) {
    let [.., theo] = people();
    let open = world.state.incidents.values().filter(|incident| incident.is_open()).map(|incident| incident.id);
    for id in open.collect::<Vec<IncidentId>>() {
        if world.state.incidents[&id].stakes.iter().any(|stake| stake.closure == Closure::Open) {
            world.ask(&theo, id, Ask::ProposeResolution { text: "Done".into() }).unwrap();
        }
        let status = world.state.incidents[&id].status;
        if status.is_open() {
            world.ask(&theo, id, Ask::Move { status: status.end() }).unwrap();
        }
        let seen = world.state.incidents[&id].seen_by(&Viewer::Anonymous);
        assert!(seen.is_none_or(|seen| !seen.is_open()));
        for stake in world.state.incidents[&id].stakes.clone() {
            if !stake.closure.is_turned() {
                if reporter(&world.state.incidents[&id], &stake).is_none() {
                    let _was_invited_already = world.ask(&theo, id, Ask::Invite(Invitee::Email(BENS_ADDRESS.into())));
                    world.sign_in_at(stake.account.id.clone(), id, "ben");
                }
                let (account, name) = (stake.account.clone(), stake.reporter_name.clone());
                let Some(Viewer::Customer { person, .. }) = reporter(&world.state.incidents[&id], &stake) else {
                    panic!("nobody can answer {stake:?}")
                };
                world.ask(&Actor::Customer { person, name, account }, id, Ask::Confirm {}).unwrap();
            }
            let incident = &world.state.incidents[&id];
            let seen = reporter(incident, &stake).map(|viewer| incident.seen_by(&viewer).unwrap());
            assert!(seen.is_none_or(|seen| !seen.is_open()));
        }
        assert!(world.state.incidents[&id].settled());
    }
}

/// Whatever waits, waits for somebody, and if nobody does anything, time does: an account that is asked, and does not wait
/// for a reply itself, hears of the question again or is taken to agree; for what staff owe, staff are paged. Two things
/// wait without a timer. A maintenance goes by its plan, until somebody is affected by it. A drill pages nobody: only the
/// account whose words have no answer reads that it is overdue.
pub fn check_waiting(world: &World) {
    let mut later = world.clone();
    // Longer than any step takes, and in nobody's quiet hours.
    later.wait_until_noon_after(8 * DAYS);
    for incident in world.state.incidents.values().filter(|incident| incident.is_open()) {
        let since: Vec<&Event> =
            later.log[world.log.len()..].iter().filter(|event| event.incident == Some(incident.id)).collect();
        let mut is_ours = incident.stakes.is_empty() && !incident.status.is_maintenance();
        for stake in incident.stakes.iter().filter(|stake| incident.is_open_to(stake)) {
            let account = &stake.account.id;
            let own = match reporter(incident, stake) {
                Some(viewer) => incident.seen_by(&viewer).unwrap(),
                None => incident.part_of(account),
            };
            let whose = turn(&own, Some(account));
            assert_ne!(whose, Turn::Nobody, "{incident:?}");
            for question in questions(stake) {
                assert!(matches!(whose, Turn::Customer(_) | Turn::Vendor(_)), "{incident:?}");
                let waits_for_staff = stake.unanswered_since.is_some();
                let goes_on = since.iter().any(|event| goes_on(event, account, question));
                assert!(waits_for_staff || goes_on, "{question:?} of {stake:?}");
            }
            let answered = later.state.incidents[&incident.id].stake(account).is_some_and(|stake| stake.reply_overdue);
            assert!(stake.unanswered_since.is_none() || answered, "{incident:?}");
            is_ours |= stake.unanswered_since.is_some() || stake.closure == Closure::Open;
        }
        is_ours |= incident.next_update.is_some() && !incident.overdue.promise;
        assert!(!is_ours || incident.drill || since.iter().any(|event| pages_staff(event)), "{incident:#?}");
        check_promise(incident, &since);
    }
}

/// A promise is kept or broken, and everybody who knew of it reads that.
fn check_promise(incident: &Incident, since: &[&Event]) {
    let is_overdue = since.iter().any(|event| matches!(event.change, Change::Overdue { .. }));
    assert!(incident.next_update.is_none() || incident.overdue.promise || is_overdue, "{incident:?}");
}

fn questions(stake: &Stake) -> impl Iterator<Item = Question> {
    let resolution = matches!(stake.closure, Closure::Proposed { .. }).then_some(Question::Resolution);
    resolution.into_iter().chain(stake.downgrade.as_ref().map(|_| Question::Downgrade))
}

/// Whether time went on with a question to an account.
fn goes_on(event: &Event, of: &AccountId, asked: Question) -> bool {
    match &event.change {
        Change::Reminded { account, question } => account == of && *question == asked,
        Change::TimedOut { account } => account == of,
        Change::Lowered { account, .. } => account == of && asked == Question::Downgrade,
        _ => false,
    }
}

const fn pages_staff(event: &Event) -> bool {
    matches!(event.change, Change::Paged(Page { whom: PageTarget::OnCall(_) | PageTarget::Staff(_), .. }))
}

fn reply(to: &str) -> Ask {
    Ask::Message { text: text(), to: Some(Visibility::Account(account(to).id)), attachments: Vec::new() }
}

fn overdue(world: &World, viewer: &Viewer, duty: Duty) -> usize {
    let seen = world.log.iter().filter_map(|event| event.seen_by(viewer));
    seen.filter(|event| event.change == Change::Overdue { duty }).count()
}

/// Two accounts that nobody has answered yet in one incident.
fn merged() -> (World, IncidentId) {
    let [ada, _, gita, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    let other = world.declare(&gita, report(2, false)).unwrap();
    world.ask(&mara, other, Ask::Merge { into: id }).unwrap();
    (world, id)
}

#[test]
fn a_reply_to_one_account_answers_and_acknowledges_nothing_to_another() {
    let [ada, _, gita, _, mara, _] = people();
    let (mut world, id) = merged();
    let before = world.log.len();
    world.ask(&mara, id, reply("acme")).unwrap();
    let seen = |world: &World, who: &Actor| incident(world, id).seen_by(&who.viewer()).unwrap();
    let answered = |world: &World, who: &Actor| {
        let seen = seen(world, who);
        (seen.acknowledged.is_some(), seen.stakes[0].unanswered_since.is_none())
    };
    assert_eq!((answered(&world, &ada), answered(&world, &gita)), ((true, true), (false, false)));
    assert!(world.log[before..].iter().all(|event| event.seen_by(&gita.viewer()).is_none()), "nor does it hear of it");
    assert!(incident(&world, id).acknowledged.is_none(), "staff still owe a first response");
    world.wait(2 * HOURS);
    let late = |world: &World, who: &Actor| overdue(world, &who.viewer(), Duty::Acknowledge);
    assert_eq!((late(&world, &ada), late(&world, &gita)), (0, 1));
    assert!(!seen(&world, &ada).overdue.acknowledge && seen(&world, &gita).overdue.acknowledge);
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    assert_eq!(answered(&world, &gita), (true, true));
    assert!(!incident(&world, id).overdue.acknowledge);
}

#[test]
fn what_reaches_all_answers_all() {
    let [.., mara, _] = people();
    let (mut world, id) = merged();
    world
        .ask(&mara, id, Ask::Message { text: text(), to: Some(Visibility::Affected), attachments: Vec::new() })
        .unwrap();
    assert!(incident(&world, id).stakes.iter().all(|stake| stake.unanswered_since.is_none()));
    let again = world.ask(&mara, id, Ask::Acknowledge {});
    assert_eq!(again, Err(ErrorCode::AlreadyAcknowledged.into()));
}

#[test]
fn words_without_a_reply_become_overdue_for_that_account_alone() {
    let [ada, _, gita, _, mara, _] = people();
    let (mut world, id) = merged();
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    world.ask(&gita, id, Ask::Message { text: text(), to: None, attachments: Vec::new() }).unwrap();
    world.wait(2 * HOURS);
    let late = |world: &World, who: &Actor| overdue(world, &who.viewer(), Duty::Reply);
    assert_eq!((late(&world, &ada), late(&world, &gita)), (0, 1));
    world.ask(&mara, id, reply("acme")).unwrap();
    assert!(stake(&world, id, "globex").reply_overdue);
    world.ask(&mara, id, reply("globex")).unwrap();
    assert!(!stake(&world, id, "globex").reply_overdue);
}

#[test]
fn who_joins_an_acknowledged_incident_at_no_higher_severity_pages_nobody() {
    let [ada, _, gita, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    publish(&mut world, id);
    let joined = world.ask(&gita, id, Ask::Join { severity: Severity(2), text: text() }).unwrap();
    assert!(!joined.iter().any(|event| matches!(event.change, Change::Paged(_))), "neither staff nor its own people");
    assert!(incident(&world, id).seen_by(&gita.viewer()).unwrap().acknowledged.is_some());
    assert!(stake(&world, id, "globex").unanswered_since.is_some(), "its words wait for a reply");
}

#[test]
fn what_staff_found_and_left_pages_again() {
    let [.., mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let found = Opening { title: "Queues grow".into(), severity: Some(Severity(1)), ..Opening::default() };
    let id = world.open(&mara, found).unwrap();
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    let pages = |world: &World| world.log.iter().filter(|event| pages_staff(event)).count();
    let before = pages(&world);
    world.wait(DAYS);
    assert!(pages(&world) > before);
}

/// Who is affected by a maintenance has a key, an answer to expect and an end, like anybody affected.
#[test]
fn a_maintenance_ends_for_whoever_it_affects() {
    let [ada, _, _, hugo, mara, _] = people();
    let mut world = World::new([Shared, Shared, CustomerLed]);
    let window = PlannedWork { starts_at: world.now(), ends_at: world.now().plus(DAY) };
    let components = vec![component("labels")];
    let plan = Opening { title: "New disks".into(), maintenance: Some(window), components, ..Opening::default() };
    let id = world.open(&mara, plan).unwrap();
    publish(&mut world, id);
    for who in [&ada, &hugo] {
        world.ask(who, id, Ask::Join { severity: Severity(2), text: text() }).unwrap();
    }
    world.wait(2 * HOURS);
    assert_eq!(overdue(&world, &ada.viewer(), Duty::Acknowledge), 1);
    let complete = || Ask::Move { status: Status::Completed };
    assert_eq!(world.ask(&mara, id, complete()), Err(ErrorCode::NeedsConfirmation.into()));
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
    world.ask(&ada, id, Ask::Confirm {}).unwrap();
    world.ask(&mara, id, complete()).unwrap();
    assert!(!incident(&world, id).seen_by(&Viewer::Anonymous).unwrap().is_open());
    world.ask(&hugo, id, Ask::Confirm {}).unwrap();
    assert!(incident(&world, id).settled());
}
