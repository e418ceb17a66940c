//! Bodies and paths on the wire. `/v1`, JSON; every write carries its client-made id as `Idempotency-Key`.

use serde::{Deserialize, Serialize, Serializer};

use crate::{
    model::{
        command::{AccountCommand, ComponentCommand, IncidentCommand},
        component::Component,
        escalation::EscalationPolicy,
        event::Event,
        field::ReportField,
        id::{AccountId, CommandId, ComponentId, IncidentId, PersonId, Seq},
        incident::Incident,
        opening::Opening,
        person::{Account, PersonRef, Viewer},
        policy::Class,
        report::ReportDraft,
        severity::Scheme,
        time::Time,
    },
    rules::{headline::Headline, notifications::NotificationKind, state::State},
};

/// `GET` with a language's tag behind it: the words of that language.
pub const LOCALES: &str = "/v1/locales";

/// `POST`: declare a report. Body [`ReportDraft`], answer 201 [`Receipt`](crate::model::report::Receipt).
pub const REPORTS: &str = "/v1/reports";
/// `GET`: a [`Snapshot`] for whoever asks.
pub const STATUS: &str = "/v1/status";
/// `GET`: the caller's incidents; `POST`: an [`Opening`], by staff; `/{id}`: a [`Thread`]; `POST /{id}/commands`.
pub const INCIDENTS: &str = "/v1/incidents";
/// `POST /{id}/commands`: a [`ComponentCommand`].
pub const COMPONENTS: &str = "/v1/components";
/// `POST /{id}/commands`: an [`AccountCommand`].
pub const ACCOUNTS: &str = "/v1/accounts";
/// `GET ?text=&component=`: incidents that may be the same as what somebody is about to report: [`Suggestions`].
pub const SUGGESTIONS: &str = "/v1/suggestions";
/// `GET`: the stream.
pub const EVENTS: &str = "/v1/events";
/// `POST`: exchange a one-time link for a session; `DELETE`: sign out. Staff only.
pub const STAFF_SESSION: &str = "/v1/staff/session";
/// `GET`: the members of staff, for staff.
pub const STAFF: &str = "/v1/staff";
/// `GET`, `PUT`: the caller's notification preferences: [`Preferences`].
pub const PREFERENCES: &str = "/v1/preferences";
/// `POST`: begin to upload a file, body
/// [`NewAttachment`](crate::model::attachment::NewAttachment); `PATCH /{id}`: a part of it; both answer
/// [`Upload`](crate::model::attachment::Upload). `GET /{id}`: the file, for whoever may see its entry.
pub const ATTACHMENTS: &str = "/v1/attachments";
/// The header that says at which byte a part of a file begins.
pub const UPLOAD_OFFSET: &str = "Upload-Offset";
/// The least and the most bytes of one part of a file; the last may be smaller.
pub const PART_LIMITS: [usize; 2] = [64 * 1024, 1024 * 1024];
/// The header that carries a write's id.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// The stream frame that carries a [`Snapshot`] and starts the fold anew.
pub const RESET: &str = "reset";
/// The largest body a write may have, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// Everything that the caller may know now: answer of `GET /v1/status`, and the data of a `reset` frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Snapshot {
    /// The last event folded in.
    pub seq: Seq,
    /// The server's time.
    pub now: Time,
    /// The vendor.
    pub vendor: Vendor,
    /// The caller.
    pub you: You,
    /// The headline for the caller.
    pub headline: Headline,
    /// Every component, in order of position.
    pub components: Vec<Component>,
    /// Every open incident that the caller may see, and those of their account (for staff: of all) that ended in the
    /// last 14 days; the latest first.
    pub incidents: Vec<Incident>,
}

/// The vendor that runs this deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Vendor {
    /// Its name, as customers know it.
    pub name: String,
    /// The severity scheme.
    pub scheme: Scheme,
    /// The classes that a report may name, besides `service`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Class>,
    /// The vendor's own fields of the report form, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ReportField>,
    /// The roles on an incident.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Who is paged for which incidents, for staff alone: who is on call is nothing that customers may know. The widget
    /// does without reading it.
    #[cfg_attr(feature = "staff", serde(default, skip_serializing_if = "Vec::is_empty"))]
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    pub escalations: Vec<EscalationPolicy>,
}

/// The notification preferences of the caller: answer of `GET` and `PUT /v1/preferences`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Preferences {
    /// Their email address, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The kinds that they have unsubscribed from.
    pub unwanted: Vec<NotificationKind>,
}

/// Body of `PUT /v1/preferences`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PreferencesRequest {
    /// The kinds that the caller unsubscribes from.
    pub unwanted: Vec<NotificationKind>,
}

impl Vendor {
    /// Whether anything can be reported here: without levels it is a status page, which is only read.
    #[must_use]
    pub const fn takes_reports(&self) -> bool {
        !self.scheme.levels.is_empty()
    }
}

/// The caller, as authenticated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct You {
    /// Their id; none for anonymous visitors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Their name; empty for anonymous visitors.
    #[serde(default)]
    pub name: String,
    /// Their account; none for staff and anonymous visitors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// Whether they are staff.
    #[serde(default)]
    pub staff: bool,
    /// Whether they have access to sealed incidents.
    #[serde(default)]
    pub security: bool,
    /// Whether the vendor's configuration names them as an executive; for staff alone, so the widget's bundle does
    /// without reading it.
    #[cfg_attr(feature = "staff", serde(default, skip_serializing_if = "core::ops::Not::not"))]
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    pub executive: bool,
    /// Whether they may report although they are not signed in.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub guest: bool,
}

impl You {
    /// Whether they may report.
    #[must_use]
    pub const fn may_report(&self) -> bool {
        self.person.is_some() || self.guest
    }

    /// The viewer that decides what they may see.
    #[must_use]
    pub fn viewer(&self) -> Viewer {
        match (&self.person, &self.account) {
            (Some(person), _) if self.staff => Viewer::Staff { person: person.clone(), security: self.security },
            (Some(person), Some(account)) => Viewer::Customer { person: person.clone(), account: account.id.clone() },
            _ => Viewer::Anonymous,
        }
    }
}

/// One incident with its timeline: answer of `GET /v1/incidents/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Thread {
    /// The last event of the log when this was read.
    pub seq: Seq,
    /// The facts.
    pub incident: Incident,
    /// The entries that the caller may see, the earliest first.
    pub entries: Vec<Event>,
}

/// Answer of `GET /v1/incidents`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Incidents {
    /// The latest first.
    pub incidents: Vec<Incident>,
    /// Pass as `before` for the next page; none on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Answer of `GET /v1/suggestions`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Suggestions {
    /// Open incidents that the caller may see, and past ones with a known workaround; the likeliest first.
    pub incidents: Vec<Incident>,
}

/// Answer of `GET /v1/staff`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StaffDirectory {
    /// Everybody whose access is not revoked, by name.
    pub staff: Vec<StaffProfile>,
}

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StaffProfile {
    /// Their id.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their job title, as customers read it.
    pub title: String,
    /// Whether sealed incidents are open to them.
    #[serde(default)]
    pub security: bool,
}

/// Body of `POST /v1/staff/session`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignInRequest {
    /// The token of the one-time link.
    pub invite: String,
}

/// Answer of `GET /v1/incidents/{id}/colleagues`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Colleagues {
    /// Those of the caller's own account whom it could be opened to, by name.
    pub colleagues: Vec<PersonRef>,
}

/// Where the colleagues are asked for to whom a sealed incident could be opened: [`Colleagues`].
#[must_use]
pub fn colleagues_path(incident: &str) -> String {
    [INCIDENTS, "/", incident, "/colleagues"].concat()
}

/// Where a thread is taken out as a Markdown file.
#[must_use]
pub fn export_path(incident: &str) -> String {
    [INCIDENTS, "/", incident, "/export.md"].concat()
}

/// Where it is taken out as a page to print.
#[must_use]
pub fn print_path(incident: &str) -> String {
    [INCIDENTS, "/", incident, "/export.html"].concat()
}

/// A write as a client stores it until the server's receipt; `Idempotency-Key`, path and body derive from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// The client-made id, sent as `Idempotency-Key`.
    pub id: CommandId,
    /// When it was made.
    pub at: Time,
    /// The request.
    pub request: Request,
}

/// A request of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Declare a report.
    Report(ReportDraft),
    /// Staff open an incident. The widget's bundle, which nobody of staff uses, does without it.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    Opening(Box<Opening>),
    /// A command to an incident.
    Incident(IncidentId, IncidentCommand),
    /// A command to a component.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    Component(ComponentId, ComponentCommand),
    /// A command to an account.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    Account(AccountId, AccountCommand),
}

impl Request {
    /// The path to which it is posted.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Report(_) => REPORTS.to_owned(),
            Self::Opening(_) => INCIDENTS.to_owned(),
            Self::Incident(id, _) => [INCIDENTS, "/", &id.text(), "/commands"].concat(),
            Self::Component(id, _) => [COMPONENTS, "/", &encode_segment(id.as_str()), "/commands"].concat(),
            Self::Account(id, _) => [ACCOUNTS, "/", &encode_segment(id.as_str()), "/commands"].concat(),
        }
    }

    /// The body that is posted.
    #[must_use]
    pub const fn body(&self) -> RequestBody<'_> {
        RequestBody(self)
    }

    /// Whether it declares a report.
    #[must_use]
    pub const fn is_report(&self) -> bool {
        matches!(self, Self::Report(_))
    }

    /// Whether nobody waits for its outcome.
    #[must_use]
    pub const fn is_silent(&self) -> bool {
        matches!(self, Self::Incident(_, IncidentCommand::Read { .. }))
    }

    /// Whether it agrees to what was asked when it was made, and says nothing else.
    #[must_use]
    pub const fn is_consent(&self) -> bool {
        matches!(self, Self::Incident(_, IncidentCommand::Confirm {} | IncidentCommand::AcceptDowngrade {}))
    }

    /// The incident whose thread it belongs to; a report belongs to the incident that it opens.
    #[must_use]
    pub const fn incident(&self, id: CommandId) -> Option<IncidentId> {
        match self {
            Self::Report(_) | Self::Opening(_) => Some(IncidentId(id.0)),
            Self::Incident(id, _) => Some(*id),
            Self::Component(..) | Self::Account(..) => None,
        }
    }
}

/// The body of a [`Request`], without its path.
#[derive(Clone, Copy, Debug)]
pub struct RequestBody<'a>(&'a Request);

impl Serialize for RequestBody<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Request::Report(draft) => draft.serialize(to),
            #[cfg(feature = "staff")]
            Request::Opening(opening) => opening.serialize(to),
            #[cfg(not(feature = "staff"))]
            Request::Opening(_) => to.serialize_unit(),
            Request::Incident(_, command) => command.serialize(to),
            Request::Component(_, command) => command.serialize(to),
            Request::Account(_, command) => command.serialize(to),
        }
    }
}

/// The path that searches for similar incidents; `None` while the draft is too short.
#[must_use]
pub fn suggestions_path(draft: &ReportDraft) -> Option<String> {
    let words = draft.what.trim();
    let component = draft.component.as_ref().map(|id| ["&component=", &encode_segment(id.as_str())].concat());
    (words.len() >= 4).then(|| {
        // What is longer says no more to a search.
        let words: String = words.chars().take(200).collect();
        [SUGGESTIONS, "?text=", &encode_segment(&words), &component.unwrap_or_default()].concat()
    })
}

/// One path segment, percent-encoded where RFC 3986 asks for it.
#[must_use]
pub fn encode_segment(segment: &str) -> String {
    let mut encoded = String::new();
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let hex = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase();
            encoded.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    encoded
}

impl Snapshot {
    /// The state that this snapshot holds.
    #[must_use]
    pub fn state(self) -> State {
        State::of(self.components, self.incidents)
    }
}
