//! What the tests of translation, search and planner share: small profiles, and records of the telemessage product.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;

use json::{Value, json};
use scim::Resource;

use crate::lookup::{Facts, LookupTable};
use crate::memory::Memory;
use crate::params::Params;
use crate::profile::Profile;
use crate::trace::Trace;
use crate::translate::{Present, Wanted};

/// A profile with what every profile needs; `map` goes below `[user.map]`, `more` behind. `userName` matches last and is
/// found by the last find rule.
pub(crate) fn profile(map: &str, more: &str) -> Profile {
    let text = format!(
        "profile = \"small\"\ntitle = \"Small\"\n[params]\nregion = {{ type = \"region\", default = \"US\" }}\n\
         site = {{ type = \"text\", default = \"a b\" }}\n[target]\nauth = \"none\"\n\
         [user]\nid = \"id\"\n[user.get]\nget = \"/users/{{id}}\"\n\
         [user.map]\nuserName = {{ direct = \"login\", required = true, match = 9 }}\n{map}\n{more}\n\
         [[user.find]]\nby = \"userName\"\nget = \"/users/by-login/{{login}}\"\nrows = \"\"\n"
    );
    load("small/profile.toml", &text)
}

/// A profile as shipped.
pub(crate) fn shipped(name: &str) -> Profile {
    load(&format!("{name}/profile.toml"), crate::shipped::shipped(name).unwrap().profile)
}

fn load(file: &str, text: &str) -> Profile {
    match Profile::load(file, text) {
        Ok((profile, _)) => profile,
        Err(report) => panic!("{}\n{text}", report.to_terminal(crate::diagnostics::Colour::Plain)),
    }
}

/// A profile, a tenant's parameters and the tables of its target.
pub(crate) struct World {
    pub(crate) profile: Profile,
    pub(crate) params: Params,
    pub(crate) facts: Facts,
}

impl World {
    pub(crate) fn new(profile: Profile) -> Self {
        Self::with(profile, &json!({}))
    }

    /// Telemessage in `region`, with two managers.
    pub(crate) fn telemessage(region: &str) -> Self {
        Self::with(shipped("telemessage"), &json!({"region": region}))
    }

    fn with(profile: Profile, params: &Value) -> Self {
        let given: BTreeMap<String, Value> =
            params.as_object().unwrap().iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let params = Params::bind(&profile.params, &given).unwrap();
        let managers = json!({"managers": [{"id": 7, "name": "Acme North"}, {"id": 8, "name": "Acme South"}]});
        let mut facts = Facts::default();
        for rule in &profile.lookups {
            let table = LookupTable::from_body(rule, &managers).unwrap();
            facts.tables.insert(rule.name.clone(), Arc::new(table));
        }
        World { profile, params, facts }
    }

    /// `record` as read from the target.
    pub(crate) fn present(&self, record: Value, memory: &Memory) -> Present {
        self.profile.user.present(&self.params, record, &self.facts, memory, &mut Trace::off()).unwrap()
    }

    /// `sent` in normal form.
    pub(crate) fn wanted(&self, sent: Value) -> Wanted {
        self.profile.user.wanted(&self.params, &self.decoded(sent), &mut Trace::off()).unwrap()
    }

    /// What is wanted, as a resource.
    pub(crate) fn resource(&self, wanted: &Wanted) -> Resource {
        self.profile.user.resource_of(|at| wanted.value(at))
    }

    /// `sent` as the decoder gives it.
    pub(crate) fn decoded(&self, sent: Value) -> Resource {
        Resource::decode(&self.profile.user.kind, sent).unwrap().resource
    }
}

/// A record of the telemessage product.
pub(crate) fn record() -> Value {
    json!({
        "id": "u1", "msisdn": "14155550100", "managerId": 7, "status": "ENABLED",
        "email": "ada@example.com", "firstName": "Ada", "lastName": "Byron",
    })
}

/// What an IdP sends for [`record`].
pub(crate) fn sent() -> Value {
    json!({
        "userName": "(415) 555-0100", "displayName": "Acme North", "active": true, "externalId": "x1",
        "emails": [{"type": "work", "value": "ada@example.com"}],
        "name": {"givenName": "Ada", "familyName": "Byron"},
    })
}
