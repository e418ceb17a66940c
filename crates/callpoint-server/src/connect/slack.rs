//! Slack, by incoming webhooks: what people talk about when it happens. It calls nobody, so no page goes this way.

use std::sync::Arc;

use callpoint_core::{
    model::{
        event::{Change, Duty, Event},
        incident::Incident,
        time::Time,
    },
    rules::notifications::{sentence, signature},
    text::{self, fill, say},
};
use reqwest::Url;
use serde_json::json;

use super::connector::{Connector, Message, MessageContext};
use crate::{config::Recipient, store::StoredDelivery};

/// What Slack takes for a header, and for the text of a section.
const HEADER: usize = 150;
const SECTION: usize = 3000;

/// A channel.
pub(super) struct Slack {
    pub recipient: Recipient,
    pub url: Url,
    /// Whether drills are sent too.
    pub drills: bool,
    pub context: Arc<MessageContext>,
}

impl Connector for Slack {
    fn kind(&self) -> &'static str {
        "slack"
    }

    fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    fn calls(&self) -> bool {
        false
    }

    fn concerns(&self, event: &Event) -> bool {
        about(&event.change).is_some()
    }

    fn about(&self, event: &Event, incident: &Incident) -> Option<&'static str> {
        let goes = self.recipient.takes(event, incident) && (self.drills || !incident.drill);
        about(&event.change).filter(|_| goes)
    }

    fn groups(&self) -> bool {
        true
    }

    fn message(&self, _: &StoredDelivery, events: &[Event], incident: &Incident, _: Time) -> Option<Message> {
        let viewer = self.recipient.viewer()?;
        let goes = events.iter().filter(|event| self.about(event, incident).is_some());
        let events: Vec<Event> = goes.filter_map(|event| event.seen_by(&viewer)).collect();
        let incident = incident.seen_by(&viewer).filter(|_| !events.is_empty())?;
        let level = incident.effective_severity().map(|severity| format!(" {}", self.context.scheme.name(severity)));
        let header = format!("{}{}: {}", incident.reference, level.unwrap_or_default(), incident.title);
        let lines = events.iter().filter_map(|event| self.line(event, &incident)).map(|line| escaped(&line));
        let lines: String = lines.collect::<Vec<_>>().join("\n").chars().take(SECTION).collect();
        let link = self.recipient.link(&self.context.site, &incident);
        let foot = format!("{} · <{link}|{}>", escaped(say(incident.status.label())), escaped(&incident.reference));
        let mut blocks = vec![json!({
            "type": "header",
            "text": { "type": "plain_text", "text": header.chars().take(HEADER).collect::<String>() },
        })];
        if !lines.is_empty() {
            blocks.push(json!({ "type": "section", "text": { "type": "mrkdwn", "text": lines, "verbatim": true } }));
        }
        blocks.push(json!({ "type": "context", "elements": [{ "type": "mrkdwn", "text": foot, "verbatim": true }] }));
        let body = json!({ "text": escaped(&header), "blocks": blocks, "unfurl_links": false }).to_string();
        Some(Message { url: self.url.clone(), headers: Vec::new(), body, secret: String::new() })
    }
}

impl Slack {
    /// What happened, in a sentence; none where the header says it all.
    fn line(&self, event: &Event, incident: &Incident) -> Option<String> {
        let name = signature(&event.by, &self.context.vendor);
        let did = |what: &str| Some(fill(text::NOTIFY_BY, &[("name", name), ("what", what)]));
        match &event.change {
            Change::Acknowledged {} => did(say(text::ENTRY_ACKNOWLEDGED)),
            Change::Moved { status } => did(&fill(text::ENTRY_MOVED, &[("status", say(status.label()))])),
            Change::Overdue { duty } => Some(match duty {
                Duty::Acknowledge => say(text::ENTRY_ACKNOWLEDGE_OVERDUE).to_owned(),
                Duty::Reply => say(text::ENTRY_REPLY_OVERDUE).to_owned(),
                Duty::Promise => say(text::ENTRY_PROMISE_MISSED).to_owned(),
                Duty::Update | Duty::Commander => say(text::ENTRY_UPDATE_OVERDUE).to_owned(),
            }),
            _ => sentence(event, incident, false, &self.context.vendor, &self.context.scheme, true),
        }
    }
}

/// What a message is about, in a word; none for what nobody talks about.
const fn about(change: &Change) -> Option<&'static str> {
    match change {
        Change::Declared { .. } => Some("incident.declared"),
        Change::Opened { .. } => Some("incident.opened"),
        Change::Joined { .. } => Some("incident.joined"),
        Change::Acknowledged {} => Some("incident.acknowledged"),
        Change::Moved { .. } => Some("incident.moved"),
        Change::Updated { .. } => Some("incident.updated"),
        Change::Disputed { .. } => Some("incident.disputed"),
        Change::Reopened { .. } => Some("incident.reopened"),
        Change::Overdue { duty: Duty::Commander } => None,
        Change::Overdue { .. } => Some("incident.overdue"),
        _ => None,
    }
}

/// As Slack wants text that is none of its markup; what it would make a mention or a link of is words.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
