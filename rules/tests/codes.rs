//! Every code has its snapshot: a file that has exactly that problem, as a terminal shows it.
//!
//! The snapshots are where the problems are found: of profiles with the loader, of configurations and cases in crate `gateway`. This
//! test reads the sources of those tests. A code that comes up in several ways has a row for each; no row is there twice.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::Path;

use rules::diagnostics::Code;

/// Folders and files of the rows, from the root.
const OF_PROFILES: [&str; 1] = ["rules/src/profile/load/tests"];
const OF_THE_REST: [&str; 2] = ["gateway/src/config/tests", "gateway/src/command/test/cases"];

/// The text of every Rust file directly in the folders.
fn sources(folders: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap());
    let files = files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|ext| ext == "rs"));
    files.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Every snapshot row by its code: the text from the code to the snapshot.
fn rows(texts: &[String]) -> BTreeMap<String, Vec<String>> {
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in texts.iter().flat_map(|text| text.split("insta::assert_snapshot!(").skip(1)) {
        let Some((_, row)) = row.split_once("Code::").filter(|(before, _)| before.trim_end().len() < 20) else {
            continue;
        };
        let code: String = row.chars().take_while(char::is_ascii_alphanumeric).collect();
        let what = row.split_once("@r").map_or(row, |(what, _)| what);
        rows.entry(code).or_default().push(what.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    rows
}

#[track_caller]
fn check(texts: &[String], is_here: impl Fn(&Code) -> bool) {
    let rows = rows(texts);
    let codes: Vec<String> = Code::ALL.iter().filter(|code| is_here(code)).map(|code| format!("{code:?}")).collect();
    // A test that shows several files of one code has a closure over it.
    let closure = |code: &str| texts.iter().any(|text| text.contains(&format!("| only(Code::{code},")));
    let without: Vec<&String> = codes.iter().filter(|code| !rows.contains_key(*code) && !closure(code)).collect();
    assert!(without.is_empty(), "no snapshot shows {without:?}");
    for (code, rows) in &rows {
        for (at, row) in rows.iter().enumerate() {
            assert!(!rows[..at].contains(row), "{code} is shown twice by one row: {row}");
        }
    }
}

#[test]
fn every_code_of_profiles_is_shown_and_no_row_is_there_twice() {
    check(&sources(&OF_PROFILES), |code| code.is_of_profiles());
}

#[test]
fn every_other_code_is_shown_and_no_row_is_there_twice() {
    check(&sources(&OF_THE_REST), |code| !code.is_of_profiles());
}
