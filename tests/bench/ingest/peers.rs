//! What the machine does without a server, with rows as long as those of the reports that the server has just taken.

use std::{
    fmt::Write as _,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use callpoint_server::store::Store;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _, SqliteConnection};
use tokio::runtime::Runtime;

use crate::CLIENTS;

/// How many reports share a transaction without a server.
const BATCH: usize = 32;

pub enum Peer {
    /// The log's rows alone, one for each report, in transactions of [`BATCH`].
    Sqlite { connection: SqliteConnection, insert: String, body: String },
    /// All rows of a report, each report a transaction.
    Postgres { pgbench: PathBuf, arguments: Vec<String>, script: tempfile::NamedTempFile },
}

impl Peer {
    pub async fn sqlite(ours: &str, raw: &str) -> Result<Self> {
        let rows = Rows::of(ours).await?;
        let mut connection = SqliteConnection::connect(raw).await?;
        for text in [
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE log (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)",
        ] {
            connection.execute(text).await?;
        }
        let insert = format!("INSERT INTO log (body) VALUES {}", vec!["(?)"; BATCH].join(", "));
        Ok(Self::Sqlite { connection, insert, body: "x".repeat(rows.events.iter().sum()) })
    }

    pub async fn postgres(ours: &str, theirs: &str, pgbench: PathBuf) -> Result<Self> {
        let rows = Rows::of(ours).await?;
        // Another database with the same tables.
        Store::open(theirs, 1).await?.close().await;
        let mut connection = AnyConnection::connect(theirs).await?;
        connection.execute("CREATE SEQUENCE bench_seq").await?;
        connection.close().await?;
        use std::io::Write as _;
        let mut script = tempfile::NamedTempFile::new()?;
        script.write_all(rows.statements()?.as_bytes())?;
        let (_, host) = theirs.split_once("?host=").context("a database without a folder")?;
        let name = theirs.split(['/', '?']).nth(3).context("a database without a name")?;
        let host = host.replace("%2F", "/");
        let clients = CLIENTS.to_string();
        let arguments =
            ["-n", "-M", "prepared", "-j", "2", "-c", &clients, "-h", &host, "-U", "postgres", name].map(str::to_owned);
        Ok(Self::Postgres { pgbench, arguments: arguments.to_vec(), script })
    }

    /// How many reports a second, over this time.
    pub fn run(&mut self, runtime: &Runtime, length: Duration) -> Result<f64> {
        match self {
            Self::Sqlite { connection, insert, body } => {
                let began = Instant::now();
                let mut done = 0_u32;
                while began.elapsed() < length {
                    runtime.block_on(insert_batch(connection, insert, body))?;
                    done += 1;
                }
                Ok(f64::from(done) * 32.0 / began.elapsed().as_secs_f64())
            }
            Self::Postgres { pgbench, arguments, script } => {
                let seconds = length.as_secs().max(1).to_string();
                let mut command = Command::new(pgbench);
                let output = command.args(["-T", &seconds, "-f"]).arg(script.path()).args(arguments).output()?;
                let text = String::from_utf8_lossy(&output.stdout);
                ensure!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
                let rate = text.lines().find_map(|line| line.strip_prefix("tps = "));
                let rate = rate.and_then(|rate| rate.split(' ').next()).context("pgbench says no figure")?;
                Ok(rate.parse()?)
            }
        }
    }
}

async fn insert_batch(connection: &mut SqliteConnection, insert: &str, body: &str) -> Result<()> {
    connection.execute("BEGIN IMMEDIATE").await?;
    let mut query = sqlx::query(AssertSqlSafe(insert.to_owned()));
    for _ in 0..BATCH {
        query = query.bind(body.to_owned());
    }
    query.execute(&mut *connection).await?;
    connection.execute("COMMIT").await?;
    Ok(())
}

/// How many reports a database holds.
pub async fn count(database: &str) -> Result<usize> {
    let mut connection = AnyConnection::connect(database).await?;
    let row = connection.fetch_one("SELECT CAST(COUNT(*) AS BIGINT) FROM incidents").await?;
    let count: i64 = row.try_get(0)?;
    connection.close().await?;
    Ok(usize::try_from(count)?)
}

/// How long the rows of one report are.
struct Rows {
    events: Vec<usize>,
    facts: usize,
    reply: usize,
    digest: usize,
    words: Vec<String>,
}

impl Rows {
    async fn of(database: &str) -> Result<Self> {
        let mut connection = AnyConnection::connect(database).await?;
        let incident: String = connection.fetch_one("SELECT MAX(id) FROM incidents").await?.try_get(0)?;
        let mut read = async |text: String| -> Result<Vec<String>> {
            let rows = connection.fetch_all(AssertSqlSafe(text)).await?;
            rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
        };
        let lengths = |texts: Vec<String>| texts.iter().map(String::len).collect::<Vec<_>>();
        let first = |lengths: Vec<usize>| lengths.first().copied().context("a report without its rows");
        let rows = Self {
            events: lengths(read(format!("SELECT body FROM events WHERE incident = '{incident}'")).await?),
            facts: first(lengths(read(format!("SELECT facts FROM incidents WHERE id = '{incident}'")).await?))?,
            reply: first(lengths(read(format!("SELECT body FROM replies WHERE command = '{incident}'")).await?))?,
            digest: first(lengths(read(format!("SELECT digest FROM replies WHERE command = '{incident}'")).await?))?,
            words: read(format!("SELECT body FROM words WHERE incident = '{incident}'")).await?,
        };
        connection.close().await?;
        Ok(rows)
    }

    /// What writes them, without the log's lock: then PostgreSQL itself groups what is written at the same time.
    fn statements(&self) -> Result<String> {
        let text = |length: usize| format!("repeat('x', {length})");
        let incident = "'00000000-0000-7000-8000-' || lpad(:n::text, 12, '0')";
        let mut script = "SELECT nextval('bench_seq') * 100 AS n \\gset\nBEGIN;\n".to_owned();
        for (number, length) in self.events.iter().enumerate() {
            let body = text(*length);
            writeln!(
                script,
                "INSERT INTO events (seq, command, incident, at, body) VALUES (:n + {number}, {incident}, {incident}, 1, {body});"
            )?;
        }
        writeln!(
            script,
            "INSERT INTO incidents (id, facts, is_open, is_public, opened_at, seq, is_sealed, due_at, reference) \
             VALUES ({incident}, {}, 1, 0, :n, :n, 0, :n, 'R-' || :n);",
            text(self.facts)
        )?;
        writeln!(script, "INSERT INTO stakes (account, incident) VALUES ('account-1', {incident});")?;
        for words in &self.words {
            writeln!(
                script,
                "INSERT INTO words (incident, scope, body) VALUES ({incident}, 'account account-1', '{words}');"
            )?;
        }
        writeln!(
            script,
            "INSERT INTO replies (person, command, digest, status, body, at) \
             VALUES ('customer account-1 person-1', {incident}, {}, 201, {}, :n);\nCOMMIT;",
            text(self.digest),
            text(self.reply)
        )?;
        Ok(script)
    }
}
