//! Properties of the rules, over random commands by random people: whatever they try, the fold is the snapshot, the
//! square commutes for every viewer, and nothing crosses from one account to another.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on says where")]

mod checks;
mod client_visibility;
mod corners;
mod ends;
mod keys;
mod opening;
mod pages;
mod world;

use callpoint_core::{
    model::{
        command::{Command, ComponentCommand, IncidentCommand, Publish, Update, Visibility},
        component::ComponentStatus,
        event::{Change, PageOutcome},
        id::IncidentId,
        incident::{Impact, Status},
        limits,
        opening::Opening,
        person::{Actor, Author, Viewer},
        policy::Engagement,
        report::{Report, ReportDraft},
        severity::Severity,
        time::MINUTE,
    },
    rules::{
        allowed::{self, Turn, turn},
        decide::CommandContext,
    },
    wire::error::ErrorCode,
};
use checks::{
    check_addressees, check_clock, check_crossing, check_ends, check_headline, check_keys, check_pages, check_seals,
    check_silence, check_snapshots, check_square, check_words,
};
use proptest::prelude::*;
use world::{START, World, account, component, people, policy, report};

#[derive(Clone, Debug)]
enum Step {
    Declare { by: usize, severity: u8, security: bool, drill: bool },
    Ask { by: usize, incident: usize, command: IncidentCommand },
    Merge { by: usize, from: usize, into: usize },
    Component { by: usize, status: ComponentStatus },
    Deliver { incident: usize },
    Wait { minutes: i64 },
    Handle { incident: usize, outcome: PageOutcome },
    Open { by: usize, opening: Opening },
}

const OUTCOMES: [PageOutcome; 3] = [PageOutcome::Delivered, PageOutcome::Undelivered, PageOutcome::NoConnector];

fn visibility() -> impl Strategy<Value = Visibility> {
    prop_oneof![
        Just(Visibility::Internal),
        prop::sample::select(vec!["acme", "globex", "initech"]).prop_map(|id| Visibility::Account(account(id).id)),
        Just(Visibility::Affected),
        Just(Visibility::Public),
    ]
}

fn update() -> impl Strategy<Value = IncidentCommand> {
    let promise = || prop::option::of((0i64..900).prop_map(|minutes| START.plus(minutes * MINUTE)));
    let impact = prop::sample::select(vec![Impact::None, Impact::Minor, Impact::Major, Impact::Critical]);
    let publish = prop::option::weighted(
        0.7,
        ("x[a-z]{0,7}", impact).prop_map(|(title, impact)| Publish {
            title,
            impact,
            components: vec![component("checkout")],
        }),
    );
    let workaround = prop::option::of("x[a-z]{0,7}");
    ("x[a-z]{0,7}", visibility(), prop::option::of(status()), promise(), promise(), publish, workaround).prop_map(
        |(text, to, status, next_update, eta, publish, workaround)| {
            IncidentCommand::Update(Update { text, to, status, next_update, eta, workaround, publish })
        },
    )
}

fn status() -> impl Strategy<Value = Status> {
    use Status::{Completed, Identified, Investigating, Monitoring, Resolved};
    prop::sample::select(vec![Investigating, Identified, Monitoring, Resolved, Completed])
}

fn by_customers() -> impl Strategy<Value = IncidentCommand> {
    use IncidentCommand as Ask;
    let severity = || (1u8..4).prop_map(Severity);
    let text = "x[a-z]{0,7}";
    prop_oneof![
        3 => (text, prop::option::of(visibility())).prop_map(|(text, to)| Ask::Message { text, to }),
        4 => Just(Ask::Confirm {}),
        3 => text.prop_map(|reason| Ask::Dispute { reason }),
        5 => text.prop_map(|reason| Ask::Reopen { reason }),
        4 => (severity(), "(x[a-z]{0,7})?").prop_map(|(severity, text)| Ask::Join { severity, text }),
        2 => (severity(), "(x[a-z]{0,7})?").prop_map(|(severity, reason)| Ask::SetSeverity { severity, reason }),
        2 => Just(Ask::AcceptDowngrade {}),
        7 => text.prop_map(|reason| Ask::RefuseDowngrade { reason }),
        1 => Just(Ask::Follow {}),
        1 => Just(Ask::Unfollow {}),
        3 => prop::sample::select(vec!["ada", "ben"]).prop_map(|name| Ask::Invite {
            person: world::person(name),
            name: name.to_uppercase(),
        }),
        1 => (1u64..40).prop_map(|seq| Ask::Read { seq }),
    ]
}

fn by_staff() -> impl Strategy<Value = IncidentCommand> {
    use IncidentCommand as Ask;
    let severity = || (1u8..4).prop_map(Severity);
    let who = || prop::sample::select(vec!["acme", "globex", "initech"]).prop_map(|id| account(id).id);
    let role = || prop::sample::select(vec!["commander", "observer"]).prop_map(str::to_owned);
    let text = "x[a-z]{0,7}";
    prop_oneof![
        1 => Just(Ask::Acknowledge {}),
        2 => (severity(), text).prop_map(|(severity, reason)| Ask::Assess { severity, reason }),
        2 => status().prop_map(|status| Ask::Move { status }),
        6 => update(),
        5 => text.prop_map(|text| Ask::ProposeResolution { text }),
        4 => (who(), severity(), text)
            .prop_map(|(account, severity, reason)| Ask::ProposeDowngrade { account, severity, reason }),
        2 => (who(), text).prop_map(|(account, reason)| Ask::Waive { account, reason }),
        2 => (role(), prop::option::of(Just(world::person("theo"))))
            .prop_map(|(role, person)| Ask::AssignRole { role, person }),
        3 => (role(), text).prop_map(|(role, reason)| Ask::ReleaseRole { role, reason }),
        1 => Just(Ask::SetWarRoom { url: "https://meet.example/1".into() }),
        1 => (0i64..900, text).prop_map(|(minutes, reason)| Ask::Pause { until: START.plus(minutes * MINUTE), reason }),
        1 => text.prop_map(|reason| Ask::Seal { reason }),
        2 => (text, text).prop_map(|(reason, title)| Ask::Unseal { reason, title }),
        1 => (1u64..40).prop_map(|seq| Ask::Read { seq }),
        1 => (text, prop::option::of(visibility())).prop_map(|(text, to)| Ask::Message { text, to }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0usize..4, 1u8..4, prop::bool::weighted(0.2), prop::bool::weighted(0.1))
            .prop_map(|(by, severity, security, drill)| Step::Declare { by, severity, security, drill }),
        8 => (0usize..4, 0usize..3, by_customers()).prop_map(|(by, incident, command)| Step::Ask { by, incident, command }),
        8 => (4usize..6, 0usize..3, by_staff()).prop_map(|(by, incident, command)| Step::Ask { by, incident, command }),
        1 => (0usize..6, 0usize..4, prop_oneof![by_staff(), by_customers()])
            .prop_map(|(by, incident, command)| Step::Ask { by, incident, command }),
        1 => (3usize..6, 0usize..4, 0usize..4).prop_map(|(by, from, into)| Step::Merge { by, from, into }),
        1 => (0usize..6, prop::sample::select(ComponentStatus::ALL.to_vec()))
            .prop_map(|(by, status)| Step::Component { by, status }),
        3 => (0usize..3).prop_map(|incident| Step::Deliver { incident }),
        3 => prop_oneof![0i64..90, 90i64..9_000].prop_map(|minutes| Step::Wait { minutes }),
        2 => (0usize..3, prop::sample::select(OUTCOMES.to_vec()))
            .prop_map(|(incident, outcome)| Step::Handle { incident, outcome }),
        1 => (3usize..6, opening()).prop_map(|(by, opening)| Step::Open { by, opening }),
    ]
}

fn opening() -> impl Strategy<Value = Opening> {
    let account = prop::option::of(prop::sample::select(vec!["acme", "globex", "initech"]).prop_map(account));
    ("x[a-z]{0,7}", "(x[a-z]{0,7})?", 1u8..4, prop::bool::weighted(0.1), account).prop_map(
        |(title, text, severity, drill, account)| Opening {
            title,
            text,
            severity: Some(Severity(severity)),
            components: vec![component("checkout")],
            drill,
            account,
            ..Opening::default()
        },
    )
}

fn engagements() -> impl Strategy<Value = [Engagement; 3]> {
    let one = || prop::sample::select(Engagement::ALL.to_vec());
    [one(), one(), one()]
}

/// Runs a sequence; whoever is denied is told why in words, and nothing has happened.
fn run(engagements: [Engagement; 3], steps: &[Step]) -> World {
    let mut world = World::new(engagements);
    let people = people();
    for (number, step) in steps.iter().enumerate() {
        let before = world.state.clone();
        let done = match step {
            Step::Declare { by, severity, security, drill } => {
                let report = Report { drill: *drill, ..report(*severity, *security) };
                let report = world::plant_report(report, number);
                world.declare(&people[*by], report).map(drop)
            }
            Step::Ask { by, incident, command } => match world.incidents.get(*incident).copied() {
                // Whom somebody invites is their own word: colleagues alone, lest it be taken for a leak.
                Some(_) if *by > 1 && matches!(command, IncidentCommand::Invite { .. }) => Ok(()),
                Some(id) => world.ask(&people[*by], id, world::plant(command, number)).map(drop),
                None => Ok(()),
            },
            Step::Merge { by, from, into } => match (world.incidents.get(*from), world.incidents.get(*into)) {
                (Some(from), Some(into)) => {
                    let (from, into) = (*from, *into);
                    world.ask(&people[*by], from, IncidentCommand::Merge { into }).map(drop)
                }
                _ => Ok(()),
            },
            Step::Component { by, status } => {
                let of = component(if number.is_multiple_of(2) { "labels" } else { "checkout" });
                let command = Command::Component(of, ComponentCommand::SetStatus { status: *status });
                let done = world.try_(&people[*by], None, command).map(drop);
                assert_eq!(done.is_ok(), matches!(people[*by], Actor::Staff { .. }));
                done
            }
            Step::Deliver { incident } => {
                world.incidents.get(*incident).copied().into_iter().for_each(|id| world.deliver(id));
                Ok(())
            }
            Step::Wait { minutes } => {
                world.wait(*minutes);
                Ok(())
            }
            Step::Open { by, opening } => world.open(&people[*by], world::plant(opening, number)).map(drop),
            Step::Handle { incident, outcome } => {
                let paging =
                    |id: &IncidentId| Some((*id, world.state.incidents[id].paging.as_ref()?.open.first()?.seq));
                if let Some((id, page)) = world.incidents.get(*incident).and_then(paging) {
                    world.handle(id, page, *outcome);
                }
                Ok(())
            }
        };
        if let Err(denied) = done {
            assert_eq!(world.state, before, "{step:?}");
            let sentence = denied.to_string();
            assert!(sentence.len() > 15 && sentence.ends_with('.') && !sentence.contains('!'), "{sentence}");
        }
    }
    world
}

fn world() -> impl Strategy<Value = World> {
    (engagements(), prop::collection::vec(step(), 1..30)).prop_map(|(engagements, steps)| run(engagements, &steps))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: world::sequences(), ..ProptestConfig::default() })]

    /// The number of sequences is what `CALLPOINT_SEQUENCES` says, or enough to find what is wrong soon.
    #[test]
    fn whatever_people_try_under_whatever_was_agreed_the_rules_hold(mut world in world()) {
        check_square(&world);
        check_snapshots(&world);
        check_crossing(&world);
        check_words(&world);
        check_seals(&world);
        check_pages(&world);
        check_keys(&world);
        check_silence(&world);
        check_addressees(&world);
        check_headline(&world);
        check_clock(&mut world);
        check_ends(&mut world);
        check_square(&world);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn what_the_view_offers_is_what_the_rules_allow(mut world in world(), by in 0usize..4) {
        let actor = people()[by].clone();
        let Some(own) = actor.viewer().account().cloned() else { unreachable!() };
        for (id, incident) in world.state.seen_by(&actor.viewer()).incidents {
            let now = world.now().plus(MINUTE);
            let text = || "x".to_owned();
            let offers = [
                (IncidentCommand::Message { text: text(), to: None }, allowed::may_write(&incident, &own)),
                (IncidentCommand::Dispute { reason: text() }, allowed::may_answer(&incident, &own)),
                (IncidentCommand::Reopen { reason: text() }, allowed::may_reopen(&incident, &own, now)),
                (IncidentCommand::RefuseDowngrade { reason: text() }, allowed::downgrade(&incident, &own).is_some()),
                (IncidentCommand::Join { severity: Severity(2), text: text() }, allowed::may_join(&incident, &own)),
            ];
            for (command, offered) in offers {
                let order = world.order(&actor, Some(id), Command::Incident(command.clone()));
                let decided = callpoint_core::rules::decide::decide(&world.state, &CommandContext { now, ..order }, &policy());
                prop_assert_eq!(decided.is_ok(), offered, "{:?} {:?}", command, decided);
            }
        }
    }

    #[test]
    fn a_report_is_bounded_and_has_a_visible_title_whatever_is_written(what in "(?s)(.|[\\x00-\\x20\u{200b}\u{200d}👩]){0,300}", details in ".{0,60}", severity in any::<u8>()) {
        let draft = ReportDraft { what, details, severity: Some(Severity(severity)), ..ReportDraft::default() };
        if let Ok(report) = Report::parse(draft, &world::policy_of("p0-p3").scheme, &[]) {
            prop_assert_eq!(limits::clean(&report.what), report.what.clone());
            let title = limits::title_of(&report.what);
            prop_assert!(!limits::is_blank(&title) && title.chars().count() <= limits::TITLE_LIMIT + 1);
            prop_assert!((1..=4).contains(&report.severity.0));
        }
    }
}

/// What is never tried proves nothing: the sequences bring about every kind of event.
#[test]
fn every_kind_of_event_comes_about() {
    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};
    let (mut runner, worlds) = (TestRunner::deterministic(), world());
    let mut kinds = std::collections::BTreeSet::new();
    for _ in 0..9_000 {
        for event in worlds.new_tree(&mut runner).unwrap().current().log {
            let json = serde_json::to_value(&event.change).unwrap();
            kinds.insert(json.as_object().unwrap().keys().next().unwrap().clone());
        }
    }
    // Asked for a kind that there is none of, serde names all that there are.
    let named = serde_json::from_str::<Change>(r#"{"?":{}}"#).unwrap_err().to_string();
    let missing: Vec<&str> = named.split('`').skip(3).step_by(2).filter(|kind| !kinds.contains(*kind)).collect();
    // What is agreed with an account stands on no incident; `corners` tries it.
    let elsewhere = ["engagement_set"];
    assert_eq!(missing, elsewhere, "no sequence brings these about: add their command to `by_staff` or `by_customers`");
}

/// The walk of an incident from the alarm to the end.
#[test]
fn two_keys_end_an_incident() {
    let mut world = World::new([Engagement::Shared; 3]);
    let [ada, ben, gita, _, mara, _] = people();
    let id = world.declare(&ada, report(2, false)).unwrap();
    let since = |world: &World| turn(&world.state.incidents[&id], None);
    assert!(matches!(since(&world), Turn::Vendor(_)));

    world.ask(&mara, id, IncidentCommand::Acknowledge {}).unwrap();
    assert_eq!(world.ask(&mara, id, IncidentCommand::Acknowledge {}), Err(ErrorCode::AlreadyAcknowledged.into()));
    assert_eq!(since(&world), Turn::Working);
    assert_eq!(world.ask(&gita, id, IncidentCommand::Confirm {}), Err(ErrorCode::NotFound.into()));
    assert_eq!(world.ask(&ada, id, IncidentCommand::Confirm {}), Err(ErrorCode::NothingProposed.into()));
    let resolve = IncidentCommand::Move { status: Status::Resolved };
    assert_eq!(world.ask(&mara, id, resolve), Err(ErrorCode::NeedsConfirmation.into()));

    let propose = || IncidentCommand::ProposeResolution { text: "Restarted the printer queue".into() };
    world.ask(&mara, id, propose()).unwrap();
    assert_eq!(world.ask(&mara, id, propose()), Err(ErrorCode::AlreadyProposed.into()));
    assert!(matches!(since(&world), Turn::Customer(_)));
    world.ask(&ben, id, IncidentCommand::Dispute { reason: "Still stuck".into() }).unwrap();
    let incident = &world.state.incidents[&id];
    assert_eq!((incident.status, incident.stakes[0].disputes), (Status::Investigating, 1));
    assert!(matches!(since(&world), Turn::Vendor(_)));

    world.ask(&mara, id, propose()).unwrap();
    world.ask(&ada, id, IncidentCommand::Confirm {}).unwrap();
    let incident = &world.state.incidents[&id];
    assert_eq!(incident.status, Status::Resolved);
    assert!(incident.settled() && since(&world) == Turn::Nobody);
    assert_eq!(world.ask(&mara, id, propose()), Err(ErrorCode::Closed.into()));
    assert_eq!(world.ask(&ada, id, IncidentCommand::Confirm {}), Err(ErrorCode::NothingProposed.into()));
}

/// Going public tells everybody the public face and nothing else.
#[test]
fn the_public_meets_a_face_not_a_customer() {
    let mut world = World::new([Engagement::Shared; 3]);
    let [ada, _, gita, _, mara, _] = people();
    let id = world.declare(&ada, report(1, false)).unwrap();
    let update = |publish| {
        IncidentCommand::Update(Update {
            text: "We are looking into label printing.".into(),
            to: Visibility::Public,
            status: Some(Status::Identified),
            next_update: Some(START.plus(60 * MINUTE)),
            eta: None,
            workaround: None,
            publish,
        })
    };
    let refused = world.ask(&mara, id, update(None)).unwrap_err();
    assert_eq!(refused.to_string(), "`publish` is required.");
    let title = "Label printing is slow".to_owned();
    let publish = Publish { title: title.clone(), impact: Impact::Minor, components: vec![component("labels")] };
    world.ask(&mara, id, update(Some(publish))).unwrap();

    let seen = world.state.seen_by(&gita.viewer()).incidents.remove(&id).unwrap();
    assert_eq!((seen.title, seen.status), (title, Status::Identified));
    assert!(seen.stakes.is_empty() && seen.next_update.is_some());
    let said = world.log.iter().filter_map(|event| event.seen_by(&Viewer::Anonymous)).collect::<Vec<_>>();
    assert!(said.iter().all(|event| matches!(event.by, Author::Vendor | Author::System)));
    // Who reported still reads their own words.
    assert_eq!(world.state.seen_by(&ada.viewer()).incidents[&id].title, "Labels do not print");
    // A customer without a stake may read and not write.
    let message = IncidentCommand::Message { text: "us too".into(), to: None };
    assert_eq!(world.ask(&gita, id, message), Err(ErrorCode::Forbidden.into()));
}

/// A stranger can't take over an incident by declaring with its id.
#[test]
fn an_id_opens_one_incident() {
    let mut world = World::new([Engagement::Shared; 3]);
    let [ada, _, gita, _, _, _] = people();
    let id = world.declare(&ada, report(2, false)).unwrap();
    let again = world.try_(&gita, Some(id), Command::Declare(Box::new(report(1, false))));
    assert_eq!(again, Err(ErrorCode::KeyReused.into()));
}
