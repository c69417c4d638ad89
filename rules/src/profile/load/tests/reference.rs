//! `docs/profile.md` against the loader: its complete profiles load, its table of codes is the codes.

use super::*;

const REFERENCE: &str = include_str!("../../../../../docs/profile.md");

#[test]
fn every_complete_profile_of_the_reference_loads() {
    let blocks: Vec<&str> = REFERENCE
        .split("```toml complete\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(block, _)| block))
        .collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let report = profile("docs/profile.md", block).map_or_else(|report| report, |(_, report)| report);
        assert_eq!(report.to_terminal(Colour::Plain), "");
    }
}

#[test]
fn the_reference_lists_every_code_with_its_meaning() {
    let (_, table) = REFERENCE.split_once("## Codes\n").unwrap_or_default();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
    let expected: Vec<String> = Code::ALL
        .iter()
        .filter(|code| code.is_of_profiles())
        .map(|code| format!("| `{code}` | {} |", code.meaning()))
        .collect();
    assert_eq!(rows, expected);
}
