//! What a product hears: the events of the page in JavaScript, as values.

use callpoint_core::{
    client::Notice,
    model::{
        id::{CommandId, IncidentId, Seq},
        report::Receipt,
    },
    rules::headline::Headline,
    wire::error::ApiError,
};

/// Something that a product may want to know. The names are those of the events in JavaScript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallpointEvent {
    /// The status is known for the first time.
    Ready,
    /// The panel opened.
    Open,
    /// The panel closed.
    Close,
    /// The server has a report.
    Report(Receipt),
    /// The headline changed.
    Status(Headline),
    /// Something new stands on a timeline.
    Entry {
        /// The incident whose timeline it is.
        incident: IncidentId,
        /// The place of the entry.
        seq: Seq,
    },
    /// So much is unread.
    Unread(u32),
    /// The vendor judged how bad it is.
    Severity(IncidentId),
    /// A closure awaits the customer.
    Resolution(IncidentId),
    /// Every key is turned.
    Settled(IncidentId),
    /// The server refused something that the person sent; they can edit and send it again.
    Error {
        /// What was sent.
        command: CommandId,
        /// Why it was refused.
        problem: ApiError,
    },
}

impl From<Notice> for CallpointEvent {
    fn from(notice: Notice) -> Self {
        match notice {
            Notice::Ready => Self::Ready,
            Notice::Report(receipt) => Self::Report(receipt),
            Notice::Refused(command, problem) => Self::Error { command, problem },
            Notice::Status(headline) => Self::Status(headline),
            Notice::Entry(incident, event) => Self::Entry { incident, seq: event.seq },
            Notice::Unread(count) => Self::Unread(count),
            Notice::Severity(incident) => Self::Severity(incident),
            Notice::Resolution(incident) => Self::Resolution(incident),
            Notice::Settled(incident) => Self::Settled(incident),
        }
    }
}
