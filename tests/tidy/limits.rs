//! What has a name to be tested by is named in a test: limits, and the codes of profile problems.

use crate::rust::{item_end, words};
use crate::tree::{Extension, File, Tree, Violation};

/// Where the codes of profile problems are declared.
const CODES: &str = "rules/src/diagnostics/code.rs";

/// Every count or size limit that other modules see is named in a test. Limits of time are left out: a test does not wait
/// for them.
pub(crate) fn limits_are_tested(tree: &Tree) -> Vec<Violation> {
    let named = named_in_tests(tree);
    let mut found = Vec::new();
    for file in tree.rust() {
        for (at, _) in words(&file.code).filter(|(at, word)| *word == "const" && !file.is_test_at(*at)) {
            let item = &file.code[at..item_end(&file.code, at)];
            let Some((_, name)) = words(item).nth(1) else { continue };
            let is_public = file.code[..at].trim_end().ends_with(['b', ')']);
            let is_limit = is_public && name.ends_with("_MAX") && !item.contains("Duration") && !item.contains("fn");
            if is_limit && !named.contains(name) {
                found.push(file.violation(at, "limit", format!("no test names `{name}`: test one on each side of it")));
            }
        }
    }
    found
}

/// Every code of a profile problem is asked for in a test, by its name or as it is printed.
pub(crate) fn codes_are_tested(tree: &Tree) -> Vec<Violation> {
    let named = named_in_tests(tree);
    let Some(file) = tree.file(CODES) else { return Vec::new() };
    let declared = file.lines().filter_map(|(start, line)| {
        let (name, code) =
            line.trim().split_once(" = \"").filter(|(name, _)| name.chars().all(char::is_alphanumeric))?;
        Some((start, name, code.trim_end_matches(['"', ','])))
    });
    let lacks = declared.filter(|(_, name, code)| !named.contains(*code) && !named.contains(*name));
    lacks
        .map(|(at, name, code)| {
            file.violation(at, "code", format!("no test asks for `{name}` ({code}): show a profile that has it"))
        })
        .collect()
}

/// Every word of every test and snapshot, texts included; but not of the house rules, which name what they look for.
fn named_in_tests(tree: &Tree) -> std::collections::BTreeSet<&str> {
    let in_tests = |file: &'_ File| !file.path.starts_with("tests/tidy/");
    let mut named = std::collections::BTreeSet::new();
    for file in tree.files.iter().filter(|file| in_tests(file)) {
        if file.path.extension() == Some("snap") {
            named.extend(words(&file.text).map(|(_, word)| word));
        }
        for part in &file.tests {
            named.extend(words(&file.text[part.clone()]).map(|(_, word)| word));
        }
    }
    named
}

#[cfg(test)]
mod tests {
    //! Each rule refuses a bad sample.

    use super::*;
    use crate::tree::check;

    #[test]
    fn a_limit_has_a_test() {
        let limits = "pub const A_BYTES_MAX: usize = 1;\npub(crate) const B_MAX: u32 = 2;\npub const C_MAX: Duration = x;\nconst D_MAX: u8 = 1;\n#[cfg(test)]\nmod tests { fn a() { A_BYTES_MAX + 1 } }\n";
        check(limits_are_tested, &[("a/src/a.rs", limits)], &["a/src/a.rs:2: limit: no test names `B_MAX`"]);
    }

    #[test]
    fn a_code_has_a_test() {
        let codes = "codes! {\n    /// A.\n    Toml = \"E0101\",\n    Name = \"E0102\",\n    Range = \"E0103\",\n}\n";
        let tests = "fn a() { check(\"error[E0101]\", Code::Range) }";
        check(
            codes_are_tested,
            &[(CODES, codes), ("rules/src/tests.rs", tests)],
            &["rules/src/diagnostics/code.rs:4: code: no test asks for `Name`"],
        );
    }
}
