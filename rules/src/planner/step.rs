//! Calls in order, some of which need what earlier ones answer: data that the shell performs.
//!
//! A call that needs nothing of another stands as it is. One that does is filled with a stand-in when it is planned, so that
//! whatever can be refused is refused then, and again when its turn comes.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use json::Value;
use scim::Resource;

use super::body::{self, Ingredients};
use super::{EachValue, PlannedCheck};
use crate::call::TargetCall;
use crate::expression::Value as Computed;
use crate::judge::{Answered, TargetFault};
use crate::lookup::{Facts, scalar_text};
use crate::params::Params;
use crate::profile::{
    AnswerRule, CallRule, FieldPath, ResourceCondition, ResourceRules, StepRule, UndoRule, UpdateRule,
};
use crate::refusal::Refusal;
use crate::trace::{Stage, Trace};
use crate::translate::OfResource;

/// What stands for an answer that is not there yet; an id that can stand in every path.
const STAND_IN: &str = "0";

/// Ordered target calls that turn the present state into the wanted one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// Looked at before the first call that writes; each may refuse all of it.
    pub checks: Vec<PlannedCheck>,
    /// In order; the first failure ends it, and the IdP's retry computes the rest.
    pub calls: Vec<PlannedCall>,
    /// What must be remembered as begun before the first call, because nobody could see by the record that it did not end: steps
    /// behind a main call. Names of [`Memory::unfinished`](crate::Memory::unfinished).
    pub unfinished: BTreeSet<String>,
    /// What must be remembered as set aside before the first call, and what was is not any more;
    /// [`Memory::aside`](crate::Memory::aside).
    pub aside: BTreeMap<String, Value>,
    /// The target's id of the record behind the calls, if they change it and what is written tells it.
    pub becomes: Option<String>,
    /// What the placeholders of each sequence of calls stand for; empty for calls that stand alone.
    pub(super) sequences: Vec<Known>,
}

/// A call and what its answer holds.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedCall {
    /// The call; with stand-ins if it needs what earlier ones answer.
    pub call: TargetCall,
    /// Where the record as it now is stands in the answer; `None` if it must be read again.
    pub record: Option<FieldPath>,
    /// Where the id of the record is told, if its answer is not the record.
    pub id: Option<NewId>,
    /// What else there is to it; `None` for a call that stands alone.
    pub step: Option<Box<Step>>,
}

/// Where the id of a record is told that a call made or renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewId {
    /// In this field of the answer.
    Field(FieldPath),
    /// In the last part of the path in `Location`.
    Location,
    /// It follows from the fields.
    Known(String),
}

/// One call of a sequence.
#[derive(Debug, Clone)]
pub struct Step {
    /// The call and all about it.
    pub rule: Arc<StepRule>,
    /// The value it is made for.
    pub each: Option<EachValue>,
    /// Whether it is the call that the sequence is for.
    pub is_main: bool,
    /// Whether it must be filled in again when its turn comes.
    pub is_late: bool,
    /// Index into [`Plan::sequences`].
    sequence: usize,
    /// `user.create`.
    what: String,
}

impl PartialEq for Step {
    fn eq(&self, other: &Self) -> bool {
        let key = |step: &Self| (step.rule.call.rule.clone(), step.each.clone(), step.is_main, step.is_late);
        key(self) == key(other)
    }
}

/// What the placeholders of a sequence stand for.
#[derive(Clone, PartialEq, Default)]
pub struct Known {
    /// The record's id, once there is one.
    pub id: Option<String>,
    /// The fields that change.
    pub changed: Value,
    /// Every field that will have a value.
    pub all: Value,
    /// The record as it was read.
    pub record: Value,
    /// The same with the changes written in.
    pub whole: Value,
    /// Every field that is written, also those that no body has: what names stand for.
    pub written: Value,
    /// Answers of the steps that have a name.
    pub(super) answers: Vec<(String, Value)>,
    /// Names of the steps that will answer.
    pub(super) expected: Vec<String>,
}

impl fmt::Debug for Known {
    /// Fields and answers may be passwords and tokens: none of them is printed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").field("id", &self.id).field("expected", &self.expected).finish_non_exhaustive()
    }
}

impl Known {
    /// What stands for `name` until an earlier call has answered.
    pub(super) fn stand_in(&self, name: &str) -> Option<Cow<'static, str>> {
        let step = name.split('.').next().unwrap_or_default();
        self.expected.iter().any(|expected| expected == step).then_some(Cow::Borrowed(STAND_IN))
    }
}

impl Plan {
    /// A plan of one call that stands alone.
    #[must_use]
    pub fn of(call: PlannedCall) -> Self {
        Self { calls: vec![call], ..Self::default() }
    }

    /// Begins a sequence of calls that know of each other.
    pub(super) fn begin(&mut self, known: Known) {
        self.sequences.push(known);
    }

    /// The sequence that was begun last.
    pub(super) fn known(&self) -> Option<&Known> {
        self.sequences.last()
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// The call at `at`, filled with what is known by now; `None` behind the last.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if an answer lacked what the call needs.
    pub fn call(
        &self,
        rules: &ResourceRules,
        params: &Params,
        at: usize,
    ) -> Result<Option<Cow<'_, TargetCall>>, TargetFault> {
        let Some(planned) = self.calls.get(at) else { return Ok(None) };
        let Some(step) = planned.step.as_ref().filter(|step| step.is_late) else {
            return Ok(Some(Cow::Borrowed(&planned.call)));
        };
        let Some(known) = self.sequences.get(step.sequence) else { return Ok(Some(Cow::Borrowed(&planned.call))) };
        let of_record = step.is_main && step.each.is_none();
        let place = Place { rules, params, known, each: step.each.as_ref(), stands_in: false, of_record };
        let call = place.call(&step.rule.call, &step.what).map_err(|name| {
            let reason = format!("there is no `{name}` for {} in what was answered before", planned.call.route);
            TargetFault::Garbage { reason }
        })?;
        Ok(Some(Cow::Owned(call)))
    }

    /// Notes the answer to the call at `at`, for the calls behind it.
    pub fn answered(&mut self, at: usize, body: &Value) {
        let Some(step) = self.calls.get(at).and_then(|planned| planned.step.as_ref()) else { return };
        if let (Some(name), Some(known)) = (&step.rule.name, self.sequences.get_mut(step.sequence)) {
            known.answers.push((name.clone(), body.clone()));
        }
    }

    /// Notes the record that the main call made or changed, for the calls behind it.
    pub fn settled(&mut self, id: &str, record: Option<&Value>) {
        for known in &mut self.sequences {
            known.id = Some(id.to_owned());
            if let Some(record) = record {
                known.record = record.clone();
            }
        }
    }

    /// The calls that undo what was done: the calls at `done`, and `failed` if it may have left something; the last first.
    /// What cannot be said (an id that nobody gave) cannot be undone.
    #[must_use]
    pub fn undo(
        &self,
        rules: &ResourceRules,
        params: &Params,
        done: &[usize],
        failed: Option<usize>,
    ) -> Vec<TargetCall> {
        let step = |at: usize| self.calls.get(at)?.step.as_deref();
        let half = failed.and_then(step).and_then(|step| Some((step, step.rule.undo.as_ref()?)));
        let half = half.filter(|(_, undo)| undo.half_done);
        let whole =
            done.iter().rev().filter_map(|at| step(*at)).filter_map(|step| Some((step, step.rule.undo.as_ref()?)));
        half.into_iter().chain(whole).filter_map(|(step, undo)| self.undo_call(rules, params, step, undo)).collect()
    }

    fn undo_call(&self, rules: &ResourceRules, params: &Params, step: &Step, undo: &UndoRule) -> Option<TargetCall> {
        let known = self.sequences.get(step.sequence)?;
        let place = Place { rules, params, known, each: step.each.as_ref(), stands_in: false, of_record: false };
        place.call(&undo.call, &format!("{}.undo", step.what)).ok()
    }
}

impl PlannedCall {
    /// The record in the body of a successful answer; `None` if none is promised and it must be read again.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if a record was promised and is not there.
    pub fn record_in(&self, body: Value) -> Result<Option<Value>, TargetFault> {
        let Some(field) = &self.record else { return Ok(None) };
        if let Some(record) = field.take(body).filter(Value::is_object) {
            return Ok(Some(record));
        }
        let place = if field.is_whole() { "the body".to_owned() } else { format!("field `{field}`") };
        Err(TargetFault::Garbage { reason: format!("no record in {place} of the answer to {}", self.call.route) })
    }
}

impl NewId {
    /// The id in a successful answer.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if it is not there.
    pub fn of(&self, answer: &Answered) -> Result<String, TargetFault> {
        let id = match self {
            Self::Known(id) => Some(id.clone()),
            Self::Field(field) => field.assigned(&answer.body).and_then(scalar_text).map(Cow::into_owned),
            Self::Location => answer.header(LOCATION).and_then(last_part),
        };
        id.filter(|id| !id.is_empty()).ok_or_else(|| TargetFault::Garbage {
            reason: match self {
                Self::Field(field) => format!("no id in field `{field}` of the answer"),
                Self::Location | Self::Known(_) => "no id in `Location` of the answer".to_owned(),
            },
        })
    }
}

/// The header that says where a new record is (RFC 9110 §10.2.2).
pub const LOCATION: &str = "location";

/// The last part of the path of a URL, decoded.
fn last_part(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?.trim_end_matches('/');
    let part = path.rsplit('/').next()?;
    percent_encoding::percent_decode_str(part).decode_utf8().ok().map(Cow::into_owned)
}

impl CallRule {
    pub(super) fn planned(&self, call: TargetCall) -> PlannedCall {
        let record = match &self.answer {
            AnswerRule::Record(field) => Some(field.clone()),
            AnswerRule::Row(_)
            | AnswerRule::Nothing
            | AnswerRule::Id(_)
            | AnswerRule::Location
            | AnswerRule::Derived(_) => None,
        };
        PlannedCall { call, record, id: None, step: None }
    }

    /// Where the answer has the id, if it has it and no record; `value` gives what a derived one is made of.
    ///
    /// # Errors
    /// The name that has no value.
    pub(super) fn new_id<'v>(
        &self,
        params: &'v Params,
        value: impl Fn(&str) -> Option<Cow<'v, str>>,
    ) -> Result<Option<NewId>, String> {
        Ok(match &self.answer {
            AnswerRule::Record(_) | AnswerRule::Row(_) | AnswerRule::Nothing => None,
            AnswerRule::Id(field) => Some(NewId::Field(field.clone())),
            AnswerRule::Location => Some(NewId::Location),
            AnswerRule::Derived(template) => {
                let id = template.try_fill(|name| value(name).or_else(|| param(params, name)));
                Some(NewId::Known(id.map_err(str::to_owned)?))
            }
        })
    }
}

/// A parameter of the tenant as text.
pub(super) fn param<'p>(params: &'p Params, name: &str) -> Option<Cow<'p, str>> {
    params.values.iter().find(|(known, _)| known == name).and_then(|(_, value)| scalar_text(value))
}

impl ResourceCondition {
    /// Whether `resource` fulfils the condition.
    #[must_use]
    pub fn holds(&self, params: &Params, resource: &Resource) -> bool {
        let Self { expression, attributes } = self;
        expression.eval(&OfResource { params, attributes, resource }) == Computed::Boolean(true)
    }
}

// === planning ===

/// What the calls of one sequence are planned from.
pub(super) struct Sequence<'p> {
    pub(super) rules: &'p ResourceRules,
    pub(super) params: &'p Params,
    /// `create`.
    pub(super) what: &'static str,
    /// The resource as it will be.
    pub(super) wanted: &'p Resource,
    /// The resource as it is; `None` if there is none, or nothing of it counts.
    pub(super) present: Option<&'p Resource>,
    /// The record as it was read, if there is one.
    pub(super) record: Option<&'p Value>,
    pub(super) facts: &'p Facts,
}

impl Sequence<'_> {
    /// Adds the steps of `rules` to `plan`, each once for each of its values.
    ///
    /// # Errors
    /// [`Refusal::Value`] if a call could not be made; [`Refusal::UnknownName`] for a value that is in no table.
    pub(super) fn add(&self, steps: &[Arc<StepRule>], plan: &mut Plan, trace: &mut Trace) -> Result<(), Refusal> {
        for rule in steps {
            if rule.when.as_ref().is_some_and(|when| !when.holds(self.params, self.wanted)) {
                trace
                    .step(Stage::Plan, Some(&rule.call.rule), || "not made: its condition is not fulfilled".to_owned());
                continue;
            }
            match rule.each {
                None => self.add_one(rule, None, false, plan, trace)?,
                Some(each) => {
                    for value in self.values(each)? {
                        self.add_one(rule, Some(value), false, plan, trace)?;
                    }
                }
            }
            if let Some(known) = plan.sequences.last_mut() {
                known.expected.extend(rule.name.clone());
            }
        }
        Ok(())
    }

    /// As [`Sequence::add`], of steps behind a main call: `name` is what is unfinished until they are done.
    pub(super) fn add_after(
        &self,
        steps: &[Arc<StepRule>],
        name: &str,
        plan: &mut Plan,
        trace: &mut Trace,
    ) -> Result<(), Refusal> {
        let before = plan.calls.len();
        self.add(steps, plan, trace)?;
        if plan.calls.len() > before {
            plan.unfinished.insert(name.to_owned());
        }
        Ok(())
    }

    fn add_one(
        &self,
        rule: &Arc<StepRule>,
        each: Option<EachValue>,
        is_main: bool,
        plan: &mut Plan,
        trace: &mut Trace,
    ) -> Result<(), Refusal> {
        let what = match &rule.name {
            Some(name) => format!("{}.{name}", self.what),
            None if is_main => self.what.to_owned(),
            None => format!("{}.step", self.what),
        };
        let (rules, params, sequence) = (self.rules, self.params, plan.sequences.len().saturating_sub(1));
        let Some(known) = plan.known() else { return Ok(()) };
        let place = Place { rules, params, known, each: each.as_ref(), stands_in: true, of_record: false };
        let call = place.call(&rule.call, &what).map_err(|name| self.rules.cannot_stand(&rule.call, &name))?;
        trace.step(Stage::Plan, Some(&rule.call.rule), || call.to_string());
        let is_behind = !plan.calls.is_empty() && rules.follows(&rule.call);
        let is_late = known.id.is_none() || !known.expected.is_empty() || is_behind;
        let step = Step { rule: Arc::clone(rule), each, is_main, is_late, sequence, what };
        plan.calls.push(PlannedCall { step: Some(Box::new(step)), ..rule.call.planned(call) });
        Ok(())
    }

    /// Adds the main call, whose rule has something around it: it may need what earlier calls answer, and be undone.
    pub(super) fn add_main(
        &self,
        planned: PlannedCall,
        call: &CallRule,
        undo: Option<&Arc<UndoRule>>,
        plan: &mut Plan,
    ) {
        let rule = Arc::new(StepRule::main(call, undo));
        let is_behind = !plan.calls.is_empty() && self.rules.follows(call);
        let is_late = is_behind || plan.known().is_some_and(|known| !known.expected.is_empty());
        let sequence = plan.sequences.len().saturating_sub(1);
        let step = Step { rule, each: None, is_main: true, is_late, sequence, what: self.what.to_owned() };
        plan.calls.push(PlannedCall { step: Some(Box::new(step)), ..planned });
    }

    /// Adds the call of a rule once for each of its values.
    ///
    /// # Errors
    /// [`Refusal::Value`] if a call could not be made.
    pub(super) fn add_each(
        &self,
        update: &UpdateRule,
        values: Vec<EachValue>,
        plan: &mut Plan,
        trace: &mut Trace,
    ) -> Result<(), Refusal> {
        let rule = Arc::new(StepRule::main(&update.call, update.around.undo.as_ref()));
        for value in values {
            self.add_one(&rule, Some(value), true, plan, trace)?;
        }
        Ok(())
    }
}

impl StepRule {
    /// The call that a sequence is for, as one of its steps.
    fn main(call: &CallRule, undo: Option<&Arc<UndoRule>>) -> Self {
        Self {
            name: None,
            when: None,
            each: None,
            call: call.clone(),
            optional: false,
            until: None,
            undo: undo.cloned(),
        }
    }
}

// === filling ===

/// Where the placeholders of one call get their values.
pub(super) struct Place<'p> {
    pub(super) rules: &'p ResourceRules,
    pub(super) params: &'p Params,
    pub(super) known: &'p Known,
    pub(super) each: Option<&'p EachValue>,
    /// Whether what is not known yet has a stand-in.
    pub(super) stands_in: bool,
    /// Whether URL and headers name fields of the record as it is before the call: one that a change is for finds it there.
    pub(super) of_record: bool,
}

impl<'p> Place<'p> {
    /// The call with its body.
    ///
    /// # Errors
    /// The name that has no value.
    pub(super) fn call(&self, rule: &CallRule, what: &str) -> Result<TargetCall, String> {
        let mut call = self.question(rule, what)?;
        body::fill(self.rules, rule, self, &mut call);
        Ok(call)
    }

    /// The call with no body but that of a question, which lacks nothing that it asks about.
    ///
    /// # Errors
    /// The name that has no value.
    pub(super) fn question(&self, rule: &CallRule, what: &str) -> Result<TargetCall, String> {
        let mut call = rule.to_call(&self.rules.route(what), self.params, |name| self.text(name))?;
        self.rules.conceal_path(rule, &mut call, |name| self.text(name).or_else(|| self.params.text(name)));
        Ok(call)
    }

    /// What `name` stands for, as text.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'p, str>> {
        if name == "id" {
            let stand_in = || self.stands_in.then_some(Cow::Borrowed(STAND_IN));
            return self.known.id.as_deref().map(Cow::Borrowed).or_else(stand_in);
        }
        let now = if self.of_record { within(&self.known.record, name) } else { None };
        if let Some(value) = now.or_else(|| self.value(name)) {
            return scalar_text(value);
        }
        if self.stands_in { self.known.stand_in(name).or_else(|| self.unmade(name)) } else { None }
    }

    /// What stands for a field that only the product fills in, until the record is there.
    fn unmade(&self, name: &str) -> Option<Cow<'static, str>> {
        (self.known.id.is_none() && self.rules.is_told(name)).then_some(Cow::Borrowed(STAND_IN))
    }

    /// What `name` stands for: the value that the call is made for, an answer, or a field, as it will be before as it is.
    fn value(&self, name: &str) -> Option<&'p Value> {
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        if first == "each" {
            return self.each?.named(rest);
        }
        if let Some((_, answer)) = self.known.answers.iter().find(|(known, _)| known == first) {
            return within(answer, rest);
        }
        let known = self.known;
        [&known.changed, &known.written, &known.all, &known.record].into_iter().find_map(|fields| within(fields, name))
    }
}

impl Ingredients for Place<'_> {
    fn changed(&self) -> Value {
        self.known.changed.clone()
    }

    fn all(&self) -> Value {
        self.known.all.clone()
    }

    fn whole(&self) -> Value {
        self.known.whole.clone()
    }

    fn record(&self) -> Option<&Value> {
        Some(&self.known.record).filter(|record| !record.is_null())
    }

    fn named(&self, name: &str) -> Option<Value> {
        let text = || self.text(name).map(|text| Value::String(text.into_owned()));
        self.value(name).cloned().or_else(|| body::param(self.params, name)).or_else(text)
    }
}

/// The field of `value` that `path` names, be it an element that is chosen by what it says; a null is a value.
pub(super) fn within<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    FieldPath::parse(path).ok()?.read(value)
}
