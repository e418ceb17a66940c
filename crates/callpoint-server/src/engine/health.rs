//! What the server knows of what it depends on: the database, room to write, and the time of day. One task looks, so that a
//! fault is known before anybody has waited for it, and its end without anybody's doing. It reads how far the log has come
//! on the way, which wakes whoever waits for what other nodes append.

use std::time::{Duration, Instant, SystemTime};

use callpoint_core::model::id::Seq;
use serde::Serialize;
use tokio::sync::watch;

use crate::store::{Store, StoreError};

/// How often it is looked, and so how soon another node's events are noticed.
const INTERVAL: Duration = Duration::from_millis(100);

/// A database on another machine that needs longer, and does nothing else in the meantime, is away.
const AWAY_AFTER: Duration = Duration::from_millis(800);

/// And slow from here on.
const SLOW_AFTER: Duration = Duration::from_millis(200);

/// What waits to be written is given up once the database has been away for so long.
const PATIENCE: Duration = Duration::from_millis(800);

/// While nothing can be written, it is tried this often.
const WRITE_INTERVAL: Duration = Duration::from_secs(1);

/// A trial of writing that takes longer has failed.
const WRITE_TIMEOUT: Duration = Duration::from_secs(2);

/// The time of day may move so much against the time that passes.
const DRIFT: Duration = Duration::from_secs(2);

/// How long a jump of the clock is told.
const JUMP_TOLD: Duration = Duration::from_secs(60);

/// Whether the database answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseHealth {
    /// As it should.
    #[default]
    Ok,
    /// Late.
    Slow,
    /// Not.
    Away,
}

/// Whether something can be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteHealth {
    /// Yes.
    #[default]
    Ok,
    /// There is no room.
    Full,
    /// The database can only be read.
    ReadOnly,
    /// No, for another reason: the log says which.
    Failing,
}

/// Whether the time of day goes on as it should.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockHealth {
    /// Yes.
    #[default]
    Ok,
    /// It was set forward or back a moment ago.
    Jumped,
}

/// How the server is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Health {
    /// Whether the database answers.
    pub database: DatabaseHealth,
    /// Whether something can be written.
    pub writes: WriteHealth,
    /// The time of day.
    pub clock: ClockHealth,
}

impl WriteHealth {
    fn after(error: &StoreError) -> Self {
        match error.cause() {
            StoreError::Full(_) => Self::Full,
            StoreError::ReadOnly(_) => Self::ReadOnly,
            _ => Self::Failing,
        }
    }
}

/// Where health is told and read. Copies are one.
#[derive(Clone, Debug)]
pub struct HealthMonitor {
    health: watch::Sender<Health>,
    /// Whether the database has been away for longer than anybody should wait.
    gone: watch::Sender<bool>,
    /// When the last write was done.
    written: watch::Sender<Option<Instant>>,
}

impl HealthMonitor {
    /// Starts the task, which raises `head` to the log's end; `stop` ends it.
    #[must_use]
    pub fn start(store: Store, head: watch::Sender<Seq>, stop: watch::Receiver<bool>) -> Self {
        let (health, gone, written) = Default::default();
        let monitor = Self { health, gone, written };
        tokio::spawn(monitor.clone().run(store, head, stop));
        monitor
    }

    /// How the server is now.
    #[must_use]
    pub fn now(&self) -> Health {
        *self.health.borrow()
    }

    /// Returns once nobody should wait for the database any longer; at once while that holds.
    pub async fn gone(&self) {
        if self.gone.subscribe().wait_for(|gone| *gone).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Notes what became of writing something.
    pub fn wrote<T>(&self, outcome: &Result<T, StoreError>) {
        if outcome.is_ok() {
            self.written.send_replace(Some(Instant::now()));
        }
        self.set(|health| {
            health.writes = match outcome {
                Ok(_) => WriteHealth::Ok,
                Err(error) => WriteHealth::after(error),
            };
        });
    }

    fn set(&self, change: impl FnOnce(&mut Health)) {
        self.health.send_if_modified(|health| {
            let before = *health;
            change(health);
            if *health != before {
                let Health { database, writes, clock } = *health;
                tracing::warn!(?database, ?writes, ?clock, "the server's health has changed");
            }
            *health != before
        });
    }

    async fn run(self, store: Store, head: watch::Sender<Seq>, mut stop: watch::Receiver<bool>) {
        let mut probe = store.probe();
        let (mut last, mut jumped, mut tried) = ((Instant::now(), SystemTime::now()), None, Instant::now());
        let mut away_since = None;
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                () = tokio::time::sleep(INTERVAL) => {}
            }
            let now = (Instant::now(), SystemTime::now());
            if let Some(by) = jump(last, now) {
                tracing::warn!(seconds = by, "the time of day has jumped");
                jumped = Some(now.0);
            }
            last = now;
            let asked = tokio::time::timeout(AWAY_AFTER, probe.ask()).await;
            if let Ok(Ok(seq)) = asked {
                head.send_if_modified(|head| raise(head, seq));
            }
            let database = match asked {
                Ok(Ok(_)) if now.0.elapsed() > SLOW_AFTER => DatabaseHealth::Slow,
                Ok(Ok(_)) => DatabaseHealth::Ok,
                Ok(Err(_)) => DatabaseHealth::Away,
                Err(_) if probe.is_local() || *self.written.borrow() > Some(now.0) => DatabaseHealth::Slow,
                Err(_) => DatabaseHealth::Away,
            };
            let is_away = database == DatabaseHealth::Away;
            away_since = is_away.then(|| away_since.unwrap_or(now.0));
            self.gone.send_replace(away_since.is_some_and(|since: Instant| since.elapsed() >= PATIENCE));
            let told = jumped.is_some_and(|at: Instant| at.elapsed() < JUMP_TOLD);
            self.set(|health| {
                health.database = database;
                health.clock = if told { ClockHealth::Jumped } else { ClockHealth::Ok };
            });
            if self.now().writes != WriteHealth::Ok && !is_away && tried.elapsed() >= WRITE_INTERVAL {
                tried = Instant::now();
                let trial = tokio::time::timeout(WRITE_TIMEOUT, store.try_to_write()).await;
                self.wrote(&trial.unwrap_or(Err(StoreError::TimedOut)));
            }
        }
        probe.close().await;
    }
}

/// Whether the log's end, as it is known here, was not as far yet.
pub(super) fn raise(head: &mut Seq, to: Seq) -> bool {
    let higher = to > *head;
    *head = (*head).max(to);
    higher
}

/// By how many seconds the time of day has moved against the time that passed, if that is no drift.
fn jump(before: (Instant, SystemTime), now: (Instant, SystemTime)) -> Option<i64> {
    let (passed, expected) = (now.0.duration_since(before.0), before.1);
    let expected = expected.checked_add(passed)?;
    let (ahead, by) = match now.1.duration_since(expected) {
        Ok(ahead) => (1, ahead),
        Err(behind) => (-1, behind.duration()),
    };
    (by > DRIFT).then(|| ahead * i64::try_from(by.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_noticed_and_one_that_runs_is_not() {
        let before = (Instant::now(), SystemTime::now());
        let later = |passed, shown| (before.0 + Duration::from_secs(passed), shown);
        let (hour, second) = (Duration::from_secs(3_600), Duration::from_secs(1));
        assert_eq!(jump(before, later(3_600, before.1 + hour)), None);
        assert_eq!(jump(before, later(1, before.1 + second + second)), None);
        assert_eq!(jump(before, later(1, before.1 + second + hour)), Some(3_600));
        assert_eq!(jump(before, later(1, before.1 + second - hour)), Some(-3_600));
    }
}
