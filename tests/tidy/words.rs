//! Words that do not belong where they are: `unwrap`, `now()`, unfinished work, paths of somebody's machine.

use crate::rust::find_all;
use crate::tree::{Tree, Violation};

/// Nothing outside tests unwraps.
pub(crate) fn no_unwrap(tree: &Tree) -> Vec<Violation> {
    outside_tests(
        tree,
        "unwrap",
        &[".unwrap()", ".unwrap_err()"],
        "handle it, or `expect(\"invariant: …\")` with the proof",
        |_| true,
    )
}

/// An `expect` outside tests says why it holds.
pub(crate) fn expect_says_why(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.rust() {
        for offset in find_all(&file.code, ".expect(").filter(|offset| !file.is_test_at(*offset)) {
            let argument = file.text[offset + ".expect(".len()..].trim_start();
            // A method of our own: its argument is no text, or it is called on `self`.
            let is_own = !argument.starts_with('"') || file.code[..offset].ends_with("self");
            if !is_own && !argument.starts_with("\"invariant: ") {
                found.push(file.violation(offset, "expect", "begin with `invariant: ` and say why it cannot fail"));
            }
        }
    }
    found
}

/// The time is asked for in the shell only.
pub(crate) fn no_now(tree: &Tree) -> Vec<Violation> {
    let is_core = |path: &str| !path.starts_with("gateway/src/");
    outside_tests(tree, "now", &["::now()", "::now_utc()"], "time is a parameter: take it from a `Clock`", is_core)
}

/// Nothing is left for later.
pub(crate) fn nothing_unfinished(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.rust() {
        for (word, remedy) in [
            ("todo!", "write it"),
            ("unimplemented!", "write it"),
            ("dbg!", "take it out"),
            ("#[ignore", "a test runs, or it is not there"),
        ] {
            found.extend(find_all(&file.code, word).map(|offset| file.violation(offset, "unfinished", remedy)));
        }
    }
    found
}

/// No file names a folder of the machine it was written on.
pub(crate) fn no_machine_paths(tree: &Tree) -> Vec<Violation> {
    // Put together here, or this file would break its own rule.
    let folders = ["work", "root", "home", "tmp"].map(|folder| format!("/{folder}/"));
    let mut found = Vec::new();
    for file in &tree.files {
        for folder in &folders {
            for (offset, _) in file.text.match_indices(folder.as_str()) {
                let is_inner =
                    file.text[..offset].ends_with(|char: char| char.is_alphanumeric() || "._-}".contains(char));
                if !is_inner {
                    found.push(file.violation(offset, "machine", format!("`{folder}…` exists on one machine only")));
                }
            }
        }
    }
    found
}

fn outside_tests(
    tree: &Tree,
    rule: &'static str,
    needles: &[&str],
    remedy: &str,
    applies: fn(&str) -> bool,
) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.rust().filter(|file| applies(&file.path)) {
        for offset in needles.iter().flat_map(|needle| find_all(&file.code, needle)) {
            if !file.is_test_at(offset) {
                found.push(file.violation(offset, rule, remedy));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    //! Each rule refuses a bad sample, and is content with tests, comments and texts.

    use super::*;
    use crate::tree::check;

    #[test]
    fn only_tests_unwrap() {
        let text = "// x.unwrap()\nfn a() { x.unwrap(); \"y.unwrap()\" }\n#[cfg(test)]\nmod tests { fn b() { x.unwrap(); } }\n";
        check(
            no_unwrap,
            &[("a/src/a.rs", text), ("tests/e2e/a.rs", "fn a() { x.unwrap() }")],
            &["a/src/a.rs:2: unwrap"],
        );
    }

    #[test]
    fn an_expect_is_an_invariant() {
        let text = "fn a() {\n x.expect(\"works\");\n x.expect(\n \"invariant: y\");\n x.expect(Token::End); self.expect(\"(\");\n}\n";
        check(expect_says_why, &[("a/src/a.rs", text)], &["a/src/a.rs:2: expect"]);
    }

    #[test]
    fn only_the_shell_asks_for_the_time() {
        let text = "fn a() { Instant::now(); clock.now(); }";
        check(
            no_now,
            &[("gateway/proxy/src/a.rs", text), ("gateway/src/b.rs", text), ("tests/c.rs", text)],
            &["gateway/proxy/src/a.rs:1: now"],
        );
    }

    #[test]
    fn nothing_is_left_for_later() {
        check(
            nothing_unfinished,
            &[("a.rs", "fn a() { todo!() }\nfn b() { dbg!(x) }\n#[ignore = \"slow\"]\nfn c() {}\n// todo!()\n")],
            &["a.rs:1: unfinished", "a.rs:2: unfinished", "a.rs:3: unfinished"],
        );
    }

    #[test]
    fn no_file_names_a_machine() {
        let bad = ["see /wo", "rk/shared, https://example.com/wo", "rk/x, {base}/wo", "rk/\n"].concat();
        check(no_machine_paths, &[("docs/a.md", &bad)], &["docs/a.md:1: machine"]);
    }
}
