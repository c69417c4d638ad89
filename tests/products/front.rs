//! A gateway in front of a product: the real binary, with the shipped profile, a configuration and a store of its own.

use std::path::Path;

use gateway::command::token::hash_of;
use json::{Value, json};
use tempfile::TempDir;

use crate::caller::Caller;
use crate::process::Process;
use crate::product::Product;
use crate::wire::Answer;

/// What the IdP presents.
const TOKEN: &str = "sgt_of-a-real-product-5b9e2c";

/// The gateway and its one tenant.
pub(crate) struct Front {
    /// The tenant's IdP.
    pub(crate) idp: Caller,
    gateway: Process,
    _folder: TempDir,
}

impl Front {
    /// Starts it; `secret` is what the profile calls the product's key, `params` is an inline table.
    pub(crate) async fn of(product: &Product, secret: &str, params: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let profiles = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/profiles");
        let config = format!(
            r#"[scim]
listen = "127.0.0.1:0"

[admin]
listen = "127.0.0.1:0"

[store]
path = "scimgate.db"

[log]
level = "debug"

[profiles]
folder = {:?}

[[tenant]]
id           = "customer"
profile      = "{}"
params       = {params}
token_hashes = ["{}"]
target       = {{ base = "{}", secrets = {{ {secret} = "file:key" }} }}
"#,
            profiles.to_str().unwrap(),
            product.name,
            hash_of(TOKEN),
            product.url,
        );
        std::fs::write(folder.path().join("key"), &product.key).unwrap();
        std::fs::write(folder.path().join("scimgate.toml"), config).unwrap();
        let gateway = Process::run(&folder.path().join("scimgate.toml")).await;
        Self { idp: Caller::new(gateway.scim, TOKEN), gateway, _folder: folder }
    }

    /// Everything that was logged so far.
    pub(crate) fn log(&self) -> String {
        self.gateway.log()
    }
}

/// A PATCH as Okta writes it: no path, the attributes in an object.
pub(crate) async fn okta_patch(idp: &Caller, path: &str, value: &Value) -> Answer {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "value": value}],
    });
    idp.write("PATCH", path, &body).await
}

/// Everything of one type that a list shows, page by page, as Okta's import goes through it: on by `count` to the total. Who is
/// hidden has a number and no row; a page of nobody is the next one, whose rows then come twice.
pub(crate) async fn listed(idp: &Caller, kind: &str, count: usize) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    let mut start = 1;
    loop {
        let page = idp.get(&format!("/{kind}?startIndex={start}&count={count}")).await.expect(200);
        let rows = page.body["Resources"].as_array().cloned().unwrap_or_default();
        assert!(rows.len() <= count, "{page}");
        for row in rows {
            if !all.iter().any(|known| known["id"] == row["id"]) {
                all.push(row);
            }
        }
        start += count;
        if page.body["totalResults"].as_u64().is_none_or(|total| start as u64 > total) {
            return all;
        }
    }
}

/// The one of these whose `attribute` is `value`.
#[track_caller]
pub(crate) fn the_one<'a>(all: &'a [Value], attribute: &str, value: &str) -> &'a Value {
    let mut found = all.iter().filter(|row| row[attribute] == value);
    let one = found.next().unwrap_or_else(|| panic!("no `{attribute}` is `{value}` in {all:#?}"));
    assert!(found.next().is_none(), "`{value}` is there twice");
    one
}

/// An operation that adds these members.
pub(crate) fn add(ids: &[&str]) -> Value {
    json!([{"op": "Add", "path": "members", "value": crate::caller::values(ids)}])
}

/// An operation that removes this member, as Okta writes it.
pub(crate) fn remove(id: &str) -> Value {
    json!([{"op": "remove", "path": format!("members[value eq \"{id}\"]")}])
}
