//! Where somebody is in the console, and the address of that place: each queue and each incident has one. Pure.

use callpoint_core::model::id::IncidentId;

use crate::queue::Queue;

/// The console's own address, in which all others begin.
const ROOT: &str = "/console";
const QUEUES: &str = "/queue/";
const INCIDENTS: &str = "/incidents/";
const BESIDE: &str = "queue=";

/// The longest reference that an address can name.
const REFERENCE_LIMIT: usize = 40;

/// What an address leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The queue.
    pub queue: Queue,
    /// The incident that is open beside it.
    pub incident: Option<IncidentName>,
}

/// What an address calls an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncidentName {
    /// Its id.
    Id(IncidentId),
    /// What people call it.
    Reference(String),
}

impl IncidentName {
    /// An id, or what could be a reference.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        if let Some(id) = IncidentId::parse(name) {
            return Some(Self::Id(id));
        }
        let fits = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (fits && (1..=REFERENCE_LIMIT).contains(&name.len())).then(|| Self::Reference(name.to_owned()))
    }

    fn text(&self) -> String {
        match self {
            Self::Id(id) => id.text(),
            Self::Reference(reference) => reference.clone(),
        }
    }
}

impl Place {
    /// What a path with its query leads to; `None` where there is nothing. Parameters that mean nothing here make no
    /// difference: programs that pass links on add some.
    #[must_use]
    pub fn parse(address: &str) -> Option<Self> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let path = path.strip_prefix(ROOT)?;
        if let Some(name) = path.strip_prefix(INCIDENTS) {
            let queue = match query.split('&').find_map(|parameter| parameter.strip_prefix(BESIDE)) {
                Some(id) => Queue::of_id(id)?,
                None => Queue::default(),
            };
            return Some(Self { queue, incident: Some(IncidentName::parse(name)?) });
        }
        match path.strip_prefix(QUEUES) {
            Some(id) => Some(Self { queue: Queue::of_id(id)?, incident: None }),
            None => matches!(path, "" | "/").then(Self::default),
        }
    }

    /// Its address, which leads nowhere but into the console.
    #[must_use]
    pub fn address(&self) -> String {
        match &self.incident {
            Some(name) if self.queue == Queue::default() => [ROOT, INCIDENTS, &name.text()].concat(),
            Some(name) => [ROOT, INCIDENTS, &name.text(), "?", BESIDE, self.queue.id()].concat(),
            None if self.queue == Queue::default() => ROOT.to_owned(),
            None => [ROOT, QUEUES, self.queue.id()].concat(),
        }
    }
}
