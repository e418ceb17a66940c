//! How severe an incident is: ordered levels and the scheme that names them.

use serde::{Deserialize, Serialize};

use crate::text::{self, Key};

/// A level: 1 is the most severe. Its name is the scheme's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Severity(pub u8);

impl Severity {
    /// The most severe level of any scheme.
    pub const TOP: Self = Self(1);

    /// The more severe of the two.
    #[must_use]
    pub const fn worse(self, other: Self) -> Self {
        if self.0 <= other.0 { self } else { other }
    }
}

/// One level of a scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Level {
    /// Short name, as people say it: `SEV1`.
    pub name: String,
    /// What it means, for customers.
    pub words: String,
    /// What that looks like, for example.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub example: String,
    /// Staff acknowledge within this many minutes.
    pub acknowledge_minutes: u32,
    /// Staff publish an update at least this often, in minutes.
    pub update_minutes: u32,
}

/// The condition on which a rule raises the severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RaiseCause {
    /// Somebody reported that data is lost.
    DataLoss,
    /// Many accounts are affected.
    Accounts,
    /// Resolutions were disputed repeatedly.
    Disputes,
    /// It has been open for long.
    Duration,
}

impl RaiseCause {
    /// What people read.
    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::DataLoss => text::RAISED_DATA,
            Self::Accounts => text::RAISED_ACCOUNTS,
            Self::Disputes => text::RAISED_DISPUTES,
            Self::Duration => text::RAISED_DURATION,
        }
    }
}

/// A rule of the scheme that raises severity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RaiseRule {
    /// The condition.
    pub cause: RaiseCause,
    /// The threshold: minutes open, accounts or disputes; without meaning for data loss.
    #[serde(default)]
    pub from: u32,
    /// The level to raise to, if the present one is less severe; 0: one level up.
    pub to: Severity,
    /// Whether it applies by itself, or is advice to staff.
    #[serde(default)]
    pub at_once: bool,
}

impl RaiseRule {
    /// What an incident of this severity becomes by it; `None` if that is no worse.
    #[must_use]
    pub const fn raised(&self, from: Severity) -> Option<Severity> {
        let to = if self.to.0 == 0 { Severity(from.0.saturating_sub(1)) } else { self.to };
        if to.0 > 0 && to.0 < from.0 { Some(to) } else { None }
    }
}

/// Ordered levels, the most severe first: level 1 is `levels[0]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scheme {
    /// `sev1-3`, `p0-p3`, or the vendor's own name.
    pub id: String,
    /// 1 to 9 levels.
    pub levels: Vec<Level>,
    /// What makes an incident worse by itself.
    #[serde(default)]
    pub raises: Vec<RaiseRule>,
}

impl Scheme {
    /// The preset of that name: `sev1-3` or `p0-p3`.
    #[must_use]
    pub fn preset(id: &str) -> Option<Self> {
        const DOWN: (Key, Key) = (text::LEVEL_DOWN, text::LEVEL_DOWN_EXAMPLE);
        const SLOWED: (Key, Key) = (text::LEVEL_SLOWED, text::LEVEL_SLOWED_EXAMPLE);
        const IMPAIRED: (Key, Key) = (text::LEVEL_IMPAIRED, text::LEVEL_IMPAIRED_EXAMPLE);
        const IMPAIRED_SOME: (Key, Key) = (text::LEVEL_IMPAIRED_SOME, text::LEVEL_IMPAIRED_EXAMPLE);
        const MINOR: (Key, Key) = (text::LEVEL_MINOR, text::LEVEL_MINOR_EXAMPLE);
        let levels: &[(&str, (Key, Key), u32, u32)] = match id {
            "sev1-3" => &[("SEV1", DOWN, 15, 30), ("SEV2", SLOWED, 60, 120), ("SEV3", IMPAIRED, 480, 1440)],
            "p0-p3" => &[
                ("P0", DOWN, 15, 30),
                ("P1", SLOWED, 60, 120),
                ("P2", IMPAIRED_SOME, 240, 480),
                ("P3", MINOR, 480, 2880),
            ],
            _ => return None,
        };
        let level = |&(name, (words, example), acknowledge_minutes, update_minutes): &(&str, (Key, Key), u32, u32)| {
            let [name, words, example] = [name, words.0, example.0].map(str::to_owned);
            Level { name, words, example, acknowledge_minutes, update_minutes }
        };
        let raise = |cause, from, to, at_once| RaiseRule { cause, from, to: Severity(to), at_once };
        let raises = vec![
            raise(RaiseCause::DataLoss, 0, 1, true),
            raise(RaiseCause::Disputes, 2, 0, true),
            raise(RaiseCause::Accounts, 3, 1, false),
            raise(RaiseCause::Duration, 24 * 60, 0, false),
        ];
        Some(Self { id: id.to_owned(), levels: levels.iter().map(level).collect(), raises })
    }

    /// The same in the language that is spoken: what is said of levels by a preset; what a vendor says is as it is.
    #[must_use]
    pub fn spoken(mut self) -> Self {
        for text in self.levels.iter_mut().flat_map(|level| [&mut level.words, &mut level.example]) {
            if let Some(words) = text::translation(text) {
                words.clone_into(text);
            }
        }
        self
    }

    /// The level of a severity, if the scheme has it.
    #[must_use]
    pub fn level(&self, severity: Severity) -> Option<&Level> {
        self.levels.get(usize::from(severity.0).checked_sub(1)?)
    }

    /// The name of a severity; empty when the scheme does not have it.
    #[must_use]
    pub fn name(&self, severity: Severity) -> &str {
        self.level(severity).map_or("", |level| &level.name)
    }

    /// Every severity of the scheme, the most severe first.
    pub fn severities(&self) -> impl Iterator<Item = Severity> + use<> {
        (1..=u8::try_from(self.levels.len()).unwrap_or(u8::MAX)).map(Severity)
    }
}
