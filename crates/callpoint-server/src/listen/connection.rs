//! What is known of each open connection: what it is doing and since when, so that one that does nothing can be ended.

use std::{
    collections::HashMap,
    net::IpAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::Notify,
};

use super::tally::Counted;
use crate::config::TimeLimits;

/// A peer that takes nothing for this long, while there is something for it, has gone.
const STALLED: Duration = Duration::from_secs(60);

/// Between two looks passes less, unless the process was kept from running.
const LATE: Duration = Duration::from_millis(900);

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing: no part of a request has come.
    Idle,
    /// A request's head is coming.
    Head,
    /// A request is being answered; a stream is answered for as long as it is open.
    Busy,
}

/// One open connection.
#[derive(Debug)]
pub(super) struct Connection {
    started: Instant,
    /// The phase, and since when: milliseconds after `started` times four.
    phase: AtomicU64,
    /// Since when nothing can be written, in the same way; 0 while something can.
    stalled: AtomicU64,
    /// Ends it.
    pub cut: Notify,
    _place: Option<Counted<IpAddr>>,
}

impl Connection {
    fn new(place: Option<Counted<IpAddr>>) -> Self {
        let (phase, stalled) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { started: Instant::now(), phase, stalled, cut: Notify::new(), _place: place }
    }

    fn age(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX / 8)
    }

    fn set(&self, phase: Phase) {
        self.phase.store(self.age() * 4 + phase as u64, Ordering::Relaxed);
    }

    fn get(&self) -> (Phase, Duration) {
        let value = self.phase.load(Ordering::Relaxed);
        let phase = match value % 4 {
            0 => Phase::Idle,
            1 => Phase::Head,
            _ => Phase::Busy,
        };
        (phase, Duration::from_millis(self.age().saturating_sub(value / 4)))
    }

    fn heard(&self) {
        if self.get().0 == Phase::Idle {
            self.set(Phase::Head);
        }
    }

    /// A request has come; until what is given back is dropped, it is being answered.
    pub fn answer(self: &Arc<Self>) -> Answering {
        self.set(Phase::Busy);
        Answering(Arc::clone(self))
    }

    /// For how long it has been idle, if it is.
    fn idle(&self) -> Option<Duration> {
        let (phase, since) = self.get();
        (phase == Phase::Idle && !self.is_stalled()).then_some(since)
    }

    /// Whether something waits to be taken by the peer.
    fn is_stalled(&self) -> bool {
        self.stalled.load(Ordering::Relaxed) > 0
    }

    fn is_over(&self, limits: &TimeLimits) -> bool {
        let (phase, since) = self.get();
        let stalled = self.stalled.load(Ordering::Relaxed);
        let stalled =
            stalled > 0 && self.age().saturating_sub(stalled) > u64::try_from(STALLED.as_millis()).unwrap_or(0);
        stalled
            || match phase {
                Phase::Idle => since >= limits.idle && !self.is_stalled(),
                Phase::Head => since >= limits.header,
                Phase::Busy => false,
            }
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct Answering(Arc<Connection>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.set(Phase::Idle);
    }
}

/// All that are open.
#[derive(Clone, Debug, Default)]
pub(super) struct Connections(Arc<Mutex<Open>>);

#[derive(Debug, Default)]
struct Open {
    last: u64,
    swept: Option<Instant>,
    by_id: HashMap<u64, Arc<Connection>>,
}

impl Connections {
    fn with<T>(&self, act: impl FnOnce(&mut Open) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts one more; it counts until [`Connections::leave`].
    pub fn enter(&self, place: Option<Counted<IpAddr>>) -> (u64, Arc<Connection>) {
        let connection = Arc::new(Connection::new(place));
        let id = self.with(|open| {
            open.last += 1;
            open.by_id.insert(open.last, Arc::clone(&connection));
            open.last
        });
        (id, connection)
    }

    pub fn leave(&self, id: u64) {
        self.with(|open| drop(open.by_id.remove(&id)));
    }

    pub fn count(&self) -> usize {
        self.with(|open| open.by_id.len())
    }

    /// Ends the one that has been idle for longest; says whether there was one. It no longer counts.
    pub fn shed(&self) -> bool {
        self.with(|open| {
            let idle = open.by_id.iter().filter_map(|(id, connection)| Some((connection.idle()?, *id)));
            let Some((_, id)) = idle.max() else { return false };
            if let Some(connection) = open.by_id.remove(&id) {
                connection.cut.notify_one();
            }
            true
        })
    }

    /// Ends those whose time is over. After a moment in which this process did nothing, as in a suspended machine, what
    /// has come is read first.
    pub fn sweep(&self, limits: &TimeLimits) {
        self.with(|open| {
            let now = Instant::now();
            let is_late = open.swept.replace(now).is_some_and(|last| now.duration_since(last) > LATE);
            if is_late {
                return;
            }
            open.by_id.values().filter(|connection| connection.is_over(limits)).for_each(|over| over.cut.notify_one());
        });
    }
}

/// A connection's socket, which notes what comes and whether anything can go.
#[derive(Debug)]
pub(super) struct Socket {
    pub stream: TcpStream,
    pub connection: Arc<Connection>,
}

impl Socket {
    fn note<T>(&self, poll: Poll<T>) -> Poll<T> {
        if poll.is_ready() {
            self.connection.stalled.store(0, Ordering::Relaxed);
            // The end of an answer goes out while nothing is being answered any more.
            if self.connection.get().0 == Phase::Idle {
                self.connection.set(Phase::Idle);
            }
        } else if self.connection.stalled.load(Ordering::Relaxed) == 0 {
            self.connection.stalled.store(self.connection.age().max(1), Ordering::Relaxed);
        }
        poll
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let before = buf.filled().len();
        let poll = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.connection.heard();
        }
        poll
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.note(poll)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.note(poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
