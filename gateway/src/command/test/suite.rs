//! A profile with its cases: read, played, compared.

use std::path::Path;
use std::sync::Arc;

use proxy::target::ShownAccess;
use rules::Profile;
use rules::diagnostics::{Colour, Report};

use crate::config::find_profile;
use crate::rehearsal::{Performed, Played, Rehearsal, RehearsalError, Scene, Scripted};

use super::cases::{self, Case};
use super::compare::{Reason, compare};
use super::coverage::Coverage;

/// A profile and its cases.
pub(super) struct Suite {
    pub(super) profile: Arc<Profile>,
    /// The file of cases.
    pub(super) file: String,
    pub(super) cases: Vec<Case>,
    /// Whether it ships with the binary; then everything must be covered.
    pub(super) shipped: bool,
}

/// How the cases went.
pub(super) struct Results<'c> {
    pub(super) cases: Vec<CaseResult<'c>>,
    pub(super) coverage: Coverage,
}

impl Results<'_> {
    pub(super) fn is_ok(&self) -> bool {
        self.cases.iter().all(CaseResult::is_ok)
    }
}

/// How one case went.
pub(super) struct CaseResult<'c> {
    pub(super) case: &'c Case,
    pub(super) reasons: Vec<Reason>,
}

impl CaseResult<'_> {
    pub(super) fn is_ok(&self) -> bool {
        self.reasons.is_empty()
    }
}

impl Suite {
    /// Reads a profile and the cases beside it.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub(super) fn load(path: &Path) -> Result<Self, String> {
        let told = |report: Report| format!("the cases were not played\n{}", report.to_terminal(Colour::Plain));
        let source = find_profile(path)?;
        let (profile, _warnings) = Profile::load(&source.file, &source.profile).map_err(told)?;
        let Some((file, text)) = source.tests else {
            return Err(format!("there are no cases beside `{}`: write a `profile.test.toml`", source.file));
        };
        let cases = cases::read(&file, &text, &profile).map_err(told)?;
        let shipped = !Path::new(&source.file).is_file();
        Ok(Self { profile: Arc::new(profile), file, cases, shipped })
    }

    /// Plays every case whose name holds `filter`, each in a world of its own.
    pub(super) async fn play(&self, filter: Option<&str>) -> Result<Results<'_>, RehearsalError> {
        let rehearsal = Rehearsal::new(Arc::clone(&self.profile))?;
        let mut coverage = Coverage::of(&self.profile);
        let mut results = Vec::with_capacity(self.cases.len());
        for case in self.cases.iter().filter(|case| filter.is_none_or(|filter| case.name.contains(filter))) {
            let (played, performed) = play(&rehearsal, &self.profile, case).await?;
            let reasons = compare(&self.profile, case, &performed, &played);
            if reasons.is_empty() {
                coverage.add(&self.profile, case, &performed, &played);
            }
            results.push(CaseResult { case, reasons });
        }
        Ok(Results { cases: results, coverage })
    }
}

/// Plays one case.
pub(super) async fn play(
    rehearsal: &Rehearsal,
    profile: &Profile,
    case: &Case,
) -> Result<(Played, Vec<Performed>), RehearsalError> {
    let script = case.calls.iter().map(|call| call.script.clone()).collect();
    let access = ShownAccess::bind(&profile.target, &case.params).ok();
    let target = Arc::new(Scripted::new(script, case.state.clone(), access));
    let scene = Scene {
        params: case.params.clone(),
        protocol: case.protocol,
        target: Arc::clone(&target) as Arc<dyn proxy::target::Target>,
        remembered: case.remembered.clone(),
    };
    let played = rehearsal.play(scene, &case.request).await?;
    Ok((played, target.performed()))
}
