//! Every shape: what it writes is checked and played as its owner will, and nothing is written over.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use tempfile::TempDir;

use super::*;

fn options(like: &str, output: Option<&Path>) -> cli::New {
    cli::New {
        name: Some("acme-desk".to_owned()),
        like: Some(like.to_owned()),
        output: output.map(Path::to_path_buf),
        dry_run: false,
        list: false,
    }
}

/// The crypto of clients, which another test of this process may have installed.
fn prepared() -> TempDir {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    TempDir::new().unwrap()
}

#[tokio::test]
async fn every_shape_is_sound_and_its_cases_see_all_of_it() {
    let home = prepared();
    for shape in SHAPES {
        let folder = home.path().join(shape.name);
        assert_eq!(run(&options(shape.name, Some(&folder))), Exit::Fine, "{}", shape.name);
        let check = cli::Check { paths: vec![folder.clone()], json: false, strict: true, verbose: false };
        assert_eq!(crate::command::check::run(&check), Exit::Fine, "{}", shape.name);
        let test = cli::Test {
            paths: vec![folder.clone()],
            filter: None,
            min_coverage: Some(100),
            junit: None,
            update: false,
            json: false,
        };
        assert_eq!(crate::command::test::run(&test).await, Exit::Fine, "{}", shape.name);
        let profile = std::fs::read_to_string(folder.join("profile.toml")).unwrap();
        assert!(profile.contains("profile = \"acme-desk\""), "{}", shape.name);
        assert!(std::fs::read_to_string(folder.join("README.md")).unwrap().starts_with("# acme-desk\n"));
    }
}

#[test]
fn the_questions_of_a_shape_are_numbered_without_a_gap() {
    for shape in SHAPES {
        let [(_, profile), ..] = shape.files();
        let asked: Vec<usize> =
            profile.lines().filter_map(|line| line.strip_prefix("# ")?.split_once(". ")?.0.parse().ok()).collect();
        assert!(asked.len() >= 6, "{}", shape.name);
        assert_eq!(asked, (1..=asked.len()).collect::<Vec<_>>(), "{}", shape.name);
        assert!(shape.about().ends_with('.'), "{}", shape.name);
    }
}

#[test]
fn nothing_is_written_over_and_then_nothing_is_written() {
    let home = prepared();
    let folder = home.path().join("rules");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("README.md"), "mine").unwrap();
    assert_eq!(run(&options("xml", Some(&folder))), Exit::Failed);
    assert_eq!(std::fs::read_to_string(folder.join("README.md")).unwrap(), "mine");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn a_dry_run_and_a_list_write_nothing() {
    let home = prepared();
    let folder = home.path().join("rules");
    assert_eq!(run(&cli::New { dry_run: true, ..options("xml", Some(&folder)) }), Exit::Fine);
    assert_eq!(run(&cli::New { list: true, name: None, like: None, ..options("xml", Some(&folder)) }), Exit::Fine);
    assert!(!folder.exists());
}

#[test]
fn a_name_or_a_shape_that_cannot_be_used_is_told_with_what_can() {
    for (name, like, told) in [
        ("Acme", "xml", "`Acme` cannot be the name"),
        ("../acme", "xml", "cannot be the name"),
        ("7up", "xml", "cannot be the name"),
        ("", "xml", "cannot be the name"),
        ("acme", "soap", "there is no shape `soap`: write one of `rest-json`"),
    ] {
        let options = cli::New { name: Some(name.to_owned()), ..options(like, None) };
        let message = made(&options).map(|folder| folder.path).unwrap_err();
        assert!(message.contains(told), "{message}");
    }
    assert!(is_name(&"a".repeat(64)) && !is_name(&"a".repeat(65)));
}
