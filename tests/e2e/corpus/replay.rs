//! Plays cases in order, carries captured values from one to the next, and collects everything that is not as expected.

use std::collections::{BTreeMap, BTreeSet};

use json::Value;

use super::case::{Assertion, Case, Demand};
use super::{connection, fixture, json_path, token};
use crate::wire::{Answer, Request};
use crate::world::World;

/// A folder being replayed.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    captured: BTreeMap<String, String>,
    made: BTreeSet<String>,
    played: usize,
    failures: Vec<String>,
}

impl Replay {
    /// Makes what the case needs, sends it, and notes what is wrong with the answer.
    pub(crate) async fn play(&mut self, world: &World, case: &Case) {
        if let Some(needs) = &case.needs
            && self.made.insert(needs.clone())
        {
            fixture::make(world, connection::customer(&case.connection), needs);
        }
        let answer = self.send(world, case).await;
        let mut wrong = Vec::new();
        if !case.expect.status.contain(answer.status) {
            wrong.push(format!("status must be {:?}", case.expect.status));
        }
        for (name, part) in &case.expect.headers_contain {
            if !answer.header(&name.to_lowercase()).is_some_and(|value| value.contains(part)) {
                wrong.push(format!("header {name} must contain {part}"));
            }
        }
        if !(answer.text.is_empty() && case.expect.status.contain(204)) {
            wrong.extend(case.expect.body_contains.iter().filter_map(|assertion| self.broken(assertion, &answer)));
        }
        for (name, path) in &case.capture {
            match json_path::select(&answer.body, path) {
                Some(Value::String(value)) => drop(self.captured.insert(name.clone(), value)),
                other => wrong.push(format!("{path} cannot be captured: {other:?}")),
            }
        }
        self.played += 1;
        if !wrong.is_empty() {
            self.failures.push(format!("{}: {}{answer}", case.file, wrong.join("; ")));
        }
    }

    /// Sends a case.
    async fn send(&self, world: &World, case: &Case) -> Answer {
        let mut request = Request::new(&case.request.method, &self.filled(&case.request.path, case));
        for (name, value) in &case.request.headers {
            request = request.header(name, &self.filled(value, case));
        }
        if let Some(body) = &case.request.body {
            request = request.body(self.filled(&body.to_string(), case));
        }
        request.send(world.gateway.scim).await
    }

    /// What `name` was captured as.
    #[track_caller]
    pub(crate) fn captured(&self, name: &str) -> &str {
        self.captured.get(name).unwrap_or_else(|| panic!("`{name}` was not captured: {:#?}", self.failures))
    }

    /// Everything was as expected, in so many cases.
    #[track_caller]
    pub(crate) fn finish(&self, cases: usize) {
        assert_eq!(self.played, cases, "files are missing or new");
        assert!(self.failures.is_empty(), "{} of {cases} failed:\n{}", self.failures.len(), self.failures.join("\n"));
    }

    /// Puts values in the place of `{{…}}`.
    fn filled(&self, text: &str, case: &Case) -> String {
        let mut filled = text.to_owned();
        if filled.contains("{{jwt}}") {
            let fixture = case.auth_fixture.as_ref().unwrap_or_else(|| panic!("{}: no auth_fixture", case.file));
            filled = filled.replace("{{jwt}}", &token::mint(fixture, gateway::clock::unix_secs()));
        }
        for (name, secret) in connection::secrets() {
            filled = filled.replace(&format!("{{{{{name}}}}}"), &secret);
        }
        for (name, value) in &self.captured {
            filled = filled.replace(&format!("{{{{{name}}}}}"), value);
        }
        assert!(!filled.contains("{{"), "{}: {filled} is not filled in", case.file);
        filled
    }

    /// What is wrong with the place that an assertion is about.
    fn broken(&self, assertion: &Assertion, answer: &Answer) -> Option<String> {
        let Assertion { path, demand } = assertion;
        let found = json_path::select(&answer.body, path);
        let text = || found.as_ref().and_then(Value::as_str).unwrap_or_default();
        let fine = match demand {
            Demand::Equals(Value::String(wanted)) => {
                let captured = wanted.strip_prefix("{{").and_then(|name| self.captured.get(name.trim_end_matches('}')));
                found.is_some() && text() == captured.unwrap_or(wanted)
            }
            Demand::Equals(wanted) => found.as_ref() == Some(wanted),
            Demand::Contains(part) => text().contains(part.as_str()),
            Demand::Exists(wanted) => found.is_some() == *wanted,
            Demand::Absent(wanted) => found.is_none() == *wanted,
        };
        (!fine).then(|| format!("{path} must fulfil {demand:?} and is {found:?}"))
    }
}
