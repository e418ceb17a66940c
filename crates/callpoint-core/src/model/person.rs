//! People: senders of commands, authors of entries, and viewers.

use serde::{Deserialize, Serialize};

use crate::{
    model::{
        id::{AccountId, PersonId},
        limits::{EMAIL_LIMIT, parse_line},
    },
    wire::error::Invalid,
};

/// A customer organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Account {
    /// Its identifier in the vendor's backend.
    pub id: AccountId,
    /// Its display name.
    pub name: String,
}

/// The prefix of the ids of guests: people who are not signed in, each an account of their own. Tokens with such an id
/// are refused.
pub const GUEST: &str = "guest:";

impl Account {
    /// Whether this is a guest, whose identity is not verified.
    #[must_use]
    pub fn is_guest(&self) -> bool {
        self.id.as_str().starts_with(GUEST)
    }
}

/// A person by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonRef {
    /// Their id.
    pub person: PersonId,
    /// Their name.
    pub name: String,
}

/// A colleague to whom a sealed incident is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Invitee {
    /// Somebody who is known, by their id: of the account, if a customer invites; of staff, if staff do.
    Person(PersonId),
    /// Whoever signs in for the account with this e-mail address. From staff only while nobody of the account has access.
    Email(String),
}

impl Invitee {
    /// Nobody minds how an address is capitalised.
    pub(crate) fn check(&mut self) -> Result<(), Invalid> {
        if let Self::Email(email) = self {
            *email = parse_line("email", email, EMAIL_LIMIT)?.to_ascii_lowercase();
        }
        Ok(())
    }
}

/// The access list of a sealed incident, beside staff with security access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Seal {
    /// Who of the account reported it. Left out while staff who opened it for the account have let nobody of it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter: Option<PersonId>,
    /// Colleagues whom the reporter invited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invited: Vec<PersonId>,
    /// E-mail addresses that were invited and with which nobody has signed in yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Staff without security access to whom it was opened by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub staff: Vec<PersonId>,
}

impl Seal {
    /// A seal with access for this reporter alone.
    #[must_use]
    pub const fn of(reporter: Option<PersonId>) -> Self {
        Self { reporter, invited: Vec::new(), addresses: Vec::new(), staff: Vec::new() }
    }

    /// Whether this customer is its reporter.
    #[must_use]
    pub fn is_reporter(&self, person: &PersonId) -> bool {
        self.reporter.as_ref() == Some(person)
    }

    /// Whether it opens to anybody beside its reporter and security staff.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        !self.invited.is_empty() || !self.staff.is_empty()
    }
}

/// The sender of a command: authenticated by token or session, never taken from the body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member of a customer's account.
    Customer {
        /// Their id.
        person: PersonId,
        /// Their name.
        name: String,
        /// Their account.
        account: Account,
    },
    /// A member of the vendor's staff.
    Staff {
        /// Their id.
        person: PersonId,
        /// Their name.
        name: String,
        /// Their job title, as customers read it ("Customer success manager").
        title: String,
        /// Whether they have access to sealed incidents.
        security: bool,
    },
    /// Callpoint itself: imports, the configuration, the clock.
    System,
}

impl Actor {
    /// This actor as the author of an entry.
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

    /// This actor as a reference by id and name; `None` for Callpoint itself.
    #[must_use]
    pub fn named(&self) -> Option<PersonRef> {
        match self {
            Self::Customer { person, name, .. } | Self::Staff { person, name, .. } => {
                Some(PersonRef { person: person.clone(), name: name.clone() })
            }
            Self::System => None,
        }
    }

    /// The viewer that decides what this actor may see.
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

/// The author of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// A member of a customer's account.
    Customer {
        /// Their id.
        person: PersonId,
        /// Their name.
        name: String,
        /// Their account.
        account: AccountId,
    },
    /// A member of the vendor's staff.
    Staff {
        /// Their id.
        person: PersonId,
        /// Their name.
        name: String,
        /// Their job title.
        title: String,
    },
    /// The vendor as a whole, in place of staff in public entries.
    Vendor,
    /// Callpoint itself.
    System,
}

/// The reader of events and incidents. Everything that leaves the log passes
/// [`Event::seen_by`](crate::model::event::Event::seen_by) or
/// [`Incident::seen_by`](crate::model::incident::Incident::seen_by) with one of these.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Viewer {
    /// Anybody: sees what is public only.
    Anonymous,
    /// A member of a customer's account.
    Customer {
        /// Their id.
        person: PersonId,
        /// Their account.
        account: AccountId,
    },
    /// A member of the vendor's staff.
    Staff {
        /// Their id.
        person: PersonId,
        /// Whether they have access to sealed incidents.
        security: bool,
    },
}

impl Viewer {
    /// Whether this is a member of the vendor's staff.
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
