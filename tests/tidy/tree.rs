//! The project's files in memory, and what a rule says about one.
//!
//! Reads what git knows or would add; without git, everything but build output.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::rust;

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file of the project.
pub(crate) struct File {
    /// From the root, with slashes.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
    /// For Rust: the text with every byte of a comment or a literal blanked, so that offsets stay; else empty.
    pub(crate) code: String,
    /// For Rust: the parts that only tests see.
    pub(crate) tests: Vec<Range<usize>>,
}

/// Files in the order of their paths.
pub(crate) struct Tree {
    /// The files.
    pub(crate) files: Vec<File>,
}

/// Something that a rule forbids.
pub(crate) struct Violation {
    path: String,
    line: usize,
    rule: &'static str,
    remedy: String,
}

// === impl File ===

impl File {
    fn new(path: &str, text: &str) -> Self {
        let code = if path.extension() == Some("rs") { rust::code(text) } else { String::new() };
        let tests = rust::test_parts(&code);
        Self { path: path.to_owned(), text: text.to_owned(), code, tests }
    }

    /// Whether this is Rust.
    pub(crate) fn is_rust(&self) -> bool {
        self.path.extension() == Some("rs")
    }

    /// Whether only tests see what is at `offset`.
    pub(crate) fn is_test_at(&self, offset: usize) -> bool {
        self.tests.iter().any(|part| part.contains(&offset))
    }

    /// A violation at a byte offset.
    pub(crate) fn violation(&self, offset: usize, rule: &'static str, remedy: impl Into<String>) -> Violation {
        let line = 1 + self.text[..offset].matches('\n').count();
        Violation { path: self.path.clone(), line, rule, remedy: remedy.into() }
    }

    /// The lines with the offset of each.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut at = 0;
        self.text.split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            (start, line.trim_end_matches(['\n', '\r']))
        })
    }
}

/// The part of a name behind its last dot.
pub(crate) trait Extension {
    /// `rs` of `a/b.rs`.
    fn extension(&self) -> Option<&str>;
}

impl Extension for str {
    fn extension(&self) -> Option<&str> {
        Path::new(self).extension()?.to_str()
    }
}

// === impl Tree ===

impl Tree {
    /// The project's own files.
    pub(crate) fn of_project() -> Self {
        let root = root();
        let paths = listed(&root).unwrap_or_else(|| walked(&root));
        // What is not text has no rules: images, compressed fixtures.
        let read = |path: String| Some((std::fs::read_to_string(root.join(&path)).ok()?, path));
        let files: Vec<_> = paths.into_iter().filter_map(read).collect();
        Self::of(files.iter().map(|(text, path)| (path.as_str(), text.as_str())))
    }

    /// Files in memory.
    pub(crate) fn of<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Self {
        let mut files: Vec<_> = files.into_iter().map(|(path, text)| File::new(path, text)).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let test_modules: Vec<String> = files.iter().flat_map(rust::test_modules).collect();
        for file in &mut files {
            if is_test_path(&file.path) || test_modules.iter().any(|module| is_within(&file.path, module)) {
                file.tests = std::iter::once(0..file.text.len()).collect();
            }
        }
        Self { files }
    }

    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_rust())
    }

    /// The file at `path`.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether there is a file or folder at `path`.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files
            .iter()
            .any(|file| file.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.remedy)
    }
}

/// Whether a file is there for tests by where it lies.
fn is_test_path(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "benches"))
}

/// Whether `path` is the module `module` (a path without `.rs`) or lies below it.
fn is_within(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// What git knows, and what it would add.
fn listed(root: &Path) -> Option<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output =
        Command::new("git").current_dir(root).args(arguments).output().ok().filter(|output| output.status.success())?;
    let names = String::from_utf8(output.stdout).ok()?;
    let names: Vec<String> = names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    if names.is_empty() { None } else { Some(names) }
}

/// Everything below `root` but hidden folders and build output.
fn walked(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let path = entry.path();
            let is_hidden = name.to_string_lossy().starts_with('.');
            // Cargo marks its folder so; a module may well be called `target`.
            let is_output = path.join("CACHEDIR.TAG").exists();
            if path.is_dir() && !is_hidden && !is_output {
                folders.push(path);
            } else if path.is_file()
                && let Ok(path) = path.strip_prefix(root)
            {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found
}

/// Runs a rule on files in memory and gives what it finds, a line each.
#[track_caller]
pub(crate) fn check(rule: crate::Rule, files: &[(&str, &str)], expected: &[&str]) {
    let found: Vec<String> = rule(&Tree::of(files.iter().copied())).iter().map(Violation::to_string).collect();
    let fits = found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, expected)| found.starts_with(expected));
    assert!(fits, "expected {expected:#?}, found {found:#?}");
}

#[test]
fn git_and_the_walk_see_the_same_sources() {
    let root = root();
    let sources = |paths: Vec<String>| {
        let is_source = |path: &String| path.extension() == Some("rs") && root.join(path).is_file();
        paths.into_iter().filter(is_source).collect::<std::collections::BTreeSet<_>>()
    };
    if let Some(listed) = listed(&root) {
        assert_eq!(sources(listed), sources(walked(&root)));
    }
}

#[test]
fn test_code_is_known_by_place_and_by_attribute() {
    let tree = Tree::of([
        ("a/src/lib.rs", "mod x;\n#[cfg(test)]\npub(crate) mod sample;\n"),
        ("a/src/sample.rs", "fn s() {}"),
        ("a/src/sample/deep.rs", "fn d() {}"),
        ("a/src/x.rs", "fn x() {}\n#[cfg(test)]\nmod tests { fn y() {} }\nfn z() {}"),
        ("a/src/x/tests.rs", "fn t() {}"),
    ]);
    let seen = |path: &str, text: &str| {
        let file = tree.file(path).expect("the sample has it");
        file.is_test_at(file.text.find(text).expect("the sample has it"))
    };
    assert!(
        seen("a/src/sample.rs", "fn s") && seen("a/src/sample/deep.rs", "fn d") && seen("a/src/x/tests.rs", "fn t")
    );
    assert!(seen("a/src/x.rs", "fn y") && !seen("a/src/x.rs", "fn x") && !seen("a/src/x.rs", "fn z"));
}
