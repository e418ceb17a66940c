//! Takes connections and gives each its time: for a request's head, for its body, and for doing nothing. There are never
//! more of them than the process has descriptors for, so that nobody can keep others out by staying.
//!
//! At the bound the one that has been idle for longest makes room; where none is idle, a new one is told to come back.

mod address;
mod bodies;
mod connection;
mod tally;

use std::{
    convert::Infallible,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    time::Duration,
};

use axum::{Router, body::Body};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::MissedTickBehavior,
};
use tower::Service as _;

pub use address::ClientAddress;
pub use bodies::TooSlow;
pub use tally::{Counted, Tally};

use crate::config::LimitSettings;
use bodies::{AnswerBody, TimedBody};
use connection::{Connections, Socket};

/// How often it is looked for connections whose time is over.
const SWEEP_INTERVAL: Duration = Duration::from_millis(500);

/// How long it is waited where the system can give no further connection and none can be spared.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(50);

/// The most that a request's head, or a part of its body, takes in memory.
const BUFFER: usize = 64 << 10;

/// So many of those who are told to come back are listened to until they have read it.
const TURNED_AWAY: usize = 32;

/// And for so long.
const LINGER: Duration = Duration::from_secs(1);

/// Descriptors that are none of connections: the database's, those of webhooks and mail, files.
const RESERVED: usize = 128;

/// The most connections unless configured, however many descriptors there are.
const MOST: usize = 20_000;

const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\n\
    retry-after: 2\r\ncache-control: no-store\r\nconnection: close\r\ncontent-length: 191\r\n\r\n\
    {\"type\":\"urn:callpoint:problem:unavailable\",\"status\":503,\"code\":\"unavailable\",\
    \"title\":\"Not available right now. It's safe to try again in a moment.\",\
    \"detail\":\"Too many connections are open.\"}";

/// Serves until `stop` is true, then until every answer that was begun is finished.
pub async fn serve(listener: TcpListener, router: Router, limits: LimitSettings, stop: watch::Receiver<bool>) {
    let most = bound(raise_descriptor_limit());
    let door = Door {
        bound: limits.connections.map_or(most.min(MOST), |wanted| wanted.min(most)),
        connections: Connections::default(),
        by_address: Tally::default(),
        turned_away: Tally::default(),
        router,
        limits,
        stop: stop.clone(),
    };
    tracing::info!(connections = door.bound, "accepting connections");
    let (open, ended) = watch::channel(());
    let mut sweep = tokio::time::interval(SWEEP_INTERVAL);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stopping = pin!(stopped(stop));
    loop {
        tokio::select! {
            () = stopping.as_mut() => break,
            _ = sweep.tick() => door.connections.sweep(&door.limits.times),
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => door.take(stream, peer, ended.clone()),
                Err(error) => door.rest(&error).await,
            },
        }
    }
    drop((listener, ended));
    loop {
        tokio::select! {
            () = open.closed() => return,
            _ = sweep.tick() => door.connections.sweep(&door.limits.times),
        }
    }
}

struct Door {
    bound: usize,
    connections: Connections,
    by_address: Tally<IpAddr>,
    turned_away: Tally<()>,
    router: Router,
    limits: LimitSettings,
    stop: watch::Receiver<bool>,
}

impl Door {
    fn take(&self, stream: TcpStream, peer: SocketAddr, open: watch::Receiver<()>) {
        let address = peer.ip().to_canonical();
        let own = self.limits.connections_per_address.min(self.bound.div_ceil(2));
        let place = self.by_address.enter(&address::network(address), own);
        // A proxy's connections are many people's.
        let is_proxy = address::is_proxy(address, &self.limits.proxies);
        // Nobody's connection ends for one that is turned away all the same.
        let may_come = place.is_some() || is_proxy;
        if !may_come || !(self.connections.count() < self.bound || self.connections.shed()) {
            self.turn_away(stream);
            return;
        }
        // What is written is written whole, and somebody waits for it.
        drop(stream.set_nodelay(true));
        let (id, connection) = self.connections.enter(place);
        let (connections, stop) = (self.connections.clone(), self.stop.clone());
        let (router, patience, proxies) = (self.router.clone(), self.limits.times.body, self.limits.proxies.clone());
        tokio::spawn(async move {
            let answering = connection.clone();
            let service = service_fn(move |mut request: hyper::Request<Incoming>| {
                let guard = answering.answer();
                let client = ClientAddress::read(address, request.headers(), &proxies);
                request.extensions_mut().insert(client);
                let answer = router.clone().call(request.map(|body| Body::new(TimedBody::new(body, patience))));
                async move {
                    let answer = answer.await?;
                    Ok::<_, Infallible>(answer.map(|body| AnswerBody { body, _answering: guard }))
                }
            });
            let socket = TokioIo::new(Socket { stream, connection: connection.clone() });
            let mut serving = pin!(
                http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(None)
                    .max_buf_size(BUFFER)
                    .serve_connection(socket, service)
            );
            let mut stopping = pin!(stopped(stop));
            let mut is_stopping = false;
            loop {
                tokio::select! {
                    // What goes wrong with a connection concerns its peer alone.
                    _ = serving.as_mut() => break,
                    () = connection.cut.notified() => break,
                    () = stopping.as_mut(), if !is_stopping => {
                        is_stopping = true;
                        serving.as_mut().graceful_shutdown();
                    }
                }
            }
            connections.leave(id);
            drop(open);
        });
    }

    /// Says that there is no room.
    fn turn_away(&self, stream: TcpStream) {
        tracing::debug!("a connection was turned away: too many are open");
        // What a new connection can take without waiting is more than this.
        drop(stream.try_write(BUSY));
        let Some(place) = self.turned_away.enter(&(), TURNED_AWAY) else { return };
        let Ok(stream) = stream.into_std() else { return };
        drop(stream.shutdown(std::net::Shutdown::Write));
        let Ok(stream) = TcpStream::from_std(stream) else { return };
        tokio::spawn(async move {
            // To close on what the peer has sent would take the answer from it.
            let read = async {
                let mut buffer = [0; 1024];
                while stream.readable().await.is_ok() {
                    match stream.try_read(&mut buffer) {
                        Ok(0) => break,
                        Err(error) if error.kind() != io::ErrorKind::WouldBlock => break,
                        Ok(_) | Err(_) => {}
                    }
                }
            };
            drop(tokio::time::timeout(LINGER, read).await);
            drop(place);
        });
    }

    /// No connection could be taken: without descriptors the next try would fail in the same way at once.
    async fn rest(&self, error: &io::Error) {
        use io::ErrorKind as Kind;
        if matches!(error.kind(), Kind::ConnectionAborted | Kind::ConnectionReset | Kind::ConnectionRefused) {
            return;
        }
        let made_room = self.connections.shed();
        tracing::warn!(%error, made_room, "no further connection can be accepted now");
        tokio::time::sleep(EXHAUSTED_PAUSE).await;
    }
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

/// How many connections there can be with so many descriptors.
fn bound(descriptors: Option<usize>) -> usize {
    descriptors.map_or(usize::MAX, |count| count.saturating_sub(RESERVED).max(count / 2).max(1))
}

/// Takes as many descriptors as the system lets this process have, and says how many those are.
fn raise_descriptor_limit() -> Option<usize> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok();
        let limit = if raised { maximum } else { current };
        limit.and_then(|limit| usize::try_from(limit).ok())
    }
    #[cfg(not(unix))]
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_descriptors_for_more_than_connections() {
        assert_eq!([Some(1), Some(64), Some(256), Some(1_024), None].map(bound), [1, 32, 128, 896, usize::MAX]);
    }

    #[test]
    fn what_turns_away_has_its_length() {
        let text = std::str::from_utf8(BUSY).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains(&format!("content-length: {}\r\n", body.len()))
                || head.ends_with(&format!("content-length: {}", body.len())),
            "{}",
            body.len()
        );
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok());
    }
}
