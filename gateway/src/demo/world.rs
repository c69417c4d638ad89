//! Everything that the demo starts: the product, the issuer, and the gateway between them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use proxy::record::{ExchangeRecord, Recorder};

use super::DemoError;
use super::folder::Folder;
use super::people::{MANAGERS, REGION};
use super::player::Player;
use crate::assemble::{Gateway, Options};
use crate::config::Config;
use crate::standin::issuer::{self, Issuer, SigningKey};
use crate::standin::product::{Duplicates, Product};
use crate::standin::serve::Served;

/// The Entra tenant of the demo.
const TID: &str = "7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa";
/// The product's secret for the gateway's account; the demo hands it over in a file, as an operator would.
const ACCOUNT_TOKEN: &str = "stand-in-account";

/// The running demo.
pub(super) struct World {
    /// The product, to look into.
    pub(super) product: Arc<Product>,
    /// The product's API.
    pub(super) served: Served,
    /// The issuer; stays up as long as this is held.
    _issuer: Served,
    /// The gateway.
    pub(super) gateway: Gateway,
    /// An application of the Entra tenant.
    pub(super) player: Player,
    records: Arc<Records>,
    /// Gone with the demo.
    _folder: Folder,
}

/// Keeps the record of every exchange until it is asked for.
#[derive(Default)]
struct Records(Mutex<BTreeMap<String, ExchangeRecord>>);

impl Recorder for Records {
    fn record(&self, record: ExchangeRecord) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(record.request_id.clone(), record);
    }
}

impl World {
    /// Starts everything on free loopback ports.
    pub(super) async fn start() -> Result<Self, DemoError> {
        let start = |error: std::io::Error| DemoError::Start(error.to_string());
        let product = Product::new(Duplicates::Refused);
        product.open(ACCOUNT_TOKEN, &MANAGERS);
        let served = Served::start(product.clone()).await.map_err(start)?;

        let issuer = Issuer::new();
        let key = SigningKey::generate();
        issuer.publish(TID, "demo-key", &key);
        let issuer_served = Served::start(issuer.clone()).await.map_err(start)?;
        issuer.listens_at(&issuer_served.url());

        let folder = Folder::make().map_err(start)?;
        std::fs::write(folder.path().join("target-token"), ACCOUNT_TOKEN).map_err(start)?;
        let file = folder.path().join("scimgate.toml");
        std::fs::write(&file, config(&served.url(), &issuer_served.url())).map_err(start)?;

        let config = Config::load(&file).map_err(|report| DemoError::Start(report.to_string()))?;
        let records = Arc::new(Records::default());
        let options = Options { tracing: proxy::exchange::Tracing::On, also: Some(records.clone()) };
        let gateway = Gateway::start(config, options).await.map_err(|error| DemoError::Start(error.to_string()))?;

        let header = json::json!({"typ": "JWT", "alg": "RS256", "kid": "demo-key"});
        let token = key.sign(&header, &issuer::claims(TID, crate::clock::unix_secs()));
        let client = proxy::target::target_client(None).map_err(|error| DemoError::Start(error.to_string()))?;
        let player = Player::new(client, format!("{}/scim/v2", gateway.scim_url()), token);
        Ok(Self { product, served, _issuer: issuer_served, gateway, player, records, _folder: folder })
    }

    /// The record of the exchange that answered with this request id.
    pub(super) fn record(&self, request_id: &str) -> Option<ExchangeRecord> {
        self.records.0.lock().unwrap_or_else(PoisonError::into_inner).remove(request_id)
    }

    /// What the product holds.
    pub(super) fn users(&self) -> Vec<json::Value> {
        self.product.users(ACCOUNT_TOKEN)
    }

    /// Stops everything.
    pub(super) async fn stop(self) {
        self.gateway.stop().await;
    }
}

/// The configuration of the demo: what an operator would write.
fn config(product: &str, issuer: &str) -> String {
    format!(
        r#"[scim]
listen = "127.0.0.1:0"

[admin]
listen = "127.0.0.1:0"

[store]
path = "scimgate.db"

[entra.cloud.global]
metadata = "{issuer}/{{tid}}/.well-known/openid-configuration"

[[tenant]]
id      = "msgco"
profile = "telemessage"
entra   = [{{ tid = "{TID}" }}]
params  = {{ region = "{REGION}" }}
target  = {{ base = "{product}", secrets = {{ target-token = "file:target-token" }} }}
"#
    )
}
