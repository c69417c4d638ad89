//! `docs/profile.md`, made from the definitions of the keys, the prose beside them, the examples and the codes.
//!
//! Run with `UPDATE_DOCS=1`, the test writes the page; without, it says where the page is not what it should be.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rules::diagnostics::Code;
use rules::document::definition::{Definition, Form, Key, Kind, Need};
use rules::profile::keys::PROFILE;

const PROSE: &str = include_str!("../src/profile/keys/about.md");
const REGENERATE: &str = "UPDATE_DOCS=1 cargo test -p rules --test reference";

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The page: the prose, with every `{{…}}` that stands alone in its line filled in.
fn page() -> String {
    let mut page = String::new();
    for line in PROSE.lines() {
        match line.strip_prefix("{{").and_then(|line| line.strip_suffix("}}")) {
            Some(marker) => page.push_str(&filled(marker)),
            None => page.push_str(line),
        }
        page.push('\n');
    }
    // What had nothing to show leaves no hole.
    while page.contains("\n\n\n") {
        page = page.replace("\n\n\n", "\n\n");
    }
    page
}

fn filled(marker: &str) -> String {
    let (what, of) = marker.split_once(' ').unwrap_or((marker, ""));
    match what {
        "keys" => keys(of),
        "shared" => table(of.split(' ').map(|name| *shared().iter().find(|key| key.name == name).unwrap())),
        "example" => example(of),
        "codes" => codes(),
        other => panic!("`{other}` of `{marker}` is nothing that can be filled in"),
    }
}

// === tables of keys ===

fn definition(name: &str) -> &'static Definition {
    PROFILE.within().into_iter().find(|definition| definition.name == name).unwrap_or_else(|| panic!("no `{name}`"))
}

/// The keys that calls share, which the page shows once.
fn shared() -> Vec<&'static Key> {
    let is_shared = |key: &&Key| {
        ["headers", "format", "expect", "capture", "body", "wrap", "carry", "drop", "answer"].contains(&key.name)
    };
    definition("user.create").all().filter(is_shared).collect()
}

/// The table of a definition: what is shown elsewhere is only named.
fn keys(name: &str) -> String {
    let shared = shared();
    let is_shared = |key: &&Key| shared.iter().any(|known| known.name == key.name && known.doc == key.doc);
    let is_verb = |key: &&Key| {
        let verb = matches!(key.name, "get" | "post" | "put" | "patch" | "delete");
        verb && matches!(key.form, Form::Text(Kind::Path)) && key.need != Need::Required
    };
    // Of a group, what a user does not have.
    let users = definition("user");
    let is_new = |key: &&Key| name != "group" || !users.knows(key.name);
    let all: Vec<&Key> = definition(name).all().filter(is_new).collect();
    let mut text = table(all.iter().copied().filter(|key| !is_shared(key) && !is_verb(key)));
    let elsewhere = all.iter().copied().filter(|key| name != "group" && (is_verb(key) || is_shared(key)));
    let names: Vec<String> = elsewhere.map(|key| format!("`{}`", key.name)).collect();
    if !names.is_empty() {
        write!(text, "\n\nAnd the keys of [calls](#calls): {}.", names.join(", ")).unwrap();
    }
    text
}

fn table<'k>(keys: impl Iterator<Item = &'k Key>) -> String {
    let row = |key: &Key| {
        let need = match key.need {
            Need::Required => "required".to_owned(),
            Need::Optional => String::new(),
            Need::Default(meant) if meant.contains(' ') && !meant.starts_with('[') => meant.to_owned(),
            Need::Default(meant) => format!("`{meant}`"),
        };
        let names = key.form.table().and_then(|table| table.names).filter(|_| is_of_names(&key.form));
        let names = names.map(|name| format!("; `{}`: {}", name.name, name.doc)).unwrap_or_default();
        let example = if key.example.is_empty() { String::new() } else { format!(" · `{}`", key.example) };
        let meaning = format!("{}{names}{example}", key.doc).replace('|', "\\|");
        format!("| `{}` | {} | {need} | {meaning} |", key.name, takes(&key.form))
    };
    let rows: Vec<String> = keys.map(row).collect();
    if rows.is_empty() {
        String::new()
    } else {
        format!("| key | takes | | meaning |\n|---|---|---|---|\n{}", rows.join("\n"))
    }
}

/// Whether the table there has names of the writer's own.
fn is_of_names(form: &Form) -> bool {
    form.table().is_some_and(|table| table.names.is_some())
}

fn takes(form: &Form) -> String {
    match form {
        Form::Text(kind) => text(*kind).to_owned(),
        Form::Words(words) => words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", "),
        Form::Flag => "`true`, `false`".to_owned(),
        Form::Number(least, most) => format!("{least} to {most}"),
        Form::Scalar => "text, number or boolean".to_owned(),
        Form::Json => "any value".to_owned(),
        Form::Table(_) => "table".to_owned(),
        Form::Tables(_) => "array of tables".to_owned(),
        Form::Template => "template".to_owned(),
        Form::List(form) => format!("array of {}", takes(form)),
        Form::OneOf(forms) => forms.iter().map(takes).collect::<Vec<_>>().join(" or "),
    }
}

fn text(kind: Kind) -> &'static str {
    match kind {
        Kind::Plain => "text",
        Kind::Name => "name",
        Kind::Field => "field path",
        Kind::Attribute => "SCIM path",
        Kind::Path => "path template",
        Kind::Filled => "text with placeholders",
        Kind::Secret => "secret",
        Kind::Credential => "secret, or text with placeholders",
        Kind::Expression => "expression",
        Kind::Condition => "condition",
        Kind::Pattern => "regular expression",
        Kind::File => "file",
        Kind::Address => "address",
    }
}

// === the rest ===

/// The examples of a point, whole.
fn example(number: &str) -> String {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(root("rules/examples")).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    let is_it = |folder: &&PathBuf| folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(number));
    let profiles =
        folders.iter().filter(is_it).filter_map(|folder| std::fs::read_to_string(folder.join("profile.toml")).ok());
    profiles.map(|text| format!("```toml complete\n{}\n```", text.trim_end())).collect::<Vec<_>>().join("\n\n")
}

fn codes() -> String {
    let codes = Code::ALL.iter().filter(|code| code.is_of_profiles());
    let rows: Vec<String> = codes.map(|code| format!("| `{code}` | {} |", code.meaning())).collect();
    format!("| code | meaning |\n|---|---|\n{}", rows.join("\n"))
}

#[test]
fn the_reference_is_what_the_definitions_say() {
    let file = root("docs/profile.md");
    let expected = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap();
    let differs = found.lines().zip(expected.lines()).position(|(found, expected)| found != expected);
    let line = differs.unwrap_or(found.lines().count().min(expected.lines().count())) + 1;
    assert!(found == expected, "docs/profile.md is old, first in line {line}: write it with `{REGENERATE}`");
}

#[test]
fn the_reference_shows_every_definition_once() {
    for definition in PROFILE.within().into_iter().filter(|definition| definition.all().next().is_some()) {
        let marker = format!("{{{{keys {}}}}}\n", definition.name);
        assert_eq!(PROSE.matches(&marker).count(), 1, "{marker}");
    }
}

#[test]
fn no_two_definitions_have_one_name_and_no_key_is_there_twice() {
    let all = PROFILE.within();
    for (at, definition) in all.iter().enumerate() {
        assert!(all[..at].iter().all(|other| other.name != definition.name), "{}", definition.name);
        let keys: Vec<&str> = definition.all().map(|key| key.name).collect();
        for (at, key) in keys.iter().enumerate() {
            assert!(!keys[..at].contains(key), "`{key}` of {}", definition.name);
        }
    }
}
