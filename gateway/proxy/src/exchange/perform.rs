//! Target calls of an exchange: performed, judged, counted, traced. And the look-up tables they read.

use std::sync::Arc;

use json::Value;
use rules::judge::Answered;
use rules::profile::LookupRule;
use rules::{Facts, LookupTable, Random, Stage, TargetCall, TargetFault, Verdict};
use tokio::time::sleep;

use super::Exchange;
use crate::failure::{Failure, TargetError};
use crate::limits::CALL_TIME_MAX;
use crate::record::CallRecord;

impl Exchange<'_> {
    /// Makes one call. Gives the body of a success (null if it was empty), or `None` if there is no such record.
    pub(super) async fn call(&mut self, call: &TargetCall) -> Result<Option<Value>, Failure> {
        Ok(self.answered(call).await?.map(|answered| answered.body))
    }

    /// As [`Exchange::call`], with the headers that the call reads.
    pub(super) async fn answered(&mut self, call: &TargetCall) -> Result<Option<Answered>, Failure> {
        let verdict = self.perform(call).await;
        self.trace.step(Stage::Call, Some(&call.rule), || match &verdict {
            Ok(Verdict::Done(_)) => format!("{call} → done"),
            Ok(Verdict::Absent) => format!("{call} → absent"),
            Ok(Verdict::Changed) => format!("{call} → changed since it was read"),
            Ok(Verdict::Refused { detail, .. }) => format!("{call} → refused: {detail}"),
            Ok(Verdict::Failed(fault)) => format!("{call} → {fault}"),
            Err(error) => format!("{call} → {error}"),
        });
        outcome(verdict?)
    }

    /// As [`Exchange::answered`], for calls that are made side by side: not traced one by one.
    pub(super) async fn answered_aside(&self, call: &TargetCall) -> Result<Option<Answered>, Failure> {
        outcome(self.perform(call).await?)
    }

    /// One call; once more if the target was busy, did nothing, and is free again in a moment.
    async fn perform(&self, call: &TargetCall) -> Result<Verdict, TargetError> {
        let started = self.house.parts.clock.elapsed();
        let verdict = self.perform_once(call).await?;
        let Verdict::Failed(TargetFault::Busy { repeat_after: Some(wait), .. }) = verdict else { return Ok(verdict) };
        if self.house.parts.clock.elapsed().saturating_sub(started) + wait > CALL_TIME_MAX {
            return Ok(verdict);
        }
        sleep(wait).await;
        self.perform_once(call).await
    }

    async fn perform_once(&self, call: &TargetCall) -> Result<Verdict, TargetError> {
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
            return self.with_random(facts.clone());
        }
        let mut facts = Facts::default();
        for name in self.rules.tables() {
            let Some(rule) = self.tenant.profile.lookups.iter().find(|rule| rule.name == name) else { continue };
            let table = self.house.lookups.table(&self.tenant.id, name, self.read_table(rule)).await?;
            self.trace.step(Stage::Facts, Some(&rule.rule), || format!("look-up table {name} is at hand"));
            facts.tables.insert(name.to_owned(), table);
        }
        let facts = self.facts.insert(facts).clone();
        self.with_random(facts)
    }

    /// `facts` with randomness of their own, if anything is made of it: no two resources share a password.
    fn with_random(&self, facts: Facts) -> Result<Facts, Failure> {
        let count = self.rules.random_bytes();
        if count == 0 {
            return Ok(facts);
        }
        let mut bytes = vec![0; count];
        self.house.parts.random.fill(&mut bytes)?;
        Ok(Facts { random: Random::new(&bytes), ..facts })
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
            Verdict::Done(done) => Ok(Arc::new(LookupTable::from_body(rule, &done.body)?)),
            Verdict::Absent => Err(garbage(format!("there is no table `{}`", rule.name))),
            Verdict::Refused { detail, .. } => Err(garbage(detail)),
            Verdict::Changed => Err(TargetFault::Changed.into()),
            Verdict::Failed(fault) => Err(fault.into()),
        }
    }
}

fn outcome(verdict: Verdict) -> Result<Option<Answered>, Failure> {
    match verdict {
        Verdict::Done(done) => Ok(Some(done)),
        Verdict::Absent => Ok(None),
        Verdict::Changed => Err(TargetError::Fault(TargetFault::Changed).into()),
        Verdict::Refused { status, scim_type, detail } => Err(Failure::Refused { status, scim_type, detail }),
        Verdict::Failed(fault) => Err(TargetError::Fault(fault).into()),
    }
}
