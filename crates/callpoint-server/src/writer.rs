//! The one task per node that writes: it batches the commands that wait into one transaction, and answers only once
//! that is durable. It must know nothing of HTTP beyond the status and body that a retry gets again.

use callpoint_core::{
    command::Command,
    decide::{Order, decide},
    error::ErrorCode,
    event::{Change, Event},
    id::{CommandId, IncidentId, Seq},
    person::{Actor, Author},
    report::Receipt,
    time::{DAY, Time},
};
use serde::Serialize;
use tokio::sync::{mpsc, oneshot, watch};

use crate::{
    clock,
    error::Problem,
    store::{Batch, Fault, Store, StoredReply},
};

/// The most commands that share a transaction.
const BATCH_LIMIT: usize = 64;

/// The most commands that may wait; who comes then is asked to come back.
const QUEUE_LIMIT: usize = 1024;

/// For so long the same key gets the same answer.
const REPLIES_LAST: i64 = 30 * DAY;

/// A write on its way to the log.
#[derive(Clone, Debug)]
pub struct Write {
    /// The client-made id.
    pub key: CommandId,
    /// Who asks.
    pub actor: Actor,
    /// The incident that it is asked of, or that a report opens.
    pub incident: Option<IncidentId>,
    /// What is asked.
    pub command: Command,
    /// What tells this request from another with the same key.
    pub digest: String,
}

/// A successful answer: durable, and the same for every retry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The JSON body.
    pub body: String,
}

/// Something that happened elsewhere and is recorded as it was: an import, the configuration.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id: the same when it is brought again.
    pub command: CommandId,
    /// When it happened.
    pub at: Time,
    /// Who did it.
    pub by: Author,
    /// The incident it belongs to.
    pub incident: Option<IncidentId>,
    /// What changed; always public.
    pub change: Change,
}

type Answer = Result<Reply, Problem>;

struct Waiting {
    write: Write,
    answer: oneshot::Sender<Answer>,
}

/// Where writes are handed in.
#[derive(Clone, Debug)]
pub struct Writer {
    queue: mpsc::Sender<Waiting>,
}

impl Writer {
    /// Starts the task. It ends once every [`Writer`] is gone and what was handed in is done.
    #[must_use]
    pub fn start(store: Store, reference_prefix: String, head: watch::Sender<Seq>) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE_LIMIT);
        tokio::spawn(work(Desk { store, reference_prefix, head }, waiting));
        Self { queue }
    }

    /// Does it, or says why not. Returns once it is durable.
    ///
    /// # Errors
    /// The rules' denial, a reused key, or that the database is away.
    pub async fn write(&self, write: Write) -> Answer {
        let (answer, reply) = oneshot::channel();
        self.queue.try_send(Waiting { write, answer }).map_err(|_| ErrorCode::Unavailable)?;
        reply.await.map_err(|_| ErrorCode::Unavailable)?
    }
}

struct Desk {
    store: Store,
    reference_prefix: String,
    head: watch::Sender<Seq>,
}

async fn work(desk: Desk, mut queue: mpsc::Receiver<Waiting>) {
    let mut waiting = Vec::with_capacity(BATCH_LIMIT);
    let mut forgotten = Time(0);
    while queue.recv_many(&mut waiting, BATCH_LIMIT).await > 0 {
        let writes: Vec<&Write> = waiting.iter().map(|waiting| &waiting.write).collect();
        let answers = match desk.write_all(&writes).await {
            Ok(answers) => answers,
            Err(fault) => {
                tracing::warn!(error = %fault, writes = writes.len(), "a batch failed; its writes are tried one by one");
                desk.write_each(&writes).await
            }
        };
        for (waiting, answer) in waiting.drain(..).zip(answers) {
            // Whoever hung up gets the answer when they ask again.
            drop(waiting.answer.send(answer));
        }
        let now = clock::now();
        if now.since(forgotten) > DAY {
            forgotten = now;
            if let Err(fault) = desk.store.forget_replies(now.plus(-REPLIES_LAST)).await {
                tracing::warn!(error = %fault, "old answers could not be forgotten");
            }
        }
    }
}

impl Desk {
    async fn write_all(&self, writes: &[&Write]) -> Result<Vec<Answer>, Fault> {
        let mut batch = self.store.batch().await?;
        let before = batch.last;
        let mut answers = Vec::with_capacity(writes.len());
        for write in writes {
            answers.push(self.write_one(&mut batch, write).await?);
        }
        let last = batch.commit().await?;
        if last > before {
            self.head.send_if_modified(|head| raise(head, last));
        }
        Ok(answers)
    }

    async fn write_each(&self, writes: &[&Write]) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(writes.len());
        for write in writes {
            answers.push(match self.write_all(&[write]).await {
                Ok(mut one) => one.pop().unwrap_or_else(|| Err(ErrorCode::Unavailable.into())),
                Err(fault) => Err(fault.into()),
            });
        }
        answers
    }

    async fn write_one(&self, batch: &mut Batch, write: &Write) -> Result<Answer, Fault> {
        let person = key_owner(&write.actor);
        if let Some(kept) = batch.reply(&person, write.key).await? {
            let same = kept.digest == write.digest;
            let reply = Reply { status: kept.status, body: kept.body };
            return Ok(if same { Ok(reply) } else { Err(ErrorCode::KeyReused.into()) });
        }
        if let Some(incident) = write.incident {
            batch.load(incident).await?;
        }
        let now = clock::now();
        let order = Order {
            id: write.key,
            actor: write.actor.clone(),
            incident: write.incident,
            command: write.command.clone(),
            last: batch.last,
            reference: format!("{}{}", self.reference_prefix, batch.reference),
            now,
        };
        let events = match decide(&batch.state, &order) {
            Ok(events) => events,
            Err(denied) => return Ok(Err(denied.into())),
        };
        if matches!(write.command, Command::Declare(_)) {
            batch.reference += 1;
        }
        batch.append(&events).await?;
        let reply = reply_to(batch, write)?;
        let kept = StoredReply { digest: write.digest.clone(), status: reply.status, body: reply.body.clone() };
        batch.keep_reply(&person, write.key, &kept, now).await?;
        Ok(Ok(reply))
    }
}

/// Records what happened elsewhere, in one transaction; the log numbers it.
///
/// # Errors
/// When the database fails; then nothing is recorded.
pub async fn record(batch: &mut Batch, records: &[Record]) -> Result<(), Fault> {
    use callpoint_core::event::Audience;
    let events: Vec<Event> = (batch.last + 1..)
        .zip(records)
        .map(|(seq, record)| Event {
            seq,
            command: record.command,
            at: record.at,
            by: record.by.clone(),
            incident: record.incident,
            to: Audience::Public,
            sealed: None,
            change: record.change.clone(),
        })
        .collect();
    for event in &events {
        if let Some(id) = event.incident {
            batch.load(id).await?;
        }
    }
    batch.append(&events).await
}

fn raise(head: &mut Seq, to: Seq) -> bool {
    let higher = to > *head;
    *head = (*head).max(to);
    higher
}

/// Whose keys these are. Ids hold no control characters, so the parts can't run into each other.
fn key_owner(actor: &Actor) -> String {
    match actor {
        Actor::Customer { person, account, .. } => format!("customer\u{1f}{}\u{1f}{person}", account.id),
        Actor::Staff { person, .. } => format!("staff\u{1f}{person}"),
        Actor::System => "system".to_owned(),
    }
}

#[derive(Serialize)]
struct Done {
    seq: Seq,
}

fn reply_to(batch: &Batch, write: &Write) -> Result<Reply, Fault> {
    let seq = batch.last;
    let status = if matches!(write.command, Command::Declare(_)) { 201 } else { 200 };
    let incident = write.incident.and_then(|id| batch.state.incidents.get(&id));
    let body = match incident {
        Some(incident) => {
            serde_json::to_string(&Receipt { incident: incident.id, reference: incident.reference.clone(), seq })?
        }
        None => serde_json::to_string(&Done { seq })?,
    };
    Ok(Reply { status, body })
}
