//! The bodies of requests, which must come within their time, and of answers, which tell their end.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

use super::connection::Answering;

/// A body that comes at this pace, in bytes a second, is waited for; a slower one only for as long as any is.
const LEAST_PACE: u64 = 1_000;

/// A request's body took too long to come.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the request body did not come in time")]
pub struct TooSlow;

impl TooSlow {
    /// Whether it is why a body could not be read.
    #[must_use]
    pub fn caused(error: &(dyn std::error::Error + 'static)) -> bool {
        std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<Self>())
    }
}

/// A request's body with an end to patience.
pub(super) struct TimedBody {
    body: Incoming,
    /// Asked only where the body makes its reader wait.
    timer: Pin<Box<Sleep>>,
    start: Instant,
    patience: Duration,
    come: u64,
}

impl TimedBody {
    pub fn new(body: Incoming, patience: Duration) -> Self {
        let start = Instant::now();
        Self { body, timer: Box::pin(tokio::time::sleep_until(start + patience)), start, patience, come: 0 }
    }
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    this.come = this.come.saturating_add(data.len() as u64);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                let earned = Duration::from_millis(this.come.saturating_mul(1_000) / LEAST_PACE);
                let end = this.start + this.patience + earned;
                if this.timer.deadline() < end {
                    this.timer.as_mut().reset(end);
                }
                std::task::ready!(this.timer.as_mut().poll(cx));
                Poll::Ready(Some(Err(TooSlow.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body, with which the answer ends.
pub(super) struct AnswerBody {
    pub body: Body,
    pub _answering: Answering,
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
