//! Structured logs on standard error.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt};

use crate::config::LogFormat;

/// `RUST_LOG` decides what is written; `info` by default.
pub(crate) fn log_to_stderr(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal());
    // A second subscriber in one process keeps the first.
    let _ = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}

/// Only where `RUST_LOG` asks for it: for commands that speak for themselves.
pub(crate) fn log_if_asked() {
    if std::env::var_os("RUST_LOG").is_some() {
        log_to_stderr(LogFormat::Text);
    }
}
