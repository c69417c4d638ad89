//! Imports point left: `json <- scim <- rules <- store <- {proxy, console} <- gateway`; and the first three are pure.

use crate::rust::find_all;
use crate::tree::{File, Tree, Violation};

/// The crates of the house with their folder and rank; one may depend only on those of lower rank.
const CRATES: [(&str, &str, u8); 7] = [
    ("json", "rules/json", 0),
    ("scim", "rules/scim", 1),
    ("rules", "rules", 2),
    ("store", "gateway/store", 3),
    ("proxy", "gateway/proxy", 4),
    ("console", "gateway/console", 4),
    ("gateway", "gateway", 5),
];

/// The one library that only one crate knows, so that there is one kind of JSON value in the house.
const BEHIND: (&str, &str) = ("serde_json", "json");

/// Folders of the pure crates' sources.
const PURE: [&str; 3] = ["rules/json/src/", "rules/scim/src/", "rules/src/"];

/// What a pure crate does not depend on: all that waits, listens or opens.
const IMPURE_CRATES: [&str; 14] = [
    "async-trait",
    "futures",
    "futures-util",
    "hyper",
    "hyper-util",
    "moka",
    "notify",
    "rand",
    "reqwest",
    "rusqlite",
    "tokio",
    "tokio-rustls",
    "tower",
    "tracing-subscriber",
];

/// What the code of a pure crate does not say.
const IMPURE_CODE: [&str; 15] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "std::io::stdin",
    "SystemTime",
    "std::time::Instant",
    "Instant::now",
    "tokio",
    "hyper",
    "reqwest",
    "async",
    "await",
    "thread_local!",
];

/// Each crate depends only on those to its left.
pub(crate) fn imports_point_left(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for (name, folder, rank) in CRATES {
        let Some(file) = tree.file(&format!("{folder}/Cargo.toml")) else { continue };
        for (dependency, offset) in dependencies(file) {
            if CRATES.iter().any(|(other, _, other_rank)| *other == dependency && *other_rank >= rank) {
                let remedy = format!("`{name}` must not depend on `{dependency}`: move what it needs to the left");
                found.push(file.violation(offset, "arrow", remedy));
            }
            let (library, owner) = BEHIND;
            if dependency == library && name != owner {
                found.push(file.violation(offset, "arrow", format!("`{library}` is behind `{owner}`: depend on that")));
            }
        }
    }
    found
}

/// The pure crates do no I/O, have no clock and do not wait; their tests neither.
pub(crate) fn the_core_is_pure(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in CRATES.iter().take(PURE.len()).filter_map(|(_, folder, _)| tree.file(&format!("{folder}/Cargo.toml"))) {
        for (dependency, offset) in dependencies(file) {
            if IMPURE_CRATES.contains(&dependency.as_str()) {
                let remedy = format!("no `{dependency}` here: the shell gathers facts, the core decides");
                found.push(file.violation(offset, "pure", remedy));
            }
        }
    }
    for file in tree.rust().filter(|file| PURE.iter().any(|folder| file.path.starts_with(folder))) {
        for word in IMPURE_CODE {
            for offset in find_all(&file.code, word) {
                let remedy = format!("no `{word}` here: take what it gives as a parameter");
                found.push(file.violation(offset, "pure", remedy));
            }
        }
    }
    found
}

/// The dependencies of all kinds that a manifest names, with their place.
fn dependencies(file: &File) -> Vec<(String, usize)> {
    let manifest: toml::Table = toml::from_str(&file.text).expect("invariant: cargo has read this manifest");
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    let names = tables.into_iter().filter_map(|table| manifest.get(table)?.as_table()).flat_map(toml::Table::keys);
    // Good enough for a line: a dependency is named at the start of one.
    names.map(|name| (name.clone(), file.text.find(&format!("\n{name}")).map_or(0, |newline| newline + 1))).collect()
}

#[cfg(test)]
mod tests {
    //! Each rule refuses a bad sample.

    use super::*;
    use crate::tree::check;

    #[test]
    fn a_crate_does_not_depend_on_its_right() {
        check(
            imports_point_left,
            &[
                (
                    "rules/scim/Cargo.toml",
                    "[dependencies]\nserde = \"1\"\n[dev-dependencies]\nrules.workspace = true\n",
                ),
                ("gateway/console/Cargo.toml", "[dependencies]\nproxy.workspace = true\nstore.workspace = true\n"),
                ("gateway/Cargo.toml", "[dependencies]\nproxy.workspace = true\nconsole.workspace = true\n"),
                ("rules/Cargo.toml", "[dependencies]\nserde_json.workspace = true\n"),
                ("rules/json/Cargo.toml", "[dependencies]\nserde_json.workspace = true\n"),
            ],
            &[
                "rules/scim/Cargo.toml:4: arrow: `scim` must not depend on `rules`",
                "rules/Cargo.toml:2: arrow: `serde_json` is behind `json`",
                "gateway/console/Cargo.toml:2: arrow:",
            ],
        );
    }

    #[test]
    fn the_core_does_not_wait_or_look() {
        check(
            the_core_is_pure,
            &[
                ("rules/Cargo.toml", "[dependencies]\ntokio = \"1\"\n"),
                (
                    "rules/src/a.rs",
                    "//! Says async.\nuse std::fs;\nasync fn f() {}\nfn g() -> std::time::Duration { todo }\n",
                ),
                ("rules/scim/src/b.rs", "//! B.\nlet t = std::time::SystemTime::now();\nstruct Instant;\n"),
                ("gateway/src/c.rs", "use std::fs;\n"),
            ],
            &[
                "rules/Cargo.toml:2: pure:",
                "rules/scim/src/b.rs:2: pure: no `SystemTime`",
                "rules/src/a.rs:2: pure: no `std::fs`",
                "rules/src/a.rs:3: pure: no `async`",
            ],
        );
    }
}
