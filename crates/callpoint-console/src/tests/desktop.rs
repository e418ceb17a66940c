//! What is shown on the desktop while the console is in the background, and the switch for it.

use callpoint_core::{
    client::{Effect, Input, Notice, StreamMessage},
    model::{
        event::{Audience, Change, Event, Page, PageCause, PageTarget},
        id::PersonId,
        incident::{Incident, RoleAssignment},
        person::{Author, PersonRef},
        policy::{COMMANDER, Terms},
        severity::Severity,
    },
};
use yew::Callback;

use super::{Fixture, NOW, acme, ada, event, incident, named, quiet, report, seal, staff};
use crate::{
    desktop::{DesktopNotification, DesktopState, notification, switch::disclosure},
    platform::notifications::Permission,
};

fn to_acme(by: Author, change: Change) -> Event {
    event(9, by, Audience::Account(acme().id), change)
}

fn said(mentions: &[&str]) -> Change {
    let mentions = mentions.iter().filter_map(|person| PersonId::parse(person)).collect();
    Change::Said { text: "It is the <secret> queue.".into(), mentions, attachments: Vec::new() }
}

fn disputed() -> Change {
    Change::Disputed { account: acme().id, reason: "Still stuck.".into() }
}

fn declared(csm: Option<PersonRef>) -> Change {
    Change::Declared {
        reference: "NW-4101".into(),
        title: "Pipelines stand still".into(),
        account: acme(),
        report: Box::new(report("Pipelines stand still", 1)),
        terms: Terms::default(),
        csm,
    }
}

fn paged(person: &str) -> Change {
    let whom = PageTarget::Staff(named(person, "Somebody"));
    Change::Paged(Page { whom, severity: Severity(1), cause: PageCause::Declared, step: None })
}

fn theo() -> Author {
    Author::Staff { person: PersonId::parse("theo").unwrap(), name: "Theo Brandt".into(), title: "SRE".into() }
}

/// Nobody's customer: an incident that Mara has nothing to do with.
fn foreign() -> Incident {
    let mut incident = quiet(1, "Pipelines stand still", 1);
    incident.stakes[0].csm = Some(named("theo", "Theo Brandt"));
    incident
}

/// What Mara is shown.
fn shown(incident: &Incident, event: &Event) -> Option<DesktopNotification> {
    notification(&Fixture::with(Vec::new()).reader, event, incident)
}

fn body(incident: &Incident, event: &Event) -> Option<String> {
    shown(incident, event).map(|shown| shown.body)
}

#[test]
fn what_customers_do_is_shown_to_those_who_look_after_them() {
    let own = incident(1, "Pipelines stand still", 1, 5);
    let title = "[NW-4101] Pipelines stand still";
    for (change, words) in [
        (declared(own.stakes[0].csm.clone()), "Ada Marsh (Acme Robotics) reported this as SEV1."),
        (said(&[]), "Ada Marsh (Acme Robotics) wrote."),
        (disputed(), "Ada Marsh (Acme Robotics) said it's not fixed yet."),
    ] {
        let expected = DesktopNotification { title: title.into(), body: words.into() };
        assert_eq!(shown(&own, &to_acme(ada(), change.clone())), Some(expected));
        assert_eq!(shown(&foreign(), &to_acme(ada(), change)), None);
    }
    let mut commanded = foreign();
    commanded.roles = vec![RoleAssignment { role: COMMANDER.to_owned(), by: named("mara", "Mara Lind") }];
    assert_eq!(body(&commanded, &to_acme(ada(), said(&[]))).unwrap(), "Ada Marsh (Acme Robotics) wrote.");
}

#[test]
fn a_new_incident_that_nobody_looks_after_is_shown_to_all_staff() {
    let mut unassigned = foreign();
    unassigned.stakes[0].csm = None;
    let words = body(&unassigned, &to_acme(ada(), declared(None))).unwrap();
    assert_eq!(words, "Ada Marsh (Acme Robotics) reported this as SEV1.");
    assert_eq!(body(&unassigned, &to_acme(ada(), said(&[]))), None);
}

#[test]
fn a_page_is_shown_to_the_person_it_names_and_a_mention_to_who_holds_a_role() {
    let page = |person| event(9, Author::System, Audience::Internal, paged(person));
    assert_eq!(body(&foreign(), &page("mara")).unwrap(), "You were paged: SEV1 reported.");
    assert_eq!(body(&foreign(), &page("theo")), None);
    let mention = event(9, theo(), Audience::Internal, said(&["mara"]));
    let own = incident(1, "Pipelines stand still", 1, 5);
    assert_eq!(body(&own, &mention).unwrap(), "Theo Brandt mentioned you.");
}

#[test]
fn ones_own_actions_and_those_of_colleagues_are_not_shown() {
    let own = incident(1, "Pipelines stand still", 1, 5);
    assert_eq!(shown(&own, &to_acme(staff(), said(&["mara"]))), None);
    assert_eq!(shown(&own, &to_acme(theo(), said(&[]))), None);
}

#[test]
fn of_a_sealed_incident_only_that_there_is_news() {
    let mut sealed = incident(1, "Somebody else's data", 1, 5);
    sealed.seal = seal();
    let mut message = to_acme(ada(), said(&[]));
    message.seal = seal();
    assert_eq!(shown(&sealed, &message), None, "sealed incidents are not open to her");
    let mut fixture = Fixture::with(Vec::new());
    let mut you = (*fixture.reader.you).clone();
    you.security = true;
    fixture.reader.you = you.into();
    let shown = notification(&fixture.reader, &message, &sealed).unwrap();
    assert_eq!(shown.title, "[NW-4101] New update");
    assert!(!format!("{shown:?}").contains("data") && !shown.body.contains("Ada"), "{shown:?}");
}

#[test]
fn a_snapshot_tells_of_no_entries_and_an_event_of_its_own() {
    let mut fixture = Fixture::with(vec![incident(1, "Pipelines stand still", 1, 5)]);
    let entries = |effects: Vec<Effect>| {
        let entry = |effect: &Effect| matches!(effect, Effect::Notify(Notice::Entry(..)));
        effects.iter().filter(|effect| entry(effect)).count()
    };
    let snapshot = Fixture::snapshot(vec![incident(1, "Pipelines stand still", 1, 5)]);
    let reset = Input::Received(StreamMessage::Reset(Box::new(snapshot)));
    assert_eq!(entries(fixture.client.handle(reset, NOW)), 0);
    let message = Input::Received(StreamMessage::Event(Box::new(to_acme(ada(), said(&[])))));
    assert_eq!(entries(fixture.client.handle(message, NOW)), 1);
}

#[test]
fn the_switch_says_what_the_browser_allows_and_where_to_change_it() {
    use Permission::{Denied, Granted, NotAsked};
    let drawn: Vec<String> =
        [(None, true), (Some(NotAsked), true), (Some(Granted), true), (Some(Granted), false), (Some(Denied), true)]
            .map(|(permission, chosen)| {
                let state = DesktopState::of(permission, chosen);
                format!("{state:?}\n{}", Fixture::with(Vec::new()).draw(disclosure(state, &Callback::noop())))
            })
            .into();
    insta::assert_snapshot!(drawn.join("\n\n"));
}
