//! Writes that come together share a transaction, and what is left of them is as if each had come by itself.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use std::sync::Arc;

use callpoint_core::model::{
    command::{Command, IncidentCommand as Ask, Visibility},
    id::{AccountId, CommandId, IncidentId, PersonId},
    person::{Account, Actor, Invitee},
    report::{Report, ReportDraft},
    severity::Severity,
};
use callpoint_server::{
    clock::Clock,
    config::Config,
    engine::{
        health::HealthMonitor,
        policy::VendorPolicy,
        writer::{WriteContext, WriteRequest, WriteResult, Writer},
    },
};
use callpoint_tests::{Backend, Site, id, on_both_databases, publish, say, text};
use futures_util::future::join_all;
use serde_json::Value;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};
use tokio::sync::watch;
use uuid::Uuid;

on_both_databases! {
    what_is_written_together_is_as_if_it_came_one_by_one,
}

/// As many as fill some batches.
const WRITES: usize = 300;

/// Longer than the test, shorter than anything that was agreed.
const WHILE: i64 = 10 * 60_000;

/// The tables that writes end in, with what is told apart by row numbers alone left out.
const TABLES: [&str; 7] = [
    "SELECT seq, reference FROM vendor",
    "SELECT seq, command, incident, at, body FROM events ORDER BY seq",
    "SELECT id, facts, is_open, is_public, opened_at, ended_at, seq, is_sealed, merged_into, due_at, reference \
     FROM incidents ORDER BY id",
    "SELECT account, incident FROM stakes ORDER BY account, incident",
    "SELECT incident, scope, body FROM words ORDER BY incident, scope",
    "SELECT person, command, digest, status, body, at FROM replies ORDER BY person, command",
    "SELECT id, terms FROM accounts ORDER BY id",
];

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

fn customer(name: &str, account: &str) -> Actor {
    let account = Account { id: id(AccountId::parse, account), name: text(account) };
    Actor::Customer { person: id(PersonId::parse, name), name: text(name), account }
}

fn staff() -> Actor {
    Actor::Staff { person: id(PersonId::parse, "theo"), name: text("Theo Park"), title: String::new(), security: true }
}

fn report(number: usize, security: bool) -> Command {
    let mut draft = ReportDraft {
        what: format!("Runner {number} never starts"),
        severity: Some(Severity(2)),
        ..ReportDraft::default()
    };
    draft.answers.security = security.then_some(true);
    let settings = Config::default().parse().unwrap();
    let policy = settings.policy.policy;
    Command::Declare(Box::new(Report::parse(draft, &policy.scheme, &policy.classes, &policy.fields).unwrap()))
}

/// All kinds of writes: reports, what is said and done about them, retries, keys that were used for something else, and
/// what the rules refuse.
fn writes() -> Vec<WriteRequest> {
    let customers = [customer("ada", "acme"), customer("ben", "acme"), customer("gita", "globex")];
    let (mut dice, mut done): (_, Vec<WriteRequest>) = (Dice(7), Vec::new());
    let mut reports: Vec<IncidentId> = Vec::new();
    for number in 0..WRITES {
        let key = CommandId(Uuid::from_u128(0x0192_f3a0_0000_7000_8000_0000_0000_0000 + number as u128));
        let somebody = customers.get(dice.roll(customers.len())).unwrap().clone();
        if let (0, Some(known)) = (dice.roll(8), done.get(dice.roll(number.max(1)))) {
            let mut again = known.clone();
            if dice.roll(3) == 0 {
                again.digest.push('x');
            }
            done.push(again);
            continue;
        }
        let known = reports.get(dice.roll(reports.len().max(1))).copied();
        let ask = |ask| (known, Command::Incident(ask));
        let other = reports.get(dice.roll(reports.len().max(1))).copied();
        let roll = dice.roll(20);
        let (incident, command) = match (roll, known, other) {
            (0, Some(_), Some(into)) => ask(Ask::Merge { into }),
            (1, Some(_), _) => ask(Ask::Update(publish("Runners are late", "We see it."))),
            (2, Some(_), _) => ask(Ask::Acknowledge {}),
            (3, Some(_), _) => ask(Ask::Join { severity: Severity(2), text: text("Here too.") }),
            (4, Some(_), _) => ask(Ask::Seal { reason: text("It is about keys.") }),
            (5, Some(_), _) => ask(Ask::Invite(Invitee::Person(id(PersonId::parse, "ben")))),
            (6, Some(_), _) => ask(Ask::SetSeverity { severity: Severity(1), reason: text("Everything stands.") }),
            (7, Some(_), _) => ask(Ask::ProposeResolution { text: text("Restarted.") }),
            (8, Some(_), _) => ask(say("Still the same.", None)),
            (9, Some(_), _) => ask(say("Between us.", Some(Visibility::Internal))),
            (_, _, _) => {
                reports.push(IncidentId(key.0));
                (Some(IncidentId(key.0)), report(number, dice.roll(6) == 0))
            }
        };
        // Now and then somebody asks for what is not theirs to do.
        let by_staff = !matches!(command, Command::Declare(_)) && [0, 1, 2, 4, 7, 9].contains(&roll);
        let actor = if by_staff && dice.roll(8) > 0 { staff() } else { somebody };
        let digest = format!("digest {number}");
        done.push(WriteRequest { key, actor, tier: None, incident, command, attachments: Vec::new(), digest });
    }
    done
}

/// What is the same in every run: times by how long after the beginning they are.
fn normal(value: Value, began: i64) -> Value {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(time) if time >= began => format!("{} x", (time - began) / WHILE).into(),
            _ => Value::Number(number),
        },
        Value::Array(values) => values.into_iter().map(|value| normal(value, began)).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, normal(value, began))).collect(),
        other => other,
    }
}

async fn tables(database: &str, began: i64) -> Vec<Vec<Vec<Value>>> {
    let mut connection = AnyConnection::connect(database).await.unwrap();
    let mut tables = Vec::new();
    for table in TABLES {
        let rows = connection.fetch_all(AssertSqlSafe(table)).await.unwrap();
        let cell = |row: &sqlx::any::AnyRow, column: usize| {
            let text = row.try_get::<Option<String>, _>(column).map(|text| {
                text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap_or(Value::String(text)))
            });
            text.unwrap_or_else(|_| row.try_get::<Option<i64>, _>(column).unwrap().into())
        };
        let row = |row| (0..sqlx::Row::len(row)).map(|column| normal(cell(row, column), began)).collect();
        tables.push(rows.iter().map(row).collect());
    }
    tables
}

/// Answers and tables after these writes.
async fn outcome(backend: Backend, together: bool) -> (Vec<String>, Vec<Vec<Vec<Value>>>) {
    let clock = Clock::default();
    let began = clock.now().0;
    let mut site = Site::start(backend).await;
    site.stop().await;
    let store = site.store().await;
    let (stop, stopped) = watch::channel(false);
    let head = watch::Sender::new(0);
    let writer = Writer::start(WriteContext {
        store: store.clone(),
        policy: Arc::new(VendorPolicy::new(Config::default().parse().unwrap().policy)),
        reference_prefix: text("NW-"),
        clock,
        head: head.clone(),
        health: HealthMonitor::start(store.clone(), head, stopped),
    });
    let writes = writes().into_iter().map(|write| writer.write(write));
    let answers: Vec<WriteResult> = if together {
        join_all(writes).await
    } else {
        let mut answers = Vec::new();
        for write in writes {
            answers.push(write.await);
        }
        answers
    };
    let said = |answer: WriteResult| match answer {
        Ok(reply) => format!("{} {}", reply.status, normal(serde_json::from_str(&reply.body).unwrap(), began)),
        Err(error) => format!("{:?} {}", error.code, error.detail),
    };
    let tables = tables(&site.database, began).await;
    site.assert_snapshot_is_fold().await;
    drop((writer, stop));
    store.close().await;
    (answers.into_iter().map(said).collect(), tables)
}

async fn what_is_written_together_is_as_if_it_came_one_by_one(backend: Backend) {
    let (together, their_tables) = outcome(backend, true).await;
    let (alone, its_tables) = outcome(backend, false).await;
    for (number, (together, alone)) in together.iter().zip(&alone).enumerate() {
        assert_eq!(together, alone, "the answer to write {number}");
    }
    let done = alone.iter().filter(|answer| answer.starts_with("20")).count();
    assert!((WRITES / 3..WRITES).contains(&done), "{done} writes were done");
    for ((table, theirs), its) in TABLES.iter().zip(their_tables).zip(its_tables) {
        assert_eq!(theirs, its, "{table}");
    }
}
