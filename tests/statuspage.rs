//! What everybody may know in other programs' formats: the Statuspage API v2, feeds and the calendar. Who may not see
//! something does not find it here either: see the tests of visibility, which look at every document.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on fails, and says where")]

use callpoint_core::model::{
    command::{IncidentCommand as Ask, Update},
    incident::{Impact, Status},
    report::Receipt,
    time::HOUR,
};
use callpoint_server::{
    connect::import::statuspage::{self, ImportOptions, ImportSummary},
    public::PublicDocument,
};
use callpoint_tests::{Answer, Backend, Person, Site, key, on_both_databases, publish, text};
use feed_rs::parser;
use reqwest::Method;
use serde_json::{Value, json};

on_both_databases! {
    an_incident_goes_through_every_document,
    a_maintenance_goes_by_its_plan,
    a_long_history_is_listed_by_its_latest_and_can_be_brought_in_elsewhere,
}

const HISTORY: &str = include_str!("../data/github-incidents-2022-2025.json");

async fn read(site: &Site, path: &str) -> Value {
    let answer = site.anybody().get(path).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json; charset=utf-8"), "{path}");
    answer.json()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

async fn an_incident_goes_through_every_document(backend: Backend) {
    let site = Site::start_with(backend, |config| config.public_url = text("https://status.northwind.example")).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let calm = read(&site, "/api/v2/summary.json").await;
    assert_eq!(calm["status"], json!({ "indicator": "none", "description": "All Systems Operational" }));
    assert_eq!((names(&calm["components"]), names(&calm["incidents"])), (vec!["Actions", "Pages"], vec![]));
    assert_eq!(calm["page"]["name"], "Northwind");
    assert_eq!(calm["page"]["url"], "https://status.northwind.example");

    let incident = ada.declare("Our builds hang").await.incident;
    assert_eq!(read(&site, "/api/v2/summary.json").await, calm, "it is the account's alone");
    site.wait(HOUR);
    mara.does(incident, Ask::Update(publish("Pipelines start late", "We look."))).await;
    let summary = read(&site, "/api/v2/summary.json").await;
    assert_eq!(summary["status"], json!({ "indicator": "major", "description": "Partial System Outage" }));
    let statuses: Vec<&Value> = summary["components"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(statuses, ["partial_outage", "operational"]);
    let one = &summary["incidents"][0];
    assert_eq!(
        (&one["name"], &one["status"], &one["impact"]),
        (&json!("Pipelines start late"), &json!("investigating"), &json!("major"))
    );
    assert_eq!((&one["resolved_at"], &one["monitoring_at"]), (&Value::Null, &Value::Null));
    assert_eq!(one["shortlink"], format!("https://status.northwind.example/t/{incident}"));
    assert!(one["started_at"].as_str() < one["created_at"].as_str(), "it began before it was public: {one}");
    assert!(one.get("scheduled_for").is_none());
    let update = &one["incident_updates"][0];
    assert_eq!((&update["body"], &update["incident_id"]), (&json!("We look."), &one["id"]));
    assert_eq!(
        update["affected_components"],
        json!([{ "code": "actions", "name": "Actions", "old_status": "operational", "new_status": "partial_outage" }])
    );

    let next = |status, words: &str| Ask::Update(Update { publish: None, status: Some(status), ..publish("", words) });
    mara.does(incident, next(Status::Monitoring, "A fix is in.")).await;
    mara.does(incident, Ask::ProposeResolution { text: text("Fixed for those affected.") }).await;
    ada.does(incident, Ask::Confirm {}).await;
    assert_eq!(names(&read(&site, "/api/v2/incidents/unresolved.json").await["incidents"]), Vec::<&str>::new());
    let all = read(&site, "/api/v2/incidents.json").await;
    let one = &all["incidents"][0];
    let steps: Vec<&Value> =
        one["incident_updates"].as_array().unwrap().iter().map(|update| &update["status"]).collect();
    assert_eq!(steps, ["resolved", "monitoring", "investigating"], "the latest first, and each move has one");
    assert!(one["monitoring_at"].is_string() && one["resolved_at"].is_string(), "{one}");
    assert!(!all.to_string().contains("those affected"), "what was proposed was for the account");
    let over = read(&site, "/api/v2/status.json").await;
    assert_eq!(over["status"], calm["status"]);
    assert!(over["page"]["updated_at"].as_str() > calm["page"]["updated_at"].as_str());

    for document in [PublicDocument::Atom, PublicDocument::Rss, PublicDocument::JsonFeed] {
        let answer = site.anybody().get(document.path()).await;
        assert_eq!(answer.header("content-type"), document.media_type());
        let feed = parser::parse(answer.body.as_bytes()).unwrap();
        assert_eq!((feed.title.unwrap().content.as_str(), feed.entries.len()), ("Northwind status", 1));
        let entry = &feed.entries[0];
        assert_eq!(entry.title.as_ref().unwrap().content, "Pipelines start late");
        assert_eq!(entry.id, format!("urn:uuid:{incident}"));
        assert!(entry.published.is_some(), "{document:?}");
        let body = entry.content.as_ref().and_then(|content| content.body.clone());
        let body = body.or_else(|| entry.summary.as_ref().map(|summary| summary.content.clone())).unwrap();
        assert!(body.find("A fix is in.") < body.find("We look."), "{document:?}: {body}");
    }
}

async fn a_maintenance_goes_by_its_plan(backend: Backend) {
    let site = Site::start(backend).await;
    let mara = site.staff("mara").await;
    let now = site.clock.now();
    let window = json!({ "starts_at": now.plus(HOUR), "ends_at": now.plus(2 * HOUR) });
    let opening = json!({ "title": "New disks", "components": ["pages"], "maintenance": window });
    let opened: Receipt = mara.post("/v1/incidents", Some(key()), &opening.to_string()).await.json();
    let where_is_it = async || -> Vec<usize> {
        let mut counts = Vec::new();
        for which in ["", "/upcoming", "/active"] {
            let list = read(&site, &format!("/api/v2/scheduled-maintenances{which}.json")).await;
            counts.push(list["scheduled_maintenances"].as_array().unwrap().len());
        }
        counts
    };
    assert_eq!(where_is_it().await, [0, 0, 0], "nobody was told yet");
    let mut words = publish("New disks", "Pages; may be slow, for a while.");
    if let Some(face) = &mut words.publish {
        face.impact = Impact::Maintenance;
        face.components = vec![callpoint_core::model::id::ComponentId::parse("pages").unwrap()];
    }
    mara.does(opened.incident, Ask::Update(words)).await;
    assert_eq!(where_is_it().await, [1, 1, 0]);
    let summary = read(&site, "/api/v2/summary.json").await;
    let planned = summary["scheduled_maintenances"][0].clone();
    assert_eq!((&planned["status"], &planned["impact"]), (&json!("scheduled"), &json!("maintenance")));
    assert!(planned["scheduled_for"].as_str() < planned["scheduled_until"].as_str(), "{planned}");
    assert_eq!(summary["status"]["indicator"], "none", "it is to come");
    assert_eq!(names(&summary["incidents"]), Vec::<&str>::new());
    let calendar = site.anybody().get("/maintenance.ics").await.body;
    for part in ["SUMMARY:New disks\r\n", "Pages\\; may be slow\\, for a while.", "DTSTART:", "DTEND:", "END:VCALENDAR"]
    {
        assert!(calendar.replace("\r\n ", "").contains(part), "{part}: {calendar}");
    }

    mara.does(opened.incident, Ask::Move { status: Status::InProgress }).await;
    assert_eq!(where_is_it().await, [1, 0, 1]);
    let status = read(&site, "/api/v2/status.json").await;
    assert_eq!(status["status"], json!({ "indicator": "maintenance", "description": "Service Under Maintenance" }));
    mara.does(opened.incident, Ask::Move { status: Status::Completed }).await;
    assert_eq!(where_is_it().await, [1, 0, 0]);
    let list = read(&site, "/api/v2/scheduled-maintenances.json").await;
    let over = &list["scheduled_maintenances"][0];
    assert_eq!(over["scheduled_until"], planned["scheduled_until"], "the plan stays what it was");
}

async fn a_long_history_is_listed_by_its_latest_and_can_be_brought_in_elsewhere(backend: Backend) {
    let site = Site::start(backend).await;
    let store = site.store().await;
    let options = ImportOptions { newest: None, reference_prefix: text("NW-") };
    statuspage::import(&store, HISTORY, &options).await.unwrap();
    store.close().await;
    let incidents = read(&site, "/api/v2/incidents.json").await;
    let list = incidents["incidents"].as_array().unwrap();
    assert_eq!(list.len(), 50);
    let began: Vec<&str> = list.iter().map(|one| one["created_at"].as_str().unwrap()).collect();
    assert!(began.is_sorted_by(|a, b| a >= b), "the latest first: {began:?}");
    let source: Value = serde_json::from_str(HISTORY).unwrap();
    let original = &source["incidents"][0];
    let copy = list.iter().find(|one| one["name"] == original["name"]).unwrap();
    let said = |one: &Value| -> Vec<(Value, Value)> {
        let updates = one["incident_updates"].as_array().unwrap();
        updates.iter().map(|update| (update["status"].clone(), update["body"].clone())).collect()
    };
    assert_eq!(said(copy).len(), said(original).len());
    for (theirs, ours) in said(original).iter().zip(said(copy)) {
        assert_eq!((theirs.0.clone(), theirs.1.as_str().map(str::trim)), (ours.0, ours.1.as_str()));
    }
    assert!(list.iter().all(|one| one["resolved_at"].is_string() && one["impact"].is_string()));

    // Another server reads what this one gives.
    let other = Site::start(backend).await;
    let store = other.store().await;
    let again = statuspage::import(&store, &incidents.to_string(), &options).await.unwrap();
    assert_eq!(again, ImportSummary { added: 50, known: 0 });
    store.close().await;
    let atom = site.anybody().get("/history.atom").await.body;
    assert_eq!(parser::parse(atom.as_bytes()).unwrap().entries.len(), 50);
}

#[tokio::test]
async fn any_page_may_read_and_ask_again_for_what_changed() {
    let site = Site::start(Backend::Sqlite).await;
    let ask = async |path: &str, name: &str, value: &str| -> Answer {
        let request = site.anybody().request(Method::GET, path).header("origin", "https://elsewhere.example");
        Person::send(request.header(name, value)).await
    };
    for document in PublicDocument::STATUSPAGE.into_iter().chain(PublicDocument::FEEDS) {
        let path = document.path();
        let first = ask(path, "accept", "*/*").await;
        assert_eq!((first.status, first.header("access-control-allow-origin")), (200, "*"), "{path}");
        assert_eq!(first.header("cache-control"), "no-cache", "{path}");
        let etag = first.header("etag").to_owned();
        for known in [etag.clone(), format!("W/{etag}"), format!("\"old\", {etag}"), text("*")] {
            let again = ask(path, "if-none-match", &known).await;
            assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", &*etag), "{path} {known}");
            assert_eq!(again.header("access-control-allow-origin"), "*");
        }
        for unknown in ["\"old\"", "nonsense", "\""] {
            assert_eq!(ask(path, "if-none-match", unknown).await.status, 200, "{path} {unknown}");
        }
        assert_eq!(site.anybody().post(path, None, "{}").await.code(), "method_not_allowed", "{path}");
        assert_eq!(site.ada().get(path).await.body, first.body, "whoever asks is nobody here: {path}");
    }
}

#[tokio::test]
async fn hostile_words_stay_words_in_every_format() {
    let site = Site::start(Backend::Sqlite).await;
    let mara = site.staff("mara").await;
    let incident = site.ada().declare("x").await.incident;
    let title = "]]> <script>alert(1)</script> & \u{fffe}\"'";
    let words = "</content></entry>\n\n<img src=x onerror=alert(1)>\u{ffff}\nEND:VEVENT\r\nATTENDEE:x";
    mara.does(incident, Ask::Update(publish(title, words))).await;
    for document in [PublicDocument::Atom, PublicDocument::Rss, PublicDocument::JsonFeed] {
        let answer = site.anybody().get(document.path()).await;
        let feed = parser::parse(answer.body.as_bytes()).unwrap();
        assert_eq!(feed.entries.len(), 1, "{document:?}");
        let entry = &feed.entries[0];
        let body = entry.content.as_ref().and_then(|content| content.body.clone());
        let body = body.or_else(|| entry.summary.as_ref().map(|summary| summary.content.clone())).unwrap();
        assert!(!body.contains("<img") && !body.contains("<script"), "{document:?}: {body}");
    }
    let list = read(&site, "/api/v2/incidents.json").await;
    assert!(list["incidents"][0]["name"].as_str().unwrap().contains("<script>"), "JSON needs no other form");
}
