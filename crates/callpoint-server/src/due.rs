//! Looks after time: finds the incidents in which something is due and has the rules do it. Every node may run this,
//! and none has to lead: what is due is decided under the log's lock from the facts as they are then, so that a second
//! look, by whomever, finds it done. It must know nothing of what is due, nor why.

use std::time::Duration;

use callpoint_core::model::{
    command::Command,
    id::{CommandId, IncidentId, Seq},
    person::Actor,
    time::Time,
};
use futures_util::future::join_all;
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    agreements::Agreements,
    clock::{self, Clock},
    store::{Derived, Fault, Store},
    suggest,
    writer::{Write, Writer},
};

/// What other processes made due is noticed at this pace; and where something failed, it is tried again at it.
const GLANCE: Duration = Duration::from_secs(5);

/// How many incidents are looked at together.
const CHUNK: i64 = 64;

/// Notes anew when each open incident is due: the configuration may have changed since.
///
/// # Errors
/// When the database fails.
pub async fn refresh(store: &Store, agreements: &Agreements) -> Result<(), Fault> {
    let mut batch = store.batch().await?;
    for id in batch.load_open().await? {
        if let Some(incident) = batch.state.incidents.get(&id) {
            let derived = Derived { due_at: agreements.due(incident), words: suggest::words(incident) };
            batch.put_derived(id, derived).await?;
        }
    }
    batch.commit(|_| Derived::default()).await?;
    Ok(())
}

/// Starts the task. `head` and the clock wake it, `stop` ends it.
pub fn start(store: Store, writer: Writer, clock: Clock, head: watch::Receiver<Seq>, stop: watch::Receiver<bool>) {
    tokio::spawn(watch(Watch { store, writer, clock }, head, stop));
}

struct Watch {
    store: Store,
    writer: Writer,
    clock: Clock,
}

async fn watch(watch: Watch, mut head: watch::Receiver<Seq>, mut stop: watch::Receiver<bool>) {
    let mut moved = watch.clock.moved();
    loop {
        head.mark_unchanged();
        moved.mark_unchanged();
        let rest = watch.look().await.unwrap_or_else(|fault| {
            tracing::warn!(error = %fault, "what is due can't be read; trying again");
            GLANCE
        });
        let woken = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            changed = head.changed() => changed.is_ok(),
            changed = moved.changed() => changed.is_ok(),
            () = tokio::time::sleep(rest) => true,
        };
        if !woken {
            return;
        }
    }
}

impl Watch {
    /// Does what is due, and says how long nothing will be.
    async fn look(&self) -> Result<Duration, Fault> {
        loop {
            let due = self.store.due(self.clock.now(), CHUNK).await?;
            if due.is_empty() {
                break;
            }
            let done = join_all(due.iter().map(|incident| self.look_at(*incident))).await;
            if !done.iter().all(|done| *done) {
                return Ok(GLANCE);
            }
        }
        let left = self.store.next_due().await?.map(|at| at.since(self.clock.now()));
        let left = left.map(|left| Duration::from_millis(u64::try_from(left).unwrap_or_default()));
        Ok(left.map_or(GLANCE, |left| left.min(GLANCE)))
    }

    /// Has the rules look at one incident; says whether they could.
    async fn look_at(&self, incident: IncidentId) -> bool {
        let now = self.clock.now();
        let Some(key) = key(now) else { return false };
        let (incident, command) = (Some(incident), Command::Due);
        let write = Write { key, actor: Actor::System, tier: None, incident, command, digest: String::new() };
        match self.writer.write(write).await {
            Ok(_) => true,
            Err(problem) => {
                tracing::warn!(error = %problem.0, "what is due could not be done; trying again");
                false
            }
        }
    }
}

fn key(now: Time) -> Option<CommandId> {
    let bytes = clock::random().ok()?;
    let random = bytes.first_chunk::<16>().map(|bytes| Uuid::from_bytes(*bytes).as_u128())?;
    Some(CommandId::new(now, random))
}
