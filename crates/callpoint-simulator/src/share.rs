//! One stream for all tabs of one person in one browser, as `stream.ts` of the SDK shares it: one has the stream and
//! passes each frame on, the others begin with what the server says now and follow; when it goes, the next goes on after
//! the last frame that was passed.

use callpoint_core::{
    client::{Input, Reply, StreamMessage},
    model::{
        id::Seq,
        time::{SECOND, Time},
    },
    wire::protocol::Snapshot,
};

use crate::{
    log::Caller,
    world::{Ask, Frame, Happening, Passed, World, tell},
};

/// A first byte that comes later is held back on its way.
const FIRST: i64 = 8 * SECOND;
/// So often it is asked in place of a stream, and so many times before the stream is tried again.
const POLL: i64 = 8 * SECOND;
const POLLS: u32 = 20;

/// The stream of one tab.
#[derive(Debug, Default)]
pub(crate) struct TabStream {
    /// Which try it is.
    pub number: u32,
    cursor: Option<Seq>,
    /// The last number that was shown.
    last: Seq,
    share: Share,
    /// Whether the machine has been told that it is open.
    connected: bool,
    /// When it began to wait for its turn.
    waits_since: u64,
    /// Until when what another tab has passed on is on its way.
    free_at: Time,
}

#[derive(Debug, Default)]
enum Share {
    #[default]
    None,
    /// What the others say meanwhile is kept.
    Joining(Vec<Passed>),
    Following,
    Leading {
        flows: bool,
    },
    Polling {
        left: u32,
    },
}

impl TabStream {
    pub fn new(number: u32, cursor: Option<Seq>) -> Self {
        Self { number, cursor, last: cursor.unwrap_or_default(), ..Self::default() }
    }

    const fn has_lock(&self) -> bool {
        matches!(self.share, Share::Leading { .. } | Share::Polling { .. })
    }
}

impl World<'_> {
    /// The other tabs of the same person in the same browser.
    fn beside(&self, tab: usize) -> Vec<usize> {
        let it = &self.tabs[tab];
        let is_beside = |other: &usize| {
            let its = &self.tabs[*other];
            *other != tab && its.client.is_some() && (its.browser, its.who()) == (it.browser, it.who())
        };
        (0..self.tabs.len()).filter(is_beside).collect()
    }

    fn is_current(&self, caller: Caller, number: u32) -> bool {
        self.lives(caller) && self.tabs[caller.tab].stream.number == number
    }

    pub fn connect(&mut self, tab: usize) {
        let beside = self.beside(tab);
        let Some(leader) = beside.iter().copied().find(|other| self.tabs[*other].stream.has_lock()) else {
            return self.lead(tab);
        };
        self.tabs[tab].stream.share = Share::Joining(Vec::new());
        let last = self.tabs[leader].stream.last;
        self.pass_to(tab, Passed::Last(last));
        let (caller, number) = (self.caller(tab), self.tabs[tab].stream.number);
        self.request(caller, Ask::Status(number));
    }

    /// This tab has the stream from now on.
    fn lead(&mut self, tab: usize) {
        let stream = &mut self.tabs[tab].stream;
        stream.share = Share::Leading { flows: false };
        let (number, last) = (stream.number, stream.last);
        let cursor = if last > 0 { Some(last) } else { stream.cursor };
        self.pass_on(tab, &Passed::Last(last));
        let caller = self.caller(tab);
        self.after(FIRST, Happening::FirstByte(caller, number));
        self.request(caller, Ask::Stream(number, cursor));
    }

    fn pass_to(&mut self, tab: usize, passed: Passed) {
        let caller = self.caller(tab);
        let now = self.now;
        let it = &mut self.tabs[tab];
        it.stream.free_at = it.stream.free_at.max(now.plus(it.net.span(1, 6)));
        let (wait, number) = (it.stream.free_at.since(now), it.stream.number);
        self.after(wait, Happening::Passed(caller, number, passed));
    }

    fn pass_on(&mut self, tab: usize, passed: &Passed) {
        for other in self.beside(tab) {
            if !matches!(self.tabs[other].stream.share, Share::None) {
                self.pass_to(other, passed.clone());
            }
        }
    }

    /// Lets go of the stream; the next of the same person has it then.
    pub fn leave_stream(&mut self, tab: usize) {
        let had_lock = self.tabs[tab].stream.has_lock();
        self.tabs[tab].stream.share = Share::None;
        if !had_lock {
            return;
        }
        let waiting =
            self.beside(tab).into_iter().filter(|other| matches!(self.tabs[*other].stream.share, Share::Following));
        if let Some(next) = waiting.min_by_key(|other| self.tabs[*other].stream.waits_since) {
            self.take_over(next);
        }
    }

    fn take_over(&mut self, tab: usize) {
        tell!(self, "{} has the stream from now on.", self.tab_name(tab));
        // The tab that had it may have left something behind.
        self.restore(tab);
        self.lead(tab);
    }

    /// The tab's own stream is over.
    fn end(&mut self, tab: usize, reply: Reply<()>) {
        self.leave_stream(tab);
        self.feed(tab, Input::Disconnected(reply));
    }

    pub fn stream_refused(&mut self, caller: Caller, number: u32, reply: Reply<()>) {
        if !self.is_current(caller, number) {
            return;
        }
        let tab = caller.tab;
        match self.tabs[tab].stream.share {
            Share::Leading { flows: false } => {
                if reply.status != 0 {
                    self.pass_on(tab, &Passed::Ended);
                }
                let heard = if self.tabs[tab].stream.connected { Reply::none() } else { reply };
                self.end(tab, heard);
            }
            Share::None => self.end(tab, reply),
            Share::Joining(_) | Share::Following | Share::Leading { .. } | Share::Polling { .. } => {}
        }
    }

    pub fn frames_come(&mut self, caller: Caller, number: u32, frames: Vec<Frame>) {
        if !self.is_current(caller, number) {
            return;
        }
        let tab = caller.tab;
        let Share::Leading { flows } = &mut self.tabs[tab].stream.share else { return };
        *flows = true;
        self.is_open(tab);
        self.show_and_pass(tab, frames);
    }

    fn is_open(&mut self, tab: usize) {
        if !self.tabs[tab].stream.connected {
            self.tabs[tab].stream.connected = true;
            self.feed(tab, Input::Connected);
        }
    }

    fn show_and_pass(&mut self, tab: usize, frames: Vec<Frame>) {
        let passed = frames.clone();
        self.show(tab, frames);
        self.pass_on(tab, &Passed::Frames(passed));
    }

    fn show(&mut self, tab: usize, frames: Vec<Frame>) {
        let (caller, number) = (self.caller(tab), self.tabs[tab].stream.number);
        for frame in frames {
            if !self.is_current(caller, number) {
                return;
            }
            self.check_frame(tab, &frame);
            let (seq, message) = match frame {
                Frame::Heartbeat => (None, StreamMessage::Heartbeat),
                Frame::Event(event) => (Some(event.seq), StreamMessage::Event(event)),
                Frame::Reset(snapshot) => (Some(snapshot.seq), StreamMessage::Reset(snapshot)),
                Frame::Polled(snapshot) => (Some(snapshot.seq), StreamMessage::Polled(snapshot)),
            };
            let stream = &mut self.tabs[tab].stream;
            stream.last = seq.unwrap_or(stream.last);
            self.feed(tab, Input::Received(message));
        }
    }

    pub fn stream_ends(&mut self, caller: Caller, number: u32) {
        if !self.is_current(caller, number) {
            return;
        }
        if let Share::Leading { flows } = self.tabs[caller.tab].stream.share {
            if flows {
                self.pass_on(caller.tab, &Passed::Ended);
            }
            self.end(caller.tab, Reply::none());
        }
    }

    pub fn first_byte_is_late(&mut self, caller: Caller, number: u32) {
        if !self.is_current(caller, number) {
            return;
        }
        if let Share::Leading { flows: false } = self.tabs[caller.tab].stream.share {
            tell!(self, "No stream comes through to {}: it asks again and again.", self.tab_name(caller.tab));
            self.tabs[caller.tab].stream.share = Share::Polling { left: POLLS };
            self.is_open(caller.tab);
            self.poll(caller, number);
        }
    }

    pub fn poll(&mut self, caller: Caller, number: u32) {
        if !self.is_current(caller, number) {
            return;
        }
        if let Share::Polling { left } = &mut self.tabs[caller.tab].stream.share {
            if *left == 0 {
                return self.stop_polling(caller.tab);
            }
            *left -= 1;
            self.request(caller, Ask::Status(number));
        }
    }

    fn stop_polling(&mut self, tab: usize) {
        self.pass_on(tab, &Passed::Ended);
        self.end(tab, Reply::none());
    }

    pub fn status_comes(&mut self, caller: Caller, number: u32, said: Result<Box<Snapshot>, Reply<()>>) {
        if !self.is_current(caller, number) {
            return;
        }
        let tab = caller.tab;
        match (&self.tabs[tab].stream.share, said) {
            (Share::Joining(_), Ok(snapshot)) => {
                self.is_open(tab);
                self.show(tab, vec![Frame::Reset(snapshot)]);
                self.queue_up(caller, number);
            }
            (Share::Joining(_), Err(reply)) => self.end(tab, reply),
            (Share::Polling { .. }, Ok(snapshot)) => {
                self.show_and_pass(tab, vec![Frame::Polled(snapshot)]);
                self.after(POLL, Happening::Poll(caller, number));
            }
            (Share::Polling { .. }, Err(_)) => self.stop_polling(tab),
            (Share::None | Share::Following | Share::Leading { .. }, _) => {}
        }
    }

    /// Follows from now on, and waits for its turn.
    fn queue_up(&mut self, caller: Caller, number: u32) {
        let tab = caller.tab;
        let happened = self.happened;
        let stream = &mut self.tabs[tab].stream;
        stream.waits_since = happened;
        let Share::Joining(early) = std::mem::replace(&mut stream.share, Share::Following) else { return };
        for passed in early {
            self.hear(caller, number, passed);
        }
        let is_lead = self.beside(tab).iter().any(|other| self.tabs[*other].stream.has_lock());
        if self.is_current(caller, number) && matches!(self.tabs[tab].stream.share, Share::Following) && !is_lead {
            self.take_over(tab);
        }
    }

    pub fn hear(&mut self, caller: Caller, number: u32, passed: Passed) {
        if !self.is_current(caller, number) {
            return;
        }
        let tab = caller.tab;
        if let Share::Joining(early) = &mut self.tabs[tab].stream.share {
            early.push(passed);
            return;
        }
        let stream = &self.tabs[tab].stream;
        match (passed, &stream.share) {
            (Passed::Ended, Share::Following | Share::Leading { .. } | Share::Polling { .. }) => {
                self.end(tab, Reply::none());
            }
            (Passed::Frames(frames), Share::Following) => self.show(tab, frames),
            // Something was passed on that this tab has not seen: it begins anew.
            (Passed::Last(theirs), Share::Following) if stream.last > 0 && theirs > stream.last => {
                self.end(tab, Reply::none());
            }
            _ => {}
        }
    }
}
