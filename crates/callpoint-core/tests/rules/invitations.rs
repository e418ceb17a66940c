//! How a sealed incident is opened to more people, by name: colleagues of its reporter, and staff without security access.

use callpoint_core::{
    model::{
        command::{Command, IncidentCommand as Ask},
        event::{Change, Event},
        id::IncidentId,
        incident::Incident,
        opening::Opening,
        person::{Actor, Author, Invitee, PersonRef, Viewer},
        policy::Engagement,
        severity::Severity,
    },
    rules::decide::{Denied, decide},
    wire::error::ErrorCode,
};

use crate::world::{World, account, customer, incident, named, people, person, report, text};

/// What Ben signs in with, which nobody knows before he does.
pub const BENS_ADDRESS: &str = "ben@acme.example";

/// Whom somebody invites, as the server knows them: Acme has people of any name but the others'.
pub fn known(by: &Actor, invitee: &Invitee) -> Option<PersonRef> {
    let Invitee::Person(person) = invitee else { return None };
    let is_known = match by {
        Actor::Customer { account, .. } => {
            account.id.as_str() == "acme" && !["gita", "hugo", "nobody"].contains(&person.as_str())
        }
        Actor::Staff { .. } | Actor::System => ["mara", "theo"].contains(&person.as_str()),
    };
    is_known.then(|| named(person.as_str()))
}

fn sealed() -> (World, IncidentId) {
    let [ada, ..] = people();
    let mut world = World::new([Engagement::Shared; 3]);
    let id = world.declare(&ada, report(1, true)).unwrap();
    (world, id)
}

fn facts(world: &World, id: IncidentId, viewer: &Viewer) -> Option<Incident> {
    incident(world, id).seen_by(viewer)
}

fn seen<'a>(world: &'a World, viewer: &'a Viewer) -> impl Iterator<Item = Event> + 'a {
    world.log.iter().filter_map(|event| event.seen_by(viewer))
}

fn reads_report(world: &World, viewer: &Viewer) -> bool {
    seen(world, viewer).any(|event| matches!(event.change, Change::Invited { report: Some(_), .. }))
}

fn colleague(name: &str) -> Ask {
    Ask::Invite(Invitee::Person(person(name)))
}

/// What becomes of it when this one of staff is named.
fn assign(world: &mut World, by: &Actor, id: IncidentId, name: &str) -> Result<Vec<Event>, Denied> {
    let command = Command::Incident(Ask::AssignRole { role: "commander".into(), person: Some(person(name)) });
    let mut order = world.order(by, Some(id), command);
    order.colleague = Some(named(name));
    decide(&world.state, &order, &world.policy)
}

#[test]
fn an_address_opens_it_to_whoever_signs_in_with_it_and_to_nobody_else() {
    let [ada, ben, _, _, mara, theo] = people();
    let (mut world, id) = sealed();
    let invite = || Ask::Invite(Invitee::Email("Ben@Acme.example".into()));
    world.ask(&ada, id, invite()).unwrap();
    assert_eq!(world.ask(&ada, id, invite()), Err(ErrorCode::NothingNew.into()));
    for who in [&ada, &theo] {
        let seal = facts(&world, id, &who.viewer()).unwrap().seal.unwrap();
        assert_eq!((seal.addresses, seal.invited), (vec![BENS_ADDRESS.to_owned()], Vec::new()), "it is still open");
    }
    assert_eq!(facts(&world, id, &ben.viewer()), None, "nobody has signed in with it");
    assert_eq!(world.sign_in(id, "cy"), [], "another address");

    let events = world.sign_in(id, "ben");
    assert!(events.iter().all(|event| event.by == Author::System));
    assert_eq!(world.sign_in(id, "ben"), [], "an invitation is taken up once");
    let seal = facts(&world, id, &ben.viewer()).unwrap().seal.unwrap();
    assert_eq!((seal.addresses, seal.invited), (Vec::new(), vec![person("ben")]));
    assert!(reads_report(&world, &ben.viewer()));
    for other in [customer("cy", "acme"), customer("ben", "globex"), mara] {
        assert_eq!(facts(&world, id, &other.viewer()), None);
        assert!(seen(&world, &other.viewer()).all(|event| event.incident != Some(id)));
    }
}

#[test]
fn nobody_takes_an_invitation_up_for_themselves_or_for_another_account() {
    let [ada, ben, gita, ..] = people();
    let (mut world, id) = sealed();
    world.ask(&ada, id, Ask::Invite(Invitee::Email(BENS_ADDRESS.into()))).unwrap();
    let take = |account| Command::TakeUpInvitation { account, email: BENS_ADDRESS.into(), who: named("ben") };
    let [acme, globex] = [&ben, &gita].map(|who| who.viewer().account().unwrap().clone());
    let order = world.order(&ben, Some(id), take(acme));
    assert_eq!(decide(&world.state, &order, &world.policy), Err(ErrorCode::Forbidden.into()));
    let order = world.order(&Actor::System, Some(id), take(globex));
    assert_eq!(decide(&world.state, &order, &world.policy), Ok(Vec::new()));
}

#[test]
fn whoever_is_not_known_is_not_invited() {
    let [ada, _, _, _, _, theo] = people();
    let (mut world, id) = sealed();
    for unknown in ["nobody", "gita"] {
        assert_eq!(world.ask(&ada, id, colleague(unknown)), Err(ErrorCode::UnknownColleague.into()));
    }
    assert_eq!(world.ask(&theo, id, colleague("ada")), Err(ErrorCode::UnknownColleague.into()), "staff invite staff");
    let by_email = Ask::Invite(Invitee::Email(BENS_ADDRESS.into()));
    assert_eq!(world.ask(&theo, id, by_email), Err(ErrorCode::UnknownColleague.into()));
    assert!(!incident(&world, id).seal.as_ref().unwrap().is_shared());
}

#[test]
fn security_staff_open_it_to_a_colleague_by_name_and_its_reporter_reads_of_it() {
    let [ada, ben, _, _, mara, theo] = people();
    let (mut world, id) = sealed();
    assert_eq!(assign(&mut world, &theo, id, "mara"), Err(ErrorCode::NotCleared.into()));
    assert_eq!(world.ask(&mara, id, colleague("mara")), Err(ErrorCode::NotFound.into()));

    world.ask(&theo, id, colleague("mara")).unwrap();
    assert_eq!(world.ask(&theo, id, colleague("mara")), Err(ErrorCode::NothingNew.into()));
    let let_in = |event: &Event| {
        let by_theo = matches!(&event.by, Author::Staff { name, .. } if name == "THEO");
        by_theo && matches!(&event.change, Change::Invited { who, .. } if who.name == "MARA")
    };
    assert!(seen(&world, &ada.viewer()).any(|event| let_in(&event)), "the reporter reads who can see it, and by whom");
    assert!(facts(&world, id, &mara.viewer()).is_some() && reads_report(&world, &mara.viewer()));
    assert!(assign(&mut world, &theo, id, "mara").is_ok());
    assert_eq!(facts(&world, id, &ben.viewer()), None);

    let unseal = || Ask::Unseal { reason: text(), title: text() };
    assert_eq!(world.ask(&mara, id, unseal()), Err(ErrorCode::Forbidden.into()), "she has this one, not the say");
    assert_eq!(world.ask(&mara, id, colleague("theo")), Err(ErrorCode::Forbidden.into()));
    world.ask(&theo, id, unseal()).unwrap();
    assert_eq!(incident(&world, id).seal, None);
    world.ask(&theo, id, Ask::Seal { reason: text() }).unwrap();
    assert_eq!(facts(&world, id, &mara.viewer()), None, "a new seal begins with nobody");
}

/// An incident that Mara opened for Acme, before anybody of Acme has taken part.
fn opened_for_acme() -> (World, IncidentId) {
    let [.., mara, _] = people();
    let mut world = World::new([Engagement::Shared; 3]);
    let opening = Opening {
        title: "Queues grow".into(),
        text: text(),
        severity: Some(Severity(2)),
        account: Some(account("acme")),
        ..Opening::default()
    };
    let id = world.open(&mara, opening).unwrap();
    (world, id)
}

#[test]
fn what_staff_opened_and_sealed_is_let_into_the_account_by_the_security_staff() {
    let [ada, ben, _, _, mara, theo] = people();
    let (mut world, id) = opened_for_acme();
    world.ask(&mara, id, Ask::Seal { reason: text() }).unwrap();
    let staff_id_as_customer = customer("mara", "acme");
    for nobody in [&ada, &ben, &staff_id_as_customer, &mara] {
        assert_eq!(facts(&world, id, &nobody.viewer()), None);
    }
    let invite = || Ask::Invite(Invitee::Email(BENS_ADDRESS.into()));
    world.ask(&theo, id, invite()).unwrap();
    assert_eq!(world.ask(&theo, id, invite()), Err(ErrorCode::NothingNew.into()));
    world.sign_in(id, "ben");
    assert!(reads_report(&world, &ben.viewer()));
    assert_eq!(facts(&world, id, &ada.viewer()), None);
    let by_email = Ask::Invite(Invitee::Email("cy@acme.example".into()));
    assert_eq!(world.ask(&theo, id, by_email), Err(ErrorCode::UnknownColleague.into()), "the account has its reporter");
    world.ask(&ben, id, colleague("ada")).unwrap();
    assert!(facts(&world, id, &ada.viewer()).is_some(), "whoever was the first of the account holds it");
}

#[test]
fn what_staff_opened_stays_with_the_first_of_the_account_who_took_part() {
    let [ada, ben, _, _, mara, _] = people();
    let (mut world, id) = opened_for_acme();
    world.ask(&ada, id, Ask::Message { text: text(), to: None, attachments: Vec::new() }).unwrap();
    world.ask(&mara, id, Ask::Seal { reason: text() }).unwrap();
    assert!(facts(&world, id, &ada.viewer()).is_some());
    assert_eq!(facts(&world, id, &ben.viewer()), None);
}
