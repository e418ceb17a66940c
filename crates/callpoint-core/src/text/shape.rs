//! Shapes: status and severity are never colour alone. One list for the widget, the console and the hosted pages.

use crate::model::{component::ComponentStatus, incident::Impact, severity::Severity};

/// An SVG path in a box of 16 by 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape(&'static str);

impl Shape {
    /// The top severity.
    pub const OCTAGON: Self = Self("M5 1h6l4 4v6l-4 4H5l-4-4V5z");
    /// The second severity.
    pub const TRIANGLE: Self = Self("M8 1.5 15.2 14H.8z");
    /// The third severity.
    pub const CIRCLE: Self = Self("M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z");
    /// Lower severities.
    pub const RING: Self = Self("M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zm0 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8z");
    /// Operational.
    pub const CHECK: Self = Self("M6.4 13 1.8 8.4l1.7-1.7 2.9 2.9 6.1-6.1 1.7 1.7z");
    /// Degraded.
    pub const MINUS: Self = Self("M2 6.7h12v2.6H2z");
    /// Partial outage.
    pub const HALF: Self = Self("M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm0 2v10A5 5 0 0 0 8 3z");
    /// Major outage.
    pub const CROSS: Self = Self("M3.6 2 8 6.4 12.4 2 14 3.6 9.6 8l4.4 4.4-1.6 1.6L8 9.6 3.6 14 2 12.4 6.4 8 2 3.6z");
    /// Maintenance.
    pub const WRENCH: Self =
        Self("M13.7 4.2l-2.3 2.3-1.9-.1-.1-1.9 2.3-2.3a4 4 0 0 0-5.2 5.1L1.6 12.2l2.2 2.2 4.9-4.9a4 4 0 0 0 5-5.3z");
    /// Towards the start of the line.
    pub const BACK: Self = Self("M10.5 2 12 3.5 7.5 8l4.5 4.5-1.5 1.5-6-6z");
    /// A lock: sealed.
    pub const LOCK: Self = Self("M4 7V5a4 4 0 0 1 8 0v2h1v8H3V7zm2 0h4V5a2 2 0 0 0-4 0z");

    /// One person: one account.
    pub const PERSON: Self = Self("M8 1.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM2 14.5c0-3.3 2.5-5.5 6-5.5s6 2.2 6 5.5z");
    /// Several people: every affected account.
    pub const PEOPLE: Self = Self(
        "M5.5 2.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5zm6 1a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM0 13.5C0 10.8 2.2 9 5.5 9s5.5 1.8 5.5 4.5zm12.4 0c0-1.9-.8-3.5-2-4.6l1.1-.1c2.7 0 4.5 1.9 4.5 4.7z",
    );
    /// The globe: everybody.
    pub const GLOBE: Self = Self(
        "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zM3 7.2h2.4c.1-1.6.4-3 .9-4A5.5 5.5 0 0 0 3 7.2zm4 0h2C8.8 4.6 8.2 3 8 2.7 7.8 3 7.2 4.6 7 7.2zm3.6 0H13a5.5 5.5 0 0 0-3.3-4c.5 1 .8 2.4.9 4zM3 8.8a5.5 5.5 0 0 0 3.3 4c-.5-1-.8-2.4-.9-4zm4 0c.2 2.6.8 4.2 1 4.5.2-.3.8-1.9 1-4.5zm3.6 0c-.1 1.6-.4 3-.9 4a5.5 5.5 0 0 0 3.3-4z",
    );

    /// The shape of a severity.
    #[must_use]
    pub const fn of_severity(severity: Severity) -> Self {
        match severity.0 {
            0 | 1 => Self::OCTAGON,
            2 => Self::TRIANGLE,
            3 => Self::CIRCLE,
            _ => Self::RING,
        }
    }

    /// The shape of a condition.
    #[must_use]
    pub const fn of_condition(condition: ComponentStatus) -> Self {
        match condition {
            ComponentStatus::Operational => Self::CHECK,
            ComponentStatus::UnderMaintenance => Self::WRENCH,
            ComponentStatus::DegradedPerformance => Self::MINUS,
            ComponentStatus::PartialOutage => Self::HALF,
            ComponentStatus::MajorOutage => Self::CROSS,
        }
    }

    /// The SVG path.
    #[must_use]
    pub const fn path(self) -> &'static str {
        self.0
    }
}

/// The CSS class of a condition.
#[must_use]
pub const fn condition_class(condition: ComponentStatus) -> &'static str {
    match condition {
        ComponentStatus::Operational => "operational",
        ComponentStatus::UnderMaintenance => "maintenance",
        ComponentStatus::DegradedPerformance => "degraded",
        ComponentStatus::PartialOutage => "partial",
        ComponentStatus::MajorOutage => "major",
    }
}

/// The CSS class of an impact; planned work has none of its own, since nobody is hindered.
#[must_use]
pub const fn impact_class(impact: Impact) -> &'static str {
    match impact {
        Impact::None | Impact::Maintenance => "none",
        Impact::Minor => "minor",
        Impact::Major => "major",
        Impact::Critical => "critical",
    }
}
