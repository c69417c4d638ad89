//! The loader on tiny profiles: each code by a file that has exactly that problem, limits, and what comes out.
//!
//! A row is an edit of [`MINIMAL`]: what to replace, and with what.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod attributes;
mod calls;
mod compiled;
mod each;
mod group;
mod hostile;
mod keys;
mod limits;
mod members;
mod pages;
mod questions;
mod reach;
mod reading;
mod reference;
mod require;
mod shape;
mod target;
mod told;
mod values;
mod writing;

use super::*;
use crate::diagnostics::{Colour, Severity};

/// The smallest profile without a problem, one of each thing that rows edit.
const MINIMAL: &str = r#"profile = "demo"
title = "Demo"
[target]
auth = "none"
[user]
id = "id"
[user.map]
userName = { direct = "login", match = 1 }
active = { direct = "on" }
[[user.find]]
by = "userName"
get = "/users?login={login}"
rows = "users"
[user.get]
get = "/users/{id}"
[user.create]
post = "/users"
[[user.update]]
patch = "/users/{id}"
[[error]]
when = { status = 409 }
scim = { status = 409, type = "uniqueness", detail = "taken" }
"#;

/// [`MINIMAL`] with `from` replaced by `to`.
#[track_caller]
fn edited(from: &str, to: &str) -> String {
    assert_eq!(MINIMAL.matches(from).count(), 1, "`{from}` is in MINIMAL once");
    MINIMAL.replacen(from, to, 1)
}

/// What a terminal shows of the edited profile, which has `code` and no other.
#[track_caller]
fn only(code: Code, from: &str, to: &str) -> String {
    only_in(code, &edited(from, to))
}

/// What a terminal shows of the profile `text`, which has `code` and no other.
#[track_caller]
fn only_in(code: Code, text: &str) -> String {
    let report = match profile("p.toml", text) {
        Ok((_, report)) | Err(report) => report,
    };
    let report = if code.severity() == Severity::Note { report.with_notes() } else { report };
    let terminal = report.to_terminal(Colour::Plain);
    let codes: Vec<Code> = report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert!(!codes.is_empty() && codes.iter().all(|found| *found == code), "{codes:?} is not {code:?}\n{terminal}");
    terminal
}

/// The edited profile, which has no error.
#[track_caller]
fn loaded(from: &str, to: &str) -> Profile {
    match profile("p.toml", &edited(from, to)) {
        Ok((profile, _)) => profile,
        Err(report) => panic!("{}", report.to_terminal(Colour::Plain)),
    }
}

/// Every attribute that discovery shows, with its sub-attributes.
fn shown(kind: &scim::ResourceType) -> Vec<String> {
    let schemas = std::iter::once(&kind.schema).chain(&kind.extensions);
    let attribute = |attribute: &scim::Attribute| {
        let subs: Vec<&str> = attribute.sub_attributes.iter().map(|sub| sub.name.as_str()).collect();
        if subs.is_empty() { attribute.name.clone() } else { format!("{}({})", attribute.name, subs.join(",")) }
    };
    schemas.flat_map(|schema| schema.attributes.iter().map(attribute)).collect()
}

#[test]
fn the_minimal_profile_has_no_problem() {
    let loaded = profile("p.toml", MINIMAL);
    let report = loaded.map_or_else(|report| report, |(_, report)| report);
    assert_eq!(report.to_terminal(Colour::Plain), "");
}

/// `count` times what `one` makes of a number.
fn repeated(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}
