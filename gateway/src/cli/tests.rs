//! `docs/cli.md` against the command line.

use clap::{Command, CommandFactory as _};

use super::*;

const REFERENCE: &str = include_str!("../../../docs/cli.md");

/// The part of the reference that is about `scimgate NAME`.
fn section(name: &str) -> &'static str {
    let (_, rest) = REFERENCE.split_once(&format!("\n## `scimgate {name}")).unwrap_or_default();
    rest.split_once("\n## ").map_or(rest, |(section, _)| section)
}

#[test]
fn the_reference_has_every_command_and_exactly_its_options() {
    for command in Cli::command().get_subcommands() {
        let section = section(command.get_name());
        assert!(!section.is_empty(), "{}", command.get_name());
        let long = |command: &Command| -> Vec<String> {
            command.get_arguments().filter_map(|argument| Some(format!("--{}", argument.get_long()?))).collect()
        };
        // What subcommands take is listed in the section of the command, each once.
        let mut options: Vec<String> =
            std::iter::once(command).chain(command.get_subcommands()).flat_map(long).collect();
        options.retain(|option| option != "--help");
        options.sort();
        options.dedup();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `--"));
        let documented: Vec<String> =
            rows.filter_map(|row| row.split(['`', ' ']).next()).map(|name| format!("--{name}")).collect();
        let mut sorted = documented.clone();
        sorted.sort();
        assert_eq!(sorted, options, "{}", command.get_name());
        for inner in command.get_subcommands() {
            // With its arguments behind it, if it has any.
            let heading = format!("| `scimgate {} {}", command.get_name(), inner.get_name());
            assert!(["`", " "].iter().any(|end| section.contains(&format!("{heading}{end}"))), "{heading}");
        }
    }
}
