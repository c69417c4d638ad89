//! Recorded exchanges: requests as `explain` reads them with what was given, and cases as `test` plays them.

use std::path::{Path, PathBuf};

use json::Value;
use rules::Profile;
use rules::diagnostics::Colour;
use rules::profile::ResourceRules;

use crate::command::explain::text;
use crate::command::test::cases::{self, Case};
use crate::rehearsal::{Given, Request, TargetSays, resources};

/// Most exchanges of one comparison.
pub const EXCHANGES_MAX: usize = 10_000;

/// How the file beside `create.http` is called that says what it came upon.
const GIVEN: &str = "given.json";

/// One exchange.
#[derive(Debug)]
pub(super) struct Recorded {
    /// The file, or the file of cases and the case.
    pub(super) name: String,
    pub(super) request: Request,
    pub(super) given: Given,
}

/// Every exchange of a folder, by name, or of one file. `profile` reads the cases.
///
/// # Errors
/// That something cannot be read, or that there is nothing.
pub(super) fn recorded(path: &Path, profile: &Profile) -> Result<Vec<Recorded>, String> {
    let files = if path.is_dir() { files(path)? } else { vec![path.to_owned()] };
    let mut all = Vec::new();
    for file in files {
        all.extend(exchanges(&file, profile)?);
        if all.len() > EXCHANGES_MAX {
            return Err(format!("there are more than {EXCHANGES_MAX} exchanges in `{}`", path.display()));
        }
    }
    if all.is_empty() {
        let forms = "NAME.json, NAME.http, NAME.curl or profile.test.toml";
        return Err(format!("there are no recorded exchanges in `{}`: write {forms}", path.display()));
    }
    Ok(all)
}

/// The files of a folder that are exchanges, in order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let unreadable = |error: std::io::Error| format!("`{}` cannot be read: {error}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_request = [".json", ".http", ".curl", ".test.toml"].iter().any(|end| name.ends_with(end));
        if is_request && !name.ends_with(GIVEN) && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn exchanges(file: &Path, profile: &Profile) -> Result<Vec<Recorded>, String> {
    let name = file.display().to_string();
    let wrong = |problem: String| format!("`{name}`: {problem}");
    let text = text(file).map_err(|error| format!("`{name}` cannot be read: {error}"))?;
    if file.extension().is_some_and(|extension| extension == "toml") {
        let cases = cases::read(&name, &text, profile)
            .map_err(|report| format!("the cases have problems\n{}", report.to_terminal(Colour::Plain)))?;
        return Ok(cases.into_iter().map(|case| of_case(&name, case, profile)).collect());
    }
    let request = Request::read(&text).map_err(wrong)?;
    let given = given(file, &text).map_err(wrong)?;
    Ok(vec![Recorded { name: name.clone(), request, given }])
}

/// What the exchange came upon: `given` in the file itself, or the file beside it.
fn given(file: &Path, text: &str) -> Result<Given, String> {
    if let Ok(Value::Object(mut fields)) = json::from_str(text)
        && let Some(given) = fields.remove("given")
    {
        return Given::from_json(given);
    }
    let beside = file.with_extension(GIVEN);
    if !beside.is_file() {
        return Ok(Given::default());
    }
    let text = super::super::explain::text(&beside)
        .map_err(|error| format!("`{}` cannot be read: {error}", beside.display()))?;
    Given::read(&text)
}

/// A case: its calls and its state are what the target says.
fn of_case(file: &str, case: Case, profile: &Profile) -> Recorded {
    let noun = |kind: &str| {
        resources(profile).find(|rules: &&ResourceRules| rules.kind.name == kind).map_or("user", |rules| rules.noun)
    };
    let said = case.calls.into_iter().map(|call| TargetSays {
        call: format!("{} {}", call.script.verb, call.script.path),
        answer: call.script.answer,
    });
    let given = Given::of(
        said.chain(case.state).collect(),
        case.written_params,
        case.protocol,
        case.remembered.into_iter().map(|remembered| (noun(&remembered.kind), remembered)),
    );
    Recorded { name: format!("{file}: {}", case.name), request: case.request, given }
}
