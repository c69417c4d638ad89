//! The part of Entra ID's provisioning service in the demo: sends requests with its blank-token JWT.

use json::Value;

use super::DemoError;

/// A SCIM request and what came back.
#[derive(Debug, Clone)]
pub(super) struct Played {
    /// `POST`.
    pub(super) method: &'static str,
    /// Path below the SCIM root, percent-encoded as Entra writes it.
    pub(super) path: String,
    /// The body that was sent.
    pub(super) sent: Option<Value>,
    /// The status.
    pub(super) status: u16,
    /// The body that came back; null if none.
    pub(super) answer: Value,
    /// The request id of the answer.
    pub(super) request_id: String,
}

/// Plays one application of an Entra tenant.
pub(super) struct Player {
    client: reqwest::Client,
    root: String,
    token: String,
}

impl Player {
    /// A player against the SCIM root `root`, with the JWT that stands for a blank secret token.
    pub(super) fn new(client: reqwest::Client, root: String, token: String) -> Self {
        Self { client, root, token }
    }

    /// A request that a person can type: everybody, as Entra's tenant sees them.
    pub(super) fn curl(&self) -> String {
        format!("curl -H 'Authorization: Bearer {}' '{}/Users?count=3'", self.token, self.root)
    }

    /// The matching query that precedes everything (idp-dialects §1c); blanks arrive as `+`.
    pub(super) async fn find(&self, user_name: &str) -> Result<Played, DemoError> {
        let quoted = Value::from(user_name).to_string();
        let encoded = percent_encoding::utf8_percent_encode(&quoted, percent_encoding::NON_ALPHANUMERIC);
        self.send("GET", format!("/Users?filter=userName+eq+{encoded}"), None).await
    }

    /// `POST /Users`.
    pub(super) async fn create(&self, body: Value) -> Result<Played, DemoError> {
        self.send("POST", "/Users".to_owned(), Some(body)).await
    }

    /// `PATCH /Users/{id}` in Entra's dialect without the feature flag: one capitalised operation per attribute.
    pub(super) async fn replace(&self, id: &str, attributes: &[(&str, &str)]) -> Result<Played, DemoError> {
        let operations: Vec<Value> = attributes
            .iter()
            .map(|(path, value)| json::json!({"op": "Replace", "path": path, "value": value}))
            .collect();
        let body = json::json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations,
        });
        self.send("PATCH", format!("/Users/{id}"), Some(body)).await
    }

    async fn send(&self, method: &'static str, path: String, sent: Option<Value>) -> Result<Played, DemoError> {
        let failed = |error: reqwest::Error| DemoError::NoAnswer {
            request: format!("{method} {path}"),
            reason: error.to_string(),
        };
        let verb = reqwest::Method::from_bytes(method.as_bytes()).unwrap_or_default();
        let mut request = self.client.request(verb, format!("{}{path}", self.root)).bearer_auth(&self.token);
        if let Some(body) = &sent {
            request = request.header("content-type", "application/scim+json; charset=utf-8").body(body.to_string());
        }
        let response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let id = response.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
        let text = response.text().await.map_err(failed)?;
        let answer = json::from_str(&text).unwrap_or(Value::Null);
        Ok(Played { method, path, sent, status, answer, request_id: id })
    }
}
