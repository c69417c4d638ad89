//! The world around one gateway: a product, directories, an issuer, a folder with its configuration, and the gateway itself.
//!
//! All customers of the messaging product share its API; the directory is `acme`'s, and every other customer of a directory has a
//! house of its own ([`House`]).
//!
//! Worlds share nothing, so that tests run side by side. Dropping one stops everything in it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use gateway::command::token::hash_of;
use gateway::standin::directory::Directory;
use gateway::standin::issuer::{self, Issuer, SigningKey};
use gateway::standin::product::{Duplicates, Product};
use gateway::standin::serve::{Seen, Served};
use json::{Value, json};
use tempfile::TempDir;

use crate::caller::Caller;
use crate::people::{NORTH, SOUTH};
use crate::process::Process;

/// A customer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Customer {
    /// Its name.
    pub(crate) id: &'static str,
    /// `telemessage`, or a profile over the directory's API.
    pub(crate) profile: &'static str,
    /// Where its numbers belong, if its profile asks for that.
    pub(crate) region: Option<&'static str>,
    /// The Entra tenant whose blank-token JWT is accepted.
    pub(crate) tid: Option<&'static str>,
    /// The SCIM version that its IdP speaks: `2.0` or `1.1`.
    pub(crate) scim: &'static str,
    /// Whether its token comes without a scheme.
    pub(crate) raw: bool,
}

impl Customer {
    /// A customer with a directory of its own, whose IdP has a token.
    pub(crate) const fn of_directory(id: &'static str, profile: &'static str) -> Self {
        Self { id, profile, region: None, tid: None, scim: "2.0", raw: false }
    }

    /// The same, if its IdP sends the token without a scheme.
    pub(crate) const fn with_raw_token(self) -> Self {
        Self { raw: true, ..self }
    }

    /// The same, if its IdP speaks SCIM 1.1.
    pub(crate) const fn speaking_1_1(self) -> Self {
        Self { scim: "1.1", ..self }
    }
}

/// The Entra tenants of `tests/corpus`: A and C are listed, B is a stranger.
pub(crate) const TID_A: &str = "7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa";
/// A stranger's.
pub(crate) const TID_B: &str = "9e0b4c3d-2222-4b4b-8d8d-bbbbbbbbbbbb";
/// Another customer's.
pub(crate) const TID_C: &str = "4d4d4d4d-5555-4e4e-8a8a-eeeeeeeeeeee";

/// Two customers of the messaging product and one of the directory.
pub(crate) const CUSTOMERS: [Customer; 3] = [
    Customer { id: "msgco", profile: "telemessage", region: Some("US"), tid: Some(TID_A), scim: "2.0", raw: false },
    Customer { id: "otherco", profile: "telemessage", region: None, tid: Some(TID_C), scim: "2.0", raw: false },
    Customer::of_directory("acme", "directory"),
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
    houses: Vec<House>,
    folder: TempDir,
}

/// The directory of one customer.
pub(crate) struct House {
    customer: &'static str,
    pub(crate) directory: Arc<Directory>,
    pub(crate) api: Served,
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
        let mut houses = Vec::new();
        for customer in setup.customers.iter().filter(|customer| has_house(customer)) {
            houses.push(House::new(customer.id).await);
        }
        let this = Self { product, product_api, directory, directory_api, issuer, issuer_api, houses, folder };
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

    /// The directory of a customer that has one of its own.
    pub(crate) fn house(&self, customer: &str) -> &House {
        let house = self.houses.iter().find(|house| house.customer == customer);
        house.unwrap_or_else(|| panic!("`{customer}` has no directory of its own"))
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
        let Customer { id, profile, region, tid, scim, raw } = customer;
        let (base, secret) = match (*profile, *id) {
            ("telemessage", _) => (self.product_api.url(), "target-token"),
            (_, "acme") => (format!("{}/api", self.directory_api.url()), "target-key"),
            (_, id) => (format!("{}/api", self.house(id).api.url()), "target-key"),
        };
        let entra = tid.map_or_else(String::new, |tid| format!("entra = [{{ tid = \"{tid}\" }}]\n"));
        let params = region.map_or_else(String::new, |region| format!("params = {{ region = \"{region}\" }}\n"));
        let hash = hash_of(&token(id));
        // Whoever speaks 1.1 may also get in as Okta's 1.1 templates do, with a user name.
        let version = match *scim {
            "2.0" => String::new(),
            scim => format!("scim = \"{scim}\"\nbasic = [{{ user = \"{BASIC_USER}\", password_hash = \"{hash}\" }}]\n"),
        };
        let raw = if *raw { "raw_token = true\n" } else { "" };
        format!(
            r#"[[tenant]]
id           = "{id}"
profile      = "{profile}"
token_hashes = ["{hash}"]
{raw}{version}target       = {{ base = "{base}", secrets = {{ {secret} = "file:{id}-account" }} }}
{entra}{params}
"#
        )
    }
}

/// Whether a customer has a directory of its own.
fn has_house(customer: &Customer) -> bool {
    customer.profile != "telemessage" && customer.id != "acme"
}

impl House {
    async fn new(customer: &'static str) -> Self {
        let directory = Directory::new(&account(customer), gateway::clock::rfc3339);
        directory.add_table("roles", &["Agent", "Supervisor"]);
        directory.add_table("crews", &["Evening", "Morning"]);
        let api = Served::start(directory.clone()).await.unwrap();
        Self { customer, directory, api }
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

    /// The same, where tenants have these parameters beside their region.
    pub(crate) async fn with_params(setup: Setup, params: &[(&str, &str)]) -> Self {
        let around = Surroundings::new(&setup).await;
        let mut config = around.config(&setup);
        for (id, line) in params {
            let place = config.find(&format!("id           = \"{id}\"")).unwrap();
            let (before, tenant) = config.split_at(place);
            config = format!("{before}{}", tenant.replacen("params = { ", &format!("params = {{ {line}, "), 1));
        }
        around.write("scimgate.toml", &config);
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

/// The user name of whoever gets in with HTTP Basic: an account's number, as Telmediq's guide has it.
pub(crate) const BASIC_USER: &str = "AC0c1d2e3f405162738495a6b7c8d9eafb";

/// `[profiles]` with the profiles of `tests/e2e/profiles`.
pub(crate) fn own_profiles() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/e2e/profiles");
    format!("[profiles]\nfolder = {:?}\n", folder.to_str().unwrap())
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
