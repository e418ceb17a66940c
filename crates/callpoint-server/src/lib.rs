//! The reference backend of Callpoint: one binary, SQLite inside, PostgreSQL when it outgrows one machine.
//!
//! It decides with authority by the rules of `callpoint-core`, keeps the one append-only log, and sends everybody
//! what they may see of it. [`run`] is all there is to it; the `callpoint` binary adds a command line.

pub mod agreements;
pub mod assets;
pub mod auth;
pub mod clock;
pub mod components;
pub mod config;
pub mod connect;
pub mod demo;
pub mod due;
pub mod error;
pub mod feed;
pub mod import;
pub mod logging;
pub mod openapi;
pub mod pages;
pub mod routes;
pub mod store;
pub mod suggest;
pub mod typescript;
pub mod writer;

use std::{future::Future, ops::Deref, sync::Arc, time::Duration};

use callpoint_core::{model::time::Time, wire::protocol::Vendor};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    agreements::Agreements,
    auth::Keys,
    config::Config,
    feed::Feed,
    store::Store,
    writer::{Desk, Writer},
};

/// After a polite request to end, whoever still reads is given this long.
const PATIENCE: Duration = Duration::from_secs(4);

/// What every request may use. Cloning it is cheap.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// See [`App`].
pub struct Shared {
    /// The configuration.
    pub config: Config,
    /// What was agreed by configuration.
    pub agreements: Arc<Agreements>,
    /// Who runs this, as clients are told.
    pub vendor: Vendor,
    /// What customer tokens are checked against.
    pub keys: Keys,
    /// The database.
    pub store: Store,
    /// Where writes go.
    pub writer: Writer,
    /// Where streams come from.
    pub feed: Feed,
    /// True once the server is about to end.
    pub stop: watch::Receiver<bool>,
    /// Who may report without being signed in.
    pub guests: routes::guests::GuestBook,
    /// The status page as it was last computed.
    pub status_page: pages::Cache,
}

impl Shared {
    /// The time of day.
    #[must_use]
    pub fn now(&self) -> Time {
        self.config.clock.now()
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

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
    config.check()?;
    survive_file_size_limits()?;
    let store = Store::open(&config.database, config.vendor.reference_start).await?;
    let (stopping, stop) = watch::channel(false);
    let app = prepare(config, store.clone(), stop.clone()).await?;
    let router = routes::router(app);
    let served = axum::serve(listener, router).with_graceful_shutdown(async move {
        shutdown.await;
        tracing::info!("ending: streams are closed, writes are finished");
        stopping.send_replace(true);
    });
    let mut ended = stop;
    let too_late = async move {
        if ended.wait_for(|stop| *stop).await.is_ok() {
            tokio::time::sleep(PATIENCE).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        result = served => result?,
        () = too_late => tracing::warn!("some connections would not end"),
    }
    store.close().await;
    tracing::info!("ended");
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

async fn prepare(config: Config, store: Store, stop: watch::Receiver<bool>) -> anyhow::Result<App> {
    let named = components::parse(&config.vendor.components).unwrap_or_default();
    components::define(&store, &named, config.clock.now()).await?;
    let mut secret = config.customers.secret.clone();
    if config.demo {
        secret = demo::prepare(&store, &config).await?;
    }
    let agreements = Arc::new(Agreements::read(&config)?);
    due::refresh(&store, &agreements).await?;
    let (raise, head) = watch::channel(store.head().await?);
    let feed = Feed::start(store.clone(), head.clone(), stop.clone()).await?;
    let writer = Writer::start(Desk {
        store: store.clone(),
        agreements: Arc::clone(&agreements),
        reference_prefix: config.vendor.reference_prefix.clone(),
        clock: config.clock.clone(),
        head: raise,
    });
    due::start(store.clone(), writer.clone(), config.clock.clone(), head.clone(), stop.clone());
    connect::start(&config, &agreements, &store, &head, &stop)?;
    let vendor = agreements.vendor(&config.vendor.name);
    let keys = Keys::new(&secret);
    let status_page = pages::Cache::default();
    let guests = routes::guests::GuestBook::new(&config.customers);
    Ok(App(Arc::new(Shared { config, agreements, vendor, keys, store, writer, feed, stop, guests, status_page })))
}
