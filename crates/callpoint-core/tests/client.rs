//! The client machine against the rules over a bad network: requests and answers vanish, the server is busy, tokens
//! run out, the stream breaks in the middle of a character, the page is killed and opened again. From one seed all
//! of it happens again.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on says where")]

use std::{collections::BTreeMap, rc::Rc};

use callpoint_core::{
    client::{
        Accepted, Body, Client, Codec as _, ConnectionState, DeliveryState, Effect, Input, JsonCodec, Notice, Reply,
        StreamMessage, sse::Parser,
    },
    model::{
        command::{Command, IncidentCommand, Visibility},
        event::Event,
        id::{AccountId, CommandId, IncidentId, PersonId},
        person::{Account, Actor},
        policy::{Policy, Terms},
        report::{Receipt, Report, ReportDraft},
        severity::{Scheme, Severity},
        time::{HOUR, SECOND, Time},
    },
    rules::{
        decide::{CommandContext, decide},
        headline::headline,
        hint::Answers,
        state::State,
    },
    wire::{
        error::ApiError,
        protocol::{Request, Snapshot, Submission, Thread, Vendor, You},
    },
};

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

fn customer() -> Actor {
    let account = Account { id: AccountId::parse("acme").unwrap(), name: "Acme".into() };
    Actor::Customer { person: PersonId::parse("ada").unwrap(), name: "Ada".into(), account }
}

fn staff() -> Actor {
    let (name, title) = ("Mara".into(), "CSM".into());
    Actor::Staff { person: PersonId::parse("mara").unwrap(), name, title, security: false }
}

/// The other side: the rules, an idempotent door, and a stream that starts anywhere.
#[derive(Default)]
struct Server {
    state: State,
    log: Vec<Event>,
    answered: BTreeMap<CommandId, Reply<Accepted>>,
    received: Vec<CommandId>,
}

impl Server {
    fn post(&mut self, submission: &Submission, actor: &Actor, now: Time) -> Reply<Accepted> {
        if let Some(answer) = self.answered.get(&submission.id) {
            return answer.clone();
        }
        let policy = Policy::of(Scheme::preset("sev1-3").unwrap());
        let incident = submission.request.incident(submission.id);
        let command = match submission.request.clone() {
            Request::Report(draft) => match Report::parse(draft, &policy.scheme, &policy.classes) {
                Ok(report) => Command::Declare(Box::new(report)),
                Err(invalid) => return problem(invalid.into()),
            },
            Request::Incident(_, command) => match command.parse(&policy, now) {
                Ok(command) => Command::Incident(command),
                Err(invalid) => return problem(invalid.into()),
            },
            Request::Component(id, command) => Command::Component(id, command),
            Request::Account(id, command) => Command::Account(id, command),
        };
        let last = self.log.len() as u64;
        let reference = format!("NW-{last}");
        let (id, actor, terms) = (submission.id, actor.clone(), Terms::default());
        let order =
            CommandContext { id, actor, incident, command, last, reference, terms, csm: None, colleague: None, now };
        let events = match decide(&self.state, &order, &policy) {
            Ok(events) => events,
            Err(denied) => return problem(denied.into()),
        };
        events.iter().for_each(|event| self.state.apply(event));
        self.log.extend(events);
        let id = incident.unwrap();
        let reference = self.state.incidents[&id].reference.clone();
        let receipt = Receipt { incident: id, reference, seq: self.log.len() as u64 };
        let answer = JsonCodec.reply(201, &JsonCodec.encode(&receipt), None);
        self.answered.insert(submission.id, answer.clone());
        self.received.push(submission.id);
        answer
    }

    fn snapshot(&self, now: Time) -> String {
        let viewer = customer().viewer();
        let state = self.state.seen_by(&viewer);
        let Actor::Customer { person, name, account } = customer() else { unreachable!() };
        let snapshot = Snapshot {
            seq: self.log.len() as u64,
            now,
            vendor: Vendor {
                name: "Northwind".into(),
                scheme: Scheme::preset("sev1-3").unwrap(),
                classes: Vec::new(),
                roles: Vec::new(),
            },
            you: You {
                person: Some(person),
                name,
                account: Some(account),
                staff: false,
                security: false,
                guest: false,
            },
            headline: headline(state.components.values(), state.incidents.values()),
            components: state.components.into_iter().map(|(_, value)| value).collect(),
            incidents: state.incidents.into_iter().map(|(_, value)| value).collect(),
        };
        format!("event: reset\nid: {}\ndata: {}\n\n", self.log.len(), serde_json::to_string(&snapshot).unwrap())
    }

    fn frames(&self, after: u64) -> String {
        let viewer = customer().viewer();
        let later = self.log.iter().filter(|event| event.seq > after).filter_map(|event| event.seen_by(&viewer));
        later.map(|e| format!("id: {}\ndata: {}\n\n", e.seq, serde_json::to_string(&e).unwrap())).collect()
    }

    fn thread(&self, id: IncidentId) -> Reply<Thread> {
        let viewer = customer().viewer();
        let Some(incident) = self.state.incidents.get(&id).and_then(|i| i.seen_by(&viewer)) else {
            return problem(callpoint_core::wire::error::ErrorCode::NotFound.into());
        };
        let of_it = self.log.iter().filter(|event| event.incident == Some(id));
        let entries = of_it.filter_map(|event| event.seen_by(&viewer)).collect();
        let thread = Thread { seq: self.log.len() as u64, incident, entries };
        JsonCodec.reply(200, &JsonCodec.encode(&thread), None)
    }
}

fn problem<T>(problem: ApiError) -> Reply<T> {
    Reply { status: problem.status, retry_after: None, body: Body::Problem(problem) }
}

/// A status without a body that can be read.
fn bare<T>(status: u16, retry_after: Option<i64>) -> Reply<T> {
    Reply { status, retry_after, body: Body::Unreadable }
}

/// What is on its way.
#[expect(clippy::large_enum_variant, reason = "a test's network holds a few")]
enum Transit {
    Request(Submission),
    Answer(CommandId, Reply<Accepted>),
    Thread(IncidentId, Reply<Thread>),
}

struct World {
    chance: Chance,
    now: Time,
    server: Server,
    client: Client,
    parser: Parser,
    disk: BTreeMap<CommandId, Submission>,
    transit: Vec<(Time, Transit)>,
    /// What the open stream has sent; `None` while there is none.
    sent: Option<u64>,
    submitted: Vec<CommandId>,
    notices: Vec<Notice>,
    calm: bool,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut world = Self {
            chance: Chance(seed),
            now: Time(1_760_000_000_000),
            server: Server::default(),
            client: Client::new(seed),
            parser: Parser::default(),
            disk: BTreeMap::new(),
            transit: Vec::new(),
            sent: None,
            submitted: Vec::new(),
            notices: Vec::new(),
            calm: false,
        };
        world.feed(Input::Start(Vec::new()));
        world
    }

    fn trouble(&mut self, percent: u64) -> bool {
        !self.calm && self.chance.percent(percent)
    }

    fn soon(&mut self) -> Time {
        let delay = i64::try_from(self.chance.below(3_000)).unwrap();
        self.now.plus(delay)
    }

    fn feed(&mut self, input: Input<'_>) {
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

    fn submission(&self, id: CommandId) -> Submission {
        self.client.outbox.get(id).unwrap().submission.as_ref().clone()
    }

    fn connect(&mut self, cursor: Option<u64>) {
        self.sent = None;
        self.parser = Parser::default();
        if self.trouble(40) {
            let status = [0, 401, 503][usize::try_from(self.chance.below(3)).unwrap()];
            return self.feed(Input::Disconnected(bare(status, None)));
        }
        self.feed(Input::Connected);
        let expired = cursor.is_some() && self.trouble(20);
        match cursor.filter(|_| !expired) {
            Some(cursor) => self.sent = Some(cursor),
            None => {
                let frame = self.server.snapshot(self.now.plus(1_234));
                self.sent = Some(self.server.log.len() as u64);
                self.pour(&frame);
            }
        }
    }

    /// Gives the client bytes in pieces that end anywhere; the stream may break in between.
    fn pour(&mut self, text: &str) {
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

    fn submit(&mut self, request: Request) -> CommandId {
        let id = self.client.new_id(self.now, u128::from(self.chance.next()));
        self.submitted.push(id);
        self.feed(Input::Submit(Submission { id, at: self.now, request }));
        id
    }

    fn deliver(&mut self) {
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

    fn staff_replies(&mut self, id: IncidentId, to: Visibility) {
        let command = IncidentCommand::Message { text: "We see it — ça arrive".into(), to: Some(to) };
        let id_ = CommandId::new(self.now, u128::from(self.chance.next()));
        let submission = Submission { id: id_, at: self.now, request: Request::Incident(id, command) };
        self.server.post(&submission, &staff(), self.now);
        self.server.received.retain(|ordered| *ordered != id_);
    }

    /// One step of time: what is due arrives, the stream brings news, the machine is woken.
    fn step(&mut self) {
        self.now = self.now.plus(500);
        self.deliver();
        if let Some(after) = self.sent {
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
    fn kill(&mut self) {
        self.transit.retain(|(_, transit)| matches!(transit, Transit::Request(_)));
        self.sent = None;
        self.client = Client::new(self.chance.next());
        // A person needs longer than a millisecond to open a page.
        self.now = self.now.plus(SECOND);
        let saved = self.disk.values().cloned().collect();
        self.feed(Input::Start(saved));
    }
}

fn report() -> Request {
    Request::Report(ReportDraft {
        what: "Labels do not print".into(),
        severity: Some(Severity(2)),
        answers: Answers::default(),
        ..ReportDraft::default()
    })
}

fn message(id: IncidentId, number: usize) -> Request {
    Request::Incident(id, IncidentCommand::Message { text: format!("message {number}"), to: None })
}

#[test]
fn nothing_is_lost_doubled_or_reordered_on_a_bad_network() {
    for seed in 0..400 {
        let mut world = World::new(seed);
        let first = world.submit(report());
        let id = IncidentId(first.0);
        for number in 0..12 {
            for _ in 0..world.chance.below(8) {
                world.step();
            }
            if world.chance.percent(60) {
                world.submit(message(id, number));
            }
            if world.chance.percent(50) {
                let to = if world.chance.percent(50) { Visibility::Internal } else { Visibility::Affected };
                world.staff_replies(id, to);
            }
            if world.chance.percent(20) {
                world.feed(Input::OpenThread(Some(id)));
            }
            if world.chance.percent(10) {
                world.kill();
            }
        }
        world.calm = true;
        for _ in 0..600 {
            world.step();
        }
        assert_eq!(world.server.received, world.submitted, "seed {seed}: each once, in order");
        assert!(world.disk.is_empty(), "seed {seed}: nothing is kept once it was received");
        let pending = world.client.outbox.entries().iter().filter(|k| !k.state.is_received()).count();
        assert_eq!(pending, 0, "seed {seed}");
        let seen = world.server.state.seen_by(&customer().viewer());
        assert_eq!(world.client.cache.state, seen, "seed {seed}: the page shows what is so");
        world.feed(Input::OpenThread(Some(id)));
        for _ in 0..40 {
            world.step();
        }
        let thread = world.server.thread(id).body.value().unwrap();
        let entries: Vec<_> = thread.entries.into_iter().map(Rc::new).collect();
        assert_eq!(world.client.cache.timeline(id).unwrap().entries, entries, "seed {seed}");
    }
}

#[test]
fn received_is_said_only_on_the_servers_word() {
    let mut world = World::new(1);
    world.calm = true;
    let id = world.submit(report());
    assert!(matches!(world.client.outbox.get(id).unwrap().state, DeliveryState::Sent));
    assert!(!world.notices.iter().any(|notice| matches!(notice, Notice::Report(_))));
    world.feed(Input::Answered(id, JsonCodec.reply(200, "<html>all is well</html>", None)));
    assert!(!world.client.outbox.get(id).unwrap().state.is_received(), "a proxy's page is no receipt");
    for _ in 0..40 {
        world.step();
    }
    assert!(world.client.outbox.get(id).unwrap().state.is_received());
    assert!(world.notices.iter().any(|notice| matches!(notice, Notice::Report(_))));
}

#[test]
fn a_refused_parcel_waits_for_its_author_and_stops_nobody() {
    let mut world = World::new(2);
    world.calm = true;
    let refused = world.submit(Request::Report(ReportDraft::default()));
    let fine = world.submit(report());
    for _ in 0..40 {
        world.step();
    }
    let DeliveryState::Refused(problem) = &world.client.outbox.get(refused).unwrap().state else {
        panic!("not refused")
    };
    assert_eq!(problem.field.as_deref(), Some("what"));
    assert!(world.disk.contains_key(&refused), "the words are still there");
    assert!(world.client.outbox.get(fine).unwrap().state.is_received());
    world.feed(Input::Discard(refused));
    assert!(world.disk.is_empty());
}

#[test]
fn a_silent_line_is_taken_for_dead_and_opened_again_after_the_last_event() {
    let mut world = World::new(3);
    world.calm = true;
    let id = IncidentId(world.submit(report()).0);
    for _ in 0..20 {
        world.step();
    }
    let cursor = world.client.connection.cursor();
    assert_eq!((world.client.connection.state(), cursor), (ConnectionState::Live, Some(1)));
    world.sent = None;
    world.staff_replies(id, Visibility::Affected);
    world.now = world.now.plus(HOUR);
    let effects = world.client.handle(Input::Tick, world.now);
    assert_eq!(effects, [Effect::Connect(cursor)]);
}

#[test]
fn retries_spread_out_and_obey_the_server() {
    let waits: std::collections::BTreeSet<i64> = (0..20)
        .map(|seed| {
            let mut client = Client::new(seed);
            client.handle(Input::Start(Vec::new()), Time(0));
            client.handle(Input::Disconnected(Reply::none()), Time(0));
            client.wake().unwrap().0
        })
        .collect();
    assert!(waits.len() > 15 && waits.iter().all(|wait| (500..=1_000).contains(wait)), "{waits:?}");
    let mut client = Client::new(0);
    client.handle(Input::Start(Vec::new()), Time(0));
    client.handle(Input::Disconnected(bare(503, Some(30_000))), Time(0));
    assert!(client.wake().unwrap().0 >= 30_000);
}
