//! The quirks of identity providers and the traps of gateways have tests, or the document says why not.
//!
//! The test of row 7 in docs/idp-dialects.md §4 has `row_07` in its name, that of trap 7 in docs/traps.md `trap_07`.

use std::collections::BTreeSet;

use crate::rust::words;
use crate::tree::{Tree, Violation};

const DIALECTS: &str = "docs/idp-dialects.md";
const TRAPS: &str = "docs/traps.md";

/// Every row of the quirks table has a test, or stands in the short table above it: `| 25, 36 | why |`.
pub(crate) fn quirks_are_tested(tree: &Tree) -> Vec<Violation> {
    let Some(file) = tree.file(DIALECTS) else { return Vec::new() };
    let (Some(start), Some(end)) = (file.text.find("\n## 4."), file.text.find("\n## 5.")) else {
        return vec![file.violation(0, "row", "the quirks table stands between `## 4.` and `## 5.`")];
    };
    let tested = tested(tree, "row_");
    let mut excused: BTreeSet<u32> = BTreeSet::new();
    let mut found = Vec::new();
    for (offset, line) in file.lines().filter(|(offset, _)| (start..end).contains(offset)) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let numbers: Vec<u32> = cells[0].split(',').filter_map(|number| number.trim().parse().ok()).collect();
        match (cells.len(), numbers.as_slice()) {
            (2, several) => excused.extend(several),
            (_, [number]) if !tested.contains(number) && !excused.contains(number) => {
                let remedy = format!(
                    "no test is called `row_{number:02}_…`: write it, or say above the table why there is none"
                );
                found.push(file.violation(offset, "row", remedy));
            }
            (_, [number]) if tested.contains(number) && excused.contains(number) => {
                found.push(file.violation(offset, "row", "it has a test: take it out of the table above"));
            }
            _ => {}
        }
    }
    found
}

/// Every trap is followed by a line that names what holds it, its own test among them, or says why nothing need.
pub(crate) fn traps_are_tested(tree: &Tree) -> Vec<Violation> {
    let Some(file) = tree.file(TRAPS) else { return Vec::new() };
    let tested = tested(tree, "trap_");
    let lines: Vec<(usize, &str)> = file.lines().collect();
    let mut found = Vec::new();
    for (at, (offset, line)) in lines.iter().enumerate() {
        let Some(number) = line.split_once(". ").and_then(|(number, _)| number.parse::<u32>().ok()) else { continue };
        let below = lines.get(at + 1).map_or("", |(_, below)| below);
        if !below.starts_with("    ") {
            found.push(file.violation(*offset, "row", "say below it what holds it: write `    Held by …`"));
        } else if tested.contains(&number) && !below.contains(&format!("`trap_{number:02}_")) {
            found.push(file.violation(*offset, "row", format!("its test is not named: write `trap_{number:02}_…`")));
        }
    }
    found
}

/// The numbers behind `prefix` in the names that tests use: 44 and 62 of `row_44_whole_seconds_and_row_62_in_time`.
fn tested(tree: &Tree, prefix: &str) -> BTreeSet<u32> {
    let mut numbers = BTreeSet::new();
    for file in tree.rust() {
        for (_, word) in words(&file.code).filter(|(offset, _)| file.is_test_at(*offset)) {
            let parts = word.split(prefix).skip(1).filter_map(|part| part.split('_').next()?.parse::<u32>().ok());
            numbers.extend(parts);
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::check;

    const TEST: &str = "fn row_01_a_and_row_03_b() {}\nfn trap_02_x() {}\n";

    #[test]
    fn a_quirk_has_a_test_or_a_reason() {
        let table = |reasons: &str| {
            format!(
                "\n## 4. Quirks\n| # | instead |\n|---|---|\n{reasons}\n| # | IdP | quirk |\n|---|---|---|\n| 1 | a | b |\n| 2 | a | b |\n| 3 | a | b |\n\n## 5. More\n| 9 | a | b |\n"
            )
        };
        let check = |reasons: &str, expected: &[&str]| {
            check(quirks_are_tested, &[(DIALECTS, &table(reasons)), ("tests/e2e/rows.rs", TEST)], expected);
        };
        check("| 2 | why |", &[]);
        check("| 2, 3 | why |", &["docs/idp-dialects.md:10: row"]);
        check("", &["docs/idp-dialects.md:9: row"]);
    }

    #[test]
    fn a_trap_says_what_holds_it() {
        let check = |traps: &str, expected: &[&str]| {
            check(traps_are_tested, &[(TRAPS, traps), ("tests/e2e/rows.rs", TEST)], expected);
        };
        check("1. A trap.\n    There is no such thing.\n2. Another.\n    Held by `trap_02_x()`.\n", &[]);
        check("1. A trap.\n2. Another.\n    Held by something.\n", &["docs/traps.md:1: row", "docs/traps.md:2: row"]);
    }
}
