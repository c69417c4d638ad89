//! `scimgate diff`: recorded exchanges, played against two versions of a profile; which of them change, and how.
//!
//! Nothing is sent anywhere and nothing is written. What an exchange came upon is what was recorded with it.

mod recorded;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use json::{Value, json};
use proxy::target::Target;
use rules::Profile;
use rules::diagnostics::Colour;

use crate::cli;
use crate::config::find_profile;
use crate::rehearsal::{
    Difference, Extra, Imagined, Made, Origin, Played, Rehearsal, RehearsalError, Scene, asked, differ, field_rule,
    resources, shown_rule,
};

use self::recorded::{Recorded, recorded};
use super::{Exit, complain, print};

pub use self::recorded::EXCHANGES_MAX;

/// Plays and compares.
pub async fn run(options: &cli::Diff) -> Exit {
    match compare(options).await {
        Ok(changes) => {
            let all = changes.len();
            let differing = changes.iter().filter(|change| !change.told.is_empty()).count();
            if options.json {
                let json: Vec<Value> = changes.iter().map(Change::json).collect();
                print(&json!({"exchanges": all, "changed": differing, "changes": json}).to_string());
            } else {
                changes.iter().filter(|change| !change.told.is_empty()).for_each(|change| print(&change.text()));
                print(&format!("{differing} of {all} exchanges change"));
            }
            if differing == 0 { Exit::Fine } else { Exit::Failed }
        }
        Err(problem) => {
            complain(problem.trim_end());
            Exit::Unusable
        }
    }
}

/// What becomes of one exchange.
struct Change {
    name: String,
    /// What differs, in order; nothing if it stays as it is.
    told: Vec<Differs>,
}

/// One thing that differs.
struct Differs {
    /// `call 2`, `answer`, `status`, `exchange`.
    what: String,
    /// Where in it: `names.first`; empty if it is the whole.
    place: String,
    old: Value,
    new: Value,
    /// The rule of the new version behind it.
    rule: Option<String>,
}

impl Change {
    fn text(&self) -> String {
        let mut text = format!("changed {}", self.name);
        for Differs { what, place, old, new, rule } in &self.told {
            let place = if place.is_empty() { String::new() } else { format!(" `{place}`") };
            let rule = rule.as_ref().map(|rule| format!("   ← {rule}")).unwrap_or_default();
            text = format!("{text}\n    {what}{place}: {} → {}{rule}", shown(old), shown(new));
        }
        text
    }

    /// `{"exchange", "changed", "differences": [{"what", "place", "old", "new", "rule"}]}`.
    fn json(&self) -> Value {
        let differs = |differs: &Differs| {
            let Differs { what, place, old, new, rule } = differs;
            json!({"what": what, "place": place, "old": old, "new": new, "rule": rule})
        };
        let differences: Vec<Value> = self.told.iter().map(differs).collect();
        json!({"exchange": self.name, "changed": !self.told.is_empty(), "differences": differences})
    }
}

/// A value as people read it: a text that is a whole call has no quotes.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) if text.contains(' ') && text.starts_with(|first: char| first.is_ascii_uppercase()) => {
            text.clone()
        }
        other => other.to_string(),
    }
}

/// One version of the profile.
struct Version {
    profile: Arc<Profile>,
    rehearsal: Rehearsal,
}

impl Version {
    fn load(path: &Path) -> Result<Self, String> {
        let source = find_profile(path)?;
        let (profile, _warnings) = Profile::load(&source.file, &source.profile)
            .map_err(|report| format!("`{}` has problems\n{}", path.display(), report.to_terminal(Colour::Plain)))?;
        let profile = Arc::new(profile);
        let rehearsal = Rehearsal::new(Arc::clone(&profile)).map_err(|error| error.to_string())?;
        Ok(Self { profile, rehearsal })
    }

    /// How the exchange goes; the inner error is that this version cannot play it.
    async fn play(&self, recorded: &Recorded) -> Result<Result<(Played, Vec<Made>), String>, RehearsalError> {
        let scene = match recorded.given.params(&self.profile, BTreeMap::new()) {
            Ok(params) => recorded.given.remembered(&self.profile).map(|remembered| (params, remembered)),
            Err(problem) => Err(problem),
        };
        let (params, remembered) = match scene {
            Ok(scene) => scene,
            Err(problem) => return Ok(Err(problem)),
        };
        let target = Arc::new(Imagined::new(Arc::clone(&self.profile), recorded.given.says.clone()));
        let scene = Scene {
            params,
            protocol: recorded.given.protocol.unwrap_or_default(),
            target: Arc::clone(&target) as Arc<dyn Target>,
            remembered,
        };
        let played = self.rehearsal.play(scene, &recorded.request).await?;
        Ok(Ok((played, target.made())))
    }
}

async fn compare(options: &cli::Diff) -> Result<Vec<Change>, String> {
    let old = Version::load(&options.old)?;
    let new = Version::load(&options.new)?;
    let mut changes = Vec::new();
    for exchange in recorded(&options.requests, &old.profile)? {
        let told = |error: RehearsalError| format!("`{}` cannot be played: {error}", exchange.name);
        let before = old.play(&exchange).await.map_err(told)?;
        let after = new.play(&exchange).await.map_err(told)?;
        let told = match (&before, &after) {
            (Ok(before), Ok(after)) => differences(&new.profile, before, after),
            (Err(before), Err(after)) if before == after => {
                return Err(format!("`{}` fits neither version: {before}", exchange.name));
            }
            (before, after) => {
                let reason = |played: &Result<_, String>| match played {
                    Ok(_) => Value::String("Played as it was recorded".to_owned()),
                    Err(problem) => Value::String(format!("Not played: {problem}")),
                };
                vec![Differs::whole("exchange", reason(before), reason(after))]
            }
        };
        changes.push(Change { name: exchange.name, told });
    }
    Ok(changes)
}

impl Differs {
    fn whole(what: &str, old: Value, new: Value) -> Self {
        Self { what: what.to_owned(), place: String::new(), old, new, rule: None }
    }

    fn place(what: &str, difference: Difference, rule: Option<String>) -> Self {
        let Difference { place, expected, found } = difference;
        let [old, new] = [expected, found].map(Option::unwrap_or_default);
        Self { what: what.to_owned(), place, old, new, rule }
    }
}

/// Calls first, then the answer: it follows from them.
fn differences(profile: &Profile, before: &(Played, Vec<Made>), after: &(Played, Vec<Made>)) -> Vec<Differs> {
    let ((old, old_calls), (new, new_calls)) = (before, after);
    let mut told = Vec::new();
    for at in 0..old_calls.len().max(new_calls.len()) {
        let what = format!("call {}", at + 1);
        let shown = |made: &Made| format!("{} {}", made.call.verb, made.call.printable_path());
        let call = |made: Option<&Made>| made.map_or(Value::Null, |made| Value::String(shown(made)));
        let (before, after) = (old_calls.get(at), new_calls.get(at));
        let (Some(before), Some(after)) = (before, after) else {
            told.push(Differs { rule: rule_of(after), ..Differs::whole(&what, call(before), call(after)) });
            continue;
        };
        if asked(&before.call) != asked(&after.call) {
            let rule = rule_of(Some(after));
            told.push(Differs { rule, ..Differs::whole(&what, call(Some(before)), call(Some(after))) });
        }
        let rules = resources(profile).find(|rules| after.call.route.starts_with(rules.noun));
        let bodies = [before, after].map(|made| made.call.printable_body().unwrap_or_default());
        told.extend(differ(&bodies[0], &bodies[1], Extra::Counts).into_iter().map(|found| {
            let rule = rules.and_then(|rules| field_rule(rules, &found.place)).map(ToString::to_string);
            Differs::place(&what, found, rule)
        }));
        if before.call.headers != after.call.headers {
            let headers = |made: &Made| {
                made.call.headers.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect()
            };
            let differences = differ(&headers(before), &headers(after), Extra::Counts);
            told.extend(differences.into_iter().map(|found| Differs::place(&format!("{what} header"), found, None)));
        }
    }
    // What the product says to a call that was never recorded is not known, and so is what follows from it.
    let unknown = |calls: &[Made]| calls.iter().position(|made| made.origin == Origin::NotPerformed);
    if let (false, Some(at)) = (told.is_empty(), unknown(new_calls)) {
        if unknown(old_calls).is_none() {
            let new = Value::String(format!("Not known: call {} was not recorded", at + 1));
            told.push(Differs::whole("status", Value::from(old.status), new));
        }
        return told;
    }
    if old.status != new.status {
        told.push(Differs::whole("status", Value::from(old.status), Value::from(new.status)));
    }
    let rules = resources(profile).find(|rules| new.operation.starts_with(rules.noun));
    let bodies = [old, new].map(|played| played.body.clone().unwrap_or_default());
    let differences = differ(&bodies[0], &bodies[1], Extra::Counts).into_iter();
    // The status of an error stands in its body once more.
    told.extend(differences.filter(|found| found.place != "status").map(|found| {
        let rule = rules.and_then(|rules| shown_rule(rules, &found.place)).map(ToString::to_string);
        Differs::place("answer", found, rule)
    }));
    told
}

fn rule_of(made: Option<&Made>) -> Option<String> {
    made.map(|made| made.call.rule.to_string())
}

#[cfg(test)]
mod tests;
