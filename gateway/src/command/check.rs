//! `scimgate check`: every problem of profiles and configurations at once, without starting anything.

use std::io::IsTerminal as _;
use std::path::Path;

use json::Value;
use rules::Profile;
use rules::diagnostics::{Colour, Report};

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
    if reports.iter().any(|report| fails(report, options.strict)) { Exit::Failed } else { Exit::Fine }
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

/// Notes never fail, warnings only if that is asked for.
fn fails(report: &Report, strict: bool) -> bool {
    report.has_errors() || (strict && report.has_warnings())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn errors_fail_warnings_fail_if_asked_for_and_notes_never() {
        let folder = tempfile::tempdir().unwrap();
        let sound = rules::shipped::shipped("telemessage").unwrap().profile;
        let warned =
            sound.replacen("[target]", "[lookup.unused]\nget = \"/x\"\nrows = \"\"\nid = \"id\"\n\n[target]", 1);
        let wrong = sound.replacen("title ", "tilte ", 1);
        let rows = [(sound.to_owned(), false, false), (warned, false, true), (wrong, true, true)];
        for (text, fails_ever, fails_strictly) in rows {
            let file = folder.path().join("profile.toml");
            std::fs::write(&file, &text).unwrap();
            let report = check(&file).unwrap().remove(0).with_notes();
            assert_eq!((fails(&report, false), fails(&report, true)), (fails_ever, fails_strictly), "{report:?}");
        }
    }

    #[test]
    fn notes_are_told_to_who_asks_for_them() {
        let report = check(Path::new("telemessage")).unwrap().remove(0);
        assert_eq!(report.to_json(), json::json!([]));
        let noted = report.with_notes().to_json();
        assert_eq!((&noted[0]["code"], &noted[0]["severity"]), (&"N0221".into(), &"note".into()));
        assert!(noted[0]["span"]["start"].as_u64() < noted[0]["span"]["end"].as_u64(), "{noted}");
    }
}
