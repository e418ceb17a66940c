//! The sans-IO client machine: inputs in, effects out. Browsers, native tests and the simulator drive the same one.
//! It holds no socket, timer or storage; after each input the driver carries out the effects in order, shows
//! what changed, and calls again with [`Input::Tick`] at [`Client::wake`].

mod backoff;
mod cache;
mod connection;
mod message;
mod outbox;
mod polled;
pub mod sse;
mod threads;
mod timeline;

pub use connection::{Connection, ConnectionState, SILENCE};
#[cfg(feature = "json")]
pub use message::JsonCodec;
pub use message::{Accepted, Body, Codec, POLLED, Reply, StreamMessage};
pub use outbox::{DeliveryState, Outbox, OutboxEntry};
pub use {cache::Cache, timeline::Timeline};

use std::rc::Rc;

use crate::{
    model::{
        command::IncidentCommand,
        component::ComponentStatus,
        event::Event,
        field::{ReportField, add_fields, labels_of},
        id::{CommandId, IncidentId, Seq},
        incident::Incident,
        report::{Receipt, ReportDraft},
        time::Time,
    },
    rules::headline::Headline,
    wire::{
        error::ApiError,
        protocol::{Request, Snapshot, Submission, Suggestions, Thread, Vendor, suggestions_path},
    },
};

/// Something happened outside.
#[expect(clippy::large_enum_variant, reason = "an input is handed over once and never kept")]
#[derive(Clone, Debug)]
pub enum Input<'a> {
    /// The widget starts, or the person has become known; these submissions were kept on the device from before.
    Start(Vec<Submission>),
    /// The person sends something.
    Submit(Submission),
    /// The device holds a copy of the submission that outlives the page.
    Saved(CommandId),
    /// The person gives a refused submission up, or has seen its receipt.
    Discard(CommandId),
    /// A reply to a sent submission.
    Answered(CommandId, Reply<Accepted>),
    /// The stream is open.
    Connected,
    /// The stream delivered something.
    Received(StreamMessage),
    /// The stream ended or could not be opened.
    Disconnected(Reply<()>),
    /// The person opens a thread. Several can be open at once, and one more than once.
    OpenThread(IncidentId),
    /// The person leaves a thread that was opened.
    LeaveThread(IncidentId),
    /// A reply to a thread that was asked for.
    ThreadLoaded(IncidentId, Reply<Thread>),
    /// The person is about to report this; there may be an incident of it already.
    FindSimilar(&'a ReportDraft),
    /// A reply to that.
    SimilarFound(Reply<Suggestions>),
    /// The device is back online, the page is visible again, or the person says "try now".
    RetryNow,
    /// The time asked for has come.
    Tick,
}

/// Something to do outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Keep a copy of this outbox entry on the device, then say [`Input::Saved`].
    Save(CommandId),
    /// Drop the device's copy of this entry.
    Forget(CommandId),
    /// Post this outbox entry.
    Send(CommandId),
    /// Open the stream after this event, in place of the one that may be open.
    Connect(Option<Seq>),
    /// Fetch this thread.
    LoadThread(IncidentId),
    /// Ask at this address for incidents that may be the same, then say [`Input::SimilarFound`].
    FindSimilar(String),
    /// The token was refused: fetch a new one before the next request.
    RenewToken,
    /// Notify the page.
    Notify(Notice),
}

/// What the page may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The first snapshot is here.
    Ready,
    /// A report was received.
    Report(Receipt),
    /// The server won't take a submission as it is, and says why.
    Refused(CommandId, ApiError),
    /// The headline changed.
    Status(Headline),
    /// A timeline grew.
    Entry(IncidentId, Rc<Event>),
    /// How much is unread.
    Unread(u32),
    /// The vendor's judgement of severity changed.
    Severity(IncidentId),
    /// A closure awaits the customer.
    Resolution(IncidentId),
    /// Every account's concern is settled.
    Settled(IncidentId),
}

/// The machine.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// What is not yet with the server.
    pub outbox: Outbox,
    /// The stream.
    pub connection: Connection,
    /// What the stream has delivered.
    pub cache: Cache,
    /// Incidents that may be the same as what is about to be reported.
    pub suggested: Vec<Incident>,
    /// Fields of the report form that the page defines, beside the vendor's.
    pub page_fields: Vec<ReportField>,
    /// Grows whenever something that can be shown may have changed.
    revision: u64,
    random: u64,
    /// Threads that were asked for and can't be had.
    missing: Vec<IncidentId>,
    /// When to ask again for the threads on screen, after a try that failed.
    reload_at: Option<Time>,
    last_id_at: Time,
    /// What this device's clock said last.
    clock: Time,
}

impl Client {
    /// A machine at rest; `seed` spreads its retries.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { random: seed, ..Self::default() }
    }

    /// Grows whenever something that can be shown may have changed; a heartbeat leaves it as it is.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether what is shown may be old: the connection is down.
    #[must_use]
    pub const fn is_offline(&self) -> bool {
        matches!(self.connection.state(), ConnectionState::Waiting(_))
    }

    /// How the whole is doing; none where that is not known: nothing was heard yet, or it is a status page that can't be
    /// read now.
    #[must_use]
    pub fn condition(&self) -> Option<ComponentStatus> {
        let stays = self.cache.vendor.as_ref().is_some_and(Vendor::takes_reports);
        (stays || !self.connection.fails()).then(|| self.cache.headline().condition)
    }

    /// Whether this thread was asked for and can't be had.
    #[must_use]
    pub fn is_missing(&self, incident: IncidentId) -> bool {
        self.missing.contains(&incident)
    }

    /// The server's time when this device's clock says `now`.
    #[must_use]
    pub const fn server_time(&self, now: Time) -> Time {
        now.plus(self.cache.ahead)
    }

    /// An id for what the person does now: later ones sort later, so that submissions keep their order on the device.
    #[must_use]
    pub fn new_id(&mut self, now: Time, random: u128) -> CommandId {
        self.last_id_at = now.max(self.last_id_at.plus(1));
        CommandId::new(self.last_id_at, random)
    }

    /// When to be called again at the latest.
    #[must_use]
    pub fn wake(&self) -> Option<Time> {
        let earlier = |one: Option<Time>, other: Option<Time>| one.min(other).or(one).or(other);
        earlier(earlier(self.outbox.wake(), self.connection.wake()), self.reload_at)
    }

    /// Takes what happened and says what to do.
    pub fn handle(&mut self, input: Input<'_>, now: Time) -> Vec<Effect> {
        let silent = matches!(input, Input::Tick | Input::Received(StreamMessage::Heartbeat));
        let mut effects = Vec::new();
        self.follow_clock(now);
        match input {
            Input::Start(saved) => self.start(saved, now, &mut effects),
            Input::Submit(submission) => self.submit(submission, now, &mut effects),
            Input::Saved(id) => self.outbox.saved(id),
            Input::Discard(id) => {
                self.outbox.forget(id);
                effects.push(Effect::Forget(id));
            }
            Input::Answered(id, reply) => self.answered(id, reply, now, &mut effects),
            Input::Connected => self.connection.connected(now),
            Input::Received(message) => self.received(message, now, &mut effects),
            Input::Disconnected(reply) => {
                if reply.status == 401 {
                    effects.push(Effect::RenewToken);
                }
                let random = self.next_random();
                self.connection.disconnected(now, random, reply.retry_after);
            }
            Input::OpenThread(id) => {
                self.found(id);
                self.cache.open_thread(id, self.connection.cursor().unwrap_or(0));
                if self.cache.timeline(id).is_none() {
                    effects.push(Effect::LoadThread(id));
                }
            }
            Input::LeaveThread(id) => self.cache.leave_thread(id),
            Input::ThreadLoaded(id, reply) => self.thread_loaded(id, reply, now),
            Input::FindSimilar(draft) => match suggestions_path(draft) {
                Some(path) => effects.push(Effect::FindSimilar(path)),
                None => self.suggested.clear(),
            },
            Input::SimilarFound(reply) => {
                if let Some(found) = reply.body.value() {
                    self.suggested = found.incidents;
                }
            }
            Input::RetryNow => {
                self.outbox.retry_now(now);
                self.connection.retry_now(now);
            }
            Input::Tick => {}
        }
        self.advance(now, &mut effects);
        if !silent || !effects.is_empty() {
            self.revision += 1;
        }
        effects
    }

    /// Where this device's clock was set back, what waits for a time waits no longer for that.
    fn follow_clock(&mut self, now: Time) {
        let back = self.clock.since(now);
        self.clock = now;
        if back > 0 {
            self.outbox.set_back(back);
            self.connection.set_back(back);
            self.reload_at = self.reload_at.map(|at| at.plus(-back));
            self.cache.ahead += back;
        }
    }

    fn start(&mut self, saved: Vec<Submission>, now: Time, effects: &mut Vec<Effect>) {
        for submission in saved {
            // What comes later sorts later, also where the clock was set back since.
            self.last_id_at = self.last_id_at.max(submission.id.made_at());
            self.outbox.put(submission, true, now);
        }
        if self.connection.state() == ConnectionState::Idle {
            self.connect(now, effects);
        }
    }

    fn submit(&mut self, mut submission: Submission, now: Time, effects: &mut Vec<Effect>) {
        if let (Request::Report(draft), Some(vendor)) = (&mut submission.request, &self.cache.vendor) {
            draft.asked.extend(labels_of(&vendor.fields, &draft.fields));
        }
        let read = match submission.request {
            Request::Incident(incident, IncidentCommand::Read { seq }) => Some((incident, seq)),
            _ => None,
        };
        if let Some((incident, seq)) = read {
            // Nobody misses it if it does not get through.
            self.cache.said_read(incident, seq);
        }
        if self.outbox.put(submission, false, now) && read.is_none() {
            // With those before it that the device would not take: whoever takes up what it holds must not miss one.
            effects.extend(self.outbox.unsaved().map(Effect::Save));
        }
    }

    /// Does what is due by now.
    fn advance(&mut self, now: Time, effects: &mut Vec<Effect>) {
        effects.extend(self.outbox.next(now).map(Effect::Send));
        if self.connection.is_due(now) {
            self.connect(now, effects);
        }
        if self.reload_at.is_some_and(|at| at <= now) {
            self.reload_at = None;
            let open = self.cache.open_threads().iter().copied();
            let lacking = open.filter(|id| self.cache.timeline(*id).is_none() && !self.missing.contains(id));
            effects.extend(lacking.map(Effect::LoadThread));
        }
    }

    fn connect(&mut self, now: Time, effects: &mut Vec<Effect>) {
        self.connection.connect(now);
        effects.push(Effect::Connect(self.connection.cursor()));
    }

    fn answered(&mut self, id: CommandId, reply: Reply<Accepted>, now: Time, effects: &mut Vec<Effect>) {
        let random = self.next_random();
        match self.outbox.answered(id, reply, now, random) {
            outbox::Outcome::Received(receipt) => {
                effects.push(Effect::Forget(id));
                if self.outbox.get(id).is_some_and(|entry| entry.submission.request.is_report()) {
                    effects.push(Effect::Notify(Notice::Report(receipt)));
                } else if self.connection.cursor().is_some_and(|cursor| cursor >= receipt.seq) {
                    self.outbox.forget(id);
                }
            }
            outbox::Outcome::Accepted => effects.push(Effect::Forget(id)),
            outbox::Outcome::Retry { renew_token: true } => effects.push(Effect::RenewToken),
            outbox::Outcome::Refused(_)
                if self.outbox.get(id).is_some_and(|entry| entry.submission.request.is_silent()) =>
            {
                self.outbox.forget(id);
            }
            outbox::Outcome::Refused(problem) => {
                if self.outbox.get(id).is_some_and(|entry| entry.submission.request.is_consent()) {
                    // Or it would be tried again when the page is opened next, and agree to what is asked by then.
                    effects.push(Effect::Forget(id));
                }
                effects.push(Effect::Notify(Notice::Refused(id, problem)));
            }
            outbox::Outcome::Retry { renew_token: false } | outbox::Outcome::Ignored => {}
        }
    }

    fn received(&mut self, message: StreamMessage, now: Time, effects: &mut Vec<Effect>) {
        self.connection.heard_now(now);
        match message {
            StreamMessage::Heartbeat => {}
            StreamMessage::Reset(snapshot) => {
                self.connection.polls(false);
                self.reset(*snapshot, now, effects);
            }
            StreamMessage::Polled(snapshot) => self.polled(*snapshot, now, effects),
            StreamMessage::Event(event) => {
                self.connection.polls(false);
                self.event(*event, now, effects);
            }
            StreamMessage::Unknown(seq) => self.connection.set_cursor(seq),
            StreamMessage::Unreadable => self.connection.forget_cursor(),
        }
    }

    fn reset(&mut self, mut snapshot: Snapshot, now: Time, effects: &mut Vec<Effect>) {
        add_fields(&mut snapshot.vendor.fields, &self.page_fields);
        let first = self.cache.known_at.is_none();
        self.connection.set_cursor(snapshot.seq);
        self.outbox.settle(snapshot.seq);
        self.cache.reset(snapshot, now);
        if first {
            effects.push(Effect::Notify(Notice::Ready));
        }
        effects.push(Effect::Notify(Notice::Status(self.cache.headline())));
        // Each is asked for anew, also one that could not be had before.
        self.missing.clear();
        effects.extend(self.cache.open_threads().iter().copied().map(Effect::LoadThread));
    }

    fn event(&mut self, event: Event, now: Time, effects: &mut Vec<Effect>) {
        self.cache.known_at = Some(now);
        if self.connection.cursor().is_some_and(|cursor| event.seq <= cursor) {
            return;
        }
        self.connection.set_cursor(event.seq);
        // The timeline has it now: the local copy of a message is no longer needed. A report's receipt stays until seen.
        let shown = self.outbox.get(event.command).is_some_and(|entry| {
            matches!(entry.state, DeliveryState::Received(_)) && !entry.submission.request.is_report()
        });
        if shown {
            self.outbox.forget(event.command);
        }
        self.fold(event, effects);
    }

    /// `SplitMix64`: enough to spread retries.
    const fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
