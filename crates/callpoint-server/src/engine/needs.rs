//! What a command needs to be read before the rules can decide it, beside its own incident.

use callpoint_core::model::{
    command::{Command, IncidentCommand},
    id::{IncidentId, PersonId},
};

/// What else is read for a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs<'a> {
    /// Nothing.
    Nothing,
    /// Another incident.
    Incident(IncidentId),
    /// The incidents that were merged into its own.
    MergedIncidents,
    /// A member of staff that it names.
    Colleague(&'a PersonId),
}

impl<'a> Needs<'a> {
    pub const fn of(command: &'a Command) -> Self {
        use IncidentCommand as Ask;
        match command {
            Command::Incident(Ask::Merge { into }) => Self::Incident(*into),
            Command::Incident(Ask::Seal { .. }) => Self::MergedIncidents,
            Command::Incident(Ask::AssignRole { person: Some(person), .. }) => Self::Colleague(person),
            Command::Incident(
                Ask::AcceptDowngrade {}
                | Ask::Acknowledge {}
                | Ask::Assess { .. }
                | Ask::AssignRole { person: None, .. }
                | Ask::Confirm {}
                | Ask::Dispute { .. }
                | Ask::Follow {}
                | Ask::Invite { .. }
                | Ask::Join { .. }
                | Ask::Message { .. }
                | Ask::Move { .. }
                | Ask::Pause { .. }
                | Ask::ProposeDowngrade { .. }
                | Ask::ProposeResolution { .. }
                | Ask::Read { .. }
                | Ask::RefuseDowngrade { .. }
                | Ask::ReleaseRole { .. }
                | Ask::Reopen { .. }
                | Ask::SetSeverity { .. }
                | Ask::SetWarRoom { .. }
                | Ask::Unfollow {}
                | Ask::Unseal { .. }
                | Ask::Update(_)
                | Ask::Waive { .. },
            )
            | Command::Account(..)
            | Command::Component(..)
            | Command::Declare(_)
            | Command::Open(_)
            | Command::Due
            | Command::PageHandled { .. } => Self::Nothing,
        }
    }

    /// The member of staff that the command names.
    pub const fn colleague(self) -> Option<&'a PersonId> {
        match self {
            Self::Colleague(person) => Some(person),
            Self::Nothing | Self::Incident(_) | Self::MergedIncidents => None,
        }
    }
}
