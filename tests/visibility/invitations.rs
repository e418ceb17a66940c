//! To whom a sealed incident is opened: people who are known of the account, whoever signs in with an address, and staff
//! by name. Nobody else learns that there is anything.

use callpoint_core::{
    model::{
        command::{IncidentCommand as Ask, Visibility},
        event::{Change, Event},
        id::{IncidentId, PersonId},
        person::{Author, Invitee},
    },
    wire::protocol::{Colleagues, StaffDirectory},
};
use callpoint_server::http::auth::TokenKeys;
use callpoint_tests::{Backend, Person, SECRET, Site, id, on_both_databases, say, text};

use crate::looks_everywhere;

on_both_databases! {
    a_colleague_is_chosen_from_the_people_known_of_the_account,
    whoever_signs_in_with_an_invited_address_sees_it_at_once,
    what_names_nobody_is_refused,
    staff_with_security_access_open_it_to_a_colleague_by_name,
}

fn by_id(person: &str) -> Ask {
    Ask::Invite(Invitee::Person(id(PersonId::parse, person)))
}

fn by_email(email: &str) -> Ask {
    Ask::Invite(Invitee::Email(text(email)))
}

async fn offered(person: &Person, incident: IncidentId) -> Vec<String> {
    let answer = person.get(&format!("/v1/incidents/{incident}/colleagues")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json::<Colleagues>().colleagues.into_iter().map(|who| who.name).collect()
}

/// Who got access, and by whom, as this person reads it.
async fn let_in(person: &Person, incident: IncidentId) -> Vec<(String, Author, bool)> {
    let invited = |event: Event| match event.change {
        Change::Invited { who, report } => Some((who.name, event.by, report.is_some())),
        _ => None,
    };
    person.thread(incident).await.entries.into_iter().filter_map(invited).collect()
}

async fn a_colleague_is_chosen_from_the_people_known_of_the_account(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, ben, gita, theo) = (site.ada(), site.ben(), site.gita(), site.staff("theo").await);
    let incident = ada.worries("The zebra keys of others are visible").await.incident;
    let open = ada.declare("Builds are slow").await.incident;
    let path = format!("/v1/incidents/{incident}/colleagues");
    assert_eq!(offered(&ada, incident).await, [""; 0], "nobody else of hers was here");
    for stranger in [&ben, &gita] {
        assert_eq!(stranger.get(&path).await.code(), "not_found");
    }
    assert_eq!(offered(&ada, incident).await, ["Ben Ortiz"], "of her own account");
    assert_eq!(site.anybody().get(&path).await.code(), "unauthenticated");
    assert_eq!(theo.get(&path).await.code(), "forbidden");
    assert_eq!(ada.get(&format!("/v1/incidents/{open}/colleagues")).await.code(), "not_sealed");

    ada.does(incident, by_id("ben")).await;
    assert_eq!(offered(&ada, incident).await, [""; 0], "whoever can see it");
    assert_eq!(let_in(&ben, incident).await.first().unwrap().0, "Ben Ortiz", "by the name that is known");
    // Somebody else's person of the same id is somebody else.
    looks_everywhere(&site.bearer(&site.token("ben", "Ben Low", ("globex", "Globex Logistics"))), incident).await;
    site.assert_snapshot_is_fold().await;
}

async fn whoever_signs_in_with_an_invited_address_sees_it_at_once(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, theo) = (site.ada(), site.staff("theo").await);
    let incident = ada.worries("The zebra keys of others are visible").await.incident;
    ada.does(incident, by_email(" Cy@Acme.example")).await;
    let pending = async || ada.thread(incident).await.incident.seal.unwrap().addresses;
    assert_eq!(pending().await, ["cy@acme.example"]);

    // Not of the account, without that address, or with one that nobody vouches for.
    let claims = |sub: &str, account: (&str, &str), email: &str| {
        let mut claims = site.claims(sub, "Cy Dahl", account);
        claims.email = Some(text(email));
        claims
    };
    let signed_in = |claims| site.bearer(&TokenKeys::new(SECRET, 0).mint(&claims).unwrap());
    let acme = ("acme", "Acme Robotics");
    let mut unverified = claims("cy1", acme, "cy@acme.example");
    unverified.email_verified = Some(false.into());
    for other in [
        claims("cy2", ("globex", "Globex Logistics"), "cy@acme.example"),
        claims("cy3", acme, "dan@acme.example"),
        unverified,
    ] {
        looks_everywhere(&signed_in(other), incident).await;
    }
    assert_eq!(pending().await, ["cy@acme.example"], "it still waits");

    let cy = signed_in(claims("cy", acme, "CY@acme.example"));
    assert!(cy.status().await.incidents.iter().any(|known| known.id == incident), "with the first request");
    assert_eq!(let_in(&cy, incident).await, [(text("Cy Dahl"), Author::System, true)], "and reads the report");
    assert_eq!(pending().await, [""; 0]);
    assert_eq!(ada.command(incident, by_email("cy@acme.example")).await.code(), "nothing_new");
    // Whoever was here before needs not to come anew.
    let mut phone = site.ben().listen(None).await;
    phone.reset().await;
    ada.does(incident, by_email("ben@acme.example")).await;
    phone.until(|change| matches!(change, Change::Revealed { .. })).await;
    assert_eq!(pending().await, [""; 0]);
    assert_eq!(let_in(&theo, incident).await.len(), 2);
    looks_everywhere(&site.gita(), incident).await;
    site.assert_snapshot_is_fold().await;
}

async fn what_names_nobody_is_refused(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, gita) = (site.ada(), site.gita());
    assert_eq!(gita.get("/v1/status").await.status, 200);
    let incident = ada.worries("Keys of others are visible").await.incident;
    let foreign = ada.command(incident, by_id("gita")).await;
    let unknown = ada.command(incident, by_id("nobody")).await;
    assert_eq!((foreign.code(), &foreign.body), (text("unknown_colleague"), &unknown.body), "another's are nobody");
    for words in ["ben", "Ben Ortiz", "ben@", "@acme.example", "ben@acme example", ""] {
        let answer = ada.command(incident, by_email(words)).await;
        assert_eq!(answer.code(), "invalid", "{words}");
        let problem: serde_json::Value = answer.json();
        assert_eq!(problem.get("field").unwrap(), "email", "{words}");
    }
    assert!(!ada.thread(incident).await.incident.seal.unwrap().is_shared());
}

async fn staff_with_security_access_open_it_to_a_colleague_by_name(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, mara, theo) = (site.ada(), site.staff("mara").await, site.staff("theo").await);
    let incident = ada.worries("The zebra keys of others are visible").await.incident;
    let commander = || Ask::AssignRole { role: text("commander"), person: Some(id(PersonId::parse, "mara")) };
    let known: StaffDirectory = theo.get("/v1/staff").await.json();
    let access: Vec<_> = known.staff.iter().map(|one| (one.name.as_str(), one.security)).collect();
    assert_eq!(access, [("Mara Lind", false), ("Theo Park", true)]);
    assert_eq!(theo.command(incident, commander()).await.code(), "not_cleared");
    looks_everywhere(&mara, incident).await;

    let mut console = mara.listen(None).await;
    console.reset().await;
    theo.does(incident, by_id("mara")).await;
    console.until(|change| matches!(change, Change::Revealed { .. })).await;
    theo.does(incident, commander()).await;
    theo.does(incident, say("She knows the zebra", Some(Visibility::Internal))).await;
    let read = serde_json::to_string(&mara.thread(incident).await).unwrap();
    assert!(read.contains("The zebra keys of others are visible") && read.contains("She knows the zebra"));
    let told = let_in(&ada, incident).await;
    assert!(
        matches!(&told[..], [(who, Author::Staff { name, .. }, _)] if who == "Mara Lind" && name == "Theo Park"),
        "{told:?}"
    );
    assert_eq!(mara.command(incident, by_id("mara")).await.code(), "forbidden");
    let unseal = Ask::Unseal { reason: text("No keys"), title: text("A list") };
    assert_eq!(mara.command(incident, unseal).await.code(), "forbidden");
    for other in [site.ben(), site.gita(), site.anybody()] {
        looks_everywhere(&other, incident).await;
    }
    site.assert_snapshot_is_fold().await;
}
