//! Several servers, each a process of its own, on one PostgreSQL: what one of them does the others know, and what becomes
//! of one of them costs nobody anything.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use callpoint_core::{
    model::{
        event::{Change, Event},
        report::ReportDraft,
        severity::Severity,
        time::MINUTE,
    },
    wire::protocol::Snapshot,
};
use callpoint_server::clock::CLOCK_FILE;
use callpoint_tests::{
    Backend, Follower, Front, Load, Person, Receiver, ServerProcess, Site, Tally, reporter, server_processes,
};
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};

server_processes!();

/// A database with staff in it, of a server that has ended, and three servers on it.
async fn three_nodes(environment: &[(&str, &str)]) -> (Site, Vec<ServerProcess>) {
    let mut site = Site::start(Backend::Postgres).await;
    site.stop().await;
    let nodes: Vec<_> = (0..3).map(|number| node(&site, number, environment)).collect();
    for node in &nodes {
        node.ready().await;
    }
    (site, nodes)
}

/// PostgreSQL knows it by its number.
fn node(site: &Site, number: usize, environment: &[(&str, &str)]) -> ServerProcess {
    let name = format!("node-{number}");
    let environment = [environment, &[("PGAPPNAME", name.as_str())]].concat();
    ServerProcess::start(&site.database, &environment)
}

fn addresses(nodes: &[ServerProcess]) -> Vec<std::net::SocketAddr> {
    nodes.iter().map(|node| node.address).collect()
}

/// Somebody of staff, signed in at one of them.
async fn staff(site: &Site, origin: &str) -> Person {
    site.staff_at("theo", origin).await
}

async fn head(site: &Site) -> u64 {
    let store = site.store().await;
    let head = store.head().await.unwrap();
    store.close().await;
    head
}

async fn assert_whole(site: &Site, acknowledged: &callpoint_tests::Acknowledged) {
    let store = site.store().await;
    Tally::of(&store, acknowledged).await.assert_once();
    store.close().await;
    site.assert_snapshot_is_fold().await;
}

/// What staff hear is the log, once and in its order.
fn assert_in_order(heard: &[Event]) {
    let numbers: Vec<_> = heard.iter().map(|event| event.seq).collect();
    let sorted: BTreeSet<_> = numbers.iter().copied().collect();
    assert!(numbers.iter().eq(&sorted), "{numbers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_at_one_node_is_heard_at_each_once_and_in_order() {
    let (site, nodes) = three_nodes(&[]).await;
    let theo = staff(&site, &nodes.first().unwrap().origin()).await;
    let begin = head(&site).await;
    let mut followers: Vec<_> = nodes.iter().map(|node| Follower::start(theo.at(&node.origin()), begin)).collect();
    let mut load = Load::start(nodes.iter().zip(0..).map(|(node, number)| reporter(&node.origin(), number)));
    load.goes_on(150).await;
    let acknowledged = load.stop().await;
    let end = head(&site).await;
    let mut all = Vec::new();
    for follower in &mut followers {
        let mut heard = follower.until(end).await;
        assert_in_order(&heard);
        heard.retain(|event| event.seq <= end);
        all.push(heard);
    }
    let [first, second, third] = all.try_into().unwrap();
    assert_eq!(first, second);
    assert_eq!(second, third);
    let opened: BTreeSet<_> = first.iter().filter_map(|event| event.incident).collect();
    assert!(acknowledged.values().all(|receipt| opened.contains(&receipt.incident)));
    assert_whole(&site, &acknowledged).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_time_brings_is_done_by_one_of_them_once() {
    let folder = tempfile::tempdir().unwrap();
    let clock = folder.path().join("clock");
    let mut pager = Receiver::start().await;
    let secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    let clock_file = clock.display().to_string();
    let environment = [
        (CLOCK_FILE, clock_file.as_str()),
        ("CALLPOINT_WEBHOOK_URL", &pager.url),
        ("CALLPOINT_WEBHOOK_SECRET", secret),
    ];
    let (site, nodes) = three_nodes(&environment).await;
    let theo = staff(&site, &nodes.first().unwrap().origin()).await;
    let begin = head(&site).await;
    let mut incidents = BTreeSet::new();
    for (number, node) in (0..24).zip(nodes.iter().cycle()) {
        let draft =
            ReportDraft { what: "Nothing loads.".to_owned(), severity: Some(Severity(1)), ..ReportDraft::default() };
        incidents.insert(reporter(&node.origin(), number).declares(draft).await.incident);
    }
    // All three see at once that everything is late.
    let ahead = format!("{}", 20 * MINUTE);
    std::fs::write(&clock, &ahead).unwrap();
    let is_late = |event: &Event| matches!(event.change, Change::Overdue { .. } | Change::Paged(_));
    let last = nodes.last().unwrap();
    let mut listener = theo.at(&last.origin()).listen(Some(begin)).await;
    let mut late = BTreeSet::new();
    while late != incidents {
        let event = listener.until(|change| matches!(change, Change::Overdue { .. })).await;
        late.extend(event.incident);
    }
    let mut paged = BTreeSet::new();
    while paged != incidents {
        paged.extend(incident_of(&pager.next().await.json()).and_then(|id| incidents.get(&id)).copied());
    }
    for node in nodes {
        node.stop().await;
    }
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let store = site.store().await;
    for event in store.events_after(begin, 5_000).await.unwrap().iter().filter(|event| is_late(event)) {
        *times.entry(format!("{:?} {:?}", event.incident, event.change)).or_default() += 1;
    }
    store.close().await;
    assert!(times.len() >= incidents.len());
    let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    let mut messages = BTreeSet::new();
    let rest = pager.rest();
    let again: Vec<_> =
        rest.iter().filter(|message| !messages.insert(message.header("webhook-id").to_owned())).collect();
    assert!(again.is_empty(), "sent twice: {again:?}");
    site.assert_snapshot_is_fold().await;
}

fn incident_of(message: &serde_json::Value) -> Option<callpoint_core::model::id::IncidentId> {
    let id = message.get("data")?.get("incident")?.get("id")?.as_str()?;
    callpoint_core::model::id::IncidentId::parse(id)
}

/// Freezes a node in a moment in which it holds the log's lock.
async fn freeze_with_the_lock(site: &Site, node: &ServerProcess, name: &str) {
    sqlx::any::install_default_drivers();
    let mut admin = AnyConnection::connect(&site.database).await.unwrap();
    let holds = "SELECT COUNT(*) FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE application_name = $1 \
                 AND state = 'idle in transaction' AND relation = 'vendor'::regclass AND mode = 'RowExclusiveLock'";
    let freezing = async {
        loop {
            node.freeze();
            let row = sqlx::query(holds).bind(name.to_owned()).fetch_one(&mut admin).await.unwrap();
            if row.get::<i64, _>(0) > 0 {
                return;
            }
            node.thaw();
            admin.execute("SELECT pg_sleep(0.003)").await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(60), freezing).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_freezes_with_the_logs_lock_loses_nothing_and_catches_up() {
    let (site, nodes) = three_nodes(&[]).await;
    let [frozen, ..] = nodes.as_slice() else { panic!() };
    let front = Front::start(addresses(&nodes)).await;
    let theo = staff(&site, &frozen.origin()).await;
    let begin = head(&site).await;
    let mut follower = Follower::start(theo, begin);
    let mut load = Load::start((0..9).map(|number| reporter(&front.origin, number)));
    load.goes_on(30).await;
    for _ in 0..2 {
        freeze_with_the_lock(&site, frozen, "node-0").await;
        load.goes_on(60).await;
        frozen.thaw();
        load.goes_on(30).await;
    }
    let acknowledged = load.stop().await;
    let heard = follower.until(head(&site).await).await;
    assert_in_order(&heard);
    let snapshot: Snapshot = reporter(&frozen.origin(), 0).status().await;
    assert!(!snapshot.incidents.is_empty());
    assert_whole(&site, &acknowledged).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_killed_loses_nothing_and_another_starts_beside_those_that_write() {
    let (site, mut nodes) = three_nodes(&[]).await;
    let front = Front::start(addresses(&nodes)).await;
    let mut load = Load::start((0..9).map(|number| reporter(&front.origin, number)));
    for number in 3..6 {
        load.goes_on(40).await;
        nodes.remove(0).kill();
        load.goes_on(40).await;
        let new = node(&site, number, &[]);
        new.ready().await;
        nodes.push(new);
        front.stand_before(addresses(&nodes));
    }
    load.goes_on(40).await;
    assert_whole(&site, &load.stop().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_one_after_the_other_under_load_lose_nobody() {
    let (site, mut nodes) = three_nodes(&[]).await;
    let front = Front::start(addresses(&nodes)).await;
    let theo = staff(&site, &nodes.last().unwrap().origin()).await;
    let begin = head(&site).await;
    let mut follower = Follower::start(theo.at(&front.origin), begin);
    let mut load = Load::start((0..9).map(|number| reporter(&front.origin, number)));
    for number in 3..6 {
        load.goes_on(30).await;
        let old = nodes.remove(0);
        front.stand_before(addresses(&nodes));
        old.stop().await;
        let new = node(&site, number, &[]);
        new.ready().await;
        nodes.push(new);
        front.stand_before(addresses(&nodes));
    }
    let acknowledged = load.stop().await;
    assert_in_order(&follower.until(head(&site).await).await);
    assert_whole(&site, &acknowledged).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_go_on_while_another_node_waits_to_bring_the_tables_up_to_date() {
    let (site, nodes) = three_nodes(&[]).await;
    sqlx::any::install_default_drivers();
    let mut other = AnyConnection::connect(&site.database).await.unwrap();
    other.execute("BEGIN").await.unwrap();
    other.execute("LOCK TABLE _sqlx_migrations").await.unwrap();
    let mut load = Load::start(nodes.iter().zip(0..).map(|(node, number)| reporter(&node.origin(), number)));
    let new = node(&site, 3, &[]);
    load.goes_on(50).await;
    other.execute("ROLLBACK").await.unwrap();
    new.ready().await;
    assert_whole(&site, &load.stop().await).await;
}
