//! Structured logs: for people on a terminal, or one JSON object a line for programs.

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// Sends what is logged to standard error from here on. A second call changes nothing.
pub fn start(config: &Config) {
    let filter = EnvFilter::try_new(format!("{},sqlx=warn,hyper=warn", config.log_level))
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // It is already set where tests run several servers in one process.
    drop(match config.log {
        LogFormat::Text => lines.compact().try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).try_init(),
    });
}
