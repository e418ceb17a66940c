//! Parts of the product with a status.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::{
    model::{id::ComponentId, time::Time},
    text::{self, Key},
};

/// How a component is doing. Names as the Statuspage API publishes them; the order is from fine to worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, VariantArray)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ComponentStatus {
    /// Works.
    #[default]
    Operational,
    /// Planned work is going on.
    UnderMaintenance,
    /// Works, but slowly or with errors.
    DegradedPerformance,
    /// Out for some.
    PartialOutage,
    /// Out.
    MajorOutage,
}

impl ComponentStatus {
    /// Every status, from fine to worst.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// What people read of one component.
    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::Operational => text::CONDITION_OPERATIONAL,
            Self::UnderMaintenance => text::CONDITION_MAINTENANCE,
            Self::DegradedPerformance => text::CONDITION_DEGRADED,
            Self::PartialOutage => text::CONDITION_PARTIAL,
            Self::MajorOutage => text::CONDITION_MAJOR,
        }
    }

    /// What people read of the whole, when this is the worst of it.
    #[must_use]
    pub const fn headline(self) -> Key {
        match self {
            Self::Operational => text::HEADLINE_OPERATIONAL,
            Self::UnderMaintenance => text::HEADLINE_MAINTENANCE,
            Self::DegradedPerformance => text::HEADLINE_DEGRADED,
            Self::PartialOutage => text::HEADLINE_PARTIAL,
            Self::MajorOutage => text::HEADLINE_MAJOR,
        }
    }
}

/// A part of the product with a status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Component {
    /// The vendor's own id.
    pub id: ComponentId,
    /// As people read it.
    pub name: String,
    /// Its place in lists, ascending.
    pub position: u32,
    /// How it is doing: the worse of what staff set by hand and of what the open public incidents that name it amount
    /// to.
    pub status: ComponentStatus,
    /// When staff last set it by hand, or else when it was defined.
    pub since: Time,
    /// What staff set by hand, and not taken back since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<ComponentStatus>,
}

impl Component {
    /// Whether it has its status because somebody of staff said so, and not by an incident.
    #[must_use]
    pub fn is_set_by_hand(&self) -> bool {
        self.by_hand == Some(self.status)
    }
}
