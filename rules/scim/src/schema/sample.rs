//! The resource types that this crate's tests work on: User with two extensions, and Group.
//!
//! Only compiled for tests.

use super::{Attribute, Kind, ResourceType, Schema, enterprise_user, group, user};

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
