//! What an IdP sends and no mapping takes: named, so that the audit can tell it and a profile can refuse it.
//!
//! Never looks at values but to see which are there. What SCIM calls read-only, and passwords, nobody misses: identity
//! providers echo the one and send the other unasked.

use json::Value;
use scim::Resource;
use scim::schema::{Attribute, Mutability, Returned};

use super::OfParams;
use super::wanted::is_blank;
use crate::document::shortened;
use crate::expression::{Expression, Value as Computed};
use crate::params::Params;
use crate::profile::{ResourceRules, Taken};
use crate::refusal::Refusal;

/// Most attributes without a mapping that are named.
pub const UNMAPPED_MAX: usize = 32;

impl ResourceRules {
    /// Admits that attributes without a mapping are left out.
    ///
    /// # Errors
    /// [`Refusal::Unmapped`] of the first of `names`, if the profile refuses them for this tenant.
    pub fn leave_out(&self, params: &Params, names: &[String]) -> Result<(), Refusal> {
        let refuses = |rule: &Expression| rule.eval(&OfParams { params }) == Computed::Boolean(true);
        match names.first() {
            Some(name) if self.refuse_unmapped.as_ref().is_some_and(refuses) => {
                Err(Refusal::Unmapped { attribute: shortened(name) })
            }
            _ => Ok(()),
        }
    }

    /// The attributes of `sent` that no mapping takes, at most [`UNMAPPED_MAX`]: `name.honorificPrefix`, `title`.
    pub(super) fn unmapped(&self, sent: &Resource) -> Vec<String> {
        let mut names = Vec::new();
        let core = Side { urn: None, attributes: &self.kind.schema.attributes, taken: self.intake.of_schema(None) };
        for (key, value) in sent.as_object() {
            match (key.as_str(), value) {
                // Set by the gateway, whoever sends them.
                ("id" | "meta" | "schemas", _) => {}
                (urn, Value::Object(members)) if urn.starts_with("urn:") => {
                    let schema = self.kind.extensions.iter().find(|schema| schema.id == urn);
                    let attributes = schema.map_or(&[][..], |schema| &schema.attributes);
                    let side = Side { urn: Some(urn), attributes, taken: self.intake.of_schema(Some(urn)) };
                    members.iter().for_each(|(name, value)| self.rest_of(side, (name, value), sent, &mut names));
                }
                (name, value) => self.rest_of(core, (name, value), sent, &mut names),
            }
        }
        names.truncate(UNMAPPED_MAX);
        names
    }

    /// Adds to `names` what of one attribute no mapping takes.
    fn rest_of(&self, side: Side<'_>, (name, value): (&str, &Value), sent: &Resource, names: &mut Vec<String>) {
        let taken = side.taken.iter().find(|taken| taken.name == name);
        if taken.is_some_and(|taken| taken.is_whole) || is_blank(value) {
            return;
        }
        let leaf = attribute(side.attributes, name);
        if leaf.is_some_and(is_never_missed) {
            return;
        }
        let Some(taken) = taken else { return names.push(side.path(name)) };
        match value {
            Value::Object(members) => {
                let subs = leaf.map_or(&[][..], |leaf| &leaf.sub_attributes);
                let is_missed = |(sub, value): &(&String, &Value)| {
                    !taken.subs.contains(sub) && !is_blank(value) && !attribute(subs, sub).is_some_and(is_never_missed)
                };
                let missed = members.iter().filter(is_missed);
                names.extend(missed.map(|(sub, _)| [&side.path(name), ".", sub].concat()));
            }
            // Of several elements each mapping takes one.
            Value::Array(elements) => {
                let has_value = |element: &&Value| element.get("value").is_some_and(|value| !is_blank(value));
                let finds = |index: &&usize| self.map[**index].attribute.read(sent).is_some();
                if elements.iter().filter(has_value).count() > taken.mappings.iter().filter(finds).count() {
                    names.push(side.path(name));
                }
            }
            _ => {}
        }
    }
}

/// The core schema or an extension.
#[derive(Clone, Copy)]
struct Side<'s> {
    /// The extension's.
    urn: Option<&'s str>,
    attributes: &'s [Attribute],
    /// What mappings take of it.
    taken: &'s [Taken],
}

impl Side<'_> {
    /// An attribute of it, as it is named.
    fn path(&self, name: &str) -> String {
        match self.urn {
            None => name.to_owned(),
            Some(urn) => [urn, ":", name].concat(),
        }
    }
}

fn attribute<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.name == name)
}

fn is_never_missed(attribute: &Attribute) -> bool {
    attribute.mutability == Mutability::ReadOnly || attribute.returned == Returned::Never
}

#[cfg(test)]
mod tests;
