//! The story of one request: recognised, decided, called, answered; and what was not known when it was told.

use std::fmt::Write as _;

use json::{Map, Value, json};
use proxy::Failure;
use proxy::target::{AccessError, ShownAccess};
use rules::profile::{AnswerRule, FieldPath, Format, LookupRule, Mapping, ResourceRules, Source};
use rules::source::RuleRef;
use rules::trace::Step;
use rules::{Body, Profile, Refusal, Stage, TargetCall};

use crate::rehearsal::{Made, Origin, Played, ROOT, Request, asked, at_fault, encoded, refusing_rule, resources};

use super::carried::Carried;
use super::tenant::Chosen;

/// What is told.
pub(super) struct Story {
    /// Whose request it is, if a configuration says who there is.
    tenant: Option<Chosen>,
    /// `POST /scim/v2/Users`.
    asked: String,
    /// `user.create`; empty if the request could not be decoded.
    operation: &'static str,
    steps: Vec<Step>,
    calls: Vec<Made>,
    /// What each of them carries beside what it says itself.
    carried: Carried,
    /// Status and body; `None` if they depend on what is not known.
    answer: Option<(u16, Option<Value>)>,
    /// The rule that refused the request, if one did.
    refused_by: Option<String>,
    /// What is not known, and how to give it.
    notes: Vec<String>,
}

impl Story {
    /// The story of `played`, with the calls that were made and the given answers that nobody asked for.
    pub(super) fn new(
        profile: &Profile,
        request: &Request,
        played: Played,
        calls: Vec<Made>,
        unasked: Vec<String>,
    ) -> Self {
        let mut notes = Vec::new();
        let known = notes_of_calls(profile, &calls, &mut notes);
        if let Some(Failure::Refusal(Refusal::UnknownName { table, .. })) = &played.failure
            && let Some(rule) = profile.lookups.iter().find(|rule| rule.name == *table)
        {
            let reads = calls.iter().find(|made| made.call.rule == rule.call.rule).map(|made| asked(&made.call));
            let how = say_table(profile, rule, &reads.unwrap_or_default());
            notes.push(format!("the table `{table}` has no such row; {how}"));
        }
        let at_fault = fault(profile, &played, &calls);
        if let (Some((at, told)), true) = (&at_fault, known) {
            notes.push(format!("call {}: {told}", at + 1));
        }
        notes.extend(
            unasked.into_iter().map(|call| format!("an answer was given to `{call}`, and nobody asked for it")),
        );
        let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        Self {
            tenant: None,
            asked: format!("{} {ROOT}{}{query}", request.method, request.path),
            operation: played.operation,
            steps: with_numbers(played.steps, &calls),
            refused_by: match (&played.failure, at_fault) {
                (_, Some((at, _))) => Some(calls[at].call.rule.to_string()),
                (Some(failure), None) => refusing_rule(profile, failure),
                (None, None) => None,
            },
            calls,
            carried: Carried::nothing(),
            answer: known.then_some((played.status, played.body)),
            notes,
        }
    }

    /// The same with what every call carries.
    pub(super) fn carrying(mut self, access: Result<ShownAccess, AccessError>) -> Self {
        let (carried, problem) = Carried::new(access);
        self.notes.extend(problem);
        Self { carried, ..self }
    }

    /// The same of a tenant of whom the gateway may remember something that is not known here.
    pub(super) fn forgetful(mut self, profile: &Profile) -> Self {
        let kept = resources(profile).find_map(|rules| {
            let is_kept = |mapping: &&Mapping| matches!(mapping.source, Source::Keep);
            Some((rules.noun, &rules.map.iter().find(is_kept)?.name))
        });
        if let (Some(_), Some((noun, name))) = (&self.tenant, kept) {
            let memory = json!({"remembered": [{"kind": noun, "id": "…", "kept": {name.clone(): "…"}}]});
            self.notes.push(format!(
                "nothing is remembered, `{name}` of nobody: the store is not opened; say what it remembers with --given: {memory}"
            ));
        }
        self
    }

    /// The same of a tenant's request.
    pub(super) fn of(mut self, tenant: Option<Chosen>) -> Self {
        if tenant.as_ref().is_some_and(|tenant| !tenant.live) {
            self.notes
                .push("nothing was asked of the product: --live reads what is there, and never writes".to_owned());
        }
        Self { tenant, ..self }
    }

    /// As a person at a terminal reads it.
    pub(super) fn to_text(&self) -> String {
        let operation = if self.operation.is_empty() { "not understood" } else { self.operation };
        let mut text = format!("{}\n  {operation}\n", self.asked);
        if let Some(tenant) = &self.tenant {
            text.push_str("\ntenant\n");
            line(&mut text, 2, &format!("{}: {}", tenant.id, tenant.how));
            line(&mut text, 2, &tenant.told());
        }
        text.push_str("\nsteps\n");
        self.steps.iter().for_each(|step| line(&mut text, 2, &step.to_string()));
        self.tell_calls(&mut text);
        text.push_str("\nanswer\n");
        match &self.answer {
            Some((status, Some(body))) => line(&mut text, 2, &format!("{status} {body:#}")),
            Some((status, None)) => line(&mut text, 2, &format!("{status} without a body")),
            None => line(&mut text, 2, "not known: see the notes"),
        }
        if let (Some(_), Some(rule)) = (&self.answer, &self.refused_by) {
            line(&mut text, 2, &format!("← {rule}"));
        }
        if !self.notes.is_empty() {
            text.push_str("\nnotes\n");
            self.notes.iter().for_each(|note| line(&mut text, 2, note));
        }
        text
    }

    fn tell_calls(&self, text: &mut String) {
        text.push_str("\ncalls\n");
        if self.calls.is_empty() {
            line(text, 2, "none");
        }
        let (lines, common) = self.carried.common(&self.calls);
        if !lines.is_empty() {
            line(text, 2, "each with");
            for carried in &lines {
                line(text, 5, carried);
            }
        }
        let base = self.tenant.as_ref().map_or("", |tenant| tenant.base.trim_end_matches('/'));
        for (at, made) in self.calls.iter().enumerate() {
            let TargetCall { verb, rule, .. } = &made.call;
            line(text, 2, &format!("{}  {verb} {base}{}   ← {rule}", at + 1, made.call.printable_path()));
            for (name, value) in self.carried.headers(&made.call).iter().filter(|header| !common.contains(header)) {
                line(text, 5, &format!("{name}: {value}"));
            }
            if let Some(body) = made.call.printable_body() {
                line(text, 5, &format!("{body:#}"));
                if made.call.format != Format::Json {
                    line(text, 5, &format!("sent as {}", encoded(made.call.format, &body)));
                }
            }
            line(text, 5, &said(made));
        }
    }

    /// `{"tenant", "request", "operation", "steps", "calls", "answer", "notes"}`; `answer` is null if it is not known.
    pub(super) fn to_json(&self) -> Value {
        let steps = self.steps.iter().map(
            |step| json!({"stage": step.stage.as_str(), "text": step.text, "rule": step.rule.as_ref().map(rule_json)}),
        );
        json!({
            "tenant": self.tenant.as_ref().map(|tenant| {
                json!({"id": tenant.id, "how": tenant.how, "profile": tenant.profile.name, "base": tenant.base})
            }),
            "request": self.asked,
            "operation": self.operation,
            "steps": steps.collect::<Vec<_>>(),
            "calls": self.calls.iter().map(|made| call_json(made, &self.carried)).collect::<Vec<_>>(),
            "answer": self.answer.as_ref().map(|(status, body)| {
                json!({"status": status, "body": body, "rule": self.refused_by})
            }),
            "notes": self.notes,
        })
    }
}

/// The call whose given answer ended the exchange, and what is wrong with it.
fn fault(profile: &Profile, played: &Played, calls: &[Made]) -> Option<(usize, String)> {
    let answered = calls.iter().map(|made| {
        let is_said = matches!(made.origin, Origin::Given | Origin::Target);
        (&made.call, made.answer.as_ref().ok().filter(|_| is_said))
    });
    at_fault(profile, played.failure.as_ref()?, answered)
}

/// Notes what the calls did not get told; gives whether the answer is known all the same.
fn notes_of_calls(profile: &Profile, calls: &[Made], notes: &mut Vec<String>) -> bool {
    let mut known = true;
    for (at, made) in calls.iter().enumerate() {
        let call = asked(&made.call);
        let table = profile.lookups.iter().find(|rule| rule.call.rule == made.call.rule);
        match (made.origin, table) {
            (Origin::NotPerformed, _) => {
                known = false;
                let number = at + 1;
                notes.push(format!(
                    "the answer depends on what the product says to call {number}, which was not performed; {}",
                    say(&call, &json!({}))
                ));
            }
            (Origin::Nobody, Some(rule)) => {
                known = false;
                notes.push(format!(
                    "the story ends here: what is in the table `{}` is not known; {}",
                    rule.name,
                    say_table(profile, rule, &call)
                ));
            }
            (Origin::Nobody, None) => known &= note_of_read(profile, made, &call, notes),
            (Origin::Target, _) => notes.extend(made.answer.as_ref().err().map(|error| format!("{call}: {error}"))),
            (Origin::Given, _) => {}
        }
    }
    known
}

/// Notes what a read did not get told; gives whether the answer is known all the same.
fn note_of_read(profile: &Profile, made: &Made, call: &str, notes: &mut Vec<String>) -> bool {
    if let Some(rules) = resources(profile).find(|rules| rules.get.rule == made.call.rule) {
        let say = say(call, &record(rules));
        let noun = rules.noun;
        notes.push(format!("no {noun} has this id, as what the product holds is not known; {say}"));
    }
    let members = profile.group.as_ref().and_then(|group| group.members.as_ref());
    let Some(members) = members.filter(|members| members.list.call.rule == made.call.rule) else { return true };
    let mut row = Map::new();
    members.value.field.write(&mut row, json!("…"));
    let mut body = Map::new();
    let rows = &members.list.paging.rows;
    let say = if rows.is_whole() {
        say(call, &json!([row]))
    } else {
        rows.write(&mut body, json!([row]));
        say(call, &Value::Object(body))
    };
    notes.push(format!("the story ends here: who belongs to the group is not known; {say}"));
    false
}

/// How to give the answer to a call.
fn say(call: &str, body: &Value) -> String {
    format!("say it with --given: [{}]", example(call, body))
}

/// How to give a look-up table that `call` reads.
fn say_table(profile: &Profile, rule: &LookupRule, call: &str) -> String {
    let mut row = Map::new();
    rule.id.write(&mut row, json!("1"));
    for mapping in resources(profile).flat_map(|rules| &rules.map) {
        if let Source::Direct { lookup: Some(lookup), .. } = &mapping.source
            && lookup.table == rule.name
        {
            lookup.field.write(&mut row, json!("…"));
        }
    }
    if rule.rows.is_whole() {
        return say(call, &json!([row]));
    }
    let mut body = Map::new();
    rule.rows.write(&mut body, json!([row]));
    say(call, &Value::Object(body))
}

/// A record as the product shows it, as far as every record is so.
fn record(rules: &ResourceRules) -> Value {
    let mut record = Map::new();
    rules.id.write(&mut record, json!("…"));
    let mut body = Map::new();
    match &rules.get.answer {
        AnswerRule::Record(field) => FieldPath::write(field, &mut body, Value::Object(record)),
        AnswerRule::Row(rows) if rows.is_whole() => return Value::Array(vec![Value::Object(record)]),
        AnswerRule::Row(rows) => FieldPath::write(rows, &mut body, Value::Array(vec![Value::Object(record)])),
        AnswerRule::Nothing | AnswerRule::Id(_) | AnswerRule::Location | AnswerRule::Derived(_) => body = record,
    }
    Value::Object(body)
}

/// The steps with the number of its call in each that made one. Look-up tables and new members are read without a step.
fn with_numbers(mut steps: Vec<Step>, calls: &[Made]) -> Vec<Step> {
    let mut next = 0;
    for step in steps.iter_mut().filter(|step| step.stage == Stage::Call) {
        let told = (next..calls.len()).find_map(|at| Some((at, outcome(step, &calls[at])?.to_owned())));
        if let Some((at, outcome)) = told {
            step.text =
                format!("call {}: {} {}{outcome}", at + 1, calls[at].call.verb, calls[at].call.printable_path());
            next = at + 1;
        }
    }
    steps
}

/// ` → done`, if it is this call that the step tells.
fn outcome<'s>(step: &'s Step, made: &Made) -> Option<&'s str> {
    let outcome = step.text.strip_prefix(&made.call.to_string()).filter(|outcome| outcome.starts_with(" → "))?;
    Some(if made.origin == Origin::NotPerformed { " → not performed" } else { outcome })
}

fn said(made: &Made) -> String {
    match made.origin {
        Origin::NotPerformed => "a write: not performed".to_owned(),
        Origin::Nobody => "answered 404, as no answer was given".to_owned(),
        Origin::Given | Origin::Target => match &made.answer {
            Ok(answer) => format!("answered {} {}", answer.status, printed(&answer.body)).trim_end().to_owned(),
            Err(error) => format!("not answered: {error}"),
        },
    }
}

fn printed(body: &Body) -> String {
    match body {
        Body::Empty => String::new(),
        Body::Json(json) => json.to_string(),
        Body::Text(_) => "(not JSON)".to_owned(),
    }
}

fn call_json(made: &Made, carried: &Carried) -> Value {
    let answer = made.answer.as_ref().ok().map(|answer| {
        let body = match &answer.body {
            Body::Json(json) => json.clone(),
            Body::Empty | Body::Text(_) => Value::Null,
        };
        json!({"status": answer.status, "body": body})
    });
    let headers: Map =
        carried.headers(&made.call).into_iter().map(|(name, value)| (name, Value::String(value))).collect();
    json!({
        "method": made.call.verb.as_str(),
        "path": made.call.printable_path(),
        "query": carried.query(),
        "headers": headers,
        "body": made.call.printable_body(),
        "rule": rule_json(&made.call.rule),
        "answered": match made.origin {
            Origin::Given => "given",
            Origin::Target => "target",
            Origin::Nobody => "nobody",
            Origin::NotPerformed => "not performed",
        },
        "answer": if made.origin == Origin::NotPerformed { None } else { answer },
    })
}

fn rule_json(rule: &RuleRef) -> Value {
    json!({"name": rule.name, "file": &*rule.file, "line": rule.line})
}

/// Appends a text, each of its lines indented.
fn line(text: &mut String, indent: usize, lines: &str) {
    for line in lines.lines() {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{:indent$}{line}", "");
    }
}

/// One entry of a file of answers.
fn example(call: &str, body: &Value) -> Value {
    json!({"call": call, "status": 200, "body": body})
}
