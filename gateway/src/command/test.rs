//! `scimgate test`: plays the cases beside profiles and tells each that went otherwise.
//!
//! Nothing is sent anywhere: the target is the case's own script. Nothing is played unless all profiles and cases can be read.

mod cases;
mod compare;

use std::path::Path;
use std::sync::Arc;

use rules::Profile;
use rules::diagnostics::{Colour, Report};
use serde_json::{Value, json};

use crate::cli;
use crate::config::find_profile;
use crate::rehearsal::{Rehearsal, RehearsalError, Scene, Scripted};

use self::cases::Case;
use self::compare::{Reason, compare};
use super::{Exit, complain, print};

pub use self::cases::{CASE_CALLS_MAX, CASES_BYTES_MAX, CASES_MAX};

/// Plays the cases of each path.
pub async fn run(options: &cli::Test) -> Exit {
    let suites: Vec<_> = options.paths.iter().map(|path| Suite::load(path)).collect();
    if suites.iter().any(Result::is_err) {
        suites.into_iter().filter_map(Result::err).for_each(|problem| complain(problem.trim_end()));
        return Exit::Unusable;
    }
    let suites: Vec<Suite> = suites.into_iter().filter_map(Result::ok).collect();
    let mut results = Vec::new();
    for suite in &suites {
        match suite.play().await {
            Ok(played) => results.push((suite, played)),
            Err(error) => {
                complain(&format!("the cases cannot be played: {error}"));
                return Exit::Failed;
            }
        }
    }
    if options.json {
        let all = results.iter().flat_map(|(suite, results)| results.iter().map(|result| suite.json(result)));
        print(&Value::Array(all.collect()).to_string());
    } else {
        for (suite, played) in &results {
            if results.len() > 1 {
                print(&suite.file);
            }
            for result in played {
                print(&suite.told(result));
            }
            let failed = played.iter().filter(|result| !result.is_ok()).count();
            print(&format!("{} passed, {failed} failed", played.len() - failed));
        }
    }
    let all_ok = results.iter().all(|(_, results)| results.iter().all(CaseResult::is_ok));
    if all_ok { Exit::Fine } else { Exit::Failed }
}

/// A profile and its cases.
struct Suite {
    profile: Arc<Profile>,
    file: String,
    cases: Vec<Case>,
}

/// How one case went.
struct CaseResult<'c> {
    case: &'c Case,
    reasons: Vec<Reason>,
}

impl CaseResult<'_> {
    fn is_ok(&self) -> bool {
        self.reasons.is_empty()
    }
}

impl Suite {
    /// Reads a profile and the cases beside it.
    ///
    /// # Errors
    /// What is wrong, for people.
    fn load(path: &Path) -> Result<Self, String> {
        let told = |report: Report| format!("the cases were not played\n{}", report.to_terminal(Colour::Plain));
        let source = find_profile(path)?;
        let (profile, _warnings) = Profile::load(&source.file, &source.profile).map_err(told)?;
        let Some((file, text)) = source.tests else {
            return Err(format!("there are no cases beside `{}`: write a `profile.test.toml`", source.file));
        };
        let cases = cases::read(&file, &text, &profile).map_err(told)?;
        Ok(Self { profile: Arc::new(profile), file, cases })
    }

    /// Plays every case, each in a world of its own.
    async fn play(&self) -> Result<Vec<CaseResult<'_>>, RehearsalError> {
        let rehearsal = Rehearsal::new(Arc::clone(&self.profile))?;
        let mut results = Vec::with_capacity(self.cases.len());
        for case in &self.cases {
            let script = case.calls.iter().map(|call| call.script.clone()).collect();
            let target = Arc::new(Scripted::new(script));
            let scene = Scene {
                params: case.params.clone(),
                target: Arc::clone(&target) as Arc<dyn proxy::target::Target>,
                remembered: case.remembered.clone(),
            };
            let played = rehearsal.play(scene, &case.request).await?;
            results.push(CaseResult { case, reasons: compare(case, &target.made(), &played) });
        }
        Ok(results)
    }

    fn told(&self, result: &CaseResult<'_>) -> String {
        if result.is_ok() {
            return format!("ok {}", result.case.name);
        }
        let mut told = format!("FAILED {}", result.case.name);
        for line in self.reasons(result).iter().flat_map(|reason| reason.lines()) {
            told = format!("{told}\n    {line}");
        }
        told
    }

    fn json(&self, result: &CaseResult<'_>) -> Value {
        json!({
            "profile": self.profile.name,
            "case": result.case.name,
            "ok": result.is_ok(),
            "reasons": self.reasons(result),
        })
    }

    fn reasons(&self, result: &CaseResult<'_>) -> Vec<String> {
        result.reasons.iter().map(|reason| format!("{}:{}: {}", self.file, reason.line, reason.text)).collect()
    }
}

#[cfg(test)]
mod tests;
