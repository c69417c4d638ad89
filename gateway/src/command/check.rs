//! `scimgate check`: every problem of profiles and configurations at once, without starting anything.

use std::io::IsTerminal as _;
use std::path::Path;

use rules::Profile;
use rules::diagnostics::{Colour, Report};
use serde_json::Value;

use crate::cli;
use crate::config::{CONFIG_BYTES_MAX, Config, find_profile, read_text};

use super::{Exit, complain, print};

/// Checks each path; the exit code is that of the worst.
#[must_use]
pub fn run(options: &cli::Check) -> Exit {
    let mut reports = Vec::new();
    for path in &options.paths {
        match check(path) {
            Ok(found) if options.verbose => reports.extend(found.into_iter().map(Report::with_notes)),
            Ok(found) => reports.extend(found),
            Err(message) => {
                complain(&message);
                return Exit::Unusable;
            }
        }
    }
    if options.json {
        let problems: Vec<Value> =
            reports.iter().filter_map(|report| report.to_json().as_array().cloned()).flatten().collect();
        print(&Value::Array(problems).to_string());
    } else {
        let colour = if std::io::stdout().is_terminal() { Colour::Ansi } else { Colour::Plain };
        for report in &reports {
            print(&told(report, colour));
        }
    }
    let fails = |report: &Report| report.has_errors() || (options.strict && report.has_warnings());
    if reports.iter().any(fails) { Exit::Failed } else { Exit::Fine }
}

/// Reports of a profile, or of a configuration and everything that it names.
fn check(path: &Path) -> Result<Vec<Report>, String> {
    if path.is_file() && !is_profile(path)? {
        return Ok(match Config::load(path) {
            Ok(_) => vec![Report::new(&path.display().to_string(), "", Vec::new())],
            Err(problems) => problems.reports,
        });
    }
    let source = find_profile(path)?;
    let report = match Profile::load(&source.file, &source.profile) {
        Ok((_profile, warnings)) => warnings,
        Err(report) => report,
    };
    Ok(vec![report])
}

/// Whether a file is a profile: it says so with its first key. What is not TOML is reported by whoever reads it.
fn is_profile(path: &Path) -> Result<bool, String> {
    let text =
        read_text(path, CONFIG_BYTES_MAX).map_err(|error| format!("`{}` cannot be read: {error}", path.display()))?;
    let says_so =
        |line: &str| line.trim_start().strip_prefix("profile").is_some_and(|rest| rest.trim_start().starts_with('='));
    Ok(text.lines().take_while(|line| !line.trim_start().starts_with('[')).any(says_so))
}

fn told(report: &Report, colour: Colour) -> String {
    if report.diagnostics.is_empty() {
        return format!("{}: fine", report.file);
    }
    report.to_terminal(colour)
}
