//! Resources that the target holds, read together with what is remembered of them.

use std::collections::BTreeMap;

use rules::{Memory, Present, TargetFault};
use scim::operation::View;
use scim::projection::Projection;
use serde_json::Value;
use store::Scope;

use super::{Answer, Exchange};
use crate::failure::{Failure, TargetError};

/// A resource that the target holds now, and what is remembered of it.
pub(super) struct Held {
    /// What the target holds.
    pub(super) present: Present,
    /// What it cannot hold.
    pub(super) memory: Memory,
}

impl Exchange<'_> {
    /// The target's record of this id.
    pub(super) async fn record(&mut self, id: &str) -> Result<Option<Value>, Failure> {
        // An id that cannot stand in the target's path was never given out.
        let Ok(read) = self.rules.read_call(&self.tenant.params, id) else { return Ok(None) };
        let Some(body) = self.call(&read.call).await? else { return Ok(None) };
        let unread = || fault(TargetFault::Garbage { reason: "a user was read and no record came".to_owned() });
        let record = read.record_in(body).map_err(fault)?.ok_or_else(unread)?;
        // Some targets know words where ids stand (`/users/current`): those are no ids of ours.
        let own = self.rules.id_of(&record).map_err(fault)? == id;
        Ok(own.then_some(record))
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
        let ids: Vec<String> =
            records.iter().map(|record| self.rules.id_of(record)).collect::<Result<_, _>>().map_err(fault)?;
        let mut memories = BTreeMap::new();
        if self.rules.needs_memory() && !ids.is_empty() {
            memories = self.house.parts.store.recall(self.scope(), &ids).await?;
        }
        let mut held = Vec::with_capacity(records.len());
        for (record, id) in records.into_iter().zip(&ids) {
            held.push(self.hold_one(record, memories.remove(id).unwrap_or_default()).await?);
        }
        Ok(held)
    }

    /// Reads one record whose memory is known.
    pub(super) async fn hold_one(&mut self, record: Value, memory: Memory) -> Result<Held, Failure> {
        let facts = self.facts().await?;
        let present =
            self.rules.present(&self.tenant.params, record, &facts, &memory, &mut self.trace).map_err(fault)?;
        Ok(Held { present, memory })
    }

    /// `GET /Users/{id}`.
    pub(super) async fn read(&mut self, id: &str, view: &View) -> Result<Answer, Failure> {
        let projection = self.projection(view)?;
        let held = self.held(id).await?.ok_or_else(|| not_found(id))?;
        self.draft.note(|record| record.resource = Some(id.to_owned()));
        Ok(Answer::ok(self.show(held, &projection)))
    }

    /// A resource as the answer shows it.
    pub(super) fn show(&self, held: Held, projection: &Projection) -> Value {
        let Held { present, memory } = held;
        let shown = self.rules.shown(present.resource, &memory);
        let mut json = shown.into_json(&self.rules.kind, &self.location(&present.id));
        projection.apply(&self.rules.kind, &mut json);
        json
    }

    /// Absolute URL of a resource.
    pub(super) fn location(&self, id: &str) -> String {
        let id = percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC);
        format!("{}{}/{id}", self.root, self.rules.kind.endpoint)
    }

    pub(super) fn projection(&self, view: &View) -> Result<Projection, Failure> {
        Ok(Projection::new(&self.rules.kind, view.attributes.as_deref(), view.excluded.as_deref())?)
    }

    /// Whose memory this exchange may see.
    pub(super) fn scope(&self) -> Scope<'_> {
        Scope { tenant: &self.tenant.id, kind: &self.rules.kind.name }
    }
}

pub(super) fn not_found(id: &str) -> Failure {
    Failure::NotFound { kind: "User", id: id.to_owned() }
}

pub(super) fn fault(fault: TargetFault) -> Failure {
    TargetError::Fault(fault).into()
}
