//! History from elsewhere: incidents as the Statuspage API v2 publishes them, through the log like everything else.
//! Ids are derived from the source's, so that bringing the same file again adds nothing.

use callpoint_core::model::{
    event::{Change, PublicView},
    id::{CommandId, ComponentId, IncidentId},
    incident::{Impact, Status},
    limits::clean,
    person::Author,
    time::{DAY, Time},
};
use serde::Deserialize;

use crate::{
    crypto::derived_id,
    engine::{
        components,
        record::{ExternalChange, record},
        search,
    },
    public::statuspage::Rfc3339,
    store::{Store, StoreError},
};

/// How many incidents share a transaction.
const CHUNK: usize = 100;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is not what the Statuspage API gives.
    #[error("not in the Statuspage API v2 format, at `{path}`: {error}")]
    Shape {
        /// Where in the file.
        path: String,
        /// What was found.
        error: serde_json::Error,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How to bring it in.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Moves everything by the same number of whole days (hours named in texts stay true), so that the newest
    /// incident begins then, or less than a day before. None: times stay as they are.
    pub newest: Option<Time>,
    /// What references begin with.
    pub reference_prefix: String,
}

/// How much was imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Incidents that are new.
    pub added: usize,
    /// Incidents that were here before.
    pub known: usize,
}

#[derive(Deserialize)]
struct StatuspageExport {
    #[serde(default)]
    components: Vec<StatuspageComponent>,
    #[serde(default)]
    incidents: Vec<StatuspageIncident>,
    #[serde(default)]
    scheduled_maintenances: Vec<StatuspageIncident>,
}

#[derive(Deserialize)]
struct StatuspageComponent {
    name: String,
    #[serde(default)]
    position: u32,
    #[serde(default)]
    group: bool,
}

#[derive(Deserialize)]
struct StatuspageIncident {
    id: String,
    name: String,
    created_at: Rfc3339,
    started_at: Option<Rfc3339>,
    #[serde(default)]
    impact: Option<Impact>,
    #[serde(default)]
    incident_updates: Vec<StatuspageUpdate>,
    #[serde(default)]
    components: Vec<StatuspageComponent>,
}

#[derive(Deserialize)]
struct StatuspageUpdate {
    id: String,
    status: Status,
    #[serde(default)]
    body: String,
    created_at: Rfc3339,
    display_at: Option<Rfc3339>,
}

/// Brings in what a Statuspage file holds: components, incidents and maintenances with their updates.
///
/// # Errors
/// When the file can't be read as one, or the database fails. What was imported before that stays.
pub async fn import(store: &Store, json: &str, options: &ImportOptions) -> Result<ImportSummary, ImportError> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let page: StatuspageExport = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| ImportError::Shape { path: error.path().to_string(), error: error.into_inner() })?;
    let parts = parts(&page.components);
    let mut sources: Vec<StatuspageIncident> = page.incidents.into_iter().chain(page.scheduled_maintenances).collect();
    sources.sort_by(|a, b| (a.began(), &a.id).cmp(&(b.began(), &b.id)));
    let first = sources.first().map_or(Time(0), StatuspageIncident::began);
    let newest = sources.last().map_or(Time(0), StatuspageIncident::began);
    let shift = options.newest.map_or(0, |wanted| wanted.since(newest).div_euclid(DAY) * DAY);
    define_components(store, &parts, first.plus(shift)).await?;
    let mut summary = ImportSummary::default();
    for chunk in sources.chunks(CHUNK) {
        let mut batch = store.batch().await?;
        for source in chunk {
            let id = source.incident();
            if batch.has_incident(id).await? {
                summary.known += 1;
                continue;
            }
            let reference = format!("{}{}", options.reference_prefix, batch.reference);
            batch.reference += 1;
            record(&mut batch, &source.records(&parts, reference, shift)).await?;
            summary.added += 1;
        }
        // What comes from elsewhere was promised to nobody here.
        batch.commit(|incident| search::index(incident, None)).await?;
    }
    Ok(summary)
}

/// Components by name, in their order.
type ComponentNames = Vec<(String, ComponentId)>;

/// The ids are the names in a form that people can type.
fn parts(components: &[StatuspageComponent]) -> ComponentNames {
    let mut leaves: Vec<&StatuspageComponent> = components.iter().filter(|part| !part.group).collect();
    leaves.sort_by_key(|part| part.position);
    let id = |part: &StatuspageComponent| Some((part.name.clone(), ComponentId::parse(&slug(&part.name))?));
    leaves.into_iter().filter_map(id).collect()
}

async fn define_components(store: &Store, parts: &ComponentNames, since: Time) -> Result<(), ImportError> {
    let known = store.components().await?;
    let mut named: Vec<(ComponentId, String)> =
        known.into_iter().map(|component| (component.id, component.name)).collect();
    for (name, id) in parts {
        if named.iter().all(|(known, _)| known != id) {
            named.push((id.clone(), name.clone()));
        }
    }
    components::define(store, &named, since).await?;
    Ok(())
}

fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

impl StatuspageIncident {
    fn began(&self) -> Time {
        self.started_at.unwrap_or(self.created_at).0
    }

    /// Where nothing of its name is visible, it is called by its id, so that it can be opened.
    fn title(&self) -> String {
        let name = clean(&self.name).replace(['\n', '\t'], " ");
        if name.is_empty() { self.id.clone() } else { name }
    }

    fn incident(&self) -> IncidentId {
        IncidentId(derived_id(&format!("statuspage {}", self.id)))
    }

    /// What happened, in order: it became public, and each update moved it on.
    fn records(&self, parts: &ComponentNames, reference: String, shift: i64) -> Vec<ExternalChange> {
        let mut update: Vec<&StatuspageUpdate> = self.incident_updates.iter().collect();
        // Published newest first; updates of one minute keep their order.
        update.reverse();
        update.sort_by_key(|update| update.at());
        let opened_at = self.began().plus(shift);
        let mut status = update.first().map_or(Status::Investigating, |update| update.status);
        if !status.is_open() {
            status = if status.is_maintenance() { Status::Scheduled } else { Status::Investigating };
        }
        let face = PublicView {
            reference,
            title: self.title(),
            impact: self.impact.unwrap_or_default(),
            status,
            opened_at,
            components: self.affected(parts),
            next_update: None,
            eta: None,
            workaround: None,
            overdue: false,
            resolved_at: None,
        };
        let mut records = vec![self.record(&self.id, opened_at, Change::Published(face))];
        for update in update {
            let at = update.at().plus(shift);
            let text = clean(&update.body);
            records.push(self.record(&update.id, at, Change::Updated { text, status: update.status }));
            if update.status != status {
                status = update.status;
                records.push(self.record(&update.id, at, Change::Moved { status }));
            }
        }
        records
    }

    fn record(&self, id: &str, at: Time, change: Change) -> ExternalChange {
        let command = CommandId(derived_id(&format!("statuspage update {id}")));
        ExternalChange { command, at, by: Author::Vendor, incident: Some(self.incident()), change }
    }

    /// What the source lists; where it lists nothing, the components that it names.
    fn affected(&self, parts: &ComponentNames) -> Vec<ComponentId> {
        let listed: Vec<ComponentId> = self
            .components
            .iter()
            .filter_map(|part| parts.iter().find(|(name, _)| *name == part.name))
            .map(|(_, id)| id.clone())
            .collect();
        if !listed.is_empty() {
            return listed;
        }
        let texts = || std::iter::once(&self.name).chain(self.incident_updates.iter().map(|update| &update.body));
        let named = parts.iter().filter(|(name, _)| texts().any(|text| mentions(text, name)));
        named.map(|(_, id)| id.clone()).collect()
    }
}

impl StatuspageUpdate {
    fn at(&self) -> Time {
        self.display_at.unwrap_or(self.created_at).0
    }
}

/// Whether `text` has `name` as words of their own.
fn mentions(text: &str, name: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(name).any(|(at, _)| {
        is_edge(text.get(..at).and_then(|before| before.chars().next_back()))
            && is_edge(text.get(at + name.len()..).and_then(|after| after.chars().next()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_is_named_by_whole_words() {
        assert!(mentions("Incident with Actions", "Actions"));
        assert!(mentions("Pages, Actions", "Pages"));
        assert!(!mentions("Transactions failed", "actions"));
        assert!(!mentions("GitHub PagesX", "Pages"));
    }

    #[test]
    fn ids_can_be_typed() {
        assert_eq!(slug("Copilot AI Model Providers"), "copilot-ai-model-providers");
        assert_eq!(derived_id("a"), derived_id("a"));
        assert_ne!(derived_id("a"), derived_id("b"));
    }
}
