//! Which rule of the profile made a value: of a body that was sent, of an answer that was given, of a refusal.

use proxy::Failure;
use rules::profile::{CheckRule, ErrorMeaning, ErrorRule, FieldPath, Mapping, ResourceRules, Source};
use rules::source::RuleRef;
use rules::{Profile, Refusal};

use super::{arounds, resources};

/// The rule behind the member at `place` of a call's body: `status`, `names.first`, `mails[0].value`.
#[must_use]
pub fn field_rule<'p>(rules: &'p ResourceRules, place: &str) -> Option<&'p RuleRef> {
    let place = FieldPath::parse(&without_positions(place)).ok().filter(|place| !place.is_whole())?;
    let written = rules.write.iter().map(|write| (&write.field, &write.rule));
    let mapped = rules.map.iter().filter_map(|mapping| match &mapping.source {
        Source::Direct { field, .. } => Some((field, &mapping.rule)),
        _ => None,
    });
    // The longest path is the nearest: `names.first` before `names`.
    written
        .chain(mapped)
        .filter(|(field, _)| field.overlaps(&place))
        .max_by_key(|(field, _)| depth(field))
        .map(|(_, rule)| rule)
}

/// The rule behind the member at `place` of an answer, of a resource or of a list of them: `Resources[0].name.givenName`.
#[must_use]
pub fn shown_rule<'p>(rules: &'p ResourceRules, place: &str) -> Option<&'p RuleRef> {
    let place = without_positions(place);
    let place = place.strip_prefix("Resources.").unwrap_or(&place);
    let fits = |mapping: &&Mapping| {
        let name = plain(&mapping.name);
        leads(&name, place) || leads(place, &name)
    };
    rules.map.iter().filter(fits).max_by_key(|mapping| mapping.name.len()).map(|mapping| &mapping.rule)
}

/// The rule that made the failure: of an attribute, or a row of the error table.
#[must_use]
pub fn refusing_rule(profile: &Profile, failure: &Failure) -> Option<String> {
    match failure {
        Failure::Refusal(Refusal::Value { rule, .. }) => Some(rule.clone()),
        Failure::Refused { detail, .. } => {
            let says_so =
                |row: &&ErrorRule| matches!(&row.means, ErrorMeaning::Scim { detail: own, .. } if **own == **detail);
            let row = profile.errors.iter().find(says_so).map(|row| row.rule.to_string());
            row.or_else(|| refusing_check(profile, detail).map(|check| check.call.rule.to_string()))
        }
        _ => None,
    }
}

/// The first check that says this.
fn refusing_check<'p>(profile: &'p Profile, detail: &str) -> Option<&'p CheckRule> {
    let checks = resources(profile).flat_map(arounds).flat_map(|around| &around.checks);
    checks.map(AsRef::as_ref).find(|check| *check.detail == *detail)
}

fn depth(field: &FieldPath) -> usize {
    field.keys.len()
}

/// Whether `inner` is `outer` or below it.
fn leads(outer: &str, inner: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The name of an attribute as the place of its value in an answer: no filters, and a dot before the attribute of a schema.
fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut inside = 0_usize;
    for letter in name.chars() {
        match letter {
            '[' => inside += 1,
            ']' => inside = inside.saturating_sub(1),
            letter if inside == 0 => plain.push(letter),
            _ => {}
        }
    }
    if plain.starts_with("urn:")
        && let Some(at) = plain.rfind(':')
    {
        plain.replace_range(at..=at, ".");
    }
    plain
}

/// `mails[0].value` as `mails.value`.
fn without_positions(place: &str) -> String {
    let mut plain = String::with_capacity(place.len());
    let mut rest = place;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        rest = after.split_once(']').map_or("", |(_, rest)| rest);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn rule(found: Option<&RuleRef>) -> &str {
        found.map_or("", |rule| &rule.name)
    }

    #[test]
    fn a_place_is_blamed_on_the_nearest_rule() {
        let shipped = rules::shipped::shipped("directory").unwrap();
        let profile = Profile::load("directory/profile.toml", shipped.profile).unwrap().0;
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        for (place, expected) in [
            ("login", "user.map.userName"),
            ("names.first", "user.map.name.givenName"),
            ("mails[0].value", "user.map.emails"),
            ("employee.boss.value", &format!("user.map.{enterprise}:manager")),
            ("colour", ""),
            ("", ""),
        ] {
            assert_eq!(rule(field_rule(&profile.user, place)), expected, "{place}");
        }
        for (place, expected) in [
            ("userName", "user.map.userName"),
            ("name.givenName", "user.map.name.givenName"),
            ("Resources[3].emails[0].type", "user.map.emails"),
            (&format!("{enterprise}.manager.value"), &format!("user.map.{enterprise}:manager")),
            ("meta.version", "user.map.meta.version"),
            ("user", ""),
            ("totalResults", ""),
        ] {
            assert_eq!(rule(shown_rule(&profile.user, place)), expected, "{place}");
        }
    }
}
