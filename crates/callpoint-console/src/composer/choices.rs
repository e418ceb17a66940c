//! What can be chosen for words before they are written: how far they reach, and by when the next ones come.

use callpoint_core::{
    model::{incident::Incident, severity::Scheme},
    text::{self, Key},
};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// How far what is written reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ReplyAudience {
    /// Staff only.
    Internal,
    /// One account.
    Reply,
    /// Every affected account.
    Affected,
    /// Everybody.
    Public,
}

impl ReplyAudience {
    /// Every mode, from the narrowest to the widest.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// What it is called.
    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::Internal => text::MODE_INTERNAL,
            Self::Reply => text::MODE_REPLY,
            Self::Affected => text::MODE_AFFECTED,
            Self::Public => text::MODE_PUBLIC,
        }
    }

    /// What its button says.
    #[must_use]
    pub const fn send(self) -> Key {
        match self {
            Self::Internal => text::SEND_INTERNAL,
            Self::Reply => text::SEND_REPLY,
            Self::Affected => text::SEND_UPDATE,
            Self::Public => text::SEND_PUBLIC,
        }
    }

    /// Whether it is an update, with a status and a next-update time, rather than a message.
    #[must_use]
    pub const fn is_update(self) -> bool {
        matches!(self, Self::Affected | Self::Public)
    }

    /// Whether it makes sense for this incident.
    #[must_use]
    pub fn fits(self, incident: &Incident) -> bool {
        match self {
            Self::Internal => true,
            Self::Reply => !incident.stakes.is_empty(),
            Self::Affected => incident.seal.is_none() && !incident.stakes.is_empty(),
            Self::Public => incident.seal.is_none() && !incident.drill,
        }
    }
}

/// By when the next update comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextUpdateChoice {
    /// No time is given. Drafts of earlier versions call it `untold`.
    #[serde(alias = "untold")]
    Unscheduled,
    /// After this many minutes.
    In(u32),
    /// At the time in the field.
    At,
}

impl NextUpdateChoice {
    /// What is offered.
    pub const ALL: [Self; 6] = [Self::Unscheduled, Self::In(15), Self::In(30), Self::In(60), Self::In(120), Self::At];

    /// What an incident of this severity calls for, as far as it is offered.
    #[must_use]
    pub fn fitting(incident: &Incident, scheme: &Scheme) -> Self {
        let level = incident.effective_severity().and_then(|severity| scheme.level(severity));
        match level.map_or(60, |level| level.update_minutes) {
            0..=15 => Self::In(15),
            16..=30 => Self::In(30),
            31..=60 => Self::In(60),
            61.. => Self::In(120),
        }
    }
}
