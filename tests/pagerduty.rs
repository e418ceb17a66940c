//! PagerDuty, with a peer on this machine that takes what the Events API v2 takes, answers as it answers, and keeps its
//! alerts: what an incident is there. Each on both databases.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use std::collections::BTreeMap;

use callpoint_core::{
    model::{
        command::{IncidentCommand as Ask, Visibility},
        event::{Change, PageOutcome},
        id::{ComponentId, IncidentId},
        report::ReportDraft,
        severity::Severity,
        time::MINUTE,
    },
    wire::connectors::{Connectors, Deliveries, Delivery, DeliveryStatus},
};
use callpoint_server::config::Config;
use callpoint_tests::{Backend, Person, Receiver, Site, id, on_both_databases, say, text};
use serde_json::{Value, json};

on_both_databases! {
    an_alert_follows_its_incident,
    an_account_has_alerts_of_its_own,
    what_is_sealed_goes_to_its_own_service_alone,
    what_is_not_taken_is_tried_again_in_order,
    what_is_refused_is_parked_with_what_was_answered,
}

const KEY: &str = "0123456789abcdef0123456789abcdef";
const SECURITY: &str = "5ec0123456789abcdef0123456789abc";
const ACME: &str = "acme23456789abcdef0123456789abcd";

fn to(url: &str) -> impl FnOnce(&mut Config) {
    move |config| {
        config.pagerduty.url = url.to_owned();
        config.pagerduty.routing_key = KEY.to_owned();
        config.pagerduty.security_routing_key = SECURITY.to_owned();
        config.pagerduty.accounts = vec![format!("acme={ACME}")];
        config.public_url = text("https://incidents.northwind.example");
    }
}

/// What is wrong with an event, by PagerDuty's own schema of `POST /v2/enqueue` and the limits that it documents.
fn problems(event: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut check = |good: bool, what: &str| wrong.extend((!good).then(|| what.to_owned()));
    let only = |value: &Value, known: &[&str]| {
        value.as_object().is_some_and(|fields| fields.keys().all(|name| known.contains(&name.as_str())))
    };
    let is_text = |value: &Value, most: usize| value.as_str().is_some_and(|text| (1..=most).contains(&text.len()));
    let known = ["payload", "routing_key", "event_action", "dedup_key", "client", "client_url", "links", "images"];
    check(only(event, &known), "an unknown field");
    check(event["routing_key"].as_str().is_some_and(|key| key.len() == 32), "routing_key");
    check(is_text(&event["dedup_key"], 255), "dedup_key");
    match event["event_action"].as_str() {
        Some("trigger") => {
            let payload = &event["payload"];
            let known = ["summary", "timestamp", "severity", "source", "component", "group", "class", "custom_details"];
            check(only(payload, &known), "an unknown field of payload");
            check(is_text(&payload["summary"], 1024), "payload.summary");
            check(is_text(&payload["source"], 255), "payload.source");
            let severity = payload["severity"].as_str();
            check(severity.is_some_and(|word| ["critical", "error", "warning", "info"].contains(&word)), "severity");
            check(payload["timestamp"].as_str().is_some_and(|at| at.ends_with('Z') && at.contains('T')), "timestamp");
            check(payload["custom_details"].is_object(), "custom_details");
            for link in event["links"].as_array().unwrap_or(&Vec::new()) {
                check(only(link, &["href", "text"]) && link["href"].as_str().is_some(), "links");
            }
        }
        Some("acknowledge" | "resolve") => check(event["payload"].is_null(), "payload without a trigger"),
        _ => check(false, "event_action"),
    }
    wrong
}

/// The peer, and how its alerts stand by what it took: by routing key and dedup key.
struct PagerDuty {
    receiver: Receiver,
    alerts: BTreeMap<(String, String), &'static str>,
}

impl PagerDuty {
    async fn start() -> Self {
        let receiver = Receiver::start().await;
        receiver.answer_always(Some(ACCEPTED));
        Self { receiver, alerts: BTreeMap::new() }
    }

    /// The next event, checked and, if it was taken, done to its alert.
    async fn next(&mut self) -> Value {
        let came = self.receiver.next().await;
        assert_eq!(came.header("content-type"), "application/json");
        let event = came.json();
        assert_eq!(problems(&event), Vec::<String>::new(), "{event}");
        let part = |name: &str| event[name].as_str().unwrap().to_owned();
        let alert = (part("routing_key"), part("dedup_key"));
        let stands = match (event["event_action"].as_str(), self.alerts.get(&alert)) {
            (Some("trigger"), None | Some(&"resolved")) => "triggered",
            // More of an alert that is open does not change it.
            (Some("trigger"), Some(open)) => open,
            (Some("acknowledge"), Some(&"triggered")) => "acknowledged",
            (Some("resolve"), Some(_)) => "resolved",
            (_, known) => known.copied().unwrap_or("unknown"),
        };
        if came.answered == 202 {
            self.alerts.insert(alert, stands);
        }
        json!({ "answered": came.answered, "stands": stands, "event": event })
    }

    /// The next one that is about this incident, with what was done and how its alert stands now.
    async fn of(&mut self, key: &str, incident: IncidentId) -> (String, String, Value) {
        loop {
            let came = self.next().await;
            let event = &came["event"];
            if event["routing_key"] == key && event["dedup_key"] == format!("callpoint-{incident}") {
                let word = |value: &Value| value.as_str().unwrap().to_owned();
                return (word(&event["event_action"]), word(&came["stands"]), event.clone());
            }
        }
    }

    async fn does(&mut self, key: &str, incident: IncidentId, action: &str, stands: &str) {
        let (did, is, _) = self.of(key, incident).await;
        assert_eq!((did.as_str(), is.as_str()), (action, stands));
    }
}

const ACCEPTED: &str =
    "202 Accepted\r\n\r\n{\"status\":\"success\",\"message\":\"Event processed\",\"dedup_key\":\"callpoint\"}";

fn all_is_down() -> ReportDraft {
    ReportDraft {
        what: text("All is down"),
        severity: Some(Severity(1)),
        component: Some(id(ComponentId::parse, "actions")),
        ..ReportDraft::default()
    }
}

async fn an_alert_follows_its_incident(backend: Backend) {
    let mut peer = PagerDuty::start().await;
    let site = Site::start_with(backend, |config| {
        to(&peer.receiver.url)(config);
        config.vendor.owners = vec![text("actions=theo")];
    })
    .await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let mut console = mara.listen(Some(0)).await;
    let report = ada.declares(all_is_down()).await;
    let incident = report.incident;
    let (action, stands, event) = peer.of(KEY, incident).await;
    assert_eq!((action.as_str(), stands.as_str()), ("trigger", "triggered"));
    let payload = &event["payload"];
    assert_eq!(payload["summary"], format!("{} SEV1: All is down", report.reference));
    assert_eq!((&payload["severity"], &payload["component"]), (&json!("critical"), &json!("actions")));
    assert_eq!(payload["custom_details"]["paged"], json!(["on call: service", "Theo Park"]), "one report, one alert");
    let link = format!("https://incidents.northwind.example/console/incidents/{incident}");
    assert_eq!((&event["client_url"], &event["links"][0]["href"]), (&json!(link), &json!(link)));
    let handled = console.until(|change| matches!(change, Change::PageHandled { .. })).await;
    let Change::PageHandled { outcome, connector, .. } = handled.change else { unreachable!() };
    assert_eq!((outcome, connector.as_str()), (PageOutcome::Delivered, "pagerduty"));

    // A reply acknowledges, the end resolves, and a dispute is another alert.
    mara.does(incident, say("We see it", Some(Visibility::Affected))).await;
    peer.does(KEY, incident, "acknowledge", "acknowledged").await;
    let resolves = Ask::ProposeResolution { text: text("It runs.") };
    mara.does(incident, resolves.clone()).await;
    ada.does(incident, Ask::Confirm {}).await;
    peer.does(KEY, incident, "resolve", "resolved").await;
    ada.does(incident, Ask::Reopen { reason: text("It is back.") }).await;
    peer.does(KEY, incident, "trigger", "triggered").await;
    mara.does(incident, Ask::Acknowledge {}).await;
    peer.does(KEY, incident, "acknowledge", "acknowledged").await;

    // What goes on in another incident is over here.
    let other = site.gita().declare("Nothing deploys").await;
    peer.does(KEY, other.incident, "trigger", "triggered").await;
    mara.does(other.incident, Ask::Merge { into: incident }).await;
    peer.does(KEY, other.incident, "resolve", "resolved").await;

    // Drills stay here.
    ada.declares(ReportDraft { drill: true, ..all_is_down() }).await;
    let marker = site.hugo().declare("A marker").await;
    let next = peer.next().await;
    assert_eq!(next["event"]["dedup_key"], format!("callpoint-{}", marker.incident));
    assert_eq!(next["event"]["payload"]["severity"], "error");
    site.assert_snapshot_is_fold().await;
}

async fn an_account_has_alerts_of_its_own(backend: Backend) {
    let mut peer = PagerDuty::start().await;
    let site = Site::start_with(backend, |config| {
        to(&peer.receiver.url)(config);
        config.engagement.shared_pager = vec![text("acme")];
    })
    .await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let incident = ada.declares(all_is_down()).await.incident;
    let (action, _, event) = peer.of(ACME, incident).await;
    assert_eq!((action.as_str(), &event["payload"]["custom_details"]["paged"]), ("trigger", &json!(["acme"])));
    assert_eq!(event["client_url"], format!("https://incidents.northwind.example/t/{incident}"));
    site.gita().declare("Nothing deploys").await;
    mara.does(incident, Ask::ProposeResolution { text: text("It runs.") }).await;
    ada.does(incident, Ask::Confirm {}).await;
    peer.does(ACME, incident, "resolve", "resolved").await;
    let own: Vec<_> = peer.alerts.keys().filter(|(key, _)| key == ACME).collect();
    assert_eq!(own, [&(text(ACME), format!("callpoint-{incident}"))], "nothing of another's");
}

async fn what_is_sealed_goes_to_its_own_service_alone(backend: Backend) {
    let mut peer = PagerDuty::start().await;
    let site = Site::start_with(backend, to(&peer.receiver.url)).await;
    let (ada, theo) = (site.ada(), site.staff("theo").await);
    let sealed = ada.worries("Keys of others are visible").await.incident;
    peer.does(SECURITY, sealed, "trigger", "triggered").await;
    theo.does(sealed, Ask::Acknowledge {}).await;
    peer.does(SECURITY, sealed, "acknowledge", "acknowledged").await;

    // What is sealed later is over for everybody else, without a word, and goes on as security's.
    let later = ada.declare("The zebra keys are visible").await.incident;
    peer.does(KEY, later, "trigger", "triggered").await;
    theo.does(later, Ask::Seal { reason: text("Zebra keys") }).await;
    let mut stands = BTreeMap::new();
    while stands.len() < 2 {
        let came = peer.next().await;
        let event = &came["event"];
        assert_eq!(event["dedup_key"], format!("callpoint-{later}"));
        if event["routing_key"] == KEY {
            assert!(!event.to_string().contains("ebra"), "{event}");
        }
        stands.insert(event["routing_key"].as_str().unwrap().to_owned(), came["stands"].clone());
    }
    assert_eq!(stands, BTreeMap::from([(text(KEY), json!("resolved")), (text(SECURITY), json!("triggered"))]));
    theo.does(later, Ask::ProposeResolution { text: text("They are not.") }).await;
    ada.does(later, Ask::Confirm {}).await;
    let marker = site.hugo().declare("A marker").await.incident;
    peer.does(KEY, marker, "trigger", "triggered").await;
    assert!(!peer.alerts.contains_key(&(text(KEY), format!("callpoint-{sealed}"))));
}

async fn until(person: &Person, status: DeliveryStatus) -> Delivery {
    let waiting = async {
        loop {
            let log: Deliveries = person.get("/v1/connectors/pagerduty/deliveries").await.json();
            if let Some(found) = log.deliveries.into_iter().find(|one| one.state == status) {
                return found;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), waiting).await.unwrap()
}

async fn what_is_not_taken_is_tried_again_in_order(backend: Backend) {
    let mut peer = PagerDuty::start().await;
    let site = Site::start_with(backend, to(&peer.receiver.url)).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let busy = "429 Too Many Requests\r\nretry-after: 300";
    peer.receiver.answer(&["500 Internal Server Error", "", "502 Bad Gateway", busy]);
    let incident = ada.declare("Nothing deploys").await.incident;
    mara.does(incident, Ask::Acknowledge {}).await;
    for answered in [500, 0, 502, 429] {
        let came = peer.next().await;
        assert_eq!((&came["answered"], &came["event"]["event_action"]), (&json!(answered), &json!("trigger")));
    }
    let log = async || -> Vec<(String, DeliveryStatus)> {
        let log: Deliveries = mara.get("/v1/connectors/pagerduty/deliveries").await.json();
        log.deliveries.into_iter().map(|one| (one.kind, one.state)).collect()
    };
    while until(&mara, DeliveryStatus::Retrying).await.answer != Some(429) {}
    let acknowledged = (text("incident.acknowledged"), DeliveryStatus::Waiting);
    assert_eq!(log().await, [acknowledged, (text("incident.paged"), DeliveryStatus::Retrying)]);
    assert!(!peer.receiver.has_more());
    site.wait(5 * MINUTE);
    peer.does(KEY, incident, "trigger", "triggered").await;
    peer.does(KEY, incident, "acknowledge", "acknowledged").await;
}

async fn what_is_refused_is_parked_with_what_was_answered(backend: Backend) {
    let mut peer = PagerDuty::start().await;
    let site = Site::start_with(backend, to(&peer.receiver.url)).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let mut console = mara.listen(Some(0)).await;
    let refusal = json!({ "status": "invalid event", "errors": [format!("'routing_key' {KEY} is unknown")] });
    peer.receiver.answer(&[&format!("400 Bad Request\r\n\r\n{refusal}")]);
    let incident = ada.declare("Nothing deploys").await.incident;
    assert_eq!(peer.next().await["answered"], 400);
    let parked = until(&mara, DeliveryStatus::Parked).await;
    assert_eq!((parked.answer, parked.tries, parked.next_at), (Some(400), 1, None));
    assert!(parked.error.contains("invalid event") && parked.error.contains("'routing_key' … is unknown"));
    let handled = console.until(|change| matches!(change, Change::PageHandled { .. })).await;
    assert!(matches!(handled.change, Change::PageHandled { outcome: PageOutcome::Undelivered, .. }));
    let seen = mara.get("/v1/connectors").await;
    assert!(!seen.body.contains(KEY) && !seen.body.contains(SECURITY), "{}", seen.body);
    let names: Vec<_> = seen.json::<Connectors>().connectors.into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["pagerduty", "pagerduty:account:acme"]);
    let answer = mara.post("/v1/connectors/pagerduty/replay", None, "{}").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    peer.does(KEY, incident, "trigger", "triggered").await;
    let handled = console.until(|change| matches!(change, Change::PageHandled { .. })).await;
    assert!(matches!(handled.change, Change::PageHandled { outcome: PageOutcome::Delivered, .. }));
}
