//! Servers that are killed and frozen under load, and networks that do their worst, for as long as one likes: a few rounds
//! as a test, `CALLPOINT_CHAOS_ROUNDS` of them by `cargo xtask chaos`. Each prints a line of a table.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use callpoint_core::model::event::Event;
use callpoint_tests::{
    Acknowledged, Backend, Fault, Follower, Front, Load, ServerProcess, Site, Tally, on_both_databases, print_row,
    reporter, server_processes,
};
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};

server_processes!();

on_both_databases! {
    a_server_that_is_killed_under_load_loses_nothing,
}

/// So many people report at once.
const PEOPLE: usize = 12;

fn rounds(few: usize) -> usize {
    std::env::var("CALLPOINT_CHAOS_ROUNDS").map_or(few, |rounds| rounds.parse().unwrap())
}

/// From here up to twice as many, as chance has it.
fn some(number: u64) -> u64 {
    let random = uuid::Uuid::now_v7().as_u128();
    number + u64::try_from(random % u128::from(number)).unwrap()
}

struct Times(Vec<Duration>);

impl std::fmt::Display for Times {
    fn fmt(&self, line: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut sorted = self.0.clone();
        sorted.sort();
        let at = |place: usize| sorted.get(place).map_or_else(|| "-".to_owned(), |time| time.as_millis().to_string());
        write!(line, "{}, {}", at(sorted.len() / 2), at(sorted.len().saturating_sub(1)))
    }
}

/// What was written down and heard, compared with what was promised.
struct Outcome {
    what: String,
    rounds: usize,
    times: Times,
}

impl Outcome {
    async fn check(self, site: &Site, acknowledged: &Acknowledged, follower: &mut Follower, begin: u64) {
        let store = site.store().await;
        let tally = Tally::of(&store, acknowledged).await;
        let head = store.head().await.unwrap();
        store.close().await;
        let heard = numbers(&follower.until(head).await);
        let missed = (begin + 1..=head).filter(|seq| heard.binary_search(seq).is_err()).count();
        let distinct = heard.iter().collect::<BTreeSet<_>>().len();
        let Self { what, rounds, times } = self;
        let (count, Tally { lost, doubled, .. }, again) = (acknowledged.len(), tally, heard.len() - distinct);
        print_row(&format!("| {what} | {rounds} | {count} | {lost} | {doubled} | {missed} | {again} | {times} |"));
        tally.assert_once();
        assert_eq!((missed, again), (0, 0), "events that a stream lacks, and that it brought twice");
        site.assert_snapshot_is_fold().await;
        if site.database.starts_with("sqlite:") {
            let mut connection = AnyConnection::connect(&site.database).await.unwrap();
            let row = connection.fetch_one("PRAGMA integrity_check").await.unwrap();
            assert_eq!(row.get::<String, _>(0), "ok");
        }
    }
}

fn numbers(heard: &[Event]) -> Vec<u64> {
    let numbers: Vec<_> = heard.iter().map(|event| event.seq).collect();
    assert!(numbers.is_sorted());
    numbers
}

/// A database with staff in it, and the log's end.
async fn prepared(backend: Backend) -> (Site, u64) {
    let mut site = Site::start(backend).await;
    let store = site.store().await;
    let begin = store.head().await.unwrap();
    store.close().await;
    site.stop().await;
    (site, begin)
}

async fn a_server_that_is_killed_under_load_loses_nothing(backend: Backend) {
    let (site, begin) = prepared(backend).await;
    let mut server = ServerProcess::start(&site.database, &[]);
    server.ready().await;
    let front = Front::start(vec![server.address]).await;
    let theo = site.staff_at("theo", &front.origin).await;
    let mut follower = Follower::start(theo, begin);
    let mut load = Load::start((0..PEOPLE).map(|number| reporter(&front.origin, number)));
    let (rounds, mut times) = (rounds(4), Vec::new());
    for _ in 0..rounds {
        load.goes_on(usize::try_from(some(20)).unwrap()).await;
        tokio::time::sleep(Duration::from_millis(some(10))).await;
        server.kill();
        let began = Instant::now();
        server = ServerProcess::start(&site.database, &[]);
        server.ready().await;
        times.push(began.elapsed());
        front.stand_before([server.address]);
    }
    load.goes_on(20).await;
    let acknowledged = load.stop().await;
    let what = format!("killed under load, {backend:?}");
    Outcome { what, rounds, times: Times(times) }.check(&site, &acknowledged, &mut follower, begin).await;
}

#[tokio::test]
async fn a_network_that_does_its_worst_loses_nothing() {
    let (site, begin) = prepared(Backend::Sqlite).await;
    let server = ServerProcess::start(&site.database, &[]);
    server.ready().await;
    let front = Front::start(vec![server.address]).await;
    let theo = site.staff_at("theo", &front.origin).await;
    let mut follower = Follower::start(theo, begin);
    front.fail(&[Fault::LostAnswer, Fault::Busy, Fault::Reset, Fault::HalfOpen]);
    let mut load = Load::start((0..PEOPLE).map(|number| reporter(&front.origin, number)));
    let rounds = rounds(2);
    for _ in 0..rounds {
        load.goes_on(40).await;
    }
    front.fail(&[]);
    let acknowledged = load.stop().await;
    let what = "half of all connections fail: answers lost, 503, reset, half-open".to_owned();
    Outcome { what, rounds, times: Times(Vec::new()) }.check(&site, &acknowledged, &mut follower, begin).await;
}

#[tokio::test]
async fn three_nodes_of_which_one_freezes_and_one_is_killed_lose_nothing() {
    let (site, begin) = prepared(Backend::Postgres).await;
    let mut nodes: Vec<_> = (0..3).map(|_| ServerProcess::start(&site.database, &[])).collect();
    for node in &nodes {
        node.ready().await;
    }
    let addresses = |nodes: &[ServerProcess]| -> Vec<_> { nodes.iter().map(|node| node.address).collect() };
    let front = Front::start(addresses(&nodes)).await;
    let theo = site.staff_at("theo", &front.origin).await;
    let frozen = nodes.pop().unwrap();
    let mut follower = Follower::start(theo.at(&frozen.origin()), begin);
    let mut load = Load::start((0..PEOPLE).map(|number| reporter(&front.origin, number)));
    let (rounds, mut times) = (rounds(3), Vec::new());
    for _ in 0..rounds {
        load.goes_on(20).await;
        frozen.freeze();
        load.goes_on(40).await;
        nodes.remove(0).kill();
        let new = ServerProcess::start(&site.database, &[]);
        new.ready().await;
        nodes.push(new);
        front.stand_before(addresses(&nodes).into_iter().chain([frozen.address]));
        load.goes_on(20).await;
        let store = site.store().await;
        let head = store.head().await.unwrap();
        store.close().await;
        let began = Instant::now();
        frozen.thaw();
        follower.until(head).await;
        times.push(began.elapsed());
    }
    let acknowledged = load.stop().await;
    let what = "three nodes, one frozen, one killed, PostgreSQL".to_owned();
    Outcome { what, rounds, times: Times(times) }.check(&site, &acknowledged, &mut follower, begin).await;
}
