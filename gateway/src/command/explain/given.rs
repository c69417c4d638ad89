//! The JSON that `explain` is given: the request, and what the target answers.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use proxy::route::Route;
use rules::{Body, TargetAnswer};
use serde::Deserialize;
use serde_json::Value;

use crate::rehearsal::{Request, TargetSays};

/// Largest file, in bytes.
pub const GIVEN_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How a request is written.
const REQUEST: &str = r#"write {"method": "POST", "path": "/Users", "body": {…}}"#;
/// How answers are written.
const ANSWERS: &str = r#"write [{"call": "GET /users?…", "status": 200, "body": {…}}]"#;

/// A request as people write it.
#[derive(Deserialize)]
struct WrittenRequest {
    method: String,
    path: String,
    body: Option<Value>,
    /// Text that need not be JSON.
    body_raw: Option<String>,
    /// Of these, `If-Match` and `If-None-Match` count.
    #[serde(default)]
    headers: BTreeMap<String, Value>,
}

/// An answer as people write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAnswer {
    call: String,
    status: u16,
    body: Option<Value>,
    retry_after_secs: Option<u32>,
}

/// The text of a file, `-` being standard input.
///
/// # Errors
/// That it cannot be read, is no UTF-8, or is larger than [`GIVEN_BYTES_MAX`].
pub(super) fn text(file: &Path) -> io::Result<String> {
    if file == Path::new("-") { bounded(io::stdin().lock()) } else { bounded(File::open(file)?) }
}

pub(super) fn bounded(source: impl io::Read) -> io::Result<String> {
    let mut text = String::new();
    source.take(GIVEN_BYTES_MAX as u64 + 1).read_to_string(&mut text)?;
    if text.len() > GIVEN_BYTES_MAX {
        return Err(io::Error::other(format!("it has more than {GIVEN_BYTES_MAX} bytes")));
    }
    Ok(text)
}

/// A request: `{"method", "path", "body"}`, or an object that holds one as its `request`.
///
/// # Errors
/// What is wrong and what to write.
pub(super) fn request(text: &str) -> Result<Request, String> {
    let json: Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}; {REQUEST}"))?;
    let json = match json {
        Value::Object(mut fields) => fields.remove("request").unwrap_or(Value::Object(fields)),
        other => other,
    };
    let written: WrittenRequest =
        serde_json::from_value(json).map_err(|error| format!("not a request: {error}; {REQUEST}"))?;
    let body = written.body.map(|body| body.to_string()).or(written.body_raw).unwrap_or_default();
    let header = |name: &str| {
        let mut headers = written.headers.iter();
        headers.find(|(written, _)| written.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
    };
    let [if_match, if_none_match] = ["If-Match", "If-None-Match"].map(|name| header(name).map(str::to_owned));
    let request = Request::new(&written.method.to_ascii_uppercase(), &written.path, body.into_bytes());
    Ok(below_root(Request { if_match, if_none_match, ..request }))
}

/// The request with its path below the SCIM root; `/Users`, `/scim/v2/Users` and `/t/acme/scim/v2/Users` are one.
fn below_root(request: Request) -> Request {
    match Route::parse(&request.path).map(|route| route.below.to_owned()) {
        Some(path) => Request { path, ..request },
        None => request,
    }
}

/// What the target answers: `[{"call", "status", "body"}]`.
///
/// # Errors
/// What is wrong and what to write.
pub(super) fn answers(text: &str) -> Result<Vec<TargetSays>, String> {
    let written: Vec<WrittenAnswer> =
        serde_json::from_str(text).map_err(|error| format!("not answers: {error}; {ANSWERS}"))?;
    Ok(written.into_iter().map(says).collect())
}

fn says(written: WrittenAnswer) -> TargetSays {
    let WrittenAnswer { call, status, body, retry_after_secs } = written;
    // An empty text is what a target without a body sends.
    let body = body.filter(|body| body.as_str() != Some("")).map_or(Body::Empty, Body::Json);
    TargetSays { call, answer: TargetAnswer { status, retry_after_secs, body } }
}

/// One entry of a file of answers.
pub(super) fn example(call: &str, body: &Value) -> Value {
    serde_json::json!({"call": call, "status": 200, "body": body})
}
