//! Whom people can name in a message, and whom they are offered.

use callpoint_core::{
    model::{
        command::{IncidentCommand as Ask, Visibility},
        event::{Audience, Change, Event},
        policy::Engagement,
    },
    rules::mentions::mentionable,
};

use crate::world::{World, account, people, person, report, viewers};

/// What an account is offered, of what it knows, is all whom its words can name, and nobody of another account.
pub fn check_mentions(world: &World) {
    for viewer in viewers() {
        let Some(own) = viewer.account() else { continue };
        let to = Audience::Account(own.clone());
        for whole in world.state.incidents.values().filter(|incident| incident.stake(own).is_some()) {
            let Some(seen) = whole.seen_by(&viewer) else { continue };
            let offered = mentionable(&seen, &to);
            assert_eq!(offered, mentionable(whole, &to));
            for stake in whole.stakes.iter().filter(|stake| stake.account.id != *own) {
                assert!(
                    !stake.followers.iter().any(|other| offered.contains(&other)),
                    "{own:?} is offered {offered:?}"
                );
            }
        }
    }
}

#[test]
fn staff_name_people_on_the_incident_and_nobody_else() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Engagement::Shared; 3]);
    let id = world.declare(&ada, report(1, false)).unwrap();
    let words = |to| Ask::Message { text: "@ADA, could you look? @GITA too".into(), to, attachments: Vec::new() };
    let to_acme = || Some(Visibility::Account(account("acme").id));
    let mentions = |events: Vec<Event>| match &events[0].change {
        Change::Said { mentions, .. } => mentions.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(mentions(world.ask(&mara, id, words(to_acme())).unwrap()), [person("ada")]);
    assert_eq!(mentions(world.ask(&mara, id, words(Some(Visibility::Affected))).unwrap()), []);
    assert_eq!(
        mentions(
            world
                .ask(&ada, id, Ask::Message { text: "Thanks @MARA".into(), to: None, attachments: Vec::new() })
                .unwrap()
        ),
        [person("mara")]
    );
}
