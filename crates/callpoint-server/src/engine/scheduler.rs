//! Looks after time: finds the incidents in which something is due and has the rules do it. Every node may run this,
//! and none has to lead: what is due is decided under the log's lock from the facts as they are then, so that a second
//! look, by whomever, finds it done. It must know nothing of what is due, nor why.

use std::{sync::Arc, time::Duration};

use callpoint_core::model::{
    command::Command,
    id::{IncidentId, Seq},
};
use futures_util::future::join_all;
use tokio::sync::watch;

use crate::{
    clock::Clock,
    engine::{
        policy::VendorPolicy,
        search,
        writer::{WriteRequest, Writer},
    },
    store::{IncidentIndex, Store, StoreError},
};

/// What other processes made due is noticed at this pace; and where something failed, it is tried again at it.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// How many incidents are looked at together.
const CHUNK: i64 = 64;

/// How many are derived anew in one transaction, for which writes wait.
const REFRESH_CHUNK: usize = 32;

/// Notes anew when each open incident is due, and by which words it is found: a few at a time, between writes. Until then
/// an incident may be looked at too late, or in vain. At every start, since nobody knows what a node of another version
/// or configuration has written meanwhile, or where an earlier start broke off.
pub async fn refresh(store: Store, policy: Arc<VendorPolicy>, mut stop: watch::Receiver<bool>) {
    loop {
        let Err(error) = derive_anew(&store, &policy, &stop).await else { return };
        tracing::warn!(%error, "noting when incidents are due failed; retrying");
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(POLL_INTERVAL) => {}
        }
    }
}

async fn derive_anew(store: &Store, policy: &VendorPolicy, stop: &watch::Receiver<bool>) -> Result<(), StoreError> {
    let open = store.open_incidents().await?;
    for ids in open.chunks(REFRESH_CHUNK) {
        if *stop.borrow() {
            return Ok(());
        }
        let mut batch = store.batch().await?;
        for id in ids {
            batch.load(*id).await?;
            if let Some(incident) = batch.state.incidents.get(id) {
                let derived = search::index(incident, policy.due(incident));
                batch.put_derived(*id, derived).await?;
            }
        }
        batch.commit(|_| IncidentIndex::default()).await?;
    }
    tracing::info!(incidents = open.len(), "noted anew when open incidents are due");
    Ok(())
}

/// Starts the task. `head` and the clock wake it, `stop` ends it.
pub fn start(store: Store, writer: Writer, clock: Clock, head: watch::Receiver<Seq>, stop: watch::Receiver<bool>) {
    tokio::spawn(run(Scheduler { store, writer, clock }, head, stop));
}

struct Scheduler {
    store: Store,
    writer: Writer,
    clock: Clock,
}

async fn run(scheduler: Scheduler, mut head: watch::Receiver<Seq>, mut stop: watch::Receiver<bool>) {
    let mut moved = scheduler.clock.moved();
    loop {
        head.mark_unchanged();
        moved.mark_unchanged();
        let rest = scheduler.run_due().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "reading due incidents failed; retrying");
            POLL_INTERVAL
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

impl Scheduler {
    /// Does what is due, and says how long nothing will be.
    async fn run_due(&self) -> Result<Duration, StoreError> {
        loop {
            let due = self.store.due(self.clock.now(), CHUNK).await?;
            if due.is_empty() {
                break;
            }
            let done = join_all(due.iter().map(|incident| self.settle(*incident))).await;
            if !done.iter().all(|done| *done) {
                return Ok(POLL_INTERVAL);
            }
        }
        let left = self.store.next_due().await?.map(|at| at.since(self.clock.now()));
        let left = left.map(|left| Duration::from_millis(u64::try_from(left).unwrap_or_default()));
        Ok(left.map_or(POLL_INTERVAL, |left| left.min(POLL_INTERVAL)))
    }

    /// Has the rules look at one incident; says whether they could.
    async fn settle(&self, incident: IncidentId) -> bool {
        let Some(write) = WriteRequest::by_system(incident, Command::Due, self.clock.now()) else { return false };
        match self.writer.write(write).await {
            Ok(_) => true,
            Err(problem) => {
                tracing::warn!(error = %problem, "processing a due incident failed; retrying");
                false
            }
        }
    }
}
