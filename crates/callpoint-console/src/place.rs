//! Where somebody is in the console, and the address of that place: each queue and each incident has one. Pure.

use callpoint_core::{
    model::id::IncidentId,
    wire::search::{decode_query, encode_segment},
};

use crate::queue::{Queue, filter::Filter};

/// The console's own address, in which all others begin.
const ROOT: &str = "/console";
const QUEUES: &str = "/queue/";
const INCIDENTS: &str = "/incidents/";
const BESIDE: &str = "queue=";
const SEARCH: &str = "q=";

/// The longest reference that an address can name.
const REFERENCE_LIMIT: usize = 40;

/// What an address leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The queue.
    pub queue: Queue,
    /// The incident that is open beside it.
    pub incident: Option<IncidentName>,
    /// What is searched for, in place of the queue; empty where nothing is.
    pub search: String,
    /// What is shown of the queue.
    pub filter: Filter,
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
        let given = |name| query.split('&').find_map(|parameter| parameter.strip_prefix(name));
        let search = given(SEARCH).and_then(decode_query).unwrap_or_default();
        let filter = Filter::parse(query);
        if let Some(name) = path.strip_prefix(INCIDENTS) {
            let queue = given(BESIDE).map_or(Some(Queue::default()), Queue::of_id)?;
            return Some(Self { queue, incident: Some(IncidentName::parse(name)?), search, filter });
        }
        match path.strip_prefix(QUEUES) {
            Some(id) => Some(Self { queue: Queue::of_id(id)?, incident: None, search, filter }),
            None => matches!(path, "" | "/").then(|| Self { search, filter, ..Self::default() }),
        }
    }

    /// Its address, which leads nowhere but into the console.
    #[must_use]
    pub fn address(&self) -> String {
        let queue = Some(self.queue).filter(|queue| *queue != Queue::default());
        let (path, beside) = match (&self.incident, queue) {
            (Some(name), queue) => ([ROOT, INCIDENTS, &name.text()].concat(), queue),
            (None, Some(queue)) => ([ROOT, QUEUES, queue.id()].concat(), None),
            (None, None) => (ROOT.to_owned(), None),
        };
        let beside = beside.map(|queue| [BESIDE, queue.id()].concat());
        let search = (!self.search.is_empty()).then(|| [SEARCH, &encode_segment(&self.search)].concat());
        let query: Vec<String> = beside.into_iter().chain(search).chain(self.filter.pairs()).collect();
        if query.is_empty() { path } else { [&path, "?", &query.join("&")].concat() }
    }
}
