//! What staff open themselves, over HTTP.

use callpoint_core::model::{
    command::IncidentCommand as Ask, event::Change, incident::Status, report::Receipt, stake::Closure, time::HOUR,
};
use callpoint_tests::{Backend, Person, Site, key, on_both_databases, publish, text};
use serde_json::{Value, json};

use super::led;

on_both_databases! {
    staff_open_what_they_found_and_nobody_else_sees_it_before_it_is_published,
    staff_open_an_incident_for_an_account_by_what_was_agreed_with_it,
    staff_plan_a_maintenance_that_the_status_page_shows,
}

async fn open(staff: &Person, body: &Value) -> Receipt {
    let answer = staff.post("/v1/incidents", Some(key()), &body.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

async fn staff_open_what_they_found_and_nobody_else_sees_it_before_it_is_published(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let body =
        json!({ "title": "Queues grow", "text": "Seen by monitoring.", "severity": 2, "components": ["actions"] });
    let again = key();
    let first = mara.post("/v1/incidents", Some(again), &body.to_string()).await;
    assert_eq!(
        (first.status, &first.body),
        (201, &mara.post("/v1/incidents", Some(again), &body.to_string()).await.body)
    );
    let Receipt { incident, reference, .. } = first.json();
    assert_eq!(reference, "NW-4127");
    assert_eq!(ada.declare("Another").await.reference, "NW-4128");
    assert_eq!(ada.get(&format!("/v1/incidents/{incident}")).await.code(), "not_found");
    for (who, code) in [(ada.clone(), "forbidden"), (site.anybody(), "unauthenticated")] {
        assert_eq!(who.post("/v1/incidents", Some(key()), &body.to_string()).await.code(), code);
    }
    let wrong = mara.post("/v1/incidents", Some(key()), &json!({ "title": "x" }).to_string()).await;
    assert_eq!((wrong.status, wrong.json::<Value>()["field"].as_str()), (422, Some("severity")));

    mara.does(incident, Ask::Update(publish("Jobs wait", "We look."))).await;
    let seen = ada.thread(incident).await;
    assert_eq!((seen.incident.title.as_str(), seen.incident.assessment), ("Jobs wait", None));
    assert!(seen.entries.iter().all(|event| !matches!(event.change, Change::Opened { .. } | Change::Paged(_))));
    mara.does(incident, Ask::ProposeResolution { text: text("They run.") }).await;
    assert_eq!(ada.thread(incident).await.incident.status, Status::Resolved);
    site.assert_snapshot_is_fold().await;
}

async fn staff_open_an_incident_for_an_account_by_what_was_agreed_with_it(backend: Backend) {
    let site = Site::start_with(backend, led).await;
    let (ada, gita, mara) = (site.ada(), site.gita(), site.staff("mara").await);
    let account = json!({ "id": "acme", "name": "Acme Robotics" });
    let incident =
        open(&mara, &json!({ "title": "Your exports fail", "severity": 2, "account": account })).await.incident;
    let seen = ada.thread(incident).await;
    assert_eq!(seen.incident.stakes[0].title, "Your exports fail");
    assert_eq!(gita.get(&format!("/v1/incidents/{incident}")).await.code(), "not_found");
    mara.does(incident, Ask::ProposeResolution { text: text("They work.") }).await;
    let closure = mara.thread(incident).await.incident.stakes[0].closure.clone();
    assert!(matches!(closure, Closure::Proposed { until: None, .. }), "it leads its incidents: {closure:?}");
    ada.does(incident, Ask::Confirm {}).await;
    site.assert_snapshot_is_fold().await;
}

async fn staff_plan_a_maintenance_that_the_status_page_shows(backend: Backend) {
    let site = Site::start(backend).await;
    let mara = site.staff("mara").await;
    let now = site.clock.now();
    let window = json!({ "starts_at": now.plus(HOUR), "ends_at": now.plus(2 * HOUR) });
    let incident =
        open(&mara, &json!({ "title": "New disks", "components": ["pages"], "maintenance": window })).await.incident;
    let page = async || site.anybody().get("/").await.body;
    assert!(!page().await.contains("New disks"));
    mara.does(incident, Ask::Update(publish("New disks", "Pages may be slow."))).await;
    assert!(page().await.contains("New disks"));
    assert_eq!(mara.command(incident, Ask::Move { status: Status::Resolved }).await.code(), "invalid");
    for status in [Status::InProgress, Status::Verifying, Status::Completed] {
        mara.does(incident, Ask::Move { status }).await;
    }
    assert!(!mara.thread(incident).await.incident.status.is_open());
    site.assert_snapshot_is_fold().await;
}
