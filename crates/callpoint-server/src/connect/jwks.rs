//! The public keys that somebody publishes at an address: kept at hand, looked at again now and then and whenever a key
//! is asked for that is not among them. While the address fails, those that were read last go on.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use callpoint_core::model::time::{MINUTE, SECOND, Time};
use reqwest::{Client, Url};
use tokio::sync::{Mutex, watch};

use super::answer::unreachable;
use crate::{
    clock::Clock,
    crypto::{KeyFault, PublicKey},
};

/// Keys that were taken back are known to be after this long.
const FRESH_FOR: i64 = 5 * MINUTE;

/// After a look, nobody makes the next one for so long, whatever keys are asked for.
const REST: i64 = 10 * SECOND;

/// Whoever waits for keys waits no longer than this.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The largest set that is read, in bytes.
const SET_BYTES: usize = 256 * 1024;

/// Why keys could not be read.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Unreachable(String),
    #[error("it answered {0}")]
    Refused(reqwest::StatusCode),
    #[error("it is larger than 256 KiB")]
    Large,
    #[error("it {0}")]
    Keys(#[from] KeyFault),
}

/// The keys at one address.
#[derive(Debug)]
pub struct RemoteKeys {
    url: Url,
    client: Client,
    clock: Clock,
    /// As they were read last; none before they were read.
    known: RwLock<Option<Arc<[PublicKey]>>>,
    /// When somebody looked last, and how it went. Who holds it looks.
    looked: Mutex<Option<(Time, bool)>>,
}

impl RemoteKeys {
    /// Those at this address, which nobody has looked at yet.
    #[must_use]
    pub fn new(url: Url, client: Client, clock: Clock) -> Self {
        Self { url, client, clock, known: RwLock::default(), looked: Mutex::default() }
    }

    /// As they were read last; none before they were read.
    #[must_use]
    pub fn known(&self) -> Option<Arc<[PublicKey]>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks again, unless somebody did a moment ago. Of many who come at once one looks, and the others wait for it.
    pub async fn look(&self) {
        let mut looked = self.looked.lock().await;
        let now = self.clock.now();
        if looked.is_some_and(|(at, _)| (0..REST).contains(&now.since(at))) {
            return;
        }
        let went_well = looked.is_none_or(|(_, well)| well);
        let read = self.read().await;
        if let Err(error) = &read
            && went_well
        {
            tracing::warn!(url = %self.url, %error, "the keys of customer tokens can't be read; those known go on");
        }
        *looked = Some((now, read.is_ok()));
        if let Ok(keys) = read {
            *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(keys.into());
            if !went_well {
                tracing::info!(url = %self.url, "the keys of customer tokens can be read again");
            }
        }
    }

    /// Looks now and then, until the server ends.
    pub async fn keep_fresh(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut moved = self.clock.moved();
        loop {
            moved.mark_unchanged();
            let due = match *self.looked.lock().await {
                Some((at, true)) => at.plus(FRESH_FOR),
                Some((at, false)) => at.plus(REST),
                None => Time(0),
            };
            let wait = due.since(self.clock.now());
            // A clock that was set back has us look too early rather than too late.
            if wait <= 0 || wait > FRESH_FOR {
                self.look().await;
                continue;
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                _ = moved.changed() => {}
                () = tokio::time::sleep(Duration::from_millis(wait.unsigned_abs())) => {}
            }
        }
    }

    async fn read(&self) -> Result<Vec<PublicKey>, Failure> {
        let unreachable = |error| Failure::Unreachable(unreachable(error));
        let mut answer = self.client.get(self.url.clone()).timeout(TIMEOUT).send().await.map_err(unreachable)?;
        if !answer.status().is_success() {
            return Err(Failure::Refused(answer.status()));
        }
        let mut json = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if json.len() + chunk.len() > SET_BYTES {
                return Err(Failure::Large);
            }
            json.extend_from_slice(&chunk);
        }
        Ok(PublicKey::from_jwks(&json)?)
    }
}
