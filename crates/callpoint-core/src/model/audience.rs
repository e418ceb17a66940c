//! Who can read an entry.

use serde::{Deserialize, Serialize};

use crate::model::id::AccountId;

/// Who can read an entry, as its author chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Staff only.
    Internal,
    /// One account and staff.
    Account(AccountId),
    /// Every affected account and staff.
    Affected,
    /// Everybody.
    Public,
}

/// Who can read an entry, resolved to accounts when it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Staff only.
    Internal,
    /// One account and staff.
    Account(AccountId),
    /// Every account that had a stake when it was written, and staff.
    Affected(Vec<AccountId>),
    /// Everybody.
    Public,
}

impl Audience {
    /// Whether this account can read it.
    #[must_use]
    pub fn reaches(&self, account: &AccountId) -> bool {
        match self {
            Self::Internal => false,
            Self::Account(one) => one == account,
            Self::Affected(all) => all.contains(account),
            Self::Public => true,
        }
    }

    /// The accounts that it names.
    #[must_use]
    pub fn accounts(&self) -> &[AccountId] {
        match self {
            Self::Internal | Self::Public => &[],
            Self::Account(one) => core::slice::from_ref(one),
            Self::Affected(all) => all,
        }
    }
}
