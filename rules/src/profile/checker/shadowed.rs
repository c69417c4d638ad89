//! Rules that are never reached, because an earlier one always takes what they are for.

use json::Value;

use super::{At, Finding, finding};
use crate::diagnostics::Code;
use crate::judge::is_route;
use crate::profile::{Change, ChangeOf, ErrorRule, Pattern, ResourceRules, UpdateRule};

/// Updates behind one that takes all their changes.
pub(super) fn updates(rules: &ResourceRules, found: &mut Vec<Finding>) {
    for (place, rule) in rules.update.iter().enumerate() {
        let Some(bound) = bound(rule) else { continue };
        let before = rules.update[..place].iter().filter_map(|other| other.when.as_ref());
        let before: Vec<&Change> = before.filter(|change| change.of == bound).collect();
        let taken: Vec<&Value> = before.iter().filter_map(|change| change.to.as_ref()).collect();
        let both = [Value::Bool(true), Value::Bool(false)].iter().all(|value| taken.contains(&value));
        let is_shadowed = match rule.when.as_ref().and_then(|change| change.to.as_ref()) {
            Some(to) => before.iter().any(|change| change.to.is_none()) || taken.contains(&to),
            None => before.iter().any(|change| change.to.is_none()) || both,
        };
        if is_shadowed {
            let name = match &bound {
                ChangeOf::Attribute(index) => rules.map[*index].name.clone(),
                ChangeOf::Written(field) => field.to_string(),
            };
            let message = format!("this update is never made: earlier ones take every such change of `{name}`");
            let help = "write the narrower rule first, or take this one away";
            found.push(finding(Code::Shadowed, At::Line(rule.call.rule.line), message, help));
        }
    }
}

fn bound(rule: &UpdateRule) -> Option<ChangeOf> {
    let each = || rule.each.map(|each| ChangeOf::Attribute(each.attribute));
    rule.when.as_ref().map(|change| change.of.clone()).or_else(each)
}

/// Error rows behind one that fits every answer they fit.
pub(in crate::profile) fn errors(rows: &[ErrorRule]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        if let Some(earlier) = rows[..place].iter().find(|earlier| covers(earlier, row)) {
            let message = format!("this row is never reached: the one in line {} fits first", earlier.rule.line);
            let help = "write the narrower row first, or take this one away";
            found.push(finding(Code::Shadowed, At::Line(row.rule.line), message, help));
        }
    }
    found
}

fn covers(earlier: &ErrorRule, later: &ErrorRule) -> bool {
    let call = match (&earlier.call, &later.call) {
        (None, _) => true,
        (Some(earlier), Some(later)) => is_route(earlier, later),
        (Some(_), None) => false,
    };
    let pattern = |a: &Pattern, b: &Pattern| a.regex.as_str() == b.regex.as_str() && a.at == b.at;
    call && (earlier.status.is_none() || earlier.status == later.status)
        && (earlier.body.is_none() || earlier.body == later.body)
        && earlier
            .matches
            .as_ref()
            .is_none_or(|matches| later.matches.as_ref().is_some_and(|later| pattern(matches, later)))
}
