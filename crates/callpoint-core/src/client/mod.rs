//! The sans-IO client machine: inputs in, effects out. Browsers, native tests and the simulator drive the same one.
//! It holds no socket, timer or storage; after each input the driver carries out the effects in order, shows
//! what changed, and calls again with [`Input::Woke`] at [`Client::wake`].

mod backoff;
mod cache;
mod connection;
mod outbox;
pub mod sse;

pub use cache::{Cache, Timeline};
pub use connection::{Connection, ConnectionState, SILENCE};
pub use outbox::{DeliveryState, Outbox, OutboxEntry};

use crate::{
    client::sse::Frame,
    json,
    model::{
        command::IncidentCommand,
        event::{Change, Event},
        id::{CommandId, IncidentId, Seq},
        incident::Incident,
        report::{Receipt, ReportDraft},
        time::Time,
    },
    rules::headline::Headline,
    wire::protocol::{RESET, Request, Snapshot, Submission, Suggestions, Thread, suggestions_path},
};

/// How long to wait before a thread is asked for again, in milliseconds.
const RELOAD: i64 = 2_000;

/// How many events are kept while the code that reads them is still to come.
const EARLY_LIMIT: usize = 2_000;

/// What came back for a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status; 0 when nothing came back.
    pub status: u16,
    /// The body.
    pub body: String,
    /// How long the server asks to wait, in milliseconds.
    pub retry_after: Option<i64>,
}

/// Something happened outside.
#[derive(Clone, Debug)]
pub enum Input<'a> {
    /// The page wants the widget; these parcels were kept from before.
    Started(Vec<Submission>),
    /// The person sends something.
    Submit(Submission),
    /// The device holds a copy of the parcel that outlives the page.
    Saved(CommandId),
    /// The person gives a refused parcel up, or has seen its receipt.
    Discard(CommandId),
    /// An answer to a sent parcel.
    Answered(CommandId, Answer),
    /// The stream is open.
    Opened,
    /// The stream brought bytes.
    Bytes(&'a [u8]),
    /// The stream ended or could not be opened.
    Lost(Answer),
    /// The person opens a thread, or leaves it.
    Look(Option<IncidentId>),
    /// An answer to a thread that was asked for.
    Loaded(IncidentId, Answer),
    /// The person is about to report this; there may be an incident of it already.
    FindSimilar(&'a ReportDraft),
    /// An answer to that.
    Suggested(Answer),
    /// The code for events and threads is here.
    Whole,
    /// The device is back online, the page is looked at again, or the person says "try now".
    Hurry,
    /// The time asked for has come.
    Woke,
}

/// Something to do outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Keep a copy of this parcel of the outbox on the device, then say [`Input::Saved`].
    Save(CommandId),
    /// Drop the copy of this parcel.
    Forget(CommandId),
    /// Post this parcel of the outbox.
    Send(CommandId),
    /// Open the stream after this event, in place of the one that may be open.
    Connect(Option<Seq>),
    /// Fetch this thread.
    Load(IncidentId),
    /// Ask at this address for incidents that may be the same, then say [`Input::Suggested`].
    Suggest(String),
    /// The token was turned down: fetch a new one before the next request.
    RenewToken,
    /// Tell the page.
    Tell(Notice),
}

/// What the page may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The first snapshot is here.
    Ready,
    /// A report was received.
    Report(Receipt),
    /// The server won't take a parcel as it is.
    Refused(CommandId),
    /// The headline changed.
    Status(Headline),
    /// A timeline grew.
    Entry(IncidentId, Seq),
    /// How much is unread.
    Unread(u32),
    /// The vendor's judgement of severity changed.
    Severity(IncidentId),
    /// A closure awaits the customer.
    Resolution(IncidentId),
    /// Every key is turned.
    Settled(IncidentId),
}

/// The machine.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// What is not yet with the server.
    pub outbox: Outbox,
    /// The stream.
    pub connection: Connection,
    /// What the stream has brought.
    pub cache: Cache,
    /// Incidents that may be the same as what is about to be reported.
    pub suggested: Vec<Incident>,
    /// What the stream brought while the code that reads it was not here yet; none once it is.
    early: Option<Vec<String>>,
    random: u64,
    missing: Option<IncidentId>,
    /// When to ask again for the thread on screen, after a try that failed.
    reload_at: Option<Time>,
    last_id_at: Time,
    /// How far it was said that a thread is read.
    said_read: Option<(IncidentId, Seq)>,
}

impl Client {
    /// A machine at rest; `seed` spreads its retries.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { random: seed, ..Self::default() }
    }

    /// From here on until [`Input::Whole`] events and threads are kept unread: the code for them is still to come.
    pub fn wait_for_rest(&mut self) {
        self.early = Some(Vec::new());
    }

    /// Whether all of the code is here.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.early.is_none()
    }

    /// Whether what is shown may be old: the line is down after having been up, or never came up.
    #[must_use]
    pub const fn is_offline(&self) -> bool {
        matches!(self.connection.line(), ConnectionState::Waiting(_))
    }

    /// The thread that was asked for and can't be had.
    #[must_use]
    pub const fn missing(&self) -> Option<IncidentId> {
        self.missing
    }

    /// The server's time when this device's clock says `now`.
    #[must_use]
    pub const fn server_time(&self, now: Time) -> Time {
        now.plus(self.cache.ahead)
    }

    /// An id for what the person does now: later ones sort later, so that parcels keep their order on the device.
    #[must_use]
    pub fn new_id(&mut self, now: Time, random: u128) -> CommandId {
        self.last_id_at = now.max(self.last_id_at.plus(1));
        CommandId::new(self.last_id_at, random)
    }

    /// How far the thread on screen is read, where the server has not been told yet.
    #[must_use]
    pub fn to_read(&self) -> Option<(IncidentId, Seq)> {
        self.cache.to_read().filter(|read| self.said_read != Some(*read))
    }

    /// When to be called again at the latest.
    #[must_use]
    pub fn wake(&self) -> Option<Time> {
        let earlier = |one: Option<Time>, other: Option<Time>| one.min(other).or(one).or(other);
        earlier(earlier(self.outbox.wake(), self.connection.wake()), self.reload_at)
    }

    /// Takes what happened and says what to do.
    pub fn handle(&mut self, input: Input<'_>, now: Time) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Started(saved) => {
                for parcel in saved {
                    self.outbox.put(parcel, true, now);
                }
                if self.connection.line() == ConnectionState::Idle {
                    self.connect(now, &mut effects);
                }
            }
            Input::Submit(parcel) => {
                let id = parcel.id;
                let read = match parcel.request {
                    Request::Incident(incident, IncidentCommand::Read { seq }) => Some((incident, seq)),
                    _ => None,
                };
                // Nobody misses it if it does not get through.
                self.said_read = read.or(self.said_read);
                if self.outbox.put(parcel, false, now) && read.is_none() {
                    effects.push(Effect::Save(id));
                }
            }
            Input::Saved(id) => self.outbox.saved(id),
            Input::Discard(id) => {
                self.outbox.forget(id);
                effects.push(Effect::Forget(id));
            }
            Input::Answered(id, answer) => self.answered(id, &answer, now, &mut effects),
            Input::Opened => self.connection.opened(now),
            Input::Bytes(bytes) => {
                for frame in self.connection.bytes(bytes, now) {
                    self.frame(&frame, now, &mut effects);
                }
            }
            Input::Lost(answer) => {
                if answer.status == 401 {
                    effects.push(Effect::RenewToken);
                }
                let random = self.next_random();
                self.connection.lost(now, random, answer.retry_after);
            }
            Input::Look(incident) => {
                self.missing = None;
                self.reload_at = None;
                self.cache.look(incident, self.connection.cursor().unwrap_or(0));
                effects.extend(incident.filter(|id| self.cache.timeline(*id).is_none()).map(Effect::Load));
            }
            Input::Loaded(id, answer) if self.is_whole() => self.loaded(id, &answer, now),
            // Asked for again once it can be read.
            Input::Loaded(..) => {}
            Input::Whole => {
                for data in self.early.take().unwrap_or_default() {
                    self.told(&data, now, &mut effects);
                }
                effects.extend(self.cache.looking_at().map(Effect::Load));
            }
            Input::FindSimilar(draft) => match suggestions_path(draft) {
                Some(path) => effects.push(Effect::Suggest(path)),
                None => self.suggested.clear(),
            },
            Input::Suggested(answer) => {
                if let Some(found) = json::read::<Suggestions>(&answer.body).filter(|_| answer.status == 200) {
                    self.suggested = found.incidents;
                }
            }
            Input::Hurry => {
                self.outbox.hurry(now);
                self.connection.hurry(now);
            }
            Input::Woke => {}
        }
        self.move_on(now, &mut effects);
        effects
    }

    fn move_on(&mut self, now: Time, effects: &mut Vec<Effect>) {
        effects.extend(self.outbox.next(now).map(Effect::Send));
        if self.connection.is_due(now) {
            self.connect(now, effects);
        }
        if self.reload_at.is_some_and(|at| at <= now) {
            self.reload_at = None;
            effects.extend(self.cache.looking_at().map(Effect::Load));
        }
    }

    fn connect(&mut self, now: Time, effects: &mut Vec<Effect>) {
        self.connection.connect(now);
        // What was not read comes again: the cursor stands before it.
        if let Some(early) = &mut self.early {
            early.clear();
        }
        effects.push(Effect::Connect(self.connection.cursor()));
    }

    fn answered(&mut self, id: CommandId, answer: &Answer, now: Time, effects: &mut Vec<Effect>) {
        let random = self.next_random();
        match self.outbox.answered(id, answer, now, random) {
            outbox::Outcome::Received(receipt) => {
                effects.push(Effect::Forget(id));
                let is_report = self.outbox.get(id).is_some_and(|k| matches!(k.parcel.request, Request::Report(_)));
                if is_report {
                    effects.push(Effect::Tell(Notice::Report(receipt)));
                } else if self.connection.cursor().is_some_and(|cursor| cursor >= receipt.seq) {
                    self.outbox.forget(id);
                }
            }
            outbox::Outcome::Landed => effects.push(Effect::Forget(id)),
            outbox::Outcome::Retry { renew_token: true } => effects.push(Effect::RenewToken),
            outbox::Outcome::Refused if self.outbox.get(id).is_some_and(|kept| kept.parcel.request.is_silent()) => {
                self.outbox.forget(id);
            }
            outbox::Outcome::Refused => effects.push(Effect::Tell(Notice::Refused(id))),
            outbox::Outcome::Retry { renew_token: false } | outbox::Outcome::Stray => {}
        }
    }

    fn frame(&mut self, frame: &Frame, now: Time, effects: &mut Vec<Effect>) {
        match &mut self.early {
            _ if frame.event == RESET => self.reset(&frame.data, now, effects),
            Some(early) if early.len() < EARLY_LIMIT => early.push(frame.data.clone()),
            // So much is told sooner by a snapshot.
            Some(_) => {
                self.connection.forget_cursor();
                self.connect(now, effects);
            }
            None => self.told(&frame.data, now, effects),
        }
    }

    /// Takes an event in. Never inlined, as all that is only reached through here: a bundle may fetch it later.
    #[inline(never)]
    fn told(&mut self, data: &str, now: Time, effects: &mut Vec<Effect>) {
        if let Some(event) = json::read::<Event>(data) {
            self.event(event, now, effects);
        } else if let Some(EventPosition { seq }) = json::read(data) {
            // A later version's event: what it changes can't be known here, only where it stands.
            self.connection.set_cursor(seq);
        }
    }

    fn reset(&mut self, data: &str, now: Time, effects: &mut Vec<Effect>) {
        let Some(snapshot) = json::read::<Snapshot>(data) else {
            return self.connection.forget_cursor();
        };
        let first = self.cache.known_at.is_none();
        if let Some(early) = &mut self.early {
            early.clear();
        }
        self.connection.set_cursor(snapshot.seq);
        self.outbox.settle(snapshot.seq);
        self.cache.reset(snapshot, now);
        if first {
            effects.push(Effect::Tell(Notice::Ready));
        }
        effects.push(Effect::Tell(Notice::Status(self.cache.headline())));
        effects.extend(self.cache.looking_at().map(Effect::Load));
    }

    fn event(&mut self, event: Event, now: Time, effects: &mut Vec<Effect>) {
        self.cache.known_at = Some(now);
        if self.connection.cursor().is_some_and(|cursor| event.seq <= cursor) {
            return;
        }
        self.connection.set_cursor(event.seq);
        // The timeline has it now: the echo of a message is no longer needed. A report's receipt stays until seen.
        let echoed = self.outbox.get(event.command).is_some_and(|kept| {
            matches!(kept.stage, DeliveryState::Received(_)) && !matches!(kept.parcel.request, Request::Report(_))
        });
        if echoed {
            self.outbox.forget(event.command);
        }
        if event.incident.is_some() && self.cache.looking_at() == event.incident {
            match event.change {
                Change::Withdrawn {} => self.missing = event.incident,
                Change::Revealed { .. } => self.missing = None,
                _ => {}
            }
        }
        self.cache.apply(event, effects);
    }

    /// Takes a thread in. Never inlined, as [`Client::told`].
    #[inline(never)]
    fn loaded(&mut self, id: IncidentId, answer: &Answer, now: Time) {
        let thread = (answer.status == 200).then(|| json::read::<Thread>(&answer.body)).flatten();
        let loaded = thread.is_some_and(|thread| self.cache.load(thread, self.connection.cursor().unwrap_or(0)));
        if self.cache.looking_at() != Some(id) || loaded {
            return;
        }
        if matches!(answer.status, 0 | 200 | 401 | 429 | 500..) {
            self.reload_at = Some(now.plus(answer.retry_after.unwrap_or(RELOAD)));
        } else {
            self.missing = Some(id);
        }
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

/// An event of which only the place can be read.
pub(crate) struct EventPosition {
    pub(crate) seq: Seq,
}
