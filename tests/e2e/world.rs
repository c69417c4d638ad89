//! The world around one gateway: a product, a directory, an issuer, a folder with its configuration, and the gateway itself.
//!
//! Worlds share nothing, so that tests run side by side. Dropping one stops everything in it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use gateway::command::token::hash_of;
use gateway::standin::directory::Directory;
use gateway::standin::issuer::{self, Issuer, SigningKey};
use gateway::standin::product::{Duplicates, Product};
use gateway::standin::serve::{Seen, Served};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::caller::Caller;
use crate::people::{NORTH, SOUTH};
use crate::process::Process;

/// A customer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Customer {
    /// Its name.
    pub(crate) id: &'static str,
    /// `telemessage` or `directory`.
    pub(crate) profile: &'static str,
    /// Where its numbers belong, if its profile asks for that.
    pub(crate) region: Option<&'static str>,
    /// The Entra tenant whose blank-token JWT is accepted.
    pub(crate) tid: Option<&'static str>,
}

/// The Entra tenants of `tests/corpus`: A and C are listed, B is a stranger.
pub(crate) const TID_A: &str = "7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa";
/// A stranger's.
pub(crate) const TID_B: &str = "9e0b4c3d-2222-4b4b-8d8d-bbbbbbbbbbbb";
/// Another customer's.
pub(crate) const TID_C: &str = "4d4d4d4d-5555-4e4e-8a8a-eeeeeeeeeeee";

/// Two customers of the messaging product and one of the directory.
pub(crate) const CUSTOMERS: [Customer; 3] = [
    Customer { id: "msgco", profile: "telemessage", region: Some("US"), tid: Some(TID_A) },
    Customer { id: "otherco", profile: "telemessage", region: None, tid: Some(TID_C) },
    Customer { id: "acme", profile: "directory", region: None, tid: None },
];

/// What differs between worlds.
pub(crate) struct Setup {
    /// Whether the product takes a number twice.
    pub(crate) duplicates: Duplicates,
    /// Who is served.
    pub(crate) customers: Vec<Customer>,
    /// Lines below `[scim]`.
    pub(crate) scim: String,
    /// Sections of their own.
    pub(crate) sections: String,
}

impl Default for Setup {
    fn default() -> Self {
        let customers = CUSTOMERS.to_vec();
        Self { duplicates: Duplicates::Refused, customers, scim: String::new(), sections: String::new() }
    }
}

/// Everything around a gateway that is not the gateway.
pub(crate) struct Surroundings {
    pub(crate) product: Arc<Product>,
    pub(crate) product_api: Served,
    pub(crate) directory: Arc<Directory>,
    pub(crate) directory_api: Served,
    pub(crate) issuer: Arc<Issuer>,
    issuer_api: Served,
    folder: TempDir,
}

/// The same with a gateway in it.
pub(crate) struct World {
    pub(crate) around: Surroundings,
    pub(crate) gateway: Process,
}

impl Surroundings {
    /// Starts the stand-ins and writes `scimgate.toml` with the secrets that it names.
    pub(crate) async fn new(setup: &Setup) -> Self {
        let product = Product::new(setup.duplicates);
        let directory = Directory::new(&account("acme"), gateway::clock::rfc3339);
        let issuer = Issuer::new();
        let product_api = Served::start(product.clone()).await.unwrap();
        let directory_api = Served::start(directory.clone()).await.unwrap();
        let issuer_api = Served::start(issuer.clone()).await.unwrap();
        issuer.listens_at(&issuer_api.url());
        let folder = TempDir::new().unwrap();
        let this = Self { product, product_api, directory, directory_api, issuer, issuer_api, folder };
        for customer in &setup.customers {
            this.product.open(&account(customer.id), &[NORTH, SOUTH]);
            this.write(&format!("{}-account", customer.id), &(account(customer.id) + "\n"));
        }
        this.write("scimgate.toml", &this.config(setup));
        this
    }

    /// Starts the product's API again where it was, with everything it held.
    pub(crate) async fn restart_product(&mut self) {
        self.product_api = Served::start_at(self.product_api.address, self.product.clone()).await.unwrap();
    }

    /// A file in the folder of the configuration.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn config_file(&self) -> PathBuf {
        self.folder().join("scimgate.toml")
    }

    /// The text of `scimgate.toml`.
    pub(crate) fn config(&self, setup: &Setup) -> String {
        let issuer = self.issuer_api.url();
        let tenants: String = setup.customers.iter().map(|customer| self.tenant(customer)).collect();
        let Setup { scim, sections, .. } = setup;
        format!(
            r#"[scim]
listen     = "127.0.0.1:0"
drain_secs = 20
{scim}
[admin]
listen = "127.0.0.1:0"

[store]
path = "scimgate.db"

[entra.cloud.global]
metadata = "{issuer}/{{tid}}/.well-known/openid-configuration"

{sections}
{tenants}"#
        )
    }

    fn tenant(&self, customer: &Customer) -> String {
        let Customer { id, profile, region, tid } = customer;
        let (base, secret) = match *profile {
            "directory" => (format!("{}/api", self.directory_api.url()), "target-key"),
            _ => (self.product_api.url(), "target-token"),
        };
        let entra = tid.map_or_else(String::new, |tid| format!("entra = [{{ tid = \"{tid}\" }}]\n"));
        let params = region.map_or_else(String::new, |region| format!("params = {{ region = \"{region}\" }}\n"));
        let hash = hash_of(&token(id));
        format!(
            r#"[[tenant]]
id           = "{id}"
profile      = "{profile}"
token_hashes = ["{hash}"]
target       = {{ base = "{base}", secrets = {{ {secret} = "file:{id}-account" }} }}
{entra}{params}
"#
        )
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Setup::default()).await
    }

    pub(crate) async fn with(setup: Setup) -> Self {
        let around = Surroundings::new(&setup).await;
        let gateway = Process::run(&around.config_file()).await;
        Self { around, gateway }
    }

    /// The same configuration and store with another process, as after a crash.
    pub(crate) async fn restarted(self) -> Self {
        let Self { around, gateway } = self;
        gateway.kill().await;
        let gateway = Process::run(&around.config_file()).await;
        Self { around, gateway }
    }

    /// The IdP of a customer, with its static token.
    pub(crate) fn caller(&self, customer: &str) -> Caller {
        self.caller_with(&token(customer))
    }

    /// An IdP with any token.
    pub(crate) fn caller_with(&self, token: &str) -> Caller {
        Caller::new(self.gateway.scim, token)
    }

    /// What a customer's account at the messaging product holds.
    pub(crate) fn users(&self, customer: &str) -> Vec<Value> {
        self.around.product.users(&account(customer))
    }

    /// The one user of a customer's account.
    #[track_caller]
    pub(crate) fn only_user(&self, customer: &str) -> Value {
        let mut users = self.users(customer);
        assert_eq!(users.len(), 1, "{users:#?}");
        users.remove(0)
    }

    /// Requests at the messaging product that could change something, since this was last asked.
    pub(crate) fn take_writes(&self) -> Vec<Seen> {
        self.around.product_api.take_seen().into_iter().filter(Seen::writes).collect()
    }
}

/// The secret of a customer's account at its product.
pub(crate) fn account(customer: &str) -> String {
    format!("account-of-{customer}")
}

/// The static token of a customer's IdP.
pub(crate) fn token(customer: &str) -> String {
    format!("sgt_of-{customer}-4f1d0c7a9b")
}

/// Test keys by `kid`. Making one takes a while, so there is one set for the process.
pub(crate) static KEYS: LazyLock<Vec<(&str, SigningKey)>> = LazyLock::new(|| {
    let kids = ["tenant-a-key-1", "tenant-a-key-2", "tenant-b-key-1", "tenant-c-key-1", "evil", "never-published"];
    kids.into_iter().map(|kid| (kid, SigningKey::generate())).collect()
});

/// The key with this `kid`.
pub(crate) fn key(kid: &str) -> &'static SigningKey {
    KEYS.iter().find(|(known, _)| *known == kid).map_or_else(|| panic!("no test key `{kid}`"), |(_, key)| key)
}

/// The token that Entra's provisioning service presents for tenant `tid` when the secret token was left blank.
pub(crate) fn blank_token(tid: &str, kid: &str) -> String {
    let header = json!({"typ": "JWT", "alg": "RS256", "kid": kid});
    key(kid).sign(&header, &issuer::claims(tid, gateway::clock::unix_secs() - 60))
}
