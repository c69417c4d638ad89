//! An IdP with a bearer token: sends what Entra's provisioning service sends.

use std::io;
use std::net::SocketAddr;

use json::{Value, json};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::wire::{Answer, Request};

/// One application of a customer's IdP.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    gateway: SocketAddr,
    root: String,
    token: String,
}

impl Caller {
    pub(crate) fn new(gateway: SocketAddr, token: &str) -> Self {
        Self { gateway, root: "/scim/v2".to_owned(), token: token.to_owned() }
    }

    /// The same application with another Tenant URL.
    pub(crate) fn at(&self, root: &str) -> Self {
        Self { root: root.to_owned(), ..self.clone() }
    }

    /// A request below the SCIM root, not sent yet.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        Request::new(method, &format!("{}{path}", self.root)).bearer(&self.token)
    }

    pub(crate) async fn send(&self, request: Request) -> Answer {
        request.send(self.gateway).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    /// `GET /Users?filter=…` with any filter; blanks arrive as `+`.
    pub(crate) async fn filter(&self, filter: &str) -> Answer {
        let encoded = utf8_percent_encode(filter, NON_ALPHANUMERIC).to_string().replace("%20", "+");
        self.get(&format!("/Users?filter={encoded}")).await
    }

    /// Everybody whose `attribute` is `value`.
    pub(crate) async fn find(&self, attribute: &str, value: &str) -> Answer {
        self.filter(&format!("{attribute} eq {}", Value::from(value))).await
    }

    pub(crate) async fn read(&self, id: &str) -> Answer {
        self.get(&format!("/Users/{id}")).await
    }

    pub(crate) async fn create(&self, user: &Value) -> Answer {
        self.send(self.request("POST", "/Users").json(user)).await
    }

    /// # Errors
    /// If the connection breaks before the answer.
    pub(crate) async fn try_create(&self, user: &Value) -> io::Result<Answer> {
        self.request("POST", "/Users").json(user).try_send(self.gateway).await
    }

    pub(crate) async fn put(&self, id: &str, user: &Value) -> Answer {
        self.send(self.request("PUT", &format!("/Users/{id}")).json(user)).await
    }

    /// One capitalised `Replace` per attribute, as Entra writes a PATCH.
    pub(crate) async fn patch(&self, id: &str, attributes: &[(&str, Value)]) -> Answer {
        self.send(self.request("PATCH", &format!("/Users/{id}")).json(&patch_of(attributes))).await
    }

    /// # Errors
    /// If the connection breaks before the answer.
    pub(crate) async fn try_patch(&self, id: &str, attributes: &[(&str, Value)]) -> io::Result<Answer> {
        self.request("PATCH", &format!("/Users/{id}")).json(&patch_of(attributes)).try_send(self.gateway).await
    }

    pub(crate) async fn delete(&self, id: &str) -> Answer {
        self.send(self.request("DELETE", &format!("/Users/{id}"))).await
    }
}

impl Caller {
    /// A body by any method.
    pub(crate) async fn write(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send(self.request(method, path).json(body)).await
    }

    /// Makes a group of these; gives its id.
    pub(crate) async fn create_group(&self, name: &str, members: &[&str]) -> String {
        let body = json!({"schemas": [GROUP], "displayName": name, "members": values(members)});
        self.write("POST", "/Groups", &body).await.expect(201).id()
    }

    /// One PATCH of a group with these operations.
    pub(crate) async fn patch_group(&self, id: &str, operations: Value) -> Answer {
        let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
        self.write("PATCH", &format!("/Groups/{id}"), &body).await
    }

    /// The ids of a group's members, as the gateway shows them.
    pub(crate) async fn members(&self, id: &str) -> Vec<String> {
        let group = self.get(&format!("/Groups/{id}?attributes=members")).await.expect(200);
        let members = group.body["members"].as_array().cloned().unwrap_or_default();
        members.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect()
    }
}

/// The schema of groups.
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// `[{"value": …}]`, as members are written.
pub(crate) fn values(ids: &[impl AsRef<str>]) -> Value {
    ids.iter().map(|id| json!({"value": id.as_ref()})).collect()
}

/// The body of a PATCH that replaces these.
pub(crate) fn patch_of(attributes: &[(&str, Value)]) -> Value {
    let operation = |(path, value): &(&str, Value)| json!({"op": "Replace", "path": path, "value": value});
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": attributes.iter().map(operation).collect::<Vec<_>>(),
    })
}
