//! How long the server takes from its start until `/readyz` answers 200, with an empty database and with one that holds
//! 50,000 open incidents and a long log (`CALLPOINT_BENCH_EVENTS`, a million unless set), taken in turns.

#![expect(clippy::print_stdout, reason = "a benchmark prints its results on standard output")]

use std::{
    path::Path,
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
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

const SECRET: &str = "a secret of the benchmarks that is long enough";

const OPEN: u64 = 50_000;

/// How often each is started.
const ROUNDS: usize = 9;

struct Running {
    origin: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<()>>,
}

async fn start(database: &Path) -> Result<Running> {
    let mut config = Config { database: format!("sqlite:{}", database.display()), ..Config::default() };
    config.customers.secret = SECRET.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let (stop, stopped) = oneshot::channel();
    Ok(Running { origin, stop, task: tokio::spawn(run(listener, config, async move { drop(stopped.await) })) })
}

impl Running {
    async fn is_ready(&self, client: &reqwest::Client) -> bool {
        let answer = client.get(format!("{}/readyz", self.origin)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    async fn stop(self) -> Result<()> {
        drop(self.stop);
        self.task.await?
    }
}

async fn time(database: &Path) -> Result<Duration> {
    let client = reqwest::Client::new();
    let began = Instant::now();
    let server = start(database).await?;
    while !server.is_ready(&client).await {
        ensure!(!server.task.is_finished(), "the server did not start");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let took = began.elapsed();
    server.stop().await?;
    Ok(took)
}

/// One incident, as somebody reports it, and as many like it as are wanted.
async fn fill(database: &Path, events: u64) -> Result<()> {
    let client = reqwest::Client::new();
    let server = start(database).await?;
    while !server.is_ready(&client).await {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let claims = CustomerClaims::new("ada", "Ada Marsh", ("acme", "Acme Robotics"), Clock::default().now(), 60);
    let token = TokenKeys::new(SECRET, 0).mint(&claims).context("no token")?;
    let report = client.post(format!("{}/v1/reports", server.origin)).bearer_auth(token);
    let report = report.header("content-type", "application/json").header("idempotency-key", KEY);
    let answer = report.body(r#"{"what":"Builds wait for a runner and never start.","severity":2}"#).send().await?;
    ensure!(answer.status().as_u16() == 201, "{}", answer.text().await?);
    server.stop().await?;

    let mut connection = SqliteConnection::connect(&format!("sqlite:{}", database.display())).await?;
    connection.execute("PRAGMA synchronous = OFF").await?;
    let id = "printf('%08x-0000-7000-8000-%012x', n, n)";
    let count =
        |rows: u64| format!("WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {rows})");
    let (open, log) = (count(OPEN - 1), count(events));
    let day = 86_400_000;
    let texts = [
        format!(
            "{open} INSERT INTO incidents (id, facts, is_open, is_public, opened_at, ended_at, seq, is_sealed, \
             merged_into, due_at, reference) SELECT {id}, replace(facts, '{KEY}', {id}), is_open, is_public, \
             opened_at - n, ended_at, seq, is_sealed, merged_into, due_at + {day}, reference || '-' || n \
             FROM incidents, c WHERE id = '{KEY}'"
        ),
        format!("UPDATE incidents SET due_at = due_at + {day} WHERE id = '{KEY}'"),
        format!(
            "{open} INSERT INTO stakes (account, incident) SELECT account, {id} FROM stakes, c WHERE incident = '{KEY}'"
        ),
        format!(
            "{open} INSERT INTO words (incident, scope, body) SELECT {id}, scope, body FROM words, c WHERE incident = '{KEY}'"
        ),
        "DELETE FROM words_found".to_owned(),
        "INSERT INTO words_found (rowid, body) SELECT id, body FROM words".to_owned(),
        format!(
            "{log} INSERT INTO events (seq, command, incident, at, body) SELECT (SELECT seq FROM vendor) + n, command, \
             printf('%08x-0000-7000-8000-%012x', n % {OPEN}, n % {OPEN}), at, body FROM c, \
             (SELECT command, at, body FROM events WHERE incident = '{KEY}' ORDER BY seq LIMIT 1)"
        ),
        "UPDATE vendor SET seq = (SELECT MAX(seq) FROM events)".to_owned(),
    ];
    for text in texts {
        connection.execute(sqlx::AssertSqlSafe(text)).await?;
    }
    connection.close().await?;
    Ok(())
}

const KEY: &str = "0192f3a0-0000-7000-8000-000000000000";

fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times.get(times.len() / 2).map_or(0.0, Duration::as_secs_f64) * 1_000.0
}

#[tokio::main]
async fn main() -> Result<()> {
    prepare_tls();
    let events = std::env::var("CALLPOINT_BENCH_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let folder = std::env::temp_dir().join(format!("callpoint-bench-start-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let (empty, full) = (folder.join("empty.db"), folder.join("full.db"));
    time(&empty).await?;
    fill(&full, events).await?;
    let (mut small, mut large) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        small.push(time(&empty).await?);
        large.push(time(&full).await?);
    }
    std::fs::remove_dir_all(&folder)?;
    let (small, large) = (median(&mut small), median(&mut large));
    println!("Ready after (median of {ROUNDS}, ms; goal: 300):");
    println!("  {:<58} {small:>7.1}", "empty database");
    let name = format!("{OPEN} open incidents, {events} events");
    println!("  {name:<58} {large:>7.1}   {:.2} x empty", large / small);
    Ok(())
}
