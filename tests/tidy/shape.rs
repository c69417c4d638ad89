//! The shape of files and functions: names, headers, lengths.

use crate::rust::{item_end, words};
use crate::tree::{Tree, Violation};

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 5] = ["utils", "helpers", "common", "misc", "types"];

/// Longest source file, in lines.
pub(crate) const FILE_LINES_MAX: usize = 600;

/// Longest function, in lines from its `fn` to its closing brace.
pub(crate) const FUNCTION_LINES_MAX: usize = 70;

/// A file is named for its concept, and a module is `foo.rs` beside `foo/`.
pub(crate) fn file_names(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.rust() {
        let mut parts = file.path.trim_end_matches(".rs").split('/');
        if let Some(name) = parts.clone().find(|part| EMPTY_NAMES.contains(part)) {
            found.push(file.violation(0, "name", format!("`{name}` says nothing: name it for its one concept")));
        }
        if parts.next_back() == Some("mod") {
            found.push(file.violation(0, "name", "write `foo.rs` beside `foo/`, never `mod.rs`"));
        }
    }
    found
}

/// Every file opens with what it is.
pub(crate) fn headers(tree: &Tree) -> Vec<Violation> {
    let lacks = tree.rust().filter(|file| !file.text.starts_with("//! "));
    lacks
        .map(|file| file.violation(0, "header", "open with `//!`: what it is, what it never does, where it sits"))
        .collect()
}

/// A file has a length that one reads in one sitting.
pub(crate) fn file_length(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.rust() {
        let lines = file.text.lines().count();
        if lines > FILE_LINES_MAX {
            let remedy =
                format!("{lines} lines, at most {FILE_LINES_MAX}: split it by concept, or move its tests to a file");
            found.push(file.violation(0, "length", remedy));
        }
    }
    found
}

/// A function has a length that one sees at once, unless it says why not.
pub(crate) fn function_length(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.rust() {
        let mut before = 0;
        for (at, _) in words(&file.code).filter(|(_, word)| *word == "fn") {
            let attributes = &file.code[before..at];
            before = at;
            let end = item_end(&file.code, at);
            let Some(name) = words(&file.code[at..end]).nth(1) else { continue };
            // `fn(u8) -> u8` is a type: no name follows, and no block is its own.
            let is_function = file.code[at + 2..].starts_with(' ') && file.code[..end].ends_with('}');
            let lines = file.code[at..end].lines().count();
            if is_function && lines > FUNCTION_LINES_MAX && !is_excused(attributes) {
                let remedy = format!(
                    "`{}` has {lines} lines, at most {FUNCTION_LINES_MAX}: let the parent branch and leaves compute",
                    name.1
                );
                found.push(file.violation(at, "length", remedy));
            }
        }
    }
    found
}

/// Whether the attributes right before a function expect it to be long.
fn is_excused(before: &str) -> bool {
    let own = before.rfind("#[expect(clippy::too_many_lines");
    own.is_some_and(|at| !before[at..].contains('}') || before[at..].rfind('}') < before[at..].rfind(']'))
}

#[cfg(test)]
mod tests {
    //! Each rule refuses a bad sample, and is content right at its limit.

    use super::*;
    use crate::tree::check;

    #[test]
    fn names_say_something() {
        check(
            file_names,
            &[("a/src/utils.rs", ""), ("a/src/common/x.rs", ""), ("a/src/x/mod.rs", ""), ("a/src/model.rs", "")],
            &[
                "a/src/common/x.rs:1: name: `common`",
                "a/src/utils.rs:1: name: `utils`",
                "a/src/x/mod.rs:1: name: write",
            ],
        );
    }

    #[test]
    fn every_file_has_a_header() {
        check(
            headers,
            &[("a.rs", "//! A.\n"), ("b.rs", "use x;\n"), ("c.rs", ""), ("d.md", "")],
            &["b.rs:1: header", "c.rs:1: header"],
        );
    }

    #[test]
    fn a_file_has_at_most_600_lines() {
        let fits = "x\n".repeat(FILE_LINES_MAX);
        let long = "x\n".repeat(FILE_LINES_MAX + 1);
        check(file_length, &[("a.rs", &fits), ("b.rs", &long)], &["b.rs:1: length: 601 lines"]);
    }

    #[test]
    fn a_function_has_at_most_70_lines() {
        let function = |lines: usize| format!("fn f() {{\n{}}}\n", "    x();\n".repeat(lines - 2));
        let fits = function(FUNCTION_LINES_MAX);
        let long = format!("use x;\n{}", function(FUNCTION_LINES_MAX + 1));
        let excused = format!(
            "fn a() {{}}\n#[expect(clippy::too_many_lines, reason = \"a\")]\n{}",
            function(FUNCTION_LINES_MAX + 1)
        );
        let other = format!(
            "#[expect(clippy::too_many_lines, reason = \"a\")]\nfn a() {{}}\n{}",
            function(FUNCTION_LINES_MAX + 1)
        );
        check(
            function_length,
            &[
                ("a.rs", &fits),
                ("b.rs", &long),
                ("c.rs", &excused),
                ("d.rs", &other),
                ("e.rs", "type F = fn(u8) -> u8;"),
            ],
            &["b.rs:2: length: `f` has 71 lines", "d.rs:3: length"],
        );
    }
}
