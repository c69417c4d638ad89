//! `scimgate test --update`: rewrites what cases expect to what happens, in place, and shows what it changed.
//!
//! Requests, states and answers of the product are never touched, and neither are comments and order. What is written is what
//! the profile does now: whether that is right is for whoever reads the difference.

mod toml;

use std::path::Path;
use std::sync::Arc;

use json::{Map, Value};
use rules::Verb;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

use crate::cli;
use crate::rehearsal::{Performed, Played, Rehearsal, Remembered, sent};

use self::toml::{merge, settle};
use super::cases::{self, Case, ExpectedBody, ExpectedCall};
use super::compare::{compare, has_headers, member};
use super::suite::{Suite, play};
use super::{Exit, complain, print};

/// How often a case is played again: each round finds at least one call more, as calls depend on the answers before them.
const ROUNDS_MAX: usize = 50;

/// Updates the cases of each path.
pub(super) async fn run(options: &cli::Test) -> Exit {
    let mut fine = true;
    for path in &options.paths {
        match update(path, options.filter.as_deref()).await {
            Ok(all_pass) => fine &= all_pass,
            Err(problem) => {
                complain(problem.trim_end());
                return Exit::Unusable;
            }
        }
    }
    if fine { Exit::Fine } else { Exit::Failed }
}

/// Gives whether all cases pass now.
async fn update(path: &Path, filter: Option<&str>) -> Result<bool, String> {
    let mut suite = Suite::load(path)?;
    let file = Path::new(&suite.file).to_owned();
    if !file.is_file() {
        return Err(format!("`{}` ships with the binary and cannot be rewritten: name its folder", path.display()));
    }
    let unreadable = |error: std::io::Error| format!("`{}` cannot be rewritten: {error}", file.display());
    let text = std::fs::read_to_string(&file).map_err(unreadable)?;
    let mut document: DocumentMut = text.parse().map_err(|error| format!("`{}`: {error}", file.display()))?;
    let rehearsal = Rehearsal::new(Arc::clone(&suite.profile)).map_err(|error| error.to_string())?;
    let mut all_pass = true;
    for at in 0..suite.cases.len() {
        if filter.is_some_and(|filter| !suite.cases[at].name.contains(filter)) {
            continue;
        }
        let mut told: Vec<String> = Vec::new();
        let (mut failed, mut guessed) = (true, false);
        for _ in 0..ROUNDS_MAX {
            let case = &suite.cases[at];
            let (played, performed) =
                play(&rehearsal, &suite.profile, case).await.map_err(|error| error.to_string())?;
            let reasons = compare(&suite.profile, case, &performed, &played);
            failed = !reasons.is_empty();
            if !failed {
                break;
            }
            told.extend(reasons.into_iter().map(|reason| reason.text));
            let before = document.to_string();
            let missing = amend(&mut document, at, case, &performed, &played, guessed)?;
            guessed |= !missing.is_empty();
            told.extend(missing);
            if document.to_string() == before {
                break;
            }
            suite.cases = cases::read(&suite.file, &document.to_string(), &suite.profile)
                .map_err(|report| report.to_terminal(rules::diagnostics::Colour::Plain))?;
        }
        tell(&suite.cases[at].name, failed, &told);
        all_pass &= !failed;
    }
    if document.to_string() != text {
        std::fs::write(&file, document.to_string()).map_err(unreadable)?;
        print(&format!("{} was rewritten: read the difference", file.display()));
    }
    Ok(all_pass)
}

fn tell(name: &str, failed: bool, told: &[String]) {
    let word = match (failed, told) {
        (true, _) => "FAILED",
        (false, []) => "ok",
        (false, _) => "updated",
    };
    print(&format!("{word} {name}"));
    told.iter().flat_map(|text| text.lines()).for_each(|line| print(&format!("    {line}")));
}

/// Writes what happened into the case; gives which answers of the product are missing. What follows from a `guessed` one is not
/// written.
fn amend(
    document: &mut DocumentMut,
    at: usize,
    case: &Case,
    performed: &[Performed],
    played: &Played,
    guessed: bool,
) -> Result<Vec<String>, String> {
    let tables = document.get_mut("case").and_then(Item::as_array_of_tables_mut);
    let table = tables.and_then(|tables| tables.get_mut(at));
    let table = table.ok_or("only cases that are written as `[[case]]` can be updated")?;
    let made: Vec<&Performed> = performed.iter().filter(|performed| !performed.by_state).collect();
    let same = made.len() == case.calls.len()
        && made.iter().zip(&case.calls).all(|(made, expected)| is_expected(made, expected));
    let notes = if same { Vec::new() } else { amend_calls(table, case, &made)? };
    if let (true, false, Some(expect)) = (same, guessed, table.get_mut("expect")) {
        amend_answer(expect, case, played);
    }
    settle(table);
    Ok(notes)
}

fn is_expected(made: &Performed, expected: &ExpectedCall) -> bool {
    let call = &made.call;
    expected.script.verb.is_sent_as(call.verb)
        && expected.script.path == call.path
        && (expected.body == call.body || (expected.body.is_none() && expected.raw.is_some()))
        && expected.raw.as_ref().is_none_or(|raw| *raw == sent(call))
        && expected.headers.as_ref().is_none_or(|headers| has_headers(made, headers))
}

/// The calls as they were made, each with the answer that the case has for it.
fn amend_calls(table: &mut Table, case: &Case, made: &[&Performed]) -> Result<Vec<String>, String> {
    let old: Vec<Table> = match table.get("call") {
        None => Vec::new(),
        Some(Item::ArrayOfTables(tables)) => tables.iter().cloned().collect(),
        Some(_) => return Err("only calls that are written as `[[case.call]]` can be updated".to_owned()),
    };
    let mut free: Vec<usize> = (0..case.calls.len()).collect();
    let mut notes = Vec::new();
    let mut calls = ArrayOfTables::new();
    for (at, made) in made.iter().enumerate() {
        let call = &made.call;
        let line = |index: usize| &case.calls[index].script;
        let exact = free.iter().position(|&old| line(old).verb.is_sent_as(call.verb) && line(old).path == call.path);
        let here = || free.iter().position(|&old| old == at && line(old).verb.is_sent_as(call.verb));
        let found = exact.or_else(here).map(|place| free.remove(place));
        let mut written = if let Some(index) = found {
            old[index].clone()
        } else {
            let status = if call.verb.writes() { 200 } else { 404 };
            notes.push(format!("call {} is new: {} {}", at + 1, call.verb, call.path));
            notes.push(format!("  it is answered {status} until somebody writes what the product says"));
            let answer = json::json!({ "status": status });
            let mut new = Table::new();
            merge(new.entry("answer").or_insert(Item::None), &answer);
            new
        };
        let expected = found.map(|index| &case.calls[index]);
        amend_call(&mut written, made, expected);
        calls.push(written);
    }
    if calls.is_empty() {
        table.remove("call");
    } else {
        table.insert("call", Item::ArrayOfTables(calls));
        // Before what is expected of the answer, as people read it.
        if let Some(expect) = table.remove("expect") {
            table.insert("expect", expect);
        }
    }
    Ok(notes)
}

fn amend_call(written: &mut Table, made: &Performed, expected: Option<&ExpectedCall>) {
    let call = &made.call;
    let key = match call.verb {
        Verb::Get => "get",
        Verb::Post | Verb::Query => "post",
        Verb::Put => "put",
        Verb::Patch => "patch",
        Verb::Delete => "delete",
    };
    let path = Value::String(call.path.clone());
    merge(written.entry(key).or_insert(Item::None), &path);
    let raw = expected.and_then(|expected| expected.raw.as_ref());
    match &call.body {
        None => drop(written.remove("body")),
        Some(_) if raw.is_some() && !written.contains_key("body") => {}
        Some(body) => merge(written.entry("body").or_insert(Item::None), body),
    }
    if raw.is_some() {
        merge(written.entry("raw").or_insert(Item::None), &Value::String(sent(call)));
    }
    if let Some(headers) = expected.and_then(|expected| expected.headers.as_ref()) {
        merge(written.entry("headers").or_insert(Item::None), &object(&made.headers(headers)));
    }
    // The answer stands behind what is asked.
    if let Some(answer) = written.remove("answer") {
        written.insert("answer", answer);
    }
}

fn amend_answer(item: &mut Item, case: &Case, played: &Played) {
    let Some(table) = item.as_table_like_mut() else { return };
    let mut set = |key: &str, value: &Value| merge(table.entry(key).or_insert(Item::None), value);
    set("status", &Value::from(played.status));
    let body = played.body.clone().unwrap_or(Value::Null);
    match (&case.expect.body, &played.body) {
        (ExpectedBody::Any, _) | (ExpectedBody::Nothing, None) => {}
        (ExpectedBody::Nothing, Some(body)) => set("body", body),
        (ExpectedBody::Members(_), None) => set("body", &Value::String("nothing".to_owned())),
        (ExpectedBody::Members(expected), Some(body)) => set("body", &projected(expected, body)),
    }
    if !case.expect.headers.is_empty() {
        let expected = |name: &str| case.expect.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        let headers = played.headers.iter().filter(|(name, _)| expected(name));
        set("headers", &object(&headers.map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<Vec<_>>()));
    }
    if case.expect.remembered.is_some() {
        let remembered = played.remembered.iter().map(written_memory).collect();
        set("remembered", &Value::Array(remembered));
    }
    let absent: Vec<&String> = case.expect.absent.iter().filter(|path| member(&body, path).is_none()).collect();
    if absent.is_empty() {
        table.remove("absent");
    } else if absent.len() < case.expect.absent.len() {
        let absent = absent.into_iter().map(|path| Value::String(path.clone())).collect();
        merge(table.entry("absent").or_insert(Item::None), &Value::Array(absent));
    }
}

/// The members of `body` that `expected` asks for.
fn projected(expected: &Value, body: &Value) -> Value {
    match (expected, body) {
        (Value::Object(expected), Value::Object(members)) => {
            let asked = expected
                .iter()
                .filter_map(|(name, expected)| Some((name.clone(), projected(expected, members.get(name)?))));
            Value::Object(asked.collect::<Map>())
        }
        (Value::Array(expected), Value::Array(elements)) if expected.len() == elements.len() => {
            expected.iter().zip(elements).map(|(expected, element)| projected(expected, element)).collect()
        }
        (_, body) => body.clone(),
    }
}

fn written_memory(Remembered { kind, id, memory }: &Remembered) -> Value {
    let mut written = Map::new();
    written.insert("id".to_owned(), Value::String(id.clone()));
    if kind == "Group" {
        written.insert("kind".to_owned(), Value::String("group".to_owned()));
    }
    written.extend(cases::memory_as_json(memory));
    Value::Object(written)
}

fn object(pairs: &[(String, String)]) -> Value {
    pairs.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect()
}

#[cfg(test)]
mod tests;
