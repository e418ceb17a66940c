//! What somebody wrote, in whatever they did.

use crate::model::event::{Change, Consent};

/// The author's own text in an entry.
#[must_use]
pub fn own_text(change: &Change) -> Option<&str> {
    let text = match change {
        Change::Said { text, .. }
        | Change::Updated { text, .. }
        | Change::Proposed { text }
        | Change::Joined { text, .. }
        | Change::WorkaroundFound { text }
        | Change::Assessed { reason: text, .. }
        | Change::SeveritySet { reason: text, .. }
        | Change::DowngradeProposed { reason: text, .. }
        | Change::DowngradeRefused { reason: text, .. }
        | Change::Lowered { reason: text, consent: Consent::Vendor, .. }
        | Change::Disputed { reason: text, .. }
        | Change::Waived { reason: text, .. }
        | Change::Overridden { reason: text, .. }
        | Change::Reopened { reason: text, .. }
        | Change::Paused { reason: text, .. }
        | Change::Sealed { reason: text }
        | Change::Unsealed { reason: text } => text,
        Change::Declared { report, .. } => &report.what,
        Change::Opened { opening, .. } => &opening.text,
        Change::Lowered { consent: Consent::Account | Consent::Silence, .. }
        | Change::ComponentDefined(_)
        | Change::ComponentMoved { .. }
        | Change::Revealed { .. }
        | Change::Withdrawn {}
        | Change::Published(_)
        | Change::Promised { .. }
        | Change::Acknowledged {}
        | Change::Advised { .. }
        | Change::Moved { .. }
        | Change::Confirmed { .. }
        | Change::Reminded { .. }
        | Change::ReminderDelivered { .. }
        | Change::TimedOut { .. }
        | Change::RoleTaken { .. }
        | Change::RoleReleased { .. }
        | Change::WarRoomSet { .. }
        | Change::OthersAffected {}
        | Change::Followed { .. }
        | Change::Read { .. }
        | Change::Overdue { .. }
        | Change::Paged(_)
        | Change::PageHandled { .. }
        | Change::Merged { .. }
        | Change::Invited { .. }
        | Change::InvitedByEmail { .. }
        | Change::EngagementSet { .. } => return None,
    };
    Some(text.as_str()).filter(|text| !text.is_empty())
}
