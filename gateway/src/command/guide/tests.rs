//! Guides, line by line: what the public guide of a product tells its reader, as far as the gateway determines it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lines;
mod pages;
mod ways;

use std::path::Path;

use tempfile::TempDir;

use super::*;

/// A configuration with the tenant `acme` of `profile`; `lines` are further lines of its section.
fn config(profile: &str, lines: &str) -> Config {
    let home = TempDir::new().unwrap();
    std::fs::write(home.path().join("secret"), "s3cret-of-the-target").unwrap();
    let profiles = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/profiles");
    let source = crate::config::find_profile(&profiles.join(profile)).unwrap();
    let (compiled, _) = rules::Profile::load(&source.file, &source.profile).unwrap();
    let secrets: Vec<String> = compiled.secrets().iter().map(|name| format!("{name} = \"file:secret\"")).collect();
    let text = format!(
        "[scim]\nlisten = \"127.0.0.1:0\"\npublic_url = \"https://scim.example.com\"\n[profiles]\nfolder = {:?}\n\
         [[tenant]]\nid = \"acme\"\nprofile = \"{profile}\"\n{lines}\n\
         [tenant.target]\nbase = \"https://product.example.com\"\nsecrets = {{ {} }}\n",
        profiles.display().to_string(),
        secrets.join(", ")
    );
    Config::parse("scimgate.toml", &text, home.path()).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The guide in Markdown.
#[track_caller]
fn markdown_of(profile: &str, lines: &str, idp: Idp) -> String {
    guide(&config(profile, lines), "acme", idp, GuideFormat::Markdown).unwrap()
}

const TOKEN: &str = "token_hashes = [\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"]";

/// `instructions` of a public guide, and what says each in ours.
#[track_caller]
fn check(guide: &str, instructions: &[(&str, &[&str])]) {
    for (instruction, said) in instructions {
        for line in *said {
            assert!(guide.contains(line), "«{instruction}»: `{line}` is not in\n{guide}");
        }
    }
}
