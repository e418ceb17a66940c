//! One client, its disk and a bad network, all from one seed: requests and answers vanish, the server is busy, tokens
//! run out, the stream breaks in the middle of a character, the page is killed and opened again.

use std::collections::BTreeMap;

use callpoint_core::{
    client::{
        Accepted, Client, Codec as _, Effect, Input, JsonCodec, Notice, POLLED, Reply, StreamMessage, sse::Parser,
    },
    model::{
        command::{IncidentCommand, Visibility},
        id::{CommandId, IncidentId},
        time::{SECOND, Time},
    },
    wire::protocol::{Request, Submission, Thread},
};

use crate::server::{Server, bare, customer, staff};

/// A reproducible source of chance.
pub struct Chance(u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// What is on its way.
#[expect(clippy::large_enum_variant, reason = "a test's network holds a few")]
pub enum Transit {
    Request(Submission),
    Answer(CommandId, Reply<Accepted>),
    Thread(IncidentId, Reply<Thread>),
}

pub struct World {
    pub chance: Chance,
    pub now: Time,
    pub server: Server,
    pub client: Client,
    pub parser: Parser,
    pub disk: BTreeMap<CommandId, Submission>,
    pub transit: Vec<(Time, Transit)>,
    /// What the open stream has sent; `None` while there is none.
    pub sent: Option<u64>,
    /// Whether something on the way holds the stream back, so that it is asked for in its place.
    pub held_back: bool,
    pub submitted: Vec<CommandId>,
    pub notices: Vec<Notice>,
    pub calm: bool,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut world = Self {
            chance: Chance(seed),
            now: Time(1_760_000_000_000),
            server: Server::default(),
            client: Client::new(seed),
            parser: Parser::default(),
            disk: BTreeMap::new(),
            transit: Vec::new(),
            sent: None,
            held_back: false,
            submitted: Vec::new(),
            notices: Vec::new(),
            calm: false,
        };
        world.feed(Input::Start(Vec::new()));
        world
    }

    pub fn trouble(&mut self, percent: u64) -> bool {
        !self.calm && self.chance.percent(percent)
    }

    pub fn soon(&mut self) -> Time {
        let delay = i64::try_from(self.chance.below(3_000)).unwrap();
        self.now.plus(delay)
    }

    pub fn feed(&mut self, input: Input<'_>) {
        for effect in self.client.handle(input, self.now) {
            match effect {
                Effect::FindSimilar(_) => {}
                Effect::Save(id) => {
                    let submission = self.submission(id);
                    self.disk.insert(id, submission);
                    self.feed(Input::Saved(id));
                }
                Effect::Forget(id) => drop(self.disk.remove(&id)),
                Effect::Send(id) => {
                    let (at, submission) = (self.soon(), self.submission(id));
                    self.transit.push((at, Transit::Request(submission)));
                }
                Effect::Connect(cursor) => self.connect(cursor),
                Effect::LoadThread(id) => {
                    let at = self.soon();
                    let lost = self.trouble(30);
                    let answer = if lost { Reply::none() } else { self.server.thread(id) };
                    self.transit.push((at, Transit::Thread(id, answer)));
                }
                Effect::RenewToken => {}
                Effect::Notify(notice) => self.notices.push(notice),
            }
        }
    }

    pub fn submission(&self, id: CommandId) -> Submission {
        self.client.outbox.get(id).unwrap().submission.as_ref().clone()
    }

    pub fn connect(&mut self, cursor: Option<u64>) {
        self.sent = None;
        self.parser = Parser::default();
        if self.trouble(40) {
            let status = [0, 401, 503][usize::try_from(self.chance.below(3)).unwrap()];
            return self.feed(Input::Disconnected(bare(status, None)));
        }
        self.feed(Input::Connected);
        self.held_back = self.trouble(20);
        let expired = self.held_back || (cursor.is_some() && self.trouble(20));
        match cursor.filter(|_| !expired) {
            Some(cursor) => self.sent = Some(cursor),
            None => {
                self.sent = Some(self.server.log.len() as u64);
                self.pour_snapshot();
            }
        }
    }

    /// What the server says now, as a stream begins, or as it is asked for in place of one.
    fn pour_snapshot(&mut self) {
        let frame = self.server.snapshot(self.now.plus(1_234));
        let frame = if self.held_back { frame.replacen("event: reset", &format!("event: {POLLED}"), 1) } else { frame };
        self.pour(&frame);
    }

    /// Gives the client bytes in pieces that end anywhere; the stream may break in between.
    pub fn pour(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.len().min(1 + usize::try_from(self.chance.below(400)).unwrap()));
            rest = after;
            let frames = self.parser.push(piece);
            if frames.is_empty() {
                self.feed(Input::Received(StreamMessage::Heartbeat));
            }
            for frame in frames {
                self.feed(Input::Received(JsonCodec.message(&frame)));
            }
            if self.trouble(2) {
                self.sent = None;
                return self.feed(Input::Disconnected(Reply::none()));
            }
        }
    }

    pub fn submit(&mut self, request: Request) -> CommandId {
        let id = self.client.new_id(self.now, u128::from(self.chance.next()));
        self.submitted.push(id);
        self.feed(Input::Submit(Submission { id, at: self.now, request }));
        id
    }

    pub fn deliver(&mut self) {
        let (due, later) = std::mem::take(&mut self.transit).into_iter().partition(|(at, _)| *at <= self.now);
        self.transit = later;
        let due: Vec<(Time, Transit)> = due;
        for (_, transit) in due {
            match transit {
                Transit::Request(submission) => {
                    let answer = match self.chance.below(10) {
                        0 if !self.calm => Reply::none(),
                        1 if !self.calm => bare(503, Some(2_000)),
                        2 if !self.calm => bare(401, None),
                        _ => {
                            let answer = self.server.post(&submission, &customer(), self.now);
                            if self.trouble(25) { Reply::none() } else { answer }
                        }
                    };
                    let at = self.soon();
                    self.transit.push((at, Transit::Answer(submission.id, answer)));
                }
                Transit::Answer(id, answer) => self.feed(Input::Answered(id, answer)),
                Transit::Thread(id, answer) => self.feed(Input::ThreadLoaded(id, answer)),
            }
        }
    }

    pub fn staff_replies(&mut self, id: IncidentId, to: Visibility) {
        let command =
            IncidentCommand::Message { text: "We see it — ça arrive".into(), to: Some(to), attachments: Vec::new() };
        let id_ = CommandId::new(self.now, u128::from(self.chance.next()));
        let submission = Submission { id: id_, at: self.now, request: Request::Incident(id, command) };
        self.server.post(&submission, &staff(), self.now);
        self.server.received.retain(|ordered| *ordered != id_);
    }

    /// One step of time: what is due arrives, the stream brings news, the machine is woken.
    pub fn step(&mut self) {
        self.now = self.now.plus(500);
        self.deliver();
        if self.sent.is_some() && self.held_back {
            if self.now.0 % (4 * SECOND) == 0 {
                self.pour_snapshot();
            }
        } else if let Some(after) = self.sent {
            let frames = self.server.frames(after);
            self.sent = Some(self.server.log.len() as u64);
            let heartbeat = if self.now.0 % (10 * SECOND) == 0 { ":\n\n" } else { "" };
            self.pour(&(frames + heartbeat));
        }
        if self.client.wake().is_some_and(|at| at <= self.now) {
            self.feed(Input::Tick);
        }
    }

    /// The page is killed and opened again: only the disk survives.
    pub fn kill(&mut self) {
        self.transit.retain(|(_, transit)| matches!(transit, Transit::Request(_)));
        self.sent = None;
        self.client = Client::new(self.chance.next());
        // A person needs longer than a millisecond to open a page.
        self.now = self.now.plus(SECOND);
        let saved = self.disk.values().cloned().collect();
        self.feed(Input::Start(saved));
    }
}
