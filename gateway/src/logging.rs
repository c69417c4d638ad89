//! Logs: JSON lines on standard error, or text for people; never a value of an attribute, a body or a secret.

use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// Starts logging for the process. A second call changes nothing.
///
/// `level` is one of `error`, `warn`, `info`, `debug`, `trace`; libraries log from `warn` up whatever it says.
pub fn start(level: &str, format: Format) {
    let directives = format!("warn,gateway={level},proxy={level},store={level},console={level},scimgate={level}");
    let filter = EnvFilter::try_new(directives).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true);
    // Already set only by a test that started two gateways in one process.
    let _ = match format {
        Format::Json => builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
        Format::Text => builder.with_ansi(false).try_init(),
    };
}
