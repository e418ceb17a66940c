//! What can't be delivered: parked where staff see it, tried again by hand or after a time, and no burden to anything
//! else; and what is delivered comes as one message where it happened at once.

use std::collections::BTreeSet;

use callpoint_core::{
    model::{
        command::IncidentCommand as Ask,
        id::ComponentId,
        report::ReportDraft,
        severity::Severity,
        time::{HOUR, MINUTE},
    },
    wire::connectors::{Connector, ConnectorState, Connectors, Deliveries, Delivery, DeliveryStatus},
};
use callpoint_tests::{Backend, Person, Receiver, Site, id, on_both_databases, text};
use reqwest::Method;

use super::{SECRET, to};

on_both_databases! {
    a_report_of_the_top_level_is_one_message,
    an_address_that_is_gone_is_parked_and_asked_again,
    what_is_refused_is_parked_and_holds_up_nobody,
    what_fails_holds_up_its_own_incident_alone,
    a_rest_that_was_asked_for_is_kept,
    connectors_tell_nobody_of_what_they_may_not_see,
    of_two_servers_one_sends_each_message,
}

async fn connectors(person: &Person) -> Vec<Connector> {
    person.get("/v1/connectors").await.json::<Connectors>().connectors
}

/// The first connector, once it is as it is wanted.
async fn until(person: &Person, wanted: impl Fn(&Connector) -> bool) -> Connector {
    let waiting = async {
        loop {
            let connector = connectors(person).await.remove(0);
            if wanted(&connector) {
                return connector;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), waiting).await.unwrap()
}

async fn deliveries(person: &Person, connector: &str) -> Vec<Delivery> {
    person.get(&format!("/v1/connectors/{connector}/deliveries")).await.json::<Deliveries>().deliveries
}

async fn asks(person: &Person, what: &str, body: &str) -> Connector {
    let answer = person.post(&format!("/v1/connectors/webhook/{what}"), None, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// Waits until the reports of all these have come; by now something is overdue as well.
async fn come(desk: &mut Receiver, references: &[String]) {
    let mut missing = references.to_vec();
    while !missing.is_empty() {
        let came = desk.next().await;
        let taken = came.answered == 204 && came.happened().contains(&text("declared"));
        missing.retain(|reference| !(taken && came.told().1 == *reference));
    }
}

async fn a_report_of_the_top_level_is_one_message(backend: Backend) {
    let mut desk = Receiver::start().await;
    let site = Site::start_with(backend, |config| {
        to(&desk.url)(config);
        config.vendor.owners = vec![text("actions=theo")];
    })
    .await;
    let draft = ReportDraft {
        what: text("All is down"),
        severity: Some(Severity(1)),
        component: Some(id(ComponentId::parse, "actions")),
        ..ReportDraft::default()
    };
    let report = site.ada().declares(draft).await;
    let marker = site.gita().declare("A marker").await;
    let came = desk.next().await;
    assert_eq!(came.told(), (text("incident.paged"), report.reference));
    assert_eq!(came.happened(), ["declared", "paged", "paged"], "whoever is on call, and the owner");
    assert_eq!(came.json()["data"]["event"], came.json()["data"]["events"][1], "the first page");
    assert_eq!(desk.next().await.told().1, marker.reference);

    // What happens while nothing is taken is told at once as well, in order.
    desk.answer_always(Some("503 Down"));
    let mara = site.staff("mara").await;
    let resolves = Ask::ProposeResolution { text: text("It runs.") };
    mara.does(report.incident, resolves.clone()).await;
    site.ada().does(report.incident, Ask::Dispute { reason: text("It doesn't.") }).await;
    let first = desk.next().await;
    assert_eq!((first.answered, first.happened()), (503, vec![text("disputed"), text("paged"), text("paged")]));
    for _ in 0..2 {
        mara.does(report.incident, resolves.clone()).await;
        site.ada().does(report.incident, Ask::Dispute { reason: text("It still doesn't.") }).await;
    }
    desk.answer_always(None);
    let mut came = desk.next().await;
    while came.answered == 503 {
        came = desk.next().await;
    }
    assert_eq!(came.happened(), first.happened(), "one message has the same content for every try");
    assert_eq!(came.header("webhook-id"), first.header("webhook-id"));
    let rest = desk.next().await.happened();
    assert_eq!(rest, ["disputed", "paged", "paged"].repeat(2), "what waited behind it");
}

async fn an_address_that_is_gone_is_parked_and_asked_again(backend: Backend) {
    let mut desk = Receiver::start().await;
    let site = Site::start_with(backend, to(&desk.url)).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    desk.answer(&["410 Gone"]);
    let first = ada.declare("Pipelines are stuck").await;
    assert_eq!(desk.next().await.answered, 410);
    let parked = until(&mara, |connector| connector.state == ConnectorState::Parked).await;
    assert_eq!(parked.reason, "it answered 410 Gone");
    let second = ada.declare("Nothing deploys").await;
    let parked = until(&mara, |connector| connector.waiting == 2).await;
    let wait = parked.next_at.unwrap().since(site.clock.now());
    assert!((HOUR - MINUTE..=HOUR).contains(&wait), "{wait}");

    // It lasts, and is over with the time; then nothing was lost.
    let site = site.restart().await;
    let mara = mara.at(&site.origin);
    assert_eq!(connectors(&mara).await.remove(0).state, ConnectorState::Parked);
    assert!(!desk.has_more());
    site.wait(HOUR);
    come(&mut desk, &[first.reference, second.reference]).await;
    until(&mara, |connector| connector.state == ConnectorState::Delivering && connector.waiting == 0).await;

    // It is over by hand too.
    desk.answer_of(Some(("Pages are blank", "410 Gone")));
    let third = site.gita().declare("Pages are blank").await;
    until(&mara, |connector| connector.state == ConnectorState::Parked).await;
    desk.answer_of(None);
    assert_ne!(asks(&mara, "resume", "").await.state, ConnectorState::Parked);
    come(&mut desk, &[third.reference]).await;
}

async fn what_is_refused_is_parked_and_holds_up_nobody(backend: Backend) {
    let mut desk = Receiver::start().await;
    let site = Site::start_with(backend, to(&desk.url)).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    desk.answer(&["400 Bad Request\r\n\r\n{\"error\":\n\"no \u{1}such room\"}"]);
    let refused = ada.declare("Pipelines are stuck").await;
    let came = desk.next().await;
    until(&mara, |connector| connector.parked == 1 && connector.state == ConnectorState::Delivering).await;
    ada.declare("Nothing deploys").await;
    assert_eq!(desk.next().await.answered, 204);
    until(&mara, |connector| connector.waiting == 0).await;

    let log = deliveries(&mara, "webhook").await;
    assert_eq!(
        log.iter().map(|one| one.state).collect::<Vec<_>>(),
        [DeliveryStatus::Parked, DeliveryStatus::Delivered]
    );
    let parked = &log[0];
    assert_eq!((parked.id.as_str(), parked.kind.as_str()), (came.header("webhook-id"), "incident.paged"));
    assert_eq!((parked.incident, &parked.reference, parked.tries), (refused.incident, &refused.reference, 1));
    assert_eq!((parked.answer, parked.next_at), (Some(400), None));
    assert_eq!(parked.error, "it answered 400 Bad Request: {\"error\": \"no such room\"}");
    assert!(parked.took.is_some() && parked.tried_at >= Some(parked.queued_at));

    asks(&mara, "replay", "{}").await;
    let again = desk.next().await;
    assert_eq!((again.header("webhook-id"), again.answered), (came.header("webhook-id"), 204));
    until(&mara, |connector| connector.waiting == 0 && connector.parked == 0).await;
    // What was taken can be sent again by its id.
    asks(&mara, "replay", &format!(r#"{{"delivery":"{}"}}"#, parked.id)).await;
    assert_eq!(desk.next().await.header("webhook-id"), came.header("webhook-id"));
    let none = mara.post("/v1/connectors/webhook/replay", None, r#"{"delivery":"x"}"#).await;
    assert_eq!(none.code(), "not_found");
}

async fn what_fails_holds_up_its_own_incident_alone(backend: Backend) {
    let mut desk = Receiver::start().await;
    let site = Site::start_with(backend, to(&desk.url)).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    desk.answer_of(Some(("Pipelines are stuck", "500 Oh no")));
    let fails = ada.declare("Pipelines are stuck").await;
    assert_eq!(desk.next().await.answered, 500);
    mara.does(fails.incident, Ask::ProposeResolution { text: text("They run.") }).await;
    ada.does(fails.incident, Ask::Dispute { reason: text("They don't.") }).await;
    for number in 0..3 {
        let other = ada.declare(&format!("Nothing deploys to {number}")).await.reference;
        loop {
            let came = desk.next().await;
            if came.answered == 204 {
                assert_eq!(came.told().1, other);
                break;
            }
            assert_eq!(came.happened()[0], "declared", "what comes after waits behind it");
        }
    }
    until(&mara, |connector| connector.state == ConnectorState::Retrying && connector.waiting == 2).await;
    desk.answer_of(None);
    site.wait(5 * MINUTE);
    let mut taken = Vec::new();
    while taken.len() < 2 {
        let came = desk.next().await;
        if came.answered == 204 {
            taken.push(came.happened()[0].clone());
        }
    }
    assert_eq!(taken, ["declared", "disputed"]);
}

async fn a_rest_that_was_asked_for_is_kept(backend: Backend) {
    let mut desk = Receiver::start().await;
    let site = Site::start_with(backend, to(&desk.url)).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    desk.answer(&["429 Too Many Requests\r\nretry-after: 1200"]);
    let first = ada.declare("Pipelines are stuck").await;
    assert_eq!(desk.next().await.answered, 429);
    let resting = until(&mara, |connector| connector.state == ConnectorState::Retrying).await;
    let wait = resting.next_at.unwrap().since(site.clock.now());
    assert!((19 * MINUTE..=20 * MINUTE).contains(&wait), "{wait}");
    let second = ada.declare("Nothing deploys").await;
    until(&mara, |connector| connector.waiting == 2).await;
    assert!(!desk.has_more(), "nor is anything else sent");
    site.wait(20 * MINUTE);
    come(&mut desk, &[first.reference, second.reference]).await;
}

async fn connectors_tell_nobody_of_what_they_may_not_see(backend: Backend) {
    let (mut desk, mut security) = (Receiver::start().await, Receiver::start().await);
    let site = Site::start_with(backend, |config| {
        config.webhook.url.clone_from(&desk.url);
        config.webhook.security_url.clone_from(&security.url);
        config.webhook.secret = text(SECRET);
    })
    .await;
    let (ada, mara, theo) = (site.ada(), site.staff("mara").await, site.staff("theo").await);
    let paths = ["webhook", "webhook:security"].map(|name| format!("/v1/connectors/{name}"));
    let every = async |person: &Person| {
        let mut answers = vec![person.get("/v1/connectors").await];
        for path in &paths {
            answers.push(person.get(&format!("{path}/deliveries")).await);
            answers.push(person.post(&format!("{path}/replay"), None, "{}").await);
            answers.push(Person::send(person.request(Method::POST, &format!("{path}/resume"))).await);
        }
        answers
    };
    for (person, status) in [(&site.anybody(), 401), (&ada, 403)] {
        assert!(every(person).await.iter().all(|answer| answer.status == status), "for staff alone");
    }
    let statuses = async |person: &Person| every(person).await.iter().map(|answer| answer.status).collect::<Vec<_>>();
    assert_eq!(statuses(&theo).await, [200; 7]);
    assert_eq!(statuses(&mara).await, [200, 200, 200, 200, 404, 404, 404]);

    // What is sealed shows nowhere for Mara, also where it was sent, or failed, before.
    security.answer_always(Some("503 Down"));
    ada.worries("Keys of others are visible").await;
    assert_eq!(security.next().await.answered, 503);
    desk.answer(&["400 Bad Request"]);
    let report = ada.declare("Keys of all are visible").await;
    desk.next().await;
    until(&mara, |connector| connector.parked == 1).await;
    let parked = deliveries(&mara, "webhook").await.remove(0).id;
    theo.does(report.incident, Ask::Seal { reason: text("Keys") }).await;
    let seen: Vec<String> = every(&mara).await.into_iter().map(|answer| answer.body).collect();
    let all = seen.concat();
    assert!(!all.contains(&report.incident.to_string()) && !all.contains(&report.reference), "{all}");
    let own = connectors(&mara).await;
    let counts: Vec<_> = own.iter().map(|one| (one.name.as_str(), one.state, one.waiting, one.parked)).collect();
    assert_eq!(counts, [("webhook", ConnectorState::Delivering, 0, 0)]);
    let body = format!(r#"{{"delivery":"{parked}"}}"#);
    assert_eq!(mara.post("/v1/connectors/webhook/replay", None, &body).await.code(), "not_found");
    let all = connectors(&theo).await;
    assert_eq!(all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["webhook", "webhook:security"]);
    assert!(all[1].waiting > 0);
    let foreign = theo.request(Method::POST, "/v1/connectors/webhook/resume").header("origin", "https://evil.example");
    assert_eq!(Person::send(foreign).await.code(), "forbidden");
}

async fn of_two_servers_one_sends_each_message(backend: Backend) {
    let mut desk = Receiver::start().await;
    let site = Site::start_with(backend, to(&desk.url)).await;
    let second = site.beside(|_| ()).await;
    let mut missing = BTreeSet::new();
    for number in 0..12 {
        let site = if number % 2 == 0 { &site } else { &second };
        missing.insert(site.ada().declare(&format!("Trouble {number}")).await.reference);
    }
    let mut ids = BTreeSet::new();
    while !missing.is_empty() {
        let came = desk.next().await;
        assert_eq!(came.happened(), ["declared", "paged"]);
        assert!(ids.insert(came.header("webhook-id").to_owned()), "sent once");
        missing.remove(&came.told().1);
    }
    until(&site.staff("mara").await, |connector| connector.waiting == 0).await;
    assert!(!desk.has_more());
    assert_eq!(ids.len(), 12);
}
