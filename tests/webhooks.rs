//! Webhooks, with a real peer on this machine: who is told what, signed, in order, until it is taken. Each on both
//! databases.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use callpoint_core::model::{
    command::{IncidentCommand as Ask, Visibility},
    event::{Audience, Change, Event, PageOutcome},
    id::{AccountId, ComponentId},
    report::ReportDraft,
    severity::Severity,
    time::{HOUR, MINUTE},
};
use callpoint_server::{config::Config, crypto::SigningSecret};
use callpoint_tests::{Backend, Listener, Received, Receiver, Site, id, on_both_databases, say, text};

#[path = "webhooks/deliveries.rs"]
mod deliveries;
#[path = "webhooks/escalation.rs"]
mod escalation;

on_both_databases! {
    pages_are_sent_signed_in_order_and_until_they_are_taken,
    each_address_is_told_what_is_its_own,
    what_was_sealed_before_it_was_sent_goes_to_security_alone,
    a_page_to_an_address_that_is_gone_is_said_not_to_be_delivered,
    what_became_of_a_page_is_written_back,
    without_a_connector_staff_read_that_nobody_could_be_paged,
}

const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";

fn to(url: &str) -> impl FnOnce(&mut Config) {
    move |config| {
        config.webhook.url = url.to_owned();
        config.webhook.secret = SECRET.to_owned();
        config.public_url = text("https://incidents.northwind.example");
    }
}

fn checks(received: &Received, secret: &SigningSecret) {
    let timestamp: i64 = received.header("webhook-timestamp").parse().unwrap();
    let signed = secret.sign(received.header("webhook-id"), timestamp, &received.body);
    assert_eq!(received.header("webhook-signature"), signed);
    assert_eq!(received.header("content-type"), "application/json");
}

async fn pages_are_sent_signed_in_order_and_until_they_are_taken(backend: Backend) {
    let (mut desk, elsewhere) = (Receiver::start().await, Receiver::start().await);
    let redirect = format!("302 Found\r\nlocation: {}", elsewhere.url);
    desk.answer(&["503 Service Unavailable", &redirect]);
    let site = Site::start_with(backend, to(&desk.url)).await;
    let secret = SigningSecret::parse(SECRET).unwrap();
    let receipt = site.ada().declare("Pipelines are stuck").await;

    let mut tries = Vec::new();
    for status in [503, 302, 204] {
        let came = desk.next().await;
        assert_eq!((came.answered, came.told()), (status, (text("incident.paged"), receipt.reference.clone())));
        assert_eq!(came.happened(), ["declared", "paged"]);
        checks(&came, &secret);
        tries.push(came);
    }
    let ids: Vec<&str> = tries.iter().map(|came| came.header("webhook-id")).collect();
    assert!(ids.windows(2).all(|pair| pair.first() == pair.last()), "one message, one id: {ids:?}");
    assert!(!elsewhere.has_more(), "nobody else was configured");
    let told = tries[2].json();
    assert_eq!(told["data"]["event"]["change"]["paged"]["cause"], "declared");
    let incident = &told["data"]["incident"];
    assert_eq!((incident["title"].as_str(), incident["severity"].as_i64()), (Some("Pipelines are stuck"), Some(2)));
    assert_eq!((incident["level"].as_str(), incident["drill"].as_bool()), (Some("SEV2"), Some(false)));
    let link = format!("https://incidents.northwind.example/console/incidents/{}", receipt.incident);
    assert_eq!(incident["link"], link);
    assert!(told["timestamp"].as_str().unwrap().ends_with('Z'));

    // What people only talk about calls nobody; what is late does. A restart tells nothing twice.
    let mara = site.staff("mara").await;
    mara.does(receipt.incident, say("We see it", Some(Visibility::Affected))).await;
    let site = site.restart().await;
    let (ada, mara) = (site.ada(), mara.at(&site.origin));
    mara.does(receipt.incident, Ask::ProposeResolution { text: text("They run.") }).await;
    ada.does(receipt.incident, Ask::Dispute { reason: text("They don't.") }).await;
    let told = desk.next().await;
    assert_eq!((told.told().0.as_str(), told.happened()), ("incident.paged", vec![text("disputed"), text("paged")]));
    assert_ne!(told.header("webhook-id"), tries[0].header("webhook-id"));
    site.wait(2 * HOUR + MINUTE);
    let mut overdue = desk.next().await;
    while !overdue.happened().contains(&text("overdue")) {
        overdue = desk.next().await;
    }
    checks(&overdue, &secret);
}

async fn each_address_is_told_what_is_its_own(backend: Backend) {
    let (mut desk, mut security, mut acme) =
        (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    let site = Site::start_with(backend, |config| {
        to(&desk.url)(config);
        config.webhook.security_url.clone_from(&security.url);
        config.webhook.accounts = vec![format!("acme={}", acme.url)];
        config.engagement.shared_pager = vec![text("acme"), text("globex")];
        config.vendor.owners = vec![text("actions=theo")];
    })
    .await;
    let (ada, gita, mara) = (site.ada(), site.gita(), site.staff("mara").await);
    let drill =
        ReportDraft { what: text("A rehearsal"), severity: Some(Severity(2)), drill: true, ..ReportDraft::default() };
    ada.declares(drill).await;
    let sealed = ada.worries("Keys of others are visible").await.reference;
    let other = gita.declare("Nothing deploys").await.reference;
    let draft = ReportDraft {
        what: text("Pipelines are stuck"),
        severity: Some(Severity(1)),
        component: Some(id(ComponentId::parse, "actions")),
        ..ReportDraft::default()
    };
    let own = ada.declares(draft).await;
    mara.does(own.incident, Ask::AssignRole { role: text("commander"), person: None }).await;

    let pager = acme.next().await;
    assert_eq!(pager.told(), (text("incident.paged"), own.reference.clone()), "the first that it is told");
    let account = id(AccountId::parse, "acme");
    assert_eq!(pager.json()["data"]["event"]["change"]["paged"]["whom"]["account"], "acme");
    assert_eq!(pager.json()["data"]["incident"]["link"].as_str().unwrap().rsplit('/').nth(1), Some("t"));
    checks(&pager, &SigningSecret::parse(SECRET).unwrap().of_account(&account));

    let sealed_report = security.next().await;
    assert_eq!(
        (sealed_report.told().1, sealed_report.happened()),
        (sealed.clone(), vec![text("declared"), text("paged")])
    );
    for (reference, owner) in [(&other, None), (&own.reference, Some("Theo Park"))] {
        let came = desk.next().await;
        assert!(came.told().1 != sealed && !came.body.contains("Keys"), "{}", came.body);
        assert!(!came.body.contains("rehearsal"), "a drill leaves nothing");
        assert_eq!(came.told(), (text("incident.paged"), reference.clone()));
        let pages = came.json()["data"]["events"].as_array().unwrap()[1..].to_vec();
        let whom: Vec<_> = pages.iter().map(|page| page["change"]["paged"]["whom"].clone()).collect();
        assert!(whom.iter().all(|whom| whom.get("account").is_none()), "its own connector calls an account: {whom:?}");
        let mut staff = whom.iter().filter_map(|whom| whom["staff"]["name"].as_str());
        assert_eq!((whom[0]["on_call"].is_string(), staff.next_back()), (true, owner));
    }
    let rest = acme.rest();
    assert!(rest.iter().all(|came| came.told() == pager.told()), "what is another's is not told: {rest:?}");
}

async fn what_was_sealed_before_it_was_sent_goes_to_security_alone(backend: Backend) {
    let (mut desk, mut security) = (Receiver::start().await, Receiver::start().await);
    let site = Site::start_with(backend, |config| {
        to(&desk.url)(config);
        config.webhook.security_url.clone_from(&security.url);
    })
    .await;
    let theo = site.staff("theo").await;
    // The desk does not take it until it is sealed.
    desk.answer_always(Some("503 Down"));
    let report = site.ada().declare("Keys of others are visible").await;
    assert_eq!(desk.next().await.told().1, report.reference);
    theo.does(report.incident, Ask::Seal { reason: text("Keys") }).await;
    // From here on it is security's alone.
    theo.does(report.incident, Ask::ProposeResolution { text: text("They are not.") }).await;
    site.ada().does(report.incident, Ask::Dispute { reason: text("They are.") }).await;
    // What it was told of before depends on who came first.
    while !security.next().await.happened().contains(&text("disputed")) {}
    desk.answer_always(None);
    let next = site.gita().declare("Nothing deploys").await;
    let mut came = desk.next().await;
    while came.answered == 503 {
        came = desk.next().await;
    }
    assert_eq!(came.told(), (text("incident.paged"), next.reference), "nothing of it is tried again");
}

async fn a_page_to_an_address_that_is_gone_is_said_not_to_be_delivered(backend: Backend) {
    let (mut desk, mut security) = (Receiver::start().await, Receiver::start().await);
    desk.answer(&["410 Gone"]);
    let site = Site::start_with(backend, |config| {
        to(&desk.url)(config);
        config.webhook.security_url.clone_from(&security.url);
    })
    .await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let mut console = mara.listen(Some(0)).await;
    ada.declare("Pipelines are stuck").await;
    assert_eq!(desk.next().await.answered, 410);
    assert_eq!(outcome(&mut console).await, (PageOutcome::Undelivered, text("webhook")));
    // What comes while it is parked waits, and is said not to be delivered too; nothing else is held up.
    ada.declare("Nothing deploys").await;
    assert_eq!(outcome(&mut console).await, (PageOutcome::Undelivered, text("webhook")));
    ada.worries("Keys of others are visible").await;
    assert_eq!(security.next().await.answered, 204);
    let site = site.restart().await;
    site.ada().worries("Keys of others are visible still").await;
    assert_eq!(security.next().await.answered, 204);
    assert!(!desk.has_more(), "not after a restart either");
    site.assert_snapshot_is_fold().await;
}

/// What became of the next page of staff, by what.
async fn outcome(console: &mut Listener) -> (PageOutcome, String) {
    let handled = console.until(|change| matches!(change, Change::PageHandled { .. })).await;
    assert_eq!(handled.to, Audience::Internal);
    match handled.change {
        Change::PageHandled { outcome, connector, .. } => (outcome, connector),
        _ => unreachable!(),
    }
}

async fn what_became_of_a_page_is_written_back(backend: Backend) {
    let mut desk = Receiver::start().await;
    let site = Site::start_with(backend, to(&desk.url)).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let mut console = mara.listen(Some(0)).await;
    let taken = ada.declare("Pipelines are stuck").await;
    assert_eq!(outcome(&mut console).await, (PageOutcome::Delivered, text("webhook")));
    assert_eq!(desk.next().await.happened(), ["declared", "paged"]);

    desk.answer_always(Some("503 Down"));
    ada.declare("Nothing deploys").await;
    assert_eq!(outcome(&mut console).await, (PageOutcome::Undelivered, text("webhook")));
    desk.answer_always(None);
    assert_eq!(outcome(&mut console).await, (PageOutcome::Delivered, text("webhook")));

    let thread = mara.thread(taken.incident).await;
    let handled = thread.entries.iter().filter(|event| matches!(event.change, Change::PageHandled { .. }));
    assert_eq!(handled.count(), 1);
    let seen = ada.thread(taken.incident).await;
    let told = |event: &Event| matches!(event.change, Change::Paged(_) | Change::PageHandled { .. });
    assert!(!seen.entries.iter().any(told) && seen.incident.paging.is_none(), "it is the vendor's own matter");
    // A second look, by a server that starts anew, records nothing twice.
    let site = site.restart().await;
    site.ada().declare("Another").await;
    let mut console = mara.at(&site.origin).listen(Some(0)).await;
    for expected in [PageOutcome::Delivered, PageOutcome::Undelivered, PageOutcome::Delivered, PageOutcome::Delivered] {
        assert_eq!(outcome(&mut console).await.0, expected);
    }
    site.assert_snapshot_is_fold().await;
}

async fn without_a_connector_staff_read_that_nobody_could_be_paged(backend: Backend) {
    let mut security = Receiver::start().await;
    let site = Site::start_with(backend, |config| {
        to("")(config);
        config.webhook.security_url.clone_from(&security.url);
    })
    .await;
    let (ada, theo) = (site.ada(), site.staff("theo").await);
    let mut console = theo.listen(Some(0)).await;
    ada.declare("Pipelines are stuck").await;
    assert_eq!(outcome(&mut console).await, (PageOutcome::NoConnector, String::new()));
    ada.worries("Keys of others are visible").await;
    assert_eq!(outcome(&mut console).await, (PageOutcome::Delivered, text("webhook")));
    security.next().await;
    site.assert_snapshot_is_fold().await;
}
