//! What a change of staff's is to whoever it reaches.

use super::event::Change;

/// What whoever is affected gets by something that staff do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    /// They are answered.
    Reply,
    /// They learn that somebody works on it.
    Work,
    /// Neither.
    Nothing,
}

impl Change {
    /// What it is to whoever it reaches, where staff do it.
    #[must_use]
    pub const fn response(&self) -> Response {
        match self {
            Self::Said { .. }
            | Self::Updated { .. }
            | Self::Proposed { .. }
            | Self::DowngradeProposed { .. }
            | Self::Lowered { .. }
            | Self::Waived { .. }
            | Self::Overridden { .. } => Response::Reply,
            Self::Acknowledged {}
            | Self::Promised { .. }
            | Self::Published(_)
            | Self::WorkaroundFound { .. }
            | Self::Assessed { .. }
            | Self::Moved { .. }
            | Self::RoleTaken { .. }
            | Self::Paused { .. } => Response::Work,
            Self::ComponentDefined(_)
            | Self::ComponentMoved { .. }
            | Self::EngagementSet { .. }
            | Self::Declared { .. }
            | Self::Opened { .. }
            | Self::Joined { .. }
            | Self::Revealed { .. }
            | Self::Withdrawn {}
            | Self::Advised { .. }
            | Self::SeveritySet { .. }
            | Self::DowngradeRefused { .. }
            | Self::Reminded { .. }
            | Self::ReminderDelivered { .. }
            | Self::Confirmed { .. }
            | Self::Disputed { .. }
            | Self::TimedOut { .. }
            | Self::Reopened { .. }
            | Self::RoleReleased { .. }
            | Self::WarRoomSet { .. }
            | Self::OthersAffected {}
            | Self::Followed { .. }
            | Self::Read { .. }
            | Self::Overdue { .. }
            | Self::Paged(_)
            | Self::PageHandled { .. }
            | Self::Merged { .. }
            | Self::Sealed { .. }
            | Self::Unsealed { .. }
            | Self::Invited { .. }
            | Self::InvitedByEmail { .. } => Response::Nothing,
        }
    }

    /// Whether staff answer with it whoever it reaches.
    #[must_use]
    pub const fn is_reply(&self) -> bool {
        matches!(self.response(), Response::Reply)
    }
}
