//! Errors in one format: a stable code for programs, a sentence for people, and the invalid field, if any.

use serde::{Deserialize, Serialize};

/// A constraint that a field violates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// It is required.
    Missing,
    /// It has more than this many characters (or entries).
    TooLong(usize),
    /// It names something that does not exist.
    Unknown,
    /// It must lie in the future.
    Past,
    /// The maximum number is reached.
    TooMany(usize),
    /// It is less than this.
    TooSmall(u32),
    /// It is more than this.
    TooLarge(u32),
    /// It must be less severe than what counts now.
    NotLower,
    /// It is malformed.
    Malformed,
    /// It is no e-mail address.
    NotAnAddress,
    /// It is no number.
    NotANumber,
    /// It is no day.
    NotADate,
    /// It is less than the vendor takes there, or before it.
    Below,
    /// It is more than the vendor takes there, or after it.
    Above,
}

/// An invalid field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct Invalid {
    /// The field's name, as in the JSON body.
    pub field: &'static str,
    /// The part of it that is invalid, where it has parts with names.
    pub part: Option<String>,
    /// What it must not be below or above, where that is the rule.
    pub bound: String,
    /// The constraint it violates.
    pub rule: Constraint,
}

impl Invalid {
    /// `field` broke `rule`.
    #[must_use]
    pub const fn new(field: &'static str, rule: Constraint) -> Self {
        Self { field, part: None, bound: String::new(), rule }
    }

    /// The field's name, with that of its part behind a point.
    #[must_use]
    pub fn name(&self) -> String {
        let part = self.part.iter().flat_map(|part| [".", part.as_str()]);
        [self.field].into_iter().chain(part).collect()
    }

    fn sentence(&self) -> String {
        let field = &*self.name();
        match self.rule {
            Constraint::Missing => ["`", field, "` is required."].concat(),
            Constraint::TooLong(limit) => {
                ["`", field, "` is too long: the limit is ", &limit.to_string(), "."].concat()
            }
            Constraint::Unknown => ["`", field, "` refers to something that doesn't exist."].concat(),
            Constraint::Past => ["`", field, "` must be in the future."].concat(),
            Constraint::TooMany(limit) => ["`", field, "` is at its limit of ", &limit.to_string(), "."].concat(),
            Constraint::TooSmall(least) => ["`", field, "` must be at least ", &least.to_string(), "."].concat(),
            Constraint::TooLarge(most) => ["`", field, "` must be at most ", &most.to_string(), "."].concat(),
            Constraint::NotLower => ["`", field, "` must be less severe than the current severity."].concat(),
            Constraint::Malformed => ["`", field, "` isn't valid."].concat(),
            Constraint::NotAnAddress => ["`", field, "` must be an email address, such as ben@example.com."].concat(),
            Constraint::NotANumber => ["`", field, "` must be a number, such as 12.5."].concat(),
            Constraint::Below => ["`", field, "` must not be below ", &self.bound, "."].concat(),
            Constraint::Above => ["`", field, "` must not be above ", &self.bound, "."].concat(),
            Constraint::NotADate => ["`", field, "` must be a day, such as 2026-11-27."].concat(),
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal, $sentence:literal;)*) => {
        /// A stable error code for programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
            /// A code of a later version of the protocol.
            #[serde(other)]
            Other,
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* Self::Other => "other" }
            }

            /// Its HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* Self::Other => 500 }
            }

            /// What happened and what to do, in a sentence for people.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* Self::Other => "Something went wrong." }
            }
        }
    };
}

impl ErrorCode {
    /// Whether people meet it who use the product, and not only programs and staff: its sentence has words in every language.
    #[must_use]
    pub const fn is_for_people(self) -> bool {
        use ErrorCode as Code;
        match self {
            Code::Unauthenticated
            | Code::TokenExpired
            | Code::Forbidden
            | Code::NotFound
            | Code::InFlight
            | Code::NothingProposed
            | Code::NoDowngrade
            | Code::AlreadyJoined
            | Code::TooLate
            | Code::StillOpen
            | Code::Merged
            | Code::UnknownColleague
            | Code::NothingNew
            | Code::Closed
            | Code::Sealed
            | Code::TooLarge
            | Code::FileTooLarge
            | Code::FileType
            | Code::FileQuota
            | Code::FileMissing
            | Code::RateLimited
            | Code::Internal
            | Code::Unavailable => true,
            Code::Malformed
            | Code::TooSlow
            | Code::KeyMissing
            | Code::TokenInvalid
            | Code::MethodNotAllowed
            | Code::AlreadyAcknowledged
            | Code::AlreadyProposed
            | Code::CustomersCall
            | Code::CantMerge
            | Code::NobodyHolds
            | Code::Drill
            | Code::AlreadyShared
            | Code::NotSealed
            | Code::NotCleared
            | Code::NeedsConfirmation
            | Code::UnsupportedMedia
            | Code::OffsetConflict
            | Code::Invalid
            | Code::KeyReused
            | Code::Other => false,
        }
    }
}

codes! {
    /// The request is malformed.
    Malformed = "malformed", 400, "We couldn't read this request. Check its format and try again.";
    /// A write lacks its `Idempotency-Key`.
    KeyMissing = "key_missing", 400, "Add an Idempotency-Key header with a new UUID for this write.";
    /// No token or session.
    Unauthenticated = "unauthenticated", 401, "Sign in first.";
    /// The token is invalid.
    TokenInvalid = "token_invalid", 401, "This token isn't valid. Get a new one and try again.";
    /// The token has expired.
    TokenExpired = "token_expired", 401, "This token has expired. Get a new one and try again.";
    /// Authenticated, but not permitted.
    Forbidden = "forbidden", 403, "You don't have permission to do this.";
    /// Not found, or not visible to the caller.
    NotFound = "not_found", 404, "We can't show you this. If it's yours, sign in first.";
    /// The method does not exist on this path.
    MethodNotAllowed = "method_not_allowed", 405, "This address doesn't support that method.";
    /// A write with the same key is still in progress.
    InFlight = "in_flight", 409, "This request is still being processed. Try again in a moment.";
    /// It is acknowledged already.
    AlreadyAcknowledged = "already_acknowledged", 409, "This incident is already acknowledged.";
    /// A proposal waits for an answer.
    AlreadyProposed = "already_proposed", 409, "A resolution is already waiting for the customer's reply.";
    /// There is no proposal to answer.
    NothingProposed = "nothing_proposed", 409, "No resolution is waiting for your reply.";
    /// There is no downgrade to answer.
    NoDowngrade = "no_downgrade", 409, "No downgrade is waiting for your reply.";
    /// The engagement leaves this decision to the customer.
    CustomersCall = "customers_call", 409, "Only the customer can decide this under their engagement. Send a proposal instead.";
    /// The account has a stake already.
    AlreadyJoined = "already_joined", 409, "Your account is already part of this incident. Reply in its thread.";
    /// The time in which it can be reopened is over.
    TooLate = "too_late", 409, "It's too late to reopen this. Send a new report and mention this incident.";
    /// It is not closed, so it can't be reopened.
    StillOpen = "still_open", 409, "This incident is still open. Reply in its thread.";
    /// It was merged into another incident.
    Merged = "merged", 409, "This incident was merged into another one. Continue there.";
    /// The two incidents can't be merged.
    CantMerge = "cant_merge", 409, "These incidents can't be merged. Both must be open and not sealed, both or neither a drill, and a public incident can't be merged into one that isn't.";
    /// The role is unassigned.
    NobodyHolds = "nobody_holds", 409, "No one has this role.";
    /// A drill can't be published.
    Drill = "drill", 409, "This is a drill, so it can't be made public.";
    /// More people than one account's know it.
    AlreadyShared = "already_shared", 409, "Others can already see this, so it can't be sealed. Open a new sealed incident for anything confidential.";
    /// It is not sealed.
    NotSealed = "not_sealed", 409, "This incident isn't sealed.";
    /// A seal does not open to them.
    NotCleared = "not_cleared", 409, "They can't see this sealed incident. Give them access first, or choose someone who has it.";
    /// No colleague has this id.
    UnknownColleague = "unknown_colleague", 422, "We don't know this colleague. Choose someone from the list, or enter their email address.";
    /// The command would change nothing.
    NothingNew = "nothing_new", 409, "Nothing to change. It's already set this way.";
    /// It is closed.
    Closed = "closed", 409, "This incident is closed.";
    /// An account has not been asked whether it is over.
    NeedsConfirmation = "needs_confirmation", 409, "Not every account has been asked yet. Propose a resolution first, then resolve.";
    /// Sealed incidents never become public.
    Sealed = "sealed", 409, "A sealed incident can't be made public or shared.";
    /// The body took too long to arrive.
    TooSlow = "too_slow", 408, "The request took too long to arrive. It's safe to send it again.";
    /// The body is too large.
    TooLarge = "too_large", 413, "This request is too large.";
    /// The body is not JSON, or its `Content-Type` is not.
    UnsupportedMedia = "unsupported_media", 415, "Send JSON with the header Content-Type: application/json.";
    /// A file is larger than the limit.
    FileTooLarge = "file_too_large", 413, "This file is too large. Attach a smaller one.";
    /// A file is of a type that nobody may attach.
    FileType = "file_type", 415, "Files of this type can't be attached. Try a picture, a PDF, a text file or a zip.";
    /// The account has uploaded as much as it may for now.
    FileQuota = "file_quota", 429, "Too many files today. Send your message without this one, and attach it tomorrow.";
    /// A part of a file does not begin where the last one ended.
    OffsetConflict = "offset_conflict", 409, "This part doesn't begin where the last one ended. Ask where to go on: send the POST of this file again.";
    /// A command names a file that is not there for it.
    FileMissing = "file_missing", 422, "A file isn't here any more. Attach it again, or send without it.";
    /// A field is invalid.
    Invalid = "invalid", 422, "A field isn't valid.";
    /// The `Idempotency-Key` was used for a different write.
    KeyReused = "key_reused", 422, "This Idempotency-Key was already used for a different request. Use a new one.";
    /// Too many requests.
    RateLimited = "rate_limited", 429, "Too many requests. Try again in a moment.";
    /// An internal error; it is logged.
    Internal = "internal", 500, "Something went wrong on our side. It's safe to try again.";
    /// Temporarily unavailable.
    Unavailable = "unavailable", 503, "Not available right now. It's safe to try again in a moment.";
}

/// An error response: an RFC 9457 problem document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{detail}")]
pub struct ApiError {
    /// The HTTP status, repeated.
    pub status: u16,
    /// The stable code.
    pub code: ErrorCode,
    /// What happened, the same for every problem of this code.
    pub title: String,
    /// What happened this time, and what to do.
    pub detail: String,
    /// The invalid field, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        let sentence = code.sentence().to_owned();
        Self { status: code.status(), code, title: sentence.clone(), detail: sentence, field: None }
    }
}

impl From<Invalid> for ApiError {
    fn from(invalid: Invalid) -> Self {
        let field = Some(invalid.name());
        Self { detail: invalid.to_string(), field, ..ErrorCode::Invalid.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_on_the_wire_is_the_one_that_is_documented() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
