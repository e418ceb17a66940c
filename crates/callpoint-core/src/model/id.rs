//! Identifiers. Incidents and commands have UUIDv7s that the client generates before the first attempt, so that a retry
//! carries the same one. People, accounts and components have the vendor's own identifiers.

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::model::{limits::NAME_ID_LIMIT, time::Time};

/// The sequence number of an event in the log, from 1 without gaps. 0 is the empty log.
pub type Seq = u64;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Generates a UUIDv7 from a timestamp and random bits.
            #[must_use]
            pub fn new(now: Time, random: u128) -> Self {
                Self(uuid_v7(now, random))
            }

            /// Parses the hyphenated form; `None` for anything else.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                parse_uuid(text).map(Self)
            }

            /// The hyphenated form.
            #[must_use]
            pub fn text(self) -> String {
                uuid_text(self.0)
            }

            /// When it was made, by the clock of whoever made it.
            #[must_use]
            pub fn made_at(self) -> Time {
                made_at(self.0)
            }
        }


        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.text())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom("an id is a UUID with its hyphens"))
            }
        }
    )*};
}

uuid_ids! {
    /// An incident. The report that opens one gives it its own id.
    IncidentId;
    /// A command: the idempotency key of the request. All events that it causes carry it.
    CommandId;
    /// A file that somebody attaches; made by whoever uploads it.
    AttachmentId;
}

/// The layout of RFC 9562, section 5.7; the low 80 bits of `random` are used.
fn uuid_v7(now: Time, random: u128) -> Uuid {
    let milliseconds = now.0.max(0).unsigned_abs();
    let [_, _, _, _, _, _, random @ ..] = random.to_be_bytes();
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
}

/// What [`uuid_v7`] was given.
fn made_at(uuid: Uuid) -> Time {
    Time(i64::try_from(uuid.as_u128() >> 80).unwrap_or_default())
}

/// Parses the hyphenated form only; the `uuid` crate would also accept others.
fn parse_uuid(text: &str) -> Option<Uuid> {
    (text.len() == uuid::fmt::Hyphenated::LENGTH).then(|| Uuid::try_parse(text).ok())?
}

fn uuid_text(uuid: Uuid) -> String {
    uuid.hyphenated().to_string()
}

macro_rules! name_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Parses 1 to 128 bytes without control characters; `None` for anything else.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                is_name_id(text).then(|| Self(text.to_owned()))
            }

            /// The identifier as the vendor wrote it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The identifier as an owned string.
            #[must_use]
            pub fn text(&self) -> String {
                self.0.clone()
            }
        }


        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                if is_name_id(&text) {
                    Ok(Self(text))
                } else {
                    Err(serde::de::Error::custom("an id has 1 to 128 bytes and no control characters"))
                }
            }
        }
    )*};
}

fn is_name_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= NAME_ID_LIMIT && !text.chars().any(char::is_control)
}

name_ids! {
    /// A person, customer or staff. A customer's is the `sub` claim of their token.
    PersonId;
    /// A customer organisation, by the vendor's own identifier.
    AccountId;
    /// A component of the product.
    ComponentId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_id_is_a_version_7_uuid_that_sorts_by_time() {
        let early = IncidentId::new(Time(1_700_000_000_000), u128::MAX);
        let late = IncidentId::new(Time(1_700_000_000_001), 0);
        assert_eq!(early.0.get_version_num(), 7);
        assert_eq!(early.0.get_variant(), uuid::Variant::RFC4122);
        assert!(early < late);
        assert_eq!(IncidentId::parse(&early.to_string()), Some(early));
        assert_eq!(IncidentId::parse(&late.to_string().to_uppercase()), Some(late));
    }

    #[test]
    fn the_hyphenated_form_and_no_other_is_an_id() {
        let uuid = Uuid::from_u128(0x0192_3456_789a_7bcd_8ef0_1234_5678_9abc);
        let text = uuid.hyphenated().to_string();
        assert_eq!(IncidentId(uuid).text(), text);
        assert_eq!(IncidentId::parse(&text), Some(IncidentId(uuid)));
        let wrong = [uuid.simple().to_string(), uuid.urn().to_string(), text.replace('-', "0"), text.replace('a', "g")];
        for wrong in wrong.iter().map(String::as_str).chain(["", &text[1..], &[&text, "0"].concat()]) {
            assert_eq!(IncidentId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ids_of_the_vendor_are_bounded_and_printable() {
        assert!(AccountId::parse("acme").is_some());
        assert!(AccountId::parse("").is_none());
        assert!(AccountId::parse("a\nb").is_none());
        assert!(AccountId::parse(&"x".repeat(NAME_ID_LIMIT + 1)).is_none());
    }
}
