//! Customers of the product with an Okta each, and the gateway between them: what Okta sends, and what reached the product.

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gateway::command::token::hash_of;
use gateway::standin::serve::{Seen, Served};
use json::{Value, json};

use super::super::{Account, Guide};
use super::product::Product;
use crate::wire::{Answer, Request};

/// The user schema of SCIM 1.1.
pub(super) const CORE_1: &str = "urn:scim:schemas:core:1.0";
/// And of 2.0.
pub(super) const CORE_2: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// The product, its customers, and the gateway between them and Okta.
pub(super) struct World {
    pub(super) product: Arc<Product>,
    pub(super) api: Served,
    pub(super) guide: Guide,
}

/// One customer: name and id of the account, and what else its section says.
pub(super) struct Customer {
    pub(super) id: &'static str,
    pub(super) lines: String,
}

/// A customer whose IdP speaks this version, with these parameters beside the account's name.
pub(super) fn customer(id: &'static str, scim: &str, params: &str) -> Customer {
    let comma = if params.is_empty() { "" } else { ", " };
    let lines = format!(
        "scim = \"{scim}\"\nhosts = [\"{host}\"]\nparams = {{ account = \"{id}\"{comma}{params} }}\n\
         basic = [{{ user = \"{user}\", password_hash = \"{hash}\" }}]",
        host = host(id),
        user = user_of(id),
        hash = hash_of(&password(id)),
    );
    Customer { id, lines }
}

pub(super) fn host(customer: &str) -> String {
    format!("{customer}.telmediq.example.com")
}

/// "AC" and 32 characters, other ones for each customer.
fn user_of(customer: &str) -> String {
    format!("AC{}", &hash_of(customer)["sha256:".len()..][..32])
}

fn password(customer: &str) -> String {
    format!("password-of-{customer}")
}

impl World {
    pub(super) async fn new(customers: &[Customer]) -> Self {
        let product = Product::new();
        let api = Served::start(product.clone()).await.unwrap();
        let accounts: Vec<Account> = customers
            .iter()
            .map(|Customer { id, lines }| {
                let key = format!("key-of-{id}");
                product.open(id, &key);
                Account {
                    id,
                    profile: "telmediq",
                    base: api.url(),
                    secrets: vec![("api-key", key)],
                    lines: lines.clone(),
                }
            })
            .collect();
        let guide = Guide::start(&accounts, "").await;
        Self { product, api, guide }
    }

    /// One customer, `acme`, and its Okta.
    pub(super) async fn of_acme(scim: &'static str) -> (Self, Okta) {
        let world = Self::new(&[customer("acme", scim, "")]).await;
        let okta = world.okta("acme", scim);
        (world, okta)
    }

    /// The Okta of a customer.
    pub(super) fn okta(&self, customer: &str, scim: &'static str) -> Okta {
        Okta {
            gateway: self.guide.gateway.scim,
            host: host(customer),
            root: "/scim/v1".to_owned(),
            user: user_of(customer),
            password: password(customer),
            scim,
        }
    }

    /// The one user of an account.
    #[track_caller]
    pub(super) fn only_user(&self, account: &str) -> Value {
        let mut users = self.product.users(account);
        assert_eq!(users.len(), 1, "{users:#?}");
        users.remove(0)
    }

    /// The requests that could change something since this was last asked, logins left out: `/users/…/join`, with `…` for an id.
    pub(super) fn take_writes(&self) -> Vec<String> {
        let seen = self.api.take_seen();
        let writes = seen.iter().filter(|seen| seen.writes() && seen.target != "/auth");
        writes.map(|seen| without_ids(&seen.target)).collect()
    }

    /// How many logins there were since [`Self::take_writes`] or this was last asked.
    pub(super) fn take_logins(&self) -> usize {
        self.api.take_seen().iter().filter(|seen: &&Seen| seen.target == "/auth").count()
    }
}

fn without_ids(target: &str) -> String {
    let part = |part: &str| if part.len() == 36 { "…".to_owned() } else { part.to_owned() };
    target.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// A customer's Okta.
#[derive(Clone)]
pub(super) struct Okta {
    pub(super) gateway: SocketAddr,
    pub(super) host: String,
    pub(super) root: String,
    pub(super) user: String,
    pub(super) password: String,
    pub(super) scim: &'static str,
}

impl Okta {
    /// A request with Okta's headers.
    pub(super) fn request(&self, method: &str, path: &str) -> Request {
        let basic = STANDARD.encode(format!("{}:{}", self.user, self.password));
        Request::new(method, &format!("{}{path}", self.root))
            .header("Host", &self.host)
            .header("Authorization", &format!("Basic {basic}"))
            .header("Accept", "application/scim+json")
            .header("Accept-Charset", "utf-8")
            .header("User-Agent", "Okta SCIM Client 1.0.0")
    }

    pub(super) async fn send(&self, request: Request) -> Answer {
        let answer = request.send(self.gateway).await;
        self.is_in_its_words(&answer);
        answer
    }

    /// Whatever is answered is of the version that this Okta speaks.
    #[track_caller]
    fn is_in_its_words(&self, answer: &Answer) {
        let is_1 = self.scim == "1.1";
        assert_eq!(answer.body.get("Errors").is_some(), is_1 && answer.status >= 400, "{answer}");
        let schemas = answer.body["schemas"].as_array().cloned().unwrap_or_default();
        let of_1 = |schema: &Value| schema.as_str().is_some_and(|schema| schema.starts_with("urn:scim:schemas:"));
        assert!(schemas.iter().all(|schema| of_1(schema) == is_1), "{answer}");
        assert!(answer.text.is_empty() || is_1 || !schemas.is_empty(), "{answer}");
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    pub(super) async fn write(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send(self.request(method, path).json(body)).await
    }

    pub(super) async fn create(&self, user: &Value) -> Answer {
        self.write("POST", "/Users", user).await
    }

    /// Okta updates with the whole resource, of which it read the rest before.
    pub(super) async fn update(&self, id: &str, user: &Value) -> Answer {
        let held = self.get(&format!("/Users/{id}")).await.expect(200);
        let mut whole = held.body;
        for (name, value) in user.as_object().unwrap() {
            whole[name] = value.clone();
        }
        self.write("PUT", &format!("/Users/{id}"), &whole).await
    }

    /// Activates or deactivates, as this version of SCIM does it.
    pub(super) async fn activate(&self, id: &str, active: bool) -> Answer {
        let body = if self.scim == "1.1" {
            json!({"schemas": [CORE_1], "id": id, "active": active})
        } else {
            let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
            json!({"schemas": schemas, "Operations": [{"op": "replace", "value": {"active": active}}]})
        };
        self.write("PATCH", &format!("/Users/{id}"), &body).await
    }

    /// Ids of everybody whom Okta finds by name.
    pub(super) async fn find(&self, name: &str) -> Vec<String> {
        let found =
            self.get(&format!("/Users?filter=userName%20eq%20%22{name}%22&startIndex=1&count=100")).await.expect(200);
        let rows = found.body["Resources"].as_array().cloned().unwrap_or_default();
        assert_eq!(found.body["totalResults"], rows.len(), "{found}");
        rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }

    /// What Okta sends to make somebody: with a random password, and without what nobody filled in.
    pub(super) fn person(&self, name: &str) -> Value {
        json!({
            "schemas": [if self.scim == "1.1" { CORE_1 } else { CORE_2 }], "userName": name, "externalId": "00u1a2b3c",
            "name": {"givenName": "Ada", "familyName": "Reyes"}, "displayName": "Ada Reyes", "locale": "en-US",
            "emails": [{"primary": true, "value": name, "type": "work"}], "groups": [], "password": "kR7xq2Vw9z", "active": true,
        })
    }
}

/// `user` with `name` set.
pub(super) fn with(mut user: Value, name: &str, value: Value) -> Value {
    user[name] = value;
    user
}
