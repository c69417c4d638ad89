//! The runnable examples, `rules/examples/NN-name`: each loads without a warning, and each point of the language has one.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use rules::Profile;
use rules::diagnostics::Colour;

/// How many points `docs/profile.md` counts.
const POINTS: usize = 16;
/// Longest example, in lines: what is longer is no example.
const LINES_MAX: usize = 80;

/// The folders of the examples, in order.
fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

#[test]
fn every_example_loads_without_a_warning() {
    for folder in examples() {
        let text = std::fs::read_to_string(folder.join("profile.toml")).unwrap();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let report = Profile::load(&name, &text).map_or_else(|report| report, |(_, report)| report);
        assert_eq!(report.to_terminal(Colour::Plain), "");
        assert!(text.lines().count() <= LINES_MAX, "{name} has {} lines", text.lines().count());
        assert!(text.lines().any(|line| line.contains('#')), "{name} says nothing about itself");
        assert!(folder.join("profile.test.toml").is_file(), "{name} has no cases");
    }
}

#[test]
fn every_point_has_an_example() {
    let mut numbers: Vec<String> = examples()
        .iter()
        .map(|folder| folder.file_name().unwrap().to_string_lossy().split('-').next().unwrap_or_default().to_owned())
        .collect();
    numbers.dedup();
    let expected: Vec<String> = (1..=POINTS).map(|number| format!("{number:02}")).collect();
    assert_eq!(numbers, expected);
}
