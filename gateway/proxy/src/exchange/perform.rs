//! Target calls of an exchange: performed, judged, counted, traced. And the look-up tables they read.

use std::sync::Arc;

use rules::profile::LookupRule;
use rules::{Facts, LookupTable, Stage, TargetCall, TargetFault, Verdict};
use serde_json::Value;

use super::Exchange;
use crate::failure::{Failure, TargetError};
use crate::record::CallRecord;

impl Exchange<'_> {
    /// Makes one call. Gives the body of a success (null if it was empty), or `None` if there is no such record.
    pub(super) async fn call(&mut self, call: &TargetCall) -> Result<Option<Value>, Failure> {
        let verdict = self.perform(call).await;
        self.trace.step(Stage::Call, Some(&call.rule), || match &verdict {
            Ok(Verdict::Done(_)) => format!("{call} → done"),
            Ok(Verdict::Absent) => format!("{call} → absent"),
            Ok(Verdict::Refused { detail, .. }) => format!("{call} → refused: {detail}"),
            Ok(Verdict::Failed(fault)) => format!("{call} → {fault}"),
            Err(error) => format!("{call} → {error}"),
        });
        outcome(verdict?)
    }

    /// As [`Exchange::call`], for calls that are made side by side: not traced one by one.
    pub(super) async fn ask(&self, call: &TargetCall) -> Result<Option<Value>, Failure> {
        outcome(self.perform(call).await?)
    }

    async fn perform(&self, call: &TargetCall) -> Result<Verdict, TargetError> {
        let started = self.house.parts.clock.elapsed();
        let answer = self.tenant.target.call(call).await;
        let record = CallRecord {
            verb: call.verb.as_str(),
            route: call.route.clone(),
            status: answer.as_ref().ok().map(|answer| answer.status),
            writes: call.verb.writes(),
            duration: self.house.parts.clock.elapsed().saturating_sub(started),
        };
        self.house.parts.metrics.target_call(&record);
        self.draft.note(|draft| draft.called(record));
        Ok(self.tenant.profile.judge(call, answer?))
    }

    /// The look-up tables that the profile needs; read at most once a minute, by one exchange for all.
    pub(super) async fn facts(&mut self) -> Result<Facts, Failure> {
        if let Some(facts) = &self.facts {
            return Ok(facts.clone());
        }
        let mut facts = Facts::default();
        for name in self.rules.tables() {
            let Some(rule) = self.tenant.profile.lookups.iter().find(|rule| rule.name == name) else { continue };
            let table = self.house.lookups.table(&self.tenant.id, name, self.read_table(rule)).await?;
            self.trace.step(Stage::Facts, Some(&rule.rule), || format!("look-up table {name} is at hand"));
            facts.tables.insert(name.to_owned(), table);
        }
        Ok(self.facts.insert(facts).clone())
    }

    /// The tables again, read anew unless they just were: a name that is not in them may have been added since.
    pub(super) async fn fresh_facts(&mut self) -> Result<Facts, Failure> {
        for name in self.rules.tables() {
            self.house.lookups.expire(&self.tenant.id, name).await;
        }
        self.facts = None;
        self.facts().await
    }

    async fn read_table(&self, rule: &LookupRule) -> Result<Arc<LookupTable>, TargetError> {
        let garbage = |reason: String| TargetError::Fault(TargetFault::Garbage { reason });
        let call = rule.call(&self.tenant.params).map_err(|refusal| garbage(refusal.to_string()))?;
        match self.perform(&call).await? {
            Verdict::Done(body) => Ok(Arc::new(LookupTable::from_body(rule, &body)?)),
            Verdict::Absent => Err(garbage(format!("there is no table `{}`", rule.name))),
            Verdict::Refused { detail, .. } => Err(garbage(detail)),
            Verdict::Failed(fault) => Err(fault.into()),
        }
    }
}

fn outcome(verdict: Verdict) -> Result<Option<Value>, Failure> {
    match verdict {
        Verdict::Done(body) => Ok(Some(body)),
        Verdict::Absent => Ok(None),
        Verdict::Refused { status, scim_type, detail } => Err(Failure::Refused { status, scim_type, detail }),
        Verdict::Failed(fault) => Err(TargetError::Fault(fault).into()),
    }
}
