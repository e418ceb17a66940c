//! How much of the server one caller, one address and all of them together can hold.

use std::{num::NonZeroU32, time::Duration};

use ipnet::IpNet;

use super::{ConfigError, LimitsConfig};

/// Limits on connections, streams and writes.
#[derive(Clone, Debug)]
pub struct LimitSettings {
    /// The most open connections; none: as many as descriptors allow.
    pub connections: Option<usize>,
    /// The most of one address.
    pub connections_per_address: usize,
    /// The most open streams of one person.
    pub streams_per_person: usize,
    /// The most open streams of one address.
    pub streams_per_address: usize,
    /// The most writes of one person in a minute.
    pub writes_per_minute: NonZeroU32,
    /// How long a connection may take for what.
    pub times: TimeLimits,
    /// The networks of the proxies in front; none: this machine and private networks.
    pub proxies: Vec<IpNet>,
}

/// How long a connection may take.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimits {
    /// For a request's head, from its first byte on.
    pub header: Duration,
    /// For a request's body, besides a second for each 1,000 bytes.
    pub body: Duration,
    /// For nothing at all, between requests and before the first.
    pub idle: Duration,
}

impl LimitSettings {
    pub(super) fn parse(config: &LimitsConfig) -> Result<Self, ConfigError> {
        let within = |key: &str, value: i64, least: u32, most: u32| {
            let fits = u32::try_from(value).ok().filter(|value| (least..=most).contains(value));
            fits.ok_or_else(|| ConfigError::value(&format!("limits.{key}"), &format!("must be from {least} to {most}")))
        };
        let count = |key: &str, value, most| within(key, value, 1, most).map(|count| count as usize);
        let seconds =
            |key: &str, value| within(key, value, 1, 3_600).map(|seconds| Duration::from_secs(seconds.into()));
        let connections = within("connections", config.connections, 0, 1_000_000)? as usize;
        let writes = within("writes_per_minute", config.writes_per_minute, 1, 1_000_000)?;
        let network = |text: &String| {
            let net = text.parse().ok().or_else(|| text.parse().ok().map(|address: std::net::IpAddr| address.into()));
            let message = format!("`{text}` must be an address or a network, as `10.0.0.0/8`");
            net.ok_or_else(|| ConfigError::value("limits.proxies", &message))
        };
        Ok(Self {
            connections: (connections > 0).then_some(connections),
            connections_per_address: count("connections_per_address", config.connections_per_address, 1_000_000)?,
            streams_per_person: count("streams_per_person", config.streams_per_person, 1_000_000)?,
            streams_per_address: count("streams_per_address", config.streams_per_address, 1_000_000)?,
            writes_per_minute: NonZeroU32::new(writes).unwrap_or(NonZeroU32::MIN),
            times: TimeLimits {
                header: seconds("header_seconds", config.header_seconds)?,
                body: seconds("body_seconds", config.body_seconds)?,
                idle: seconds("idle_seconds", config.idle_seconds)?,
            },
            proxies: config.proxies.iter().map(network).collect::<Result<_, _>>()?,
        })
    }
}
