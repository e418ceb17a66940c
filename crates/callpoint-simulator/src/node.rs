//! A node: its writer, which decides and commits a batch at a time under the log's lock, and its scheduler, which asks
//! for what is due.

use std::collections::VecDeque;

use callpoint_core::{
    client::{Accepted, Body, Reply},
    model::{
        id::{IncidentId, Seq},
        person::Author,
        time::{SECOND, Time},
    },
    wire::error::ErrorCode,
};

use crate::{
    chance::Chance,
    feed::NodeStream,
    log::{Batch, Caller, Log, Write, problem},
    people::reference,
    planted::Planted,
    world::{Answer, Ask, Happening, QueueKey, World, tell},
};

/// The most commands that share a transaction.
const BATCH: usize = 64;

/// The database takes the lock from a node that is silent for so long.
const LOCK_LASTS: i64 = 30 * SECOND;

pub(crate) struct Node {
    pub up: bool,
    /// Which of its lives.
    pub run: u32,
    pub skew: i64,
    pub frozen_until: Time,
    /// The next transaction fails: with nothing of it there, or (`true`) with all of it there and nobody told.
    pub fault: Option<bool>,
    /// The log as it seems to a node that is caught in a transaction which never commits.
    pub stuck: Option<Box<Log>>,
    pub streams: Vec<NodeStream>,
    /// The last event that was handed on to streams.
    pub tail: Seq,
    pub chance: Chance,
    queue: VecDeque<Write>,
    batch: Option<Batch>,
    begins: bool,
    looks: Option<QueueKey>,
}

impl Node {
    pub const fn new(seed: u64, number: usize, skew: i64, tail: Seq) -> Self {
        Self {
            up: true,
            run: 1,
            skew,
            frozen_until: Time(0),
            fault: None,
            stuck: None,
            streams: Vec::new(),
            tail,
            chance: Chance::of(seed, 100 + number as u64),
            queue: VecDeque::new(),
            batch: None,
            begins: false,
            looks: None,
        }
    }
}

impl World<'_> {
    pub fn node_time(&self, node: usize) -> Time {
        self.now.plus(self.nodes[node].skew)
    }

    /// The log as this node sees it.
    pub fn log_of(&self, node: usize) -> &Log {
        self.nodes[node].stuck.as_deref().unwrap_or(&self.log)
    }

    pub fn arrives(&mut self, node: usize, caller: Caller, ask: Ask, is_copy: bool) {
        if !self.nodes[node].up {
            if !is_copy {
                self.hang_up(caller, &ask);
            }
            return;
        }
        let wait = self.nodes[node].frozen_until.since(self.now);
        if wait > 0 {
            self.after(wait, Happening::Arrives { node, caller, ask, is_copy });
            return;
        }
        let who = self.tabs[caller.tab].who_in(caller.life);
        match ask {
            Ask::Post(submission) => match who {
                Some(person) => {
                    let caller = (!is_copy).then_some(caller);
                    self.hand_in(node, Write::Of { person, submission, caller });
                }
                None => self.answer(caller, Answer::Post(submission.id, problem(ErrorCode::Unauthenticated))),
            },
            Ask::Thread(id) => {
                let reply = self.thread(node, who, id);
                self.answer(caller, Answer::Thread(id, Box::new(reply)));
            }
            Ask::Status(number) => {
                let snapshot = self.snapshot(node, who);
                self.answer(caller, Answer::Status(number, Ok(snapshot)));
            }
            Ask::Stream(number, cursor) => self.open_stream(node, caller, who, number, cursor),
        }
    }

    pub fn hand_in(&mut self, node: usize, write: Write) {
        self.nodes[node].queue.push_back(write);
        self.wake_writer(node);
    }

    fn wake_writer(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        if !it.begins && it.batch.is_none() && !it.queue.is_empty() {
            it.begins = true;
            let run = it.run;
            self.after(1, Happening::Begin(node, run));
        }
    }

    pub fn begin(&mut self, node: usize) {
        if self.nodes[node].batch.is_some() || self.nodes[node].queue.is_empty() {
            self.nodes[node].begins = false;
            return;
        }
        if self.lock.is_some_and(|holder| holder != node) && self.planted != Some(Planted::NoLock) {
            if !self.lock_waits.contains(&node) {
                self.lock_waits.push_back(node);
            }
            return;
        }
        self.lock = Some(node);
        self.nodes[node].begins = false;
        let take = self.nodes[node].queue.len().min(BATCH);
        let writes: Vec<Write> = self.nodes[node].queue.drain(..take).collect();
        let mut batch = self.log_of(node).batch(self.node_time(node));
        let mut wrong = None;
        for write in &writes {
            wrong = wrong.or(batch.write(self.log_of(node), write, &self.society, self.planted));
        }
        if let Some(wrong) = wrong {
            self.fail(wrong);
        }
        let takes = self.nodes[node].chance.span(1, 40);
        let run = self.nodes[node].run;
        self.nodes[node].batch = Some(batch);
        self.after(takes, Happening::Commit(node, run));
    }

    fn release(&mut self, node: usize) {
        if self.lock == Some(node) {
            self.lock = None;
            if let Some(next) = self.lock_waits.pop_front() {
                let run = self.nodes[next].run;
                self.after(1, Happening::Begin(next, run));
            }
        }
    }

    pub fn lock_lost(&mut self, node: usize, run: u32) {
        let it = &mut self.nodes[node];
        if it.run == run
            && self.now < it.frozen_until
            && self.lock == Some(node)
            && let Some(batch) = &mut it.batch
        {
            batch.doomed = true;
            tell!(self, "The database takes the log's lock from node {node}, which is frozen.");
            self.release(node);
        }
    }

    pub fn commit(&mut self, node: usize) {
        let Some(mut batch) = self.nodes[node].batch.take() else { return };
        let fault = self.nodes[node].fault.take();
        let answers = std::mem::take(&mut batch.answers);
        let is_lost = batch.doomed || fault == Some(false);
        if is_lost {
            tell!(self, "A transaction of node {node} fails; nothing of it is in the log.");
            if self.planted == Some(Planted::Savepoint) && fault == Some(false) {
                self.nodes[node].stuck = Some(Box::new(self.log.clone()));
            }
        } else {
            let before = self.log.head();
            let wrong = match self.nodes[node].stuck.as_deref_mut() {
                Some(stuck) => stuck.commit(&batch, &self.society),
                None => self.log.commit(&batch, &self.society),
            };
            if let Some(wrong) = wrong {
                self.fail(wrong);
            }
            self.look_at_what_is_new(node, before);
        }
        self.release(node);
        if is_lost || fault.is_some() {
            for (caller, id, _) in answers {
                let refusal: Reply<Accepted> =
                    Reply { retry_after: Some(2 * SECOND), ..problem(ErrorCode::Unavailable) };
                self.answer(caller, Answer::Post(id, refusal));
            }
        } else {
            for (caller, id, reply) in answers {
                if let Body::Problem(problem) = &reply.body {
                    tell!(self, "Node {node} refuses {}: {}", self.ledger.name(id), problem.detail);
                }
                self.answer(caller, Answer::Post(id, reply));
            }
        }
        if batch.is_changed() && !is_lost {
            self.written_at = self.now;
            for other in 0..self.nodes.len() {
                let most = if other == node { 5 } else { SECOND };
                let (run, wait) = (self.nodes[other].run, self.nodes[node].chance.span(1, most));
                self.after(wait, Happening::Feed(other, run));
            }
        }
        for other in 0..self.nodes.len() {
            // A node hears of what it wrote itself at once.
            if other == node || self.planted != Some(Planted::NothingDue) {
                self.plan_look(other, if is_lost { 5 * SECOND } else { 0 });
            }
        }
        self.wake_writer(node);
    }

    /// Tells what a commit has brought, and looks whether it is its author's.
    fn look_at_what_is_new(&mut self, node: usize, before: Seq) {
        let new: Vec<_> = self.log.after(before).to_vec();
        for event in new {
            tell!(self, "Node {node} writes event {}: {}", event.seq, crate::story::change(&event));
            let Some(author) = self.ledger.author(event.command) else { continue };
            let by = match &event.by {
                Author::Customer { person, .. } | Author::Staff { person, .. } => person,
                Author::Vendor | Author::System => continue,
            };
            if reference(author).person != *by {
                self.fail(format!("Words of one person went out under the name of another in event {}.", event.seq));
            }
        }
    }

    /// Plans the scheduler's next look: when something is due, or as soon as it is noticed that it was.
    pub fn plan_look(&mut self, node: usize, least: i64) {
        let planned = self.nodes[node].looks.take();
        self.cancel(planned);
        if !self.nodes[node].up {
            return;
        }
        let now = self.node_time(node);
        let Some(at) = self.log_of(node).due.values().min().copied() else { return };
        let noticed = self.nodes[node].chance.span(0, 300);
        let run = self.nodes[node].run;
        let key = self.after(at.since(now).max(least) + noticed, Happening::Look(node, run));
        self.nodes[node].looks = Some(key);
    }

    pub fn look(&mut self, node: usize) {
        self.nodes[node].looks = None;
        let now = self.node_time(node);
        let due: Vec<IncidentId> =
            self.log_of(node).due.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id).collect();
        if due.is_empty() {
            self.plan_look(node, 0);
        }
        for id in due {
            let waits = |write: &Write| matches!(write, Write::Due(other) if *other == id);
            if !self.nodes[node].queue.iter().any(waits) {
                self.hand_in(node, Write::Due(id));
            }
        }
    }

    pub fn crash_node(&mut self, node: usize, back: i64) {
        if !self.nodes[node].up {
            return;
        }
        tell!(self, "Node {node} crashes.");
        let planned = self.nodes[node].looks.take();
        self.cancel(planned);
        let it = &mut self.nodes[node];
        (it.up, it.run, it.begins, it.stuck, it.frozen_until) = (false, it.run + 1, false, None, Time(0));
        let batch = it.batch.take();
        let queue = std::mem::take(&mut it.queue);
        let streams = std::mem::take(&mut it.streams);
        self.lock_waits.retain(|waits| *waits != node);
        self.release(node);
        let in_batch = batch.into_iter().flat_map(|batch| batch.answers).map(|(caller, id, _)| (caller, id));
        let waiting = queue.into_iter().filter_map(|write| match write {
            Write::Of { caller: Some(caller), submission, .. } => Some((caller, submission.id)),
            Write::Of { caller: None, .. } | Write::Due(_) | Write::Told(..) => None,
        });
        let unanswered: Vec<_> = in_batch.chain(waiting).collect();
        for (caller, id) in unanswered {
            self.answer(caller, Answer::Post(id, Reply::none()));
        }
        for stream in streams {
            self.end_stream(&stream);
        }
        self.after(back, Happening::Up(node));
    }

    pub fn node_up(&mut self, node: usize) {
        if self.nodes[node].up {
            return;
        }
        tell!(self, "Node {node} is back.");
        self.nodes[node].up = true;
        self.nodes[node].tail = self.log.head();
        self.nodes[node].fault = None;
        if self.planted != Some(Planted::NothingDue) {
            self.plan_look(node, 0);
        }
    }

    pub fn freeze_node(&mut self, node: usize, span: i64) {
        tell!(self, "Node {node} freezes for {} s.", span / SECOND);
        self.nodes[node].frozen_until = self.now.plus(span);
        let run = self.nodes[node].run;
        self.after(LOCK_LASTS, Happening::LockLost(node, run));
    }
}
