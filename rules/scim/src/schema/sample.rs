//! The resource types that this crate's tests work on: User with two extensions, and Group.
//!
//! Only compiled for tests.

use json::{Map, Value, json};
use proptest::prelude::*;

use super::{Attribute, Kind, Mutability, ResourceType, Schema, common, enterprise_user, group, user};
use crate::resource::Resource;

/// URN of the second extension; without a version, unlike those of the RFC.
pub(crate) const BADGE: &str = "urn:example:badge";

/// User with the enterprise extension and [`BADGE`], which has an attribute of every [`Kind`] the RFC's schemas lack.
pub(crate) fn user_type() -> ResourceType {
    ResourceType {
        name: "User".to_owned(),
        endpoint: "/Users".to_owned(),
        description: "User accounts.".to_owned(),
        schema: user(),
        extensions: vec![enterprise_user(), badge()],
    }
}

/// Group without extensions.
pub(crate) fn group_type() -> ResourceType {
    ResourceType {
        name: "Group".to_owned(),
        endpoint: "/Groups".to_owned(),
        description: "Groups.".to_owned(),
        schema: group(),
        extensions: Vec::new(),
    }
}

fn badge() -> Schema {
    let like = user();
    let attribute = |name: &str, kind| {
        let title = like.attribute("title").expect("invariant: the core User has a title");
        Attribute { name: name.to_owned(), kind, ..title.clone() }
    };
    Schema {
        id: BADGE.to_owned(),
        name: "Badge".to_owned(),
        description: "A badge.".to_owned(),
        attributes: vec![
            attribute("number", Kind::Integer),
            attribute("weight", Kind::Decimal),
            attribute("issued", Kind::DateTime),
            attribute("chip", Kind::Binary),
            Attribute { multi_valued: true, ..attribute("colors", Kind::String) },
        ],
    }
}

// === resources ===

/// A user as a client may have written it, with anything of [`user_type`] in it and everything that is required.
pub(crate) fn any_user() -> impl Strategy<Value = Resource> {
    any_resource(&user_type())
}

/// A group as a client may have written it.
pub(crate) fn any_group() -> impl Strategy<Value = Resource> {
    any_resource(&group_type())
}

/// A resource in normal form. Values come from few, so that two resources share some.
fn any_resource(kind: &ResourceType) -> impl Strategy<Value = Resource> + use<> {
    let core: Vec<Attribute> = kind.schema.attributes.iter().chain(common()).cloned().collect();
    let extensions: Vec<_> = kind
        .extensions
        .iter()
        .map(|extension| {
            any_parts(&extension.attributes).prop_map({
                let urn = extension.id.clone();
                move |parts| (urn.clone(), Value::Object(parts))
            })
        })
        .collect();
    let kind = kind.clone();
    (any_parts(&core), extensions).prop_map(move |(mut object, extensions)| {
        object.extend(extensions);
        Resource::decode(&kind, Value::Object(object)).expect("invariant: made by the schema").resource
    })
}

/// Some of what a client may write of `attributes`; what is required always.
fn any_parts(attributes: &[Attribute]) -> BoxedStrategy<Map> {
    let written = attributes.iter().filter(|attribute| attribute.mutability != Mutability::ReadOnly);
    let parts: Vec<_> = written
        .map(|attribute| {
            let name = attribute.name.clone();
            let value = any_value(attribute);
            let value = if attribute.required {
                value.prop_map(Some).boxed()
            } else {
                proptest::option::weighted(0.4, value).boxed()
            };
            value.prop_map(move |value| Some((name.clone(), value?)))
        })
        .collect();
    parts.prop_map(|parts| parts.into_iter().flatten().collect()).boxed()
}

fn any_value(attribute: &Attribute) -> BoxedStrategy<Value> {
    let one = match attribute.kind {
        Kind::Complex => any_parts(&attribute.sub_attributes).prop_map(Value::Object).boxed(),
        Kind::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Kind::Integer => (-2..3_i64).prop_map(Value::from).boxed(),
        Kind::Decimal => proptest::sample::select(vec![json!(0), json!(1.5), json!(-2e30)]).boxed(),
        Kind::DateTime => of_text(&["2026-03-09T08:30:00Z", "2026-03-09T09:30:00.25+01:00"]),
        Kind::Binary => of_text(&["AQID", "TUlJ", "AA=="]),
        Kind::Reference => of_text(&["https://example.com/a", "../Users/7"]),
        Kind::String => of_text(&["a", "A", "b", "work", "O'Malley", "Émile \"\\\"", " x ", "urn:x:1.0:y"]),
    };
    if attribute.multi_valued { proptest::collection::vec(one, 0..4).prop_map(Value::from).boxed() } else { one }
}

fn of_text(texts: &'static [&'static str]) -> BoxedStrategy<Value> {
    proptest::sample::select(texts).prop_map(Value::from).boxed()
}
