//! Signed webhooks, as Standard Webhooks lays them down: what people must be called for.

use std::sync::Arc;

use callpoint_core::model::{
    event::{Change, Duty, Event},
    incident::{Incident, Status},
    severity::Severity,
    time::{SECOND, Time},
};
use reqwest::Url;
use schemars::JsonSchema;
use serde::Serialize;

use super::connector::{Connector, Message, MessageContext, PAGED, moment};
use crate::{config::Recipient, crypto::SigningSecret, store::StoredDelivery};

/// What a webhook posts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookMessage {
    /// `incident.` and what happened: `paged`, `declared`, `opened`, `disputed`, `reopened` or `overdue`; of several,
    /// `paged` if it is among them, else the first.
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
    /// What happened, as `type` says.
    pub event: Event,
    /// All that happened since the message before, in order, `event` among it.
    pub events: Vec<Event>,
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

/// A webhook.
pub(super) struct Webhook {
    pub recipient: Recipient,
    pub url: Url,
    pub secret: SigningSecret,
    /// Whether drills are sent too.
    pub drills: bool,
    pub context: Arc<MessageContext>,
}

impl Connector for Webhook {
    fn kind(&self) -> &'static str {
        "webhook"
    }

    fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    fn concerns(&self, event: &Event) -> bool {
        kind(&event.change).is_some()
    }

    fn about(&self, event: &Event, incident: &Incident) -> Option<&'static str> {
        let goes = self.recipient.takes(event, incident) && (self.drills || !incident.drill);
        kind(&event.change).filter(|_| goes)
    }

    fn groups(&self) -> bool {
        true
    }

    fn message(&self, delivery: &StoredDelivery, events: &[Event], incident: &Incident, now: Time) -> Option<Message> {
        let viewer = self.recipient.viewer()?;
        let goes = events.iter().filter(|event| self.about(event, incident).is_some());
        let events: Vec<Event> = goes.filter_map(|event| event.seen_by(&viewer)).collect();
        let page = events.iter().find(|event| matches!(event.change, Change::Paged(_)));
        let event = page.or(events.first())?.clone();
        let message = WebhookMessage {
            kind: kind(&event.change)?.to_owned(),
            timestamp: moment(event.at),
            data: WebhookData { event, events, incident: self.summary(&incident.seen_by(&viewer)?) },
        };
        let id = delivery.id.as_str();
        let (body, timestamp) = (serde_json::to_string(&message).ok()?, now.0.div_euclid(SECOND));
        let headers = vec![
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", timestamp.to_string()),
            ("webhook-signature", self.secret.sign(id, timestamp, &body)),
        ];
        Some(Message { url: self.url.clone(), headers, body, secret: String::new() })
    }
}

impl Webhook {
    fn summary(&self, incident: &Incident) -> WebhookIncident {
        let severity = incident.effective_severity();
        WebhookIncident {
            id: incident.id.to_string(),
            reference: incident.reference.clone(),
            title: incident.title.clone(),
            class: incident.class.clone(),
            status: incident.status,
            severity,
            level: severity.map_or("", |severity| self.context.scheme.name(severity)).to_owned(),
            drill: incident.drill,
            link: self.recipient.link(&self.context.site, incident),
        }
    }
}

/// What happened, in a word; `None` for what is nobody's call.
const fn kind(change: &Change) -> Option<&'static str> {
    match change {
        Change::Paged(_) => Some(PAGED),
        Change::Declared { .. } => Some("incident.declared"),
        Change::Opened { .. } => Some("incident.opened"),
        Change::Disputed { .. } => Some("incident.disputed"),
        Change::Reopened { .. } => Some("incident.reopened"),
        // Somebody is paged when nobody takes the command up; until then it calls nobody.
        Change::Overdue { duty: Duty::Commander, .. } => None,
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
