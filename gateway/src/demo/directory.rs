//! `scimgate demo --listen`: a directory product behind the gateway, for any SCIM client.

use std::net::SocketAddr;
use std::path::Path;

use super::DemoError;
use super::folder::Folder;
use crate::assemble::{Gateway, Options};
use crate::command::token::hash_of;
use crate::command::{Exit, print};
use crate::config::Config;
use crate::standin::directory::Directory;
use crate::standin::serve::Served;

/// The stand-in's own key; handed over in a file, as an operator would.
const KEY: &str = "stand-in-key";

/// Serves until it is asked to stop.
pub(super) async fn serve(address: SocketAddr, token: &str) -> Exit {
    match start(address, token).await {
        Ok((gateway, _product, folder)) => {
            print(&format!("scim {}", gateway.scim_url()));
            print(&format!("admin {}", gateway.admin_url()));
            crate::shutdown::requested().await;
            gateway.stop().await;
            drop(folder);
            Exit::Fine
        }
        Err(error) => super::show::went_wrong(&error),
    }
}

async fn start(address: SocketAddr, token: &str) -> Result<(Gateway, Served, Folder), DemoError> {
    let start = |error: std::io::Error| DemoError::Start(error.to_string());
    let product = Served::start(Directory::new(KEY, crate::clock::rfc3339)).await.map_err(start)?;
    let folder = Folder::make().map_err(start)?;
    std::fs::write(folder.path().join("target-key"), KEY).map_err(start)?;
    let gateway = gateway(address, token, &product.url(), folder.path()).await?;
    Ok((gateway, product, folder))
}

async fn gateway(address: SocketAddr, token: &str, product: &str, folder: &Path) -> Result<Gateway, DemoError> {
    let text = config(address, token, product);
    let config = Config::parse("demo", &text, folder).map_err(|problems| DemoError::Start(problems.to_string()))?;
    Gateway::start(config, Options::default()).await.map_err(|error| DemoError::Start(error.to_string()))
}

fn config(address: SocketAddr, token: &str, product: &str) -> String {
    // On loopback the port's own address is the public one, also if it is a free one that is not known yet.
    let public = if address.ip().is_loopback() { String::new() } else { format!("public_url = \"http://{address}\"") };
    // Plain HTTP wherever it is asked for: it is a demo.
    format!(
        r#"[scim]
listen     = "{address}"
plain_http = "behind a proxy"
{public}

[admin]
listen = "127.0.0.1:0"

[[tenant]]
id           = "demo"
profile      = "directory"
token_hashes = ["{hash}"]
target       = {{ base = "{product}/api", secrets = {{ target-key = "file:target-key" }} }}
"#,
        hash = hash_of(token),
    )
}
