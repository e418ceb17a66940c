//! The stream: what somebody may see of the log, from their cursor on and then as it happens. Server-sent events.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use callpoint_core::{
    model::{
        event::Event,
        id::{IncidentId, Seq},
        time::Time,
    },
    rules::delivery::{LogStream, resume_after},
    wire::protocol::RESET,
};
use futures_util::stream;
use tokio::sync::{
    broadcast::{
        self,
        error::{RecvError, TryRecvError},
    },
    watch,
};
use tokio::time::Instant;

use crate::{
    crypto,
    engine::{feed::CHUNK, sessions::StaffSessions},
    http::{AppState, auth::Caller, error::Problem, limits::StreamPlace, metrics::CountedStream},
    listen::ClientAddress,
    store::StoreError,
};

/// A comment is sent this often, so that both ends notice a dead stream.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How soon a browser's own EventSource comes back, in milliseconds.
const RETRY: &str = "retry: 2000\n\n";

/// When the server ends, its streams do so one after the other within this time.
const DRAIN: Duration = Duration::from_secs(2);

/// And each is told to come back within this time.
const RETURN: Duration = Duration::from_secs(4);

/// A random part of this.
fn some_of(time: Duration) -> Duration {
    let bytes = crypto::random().ok().and_then(|bytes| bytes.first_chunk::<2>().copied());
    time * u32::from(u16::from_le_bytes(bytes.unwrap_or_default())) / u32::from(u16::MAX)
}

/// `GET /v1/events`.
pub async fn stream(
    State(app): State<AppState>,
    address: Option<Extension<ClientAddress>>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let place = match app.limits.stream(&caller, address.and_then(|Extension(address)| address.0)) {
        Ok(place) => place,
        Err(refused) => return Ok(*refused),
    };
    let counted = app.metrics.stream();
    // Before anything is read, so that nothing falls between reading and listening.
    let live = app.feed.subscribe();
    let cursor = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.trim().parse::<Seq>().ok());
    let head = app.store.head().await?;
    let resumable = resume_after(cursor, head);
    let mut first = RETRY.to_owned();
    let last = match resumable {
        Some(seq) => seq,
        None => {
            let (head, snapshot) = super::status::snapshot(&app, &caller, &headers).await?;
            let data = serde_json::to_string(&snapshot).map_err(|error| Problem::internal(&error))?;
            first.push_str(&format!("event: {RESET}\nid: {}\ndata: {data}\n\n", snapshot.seq));
            head
        }
    };
    let (log, due) = (LogStream::new(caller.viewer(), last), next_due(&caller, app.now()));
    let (stop, sessions) = (app.stop.clone(), app.sessions.clone());
    let (behind, first, is_over) = (resumable.is_some(), Some(first), false);
    let events = EventStream {
        app,
        caller,
        log,
        live,
        stop,
        sessions,
        first,
        behind,
        due,
        is_over,
        _place: place,
        _counted: counted,
    };
    let mut answer = Body::from_stream(stream::unfold(events, EventStream::next)).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(answer)
}

/// One open stream. It is pulled by the connection, so a slow reader falls behind the feed and is cut off there.
struct EventStream {
    app: AppState,
    caller: Caller,
    log: LogStream,
    live: broadcast::Receiver<Arc<Event>>,
    stop: watch::Receiver<bool>,
    sessions: watch::Receiver<StaffSessions>,
    first: Option<String>,
    behind: bool,
    due: Instant,
    is_over: bool,
    _place: StreamPlace,
    _counted: CountedStream,
}

/// The next heartbeat, or the end of the token if that is sooner.
fn next_due(caller: &Caller, now: Time) -> Instant {
    let left = match caller {
        Caller::Customer { until, .. } => Duration::from_millis(u64::try_from(until.since(now)).unwrap_or_default()),
        Caller::Anonymous | Caller::Staff { .. } => HEARTBEAT,
    };
    Instant::now() + HEARTBEAT.min(left)
}

/// What comes next on the stream.
enum StreamStep {
    Frames(String),
    Due,
    Drain,
    End,
}

type Chunk = Result<Bytes, std::convert::Infallible>;

impl EventStream {
    async fn next(mut self) -> Option<(Chunk, Self)> {
        if let Some(first) = self.first.take() {
            return Some((Ok(first.into()), self));
        }
        if self.is_over {
            return None;
        }
        loop {
            let next = if self.behind { self.replay().await } else { self.listen().await };
            match next {
                StreamStep::Frames(frames) if !frames.is_empty() => return Some((Ok(frames.into()), self)),
                StreamStep::Frames(_) => {}
                StreamStep::Due if self.may_stay().await => {
                    self.due = next_due(&self.caller, self.app.now());
                    return Some((Ok(Bytes::from_static(b":\n\n")), self));
                }
                StreamStep::Drain => {
                    tokio::time::sleep(some_of(DRAIN)).await;
                    self.is_over = true;
                    let retry = format!("retry: {}\n\n", some_of(RETURN).as_millis());
                    return Some((Ok(retry.into()), self));
                }
                StreamStep::Due | StreamStep::End => return None,
            }
        }
    }

    /// The next part of what was missed.
    async fn replay(&mut self) -> StreamStep {
        match self.missed().await {
            Ok((events, sealed)) => {
                self.behind = events.len() == usize::try_from(CHUNK).unwrap_or(usize::MAX);
                StreamStep::Frames(events.iter().filter_map(|event| frame(self.log.replay(event, &sealed))).collect())
            }
            Err(fault) => {
                tracing::warn!(error = %fault, "resuming a stream failed; the client will reconnect");
                StreamStep::End
            }
        }
    }

    /// What comes next in the log, and the incidents in it that have been closed to this viewer since.
    async fn missed(&self) -> Result<(Vec<Event>, Vec<IncidentId>), StoreError> {
        let events = self.app.store.events_after(self.log.last(), CHUNK).await?;
        // Read after the events: what is closed by now is closed in all that was read.
        let sealed = self.app.store.sealed_after(self.log.last()).await?;
        let closed = sealed.into_iter().filter(|(_, seal)| !self.log.viewer().opens(seal)).map(|(id, _)| id);
        Ok((events, closed.collect()))
    }

    async fn listen(&mut self) -> StreamStep {
        let (due, is_staff) = (self.due, self.log.viewer().is_staff());
        let event = loop {
            let next = tokio::select! {
                biased;
                _ = self.stop.wait_for(|stop| *stop) => return StreamStep::Drain,
                // Before the events: a busy stream is looked after as well.
                () = tokio::time::sleep_until(due) => return StreamStep::Due,
                Ok(()) = self.sessions.changed(), if is_staff => None,
                event = self.live.recv() => Some(event),
            };
            match next {
                Some(event) => break event,
                None if self.is_signed_in() => {}
                None => return StreamStep::Due,
            }
        };
        match event {
            Ok(event) => self.take(event),
            Err(RecvError::Lagged(_) | RecvError::Closed) => StreamStep::End,
        }
    }

    /// Whether the session that opened the stream was there, with the same rights, when it was last looked.
    fn is_signed_in(&mut self) -> bool {
        let Caller::Staff { session, member, .. } = &self.caller else { return true };
        self.sessions.borrow_and_update().get(session) == Some(&member.security)
    }

    /// This event and whatever else is there: one write for many frames. A gap ends the stream; its client comes
    /// back with its cursor.
    fn take(&mut self, event: Arc<Event>) -> StreamStep {
        let (mut frames, mut next) = (String::new(), Ok(event));
        loop {
            match next {
                Ok(event) if self.log.is_before_gap(&event) => return StreamStep::End,
                Ok(event) => frames.extend(frame(self.log.pass(&event))),
                Err(TryRecvError::Empty) => return StreamStep::Frames(frames),
                Err(TryRecvError::Lagged(_) | TryRecvError::Closed) => return StreamStep::End,
            }
            next = self.live.try_recv();
        }
    }

    /// Whether the token or session that opened the stream still holds.
    async fn may_stay(&self) -> bool {
        match &self.caller {
            Caller::Anonymous => true,
            Caller::Customer { until, .. } => self.app.now() < *until,
            Caller::Staff { session, member, .. } => {
                let now: Result<_, StoreError> = self.app.store.session(session, self.app.now()).await;
                now.is_ok_and(|current| current.is_some_and(|current| current.security == member.security))
            }
        }
    }
}

/// An event that the viewer sees. Only such have a number here: gaps would tell how much they don't see.
fn frame(event: Option<Event>) -> Option<String> {
    let event = event?;
    let data = serde_json::to_string(&event).ok()?;
    Some(format!("id: {}\ndata: {data}\n\n", event.seq))
}
