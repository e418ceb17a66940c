//! Who speaks and who looks.

use serde::{Deserialize, Serialize};

use crate::model::id::{AccountId, PersonId};

/// A customer organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Account {
    /// As the vendor's backend names it.
    pub id: AccountId,
    /// As people read it.
    pub name: String,
}

/// What the ids of guests begin with: people who are not signed in, each an account of their own. No token may name one.
pub const GUEST: &str = "guest:";

impl Account {
    /// Whether this stands for somebody who was not signed in: nobody has checked who they are.
    #[must_use]
    pub fn is_guest(&self) -> bool {
        self.id.as_str().starts_with(GUEST)
    }
}

/// Somebody by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonRef {
    /// Their id.
    pub person: PersonId,
    /// Their name.
    pub name: String,
}

/// What closes a sealed incident to all but its reporter, whom they invite, and named staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Seal {
    /// Who reported it.
    pub reporter: PersonId,
    /// Colleagues whom the reporter invited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invited: Vec<PersonId>,
}

impl Seal {
    /// A seal that opens to this reporter.
    #[must_use]
    pub const fn of(reporter: PersonId) -> Self {
        Self { reporter, invited: Vec::new() }
    }
}

/// Who sends a command: known by their token or session, never by the body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody of a customer's account.
    Customer {
        /// Their id.
        person: PersonId,
        /// Their name.
        name: String,
        /// Their account.
        account: Account,
    },
    /// Somebody of the vendor's staff.
    Staff {
        /// Their id.
        person: PersonId,
        /// Their name.
        name: String,
        /// What they do, in words a customer understands ("Customer success manager").
        title: String,
        /// Whether sealed incidents are open to them.
        security: bool,
    },
    /// Callpoint itself: imports, the configuration, the clock.
    System,
}

impl Actor {
    /// How entries name this actor.
    #[must_use]
    pub fn author(&self) -> Author {
        match self {
            Self::Customer { person, name, account } => {
                Author::Customer { person: person.clone(), name: name.clone(), account: account.id.clone() }
            }
            Self::Staff { person, name, title, .. } => {
                Author::Staff { person: person.clone(), name: name.clone(), title: title.clone() }
            }
            Self::System => Author::System,
        }
    }

    /// This actor by id and name; `None` for Callpoint itself.
    #[must_use]
    pub fn named(&self) -> Option<PersonRef> {
        match self {
            Self::Customer { person, name, .. } | Self::Staff { person, name, .. } => {
                Some(PersonRef { person: person.clone(), name: name.clone() })
            }
            Self::System => None,
        }
    }

    /// What this actor may see.
    #[must_use]
    pub fn viewer(&self) -> Viewer {
        match self {
            Self::Customer { person, account, .. } => {
                Viewer::Customer { person: person.clone(), account: account.id.clone() }
            }
            Self::Staff { person, security, .. } => Viewer::Staff { person: person.clone(), security: *security },
            Self::System => Viewer::Anonymous,
        }
    }
}

/// Who an entry is by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// Somebody of a customer's account.
    Customer {
        /// Their id.
        person: PersonId,
        /// Their name.
        name: String,
        /// Their account.
        account: AccountId,
    },
    /// Somebody of the vendor's staff.
    Staff {
        /// Their id.
        person: PersonId,
        /// Their name.
        name: String,
        /// What they do.
        title: String,
    },
    /// The vendor as a whole: how staff appear in what everybody can read.
    Vendor,
    /// Callpoint itself.
    System,
}

/// Who looks. Everything that leaves the log passes [`Event::seen_by`](crate::model::event::Event::seen_by) or
/// [`Incident::seen_by`](crate::model::incident::Incident::seen_by) with one of these.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Viewer {
    /// Anybody: only what is public.
    Anonymous,
    /// Somebody of a customer's account.
    Customer {
        /// Their id.
        person: PersonId,
        /// Their account.
        account: AccountId,
    },
    /// Somebody of the vendor's staff.
    Staff {
        /// Their id.
        person: PersonId,
        /// Whether sealed incidents are open to them.
        security: bool,
    },
}

impl Viewer {
    /// Whether this is one of the vendor's staff.
    #[must_use]
    pub const fn is_staff(&self) -> bool {
        matches!(self, Self::Staff { .. })
    }

    /// The viewer's account, if it is a customer's.
    #[must_use]
    pub const fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Customer { account, .. } => Some(account),
            _ => None,
        }
    }
}
