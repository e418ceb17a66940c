//! Properties of the rules, over random commands by random people: whatever they try, the fold is the snapshot, the
//! square commutes for every viewer, and nothing crosses from one account to another.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on says where")]

mod checks;
mod client_visibility;
mod corners;
mod ends;
mod invitations;
mod keys;
mod mentions;
mod opening;
mod pages;
mod silence;
mod steps;
mod waiting;
mod words;
mod world;

use callpoint_core::{
    model::{
        command::{Command, IncidentCommand, Publish, Update, Visibility},
        event::Change,
        incident::{Impact, Status},
        limits,
        person::{Author, Viewer},
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
    check_addressees, check_clock, check_crossing, check_headline, check_keys, check_pages, check_seals, check_silence,
    check_snapshots, check_square, check_words,
};
use mentions::check_mentions;
use proptest::prelude::*;
use steps::world;
use waiting::{check_ends, check_waiting};
use world::{START, World, component, people, policy, report};

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
        check_mentions(&world);
        check_addressees(&world);
        check_headline(&world);
        check_clock(&mut world);
        check_waiting(&world);
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
                (IncidentCommand::Message { text: text(), to: None, attachments: Vec::new() }, allowed::may_write(&incident, &own)),
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
        if let Ok(report) = Report::parse(draft, &world::policy_of("p0-p3").scheme, &[], &[]) {
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
    let message = IncidentCommand::Message { text: "us too".into(), to: None, attachments: Vec::new() };
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
