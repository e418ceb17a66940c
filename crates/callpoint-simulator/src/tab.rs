//! A tab: the client machine, and around it what a browser's driver does with its effects. Each of them ends in an
//! input, whatever becomes of it.

use std::{collections::BTreeSet, rc::Rc};

use callpoint_core::{
    client::{Body, Client, DeliveryState, Effect, Input, Notice, Reply},
    model::{
        id::{CommandId, Seq},
        time::{SECOND, Time},
    },
    wire::protocol::{Request, Submission},
};

use crate::{
    chance::Chance,
    log::Caller,
    people::{Who, is_staff, name_of},
    planted::Planted,
    share::TabStream,
    world::{Answer, Ask, Happening, QueueKey, World, tell},
};

/// How long a tab waits for the device's storage before it goes on without it.
const PATIENCE: i64 = 2 * SECOND;

pub(crate) struct Tab {
    pub browser: usize,
    /// Who is signed in in each life.
    lived: Vec<Who>,
    pub life: u32,
    pub client: Option<Client>,
    pub net: Chance,
    /// The lives that ended all of a sudden.
    crashed: BTreeSet<u32>,
    token: bool,
    authorizing: bool,
    pub owner_known: bool,
    restoring: bool,
    restored: bool,
    pending: Vec<Pending>,
    timer: Option<QueueKey>,
    pub stream: TabStream,
    /// What was in the outbox when it was last looked at.
    pub known: Vec<CommandId>,
    /// How long it waited before each of its last tries.
    pub waits: [i64; 3],
}

/// What waits until it is known who asks.
#[derive(Debug)]
enum Pending {
    Begin,
    Effect(Effect),
}

impl Tab {
    pub fn new(seed: u64, number: usize, browser: usize) -> Self {
        Self {
            browser,
            lived: vec![None],
            life: 0,
            client: None,
            net: Chance::of(seed, 10 + number as u64),
            crashed: BTreeSet::new(),
            token: false,
            authorizing: false,
            owner_known: false,
            restoring: false,
            restored: false,
            pending: Vec::new(),
            timer: None,
            stream: TabStream::default(),
            known: Vec::new(),
            waits: [0; 3],
        }
    }

    /// Who is signed in.
    pub fn who(&self) -> Who {
        self.who_in(self.life)
    }

    pub fn has_crashed(&self, life: u32) -> bool {
        self.crashed.contains(&life)
    }

    pub fn who_in(&self, life: u32) -> Who {
        self.lived.get(life as usize).copied().flatten()
    }
}

impl World<'_> {
    pub fn tab_name(&self, tab: usize) -> String {
        let it = &self.tabs[tab];
        format!("tab {tab} ({} in browser {})", name_of(it.who()), it.browser)
    }

    pub fn device_time(&self, tab: usize) -> Time {
        self.now.plus(self.browsers[self.tabs[tab].browser].skew)
    }

    pub fn caller(&self, tab: usize) -> Caller {
        Caller { tab, life: self.tabs[tab].life }
    }

    pub fn boot(&mut self, tab: usize, who: Who) {
        let it = &mut self.tabs[tab];
        it.lived.push(who);
        it.life += 1;
        let seed = if self.planted == Some(Planted::NoJitter) { 7 } else { it.net.next() };
        it.client = Some(Client::new(seed));
        let has_session = who.is_none_or(is_staff);
        (it.token, it.owner_known, it.authorizing) = (has_session, has_session, false);
        (it.restoring, it.restored) = (false, false);
        it.pending.clear();
        it.known.clear();
        it.waits = [0; 3];
        it.stream = TabStream::new(it.stream.number + 1, None);
        tell!(self, "{} boots.", self.tab_name(tab));
        self.wait_for(tab, Pending::Begin);
    }

    /// Ends a tab, in order or all of a sudden.
    pub fn shut_down(&mut self, tab: usize, crashes: bool) {
        if self.tabs[tab].client.is_none() {
            return;
        }
        self.leave_stream(tab);
        let it = &mut self.tabs[tab];
        it.client = None;
        if crashes {
            it.crashed.insert(it.life);
        }
        let timer = it.timer.take();
        self.cancel(timer);
    }

    pub fn reopen(&mut self, tab: usize) {
        if self.tabs[tab].client.is_none() {
            let who = self.tabs[tab].who();
            self.boot(tab, who);
        }
    }

    /// Does it once it is known who asks, and what this device has kept for them.
    fn wait_for(&mut self, tab: usize, pending: Pending) {
        let caller = self.caller(tab);
        let it = &mut self.tabs[tab];
        it.pending.push(pending);
        if it.token && it.restored {
            self.flush(tab);
        } else if !it.authorizing {
            it.authorizing = true;
            let wait = if it.token { 1 } else { it.net.span(20, 300) };
            self.after(wait, Happening::Token(caller));
        }
    }

    pub fn token_comes(&mut self, caller: Caller) {
        if !self.lives(caller) {
            return;
        }
        let tab = caller.tab;
        self.tabs[tab].authorizing = false;
        let refused = !self.calm && self.now < self.browsers[self.tabs[tab].browser].no_tokens_until;
        if !self.tabs[tab].token && refused {
            return self.flush_unknown(tab);
        }
        let it = &mut self.tabs[tab];
        (it.token, it.owner_known) = (true, true);
        if it.restored {
            self.flush(tab);
        } else if !it.restoring {
            self.tabs[tab].restoring = true;
            self.after(PATIENCE, Happening::Patience(caller));
            self.restore(tab);
        }
    }

    pub fn patience_ends(&mut self, caller: Caller) {
        if self.lives(caller) {
            self.goes_on(caller.tab);
        }
    }

    pub fn goes_on(&mut self, tab: usize) {
        if !self.tabs[tab].restored {
            self.tabs[tab].restored = true;
            self.flush(tab);
        }
    }

    fn flush(&mut self, tab: usize) {
        for pending in std::mem::take(&mut self.tabs[tab].pending) {
            match pending {
                Pending::Begin => self.feed(tab, Input::Start(Vec::new())),
                Pending::Effect(effect) => self.go(tab, &effect),
            }
        }
    }

    /// Nobody says who asks: what waits for it ends without an answer.
    fn flush_unknown(&mut self, tab: usize) {
        let caller = self.caller(tab);
        for pending in std::mem::take(&mut self.tabs[tab].pending) {
            let answer = match pending {
                Pending::Begin => {
                    self.feed(tab, Input::Start(Vec::new()));
                    continue;
                }
                Pending::Effect(Effect::Send(id)) => Answer::Post(id, Reply::none()),
                Pending::Effect(Effect::LoadThread(id)) => Answer::Thread(id, Box::new(Reply::none())),
                Pending::Effect(_) => Answer::Stream(self.tabs[tab].stream.number, Reply::none()),
            };
            self.after(0, Happening::Returns(caller, answer));
        }
    }

    /// Gives the machine an input, and carries out what it asks.
    pub fn feed(&mut self, tab: usize, input: Input<'_>) {
        let now = self.device_time(tab);
        let waits = matches!(input, Input::Disconnected(_));
        let Some(client) = self.tabs[tab].client.as_mut() else { return };
        let effects = client.handle(input, now);
        self.check_client(tab, &effects, waits);
        for effect in effects {
            self.carry_out(tab, effect);
        }
        let Some(client) = &self.tabs[tab].client else { return };
        let wake = client.wake();
        let planned = self.tabs[tab].timer.take();
        self.cancel(planned);
        if let Some(at) = wake {
            let caller = self.caller(tab);
            let key = self.after(at.since(now), Happening::Tick(caller));
            self.tabs[tab].timer = Some(key);
        }
    }

    pub fn tick(&mut self, caller: Caller) {
        if self.lives(caller) {
            self.tabs[caller.tab].timer = None;
            self.feed(caller.tab, Input::Tick);
        }
    }

    fn carry_out(&mut self, tab: usize, effect: Effect) {
        match effect {
            Effect::Save(id) => self.save(tab, id),
            Effect::Forget(id) => self.forget(tab, id),
            Effect::Send(_) | Effect::LoadThread(_) => self.wait_for(tab, Pending::Effect(effect)),
            Effect::Connect(cursor) => {
                // The one that may be open ends at once.
                self.leave_stream(tab);
                self.tabs[tab].stream = TabStream::new(self.tabs[tab].stream.number + 1, cursor);
                self.wait_for(tab, Pending::Effect(effect));
            }
            Effect::FindSimilar(_) => {}
            Effect::RenewToken => self.tabs[tab].token = self.tabs[tab].who().is_none_or(is_staff),
            Effect::Notify(notice) => match notice {
                Notice::Report(receipt) => {
                    tell!(self, "{} says “received”: {}.", self.tab_name(tab), receipt.reference);
                }
                Notice::Refused(id, problem) => {
                    tell!(self, "{} shows {} as refused: {}", self.tab_name(tab), self.ledger.name(id), problem.detail);
                }
                _ => {}
            },
        }
    }

    fn go(&mut self, tab: usize, effect: &Effect) {
        let caller = self.caller(tab);
        match effect {
            Effect::Send(id) => self.send(tab, *id),
            Effect::LoadThread(id) => self.request(caller, Ask::Thread(*id)),
            Effect::Connect(_) => self.connect(tab),
            _ => {}
        }
    }

    pub fn submission(&self, tab: usize, id: CommandId) -> Option<Rc<Submission>> {
        self.tabs[tab].client.as_ref()?.outbox.get(id).map(|entry| entry.submission.clone())
    }

    fn send(&mut self, tab: usize, id: CommandId) {
        let caller = self.caller(tab);
        let waits = |state: &DeliveryState| matches!(state, DeliveryState::Waiting(_) | DeliveryState::Sent);
        let mut entries = self.tabs[tab].client.iter().flat_map(|client| client.outbox.entries());
        let first = entries.find(|entry| waits(&entry.state)).map(|entry| entry.submission.clone());
        let submission = first.filter(|first| first.id == id);
        let Some(submission) = submission else {
            // An earlier one was found on the device while the token was fetched.
            self.after(0, Happening::Returns(caller, Answer::Post(id, Reply::none())));
            return;
        };
        tell!(self, "{} sends {}.", self.tab_name(tab), self.ledger.name(id));
        if self.planted == Some(Planted::DeleteBeforeReceipt) {
            let (browser, who) = (self.tabs[tab].browser, self.tabs[tab].who());
            self.browsers[browser].disk.remove(&(who, id));
        }
        self.request(caller, Ask::Post(submission));
    }

    pub fn returns(&mut self, caller: Caller, answer: Answer) {
        if !self.lives(caller) {
            return;
        }
        match answer {
            Answer::Post(id, reply) => {
                if matches!(reply.body, Body::Value(_)) {
                    tell!(self, "{} hears that {} is in.", self.tab_name(caller.tab), self.ledger.name(id));
                }
                self.feed(caller.tab, Input::Answered(id, reply));
            }
            Answer::Thread(id, reply) => {
                self.check_thread(caller.tab, &reply);
                self.feed(caller.tab, Input::ThreadLoaded(id, *reply));
            }
            Answer::Status(number, said) => self.status_comes(caller, number, said),
            Answer::Stream(number, reply) => self.stream_refused(caller, number, reply),
        }
    }

    /// The person sends something.
    pub fn submit(&mut self, tab: usize, request: Request, words: String) {
        let now = self.device_time(tab);
        let Some(person) = self.tabs[tab].who() else { return };
        let random = u128::from(self.tabs[tab].net.next());
        let Some(client) = self.tabs[tab].client.as_mut() else { return };
        let id = client.new_id(now, random);
        let incident = request.incident(id);
        let waits = |state: &DeliveryState| matches!(state, DeliveryState::Waiting(_) | DeliveryState::Sent);
        let of_it = client.outbox.entries().iter().filter(|entry| waits(&entry.state));
        let of_it = of_it.filter(|entry| entry.submission.request.incident(entry.submission.id) == incident);
        let earlier: Vec<CommandId> = of_it.map(|entry| entry.submission.id).collect();
        self.ledger.note(id, person, Some(self.caller(tab)), &request, earlier, words);
        tell!(self, "In {}: {}.", self.tab_name(tab), self.ledger.name(id));
        self.feed(tab, Input::Submit(Submission { id, at: now, request }));
    }

    /// How far the timelines on screen go, for whoever wants to say that they were read.
    pub fn to_read(&self, tab: usize) -> Option<(callpoint_core::model::id::IncidentId, Seq)> {
        let client = self.tabs[tab].client.as_ref()?;
        client.cache.open_threads().iter().find_map(|id| Some((*id, client.cache.to_read(*id)?)))
    }
}
