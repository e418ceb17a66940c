//! The one task per node that writes: it batches the commands that wait into one transaction, and answers only once
//! that is durable. It must know nothing of HTTP beyond the status and body that a retry gets again.

mod ahead;
mod reply;

pub use reply::{WriteReply, WriteResult};

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use callpoint_core::{
    model::{
        command::Command,
        id::{AttachmentId, CommandId, IncidentId, Seq},
        incident::Incident,
        person::{Actor, PersonRef},
        policy::{Policy, Terms},
        time::{DAY, Time},
    },
    rules::{
        decide::{CommandContext, decide},
        delivery::last_seen,
    },
    wire::error::{ApiError, ErrorCode},
};
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use crate::{
    clock::Clock,
    crypto,
    engine::{
        health::{self, HealthMonitor},
        needs::Needs,
        policy::{VendorPolicy, named},
        search,
    },
    store::{IncidentIndex, StaffMember, Store, StoreError, StoredReply, Uploader, WriteBatch},
};

/// The most commands that share a transaction.
const BATCH_LIMIT: usize = 64;

/// The most commands that may wait; further ones are refused with a time to retry after.
const QUEUE_LIMIT: usize = 1024;

/// A batch that takes longer is given up, and its connection with it. What became of it is seen when the same keys are
/// tried again.
const BATCH_TIMEOUT: Duration = Duration::from_secs(30);

/// For so long the same key gets the same answer.
const REPLIES_LAST: i64 = 30 * DAY;

/// A write on its way to the log.
#[derive(Clone, Debug)]
pub struct WriteRequest {
    /// The client-made id.
    pub key: CommandId,
    /// Who asks.
    pub actor: Actor,
    /// What their token says about their account.
    pub tier: Option<String>,
    /// The incident that it is asked of, or that a report opens.
    pub incident: Option<IncidentId>,
    /// What is asked.
    pub command: Command,
    /// The files that it names.
    pub attachments: Vec<AttachmentId>,
    /// A digest of the request: another request with the same key has a different one.
    pub digest: String,
}

impl WriteRequest {
    /// What Callpoint itself asks of an incident; `None` where the system has no randomness to give.
    #[must_use]
    pub fn by_system(incident: IncidentId, command: Command, now: Time) -> Option<Self> {
        let bytes = crypto::random().ok()?;
        let random = bytes.first_chunk::<16>().map(|bytes| Uuid::from_bytes(*bytes).as_u128())?;
        let (key, incident) = (CommandId::new(now, random), Some(incident));
        Some(Self {
            key,
            actor: Actor::System,
            tier: None,
            incident,
            command,
            attachments: Vec::new(),
            digest: String::new(),
        })
    }
}

struct QueuedWrite {
    write: WriteRequest,
    answer: oneshot::Sender<WriteResult>,
}

/// Where writes are handed in.
#[derive(Clone, Debug)]
pub struct Writer {
    queue: mpsc::Sender<QueuedWrite>,
}

impl Writer {
    /// Starts the task. It ends once every [`Writer`] is gone and what was handed in is done.
    #[must_use]
    pub fn start(context: WriteContext) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE_LIMIT);
        tokio::spawn(run(context, waiting));
        Self { queue }
    }

    /// Does it, or says why not. Returns once it is durable.
    ///
    /// # Errors
    /// The rules' denial, a reused key, or that the database is away.
    pub async fn write(&self, write: WriteRequest) -> WriteResult {
        let (answer, reply) = oneshot::channel();
        self.queue.try_send(QueuedWrite { write, answer }).map_err(|_| refused(ErrorCode::Unavailable))?;
        reply.await.map_err(|_| refused(ErrorCode::Unavailable))?
    }
}

/// What the task works with.
#[derive(Debug)]
pub struct WriteContext {
    /// Where it writes.
    pub store: Store,
    /// What was agreed by configuration.
    pub policy: Arc<VendorPolicy>,
    /// What references begin with.
    pub reference_prefix: String,
    /// The time of day.
    pub clock: Clock,
    /// Raised to the log's end after each commit.
    pub head: watch::Sender<Seq>,
    /// Is told what became of writing, and tells when the database is away.
    pub health: HealthMonitor,
}

async fn run(context: WriteContext, mut queue: mpsc::Receiver<QueuedWrite>) {
    let mut waiting = Vec::with_capacity(BATCH_LIMIT);
    let mut forgotten = Time(0);
    while queue.recv_many(&mut waiting, BATCH_LIMIT).await > 0 {
        let writes: Vec<&WriteRequest> = waiting.iter().map(|waiting| &waiting.write).collect();
        let written = tokio::select! {
            biased;
            () = context.health.gone() => Err(StoreError::Away),
            written = context.write_all(&writes) => {
                context.health.wrote(&written);
                written
            }
        };
        let answers = match written {
            Ok(answers) => answers,
            Err(error) if is_everybodys(&error) => {
                // Whoever came in the meantime would wait for the same.
                let mut behind = Vec::new();
                while let Ok(waiting) = queue.try_recv() {
                    behind.push(waiting);
                }
                tracing::warn!(%error, writes = writes.len() + behind.len(), "nothing can be written now");
                for waiting in behind {
                    drop(waiting.answer.send(Err(refused(ErrorCode::Unavailable))));
                }
                writes.iter().map(|_| Err(refused(ErrorCode::Unavailable))).collect()
            }
            Err(error) => {
                tracing::warn!(%error, writes = writes.len(), "a batch failed; retrying its writes one by one");
                context.write_each(&writes).await
            }
        };
        for (waiting, answer) in waiting.drain(..).zip(answers) {
            // Whoever hung up gets the answer when they ask again.
            drop(waiting.answer.send(answer));
        }
        let now = context.clock.now();
        if now.since(forgotten) > DAY {
            forgotten = now;
            let forgetting = async {
                context.store.forget_replies(now.plus(-REPLIES_LAST)).await?;
                context.store.forget_uploads(now).await
            };
            let forgetting = tokio::select! {
                () = context.health.gone() => Err(StoreError::Away),
                done = forgetting => done,
            };
            if let Err(error) = forgetting {
                tracing::warn!(%error, "deleting expired replies and unused uploads failed");
            }
        }
    }
}

impl WriteContext {
    async fn write_all(&self, writes: &[&WriteRequest]) -> Result<Vec<WriteResult>, StoreError> {
        tokio::time::timeout(BATCH_TIMEOUT, self.write_batch(writes)).await.map_err(|_| StoreError::TimedOut)?
    }

    async fn write_batch(&self, writes: &[&WriteRequest]) -> Result<Vec<WriteResult>, StoreError> {
        let mut batch = self.store.batch().await?;
        batch.prefetch(&ahead::needs_of(writes)).await?;
        let (before, now) = (batch.last, self.clock.now());
        let staff = match writes.iter().any(|write| self.needs_staff(write)) {
            true => batch.staff().await?.to_vec(),
            false => Vec::new(),
        };
        let policy = self.policy.policy_with(&staff);
        let mut looked = Vec::new();
        let mut answers = Vec::with_capacity(writes.len());
        for write in writes {
            answers.push(self.write_one(&mut batch, write, &staff, &policy).await?);
            if matches!(write.command, Command::Due) {
                looked.extend(write.incident);
            }
        }
        for id in &looked {
            // Also where nothing happened: it is not looked at again before its time.
            if let Some(derived) = batch.state.incidents.get(id).map(|incident| self.derived(incident, &looked, now)) {
                batch.put_derived(*id, derived).await?;
            }
        }
        let last = batch.commit(|incident| self.derived(incident, &looked, now)).await?;
        if last > before {
            self.head.send_if_modified(|head| health::raise(head, last));
        }
        Ok(answers)
    }

    fn needs_staff(&self, write: &WriteRequest) -> bool {
        self.policy.name_staff() || Needs::of(&write.command).staff()
    }

    fn derived(&self, incident: &Incident, looked: &[IncidentId], now: Time) -> IncidentIndex {
        let due_at = match looked.contains(&incident.id) {
            true => self.policy.due_after_look(incident, now),
            false => self.policy.due(incident),
        };
        search::index(incident, due_at)
    }

    async fn write_each(&self, writes: &[&WriteRequest]) -> Vec<WriteResult> {
        let mut answers = Vec::with_capacity(writes.len());
        let mut away = false;
        for write in writes {
            if away {
                answers.push(Err(refused(ErrorCode::Unavailable)));
                continue;
            }
            answers.push(match self.write_all(&[write]).await {
                Ok(mut one) => one.pop().unwrap_or_else(|| Err(refused(ErrorCode::Unavailable))),
                Err(error) => {
                    away = is_everybodys(&error);
                    Err(refused(error))
                }
            });
        }
        answers
    }

    async fn write_one(
        &self,
        batch: &mut WriteBatch,
        write: &WriteRequest,
        staff: &[StaffMember],
        policy: &Policy,
    ) -> Result<WriteResult, StoreError> {
        let key = ahead::reply_key(write);
        if let Some(kept) = key.as_ref().and_then(|key| batch.reply(key)) {
            let same = kept.digest == write.digest;
            let reply = WriteReply { status: kept.status, body: kept.body.clone() };
            return Ok(if same { Ok(reply) } else { Err(refused(ErrorCode::KeyReused)) });
        }
        let attachments = match Uploader::of(&write.actor) {
            Some(whose) => batch.attachments(&whose, &write.attachments, self.clock.now()).await?,
            None => Some(Vec::new()),
        };
        let Some(attachments) = attachments else { return Ok(Err(refused(ErrorCode::FileMissing))) };
        let order = CommandContext { attachments, ..self.order(batch, write, staff).await? };
        let events = match decide(&batch.state, &order, policy) {
            Ok(events) => events,
            Err(denied) => return Ok(Err(refused(denied))),
        };
        if opens(&write.command) {
            batch.reference += 1;
        }
        batch.append(&events, search::said(&events)).await?;
        if !write.attachments.is_empty() {
            for event in &events {
                batch.use_attachments(event).await?;
            }
        }
        // The last event that its author sees: how many others it caused is not theirs to know.
        let seq = last_seen(&events, &write.actor.viewer()).unwrap_or_default();
        let reply = reply::reply_to(batch, write, policy, seq)?;
        if let Some(key) = key {
            let kept = StoredReply { digest: write.digest.clone(), status: reply.status, body: reply.body.clone() };
            batch.keep_reply(key, kept, order.now);
        }
        Ok(Ok(reply))
    }

    /// The command with all that the rules need; what they read of the state is in the batch from here on.
    async fn order(
        &self,
        batch: &mut WriteBatch,
        write: &WriteRequest,
        staff: &[StaffMember],
    ) -> Result<CommandContext, StoreError> {
        if let Some(incident) = write.incident {
            batch.load(incident).await?;
        }
        let needs = Needs::of(&write.command);
        let mut report = None;
        match (needs, write.incident) {
            (Needs::Incident(other), _) => batch.load(other).await?,
            (Needs::MergedIncidents, Some(incident)) => batch.load_merged(incident).await?,
            (Needs::Report | Needs::Invitee(_), Some(incident)) => report = batch.report(incident).await?,
            (Needs::MergedIncidents | Needs::Report | Needs::Invitee(_), None)
            | (Needs::Colleague(_) | Needs::Csm | Needs::Nothing | Needs::Staff, _) => {}
        }
        let colleague = match (&write.actor, needs) {
            (Actor::Customer { account, .. }, Needs::Invitee(invitee)) => batch.invited(&account.id, invitee).await?,
            (Actor::Customer { .. } | Actor::Staff { .. } | Actor::System, _) => {
                needs.colleague().and_then(|person| named(staff, person))
            }
        };
        let (terms, csm) = self.agreed(batch, write, staff).await?;
        Ok(CommandContext {
            id: write.key,
            actor: write.actor.clone(),
            incident: write.incident,
            command: write.command.clone(),
            last: batch.last,
            reference: format!("{}{}", self.reference_prefix, batch.reference),
            terms,
            csm,
            colleague,
            report,
            attachments: Vec::new(),
            now: self.clock.now(),
        })
    }

    /// What holds for the account that it is about, and who looks after it.
    async fn agreed(
        &self,
        batch: &mut WriteBatch,
        write: &WriteRequest,
        staff: &[StaffMember],
    ) -> Result<(Terms, Option<PersonRef>), StoreError> {
        let needed = Needs::of(&write.command) == Needs::Csm;
        let Some(account) = ahead::account_of(write) else {
            let incident = write.incident.filter(|_| needed).and_then(|id| batch.state.incidents.get(&id));
            let stake = incident.and_then(|incident| incident.stakes.first());
            return Ok((Terms::default(), stake.and_then(|stake| self.policy.csm(&stake.account.id, staff))));
        };
        batch.load_terms(&BTreeSet::from([account.id.clone()])).await?;
        let terms = self.policy.terms(&account.id, write.tier.as_deref());
        Ok((terms, self.policy.csm(&account.id, staff)))
    }
}

/// What becomes of a write that did not happen.
fn refused(error: impl Into<ApiError>) -> Box<ApiError> {
    Box::new(error.into())
}

/// Whether the database failed before it knew what was to be written: then each of the writes would wait for the same.
const fn is_everybodys(error: &StoreError) -> bool {
    matches!(error, StoreError::NoTransaction(_) | StoreError::TimedOut | StoreError::Away)
}

/// Whether it opens an incident.
const fn opens(command: &Command) -> bool {
    matches!(command, Command::Declare(_) | Command::Open(_))
}
