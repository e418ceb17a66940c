//! How long an event takes from the moment at which its report is acknowledged at one node to a stream at another, on one
//! PostgreSQL, in both directions: while only one of them writes, and while both do (`CALLPOINT_BENCH_WRITERS` people,
//! 16 unless set).

#![expect(clippy::print_stdout, reason = "a benchmark prints its results on standard output")]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use callpoint_core::{client::sse::Parser, model::id::Seq};
use callpoint_server::{
    clock::Clock,
    config::Config,
    connect::prepare_tls,
    http::auth::{CustomerClaims, TokenKeys},
    run,
    store::Store,
};
use callpoint_tests::DurablePostgres;
use tokio::{net::TcpListener, runtime::Runtime, task::JoinSet};
use uuid::Uuid;

const SECRET: &str = "a secret of the benchmarks that is long enough";

/// How long each part is measured.
const LENGTH: Duration = Duration::from_secs(8);

/// A server on threads of its own.
fn node(database: &str) -> Result<(Runtime, String)> {
    let runtime = Runtime::new()?;
    let mut config = Config { database: database.to_owned(), ..Config::default() };
    config.customers.secret = SECRET.to_owned();
    config.limits.writes_per_minute = 1_000_000;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let origin = format!("http://{}", listener.local_addr()?);
    runtime.spawn(run(listener, config, std::future::pending()));
    Ok((runtime, origin))
}

fn token(person: &str) -> Result<String> {
    let claims = CustomerClaims::new(person, "Ada Marsh", ("acme", "Acme Robotics"), Clock::default().now(), 600);
    TokenKeys::new(SECRET, 0).mint(&claims).context("no token")
}

type Moments = Arc<Mutex<BTreeMap<Seq, Instant>>>;

fn note(moments: &Moments, seq: Seq) {
    moments.lock().unwrap_or_else(PoisonError::into_inner).entry(seq).or_insert_with(Instant::now);
}

/// Reports at one node until the time is over; notes when each was acknowledged.
async fn report(origin: String, token: String, end: Instant, told: Moments) -> Result<()> {
    let client = reqwest::Client::new();
    while Instant::now() < end {
        let report = client.post(format!("{origin}/v1/reports")).bearer_auth(&token);
        let report =
            report.header("content-type", "application/json").header("idempotency-key", Uuid::now_v7().to_string());
        let answer = report.body(r#"{"what":"Builds wait for a runner and never start.","severity":2}"#).send().await?;
        let receipt: serde_json::Value = serde_json::from_str(&answer.error_for_status()?.text().await?)?;
        note(&told, receipt.get("seq").and_then(serde_json::Value::as_u64).context("no number")?);
    }
    Ok(())
}

/// Notes when each event after this one comes at the other.
async fn listen(origin: String, token: String, after: Seq, heard: Moments) -> Result<()> {
    let stream = reqwest::Client::new().get(format!("{origin}/v1/events")).bearer_auth(token);
    let mut stream = stream.header("last-event-id", after.to_string()).send().await?.error_for_status()?;
    let mut parser = Parser::default();
    while let Some(chunk) = stream.chunk().await? {
        for frame in parser.push(&chunk) {
            note(&heard, frame.id.parse()?);
        }
    }
    Ok(())
}

async fn measure(store: &Store, from: &str, to: &str, writers: [usize; 2]) -> Result<(f64, [f64; 3])> {
    let after = store.head().await?;
    let (told, heard, others) = (Moments::default(), Moments::default(), Moments::default());
    let mut listening = JoinSet::new();
    listening.spawn(listen(to.to_owned(), token("listener")?, after, Arc::clone(&heard)));
    let end = Instant::now() + LENGTH;
    let mut writing = JoinSet::new();
    for number in 0..writers.iter().sum() {
        let (origin, told) = if number < writers[0] { (from, &told) } else { (to, &others) };
        writing.spawn(report(origin.to_owned(), token(&format!("person-{number}"))?, end, Arc::clone(told)));
    }
    while let Some(done) = writing.join_next().await {
        done??;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let taken = |moments: Moments| moments.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (told, heard) = (taken(told), taken(heard));
    let waits = told.iter().map(|(seq, at)| heard.get(seq).map(|heard| heard.saturating_duration_since(*at)));
    let mut waits: Vec<_> = waits.collect::<Option<_>>().context("an event never came")?;
    waits.sort();
    let at =
        |part: usize| waits.get((waits.len() * part / 100).min(waits.len() - 1)).map_or(0.0, Duration::as_secs_f64);
    #[expect(clippy::cast_precision_loss, reason = "a count of reports")]
    let rate = (told.len() + others.lock().map_or(0, |others| others.len())) as f64 / LENGTH.as_secs_f64();
    Ok((rate, [at(50), at(99), at(100)].map(|seconds| seconds * 1_000.0)))
}

fn main() -> Result<()> {
    prepare_tls();
    let writers = std::env::var("CALLPOINT_BENCH_WRITERS").ok().and_then(|text| text.parse().ok()).unwrap_or(16);
    let postgres = DurablePostgres::start();
    let database = postgres.database();
    let (one, two) = (node(&database)?, node(&database)?);
    let client = Runtime::new()?;
    for (_, origin) in [&one, &two] {
        client.block_on(async {
            while !reqwest::get(format!("{origin}/readyz")).await?.status().is_success() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok::<_, reqwest::Error>(())
        })?;
    }
    println!("| from | who writes | reports/s | median, ms | 99 of 100, ms (goal: 250) | worst, ms |");
    println!("|---|---|---:|---:|---:|---:|");
    let store = client.block_on(Store::open(&database, 1))?;
    for (way, from, to) in [("one to two", &one.1, &two.1), ("two to one", &two.1, &one.1)] {
        for (who, other_writers) in [("one node", 0), ("both", writers / 2)] {
            let (rate, [half, most, worst]) =
                client.block_on(measure(&store, from, to, [writers - other_writers, other_writers]))?;
            println!("| {way} | {who} | {rate:.0} | {half:.0} | {most:.0} | {worst:.0} |");
        }
    }
    Ok(())
}
