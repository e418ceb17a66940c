//! What a command needs to be read before the rules can decide it, beside its own incident.

use callpoint_core::model::{
    command::{Command, IncidentCommand},
    id::{IncidentId, PersonId},
    person::Invitee,
};

/// What else is read for a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs<'a> {
    /// Nothing.
    Nothing,
    /// Another incident.
    Incident(IncidentId),
    /// The incidents that were merged into its own, and who of staff has security access.
    MergedIncidents,
    /// What was reported, and who is invited.
    Invitee(&'a Invitee),
    /// What was reported.
    Report,
    /// Who of staff has security access.
    Staff,
    /// Who of staff looks after the incident's account.
    Csm,
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
            Command::Incident(Ask::AssignRole { person: None, .. }) => Self::Staff,
            Command::Incident(Ask::Invite(invitee)) => Self::Invitee(invitee),
            Command::TakeUpInvitation { .. } => Self::Report,
            Command::Incident(Ask::Unseal { .. }) => Self::Csm,
            Command::Incident(
                Ask::AcceptDowngrade {}
                | Ask::Acknowledge {}
                | Ask::Assess { .. }
                | Ask::Confirm {}
                | Ask::Dispute { .. }
                | Ask::Follow {}
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
                | Ask::Update(_)
                | Ask::Waive { .. },
            )
            | Command::Account(..)
            | Command::Component(..)
            | Command::Declare(_)
            | Command::Open(_)
            | Command::Due
            | Command::PageHandled { .. }
            | Command::ReminderDelivered { .. } => Self::Nothing,
        }
    }

    /// The member of staff that the command names, if staff ask.
    pub const fn colleague(self) -> Option<&'a PersonId> {
        match self {
            Self::Colleague(person) | Self::Invitee(Invitee::Person(person)) => Some(person),
            Self::Nothing
            | Self::Incident(_)
            | Self::Invitee(Invitee::Email(_))
            | Self::MergedIncidents
            | Self::Report
            | Self::Staff
            | Self::Csm => None,
        }
    }

    /// Whether the vendor's staff are read.
    pub const fn staff(self) -> bool {
        match self {
            Self::Colleague(_) | Self::Invitee(_) | Self::MergedIncidents | Self::Staff | Self::Csm => true,
            Self::Nothing | Self::Incident(_) | Self::Report => false,
        }
    }
}
