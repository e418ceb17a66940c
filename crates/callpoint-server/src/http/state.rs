//! What every request may use.

use std::{ops::Deref, sync::Arc};

use callpoint_core::{model::time::Time, wire::protocol::Vendor};
use tokio::sync::watch;

use super::{
    auth::{OidcSignIn, TokenKeys},
    contacts::ContactCache,
    guests::GuestLimiter,
    limits::CallerLimits,
    metrics::Metrics,
};
use crate::{
    config::Settings,
    connect::mail::{DemoMailbox, MailLinks},
    engine::{feed::Feed, health::HealthMonitor, policy::VendorPolicy, sessions::StaffSessions, writer::Writer},
    pages::StatusPageCache,
    public::PublicCache,
    store::Store,
};

/// [`ServerState`], shared by every request. Cloning it is cheap.
#[derive(Clone)]
pub struct AppState(Arc<ServerState>);

/// One running server.
pub struct ServerState {
    /// The configuration.
    pub settings: Settings,
    /// What was agreed by configuration.
    pub policy: Arc<VendorPolicy>,
    /// Who runs this, as clients see them.
    pub vendor: Vendor,
    /// What customer tokens are checked against.
    pub keys: TokenKeys,
    /// Signs staff in through a provider, if one is configured.
    pub oidc: Option<OidcSignIn>,
    /// The database.
    pub store: Store,
    /// What is counted.
    pub metrics: Metrics,
    /// How the server is.
    pub health: HealthMonitor,
    /// Takes writes.
    pub writer: Writer,
    /// Feeds the streams.
    pub feed: Feed,
    /// Who of staff is signed in.
    pub sessions: watch::Receiver<StaffSessions>,
    /// True once the server is about to end.
    pub stop: watch::Receiver<bool>,
    /// Who of the customers is known, and where they are reached.
    pub contacts: ContactCache,
    /// The addresses in mails.
    pub mail_links: MailLinks,
    /// Where the demonstration's mail goes.
    pub mailbox: DemoMailbox,
    /// Who may report without being signed in.
    pub guests: GuestLimiter,
    /// What each caller has taken.
    pub limits: CallerLimits,
    /// The status page as it was last rendered.
    pub status_page: StatusPageCache,
    /// What other programs read of it, as it was last written.
    pub public: PublicCache,
}

impl AppState {
    /// Shares it.
    #[must_use]
    pub fn new(state: ServerState) -> Self {
        Self(Arc::new(state))
    }
}

impl ServerState {
    /// The time of day.
    #[must_use]
    pub fn now(&self) -> Time {
        self.settings.clock.now()
    }
}

impl Deref for AppState {
    type Target = ServerState;

    fn deref(&self) -> &ServerState {
        &self.0
    }
}
