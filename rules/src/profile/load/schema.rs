//! The SCIM side of a profile: what requests are read by, and what discovery shows.
//!
//! Both are truthful about what can be written; only the second leaves out what is not mapped.

use scim::schema::{Attribute, Mutability, ResourceType, Schema, enterprise_user, group, user};

use super::place::{Place, asked_parts};
use crate::profile::checker;
use crate::profile::{Mapping, MemberRules, ResourceRules, Source};

/// Users before a profile adapts them: core, enterprise, and the profile's extensions.
pub(super) fn users(extensions: Vec<Schema>) -> ResourceType {
    ResourceType {
        name: "User".to_owned(),
        endpoint: "/Users".to_owned(),
        description: "A person's account.".to_owned(),
        schema: user(),
        extensions: std::iter::once(enterprise_user()).chain(extensions).collect(),
    }
}

/// Groups before a profile adapts them: core, and the profile's extensions.
pub(super) fn groups(extensions: Vec<Schema>) -> ResourceType {
    ResourceType {
        name: "Group".to_owned(),
        endpoint: "/Groups".to_owned(),
        description: "A group of users.".to_owned(),
        schema: group(),
        extensions,
    }
}

/// Gives `rules.kind` the characteristics of its mappings, binds everything to it anew, and derives `rules.shown`.
pub(super) fn adapt(rules: &mut ResourceRules, places: &[Place]) {
    let changes: Vec<Option<Mutability>> = (0..rules.map.len()).map(|index| mutability(rules, index)).collect();
    for ((mapping, place), change) in rules.map.iter().zip(places).zip(changes) {
        adapt_attribute(&mut rules.kind, mapping, place, change);
    }
    for mapping in &mut rules.map {
        // The canonical spelling binds to the same place again.
        if let Ok(path) = rules.kind.path(&mapping.name) {
            mapping.attribute = path;
        }
    }
    rules.shown = shown(&rules.kind, places);
}

/// Shows the members that `[group.members]` reads, with the parts that it gives; `$ref` follows from the others.
pub(super) fn show_members(rules: &mut ResourceRules, members: &MemberRules) {
    let Some(attribute) = rules.kind.schema.attribute("members") else { return };
    let mut attribute = attribute.clone();
    attribute.sub_attributes.retain(|sub| sub.name != "display" || members.display.is_some());
    rules.shown.schema.attributes.push(attribute);
}

/// What the mapping makes of the attribute's mutability; `None` leaves it.
fn mutability(rules: &ResourceRules, index: usize) -> Option<Mutability> {
    let mapping = &rules.map[index];
    match &mapping.source {
        Source::Constant(_) => Some(Mutability::ReadOnly),
        // A computed attribute that a computed field is made from is written by way of that field.
        Source::Expression { .. } if !checker::is_read_by_write(rules, index) => Some(Mutability::ReadOnly),
        _ if rules.create.is_none() && !checker::is_handled(rules, index) => Some(Mutability::ReadOnly),
        _ if mapping.immutable || !checker::is_handled(rules, index) => Some(Mutability::Immutable),
        _ => None,
    }
}

fn adapt_attribute(kind: &mut ResourceType, mapping: &Mapping, place: &Place, change: Option<Mutability>) {
    // What holds for the elements of one filter does not hold for the attribute.
    if place.filter.is_some() {
        return;
    }
    let Some(attribute) = place.attribute_in(kind) else { return };
    attribute.required |= mapping.required;
    let Some(leaf) = leaf_mut(attribute, place) else { return };
    leaf.required |= mapping.required;
    if let Some(change) = change.filter(|_| leaf.mutability == Mutability::ReadWrite) {
        leaf.mutability = change;
    }
}

fn leaf_mut<'a>(attribute: &'a mut Attribute, place: &Place) -> Option<&'a mut Attribute> {
    match &place.sub {
        None => Some(attribute),
        Some(name) => attribute.sub_attributes.iter_mut().find(|sub| sub.name == *name),
    }
}

/// Only what is mapped.
fn shown(kind: &ResourceType, places: &[Place]) -> ResourceType {
    let extensions = kind.extensions.iter().map(|schema| shown_schema(schema, Some(&schema.id), places));
    ResourceType {
        schema: shown_schema(&kind.schema, None, places),
        extensions: extensions.filter(|schema| !schema.attributes.is_empty()).collect(),
        ..kind.clone()
    }
}

fn shown_schema(schema: &Schema, urn: Option<&str>, places: &[Place]) -> Schema {
    let attribute = |attribute: &Attribute| {
        let here = |place: &&Place| place.extension.as_deref() == urn && place.attribute == attribute.name;
        let here: Vec<&Place> = places.iter().filter(here).collect();
        if here.is_empty() {
            return None;
        }
        let mut attribute = attribute.clone();
        attribute.sub_attributes.retain(|sub| here.iter().any(|place| shows(place, &sub.name)));
        Some(attribute)
    };
    Schema { attributes: schema.attributes.iter().filter_map(attribute).collect(), ..schema.clone() }
}

/// Whether a mapping of `place` shows the sub-attribute `sub`. Elements that a filter chose are told apart by what it asks,
/// and one of them can be primary.
fn shows(place: &Place, sub: &str) -> bool {
    match (&place.filter, &place.sub) {
        (_, None) => true,
        (None, Some(mapped)) => mapped == sub,
        (Some(filter), Some(mapped)) => {
            mapped == sub || sub == "primary" || asked_parts(filter).iter().any(|part| part.eq_ignore_ascii_case(sub))
        }
    }
}
