//! One file of the corpus, typed; a key that the replay does not know is an error, so that no demand is overlooked.

use std::collections::BTreeMap;
use std::path::Path;

use json::{Map, Value};
use serde::Deserialize;

/// One request and what is expected of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// File name without `.json`.
    #[serde(skip)]
    pub(crate) file: String,
    pub(crate) connection: String,
    pub(crate) request: Request,
    pub(crate) auth_fixture: Option<AuthFixture>,
    pub(crate) needs: Option<String>,
    pub(crate) expect: Expect,
    #[serde(default)]
    pub(crate) capture: BTreeMap<String, String>,
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "idp")]
    _idp: String,
    #[serde(rename = "scenario")]
    _scenario: String,
    #[serde(rename = "tier")]
    _tier: String,
    #[serde(rename = "evidence")]
    _evidence: String,
    #[serde(rename = "policy")]
    _policy: Option<String>,
}

/// What is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<Value>,
}

/// What a JWT is made of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthFixture {
    pub(crate) header: Map,
    pub(crate) claims: Map,
    pub(crate) signed_by: Option<String>,
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(rename = "tenant")]
    _tenant: Option<String>,
}

/// What must come back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    pub(crate) status: Statuses,
    #[serde(default)]
    pub(crate) body_contains: Vec<Assertion>,
    #[serde(default)]
    pub(crate) headers_contain: BTreeMap<String, String>,
    #[serde(rename = "notes")]
    _notes: Option<String>,
}

/// One status, or several that are fine.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Statuses {
    One(u16),
    Any(Vec<u16>),
}

impl Statuses {
    pub(crate) fn contain(&self, status: u16) -> bool {
        match self {
            Self::One(one) => *one == status,
            Self::Any(any) => any.contains(&status),
        }
    }
}

/// What must be true of one place of the body.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assertion {
    pub(crate) path: String,
    #[serde(flatten)]
    pub(crate) demand: Demand,
}

/// The demand on a place.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Demand {
    Equals(Value),
    Contains(String),
    Exists(bool),
    Absent(bool),
}

impl Case {
    /// The files of one folder, in their order.
    pub(crate) fn folder(name: &str) -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus").join(name);
        let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let case: Self = json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { file: path.file_stem().unwrap().to_str().unwrap().to_owned(), ..case }
    }
}
