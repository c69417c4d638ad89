//! The house rules: what docs/STYLE.md marks with ⚙ and neither rustc nor clippy checks.
//!
//! Each rule is a function from the tree of files in memory to violations, so that each has a test which shows it a bad
//! sample and sees it refuse. Nothing here changes a file. Every violation is listed at once, as
//! `path:line: rule: what to do`.

mod tree;

mod rust;

mod arrow;
mod citations;
mod limits;
mod rows;
mod shape;
mod words;

mod policy;

mod queries;

use tree::{Tree, Violation};

/// A rule: what is wrong in a tree, in the order of its files.
type Rule = fn(&Tree) -> Vec<Violation>;

/// All of them, in the order of docs/STYLE.md.
const RULES: &[Rule] = &[
    arrow::imports_point_left,
    arrow::the_core_is_pure,
    shape::file_names,
    shape::headers,
    shape::file_length,
    shape::function_length,
    words::no_unwrap,
    words::expect_says_why,
    words::no_now,
    words::nothing_unfinished,
    words::no_machine_paths,
    citations::in_markdown,
    citations::in_rustdoc,
    citations::documents,
    limits::limits_are_tested,
    limits::codes_are_tested,
    rows::quirks_are_tested,
    rows::traps_are_tested,
];

#[test]
fn the_house_is_in_order() {
    let tree = Tree::of_project();
    assert!(tree.files.len() > 100, "only {} files were found: is this the project?", tree.files.len());
    let violations: Vec<String> = RULES.iter().flat_map(|rule| rule(&tree)).map(|found| found.to_string()).collect();
    assert!(violations.is_empty(), "{} violations of docs/STYLE.md:\n{}", violations.len(), violations.join("\n"));
}
