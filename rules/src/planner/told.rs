//! Fields of a record that only the product fills in, such as a revision that calls must name: they are known once an answer has
//! told them.

use json::Value;

use super::Plan;
use crate::profile::{BodyRule, CallRule, Capture, ResourceRules, Source};

/// The name of the whole record in a body that the profile writes out.
const RECORD: &str = "record";

impl ResourceRules {
    /// Whether `name` is a field that is read by an expression or taken from a header.
    pub(super) fn is_told(&self, name: &str) -> bool {
        let by_expression = self.map.iter().any(|mapping| match &mapping.source {
            Source::Expression { fields, .. } => fields.iter().any(|field| field.is_named(name)),
            _ => false,
        });
        let named = |capture: &Capture| capture.field.is_named(name);
        let create = self.create.as_ref().map(|create| &create.call.capture);
        by_expression || self.get.capture.iter().any(named) || create.is_some_and(|capture| capture.iter().any(named))
    }

    /// Whether a call that stands behind another of the same change must name what the record is by then. One that sends the
    /// whole record must not: it would write back what was read before the other.
    pub(super) fn follows(&self, call: &CallRule) -> bool {
        let sends_record = match &call.body {
            BodyRule::Record => true,
            BodyRule::Template(body) => body.names().contains(&RECORD),
            BodyRule::Empty | BodyRule::All | BodyRule::Changed => false,
        };
        let in_headers = || call.headers.iter().flat_map(|(_, value)| value.names()).any(|name| self.is_told(name));
        !sends_record && (call.path.names().any(|name| self.is_told(name)) || in_headers())
    }
}

impl Plan {
    /// Notes the record that the main call at `at` changed, for the calls behind it that name what it is by then. What the answer
    /// does not tell (a join) stays as it was.
    pub fn told(&mut self, at: usize, record: &Value) {
        let behind = self.calls.iter().skip(at + 1).filter_map(|planned| planned.step.as_ref());
        if behind.filter(|step| step.is_late).count() == 0 {
            return;
        }
        for known in &mut self.sequences {
            if let (Value::Object(known), Value::Object(fields)) = (&mut known.record, record) {
                known.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
        }
    }
}
