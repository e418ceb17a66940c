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
    /// One row for each report, in transactions of [`BATCH`].
    OneRow { connection: SqliteConnection, insert: String, body: String },
    /// All rows of a report, in transactions of [`BATCH`], each of which is handed to SQLite as one text.
    AllRows { connection: SqliteConnection, transaction: String },
    /// All rows of a report, each report a transaction.
    Postgres { pgbench: PathBuf, arguments: Vec<String>, script: tempfile::NamedTempFile },
}

impl Peer {
    pub async fn sqlite(ours: &str, one: &str, all: &str) -> Result<[Self; 2]> {
        let rows = Rows::of(ours).await?;
        let mut connection = SqliteConnection::connect(one).await?;
        for text in [
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE log (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)",
        ] {
            connection.execute(text).await?;
        }
        let insert = format!("INSERT INTO log (body) VALUES {}", vec!["(?)"; BATCH].join(", "));
        let one = Self::OneRow { connection, insert, body: "x".repeat(rows.events.iter().sum()) };
        Store::open(all, 1).await?.close().await;
        let mut connection = SqliteConnection::connect(all).await?;
        connection.execute("PRAGMA synchronous = FULL").await?;
        connection.execute("CREATE TABLE n (n INTEGER PRIMARY KEY)").await?;
        Ok([one, Self::AllRows { connection, transaction: rows.transaction()? }])
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
            Self::OneRow { .. } | Self::AllRows { .. } => {
                let began = Instant::now();
                let mut done = 0_u32;
                while began.elapsed() < length {
                    runtime.block_on(self.batch())?;
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

    async fn batch(&mut self) -> Result<()> {
        match self {
            Self::OneRow { connection, insert, body } => {
                connection.execute("BEGIN IMMEDIATE").await?;
                let mut query = sqlx::query(AssertSqlSafe(insert.clone()));
                for _ in 0..BATCH {
                    query = query.bind(body.clone());
                }
                query.execute(&mut *connection).await?;
                connection.execute("COMMIT").await?;
            }
            Self::AllRows { connection, transaction } => {
                connection.execute(AssertSqlSafe(transaction.clone())).await?;
            }
            Self::Postgres { .. } => {}
        }
        Ok(())
    }
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

    /// What writes [`BATCH`] of them into SQLite; `n` holds the numbers of one batch.
    fn transaction(&self) -> Result<String> {
        let text = |length: usize| format!("printf('%.{length}c', 'x')");
        let incident = "printf('%08x-0000-7000-8000-000000000000', n)";
        let last = BATCH - 1;
        let mut script = format!(
            "BEGIN IMMEDIATE; INSERT INTO n WITH RECURSIVE c (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < {last}) \
             SELECT COALESCE((SELECT MAX(n) FROM n), 0) + 1 + i FROM c; DELETE FROM n WHERE n <= (SELECT MAX(n) FROM n) - {BATCH};"
        );
        for (number, length) in self.events.iter().enumerate() {
            let body = text(*length);
            write!(
                script,
                "INSERT INTO events (seq, command, incident, at, body) \
                 SELECT n * 100 + {number}, {incident}, {incident}, n, {body} FROM n;"
            )?;
        }
        write!(
            script,
            "INSERT INTO incidents (id, facts, is_open, is_public, opened_at, seq, is_sealed, due_at, reference) \
             SELECT {incident}, {}, 1, 0, n, n, 0, n, 'R-' || n FROM n; \
             INSERT INTO stakes (account, incident) SELECT 'account-' || n % 16, {incident} FROM n;",
            text(self.facts)
        )?;
        for words in &self.words {
            write!(
                script,
                "INSERT INTO words (incident, scope, body) SELECT {incident}, 'account account-1', '{words}' FROM n;"
            )?;
        }
        write!(
            script,
            "INSERT INTO words_found (rowid, body) SELECT id, body FROM words WHERE incident IN (SELECT {incident} FROM n); \
             INSERT INTO replies (person, command, digest, status, body, at) \
             SELECT 'customer account-1 person-' || n % 64, {incident}, {}, 201, {}, n FROM n; COMMIT",
            text(self.digest),
            text(self.reply)
        )?;
        Ok(script)
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
