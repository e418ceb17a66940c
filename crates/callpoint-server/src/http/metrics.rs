//! The figures of the running server, in the text format of Prometheus and OpenMetrics. They name no account, no person
//! and no incident, and nothing in them moves with the number of what is sealed.

use std::{
    fmt::Write as _,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use callpoint_core::model::time::Time;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::Registry,
};

use super::AppState;
use crate::{
    engine::health::{ClockHealth, DatabaseHealth, Health, WriteHealth},
    store::Figures,
};

/// Upper bounds of how long an answer takes, in seconds.
const BOUNDS: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// What a request was, as far as it is counted.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct VisibilityLabels {
    visibility: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct PartLabels {
    part: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ConnectorLabels {
    connector: String,
}

/// Every figure, under the names that Prometheus reads.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    streams: Gauge,
    healthy: Family<PartLabels, Gauge>,
    incidents: Family<VisibilityLabels, Gauge>,
    waiting: Family<ConnectorLabels, Gauge>,
    oldest: Family<ConnectorLabels, Gauge>,
    parked: Family<ConnectorLabels, Gauge>,
    memory: Gauge,
    descriptors: Gauge,
}

/// An open stream, counted until it is dropped.
#[derive(Debug)]
pub struct CountedStream(Gauge);

impl Drop for CountedStream {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("callpoint_build", "The running version", version);
        let started = Gauge::<i64>::default();
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        started.set(i64::try_from(since.as_secs()).unwrap_or(i64::MAX));
        registry.register("process_start_time_seconds", "When it was started, in seconds since 1970", started);
        let metrics = Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BOUNDS)),
            streams: Gauge::default(),
            healthy: Family::default(),
            incidents: Family::default(),
            waiting: Family::default(),
            oldest: Family::default(),
            parked: Family::default(),
            memory: Gauge::default(),
            descriptors: Gauge::default(),
            registry: Registry::default(),
        };
        let (requests, durations) = (metrics.requests.clone(), metrics.durations.clone());
        registry.register("callpoint_http_requests", "Requests answered, by route", requests);
        let words = "Time to the head of an answer, in seconds, by route";
        registry.register("callpoint_http_request_duration_seconds", words, durations);
        registry.register("callpoint_streams_open", "Open streams", metrics.streams.clone());
        let words = "1 where a part is as it should be: database, writes, clock";
        registry.register("callpoint_healthy", words, metrics.healthy.clone());
        let words = "Open incidents, drills and maintenance among them, without sealed ones";
        registry.register("callpoint_incidents_open", words, metrics.incidents.clone());
        let words = "Messages that wait to be taken, without those about sealed incidents";
        registry.register("callpoint_deliveries_waiting", words, metrics.waiting.clone());
        let words = "How long the oldest of them has been waiting, in seconds";
        registry.register("callpoint_deliveries_oldest_seconds", words, metrics.oldest.clone());
        let words = "Messages that are sent again only when somebody asks for it";
        registry.register("callpoint_deliveries_parked", words, metrics.parked.clone());
        registry.register("process_resident_memory_bytes", "Memory in use", metrics.memory.clone());
        registry.register("process_open_fds", "Open file descriptors", metrics.descriptors.clone());
        Self { registry, ..metrics }
    }
}

impl Metrics {
    /// Counts a stream.
    #[must_use]
    pub fn stream(&self) -> CountedStream {
        self.streams.inc();
        CountedStream(self.streams.clone())
    }

    /// As it is now. Without figures, when the database is away, those that come from it are left out.
    #[must_use]
    pub fn text(&self, health: &Health, figures: Option<&Figures>, now: Time) -> String {
        for (part, well) in [
            ("database", health.database == DatabaseHealth::Ok),
            ("writes", health.writes == WriteHealth::Ok),
            ("clock", health.clock == ClockHealth::Ok),
        ] {
            self.healthy.get_or_create(&PartLabels { part }).set(i64::from(well));
        }
        self.incidents.clear();
        [&self.waiting, &self.oldest, &self.parked].iter().for_each(|family| family.clear());
        if let Some(figures) = figures {
            self.count(figures, now);
        }
        self.look_at_process();
        let mut text = String::new();
        if let Err(error) = encode(&mut text, &self.registry) {
            let _ = writeln!(text, "# {error}");
        }
        text
    }

    fn count(&self, figures: &Figures, now: Time) {
        for (visibility, open) in [("public", figures.open_public), ("private", figures.open_private)] {
            self.incidents.get_or_create(&VisibilityLabels { visibility }).set(open);
        }
        let mail = ("mail", &figures.mails);
        let connectors = figures.deliveries.iter().filter_map(|(name, backlog)| {
            // An account's own connector is named by the account, and one for what is sealed tells that something is.
            match name.split_once(':') {
                None => Some((name.as_str(), backlog)),
                Some((_, "security")) => None,
                Some(_) => Some(("account", backlog)),
            }
        });
        for (connector, backlog) in connectors.chain([mail]) {
            let labels = ConnectorLabels { connector: connector.to_owned() };
            self.waiting.get_or_create(&labels).inc_by(backlog.waiting);
            self.parked.get_or_create(&labels).inc_by(backlog.parked);
            let waits = backlog.since.map_or(0, |since| now.since(since).max(0) / 1_000);
            let oldest = self.oldest.get_or_create(&labels);
            oldest.set(oldest.get().max(waits));
        }
    }

    /// What the system says of the process, where it does.
    fn look_at_process(&self) {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let kilobytes =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok());
        self.memory.set(kilobytes.map_or(0, |kilobytes: i64| kilobytes * 1024));
        let open = std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
        self.descriptors.set(i64::try_from(open).unwrap_or(i64::MAX));
    }
}

/// Counts a request by the route that it took: what stands in its address is counted nowhere.
pub(super) async fn count(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    };
    let began = Instant::now();
    let answer = next.run(request).await;
    let status = answer.status().as_u16();
    app.metrics.durations.get_or_create(&RouteLabels { route: route.clone() }).observe(began.elapsed().as_secs_f64());
    app.metrics.requests.get_or_create(&RequestLabels { method, route, status }).inc();
    answer
}
