//! How many reports a second the server makes durable for 64 people at once, on SQLite and on PostgreSQL, in turn with
//! what the same machine does without a server: one row a report, and all rows of a report, in transactions of 32 on
//! SQLite, and all rows by `pgbench` with 64 connections on PostgreSQL. `CALLPOINT_BENCH_ROUNDS` and `CALLPOINT_BENCH_SECONDS` say how often and
//! for how long, `CALLPOINT_BENCH_DATABASE` which of the two alone.

#![expect(clippy::print_stdout, reason = "a benchmark prints its results on standard output")]

#[path = "ingest/client.rs"]
mod client;
#[path = "ingest/peers.rs"]
mod peers;

use std::{
    str::FromStr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use callpoint_server::{
    clock::Clock,
    config::Config,
    connect::prepare_tls,
    http::auth::{CustomerClaims, TokenKeys},
    run,
};
use callpoint_tests::{DurablePostgres, SECRET};
use tokio::{net::TcpListener, runtime::Runtime, sync::oneshot, task::JoinHandle};

use client::Load;
use peers::Peer;

/// How many people report at once.
const CLIENTS: usize = 64;

fn setting<T: FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// A server on threads of its own.
struct Server {
    runtime: Runtime,
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<()>>,
}

impl Server {
    fn start(database: &str) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().thread_name("server").enable_all().build()?;
        let mut config = Config { database: database.to_owned(), ..Config::default() };
        config.customers.secret = SECRET.to_owned();
        config.limits.writes_per_minute = 1_000_000;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let task = runtime.spawn(run(listener, config, async move { drop(stopped.await) }));
        Ok(Self { runtime, address, stop, task })
    }

    fn stop(self) -> Result<()> {
        drop(self.stop);
        self.runtime.block_on(self.task)?
    }
}

/// The people's tokens, a few people an account.
fn tokens() -> Result<Vec<String>> {
    let keys = TokenKeys::new(SECRET, 0);
    let token = |n: usize| {
        let (person, account) = (format!("person-{n}"), format!("account-{}", n % 16));
        let claims =
            CustomerClaims::new(&person, "Ada Marsh", (&account, "Acme Robotics"), Clock::default().now(), 600);
        keys.mint(&claims).context("no token")
    };
    (0..CLIENTS).map(token).collect()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// What it was measured beside, and how many reports a second it wrote in each round.
type Measured = (&'static str, Peer, Vec<f64>);

fn measure(
    name: &str,
    database: &str,
    peers: impl FnOnce(&Runtime) -> Result<Vec<(&'static str, Peer)>>,
) -> Result<()> {
    let (rounds, length) = (setting("CALLPOINT_BENCH_ROUNDS", 9), setting("CALLPOINT_BENCH_SECONDS", 1.5));
    let length = Duration::from_secs_f64(length);
    let clients = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let server = Server::start(database)?;
    let mut load = clients.block_on(Load::connect(server.address, &tokens()?))?;
    // What is first of all is prepared and learned once.
    clients.block_on(load.run(Duration::from_millis(500)))?;
    let mut peers: Vec<Measured> = peers(&clients)?.into_iter().map(|(name, peer)| (name, peer, Vec::new())).collect();
    let mut ours = Vec::new();
    for _ in 0..rounds {
        let began = Instant::now();
        let reports = clients.block_on(load.run(length))?;
        #[expect(clippy::cast_precision_loss, reason = "a count of reports")]
        ours.push(reports as f64 / began.elapsed().as_secs_f64());
        for (_, peer, theirs) in &mut peers {
            theirs.push(peer.run(&clients, length)?);
        }
    }
    let (half, most) = load.waits();
    ensure!(load.answered() == clients.block_on(peers::count(database))?, "not every report is there exactly once");
    server.stop()?;
    for (without, _, theirs) in peers {
        let ratio = median(ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect());
        let (ours, theirs) = (median(ours.clone()), median(theirs));
        println!("| {name} | {ours:.0} | {half:.1}, {most:.1} | {without} | {theirs:.0} | {ratio:.2} |");
    }
    Ok(())
}

fn main() -> Result<()> {
    prepare_tls();
    let only: String = setting("CALLPOINT_BENCH_DATABASE", String::new());
    println!(
        "| database | reports/s | answered within, ms (median, 99 of 100) | without a server | reports/s | ratio |"
    );
    println!("|---|---:|---:|---|---:|---:|");
    if only.is_empty() || only == "sqlite" {
        let folder = tempfile::tempdir()?;
        let file = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
        let (database, one, all) = (file("callpoint.db"), file("one.db?mode=rwc"), file("all.db"));
        measure("SQLite", &database, |runtime| {
            let [one, all] = runtime.block_on(Peer::sqlite(&database, &one, &all))?;
            Ok(vec![("one row a report, 32 a transaction", one), ("the same rows, 32 reports a transaction", all)])
        })?;
    }
    if only.is_empty() || only == "postgres" {
        let postgres = DurablePostgres::start();
        let (database, peer) = (postgres.database(), postgres.database());
        measure("PostgreSQL", &database, |runtime| {
            let peer = runtime.block_on(Peer::postgres(&database, &peer, postgres.program("pgbench")))?;
            Ok(vec![("the same rows by pgbench, 64 connections", peer)])
        })?;
    }
    Ok(())
}
