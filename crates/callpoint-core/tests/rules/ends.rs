//! How the waiting of an account ends: what counts as the first response, who is asked, whose word ends what.

use callpoint_core::{
    model::{
        command::{IncidentCommand as Ask, Update, Visibility},
        event::{Change, Duty},
        policy::Engagement::Shared,
        severity::Severity,
    },
    wire::error::ErrorCode,
};

use crate::world::{HOURS, World, account, incident, people, report, stake, text};

/// Whoever was answered within the time has had their first response, also if nobody pressed "Acknowledge".
#[test]
fn a_reply_that_the_customer_reads_is_the_first_response_and_a_note_is_not() {
    let [ada, _, _, _, mara, _] = people();
    let say = |to| Ask::Message { text: text(), to: Some(to) };
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
