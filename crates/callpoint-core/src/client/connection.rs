//! The stream's connection: when to open it, when to take it for dead, when to try again.

use crate::model::{
    id::Seq,
    time::{SECOND, Time},
};

use super::backoff::Backoff;

/// The server sends something at least every 15 seconds; after three times that the connection is taken for dead.
pub const SILENCE: i64 = 45 * SECOND;

/// How the stream is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// Not wanted yet.
    Idle,
    /// Being opened.
    Connecting,
    /// Open.
    Live,
    /// Broken; the next try is at this time.
    Waiting(Time),
}

/// The stream's state.
#[derive(Clone, Debug)]
pub struct Connection {
    state: ConnectionState,
    heard: Time,
    cursor: Option<Seq>,
    backoff: Backoff,
    polled: bool,
}

impl Default for Connection {
    fn default() -> Self {
        Self { state: ConnectionState::Idle, heard: Time(0), cursor: None, backoff: Backoff::default(), polled: false }
    }
}

impl Connection {
    /// How the stream is doing.
    #[must_use]
    pub const fn state(&self) -> ConnectionState {
        self.state
    }

    /// Whether it broke, and nothing was received since.
    #[must_use]
    pub const fn fails(&self) -> bool {
        self.backoff.has_begun()
    }

    /// When something was last received on it.
    #[must_use]
    pub const fn heard(&self) -> Time {
        self.heard
    }

    /// The last event folded in.
    #[must_use]
    pub const fn cursor(&self) -> Option<Seq> {
        self.cursor
    }

    /// Whether something on the way holds the stream back, so that what is known comes by asking again and again.
    #[must_use]
    pub const fn is_polled(&self) -> bool {
        self.polled
    }

    pub(super) const fn polls(&mut self, polled: bool) {
        self.polled = polled;
    }

    pub(super) const fn set_cursor(&mut self, seq: Seq) {
        self.cursor = Some(seq);
    }

    pub(super) const fn forget_cursor(&mut self) {
        self.cursor = None;
    }

    pub(super) fn connect(&mut self, now: Time) {
        self.state = ConnectionState::Connecting;
        self.heard = now;
    }

    pub(super) const fn connected(&mut self, now: Time) {
        self.state = ConnectionState::Live;
        self.heard = now;
    }

    /// Something came. Bytes, not the open connection, prove that the other side is well.
    pub(super) const fn heard_now(&mut self, now: Time) {
        self.heard = now;
        self.backoff.reset();
    }

    pub(super) fn disconnected(&mut self, now: Time, random: u64, retry_after: Option<i64>) {
        let wait = self.backoff.wait(random, retry_after);
        self.backoff.step();
        self.state = ConnectionState::Waiting(now.plus(wait));
    }

    pub(super) fn retry_now(&mut self, now: Time) {
        if matches!(self.state, ConnectionState::Waiting(_)) {
            self.state = ConnectionState::Waiting(now);
        }
    }

    /// This device's clock was set back by so much.
    pub(super) fn set_back(&mut self, by: i64) {
        self.heard = self.heard.plus(-by);
        if let ConnectionState::Waiting(at) = &mut self.state {
            *at = at.plus(-by);
        }
    }

    /// Whether it is time to open the stream (again).
    pub(super) fn is_due(&self, now: Time) -> bool {
        self.wake().is_some_and(|at| at <= now)
    }

    pub(super) fn wake(&self) -> Option<Time> {
        match self.state {
            ConnectionState::Idle => None,
            ConnectionState::Connecting | ConnectionState::Live => Some(self.heard.plus(SILENCE)),
            ConnectionState::Waiting(at) => Some(at),
        }
    }
}
