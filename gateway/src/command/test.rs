//! `scimgate test`: plays the cases beside profiles, tells each that went otherwise, and which rules no case has seen.
//!
//! Nothing is sent anywhere: the target is the case's own script. Nothing is played unless all profiles and cases can be read.

pub(in crate::command) mod cases;
mod compare;
mod coverage;
mod junit;
mod suite;
mod update;

use std::path::Path;

use json::{Value, json};

use crate::cli;

use self::junit::{JunitSuite, junit};
use self::suite::{CaseResult, Results, Suite};
use super::{Exit, complain, print};

pub use self::cases::{CASE_CALLS_MAX, CASES_BYTES_MAX, CASES_MAX};

/// Plays the cases of each path.
pub async fn run(options: &cli::Test) -> Exit {
    if options.update {
        return update::run(options).await;
    }
    let suites: Vec<_> = options.paths.iter().map(|path| Suite::load(path)).collect();
    if suites.iter().any(Result::is_err) {
        suites.into_iter().filter_map(Result::err).for_each(|problem| complain(problem.trim_end()));
        return Exit::Unusable;
    }
    let suites: Vec<Suite> = suites.into_iter().filter_map(Result::ok).collect();
    let mut played = Vec::new();
    for suite in &suites {
        match suite.play(options.filter.as_deref()).await {
            Ok(results) => played.push((suite, results)),
            Err(error) => {
                complain(&format!("the cases cannot be played: {error}"));
                return Exit::Failed;
            }
        }
    }
    if played.iter().all(|(_, results)| results.cases.is_empty()) {
        complain(&format!("no case has `{}` in its name", options.filter.as_deref().unwrap_or_default()));
        return Exit::Unusable;
    }
    tell(options, &played);
    if let Some(file) = &options.junit
        && let Err(error) = write_junit(file, options, &played)
    {
        complain(&format!("`{}` cannot be written: {error}", file.display()));
        return Exit::Failed;
    }
    let fine = played.iter().all(|(suite, results)| results.is_ok() && short(options, suite, results).is_none());
    if fine { Exit::Fine } else { Exit::Failed }
}

/// What is wrong with the coverage, if it is too little. Nothing is asked of the coverage of some cases.
fn short(options: &cli::Test, suite: &Suite, results: &Results<'_>) -> Option<String> {
    let asked = options.min_coverage.map(usize::from).or_else(|| suite.shipped.then_some(100))?;
    let percent = results.coverage.percent();
    let short = options.filter.is_none() && percent < asked;
    short.then(|| format!("coverage: {percent} % of the rules, and {asked} % are asked for"))
}

fn tell(options: &cli::Test, played: &[(&Suite, Results<'_>)]) {
    if options.json {
        let all: Vec<Value> = played.iter().flat_map(|(suite, results)| suite.json(results)).collect();
        print(&Value::Array(all).to_string());
        for (suite, results) in played {
            if let Some(short) = short(options, suite, results) {
                complain(&format!("{}: {short}", suite.file));
            }
        }
        return;
    }
    for (suite, results) in played {
        if played.len() > 1 {
            print(&suite.file);
        }
        for result in &results.cases {
            print(&suite.told(result));
        }
        let failed = results.cases.iter().filter(|result| !result.is_ok()).count();
        print(&format!("{} passed, {failed} failed", results.cases.len() - failed));
        if options.filter.is_none() {
            let (seen, all) = results.coverage.counts();
            print(&format!("coverage {} % ({seen} of {all})", results.coverage.percent()));
            results.coverage.missing().for_each(|item| print(&format!("    {}", item.told())));
            if let Some(short) = short(options, suite, results) {
                print(&format!("FAILED {short}"));
            }
        }
    }
}

fn write_junit(file: &Path, options: &cli::Test, played: &[(&Suite, Results<'_>)]) -> std::io::Result<()> {
    let suites: Vec<JunitSuite> = played
        .iter()
        .map(|(suite, results)| {
            let case = |result: &CaseResult<'_>| {
                let why = (!result.is_ok()).then(|| suite.reasons(result).join("\n"));
                (result.case.name.clone(), why)
            };
            let mut cases: Vec<_> = results.cases.iter().map(case).collect();
            cases.extend(short(options, suite, results).map(|short| ("coverage".to_owned(), Some(short))));
            JunitSuite { name: suite.profile.name.clone(), file: suite.file.clone(), cases }
        })
        .collect();
    std::fs::write(file, junit(&suites))
}

impl Suite {
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

    /// One object for each case, and one for the coverage.
    fn json(&self, results: &Results<'_>) -> Vec<Value> {
        let mut all: Vec<Value> = results
            .cases
            .iter()
            .map(|result| {
                json!({
                    "profile": self.profile.name,
                    "case": result.case.name,
                    "ok": result.is_ok(),
                    "reasons": self.reasons(result),
                })
            })
            .collect();
        let (seen, of) = results.coverage.counts();
        let missing: Vec<Value> = results.coverage.missing().map(coverage::Item::json).collect();
        all.push(json!({
            "profile": self.profile.name,
            "coverage": {"percent": results.coverage.percent(), "seen": seen, "of": of, "missing": missing},
        }));
        all
    }

    fn reasons(&self, result: &CaseResult<'_>) -> Vec<String> {
        result.reasons.iter().map(|reason| format!("{}:{}: {}", self.file, reason.line, reason.text)).collect()
    }
}

#[cfg(test)]
mod tests;
