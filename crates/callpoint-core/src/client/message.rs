//! What the client machine is given: replies and stream messages, already decoded. Its surroundings own the bytes and
//! the [`Codec`]: the browser's own JSON there, `serde_json` in native tests, both over the serde derives of the wire
//! types.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    model::{
        event::Event,
        id::{IncidentId, Seq},
        time::Time,
    },
    wire::{
        error::ApiError,
        protocol::{RESET, Snapshot},
    },
};

use super::sse::Frame;

/// The event of a frame that whoever opens the stream makes of an answer of `GET /v1/status`, where no stream comes
/// through. No server sends it.
pub const POLLED: &str = "polled";

/// Encodes and decodes wire types as JSON text.
pub trait Codec {
    /// The value that `json` holds; none if it is not JSON, or not a value of that type.
    fn decode<T: DeserializeOwned>(&self, json: &str) -> Option<T>;

    /// The JSON text of a value.
    fn encode<T: Serialize>(&self, value: &T) -> String;

    /// The reply with this status and body.
    fn reply<T: DeserializeOwned>(&self, status: u16, body: &str, retry_after: Option<i64>) -> Reply<T> {
        let body = match status {
            200..300 => self.decode(body).map_or(Body::Unreadable, Body::Value),
            _ => self.decode(body).map_or(Body::Unreadable, Body::Problem),
        };
        Reply { status, retry_after, body }
    }

    /// What a frame of the stream says.
    fn message(&self, frame: &Frame) -> StreamMessage {
        if frame.event == RESET {
            return self.decode(&frame.data).map_or(StreamMessage::Unreadable, StreamMessage::Reset);
        }
        if frame.event == POLLED {
            return self.decode(&frame.data).map_or(StreamMessage::Unreadable, StreamMessage::Polled);
        }
        match self.decode(&frame.data) {
            Some(event) => StreamMessage::Event(event),
            // A later version's event: what it changes can't be known here, only its position.
            None => self
                .decode::<EventPosition>(&frame.data)
                .map_or(StreamMessage::Heartbeat, |position| StreamMessage::Unknown(position.seq)),
        }
    }
}

/// An event of which only the position can be read.
#[derive(Deserialize)]
struct EventPosition {
    seq: Seq,
}

/// What came back for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply<T> {
    /// The HTTP status; 0 when nothing came back.
    pub status: u16,
    /// How long the server asks to wait, in milliseconds.
    pub retry_after: Option<i64>,
    /// The body.
    pub body: Body<T>,
}

impl<T> Reply<T> {
    /// Nothing came back.
    #[must_use]
    pub const fn none() -> Self {
        Self { status: 0, retry_after: None, body: Body::Unreadable }
    }
}

/// The body of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body<T> {
    /// What was asked for.
    Value(T),
    /// Why not.
    Problem(ApiError),
    /// Nothing, or something that is neither: a proxy's page, say.
    Unreadable,
}

impl<T> Body<T> {
    /// What was asked for, if it came.
    #[must_use]
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Problem(_) | Self::Unreadable => None,
        }
    }
}

/// The body of a reply to a write: a [`Receipt`](crate::model::report::Receipt), or the position alone where there is
/// no incident to name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Accepted {
    /// The last event of the write.
    pub seq: Seq,
    /// The incident it belongs to.
    pub incident: Option<IncidentId>,
    /// That incident's reference.
    pub reference: Option<String>,
    /// By when the vendor means to answer a report.
    pub answer_by: Option<Time>,
    /// Who looks after the reporter's account.
    pub csm: Option<String>,
}

/// What the stream delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamMessage {
    /// Nothing but a sign of life.
    Heartbeat,
    /// The fold starts anew from this.
    Reset(Box<Snapshot>),
    /// The same, asked for in place of a stream that does not come through.
    Polled(Box<Snapshot>),
    /// Something happened.
    Event(Box<Event>),
    /// Something happened that only a later version can read.
    Unknown(Seq),
    /// A snapshot that can't be read.
    Unreadable,
}

/// The wire types through `serde_json`.
#[cfg(feature = "json")]
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonCodec;

#[cfg(feature = "json")]
impl Codec for JsonCodec {
    fn decode<T: DeserializeOwned>(&self, json: &str) -> Option<T> {
        serde_json::from_str(json).ok()
    }

    fn encode<T: Serialize>(&self, value: &T) -> String {
        serde_json::to_string(value).unwrap_or_default()
    }
}
