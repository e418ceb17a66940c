//! The world: one queue of what happens when, under a virtual clock. Nothing else makes time pass.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use callpoint_core::{
    client::{Accepted, Reply},
    model::{
        event::Event,
        id::{CommandId, IncidentId, Seq},
        time::{MINUTE, SECOND, Time},
    },
    wire::protocol::{Snapshot, Submission, Thread},
};

use crate::{
    device::Browser,
    ledger::Ledger,
    log::{Caller, Log},
    network::Network,
    node::Node,
    people::{START, Society, Who},
    plan::{Plan, TABS},
    planted::Planted,
    tab::Tab,
};

/// More than this never comes to rest.
const HAPPENINGS: u64 = 400_000;

/// How long everything has to come right after the last fault.
const REST: i64 = 12 * MINUTE;

/// How long the log rests before views are compared with it.
const QUIET: i64 = 10 * SECOND;

/// What a client asks a node for.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Post(Rc<Submission>),
    Thread(IncidentId),
    /// What the server says now, for the stream of this number.
    Status(u32),
    Stream(u32, Option<Seq>),
}

/// What comes back.
#[derive(Debug)]
pub(crate) enum Answer {
    Post(CommandId, Reply<Accepted>),
    Thread(IncidentId, Box<Reply<Thread>>),
    Status(u32, Result<Box<Snapshot>, Reply<()>>),
    Stream(u32, Reply<()>),
}

/// What a stream carries.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    Reset(Box<Snapshot>),
    Polled(Box<Snapshot>),
    Event(Box<Event>),
    Heartbeat,
}

/// What the tabs of one person say to each other.
#[derive(Clone, Debug)]
pub(crate) enum Passed {
    Frames(Vec<Frame>),
    Last(Seq),
    Ended,
}

#[derive(Debug)]
pub(crate) enum Happening {
    Step(usize),
    Reopen(usize),
    /// What nobody is signed in for any more is taken up where it was left.
    VisitLeftDevices,
    Token(Caller),
    Patience(Caller),
    Loaded(Caller, bool),
    Written(Caller, Who, Rc<Submission>, bool),
    Erased(usize, Who, CommandId),
    Tick(Caller),
    Poll(Caller, u32),
    FirstByte(Caller, u32),
    Arrives {
        node: usize,
        caller: Caller,
        ask: Ask,
        is_copy: bool,
    },
    Returns(Caller, Answer),
    Frames(Caller, u32, Vec<Frame>),
    Ended(Caller, u32),
    Passed(Caller, u32, Passed),
    Begin(usize, u32),
    Commit(usize, u32),
    Feed(usize, u32),
    Look(usize, u32),
    LockLost(usize, u32),
    Up(usize),
    Heartbeat(usize, u32, Caller, u32),
}

pub(crate) type QueueKey = (Time, u64);

pub(crate) struct World<'a> {
    pub plan: &'a Plan,
    pub planted: Option<Planted>,
    pub society: Society,
    pub now: Time,
    queue: BTreeMap<QueueKey, Happening>,
    pub happened: u64,
    queued: u64,
    pub log: Log,
    /// When the log last grew.
    pub written_at: Time,
    pub lock: Option<usize>,
    pub lock_waits: VecDeque<usize>,
    pub nodes: Vec<Node>,
    pub browsers: Vec<Browser>,
    pub tabs: Vec<Tab>,
    pub network: Network,
    pub ledger: Ledger,
    /// Nothing goes wrong any more.
    pub calm: bool,
    pub failure: Option<String>,
    /// The lines of the story, if it is told.
    pub story: Option<Vec<String>>,
}

/// Tells a line of the story, if anybody listens.
macro_rules! tell {
    ($world:expr, $($words:tt)*) => {
        if $world.story.is_some() {
            let line = format!($($words)*);
            $world.say(line);
        }
    };
}
pub(crate) use tell;

impl<'a> World<'a> {
    pub fn new(plan: &'a Plan, planted: Option<Planted>, told: bool) -> Self {
        let log = Log::new();
        let node = |number: usize| Node::new(plan.seed, number, plan.node_skews[number], log.head());
        Self {
            plan,
            planted,
            society: Society::new(plan.engagements),
            now: START,
            queue: BTreeMap::new(),
            happened: 0,
            queued: 0,
            written_at: START,
            lock: None,
            lock_waits: VecDeque::new(),
            nodes: (0..plan.node_skews.len()).map(node).collect(),
            browsers: plan.browser_skews.iter().map(|skew| Browser::new(*skew)).collect(),
            tabs: Vec::new(),
            network: Network::default(),
            ledger: Ledger::default(),
            calm: false,
            failure: None,
            story: told.then(Vec::new),
            log,
        }
    }

    /// Runs the plan to its end and looks whether all has come right.
    pub fn run(&mut self) {
        for tab in 0..TABS {
            let (browser, who) = self.plan.tabs[tab];
            self.tabs.push(Tab::new(self.plan.seed, tab, browser));
            self.boot(tab, who);
        }
        for (number, step) in self.plan.steps.iter().enumerate() {
            self.after(step.at, Happening::Step(number));
        }
        let end = START.plus(self.plan.steps.last().map_or(0, |step| step.at) + 5 * SECOND);
        self.run_until(end);
        self.calm_down();
        self.after(8 * SECOND, Happening::VisitLeftDevices);
        self.run_until(end.plus(REST));
        // What is due in the last moment still has to reach everybody.
        while self.failure.is_none() && self.now.since(self.written_at) < QUIET {
            self.run_until(self.now.plus(QUIET));
        }
        if self.failure.is_none() {
            self.check_rest();
        }
    }

    fn run_until(&mut self, end: Time) {
        while self.failure.is_none() {
            let Some(next) = self.queue.first_entry().filter(|next| next.key().0 <= end) else { break };
            let ((at, _), happening) = next.remove_entry();
            self.now = at;
            self.happened += 1;
            if self.happened > HAPPENINGS {
                self.fail("It never comes to rest.".to_owned());
            }
            self.happen(happening);
        }
        self.now = self.now.max(end);
    }

    /// Lets something happen after so many milliseconds.
    pub fn after(&mut self, delay: i64, happening: Happening) -> QueueKey {
        self.queued += 1;
        let key = (self.now.plus(delay.max(0)), self.queued);
        self.queue.insert(key, happening);
        key
    }

    pub fn cancel(&mut self, key: Option<QueueKey>) {
        if let Some(key) = key {
            self.queue.remove(&key);
        }
    }

    pub fn fail(&mut self, what: String) {
        if self.failure.is_none() {
            tell!(self, "WRONG: {what}");
            self.failure = Some(what);
        }
    }

    pub fn say(&mut self, line: String) {
        let since = self.now.since(START);
        let (hours, minutes, seconds) = (since / 3_600_000, since / 60_000 % 60, since / 1_000 % 60);
        if let Some(story) = &mut self.story {
            story.push(format!("{hours:>2}:{minutes:02}:{seconds:02}.{:03}  {line}", since % 1_000));
        }
    }

    /// Whether this is still the same life of the tab.
    pub fn lives(&self, caller: Caller) -> bool {
        self.tabs[caller.tab].life == caller.life && self.tabs[caller.tab].client.is_some()
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Step(number) => self.act(number),
            Happening::Reopen(tab) => self.reopen(tab),
            Happening::VisitLeftDevices => self.visit_left_devices(),
            Happening::Token(caller) => self.token_comes(caller),
            Happening::Patience(caller) => self.patience_ends(caller),
            Happening::Loaded(caller, is_read) => self.loaded(caller, is_read),
            Happening::Written(caller, who, submission, ok) => self.written(caller, who, &submission, ok),
            Happening::Erased(browser, who, id) => drop(self.browsers[browser].disk.remove(&(who, id))),
            Happening::Tick(caller) => self.tick(caller),
            Happening::Poll(caller, number) => self.poll(caller, number),
            Happening::FirstByte(caller, number) => self.first_byte_is_late(caller, number),
            Happening::Arrives { node, caller, ask, is_copy } => self.arrives(node, caller, ask, is_copy),
            Happening::Returns(caller, answer) => self.returns(caller, answer),
            Happening::Frames(caller, number, frames) => self.frames_come(caller, number, frames),
            Happening::Ended(caller, number) => self.stream_ends(caller, number),
            Happening::Passed(caller, number, passed) => self.hear(caller, number, passed),
            Happening::Begin(node, run) => self.on_node(node, run, Happening::Begin(node, run), Self::begin),
            Happening::Commit(node, run) => self.on_node(node, run, Happening::Commit(node, run), Self::commit),
            Happening::Feed(node, run) => self.on_node(node, run, Happening::Feed(node, run), Self::feed_streams),
            Happening::Look(node, run) => self.on_node(node, run, Happening::Look(node, run), Self::look),
            Happening::LockLost(node, run) => self.lock_lost(node, run),
            Happening::Up(node) => self.node_up(node),
            Happening::Heartbeat(node, run, caller, number) => self.heartbeat(node, run, caller, number),
        }
    }

    /// Does it on a node of this run, once it is not frozen any more.
    fn on_node(&mut self, node: usize, run: u32, again: Happening, work: fn(&mut Self, usize)) {
        let Node { up, run: present, frozen_until, .. } = &self.nodes[node];
        if !up || *present != run {
            return;
        }
        let wait = frozen_until.since(self.now);
        if wait > 0 {
            self.after(wait, again);
        } else {
            work(self, node);
        }
    }
}
