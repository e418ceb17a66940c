//! Where the work on an incident stands, and what everybody reads of how much it hinders.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::text::{self, Key};

/// Where the work stands. Names as the Statuspage API publishes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The cause is not known yet.
    Investigating,
    /// The cause is known.
    Identified,
    /// A fix is in place and watched.
    Monitoring,
    /// The vendor ended it once every account was asked, or every account confirmed.
    Resolved,
    /// Resolved, with a published report.
    Postmortem,
    /// Maintenance: announced.
    Scheduled,
    /// Maintenance: under way.
    InProgress,
    /// Maintenance: done, being verified.
    Verifying,
    /// Maintenance: over.
    Completed,
}

impl Status {
    /// What staff can set while they work on an incident, in the order in which the work goes.
    pub fn steps() -> impl Iterator<Item = Self> {
        Self::VARIANTS.iter().copied().filter(|status| status.is_open() && !status.is_maintenance())
    }

    /// Whether it is still going on (or, for maintenance, still to come).
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Investigating | Self::Identified | Self::Monitoring => true,
            Self::Scheduled | Self::InProgress | Self::Verifying => true,
            Self::Resolved | Self::Postmortem | Self::Completed => false,
        }
    }

    /// What it ends in.
    #[must_use]
    pub const fn end(self) -> Self {
        if self.is_maintenance() { Self::Completed } else { Self::Resolved }
    }

    /// What customers read.
    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::Investigating => text::STATUS_INVESTIGATING,
            Self::Identified => text::STATUS_IDENTIFIED,
            Self::Monitoring => text::STATUS_MONITORING,
            Self::Resolved => text::STATUS_RESOLVED,
            Self::Postmortem => text::STATUS_POSTMORTEM,
            Self::Scheduled => text::STATUS_SCHEDULED,
            Self::InProgress => text::STATUS_IN_PROGRESS,
            Self::Verifying => text::STATUS_VERIFYING,
            Self::Completed => text::STATUS_COMPLETED,
        }
    }

    /// What staff read, who call a published report by its name.
    #[must_use]
    pub const fn staff_label(self) -> Key {
        match self {
            Self::Postmortem => text::STATUS_POSTMORTEM_STAFF,
            _ => self.label(),
        }
    }

    /// Whether it belongs to maintenance.
    #[must_use]
    pub const fn is_maintenance(self) -> bool {
        match self {
            Self::Scheduled | Self::InProgress | Self::Verifying | Self::Completed => true,
            Self::Investigating | Self::Identified | Self::Monitoring | Self::Resolved | Self::Postmortem => false,
        }
    }
}

/// How much a public incident impairs the service. Named as in the Statuspage API; ordered from none to critical.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// The service is not impaired.
    None,
    /// Planned work.
    Maintenance,
    /// Degraded performance.
    #[default]
    Minor,
    /// An outage for some.
    Major,
    /// An outage for all.
    Critical,
}

impl Impact {
    /// What people read.
    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::None => text::IMPACT_NONE,
            Self::Maintenance => text::IMPACT_MAINTENANCE,
            Self::Minor => text::IMPACT_MINOR,
            Self::Major => text::IMPACT_MAJOR,
            Self::Critical => text::IMPACT_CRITICAL,
        }
    }
}
