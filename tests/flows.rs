//! Whole flows over HTTP, each on both databases.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use callpoint_core::{
    model::{
        command::{ComponentCommand, IncidentCommand as Ask, Publish, Update, Visibility},
        component::ComponentStatus,
        event::Change,
        id::{AccountId, ComponentId, IncidentId},
        incident::{Impact, Status},
        report::{Receipt, ReportDraft},
        severity::Severity,
        stake::Closure,
        time::{HOUR, MINUTE},
    },
    wire::protocol::{Incidents, Request},
};
use callpoint_server::{
    clock::Clock,
    connect::import::statuspage::{self, ImportOptions, ImportSummary},
};
use callpoint_tests::{Backend, Person, Site, key, on_both_databases};

const HISTORY: &str = include_str!("../data/github-incidents-2022-2025.json");

on_both_databases! {
    an_incident_from_declaration_to_settlement,
    nobody_else_learns_of_it,
    a_hundred_equal_reports_are_one,
    a_restart_in_the_middle_of_a_thread_loses_nothing,
    a_stream_starts_anew_when_its_cursor_is_not_of_this_log,
    streams_end_when_the_server_does,
    history_is_brought_in_once,
    pages_of_incidents_hold_each_once,
    a_sealed_report_is_for_its_reporter_and_named_staff,
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn say(words: &str, to: Option<Visibility>) -> Ask {
    Ask::Message { text: text(words), to, attachments: Vec::new() }
}

fn publish(words: &str) -> Ask {
    Ask::Update(Update {
        text: text(words),
        to: Visibility::Public,
        status: Some(Status::Identified),
        next_update: Some(Clock::default().now().plus(30 * MINUTE)),
        eta: Some(Clock::default().now().plus(HOUR)),
        workaround: None,
        publish: Some(Publish {
            title: text("Pipelines start late"),
            impact: Impact::Major,
            components: vec![ComponentId::parse("actions").unwrap()],
        }),
    })
}

async fn an_incident_from_declaration_to_settlement(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, gita, mara) = (site.ada(), site.gita(), site.staff("mara").await);
    let mut console = mara.listen(None).await;
    let mut phone = ada.listen(None).await;
    let mut elsewhere = gita.listen(None).await;
    assert_eq!(console.reset().await.incidents, []);
    assert_eq!(phone.reset().await.you.name, "Ada Marsh");
    assert_eq!(elsewhere.reset().await.headline.condition, ComponentStatus::Operational);

    let Receipt { incident, reference, .. } = ada.declare("Pipelines are stuck").await;
    assert_eq!(reference, "NW-4127");
    let declared = console.until(|change| matches!(change, Change::Declared { .. })).await;
    assert_eq!(declared.incident, Some(incident));

    mara.does(incident, Ask::Acknowledge {}).await;
    assert_eq!(mara.command(incident, Ask::Acknowledge {}).await.code(), "already_acknowledged");
    let acme = AccountId::parse("acme").unwrap();
    mara.does(incident, say("We see it too.", Some(Visibility::Account(acme.clone())))).await;
    mara.does(incident, say("Runner pool is out of disk.", Some(Visibility::Internal))).await;
    mara.does(incident, publish("We found the cause.")).await;
    let move_to =
        |status| Request::Component(ComponentId::parse("actions").unwrap(), ComponentCommand::SetStatus { status });
    assert_eq!(mara.ask(key(), &move_to(ComponentStatus::PartialOutage)).await.status, 200);
    assert_eq!(ada.ask(key(), &move_to(ComponentStatus::Operational)).await.code(), "forbidden");

    phone.until(|change| matches!(change, Change::ComponentMoved { .. })).await;
    let heard = serde_json::to_string(&phone.heard).unwrap();
    assert!(heard.contains("We see it too.") && !heard.contains("out of disk"), "{heard}");
    elsewhere.until(|change| matches!(change, Change::Published(_))).await;
    elsewhere.until(|change| matches!(change, Change::ComponentMoved { .. })).await;
    let heard = serde_json::to_string(&elsewhere.heard).unwrap();
    assert!(!heard.contains("stuck") && !heard.contains("Mara") && !heard.contains("acme"), "{heard}");
    let status = gita.status().await;
    assert_eq!((status.headline.condition, status.headline.yours), (ComponentStatus::PartialOutage, 0));
    assert_eq!(status.incidents[0].title, "Pipelines start late");

    mara.does(incident, Ask::ProposeResolution { text: text("Disks are larger now.") }).await;
    assert_eq!(gita.command(incident, Ask::Confirm {}).await.code(), "forbidden");
    ada.does(incident, Ask::Dispute { reason: text("Still stuck for us.") }).await;
    let disputed = console.until(|change| matches!(change, Change::Disputed { .. })).await;
    assert_eq!(disputed.incident, Some(incident));
    assert_eq!(mara.thread(incident).await.incident.status, Status::Investigating);
    assert_eq!(ada.command(incident, Ask::Confirm {}).await.code(), "nothing_proposed");
    mara.does(incident, Ask::ProposeResolution { text: text("Now the queue is drained too.") }).await;
    ada.does(incident, Ask::Confirm {}).await;

    let thread = ada.thread(incident).await;
    assert!(thread.incident.settled());
    assert!(matches!(thread.incident.stakes[0].closure, Closure::Confirmed(_)));
    elsewhere.until(|change| matches!(change, Change::Moved { status: Status::Resolved })).await;
    site.assert_snapshot_is_fold().await;
}

async fn nobody_else_learns_of_it(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, ben, gita, anybody) = (site.ada(), site.ben(), site.gita(), site.anybody());
    let mut colleague = ben.listen(None).await;
    let mut other = gita.listen(None).await;
    let mut public = anybody.listen(None).await;
    colleague.reset().await;
    other.reset().await;
    public.reset().await;

    let incident = ada.declare("Builds fail since noon").await.incident;
    ada.does(incident, say("It is the cache, we think.", None)).await;
    colleague.until(|change| matches!(change, Change::Said { .. })).await;
    assert_eq!(ben.thread(incident).await.entries.len(), 2);

    let path = format!("/v1/incidents/{incident}");
    for stranger in [&gita, &anybody] {
        assert_eq!(stranger.get(&path).await.code(), "not_found");
        assert_eq!(stranger.status().await.incidents, []);
        assert_eq!(stranger.get("/v1/incidents").await.json::<Incidents>().incidents, []);
    }
    assert_eq!(gita.command(incident, say("Us too", None)).await.code(), "not_found");
    assert_eq!(anybody.command(incident, say("Us too", None)).await.code(), "unauthenticated");

    // Whatever public thing comes next is the first that they hear.
    let mara = site.staff("mara").await;
    let pages = ComponentId::parse("pages").unwrap();
    let set = ComponentCommand::SetStatus { status: ComponentStatus::DegradedPerformance };
    assert_eq!(mara.ask(key(), &Request::Component(pages, set)).await.status, 200);
    for stream in [&mut other, &mut public] {
        stream.until(|change| matches!(change, Change::ComponentMoved { .. })).await;
        assert_eq!(stream.heard.len(), 1, "{:?}", stream.heard);
    }
    assert!(!anybody.get("/").await.body.contains("Builds fail"));
}

async fn a_hundred_equal_reports_are_one(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, gita, key) = (site.ada(), site.gita(), key());
    let draft = ReportDraft { what: text("Twice"), severity: Some(Severity(1)), ..ReportDraft::default() };
    let request = Request::Report(draft.clone());
    let answers = futures_util::future::join_all((0..100).map(|_| ada.ask(key, &request))).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (201, &answers[0].body));
    }
    assert_eq!(ada.status().await.incidents.len(), 1);
    assert_eq!(answers[0].json::<Receipt>().incident, IncidentId(key.0));

    let rewritten = r#" {"drill": false, "severity": 1, "details": "", "what": "Twice", "class": null} "#;
    assert_eq!(ada.post("/v1/reports", Some(key), rewritten).await.body, answers[0].body);

    let other = Request::Report(ReportDraft { what: text("Another"), ..draft });
    assert_eq!(ada.ask(key, &other).await.code(), "key_reused");
    let stranger = gita.ask(key, &request).await;
    assert_eq!(stranger.code(), "key_reused");
    assert!(!stranger.body.contains("NW-"));
    // What was denied is decided anew each time.
    let again = callpoint_tests::key();
    assert_eq!(ada.ask(again, &Request::Incident(IncidentId(key.0), Ask::Confirm {})).await.code(), "nothing_proposed");
    assert_eq!(ada.ask(again, &Request::Incident(IncidentId(key.0), say("Hello", None))).await.status, 200);
    site.assert_snapshot_is_fold().await;
}

async fn a_restart_in_the_middle_of_a_thread_loses_nothing(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let incident = ada.declare("Deploys hang").await.incident;
    let mut stream = ada.listen(None).await;
    stream.reset().await;
    mara.does(incident, Ask::Acknowledge {}).await;
    stream.until(|change| matches!(change, Change::Acknowledged {})).await;
    let cursor = stream.cursor;

    let site = site.restart().await;
    stream.to_the_end().await;
    let (ada, mara) = (ada.at(&site.origin), mara.at(&site.origin));
    for number in 0..20 {
        mara.does(incident, say(&format!("note {number}"), Some(Visibility::Internal))).await;
        mara.does(incident, say(&format!("reply {number}"), Some(Visibility::Affected))).await;
    }
    let mut stream = ada.listen(Some(cursor)).await;
    stream.until(|change| matches!(change, Change::Said { text, .. } if text == "reply 19")).await;
    let said: Vec<_> = stream.heard.iter().map(|event| event.change.clone()).collect();
    let wanted: Vec<_> = (0..20)
        .map(|number| Change::Said { text: format!("reply {number}"), mentions: Vec::new(), attachments: Vec::new() })
        .collect();
    assert_eq!(said, wanted);
    mara.does(incident, say("live again", Some(Visibility::Affected))).await;
    stream.until(|change| matches!(change, Change::Said { text, .. } if text == "live again")).await;
}

async fn a_stream_starts_anew_when_its_cursor_is_not_of_this_log(backend: Backend) {
    let site = Site::start(backend).await;
    let ada = site.ada();
    ada.declare("Slow").await;
    let head = ada.status().await.seq;
    // Callpoint itself goes on writing what became of the page, though not so much.
    let snapshot = ada.listen(Some(head + 1_000)).await.reset().await;
    assert!((head..head + 1_000).contains(&snapshot.seq), "{} after {head}", snapshot.seq);
    assert_eq!(snapshot.incidents.len(), 1);
    assert_eq!(site.anybody().listen(None).await.reset().await.you.person, None);
}

async fn streams_end_when_the_server_does(backend: Backend) {
    let mut site = Site::start(backend).await;
    let mut streams = Vec::new();
    for person in [site.ada(), site.anybody(), site.staff("theo").await] {
        let mut stream = person.listen(None).await;
        stream.reset().await;
        streams.push(stream);
    }
    site.stop().await;
    for stream in &mut streams {
        stream.to_the_end().await;
    }
}

async fn history_is_brought_in_once(backend: Backend) {
    let site = Site::start(backend).await;
    let store = site.store().await;
    let options = ImportOptions { newest: None, reference_prefix: text("NW-") };
    let first = statuspage::import(&store, HISTORY, &options).await.unwrap();
    assert_eq!(first, ImportSummary { added: 607, known: 0 });
    let head = store.head().await.unwrap();
    let again = statuspage::import(&store, HISTORY, &options).await.unwrap();
    assert_eq!((again, store.head().await.unwrap()), (ImportSummary { added: 0, known: 607 }, head));

    let (_, state) = store.everything().await.unwrap();
    let maintenances = state.incidents.values().filter(|incident| incident.status == Status::Completed).count();
    assert_eq!((state.incidents.len(), maintenances), (607, 18));
    let newest = state.incidents.values().max_by_key(|incident| incident.opened_at).unwrap();
    assert_eq!(newest.title, "Incident with Issues and Pull Requests");
    assert_eq!((newest.opened_at.0, newest.resolved_at.map(|at| at.0)), (1_766_483_760_000, Some(1_766_485_920_000)));
    assert_eq!(newest.components, ["issues", "pull-requests"].map(|id| ComponentId::parse(id).unwrap()));
    let named = state.components.values().filter(|component| component.name == "Actions").count();
    assert_eq!(named, 1, "a component that is there already is not made anew");
    store.close().await;
    site.assert_snapshot_is_fold().await;

    let page = site.anybody().get("/?until=2025-12-31").await;
    assert!(page.body.contains("Incident with Issues and Pull Requests"), "the history shows it");
    assert!(page.body.contains("1 January 2026") || page.body.contains("31 December 2025"));
}

async fn pages_of_incidents_hold_each_once(backend: Backend) {
    let site = Site::start(backend).await;
    let store = site.store().await;
    let options = ImportOptions { newest: None, reference_prefix: text("NW-") };
    statuspage::import(&store, HISTORY, &options).await.unwrap();
    store.close().await;
    let anybody = site.anybody();
    let (mut seen, mut next) = (std::collections::BTreeSet::new(), Some(String::new()));
    let mut last = i64::MAX;
    while let Some(before) = next {
        let path = if before.is_empty() { text("/v1/incidents") } else { format!("/v1/incidents?before={before}") };
        let page: Incidents = anybody.get(&path).await.json();
        for incident in page.incidents {
            assert!(incident.opened_at.0 <= last && seen.insert(incident.id));
            last = incident.opened_at.0;
        }
        next = page.next;
    }
    assert_eq!(seen.len(), 607);
    assert_eq!(anybody.get("/v1/incidents?before=x").await.code(), "invalid");
    assert_eq!(
        site.ada().get("/v1/incidents").await.json::<Incidents>().incidents,
        [],
        "a customer's list is their own"
    );
}

async fn a_sealed_report_is_for_its_reporter_and_named_staff(backend: Backend) {
    let site = Site::start(backend).await;
    let ada = site.ada();
    let body = r#"{"what":"Keys of others are visible","severity":1,"answers":{"security":true}}"#;
    let receipt: Receipt = ada.post("/v1/reports", Some(key()), body).await.json();
    let path = format!("/v1/incidents/{}", receipt.incident);
    let (mara, theo) = (site.staff("mara").await, site.staff("theo").await);
    let sees = async |person: &Person| person.get(&path).await.status;
    assert_eq!([sees(&ada).await, sees(&theo).await], [200, 200]);
    assert_eq!([sees(&site.ben()).await, sees(&mara).await, sees(&site.gita()).await], [404, 404, 404]);
    assert_eq!(mara.status().await.incidents, []);
    assert_eq!(theo.status().await.incidents.len(), 1);
    assert_eq!(theo.command(receipt.incident, publish("Told to all")).await.code(), "sealed");
}
