//! What an IdP sends and no mapping takes: named, so that the audit can tell it and a profile can refuse it.
//!
//! Never looks at values but to see which are there. What SCIM calls read-only, and passwords, nobody misses: identity
//! providers echo the one and send the other unasked.

use scim::Resource;
use scim::schema::{Attribute, Mutability, Returned};
use serde_json::{Map, Value};

use super::OfParams;
use super::wanted::is_blank;
use crate::document::shortened;
use crate::expression;
use crate::params::Params;
use crate::profile::{Mapping, ResourceRules};
use crate::refusal::Refusal;

/// Most attributes without a mapping that are named.
pub const UNMAPPED_MAX: usize = 32;

impl ResourceRules {
    /// Admits that attributes without a mapping are left out.
    ///
    /// # Errors
    /// [`Refusal::Unmapped`] of the first of `names`, if the profile refuses them for this tenant.
    pub fn leave_out(&self, params: &Params, names: &[String]) -> Result<(), Refusal> {
        let refuses =
            |rule: &expression::Expression| rule.eval(&OfParams { params }) == expression::Value::Boolean(true);
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
        for (key, value) in sent.as_object() {
            match (key.as_str(), value) {
                // Set by the gateway, whoever sends them.
                ("id" | "meta" | "schemas", _) => {}
                (urn, Value::Object(members)) if urn.starts_with("urn:") => {
                    let schema = self.kind.extensions.iter().find(|schema| schema.id == urn);
                    let attributes = schema.map_or(&[][..], |schema| &schema.attributes);
                    for (member, value) in members {
                        self.look(&format!("{urn}:{member}"), attribute(attributes, member), value, sent, &mut names);
                    }
                }
                (name, value) => {
                    self.look(name, attribute(&self.kind.schema.attributes, name), value, sent, &mut names)
                }
            }
        }
        names.truncate(UNMAPPED_MAX);
        names
    }

    /// Adds what of one attribute no mapping takes.
    fn look(&self, name: &str, leaf: Option<&Attribute>, value: &Value, sent: &Resource, names: &mut Vec<String>) {
        if is_blank(value) || leaf.is_some_and(is_never_missed) || self.map.iter().any(|mapping| mapping.name == name) {
            return;
        }
        let parts = || self.map.iter().filter(|mapping| rest(mapping, name).is_some());
        match value {
            _ if parts().next().is_none() => names.push(name.to_owned()),
            Value::Object(members) => {
                let is_taken = |sub: &str| parts().any(|mapping| rest(mapping, name) == Some(sub));
                let subs = leaf.map_or(&[][..], |leaf| &leaf.sub_attributes);
                let said = said(members, subs);
                names.extend(said.filter(|sub| !is_taken(sub)).map(|sub| format!("{name}.{sub}")));
            }
            // Of several elements each mapping takes one.
            Value::Array(elements) => {
                let valued =
                    elements.iter().filter(|element| element.get("value").is_some_and(|value| !is_blank(value)));
                let taken = parts().filter(|mapping| mapping.attribute.read(sent).is_some());
                if valued.count() > taken.count() {
                    names.push(name.to_owned());
                }
            }
            _ => {}
        }
    }
}

fn attribute<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.name == name)
}

fn is_never_missed(attribute: &Attribute) -> bool {
    attribute.mutability == Mutability::ReadOnly || attribute.returned == Returned::Never
}

/// What of the mapping's name stands behind the attribute `name`: a sub-attribute, or a filter.
fn rest<'m>(mapping: &'m Mapping, name: &str) -> Option<&'m str> {
    let rest = mapping.name.strip_prefix(name)?;
    rest.strip_prefix('.').or_else(|| rest.starts_with('[').then_some(rest))
}

/// The sub-attributes that say something.
fn said<'v>(members: &'v Map<String, Value>, subs: &'v [Attribute]) -> impl Iterator<Item = &'v str> {
    let members = members.iter().filter(|(_, value)| !is_blank(value)).map(|(sub, _)| sub.as_str());
    members.filter(|sub| !attribute(subs, sub).is_some_and(is_never_missed))
}

#[cfg(test)]
mod tests;
