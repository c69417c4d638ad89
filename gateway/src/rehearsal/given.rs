//! What a request comes upon, as `--given` gives it: answers of the target, what the store remembers, parameters, protocol.

use std::collections::{BTreeMap, BTreeSet};

use json::Value;
use rules::{Body, Memory, Params, Profile, Spelling, TargetAnswer};
use scim::Protocol;
use serde::Deserialize;

use super::{Remembered, TargetSays, resources};

/// How it is written.
const GIVEN: &str = r#"write [{"call": "GET /users?…", "status": 200, "body": {…}}], or {"answers": […], "remembered": [{"id": "1001", "kept": {…}}], "params": {…}}"#;

/// Facts.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// What the target answers.
    pub says: Vec<TargetSays>,
    /// Values of parameters, as a tenant would set them.
    pub params: BTreeMap<String, Value>,
    /// Which SCIM the IdP speaks, if it is said.
    pub protocol: Option<Protocol>,
    remembered: Vec<WrittenMemory>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    answers: Vec<WrittenAnswer>,
    #[serde(default)]
    remembered: Vec<WrittenMemory>,
    #[serde(default)]
    params: BTreeMap<String, Value>,
    protocol: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAnswer {
    call: String,
    status: u16,
    body: Option<Value>,
    text: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    retry_after_secs: Option<u32>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMemory {
    /// What else is remembered, of a resource that was not written as JSON.
    #[serde(skip)]
    memory: Memory,
    #[serde(default = "user")]
    kind: String,
    id: String,
    #[serde(default)]
    kept: BTreeMap<String, Value>,
    #[serde(default)]
    spellings: BTreeMap<String, WrittenSpelling>,
    #[serde(default)]
    aside: BTreeMap<String, Value>,
    #[serde(default)]
    unfinished: BTreeSet<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSpelling {
    sent: String,
    normal: String,
}

fn user() -> String {
    "user".to_owned()
}

impl Given {
    /// Reads JSON: an array of answers, or an object with more.
    ///
    /// # Errors
    /// What is wrong and what to write.
    pub fn read(text: &str) -> Result<Self, String> {
        let json = json::from_str(text).map_err(|error| format!("not JSON: {error}; {GIVEN}"))?;
        Self::from_json(json)
    }

    /// The same from JSON that was read already.
    ///
    /// # Errors
    /// What is wrong and what to write.
    pub fn from_json(json: Value) -> Result<Self, String> {
        let wrong = |error: json::Error| format!("not what can be given: {error}; {GIVEN}");
        let written = if json.is_array() {
            let answers = json::from_value(json).map_err(wrong)?;
            Written { answers, remembered: Vec::new(), params: BTreeMap::new(), protocol: None }
        } else {
            json::from_value(json).map_err(wrong)?
        };
        let Written { answers, remembered, params, protocol } = written;
        let protocol = match protocol.as_deref() {
            None => None,
            Some("1.1") => Some(Protocol::Scim11),
            Some("2.0") => Some(Protocol::Scim20),
            Some(other) => return Err(format!("there is no protocol `{other}`: write \"1.1\" or \"2.0\"")),
        };
        Ok(Self { says: answers.into_iter().map(says).collect(), params, protocol, remembered })
    }

    /// What is known already. Each remembered resource comes with what its type is called in a profile: `user`.
    #[must_use]
    pub fn of<'n>(
        says: Vec<TargetSays>,
        params: BTreeMap<String, Value>,
        protocol: Protocol,
        remembered: impl Iterator<Item = (&'n str, Remembered)>,
    ) -> Self {
        let remembered = remembered.map(|(noun, Remembered { id, memory, .. })| WrittenMemory {
            kind: noun.to_owned(),
            id,
            memory,
            ..WrittenMemory::default()
        });
        Self { says, params, protocol: Some(protocol), remembered: remembered.collect() }
    }

    /// What the store remembers, of types that `profile` has.
    ///
    /// # Errors
    /// A type that it has not.
    pub fn remembered(&self, profile: &Profile) -> Result<Vec<Remembered>, String> {
        let remembered = self.remembered.iter().map(|written| {
            let kind = resources(profile).find(|rules| rules.noun == written.kind.to_ascii_lowercase());
            let kind = kind.ok_or_else(|| format!("the profile `{}` has no type `{}`", profile.name, written.kind))?;
            let mut memory = written.memory.clone();
            memory.kept.extend(written.kept.clone());
            memory.aside.extend(written.aside.clone());
            memory.unfinished.extend(written.unfinished.clone());
            memory.spellings.extend(written.spellings.iter().map(|(name, WrittenSpelling { sent, normal })| {
                (name.clone(), Spelling { sent: sent.clone(), normal: normal.clone() })
            }));
            Ok(Remembered { kind: kind.kind.name.clone(), id: written.id.clone(), memory })
        });
        remembered.collect()
    }

    /// The parameters, checked by `profile`, with those of a command line before them.
    ///
    /// # Errors
    /// Every problem, a line each.
    pub fn params(&self, profile: &Profile, more: BTreeMap<String, Value>) -> Result<Params, String> {
        let mut values = self.params.clone();
        values.extend(more);
        Params::bind(&profile.params, &values).map_err(|problems| problems.join("\n"))
    }
}

fn says(written: WrittenAnswer) -> TargetSays {
    let WrittenAnswer { call, status, body, text, headers, retry_after_secs } = written;
    // An empty text is what a target without a body sends.
    let body = match (body, text) {
        (_, Some(text)) => Body::Text(text),
        (Some(body), None) if body.as_str() != Some("") => Body::Json(body),
        _ => Body::Empty,
    };
    let headers = headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    TargetSays { call, answer: TargetAnswer { retry_after_secs, headers, ..TargetAnswer::new(status, body) } }
}
