//! The metrics as text. Gathering and printing ten thousand tenants takes tens of milliseconds: never on a thread that
//! serves exchanges.

use prometheus::{Registry, TextEncoder};

/// `Content-Type` of the text format.
pub(crate) const CONTENT_TYPE: &str = prometheus::TEXT_FORMAT;

/// All metrics in the text format of Prometheus, or why not.
pub(crate) async fn exposition(registry: &Registry) -> Result<String, String> {
    let registry = registry.clone();
    let encoded = tokio::task::spawn_blocking(move || TextEncoder::new().encode_to_string(&registry.gather())).await;
    match encoded {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(error)) => Err(format!("the metrics cannot be printed: {error}")),
        Err(error) => Err(format!("the metrics cannot be gathered: {error}")),
    }
}
