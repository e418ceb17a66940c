//! What is sent of an event, and to whom: the only way from the log to other systems.

use callpoint_core::model::{
    event::{Change, Event, Page, PageTarget},
    id::PersonId,
    incident::{Incident, Status},
    person::Viewer,
    severity::{Scheme, Severity},
    time::Time,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::config::Recipient;

/// What a webhook posts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookMessage {
    /// `incident.` and what happened: `paged`, `declared`, `opened`, `disputed`, `reopened` or `overdue`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened, as RFC 3339.
    pub timestamp: String,
    /// The event and its incident.
    pub data: WebhookData,
}

/// The content of a message.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookData {
    /// What happened.
    pub event: Event,
    /// The incident that it happened in.
    pub incident: WebhookIncident,
}

/// An incident in a few words, as it is when they are sent.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookIncident {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Its class.
    pub class: String,
    /// Where the work stands.
    pub status: Status,
    /// The effective severity, if it has one.
    pub severity: Option<Severity>,
    /// That severity's name.
    pub level: String,
    /// Whether it is a rehearsal.
    pub drill: bool,
    /// Where people read on.
    pub link: String,
}

/// What messages are made with.
#[derive(Debug)]
pub(super) struct MessageBuilder {
    /// How people reach this server.
    pub site: String,
    pub scheme: Scheme,
    /// Whether drills are sent too.
    pub drills: bool,
}

impl Recipient {
    /// Under which it keeps its place in the log.
    pub fn name(&self) -> String {
        match self {
            Self::Vendor => "webhook".to_owned(),
            Self::Security => "webhook security".to_owned(),
            Self::Account(account) => format!("webhook account {account}"),
        }
    }

    /// The viewer that messages are filtered for. A seal never opens to an account's connector: it is nobody's person.
    fn viewer(&self) -> Option<Viewer> {
        let person = PersonId::parse("callpoint")?;
        Some(match self {
            Self::Vendor => Viewer::Staff { person, security: false },
            Self::Security => Viewer::Staff { person, security: true },
            Self::Account(account) => Viewer::Customer { person, account: account.clone() },
        })
    }

    /// Whether something of this kind, sealed or not, goes this way at all.
    pub fn takes(&self, change: &Change, sealed: bool) -> bool {
        let theirs = match change {
            Change::Paged(Page { whom: PageTarget::Account(whom), .. }) => Some(whom),
            _ => None,
        };
        match self {
            Self::Vendor => !sealed && theirs.is_none(),
            Self::Security => sealed && theirs.is_none(),
            Self::Account(account) => !sealed && theirs == Some(account),
        }
    }
}

/// What happened, in a word; `None` for what is nobody's call.
const fn kind(change: &Change) -> Option<&'static str> {
    match change {
        Change::Paged(_) => Some("incident.paged"),
        Change::Declared { .. } => Some("incident.declared"),
        Change::Opened { .. } => Some("incident.opened"),
        Change::Disputed { .. } => Some("incident.disputed"),
        Change::Reopened { .. } => Some("incident.reopened"),
        Change::Overdue { .. } => Some("incident.overdue"),
        Change::Acknowledged {}
        | Change::Advised { .. }
        | Change::Assessed { .. }
        | Change::ComponentDefined(_)
        | Change::ComponentMoved { .. }
        | Change::Confirmed { .. }
        | Change::DowngradeProposed { .. }
        | Change::DowngradeRefused { .. }
        | Change::EngagementSet { .. }
        | Change::Followed { .. }
        | Change::Invited { .. }
        | Change::InvitedByEmail { .. }
        | Change::Joined { .. }
        | Change::Lowered { .. }
        | Change::Merged { .. }
        | Change::Moved { .. }
        | Change::OthersAffected {}
        | Change::Overridden { .. }
        | Change::PageHandled { .. }
        | Change::Paused { .. }
        | Change::Promised { .. }
        | Change::Proposed { .. }
        | Change::Published(_)
        | Change::Read { .. }
        | Change::ReminderDelivered { .. }
        | Change::Reminded { .. }
        | Change::Revealed { .. }
        | Change::RoleReleased { .. }
        | Change::RoleTaken { .. }
        | Change::Said { .. }
        | Change::Sealed { .. }
        | Change::SeveritySet { .. }
        | Change::TimedOut { .. }
        | Change::Unsealed { .. }
        | Change::Updated { .. }
        | Change::Waived { .. }
        | Change::WarRoomSet { .. }
        | Change::Withdrawn {}
        | Change::WorkaroundFound { .. } => None,
    }
}

/// Whether a message can come of this at all, so that its incident is worth loading.
pub(super) const fn is_sent(event: &Event) -> bool {
    kind(&event.change).is_some()
}

impl MessageBuilder {
    /// The message for a recipient, given the incident as it is now; none where nothing is for them.
    pub fn message(&self, recipient: &Recipient, event: &Event, incident: &Incident) -> Option<WebhookMessage> {
        let kind = kind(&event.change)?;
        let sealed = event.seal.is_some() || incident.seal.is_some();
        if !recipient.takes(&event.change, sealed) || (incident.drill && !self.drills) {
            return None;
        }
        let viewer = recipient.viewer()?;
        let event = event.seen_by(&viewer)?;
        let incident = self.summary(recipient, &incident.seen_by(&viewer)?);
        Some(WebhookMessage {
            kind: kind.to_owned(),
            timestamp: moment(event.at),
            data: WebhookData { event, incident },
        })
    }

    fn summary(&self, recipient: &Recipient, incident: &Incident) -> WebhookIncident {
        let severity = incident.effective_severity();
        let page = match recipient {
            Recipient::Vendor | Recipient::Security => "/console#incident=",
            Recipient::Account(_) => "/t/",
        };
        WebhookIncident {
            id: incident.id.to_string(),
            reference: incident.reference.clone(),
            title: incident.title.clone(),
            class: incident.class.clone(),
            status: incident.status,
            severity,
            level: severity.map_or("", |severity| self.scheme.name(severity)).to_owned(),
            drill: incident.drill,
            link: format!("{}{page}{}", self.site, incident.id),
        }
    }
}

fn moment(at: Time) -> String {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_string()
}
