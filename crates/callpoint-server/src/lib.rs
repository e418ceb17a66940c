//! The reference backend of Callpoint: one binary, SQLite inside, PostgreSQL when it outgrows one machine.
//!
//! It decides with authority by the rules of `callpoint-core`, keeps the one append-only log, and sends everybody
//! what they may see of it. [`run`] is all there is to it; the `callpoint` binary adds a command line.

pub mod clock;
pub mod config;
pub mod connect;
pub mod crypto;
pub mod demo;
pub mod doctor;
pub mod engine;
pub mod http;
pub mod locale;
pub mod logging;
pub mod pages;
pub mod public;
pub mod store;

use std::{future::Future, sync::Arc, time::Duration};

use anyhow::Context as _;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    config::{Config, Settings},
    connect::mail::{DemoMailbox, MailContext, MailLinks},
    crypto::LinkKey,
    engine::{
        components,
        feed::Feed,
        policy::VendorPolicy,
        scheduler, sessions,
        writer::{WriteContext, Writer},
    },
    http::{AppState, ServerState, auth::TokenKeys, contacts::ContactCache, guests::GuestLimiter},
    store::{Store, StoreError},
};

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
    let store = Store::open(&settings.database, settings.reference_start).await?;
    let (stopping, stop) = watch::channel(false);
    let demo = settings.demo;
    let app = prepare(settings, store.clone(), stop.clone()).await?;
    let router = http::router(app, if demo { demo::routes() } else { axum::Router::new() });
    let served = axum::serve(listener, router).with_graceful_shutdown(async move {
        shutdown.await;
        tracing::info!("shutting down: closing streams, finishing writes");
        stopping.send_replace(true);
    });
    let mut ended = stop;
    let too_late = async move {
        if ended.wait_for(|stop| *stop).await.is_ok() {
            tokio::time::sleep(SHUTDOWN_TIMEOUT).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        result = served => result?,
        () = too_late => tracing::warn!("some connections did not close in time"),
    }
    store.close().await;
    tracing::info!("stopped");
    Ok(())
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
    scheduler::refresh(&store, &policy).await?;
    let (raise, head) = watch::channel(store.head().await?);
    let feed = Feed::start(store.clone(), head.clone(), stop.clone()).await?;
    let sessions = sessions::start(store.clone(), settings.clock.clone(), stop.clone()).await?;
    let writer = Writer::start(WriteContext {
        store: store.clone(),
        policy: Arc::clone(&policy),
        reference_prefix: settings.reference_prefix.clone(),
        clock: settings.clock.clone(),
        head: raise,
    });
    scheduler::start(store.clone(), writer.clone(), settings.clock.clone(), head.clone(), stop.clone());
    connect::start(&settings, &store, &writer, &head, &stop).await?;
    let fresh = crypto::hex(&crypto::random().map_err(StoreError::Randomness)?);
    let key = LinkKey::new(&store.secret("mail links", &fresh).await?).context("the secret of mail links is empty")?;
    let (mail_links, mailbox) = (MailLinks::new(&settings, key), DemoMailbox::default());
    let context =
        MailContext { settings: &settings, store: &store, writer: &writer, links: &mail_links, mailbox: &mailbox };
    connect::mail::start(&context, &head, &stop)?;
    Ok(AppState::new(ServerState {
        vendor: policy.vendor(&settings.vendor),
        keys: TokenKeys::new(secret.as_deref().unwrap_or_default(), settings.customers.leeway_seconds),
        contacts: ContactCache::default(),
        mail_links,
        mailbox,
        guests: GuestLimiter::new(settings.customers.guests_per_minute),
        status_page: pages::StatusPageCache::default(),
        public: public::PublicCache::default(),
        settings,
        policy,
        store,
        writer,
        feed,
        sessions,
        stop,
    }))
}
