//! What a node gives to whoever reads: snapshots, threads, and streams, which begin where their cursor says and then
//! follow the log.

use callpoint_core::{
    client::{Body, Reply},
    model::{
        event::Event,
        id::{AccountId, IncidentId, Seq},
        person::Viewer,
        stake::Stake,
        time::{SECOND, Time},
    },
    rules::{
        delivery::{ENDED_STAYS, LogStream, last_seen, resume_after, shown},
        headline::headline,
        state::State,
    },
    wire::{
        error::ErrorCode,
        protocol::{Snapshot, Thread},
    },
};

use crate::{
    log::{Caller, problem},
    people::Who,
    planted::Planted,
    world::{Frame, Happening, World, tell},
};

/// So often a stream carries a sign of life.
const HEARTBEAT: i64 = 15 * SECOND;

/// A stream that is open on a node.
pub(crate) struct NodeStream {
    pub caller: Caller,
    pub number: u32,
    log: LogStream,
    /// Until when what was sent before is on its way.
    free_at: Time,
    /// Something on the way keeps all of it.
    held: bool,
}

impl World<'_> {
    /// Everything that somebody may know now.
    pub fn snapshot(&self, node: usize, who: Who) -> Box<Snapshot> {
        let (log, viewer, now) = (self.log_of(node), self.society.viewer(who), self.node_time(node));
        let since = if viewer == Viewer::Anonymous { Time(i64::MAX) } else { now.plus(-ENDED_STAYS) };
        // What was ended is read where it was theirs alone, as the database is asked.
        let own = |stakes: &[Stake]| viewer.is_staff() || viewer.account().is_some_and(|own| holds(stakes, own));
        let mut state = State { components: log.state.components.clone(), ..State::default() };
        for incident in log.state.incidents.values() {
            let stays = incident.is_open() || incident.resolved_at >= Some(since);
            if incident.resolved_at.is_none() || (stays && own(&incident.stakes)) {
                state.incidents.insert(incident.id, incident.clone());
            }
        }
        let (components, incidents) = shown(&state, &viewer, since);
        Box::new(Snapshot {
            seq: last_seen(&log.events, &viewer).unwrap_or_default(),
            now,
            vendor: self.society.vendor(),
            you: self.society.you(who),
            headline: headline(&components, &incidents),
            components,
            incidents,
        })
    }

    pub fn thread(&self, node: usize, who: Who, id: IncidentId) -> Reply<Thread> {
        let (log, viewer) = (self.log_of(node), self.society.viewer(who));
        let Some(incident) = log.state.incidents.get(&id).and_then(|incident| incident.seen_by(&viewer)) else {
            return problem(ErrorCode::NotFound);
        };
        let entries = log.thread(id).into_iter().filter_map(|event| event.seen_by(&viewer)).collect();
        let seq = last_seen(&log.events, &viewer).unwrap_or_default();
        Reply { status: 200, retry_after: None, body: Body::Value(Thread { seq, incident, entries }) }
    }

    pub fn open_stream(&mut self, node: usize, caller: Caller, who: Who, number: u32, cursor: Option<Seq>) {
        let viewer = self.society.viewer(who);
        let head = self.log_of(node).head();
        let (mut frames, mut last) = (Vec::new(), head);
        match resume_after(cursor, head) {
            Some(seq) => last = seq + u64::from(self.planted == Some(Planted::CursorOffByOne)),
            None => frames.push(Frame::Reset(self.snapshot(node, who))),
        }
        let mut log = LogStream::new(viewer, last);
        let sealed = self.log_of(node).sealed_after(last).filter(|(_, seal)| !log.viewer().opens(seal));
        let closed: Vec<IncidentId> = sealed.map(|(id, _)| id).collect();
        let missed = self.log_of(node).after(last).iter().filter_map(|event| log.replay(event, &closed));
        frames.extend(missed.map(|event| Frame::Event(Box::new(event))));
        // What tells browsers when to come back begins every stream.
        frames.push(Frame::Heartbeat);
        let held = !self.calm && self.now < self.network.holds_until;
        let mut stream = NodeStream { caller, number, log, free_at: self.now, held };
        if self.deliver(&mut stream, frames) {
            self.nodes[node].streams.push(stream);
            let run = self.nodes[node].run;
            self.after(HEARTBEAT, Happening::Heartbeat(node, run, caller, number));
        }
    }

    /// Sends frames down a stream; whether its connection still holds.
    fn deliver(&mut self, stream: &mut NodeStream, frames: Vec<Frame>) -> bool {
        if frames.is_empty() || stream.held {
            return true;
        }
        let Some(delay) = self.carry(stream.caller) else {
            // Its client learns of it, or hears nothing more.
            if self.tabs[stream.caller.tab].net.percent(60) {
                self.end_stream(stream);
            }
            return false;
        };
        stream.free_at = stream.free_at.max(self.now.plus(delay));
        self.after(stream.free_at.since(self.now), Happening::Frames(stream.caller, stream.number, frames));
        true
    }

    pub fn end_stream(&mut self, stream: &NodeStream) {
        let wait = stream.free_at.since(self.now).max(0) + self.tabs[stream.caller.tab].net.span(5, 200);
        self.after(wait, Happening::Ended(stream.caller, stream.number));
    }

    /// Hands what is new on to every stream.
    pub fn feed_streams(&mut self, node: usize) {
        let new: Vec<Event> = self.log_of(node).after(self.nodes[node].tail).to_vec();
        let Some(last) = new.last().map(|event| event.seq) else { return };
        self.nodes[node].tail = last;
        let mut streams = std::mem::take(&mut self.nodes[node].streams);
        streams.retain_mut(|stream| {
            if new.first().is_some_and(|event| stream.log.is_before_gap(event)) {
                self.end_stream(stream);
                return false;
            }
            let pass = |event: &Event| match self.planted {
                Some(Planted::NoVisibility) => (event.seq > stream.log.last()).then(|| event.clone()),
                _ => stream.log.pass(event),
            };
            let frames = new.iter().filter_map(pass).map(|event| Frame::Event(Box::new(event))).collect();
            self.deliver(stream, frames)
        });
        self.nodes[node].streams.append(&mut streams);
    }

    pub fn heartbeat(&mut self, node: usize, run: u32, caller: Caller, number: u32) {
        let it = &self.nodes[node];
        if !it.up || it.run != run {
            return;
        }
        let Some(at) = it.streams.iter().position(|stream| stream.caller == caller && stream.number == number) else {
            return;
        };
        let is_wanted = self.lives(caller) && self.tabs[caller.tab].stream.number == number;
        let mut stream = self.nodes[node].streams.swap_remove(at);
        let is_frozen = self.now < self.nodes[node].frozen_until;
        if is_wanted && (is_frozen || self.deliver(&mut stream, vec![Frame::Heartbeat])) {
            self.nodes[node].streams.push(stream);
            self.after(HEARTBEAT, Happening::Heartbeat(node, run, caller, number));
        }
    }

    /// The connection of this tab's stream breaks.
    pub fn break_stream(&mut self, tab: usize, silently: bool) {
        let caller = Caller { tab, life: self.tabs[tab].life };
        for node in 0..self.nodes.len() {
            let (broken, kept) = std::mem::take(&mut self.nodes[node].streams)
                .into_iter()
                .partition(|stream: &NodeStream| stream.caller == caller);
            self.nodes[node].streams = kept;
            for stream in broken {
                tell!(
                    self,
                    "The stream of {} breaks{}.",
                    self.tab_name(tab),
                    if silently { " without a sign" } else { "" }
                );
                if !silently {
                    self.end_stream(&stream);
                }
            }
        }
    }
}

fn holds(stakes: &[Stake], account: &AccountId) -> bool {
    stakes.iter().any(|stake| stake.account.id == *account)
}
