//! The reference backend of Callpoint: one binary, SQLite inside, PostgreSQL when it outgrows one machine.
//!
//! It decides with authority by the rules of `callpoint-core`, keeps the one append-only log, and sends everybody
//! what they may see of it. [`run`] is all there is to it; the `callpoint` binary adds a command line.

pub mod clock;
pub mod config;
pub mod conformance;
pub mod connect;
pub mod crypto;
pub mod demo;
pub mod doctor;
pub mod engine;
pub mod http;
pub mod listen;
pub mod locale;
pub mod logging;
pub mod pages;
pub mod public;
pub mod store;

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    config::{Config, LimitSettings, Settings},
    connect::mail::{DemoMailbox, MailContext, MailLinks},
    crypto::LinkKey,
    engine::{
        components,
        feed::Feed,
        health::HealthMonitor,
        policy::VendorPolicy,
        scheduler, search, sessions,
        writer::{WriteContext, Writer},
    },
    http::{
        AppState, ServerState,
        auth::{OidcSignIn, TokenKeys},
        contacts::ContactCache,
        guests::GuestLimiter,
        limits::CallerLimits,
    },
    store::{Store, StoreError},
};

/// How many may ask for figures at once.
const METRICS_CONNECTIONS: usize = 16;

/// How long open connections may take to end after a request to shut down.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(4);

/// Serves on `listener` until `shutdown` comes; then streams end, what is being written is finished, and the
/// database is closed.
///
/// # Errors
/// When the configuration is not usable or the database can't be opened.
pub async fn run(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let settings = config.parse()?;
    survive_file_size_limits()?;
    let (stopping, stop) = watch::channel(false);
    let (open, routes) = watch::channel(None);
    let served = listen::serve(listener, http::gate(routes), settings.limits.clone(), stop.clone());
    let mut served = pin!(served);
    let mut shutdown = pin!(shutdown);
    let began = Instant::now();
    let store = tokio::select! {
        store = start(settings, stop, &open) => store?,
        () = served.as_mut() => return Ok(()),
        () = shutdown.as_mut() => return Ok(()),
    };
    tracing::info!(ms = began.elapsed().as_millis(), "ready");
    tokio::select! {
        () = served.as_mut() => {}
        () = shutdown => {}
    }
    tracing::info!("shutting down: closing streams, finishing writes");
    stopping.send_replace(true);
    if tokio::time::timeout(SHUTDOWN_TIMEOUT, served).await.is_err() {
        tracing::warn!("some connections did not close in time");
    }
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Opens the database, starts what works on it, and lets the routes answer.
async fn start(
    settings: Settings,
    stop: watch::Receiver<bool>,
    open: &watch::Sender<Option<axum::Router>>,
) -> anyhow::Result<Store> {
    let demo = settings.demo;
    let store = Store::open(&settings.database, settings.reference_start).await?;
    let (metrics, limits) = (settings.metrics.listen, settings.limits.clone());
    let app = prepare(settings, store.clone(), stop.clone()).await?;
    if let Some(address) = metrics {
        let listener = TcpListener::bind(address).await.with_context(|| format!("can't listen on {address}"))?;
        // Whoever reads figures is one or two, and takes nobody's place.
        let limits = LimitSettings { connections: Some(METRICS_CONNECTIONS), ..limits };
        tokio::spawn(listen::serve(listener, http::metrics_router(app.clone()), limits, stop));
    }
    open.send_replace(Some(http::router(app, if demo { demo::routes() } else { axum::Router::new() })));
    Ok(store)
}

/// Makes a write past the limit on file sizes an error of that write; left alone, the system ends the whole process.
fn survive_file_size_limits() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::Signal;
        use tokio::signal::unix::{SignalKind, signal};
        drop(signal(SignalKind::from_raw(Signal::XFSZ.as_raw()))?);
    }
    Ok(())
}

async fn prepare(settings: Settings, store: Store, stop: watch::Receiver<bool>) -> anyhow::Result<AppState> {
    components::define(&store, &settings.components, settings.clock.now()).await?;
    let secret = match settings.demo {
        true => Some(demo::prepare(&store, &settings).await?),
        false => settings.customers.secret.clone(),
    };
    let policy = Arc::new(VendorPolicy::new(settings.policy.clone()));
    let (raise, head) = watch::channel(store.head().await?);
    let health = HealthMonitor::start(store.clone(), raise.clone(), stop.clone());
    let feed = Feed::start(store.clone(), head.clone(), stop.clone()).await?;
    let sessions = sessions::start(store.clone(), settings.clock.clone(), stop.clone()).await?;
    let writer = Writer::start(WriteContext {
        store: store.clone(),
        policy: Arc::clone(&policy),
        reference_prefix: settings.reference_prefix.clone(),
        clock: settings.clock.clone(),
        head: raise,
        health: health.clone(),
    });
    tokio::spawn(search::catch_up(store.clone(), stop.clone()));
    scheduler::start(store.clone(), writer.clone(), settings.clock.clone(), head.clone(), stop.clone());
    connect::start(&settings, &store, &writer, &head, &stop).await?;
    let fresh = crypto::hex(&crypto::random().map_err(StoreError::Randomness)?);
    let key = LinkKey::new(&store.secret("mail links", &fresh).await?).context("the secret of mail links is empty")?;
    let (mail_links, mailbox) = (MailLinks::new(&settings, key), DemoMailbox::default());
    let context =
        MailContext { settings: &settings, store: &store, writer: &writer, links: &mail_links, mailbox: &mailbox };
    connect::mail::start(&context, &head, &stop)?;
    // Behind all that writes before the first request can be answered.
    tokio::spawn(scheduler::refresh(store.clone(), Arc::clone(&policy), stop.clone()));
    let keys = TokenKeys::new(secret.as_deref().unwrap_or_default(), settings.customers.leeway_seconds);
    let client = connect::outgoing()?;
    let keys = keys.with(&settings.customers.issuers, &client, &settings.clock);
    for remote in keys.remote() {
        tokio::spawn(Arc::clone(remote).keep_fresh(stop.clone()));
    }
    let oidc = settings.oidc.clone();
    let oidc = oidc.map(|oidc| OidcSignIn::new(oidc, &settings.site, client, settings.clock.clone()));
    Ok(AppState::new(ServerState {
        vendor: policy.vendor(&settings.vendor),
        keys,
        oidc,
        metrics: http::Metrics::default(),
        contacts: ContactCache::default(),
        mail_links,
        mailbox,
        guests: GuestLimiter::new(settings.customers.guests_per_minute),
        limits: CallerLimits::new(&settings.limits),
        status_page: pages::StatusPageCache::default(),
        public: public::PublicCache::default(),
        settings,
        policy,
        store,
        health,
        writer,
        feed,
        sessions,
        stop,
    }))
}
