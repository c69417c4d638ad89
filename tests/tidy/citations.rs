//! What the documents cite exists: symbols, files and documents.
//!
//! In Markdown a citation stands in backticks outside fenced samples: `Type::method`, `module::item`, `function()`, a name in
//! camel case with a capital (`ResourceRules`), or a path with a slash. In rustdoc it is an intra-doc link. What is cited from
//! other crates is theirs to keep: a path that starts with a dependency or `std` is not looked at.

use std::collections::BTreeSet;

use crate::rust::{without_comments, words};
use crate::tree::{Extension, File, Tree, Violation};

/// Documents whose citations are not of this tree: samples of how to write, and the documents of others.
const SAMPLES: [&str; 2] = ["docs/STYLE.md", "docs/idp-dialects.md"];

/// Functions that the documents may name although others define them.
const FOREIGN_FUNCTIONS: [&str; 2] = ["now", "unwrap"];

/// Endings by which a backticked text with a slash is known to be a path.
const PATH_ENDINGS: [&str; 9] = ["rs", "toml", "md", "json", "yml", "yaml", "service", "sql", "html"];

/// Crates of the language itself.
const LANGUAGE: [&str; 3] = ["std", "core", "alloc"];

/// Every symbol and path that a Markdown document cites exists.
pub(crate) fn in_markdown(tree: &Tree) -> Vec<Violation> {
    let known = Known::of(tree);
    let mut found = Vec::new();
    for file in
        tree.files.iter().filter(|file| file.path.extension() == Some("md") && !SAMPLES.contains(&file.path.as_str()))
    {
        for (offset, cited) in backticked(file) {
            if let Some(remedy) = known.missing_symbol(cited).or_else(|| missing_path(tree, &file.path, cited)) {
                found.push(file.violation(offset, "citation", remedy));
            }
        }
        for (offset, target) in links(file) {
            if !tree.has(&resolve(&file.path, target)) {
                found.push(file.violation(
                    offset,
                    "citation",
                    format!("the link leads to `{target}`, which is not there"),
                ));
            }
        }
    }
    found
}

/// Every intra-doc link of a comment leads to something that the file or the project knows.
pub(crate) fn in_rustdoc(tree: &Tree) -> Vec<Violation> {
    let known = Known::of(tree);
    let mut found = Vec::new();
    for file in tree.rust() {
        for (start, line) in doc_lines(file) {
            for (offset, cited) in intra_doc(line) {
                let last = cited.rsplit("::").next().unwrap_or(cited).trim_end_matches(['(', ')', '!']);
                if !known.has(last) && !known.is_foreign(cited) && !known.words.contains(last) {
                    found.push(file.violation(
                        start + offset,
                        "citation",
                        format!("`{cited}` is not there: cite what is"),
                    ));
                }
            }
        }
    }
    found
}

/// Every document that a comment or another document names is part of the project.
pub(crate) fn documents(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    let is_name = |char: char| char.is_alphanumeric() || "-_".contains(char);
    for file in &tree.files {
        let lines: Vec<(usize, &str)> = match file.path.extension() {
            Some("rs") => comment_lines(file).collect(),
            Some("md") if !SAMPLES.contains(&file.path.as_str()) => file.lines().collect(),
            _ => continue,
        };
        for (start, line) in lines {
            for (at, _) in line.match_indices(".md").filter(|(at, _)| !line[at + 3..].starts_with(is_name)) {
                let name_at = line[..at].rfind(|char| !is_name(char)).map_or(0, |before| before + 1);
                let name = &line[name_at..at + 3];
                let exists = |other: &File| other.path == name || other.path.ends_with(&format!("/{name}"));
                if name.len() > 3 && !tree.files.iter().any(exists) {
                    found.push(file.violation(
                        start + name_at,
                        "citation",
                        format!("`{name}` is not part of the project"),
                    ));
                }
            }
        }
    }
    found
}

/// What there is to cite.
struct Known {
    /// Lowercase names with a definition: functions, modules, fields.
    defined: BTreeSet<String>,
    /// Every word of every file that is not a document, comments left out; a capitalised name in code is defined somewhere,
    /// or rustc objects.
    words: BTreeSet<String>,
    /// Crates that the project depends on, as paths spell them.
    foreign: BTreeSet<String>,
}

impl Known {
    fn of(tree: &Tree) -> Self {
        let mut known = Known { defined: BTreeSet::new(), words: BTreeSet::new(), foreign: BTreeSet::new() };
        known.defined.extend(FOREIGN_FUNCTIONS.map(str::to_owned));
        known.foreign.extend(LANGUAGE.map(str::to_owned));
        for file in &tree.files {
            match file.path.extension() {
                Some("md") => continue,
                Some("rs") => known.define(file),
                _ if file.path.ends_with("Cargo.toml") => known.depend(file),
                _ => {}
            }
            let text = if file.is_rust() { without_comments(&file.text) } else { file.text.clone() };
            known.words.extend(words(&text).map(|(_, word)| word.to_owned()));
        }
        known
    }

    fn define(&mut self, file: &File) {
        let module = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        self.defined.insert(module.to_owned());
        let mut before = "";
        for (at, word) in words(&file.code) {
            let is_item =
                matches!(before, "fn" | "mod" | "struct" | "enum" | "trait" | "const" | "static" | "type" | "union");
            let is_macro = before == "macro_rules";
            let is_field = before == "pub" && file.code[at + word.len()..].starts_with(':');
            if is_item || is_macro || is_field {
                self.defined.insert(word.to_owned());
            }
            before = word;
        }
    }

    fn depend(&mut self, manifest: &File) {
        let names = manifest.text.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
        let house = ["json", "scim", "rules", "store", "proxy", "console", "gateway"];
        self.foreign.extend(names.map(|name| name.replace('-', "_")).filter(|name| !house.contains(&name.as_str())));
    }

    fn has(&self, name: &str) -> bool {
        self.defined.contains(name) || (name.starts_with(char::is_uppercase) && self.words.contains(name))
    }

    fn is_foreign(&self, path: &str) -> bool {
        path.split_once("::").is_some_and(|(first, _)| self.foreign.contains(first))
    }

    /// What to do about a cited symbol that does not exist; `None` if it exists or is no symbol.
    fn missing_symbol(&self, cited: &str) -> Option<String> {
        let called = cited.strip_suffix("()");
        let path = called.unwrap_or(cited);
        let parts: Vec<&str> = path.split("::").collect();
        let is_word = |part: &&str| {
            part.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_') && is_identifier(part)
        };
        if !parts.iter().all(is_word) || self.is_foreign(path) {
            return None;
        }
        let is_symbol = parts.len() > 1 || called.is_some() || is_camel_case(path);
        let missing = parts.iter().rev().take(2).find(|part| !self.has(part))?;
        is_symbol.then(|| format!("`{missing}` of `{cited}` is not in the sources: cite what is"))
    }
}

fn is_identifier(text: &str) -> bool {
    text.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// `ResourceRules`, not `Users`, `POST` or `userName`.
fn is_camel_case(text: &str) -> bool {
    let humps = text.chars().filter(char::is_ascii_uppercase).count();
    text.starts_with(|char: char| char.is_ascii_uppercase())
        && humps > 1
        && text.contains(|char: char| char.is_ascii_lowercase())
}

/// What to do about a cited path that does not exist; `None` if it exists or is no path of ours.
fn missing_path(tree: &Tree, document: &str, cited: &str) -> Option<String> {
    let is_path = cited.contains('/')
        && !cited.starts_with(['/', '~', '.'])
        && !cited.contains(|char: char| char.is_whitespace() || "{}<>*$:|=\"'()[],".contains(char));
    let first = cited.split('/').next()?;
    let is_ours =
        is_path && (tree.has(first) || cited.extension().is_some_and(|ending| PATH_ENDINGS.contains(&ending)));
    let exists = tree.has(cited) || tree.has(&resolve(document, cited)) || cited.starts_with("target/");
    (is_ours && !exists).then(|| format!("`{cited}` is not there: cite a path that is, from the root or from here"))
}

/// `target` seen from the folder of `document`.
fn resolve(document: &str, target: &str) -> String {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The lines of a document outside fenced samples.
fn prose(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let mut is_fenced = false;
    file.lines().filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_fenced ^= is_fence;
        !is_fenced && !is_fence
    })
}

fn backticked(file: &File) -> impl Iterator<Item = (usize, &str)> {
    prose(file).flat_map(|(start, line)| {
        let mut at = start;
        line.split('`').enumerate().filter_map(move |(index, part)| {
            let here = at;
            at += part.len() + 1;
            (index % 2 == 1).then_some((here, part))
        })
    })
}

/// Where the links of a document lead within the project, without their anchors.
fn links(file: &File) -> impl Iterator<Item = (usize, &str)> {
    prose(file).flat_map(|(start, line)| {
        line.match_indices("](").filter_map(move |(at, _)| {
            let target = line[at + 2..].split([')', ' ', '#']).next()?;
            let is_ours = !target.is_empty() && !target.contains(':') && !target.starts_with('/');
            is_ours.then_some((start + at + 2, target))
        })
    })
}

/// The lines of a Rust file that hold a comment and nothing else.
fn comment_lines(file: &File) -> impl Iterator<Item = (usize, &str)> {
    file.lines().filter(|(start, line)| {
        line.trim_start().starts_with("//") && file.code[*start..start + line.len()].trim().is_empty()
    })
}

fn doc_lines(file: &File) -> impl Iterator<Item = (usize, &str)> {
    comment_lines(file).filter(|(_, line)| ["///", "//!"].iter().any(|mark| line.trim_start().starts_with(mark)))
}

/// The targets of the links of a line: of ``[`A::b`](crate::A::b)`` the second, of ``[`A::b`]`` the one there is.
fn intra_doc(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("[`") {
        let Some(length) = line[at + 2..].find("`]") else { continue };
        let behind = at + 2 + length + 2;
        let explicit = line[behind..].strip_prefix('(').and_then(|rest| rest.split(')').next());
        let (offset, cited) = explicit.map_or((at + 2, &line[at + 2..behind - 2]), |target| (behind + 1, target));
        if !cited.is_empty() && cited.split("::").all(|part| is_identifier(part.trim_end_matches(['(', ')', '!']))) {
            found.push((offset, cited));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    //! Each rule refuses a bad sample.

    use super::*;
    use crate::tree::check;

    const SOURCE: (&str, &str) = (
        "rules/src/plan.rs",
        "//! See [`Plan::run`], [`Gone`], [a plan](Plan) and [`it`](crate::lost).\npub struct Plan { pub calls: u8 }\nimpl Plan { fn run() { \"IsSoftDeleted\" } }\n",
    );

    #[test]
    fn a_document_cites_what_exists() {
        let text = "`Plan::run`, `plan::Plan`, `run()`, `Plan::calls`, `std::fs::read`, `IsSoftDeleted`, `userName`, `a b()`.\n\
            `Plan::walk` and `Ghost::run`,\n`walk()`,\n`GhostPlan`.\n```\n`Plan::walk`\n```\n`rules/src/plan.rs`, `rules/src`, `application/json`,\n\
            `rules/src/ghost.rs`, `ghosts/plan.rs`.\n[here](../rules/src/plan.rs#x) [gone](gone.md) [far](https://example.com)\n";
        check(
            in_markdown,
            &[SOURCE, ("docs/a.md", text), ("docs/STYLE.md", "`Ghost::run`")],
            &[
                "docs/a.md:2: citation: `walk` of",
                "docs/a.md:2: citation: `Ghost` of",
                "docs/a.md:3: citation: `walk` of",
                "docs/a.md:4: citation: `GhostPlan`",
                "docs/a.md:9: citation: `rules/src/ghost.rs`",
                "docs/a.md:9: citation: `ghosts/plan.rs`",
                "docs/a.md:10: citation: the link leads to `gone.md`",
            ],
        );
    }

    #[test]
    fn rustdoc_links_to_what_exists() {
        check(
            in_rustdoc,
            &[SOURCE],
            &["rules/src/plan.rs:1: citation: `Gone`", "rules/src/plan.rs:1: citation: `crate::lost`"],
        );
    }

    #[test]
    fn a_named_document_is_there() {
        check(
            documents,
            &[
                ("a/src/a.rs", "//! See GUIDE.md, ghost.md.\nlet x = \"other.md\";\n"),
                ("docs/GUIDE.md", "See lost.md and x.mdx.\n"),
            ],
            &["a/src/a.rs:1: citation: `ghost.md`", "docs/GUIDE.md:1: citation: `lost.md`"],
        );
    }
}
