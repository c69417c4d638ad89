//! `{"method", "path", "headers", "body"}`, also inside `{"request": …}`: recorded exchanges have more beside it.

use std::collections::BTreeMap;

use json::Value;
use serde::Deserialize;

use super::{FORMS, Request};

/// A request as people write it.
#[derive(Deserialize)]
struct Written {
    method: String,
    path: String,
    body: Option<Value>,
    /// Text that need not be JSON.
    body_raw: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, Value>,
}

/// # Errors
/// What is wrong and what to write.
pub(super) fn request(text: &str) -> Result<Request, String> {
    let json: Value = json::from_str(text).map_err(|error| format!("not JSON: {error}; {FORMS}"))?;
    let json = match json {
        Value::Object(mut fields) => fields.remove("request").unwrap_or(Value::Object(fields)),
        other => other,
    };
    let Written { method, path, body, body_raw, headers } =
        json::from_value(json).map_err(|error| format!("not a request: {error}; {FORMS}"))?;
    let body = body.map(|body| body.to_string()).or(body_raw).unwrap_or_default();
    let mut request = Request::new(&method, &path, body.into_bytes());
    for (name, value) in &headers {
        let text = value.as_str().ok_or_else(|| format!("the header `{name}` is not a text; {FORMS}"))?;
        request = request.with_header(name, text);
    }
    Ok(request)
}
