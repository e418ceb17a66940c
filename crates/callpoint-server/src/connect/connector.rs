//! What a connector is: what of an event goes its way, and how that is said. Queue, order, tries and records are the
//! sender's business and the same for all.

use callpoint_core::model::{
    event::{Change, Event, Page, PageTarget},
    id::PersonId,
    incident::Incident,
    person::Viewer,
    severity::Scheme,
    time::Time,
};
use reqwest::Url;

use crate::{config::Recipient, store::StoredDelivery};

/// The kind of whatever calls somebody: it is sent at once, and what became of it is written back.
pub(super) const PAGED: &str = "incident.paged";

/// A way out to one address.
pub(super) trait Connector: Send + Sync {
    /// What kind it is, as entries and staff read it.
    fn kind(&self) -> &'static str;

    /// For whom it is.
    fn recipient(&self) -> &Recipient;

    /// Whether somebody is called by it: whoever only reads of it takes no page.
    fn calls(&self) -> bool {
        true
    }

    /// Whether an event can concern it at all, so that its incident is worth loading.
    fn concerns(&self, event: &Event) -> bool;

    /// What an event is about, in a word, given its incident as it is now; none where nothing of it goes this way.
    fn about(&self, event: &Event, incident: &Incident) -> Option<&'static str>;

    /// Whether what happens about one incident within a moment is one message, whatever it is about.
    fn groups(&self) -> bool;

    /// What is sent of these events of one incident, as they were queued; none where nothing is for the recipient any more.
    fn message(&self, delivery: &StoredDelivery, events: &[Event], incident: &Incident, now: Time) -> Option<Message>;
}

/// What messages are made with.
#[derive(Debug)]
pub(super) struct MessageContext {
    /// How people reach this server.
    pub site: String,
    pub vendor: String,
    pub scheme: Scheme,
}

/// A request to another system: a POST of JSON.
pub(super) struct Message {
    pub url: Url,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    /// What must not be quoted from an answer.
    pub secret: String,
}

/// Under which a connector keeps its place in the log, and staff find it.
pub(super) fn name(kind: &str, recipient: &Recipient) -> String {
    match recipient {
        Recipient::Vendor => kind.to_owned(),
        Recipient::Security => format!("{kind}:security"),
        Recipient::Account(account) => format!("{kind}:account:{account}"),
    }
}

impl Recipient {
    /// The viewer that messages are filtered for. A seal never opens to an account's connector: it is nobody's person.
    pub(super) fn viewer(&self) -> Option<Viewer> {
        let person = PersonId::parse("callpoint")?;
        Some(match self {
            Self::Vendor => Viewer::Staff { person, security: false },
            Self::Security => Viewer::Staff { person, security: true },
            Self::Account(account) => Viewer::Customer { person, account: account.clone() },
        })
    }

    /// Whether something of this kind goes this way at all: what is sealed goes to security alone, an account's pages to
    /// the account alone.
    pub(super) fn takes(&self, event: &Event, incident: &Incident) -> bool {
        let sealed = event.seal.is_some() || incident.seal.is_some();
        let theirs = match &event.change {
            Change::Paged(Page { whom: PageTarget::Account(whom), .. }) => Some(whom),
            _ => None,
        };
        match self {
            Self::Vendor => !sealed && theirs.is_none(),
            Self::Security => sealed && theirs.is_none(),
            Self::Account(account) => !sealed && theirs == Some(account),
        }
    }

    /// Where people of this recipient read on.
    pub(super) fn link(&self, site: &str, incident: &Incident) -> String {
        let page = match self {
            Self::Vendor | Self::Security => "/console/incidents/",
            Self::Account(_) => "/t/",
        };
        format!("{site}{page}{}", incident.id)
    }
}

/// A time as other systems write it.
pub(super) fn moment(at: Time) -> String {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_string()
}
