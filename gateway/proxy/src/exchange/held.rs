//! Resources that the target holds, read together with what is remembered of them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use json::Value;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use rules::{Facts, Memory, Present, TargetFault};
use scim::Attribute;
use scim::operation::{Condition, Endpoint, EntityTag, View};
use scim::projection::Projection;
use store::Scope;

use super::joins::Sight;
use super::{Answer, Exchange};
use crate::failure::{Failure, TargetError};

/// A resource that the target holds now, and what is remembered of it.
pub(super) struct Held {
    /// What the target holds.
    pub(super) present: Present,
    /// What it cannot hold.
    pub(super) memory: Memory,
    /// Its version, if it has one.
    pub(super) version: Option<EntityTag>,
}

impl Exchange<'_> {
    /// The target's record of this id, whole; `None` also if nobody may see it.
    pub(super) async fn record(&mut self, id: &str) -> Result<Option<Value>, Failure> {
        self.record_in_sight(id, Sight::Resources).await
    }

    /// The same of more than resources.
    pub(super) async fn record_in_sight(&mut self, id: &str, sight: Sight) -> Result<Option<Value>, Failure> {
        if self.rules.is_fixed() {
            return Ok(self.rules.fixed_record(id).cloned());
        }
        let Some(target) = self.target_id(id).await?.map(Cow::into_owned) else { return Ok(None) };
        let record = match self.record_named(&target).await? {
            Some(record) => Some(record),
            None => self.record_renamed(id).await?,
        };
        let Some(record) = record else { return Ok(None) };
        let record = if self.rules.record.joins.is_empty() { record } else { self.joined(record).await? };
        Ok(Some(record).filter(|record| self.sees(record, sight)))
    }

    /// The record that has this id in the target, as its answer has it. An id that cannot stand in the target's path was never
    /// given out.
    pub(super) async fn record_named(&mut self, target: &str) -> Result<Option<Value>, Failure> {
        let Ok(read) = self.rules.read_call(&self.tenant.params, target) else { return Ok(None) };
        match self.answered(&read.call).await? {
            Some(answered) => self.own_record(&read, target, answered),
            None => Ok(None),
        }
    }

    /// Reads one resource by id.
    pub(super) async fn held(&mut self, id: &str) -> Result<Option<Held>, Failure> {
        match self.record(id).await? {
            Some(record) => Ok(self.hold(vec![record]).await?.pop()),
            None => Ok(None),
        }
    }

    /// Reads records that were found, with one question to the store.
    pub(super) async fn hold(&mut self, records: Vec<Value>) -> Result<Vec<Held>, Failure> {
        let mut all = self.hold_unsealed(records).await?;
        for held in &mut all {
            self.seal(held);
        }
        Ok(all)
    }

    /// The same without versions: a scan reads many records and shows few.
    pub(super) async fn hold_unsealed(&mut self, records: Vec<Value>) -> Result<Vec<Held>, Failure> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<String> =
            records.iter().map(|record| self.rules.id_of(record)).collect::<Result<_, _>>().map_err(fault)?;
        let ids = self.scim_ids(ids).await?;
        let mut memories = BTreeMap::new();
        if self.rules.needs_memory() {
            memories = self.house.parts.store.recall(self.scope(), &ids).await?;
        }
        let facts = self.facts().await?;
        let present = |(record, id): (Value, &String)| {
            let mut held = self.present(record, memories.remove(id).unwrap_or_default(), &facts)?;
            if held.present.id != *id {
                held.present.resource.set_id(id);
            }
            Ok(held)
        };
        records.into_iter().zip(&ids).map(present).collect()
    }

    /// Reads one record whose memory is known.
    pub(super) async fn hold_one(&mut self, record: Value, memory: Memory) -> Result<Held, Failure> {
        let facts = self.facts().await?;
        let mut held = self.present(record, memory, &facts)?;
        if let Some(id) = self.scim_ids(vec![held.present.id.clone()]).await?.pop().filter(|id| *id != held.present.id)
        {
            held.present.resource.set_id(&id);
        }
        self.seal(&mut held);
        Ok(held)
    }

    fn present(&mut self, record: Value, memory: Memory, facts: &Facts) -> Result<Held, Failure> {
        let present =
            self.rules.present(&self.tenant.params, record, facts, &memory, &mut self.trace).map_err(fault)?;
        Ok(Held { present, memory, version: None })
    }

    /// `GET /Users/{id}`, `GET /Groups/{id}`.
    pub(super) async fn read(&mut self, id: &str, view: &View, condition: &Condition) -> Result<Answer, Failure> {
        let projection = self.projection(view)?;
        let mut held = self.held(id).await?.ok_or_else(|| self.not_found(id))?;
        self.draft.note(|record| record.resource = Some(id.to_owned()));
        let version = held.version.clone();
        if let Some(version) = version.clone().filter(|version| condition.knows(Some(version))) {
            return Ok(Answer::not_modified(version));
        }
        self.fill_members(&mut held, &projection).await?;
        Ok(Answer::shown(self.show(held, &projection), self.location(id), version))
    }

    /// A resource as the answer shows it.
    pub(super) fn show(&self, held: Held, projection: &Projection) -> Value {
        let Held { present, memory, version: _ } = held;
        let shown = self.rules.shown(present.resource, &memory);
        let location = self.location(shown.id().unwrap_or(&present.id));
        let mut json = shown.into_json(&self.rules.kind, &location);
        self.refer(&mut json);
        projection.apply(&self.rules.kind, &mut json);
        json
    }

    /// Fills in the URLs of the resources that this one names, where the schema shows them: they are ours to know, not the
    /// target's.
    fn refer(&self, json: &mut Value) {
        let shown = &self.rules.shown;
        let own = match self.endpoint {
            Endpoint::Groups => Some(("members", None)),
            Endpoint::Users if self.tenant.profile.group.is_some() => Some(("groups", Some(Endpoint::Groups))),
            Endpoint::Users => None,
        };
        if let Some((name, to)) = own
            && let (Some(place), Some(attribute)) = (json.get_mut(name), shown.schema.attribute(name))
        {
            self.refer_each(attribute, place, to);
        }
        let place = json.get_mut(scim::name::ENTERPRISE_USER).and_then(|extension| extension.get_mut("manager"));
        let enterprise = || shown.extensions.iter().find(|extension| extension.id == scim::name::ENTERPRISE_USER);
        if let Some(place) = place
            && let Some(manager) = enterprise().and_then(|schema| schema.attribute("manager"))
        {
            self.refer_each(manager, place, Some(Endpoint::Users));
        }
    }

    /// `to`: what the values are; `None` if each says so by its `type`, and is a user if it does not.
    fn refer_each(&self, attribute: &Attribute, place: &mut Value, to: Option<Endpoint>) {
        if attribute.sub_attribute("$ref").is_none() {
            return;
        }
        let elements = match place {
            Value::Array(elements) => elements.as_mut_slice(),
            single => std::slice::from_mut(single),
        };
        for element in elements.iter_mut().filter_map(Value::as_object_mut) {
            let kind = element.get("type").and_then(Value::as_str);
            let is_group = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("Group"));
            let to = to.unwrap_or(if is_group { Endpoint::Groups } else { Endpoint::Users });
            if let (Some(Value::String(id)), false) = (element.get("value"), element.contains_key("$ref")) {
                let url = self.url(to, id);
                element.insert("$ref".to_owned(), Value::String(url));
            }
        }
    }

    /// Absolute URL of a resource.
    pub(super) fn location(&self, id: &str) -> String {
        self.url(self.endpoint, id)
    }

    fn url(&self, endpoint: Endpoint, id: &str) -> String {
        let endpoint = match endpoint {
            Endpoint::Users => "/Users",
            Endpoint::Groups => "/Groups",
        };
        format!("{}{endpoint}/{}", self.root, percent_encoding::utf8_percent_encode(id, RESERVED))
    }

    /// 404 for this id.
    pub(super) fn not_found(&self, id: &str) -> Failure {
        let kind = match self.endpoint {
            Endpoint::Users => "User",
            Endpoint::Groups => "Group",
        };
        Failure::NotFound { kind, id: id.to_owned() }
    }

    pub(super) fn projection(&self, view: &View) -> Result<Projection, Failure> {
        Ok(Projection::new(&self.rules.kind, view.attributes.as_deref(), view.excluded.as_deref())?)
    }

    /// Whose memory this exchange may see.
    pub(super) fn scope(&self) -> Scope<'_> {
        Scope { tenant: &self.tenant.id, kind: &self.rules.kind.name }
    }
}

/// Everything but what RFC 3986 §2.3 leaves as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn fault(fault: TargetFault) -> Failure {
    TargetError::Fault(fault).into()
}
