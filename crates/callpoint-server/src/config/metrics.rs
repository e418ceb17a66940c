//! Who reads the figures of the running server, as typed values.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::Deserialize;

use super::ConfigError;

/// The shortest token that nobody guesses, in bytes.
const TOKEN_BYTES: usize = 16;

/// Figures for Prometheus.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MetricsConfig {
    /// Address on which /metrics is served by itself: 127.0.0.1:9127. Default: none.
    pub listen: String,
    /// Bearer token, at least 16 bytes, with which /metrics is served on the main address too. Default: none.
    pub token: String,
}

/// Where figures are given, and to whom.
#[derive(Clone, Default)]
pub struct MetricsSettings {
    /// The address of their own, if they have one.
    pub listen: Option<SocketAddr>,
    /// What whoever asks has to have, if anything.
    pub token: Option<String>,
}

impl std::fmt::Debug for MetricsSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MetricsSettings(…)")
    }
}

impl MetricsSettings {
    pub(super) fn parse(config: &MetricsConfig) -> Result<Self, ConfigError> {
        let wrong = |_| ConfigError::value("metrics.listen", "must be an address and a port: 127.0.0.1:9127");
        let listen = (!config.listen.is_empty()).then(|| config.listen.parse().map_err(wrong)).transpose()?;
        if !config.token.is_empty() && config.token.len() < TOKEN_BYTES {
            return Err(ConfigError::value("metrics.token", "must have at least 16 bytes: try `openssl rand -hex 16`"));
        }
        Ok(Self { listen, token: (!config.token.is_empty()).then(|| config.token.clone()) })
    }
}
