//! How much one person and one address get: streams at a time, writes in a minute. Each answer to a limited write says how
//! many are left, in the fields of the draft "RateLimit header fields for HTTP".

use std::{
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use callpoint_core::{model::person::Actor, wire::error::ErrorCode};
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::HashMapStateStore,
};

use super::{AppState, auth::Caller, error::Problem};
use crate::{
    config::LimitSettings,
    listen::{ClientAddress, Counted, Tally},
};

/// How many are left, of which limit.
pub(super) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// What the limit is.
pub(super) const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// An address stands for so many people.
const PEOPLE_AT_AN_ADDRESS: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// When to come back for a stream: by then some have ended.
const STREAM_RETRY: Duration = Duration::from_secs(15);

/// Who has asked for nothing lately is forgotten after so many writes.
const TIDY_AFTER: usize = 4_096;

/// What each caller has taken.
#[derive(Debug)]
pub struct CallerLimits {
    streams_per_person: usize,
    streams_per_address: usize,
    people: Tally<String>,
    addresses: Tally<IpAddr>,
    writes_by_person: WriteLimit<String>,
    writes_by_address: WriteLimit<IpAddr>,
}

/// An open stream's place.
#[derive(Debug)]
pub struct StreamPlace {
    _person: Option<Counted<String>>,
    _address: Option<Counted<IpAddr>>,
}

impl CallerLimits {
    /// As configured.
    #[must_use]
    pub fn new(settings: &LimitSettings) -> Self {
        let writes = settings.writes_per_minute;
        Self {
            streams_per_person: settings.streams_per_person,
            streams_per_address: settings.streams_per_address,
            people: Tally::default(),
            addresses: Tally::default(),
            writes_by_person: WriteLimit::new("person", writes),
            writes_by_address: WriteLimit::new("address", writes.saturating_mul(PEOPLE_AT_AN_ADDRESS)),
        }
    }

    /// A place for one more stream.
    ///
    /// # Errors
    /// 429 `rate_limited` when the person or the address has as many as they may.
    pub(super) fn stream(&self, caller: &Caller, address: Option<IpAddr>) -> Result<StreamPlace, Box<Response>> {
        let too_many = |whose| {
            let words = format!("Too many streams are open for this {whose}. Close one, or try again later.");
            refuse(Problem::of(ErrorCode::RateLimited, words), STREAM_RETRY)
        };
        let person = match caller {
            Caller::Anonymous => None,
            Caller::Customer { person, account, .. } => Some(format!("customer\u{1f}{}\u{1f}{person}", account.id)),
            Caller::Staff { person, .. } => Some(format!("staff\u{1f}{person}")),
        };
        let place = |person: String| self.people.enter(&person, self.streams_per_person);
        let person = person.map(|person| place(person).ok_or_else(|| too_many("person"))).transpose()?;
        let place = |address| self.addresses.enter(&address, self.streams_per_address);
        let address = address.map(|address| place(address).ok_or_else(|| too_many("address"))).transpose()?;
        Ok(StreamPlace { _person: person, _address: address })
    }

    /// Takes one write of this person's; none of Callpoint's own, nor of guests, who have a limit together.
    ///
    /// # Errors
    /// 429 `rate_limited` when too many came in a minute.
    pub(super) fn write(&self, actor: &Actor) -> Result<Option<Allowance>, Box<Response>> {
        let person = match actor {
            Actor::Customer { account, .. } if account.is_guest() => return Ok(None),
            Actor::Customer { person, account, .. } => format!("customer\u{1f}{}\u{1f}{person}", account.id),
            Actor::Staff { person, .. } => format!("staff\u{1f}{person}"),
            Actor::System => return Ok(None),
        };
        self.writes_by_person.take(&person).map(Some)
    }
}

/// Takes a write of its address's, before anything of it is read.
pub(super) async fn by_address(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let address = ClientAddress::of(request.extensions());
    let Some(address) = address.filter(|_| !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS))
    else {
        return next.run(request).await;
    };
    match app.limits.writes_by_address.take(&address) {
        Ok(allowance) => {
            let mut answer = next.run(request).await;
            allowance.note(answer.headers_mut());
            answer
        }
        Err(refused) => *refused,
    }
}

fn refuse(problem: Problem, wait: Duration) -> Box<Response> {
    let mut answer = problem.into_response();
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds(wait)));
    Box::new(answer)
}

/// Rounded up.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// So many writes a minute for each.
struct WriteLimit<K: Hash + Eq + Clone> {
    name: &'static str,
    limiter: Limiter<K>,
    taken: AtomicUsize,
}

impl<K: Hash + Eq + Clone> std::fmt::Debug for WriteLimit<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WriteLimit({})", self.name)
    }
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    name: &'static str,
    most: u32,
    left: u32,
    /// When it is whole again.
    reset: Duration,
}

impl Allowance {
    /// Says so in an answer.
    pub fn note(&self, headers: &mut HeaderMap) {
        let Self { name, most, left, reset } = self;
        let policy = HeaderValue::from_str(&format!("\"{name}\";q={most};w=60"));
        let limit = HeaderValue::from_str(&format!("\"{name}\";r={left};t={}", seconds(*reset)));
        if let (Ok(policy), Ok(limit)) = (policy, limit) {
            headers.append(RATE_LIMIT_POLICY, policy);
            headers.append(RATE_LIMIT, limit);
        }
    }
}

impl<K: Hash + Eq + Clone> WriteLimit<K> {
    fn new(name: &'static str, per_minute: NonZeroU32) -> Self {
        let store = HashMapStateStore::<K>::default();
        let limiter = Limiter::new(Quota::per_minute(per_minute), store, DefaultClock::default());
        Self { name, limiter, taken: AtomicUsize::new(0) }
    }

    fn take(&self, key: &K) -> Result<Allowance, Box<Response>> {
        if self.taken.fetch_add(1, Ordering::Relaxed) % TIDY_AFTER == TIDY_AFTER - 1 {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key(key) {
            Ok(state) => {
                let (quota, left) = (state.quota(), state.remaining_burst_capacity());
                let most = quota.burst_size().get();
                let reset = quota.replenish_interval() * most.saturating_sub(left);
                Ok(Allowance { name: self.name, most, left, reset })
            }
            Err(not_yet) => {
                let wait = not_yet.wait_time_from(DefaultClock::default().now());
                let most = not_yet.quota().burst_size().get();
                let mut answer = refuse(ErrorCode::RateLimited.into(), wait);
                Allowance { name: self.name, most, left: 0, reset: wait }.note(answer.headers_mut());
                Err(answer)
            }
        }
    }
}
