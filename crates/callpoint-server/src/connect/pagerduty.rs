//! PagerDuty, by its Events API v2: an incident is one alert, triggered by each page, acknowledged and resolved with it.

use std::sync::Arc;

use callpoint_core::model::{
    event::{Change, Event, Page, PageTarget},
    incident::Incident,
    person::Author,
    response::Response,
    severity::Severity,
    time::Time,
};
use reqwest::Url;
use serde::Serialize;

use super::connector::{Connector, Message, MessageContext, PAGED, moment};
use crate::{
    config::{Recipient, RoutingKey},
    store::StoredDelivery,
};

/// Longer summaries are cut there.
const SUMMARY: usize = 1024;

const ACKNOWLEDGED: &str = "incident.acknowledged";

const RESOLVED: &str = "incident.resolved";

/// A service of PagerDuty.
pub(super) struct PagerDuty {
    pub recipient: Recipient,
    pub routing_key: RoutingKey,
    pub url: Url,
    /// Whether drills are sent too.
    pub drills: bool,
    pub context: Arc<MessageContext>,
}

/// An event, as PagerDuty takes it.
#[derive(Serialize)]
struct Alert<'a> {
    routing_key: &'a str,
    event_action: Action,
    dedup_key: String,
    #[serde(flatten)]
    trigger: Option<Trigger>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Trigger,
    Acknowledge,
    Resolve,
}

/// What a trigger says beside the key of its alert.
#[derive(Serialize)]
struct Trigger {
    payload: Payload,
    client: &'static str,
    client_url: String,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Payload {
    summary: String,
    source: String,
    severity: &'static str,
    timestamp: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    component: String,
    class: String,
    custom_details: Details,
}

#[derive(Serialize)]
struct Details {
    reference: String,
    level: String,
    paged: Vec<String>,
}

#[derive(Serialize)]
struct Link {
    href: String,
    text: String,
}

impl Connector for PagerDuty {
    fn kind(&self) -> &'static str {
        "pagerduty"
    }

    fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    fn concerns(&self, event: &Event) -> bool {
        match &event.change {
            Change::Paged(_) | Change::Withdrawn {} | Change::Merged { .. } => true,
            Change::Confirmed { .. } | Change::TimedOut { .. } => true,
            change => change.response() != Response::Nothing,
        }
    }

    fn about(&self, event: &Event, incident: &Incident) -> Option<&'static str> {
        let viewer = self.recipient.viewer()?;
        event.seen_by(&viewer)?;
        match self.action(event, incident)? {
            Action::Trigger => Some(PAGED),
            Action::Acknowledge => Some(ACKNOWLEDGED),
            Action::Resolve => Some(RESOLVED),
        }
    }

    fn groups(&self) -> bool {
        false
    }

    fn message(&self, delivery: &StoredDelivery, events: &[Event], incident: &Incident, _: Time) -> Option<Message> {
        let viewer = self.recipient.viewer()?;
        let seen: Vec<Event> = events.iter().filter_map(|event| event.seen_by(&viewer)).collect();
        if seen.is_empty() {
            return None;
        }
        let (event_action, trigger) = match delivery.kind.as_str() {
            PAGED => {
                let pages = seen.into_iter().filter(|event| self.recipient.takes(event, incident));
                (Action::Trigger, Some(self.trigger(&pages.collect::<Vec<_>>(), &incident.seen_by(&viewer)?)?))
            }
            ACKNOWLEDGED if !self.is_theirs(incident) => return None,
            ACKNOWLEDGED => (Action::Acknowledge, None),
            // Whoever was told of it may know that it is over, and gets nothing but its key.
            _ => (Action::Resolve, None),
        };
        let routing_key = self.routing_key.text();
        let dedup_key = format!("callpoint-{}", incident.id);
        let alert = Alert { routing_key, event_action, dedup_key, trigger };
        let (body, secret) = (serde_json::to_string(&alert).ok()?, routing_key.to_owned());
        Some(Message { url: self.url.clone(), headers: Vec::new(), body, secret })
    }
}

impl PagerDuty {
    /// What an event does to the alert, given the incident as it is by now.
    fn action(&self, event: &Event, incident: &Incident) -> Option<Action> {
        let paged = match &self.recipient {
            Recipient::Account(account) => incident.stake(account).is_some_and(|stake| stake.terms.shared_pager),
            Recipient::Vendor | Recipient::Security => true,
        };
        if !paged || (incident.drill && !self.drills) {
            return None;
        }
        let viewer = self.recipient.viewer()?;
        if matches!(event.change, Change::Withdrawn {}) {
            // From here on it is security's: for everybody else the alert is over, without a word of why.
            return (self.recipient != Recipient::Security).then_some(Action::Resolve);
        }
        if matches!(event.change, Change::Paged(_)) {
            return self.recipient.takes(event, incident).then_some(Action::Trigger);
        }
        if !self.is_theirs(incident) {
            return None;
        }
        let seen = incident.seen_by(&viewer)?;
        let turned = matches!(
            event.change,
            Change::Confirmed { .. } | Change::TimedOut { .. } | Change::Waived { .. } | Change::Overridden { .. }
        );
        let ended = seen.resolved_at == Some(event.at);
        let merged = matches!(event.change, Change::Merged { .. }) && seen.merged_into.is_some();
        let over = match &self.recipient {
            Recipient::Account(_) => !seen.is_open() && (ended || turned),
            Recipient::Vendor | Recipient::Security => !seen.status.is_open() && (ended || (turned && seen.settled())),
        };
        if over || merged {
            return Some(Action::Resolve);
        }
        let taken_up = seen.paging.as_ref().is_some_and(|paging| paging.acknowledged_at == Some(event.at));
        let theirs = matches!(self.recipient, Recipient::Account(_));
        (taken_up && !theirs && matches!(event.by, Author::Staff { .. })).then_some(Action::Acknowledge)
    }

    /// Whether this is the way for what is sealed or not, as the incident is.
    fn is_theirs(&self, incident: &Incident) -> bool {
        incident.seal.is_some() == (self.recipient == Recipient::Security)
    }

    fn trigger(&self, pages: &[Event], incident: &Incident) -> Option<Trigger> {
        let paged = pages.iter().filter_map(|event| match &event.change {
            Change::Paged(page) => Some((event.at, page)),
            _ => None,
        });
        let paged: Vec<(Time, &Page)> = paged.collect();
        let (at, page) = *paged.first()?;
        let severity = paged.iter().map(|(_, page)| page.severity).reduce(Severity::worse).unwrap_or(page.severity);
        let level = self.context.scheme.name(severity).to_owned();
        let summary = format!("{} {level}: {}", incident.reference, incident.title);
        let whom = paged.iter().map(|(_, page)| match &page.whom {
            PageTarget::OnCall(schedule) => format!("on call: {schedule}"),
            PageTarget::Staff(who) => who.name.clone(),
            PageTarget::Account(account) => account.to_string(),
        });
        let components: Vec<&str> = incident.components.iter().map(|component| component.as_str()).collect();
        let href = self.recipient.link(&self.context.site, incident);
        Some(Trigger {
            payload: Payload {
                summary: summary.chars().take(SUMMARY).collect(),
                source: self.context.site.clone(),
                severity: weight(severity),
                timestamp: moment(at),
                component: components.join(", "),
                class: incident.class.clone(),
                custom_details: Details { reference: incident.reference.clone(), level, paged: whom.collect() },
            },
            client: "Callpoint",
            client_url: href.clone(),
            links: vec![Link { href, text: incident.reference.clone() }],
        })
    }
}

/// A level of any scheme, by its place in it, as PagerDuty has it.
const fn weight(severity: Severity) -> &'static str {
    match severity.0 {
        0 | 1 => "critical",
        2 => "error",
        3 => "warning",
        _ => "info",
    }
}
