//! The Statuspage API v2: its names, enumerations, times and order, as its clients expect them.

use callpoint_core::{
    model::{
        component::{Component, ComponentStatus},
        incident::{Impact, Status},
        time::Time,
    },
    rules::headline::headline,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::{
    PublicSite,
    facts::{PublicFacts, PublicIncident, PublicUpdate},
};
use crate::crypto::derived_id;

/// How many incidents, and how many maintenances, a list has at most.
const LISTED: usize = 50;

/// A moment: RFC 3339 outside, milliseconds here.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Rfc3339(pub Time);

impl TryFrom<String> for Rfc3339 {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<Self, jiff::Error> {
        Ok(Self(Time(text.parse::<jiff::Timestamp>()?.as_millisecond())))
    }
}

impl Serialize for Rfc3339 {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&written(self.0, "%Y-%m-%dT%H:%M:%S%.3fZ"))
    }
}

/// A moment in UTC, in this form.
pub(super) fn written(time: Time, form: &str) -> String {
    let moment = jiff::Timestamp::from_millisecond(time.0).unwrap_or_default();
    moment.to_zoned(jiff::tz::TimeZone::UTC).strftime(form).to_string()
}

/// The page: the vendor.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatuspagePage {
    id: String,
    name: String,
    url: String,
    time_zone: &'static str,
    updated_at: Rfc3339,
}

/// How severe it is as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatuspageIndicator {
    /// All is fine.
    None,
    /// Planned work is going on.
    Maintenance,
    /// Degraded.
    Minor,
    /// Out for some.
    Major,
    /// Out.
    Critical,
}

/// The headline.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatuspageStatus {
    indicator: StatuspageIndicator,
    description: &'static str,
}

impl StatuspageStatus {
    /// In Statuspage's own words: there are clients that compare them.
    const fn of(condition: ComponentStatus) -> Self {
        let (indicator, description) = match condition {
            ComponentStatus::Operational => (StatuspageIndicator::None, "All Systems Operational"),
            ComponentStatus::UnderMaintenance => (StatuspageIndicator::Maintenance, "Service Under Maintenance"),
            ComponentStatus::DegradedPerformance => (StatuspageIndicator::Minor, "Minor Service Outage"),
            ComponentStatus::PartialOutage => (StatuspageIndicator::Major, "Partial System Outage"),
            ComponentStatus::MajorOutage => (StatuspageIndicator::Critical, "Major Service Outage"),
        };
        Self { indicator, description }
    }
}

/// A component.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatuspageComponent {
    id: String,
    name: String,
    status: ComponentStatus,
    created_at: Rfc3339,
    updated_at: Rfc3339,
    position: u32,
    /// Always null.
    description: Option<String>,
    showcase: bool,
    start_date: String,
    /// Always null: there are no groups.
    group_id: Option<String>,
    page_id: String,
    group: bool,
    only_show_if_degraded: bool,
}

/// What an update said of one component.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatuspageAffected {
    code: String,
    name: String,
    old_status: ComponentStatus,
    new_status: ComponentStatus,
}

/// An update.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatuspageUpdate {
    id: String,
    status: Status,
    body: String,
    incident_id: String,
    created_at: Rfc3339,
    updated_at: Rfc3339,
    display_at: Rfc3339,
    affected_components: Vec<StatuspageAffected>,
    deliver_notifications: bool,
    /// Always null.
    custom_tweet: Option<String>,
    /// Always null.
    tweet_id: Option<String>,
}

/// An incident or a maintenance.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatuspageIncident {
    id: String,
    name: String,
    status: Status,
    created_at: Rfc3339,
    updated_at: Rfc3339,
    monitoring_at: Option<Rfc3339>,
    resolved_at: Option<Rfc3339>,
    impact: Impact,
    shortlink: String,
    started_at: Rfc3339,
    page_id: String,
    /// The latest first.
    incident_updates: Vec<StatuspageUpdate>,
    components: Vec<StatuspageComponent>,
    /// Always null.
    reminder_intervals: Option<String>,
    /// Of a maintenance alone: when it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled_for: Option<Rfc3339>,
    /// Of a maintenance alone: when it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled_until: Option<Rfc3339>,
}

/// An answer of the API; each has some of the parts.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct StatuspageAnswer {
    page: Option<StatuspagePage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    components: Option<Vec<StatuspageComponent>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    incidents: Option<Vec<StatuspageIncident>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled_maintenances: Option<Vec<StatuspageIncident>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<StatuspageStatus>,
}

/// Makes the answers.
pub(super) struct StatuspageAnswers<'a> {
    pub(super) facts: &'a PublicFacts,
    pub(super) site: &'a PublicSite<'a>,
}

impl StatuspageAnswers<'_> {
    pub(super) fn summary(&self) -> Result<String, serde_json::Error> {
        self.answer(StatuspageAnswer {
            components: Some(self.all_components()),
            incidents: Some(self.list(|one| !one.is_maintenance() && one.is_open())),
            scheduled_maintenances: Some(self.list(|one| one.is_maintenance() && one.is_open())),
            status: Some(self.condition()),
            page: None,
        })
    }

    pub(super) fn status(&self) -> Result<String, serde_json::Error> {
        self.answer(StatuspageAnswer { status: Some(self.condition()), ..StatuspageAnswer::default() })
    }

    pub(super) fn components(&self) -> Result<String, serde_json::Error> {
        self.answer(StatuspageAnswer { components: Some(self.all_components()), ..StatuspageAnswer::default() })
    }

    pub(super) fn incidents(&self, open: bool) -> Result<String, serde_json::Error> {
        let incidents = Some(self.list(|one| !one.is_maintenance() && (one.is_open() || !open)));
        self.answer(StatuspageAnswer { incidents, ..StatuspageAnswer::default() })
    }

    pub(super) fn maintenances(&self, which: fn(&PublicIncident) -> bool) -> Result<String, serde_json::Error> {
        let scheduled_maintenances = Some(self.list(|one| one.is_maintenance() && which(one)));
        self.answer(StatuspageAnswer { scheduled_maintenances, ..StatuspageAnswer::default() })
    }

    fn answer(&self, parts: StatuspageAnswer) -> Result<String, serde_json::Error> {
        let page = StatuspagePage {
            id: self.page_id(),
            name: self.site.vendor.to_owned(),
            url: self.site.url.to_owned(),
            time_zone: "Etc/UTC",
            updated_at: Rfc3339(self.facts.updated_at),
        };
        serde_json::to_string(&StatuspageAnswer { page: Some(page), ..parts })
    }

    fn page_id(&self) -> String {
        derived_id(&format!("page {}", self.site.url)).simple().to_string()
    }

    fn condition(&self) -> StatuspageStatus {
        let incidents = self.facts.incidents.iter().map(|one| &one.incident);
        StatuspageStatus::of(headline(&self.facts.components, incidents).condition)
    }

    fn all_components(&self) -> Vec<StatuspageComponent> {
        self.facts.components.iter().map(|component| self.component(component)).collect()
    }

    fn component(&self, component: &Component) -> StatuspageComponent {
        StatuspageComponent {
            id: component.id.as_str().to_owned(),
            name: component.name.clone(),
            status: component.status,
            created_at: Rfc3339(self.facts.since),
            updated_at: Rfc3339(self.facts.changed(component)),
            position: component.position,
            description: None,
            showcase: true,
            start_date: written(self.facts.since, "%Y-%m-%d"),
            group_id: None,
            page_id: self.page_id(),
            group: false,
            only_show_if_degraded: false,
        }
    }

    fn list(&self, wanted: impl Fn(&PublicIncident) -> bool) -> Vec<StatuspageIncident> {
        let listed = self.facts.incidents.iter().filter(|one| wanted(one)).take(LISTED);
        listed.map(|one| self.incident(one)).collect()
    }

    fn incident(&self, one: &PublicIncident) -> StatuspageIncident {
        let incident = &one.incident;
        let named = self.facts.components.iter().filter(|component| incident.components.contains(&component.id));
        let planned = |time: Option<Time>| time.filter(|_| one.is_maintenance()).map(Rfc3339);
        StatuspageIncident {
            id: incident.id.to_string(),
            name: incident.title.clone(),
            status: incident.status,
            created_at: Rfc3339(one.created_at),
            updated_at: Rfc3339(one.updated_at),
            monitoring_at: one.monitoring_at.map(Rfc3339),
            resolved_at: incident.resolved_at.map(Rfc3339),
            impact: incident.publication.as_ref().map(|publication| publication.impact).unwrap_or_default(),
            shortlink: one.address(self.site),
            started_at: Rfc3339(incident.opened_at),
            page_id: self.page_id(),
            incident_updates: one.updates.iter().map(|update| update_of(one, update)).collect(),
            components: named.map(|component| self.component(component)).collect(),
            reminder_intervals: None,
            scheduled_for: planned(Some(incident.opened_at)),
            scheduled_until: planned(one.until.or(incident.resolved_at)),
        }
    }
}

fn update_of(one: &PublicIncident, update: &PublicUpdate) -> StatuspageUpdate {
    let incident_id = one.incident.id.to_string();
    let affected = update.affected.iter().map(|(component, old, new)| StatuspageAffected {
        code: component.id.as_str().to_owned(),
        name: component.name.clone(),
        old_status: *old,
        new_status: *new,
    });
    StatuspageUpdate {
        id: derived_id(&format!("update {incident_id} {} {:?}", update.seq, update.status)).to_string(),
        status: update.status,
        body: update.text.clone(),
        incident_id,
        created_at: Rfc3339(update.at),
        updated_at: Rfc3339(update.at),
        display_at: Rfc3339(update.at),
        affected_components: affected.collect(),
        deliver_notifications: true,
        custom_tweet: None,
        tweet_id: None,
    }
}
