//! Which rules of a profile its passing cases have seen at work: each mapping written and read, each call made, each row of
//! the error table met.
//!
//! What counts is what a case expects: a value that stands in an answer by the way proves nothing of its mapping.

use std::collections::BTreeSet;

use json::Value;
use proxy::Failure;
use rules::profile::{Mapping, ResourceRules, Source};
use rules::source::RuleRef;
use rules::{Profile, Stage};
use scim::schema::{Mutability, Returned};

use crate::rehearsal::{Performed, Played, arounds, calls, resources};

use super::cases::{Case, ExpectedBody};
use super::compare::answered_by;

/// What a case has to see of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Seen {
    /// A case expects a value of the attribute in an answer.
    Read,
    /// The attribute or field was written to the target, or kept by the store.
    Written,
    /// The call was made.
    Called,
    /// The row has judged an answer; the check has refused.
    Met,
}

impl Seen {
    /// What is missing, in words.
    fn missing(self) -> &'static str {
        match self {
            Seen::Read => "never read: no answer is expected to have it",
            Seen::Written => "never written",
            Seen::Called => "never called",
            Seen::Met => "never met",
        }
    }
}

/// One thing that cases can cover.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item {
    line: usize,
    name: String,
    seen: Seen,
    file: String,
}

impl Item {
    fn new(rule: &RuleRef, seen: Seen) -> Self {
        Self { line: rule.line, name: rule.name.clone(), seen, file: rule.file.to_string() }
    }

    /// `user.map.title (profile.toml:17) is never written`.
    pub(super) fn told(&self) -> String {
        format!("{}:{}: {} is {}", self.file, self.line, self.name, self.seen.missing())
    }

    /// `{"rule", "file", "line", "missing"}`.
    pub(super) fn json(&self) -> Value {
        let missing = match self.seen {
            Seen::Read => "read",
            Seen::Written => "written",
            Seen::Called => "called",
            Seen::Met => "met",
        };
        json::json!({"rule": self.name, "file": self.file, "line": self.line, "missing": missing})
    }
}

/// What cases have covered so far.
pub(super) struct Coverage {
    all: BTreeSet<Item>,
    seen: BTreeSet<Item>,
}

impl Coverage {
    /// Nothing so far.
    pub(super) fn of(profile: &Profile) -> Self {
        let mut all = BTreeSet::new();
        all.extend(calls(profile).into_iter().map(|call| Item::new(&call.rule, Seen::Called)));
        all.extend(profile.errors.iter().map(|row| Item::new(&row.rule, Seen::Met)));
        for check in resources(profile).flat_map(arounds).flat_map(|around| &around.checks) {
            all.insert(Item::new(&check.call.rule, Seen::Met));
        }
        for rules in resources(profile) {
            for mapping in &rules.map {
                all.extend(is_read(mapping).then(|| Item::new(&mapping.rule, Seen::Read)));
                all.extend(is_written(rules, mapping).then(|| Item::new(&mapping.rule, Seen::Written)));
            }
            all.extend(rules.write.iter().map(|write| Item::new(&write.rule, Seen::Written)));
        }
        Self { all, seen: BTreeSet::new() }
    }

    /// Adds what a case that passed has seen.
    pub(super) fn add(&mut self, profile: &Profile, case: &Case, performed: &[Performed], played: &Played) {
        let mut see = |rule: &RuleRef, seen| self.seen.insert(Item::new(rule, seen));
        for Performed { call, answer, .. } in performed {
            see(&call.rule, Seen::Called);
            if let Some(row) = answer.as_ref().and_then(|answer| profile.error_row(call, answer)) {
                see(&row.rule, Seen::Met);
            }
        }
        // Several checks may say the same; the one that refused was the last to be asked.
        let checks = || resources(profile).flat_map(arounds).flat_map(|around| &around.checks);
        if let (Some(Failure::Refused { detail, .. }), Some(last)) = (&played.failure, performed.last())
            && let Some(check) = checks().find(|check| *check.detail == **detail && check.call.rule == last.call.rule)
        {
            see(&check.call.rule, Seen::Met);
        }
        // A change that was planned and never sent has written nothing.
        if performed.iter().any(|performed| performed.call.verb.writes()) {
            for step in played.steps.iter().filter(|step| step.stage == Stage::Change) {
                if let Some(rule) = &step.rule {
                    see(rule, Seen::Written);
                }
            }
        }
        for remembered in played.remembered.iter().filter(|_| case.expect.remembered.is_some()) {
            let rules = resources(profile).filter(|rules| rules.kind.name == remembered.kind);
            for mapping in rules.flat_map(|rules| &rules.map) {
                if remembered.memory.kept.contains_key(&mapping.name) {
                    see(&mapping.rule, Seen::Written);
                }
            }
        }
        if let (ExpectedBody::Members(expected), Some(rules)) = (&case.expect.body, answered_by(profile, played)) {
            for mapping in rules.map.iter().filter(|mapping| shows(expected, mapping)) {
                see(&mapping.rule, Seen::Read);
            }
        }
    }

    /// How many of how many things are covered.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.all.intersection(&self.seen).count(), self.all.len())
    }

    /// Whole percent, rounded down: 100 is everything.
    pub(super) fn percent(&self) -> usize {
        let (seen, all) = self.counts();
        (seen * 100).checked_div(all).unwrap_or(100)
    }

    /// Calls that were made by rules which nobody knows: a way to make calls was added, and not counted.
    #[cfg(test)]
    pub(super) fn strangers(&self) -> Vec<String> {
        let called = self.seen.difference(&self.all).filter(|item| item.seen == Seen::Called);
        called.map(|item| format!("{}:{}", item.name, item.line)).collect()
    }

    /// What is not covered, in the order of the file.
    pub(super) fn missing(&self) -> impl Iterator<Item = &Item> {
        self.all.difference(&self.seen)
    }
}

/// Whether answers can show it: passwords cannot.
fn is_read(mapping: &Mapping) -> bool {
    mapping
        .attribute
        .leaf()
        .is_none_or(|leaf| leaf.mutability != Mutability::WriteOnly && leaf.returned != Returned::Never)
}

/// Whether it is written by itself: into a field of its own, or into the store.
fn is_written(rules: &ResourceRules, mapping: &Mapping) -> bool {
    let writable = mapping.attribute.leaf().is_none_or(|leaf| leaf.mutability != Mutability::ReadOnly);
    writable && !rules.is_fixed() && !matches!(mapping.source, Source::Constant(_) | Source::Expression { .. })
}

/// Whether an expected answer, of a resource or of a list of them, says what the attribute is.
fn shows(expected: &Value, mapping: &Mapping) -> bool {
    let of_one = |resource: &Value| mapping.attribute.read(&scim::Resource::of_answer(resource)).is_some();
    let rows = expected.get("Resources").and_then(Value::as_array);
    of_one(expected) || rows.into_iter().flatten().any(of_one)
}
