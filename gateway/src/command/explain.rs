//! `scimgate explain`: what a request becomes and which rule did it. Nothing is written, whatever is asked.
//!
//! The target is imagined: it says what `--given` gives it, knows nobody else, and performs no write. With `--live` the reads
//! that nobody gave are made at the real target, behind a wall that lets nothing but reads through.

mod carried;
mod recognise;
mod story;
mod tenant;

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use json::Value;
use proxy::target::{ShownAccess, Target};
use rules::diagnostics::Colour;
use rules::params::ParamKind;
use rules::{Params, Profile};
use scim::Protocol;

use crate::cli;
use crate::config::find_profile;
use crate::rehearsal::{Given, Imagined, ReadOnly, Rehearsal, RehearsalError, Request, Scene, bounded};

use self::story::Story;
use self::tenant::Chosen;
use super::{Exit, complain, print};

/// Explains one request.
pub async fn run(options: &cli::Explain) -> Exit {
    let question = match Question::read(options) {
        Ok(question) => question,
        Err(problem) => {
            complain(problem.trim_end());
            return Exit::Unusable;
        }
    };
    match question.play().await {
        Ok(story) if options.json => print(&story.to_json().to_string()),
        Ok(story) => print(story.to_text().trim_end()),
        Err(error) => {
            complain(&format!("the request cannot be played: {error}"));
            return Exit::Failed;
        }
    }
    Exit::Fine
}

/// What is to be explained.
struct Question {
    profile: Arc<Profile>,
    params: Params,
    protocol: Protocol,
    given: Given,
    request: Request,
    /// Whose request it is, if a configuration says who there is.
    tenant: Option<Chosen>,
    /// The real target, to be read.
    real: Option<ReadOnly>,
}

impl Question {
    /// Reads everything that the command line names.
    ///
    /// # Errors
    /// What is wrong, for people.
    fn read(options: &cli::Explain) -> Result<Self, String> {
        let (profile, request) = named(options)?;
        // What is named is looked for before anything is waited for: the request may come from a person's keyboard.
        let profile = match (profile, &options.config) {
            (Some(profile), _) => Some(load(profile)?),
            (None, Some(_)) => None,
            (None, None) => return Err("there is no profile: name one, or a configuration with `--config`".to_owned()),
        };
        let request = match (&options.curl, request) {
            (Some(command), None) => Request::from_curl(command)?,
            (None, Some(file)) => read(file, Request::read)?,
            (Some(_), Some(_)) => return Err("the request is given twice: by `--curl` and as a file".to_owned()),
            (None, None) => return Err("there is no request: name its file, or write `--curl 'curl …'`".to_owned()),
        };
        let given = options.given.as_deref().map(|file| read(file, Given::read)).transpose()?.unwrap_or_default();
        if let Some(config) = &options.config {
            let (tenant, real) = Chosen::choose(config, options, &request)?;
            let (profile, params) = (Arc::clone(&tenant.profile), tenant.params.clone());
            let protocol = tenant.protocol;
            return Ok(Self { profile, params, protocol, given, request, tenant: Some(tenant), real });
        }
        let profile = profile.expect("invariant: without a configuration there is a profile");
        let params = given.params(&profile, params(&profile, &options.params)?)?;
        let protocol = given.protocol.unwrap_or_default();
        Ok(Self { profile, params, protocol, given, request, tenant: None, real: None })
    }

    async fn play(self) -> Result<Story, RehearsalError> {
        let Self { profile, params, protocol, given, request, tenant, real } = self;
        let remembered = given.remembered(&profile).map_err(RehearsalError::Given)?;
        let is_remembering = !remembered.is_empty();
        let access = ShownAccess::bind(&profile.target, &params);
        let imagined = Imagined::new(Arc::clone(&profile), given.says);
        let target = Arc::new(match real {
            Some(real) => imagined.before(real),
            None => imagined,
        });
        let scene = Scene { params, protocol, target: Arc::clone(&target) as Arc<dyn Target>, remembered };
        let played = Rehearsal::new(Arc::clone(&profile))?.play(scene, &request).await?;
        let story = Story::new(&profile, &request, played, target.made(), target.unasked());
        let story = story.carrying(access).of(tenant);
        Ok(if is_remembering { story } else { story.forgetful(&profile) })
    }
}

/// The profile at `path`.
fn load(path: &Path) -> Result<Arc<Profile>, String> {
    let source = find_profile(path)?;
    let (profile, _warnings) = Profile::load(&source.file, &source.profile)
        .map_err(|report| format!("the profile has problems\n{}", report.to_terminal(Colour::Plain)))?;
    Ok(Arc::new(profile))
}

/// The profile and the file of the request, as far as the command line names them.
fn named(options: &cli::Explain) -> Result<(Option<&Path>, Option<&Path>), String> {
    let paths: Vec<&Path> = options.paths.iter().map(AsRef::as_ref).collect();
    let profile = options.profile.as_deref();
    if profile.is_some() || options.config.is_some() {
        return match paths.as_slice() {
            [] => Ok((profile, None)),
            [request] => Ok((profile, Some(request))),
            _ => Err("the profile is named twice: leave one out".to_owned()),
        };
    }
    Ok(match (paths.as_slice(), &options.curl) {
        ([profile, request], _) => (Some(profile), Some(request)),
        ([profile], _) => (Some(profile), None),
        _ => (None, None),
    })
}

/// Reads a file, `-` being standard input.
fn read<T>(file: &Path, parse: fn(&str) -> Result<T, String>) -> Result<T, String> {
    let name = if file == Path::new("-") { "standard input".to_owned() } else { format!("`{}`", file.display()) };
    let text = text(file).map_err(|error| format!("{name} cannot be read: {error}"))?;
    parse(&text).map_err(|problem| format!("{name}: {problem}"))
}

/// The text of a file, `-` being standard input.
///
/// # Errors
/// That it cannot be read, is no UTF-8, or is larger than [`REQUEST_BYTES_MAX`](crate::rehearsal::REQUEST_BYTES_MAX).
pub(in crate::command) fn text(file: &Path) -> io::Result<String> {
    if file == Path::new("-") { bounded(io::stdin().lock()) } else { bounded(File::open(file)?) }
}

/// The parameters on the command line, each read as the profile declares it.
fn params(profile: &Profile, given: &[String]) -> Result<BTreeMap<String, Value>, String> {
    let mut values = BTreeMap::new();
    for param in given {
        let (name, text) = param
            .split_once('=')
            .ok_or_else(|| format!("`--param {param}` has no value: write `--param {param}=…`"))?;
        let kind = profile.params.iter().find(|rule| rule.name == name).map(|rule| rule.kind);
        values.insert(name.to_owned(), typed(kind, text));
    }
    Ok(values)
}

/// A text of the command line as a value of `kind`; one that is none stays text, and is refused as such.
fn typed(kind: Option<ParamKind>, text: &str) -> Value {
    let as_text = || Value::String(text.to_owned());
    match kind {
        Some(ParamKind::Boolean | ParamKind::Integer) => json::from_str(text).unwrap_or_else(|_| as_text()),
        Some(ParamKind::Text | ParamKind::Region) | None => as_text(),
    }
}

#[cfg(test)]
mod tests;
