//! Accounts that do not answer: how they are reminded, and who may close without them.

use callpoint_core::{
    model::{
        command::{IncidentCommand as Ask, Visibility},
        event::{Change, Event},
        id::IncidentId,
        person::{Actor, Author},
        policy::{
            Engagement::{CustomerLed, Shared},
            SilenceLimit, Terms,
        },
        stake::Closure,
    },
    rules::decide::Denied,
    wire::error::ErrorCode,
};

use crate::{
    ends::{ask_all, heard_since, public_incident_of_three, resolve},
    world::{DAYS, HOURS, SILENCE_LIMIT, World, account, customer, incident, people, report, stake, text},
};

fn overrides(world: &mut World, id: IncidentId, who: &Actor) -> Result<Vec<Event>, Denied> {
    world.ask(who, id, Ask::Waive { account: account("initech").id, reason: "No answer since May".into() })
}

#[test]
fn an_executive_closes_for_an_account_that_does_not_answer_after_days_and_reminders() {
    let [ada, _, _, hugo, mara, theo] = people();
    let (mut world, id) = public_incident_of_three();
    ask_all(&mut world, id);
    resolve(&mut world, id).unwrap();
    let refused = Err(ErrorCode::CustomersCall.into());
    world.wait(10 * DAYS);
    assert_eq!(overrides(&mut world, id, &theo), refused, "no reminder has reached anybody");
    world.deliver(id);
    assert_eq!(stake(&world, id, "initech").reminders, 1);
    assert_eq!(overrides(&mut world, id, &mara), refused, "somebody else of staff");
    let limit = std::mem::take(&mut world.policy.executives);
    assert_eq!(overrides(&mut world, id, &theo), refused, "the configuration names nobody");
    world.policy.executives = limit;
    let before = world.log.len();
    overrides(&mut world, id, &theo).unwrap();
    let read = world.log[before..].iter().find_map(|event| event.seen_by(&hugo.viewer())).unwrap();
    let Author::Staff { name, .. } = &read.by else { panic!("who") };
    assert!(matches!(&read.change, Change::Overridden { reason, .. } if reason.contains("May")) && name == "THEO");
    assert_eq!(heard_since(&world, before, &ada.viewer()), 0);
    assert!(matches!(stake(&world, id, "initech").closure, Closure::Overridden(_)));
    // Undone like any end that the account did not choose.
    world.ask(&hugo, id, Ask::Reopen { reason: text() }).unwrap();
    assert_eq!(stake(&world, id, "initech").closure, Closure::Open);
    ask_all(&mut world, id);
    assert_eq!(overrides(&mut world, id, &theo), refused, "it waits anew");
}

#[test]
fn an_account_that_leads_is_reminded_until_it_answers() {
    let [.., hugo, _, _] = people();
    let (mut world, id) = public_incident_of_three();
    let reminders = |world: &World| {
        let own =
            |event: &&Event| matches!(&event.change, Change::Reminded { account: of, .. } if of.as_str() == "initech");
        world.log.iter().filter(own).count()
    };
    ask_all(&mut world, id);
    for expected in 1..=4 {
        world.wait(2 * DAYS);
        assert_eq!(reminders(&world), expected);
        world.deliver(id);
    }
    world.ask(&hugo, id, Ask::Confirm {}).unwrap();
    world.wait(20 * DAYS);
    assert_eq!(reminders(&world), 4);
}

/// Neither staff nor an agreement with the account opens the way that the configuration leaves shut.
#[test]
fn who_closes_without_an_answer_is_for_the_configuration_to_say() {
    let [.., hugo, mara, _] = people();
    let mut world = World::new([CustomerLed; 3]);
    let agreed = Terms {
        engagement: CustomerLed,
        silence_limit: Some(SilenceLimit { days: 0, reminders: 0 }),
        ..Terms::default()
    };
    world.agree(&account("initech").id, agreed);
    let id = world.declare(&hugo, report(2, false)).unwrap();
    assert_eq!(stake(&world, id, "initech").terms.silence_limit, Some(SILENCE_LIMIT));
    let told = world.log.iter().find_map(|event| match &event.change {
        Change::EngagementSet { terms, .. } => Some(terms.silence_limit),
        _ => None,
    });
    assert_eq!(told, Some(None));
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
    assert_eq!(overrides(&mut world, id, &mara), Err(ErrorCode::CustomersCall.into()));
}

/// A guest has no thread to answer in, and is sent no reminder.
#[test]
fn staff_may_close_for_a_guest() {
    let [.., mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let guest = customer("guest", "guest:1");
    world.agree(&account("guest:1").id, Terms { engagement: Shared, ..Terms::default() });
    let id = world.declare(&guest, report(2, false)).unwrap();
    world.ask(&mara, id, Ask::Waive { account: account("guest:1").id, reason: text() }).unwrap();
    assert!(incident(&world, id).settled());
}

/// Whoever asks back is not silent: it is not reminded, nor taken to agree, nor closed for by an executive.
#[test]
fn an_account_that_waits_for_a_reply_is_not_taken_to_be_silent() {
    let [_, _, gita, hugo, mara, theo] = people();
    let (mut world, id) = public_incident_of_three();
    ask_all(&mut world, id);
    world.wait(60 * HOURS);
    world.deliver(id);
    for who in [&gita, &hugo] {
        world
            .ask(who, id, Ask::Message { text: "For the Antwerp depot too?".into(), to: None, attachments: Vec::new() })
            .unwrap();
    }
    let before = world.log.len();
    world.wait(20 * DAYS);
    let counts = |event: &Event| match &event.change {
        Change::Reminded { account, .. } | Change::TimedOut { account } => account.as_str() != "acme",
        _ => false,
    };
    assert!(!world.log[before..].iter().any(counts));
    assert_eq!(overrides(&mut world, id, &theo), Err(ErrorCode::CustomersCall.into()));
    world
        .ask(&mara, id, Ask::Message { text: text(), to: Some(Visibility::Affected), attachments: Vec::new() })
        .unwrap();
    world.wait(HOURS);
    assert!(matches!(stake(&world, id, "globex").closure, Closure::Proposed { .. }), "there is time to answer again");
    world.wait(9 * HOURS);
    assert!(matches!(stake(&world, id, "globex").closure, Closure::TimedOut(_)));
    overrides(&mut world, id, &theo).unwrap();
}
