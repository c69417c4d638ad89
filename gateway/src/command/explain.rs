//! `scimgate explain`: what a request becomes and which rule did it. Nothing is sent anywhere, nothing is written.
//!
//! The target is imagined: it says what `--answers` gives it, knows nobody else, and performs no write.

mod given;
mod story;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use proxy::target::Target;
use rules::diagnostics::Colour;
use rules::params::ParamKind;
use rules::{Params, Profile};
use serde_json::Value;

use crate::cli;
use crate::config::find_profile;
use crate::rehearsal::{Imagined, Rehearsal, Request, Scene, TargetSays};

use self::story::Story;
use super::{Exit, complain, print};

pub use self::given::GIVEN_BYTES_MAX;

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
    says: Vec<TargetSays>,
    request: Request,
}

impl Question {
    /// Reads everything that the command line names.
    ///
    /// # Errors
    /// What is wrong, for people.
    fn read(options: &cli::Explain) -> Result<Self, String> {
        let source = find_profile(&options.profile)?;
        let (profile, _warnings) = Profile::load(&source.file, &source.profile)
            .map_err(|report| format!("the profile has problems\n{}", report.to_terminal(Colour::Plain)))?;
        let params = params(&profile, &options.params)?;
        let says = options.answers.as_deref().map(|file| read(file, given::answers)).transpose()?.unwrap_or_default();
        let request = read(&options.request, given::request)?;
        Ok(Self { profile: Arc::new(profile), params, says, request })
    }

    async fn play(self) -> Result<Story, crate::rehearsal::RehearsalError> {
        let Self { profile, params, says, request } = self;
        let target = Arc::new(Imagined::new(Arc::clone(&profile), says));
        let scene = Scene { params, target: Arc::clone(&target) as Arc<dyn Target>, remembered: Vec::new() };
        let played = Rehearsal::new(Arc::clone(&profile))?.play(scene, &request).await?;
        Ok(Story::new(&profile, &request, played, target.made(), target.unasked()))
    }
}

/// Reads a file, `-` being standard input.
fn read<T>(file: &Path, parse: fn(&str) -> Result<T, String>) -> Result<T, String> {
    let name = if file == Path::new("-") { "standard input".to_owned() } else { format!("`{}`", file.display()) };
    let text = given::text(file).map_err(|error| format!("{name} cannot be read: {error}"))?;
    parse(&text).map_err(|problem| format!("{name}: {problem}"))
}

/// The parameters on the command line, each read as the profile declares it.
fn params(profile: &Profile, given: &[String]) -> Result<Params, String> {
    let mut values = BTreeMap::new();
    for param in given {
        let (name, text) = param
            .split_once('=')
            .ok_or_else(|| format!("`--param {param}` has no value: write `--param {param}=…`"))?;
        let kind = profile.params.iter().find(|rule| rule.name == name).map(|rule| rule.kind);
        values.insert(name.to_owned(), typed(kind, text));
    }
    Params::bind(&profile.params, &values).map_err(|problems| problems.join("\n"))
}

/// A text of the command line as a value of `kind`; one that is none stays text, and is refused as such.
fn typed(kind: Option<ParamKind>, text: &str) -> Value {
    let as_text = || Value::String(text.to_owned());
    match kind {
        Some(ParamKind::Boolean | ParamKind::Integer) => serde_json::from_str(text).unwrap_or_else(|_| as_text()),
        Some(ParamKind::Text | ParamKind::Region) | None => as_text(),
    }
}

#[cfg(test)]
mod tests;
