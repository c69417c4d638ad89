//! Rows for path syntax and binding, and the property that printing and parsing are inverse.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;
use crate::schema::sample::{BADGE, group_type, user_type};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn attr(schema: Option<&str>, name: &str, sub: Option<&str>) -> AttrPath {
    AttrPath { schema: schema.map(str::to_owned), name: name.to_owned(), sub: sub.map(str::to_owned) }
}

#[test]
fn a_urn_ends_at_the_last_colon_unless_a_version_stands_beside_it() {
    let rows = [
        ("userName", attr(None, "userName", None)),
        ("name.familyName", attr(None, "name", Some("familyName"))),
        ("members.$ref", attr(None, "members", Some("$ref"))),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", attr(Some(ENTERPRISE), "", None)),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value", {
            attr(Some(ENTERPRISE), "manager", Some("value"))
        }),
        ("URN:scim:schemas:core:1.0:name.givenName", {
            attr(Some("URN:scim:schemas:core:1.0"), "name", Some("givenName"))
        }),
        ("urn:scim:schemas:core:1.0", attr(Some("urn:scim:schemas:core:1.0"), "", None)),
        ("urn:example:badge:number", attr(Some(BADGE), "number", None)),
        ("urn:example:badge", attr(Some("urn:example"), "badge", None)),
    ];
    for (text, expected) in rows {
        let parsed: AttrPath = text.parse().unwrap();
        assert_eq!(parsed, expected, "{text}");
        assert_eq!(parsed.to_string(), text);
    }
}

#[test]
fn what_is_no_path_is_refused_with_the_byte_where_it_stops_being_one() {
    let rows = [
        ("", 0),
        (".value", 0),
        ("name.", 5),
        ("name..x", 5),
        ("a.b.c", 3),
        ("user name", 4),
        ("größe", 2),
        ("http://example.com/x:y", 0),
        ("urn:example:", 12),
        ("urn:exa mple:x", 7),
        ("emails[type eq \"work\"]value", 22),
        ("emails[type eq \"work\"].", 23),
        ("emails[type eq \"work\"].a.b", 24),
        ("name.sub[type eq \"work\"]", 8),
    ];
    for (text, expected) in rows {
        match text.parse::<Path>() {
            Err(PathError::Syntax { at, path, .. }) => assert_eq!((at, path.as_str()), (expected, text)),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn an_error_in_the_brackets_is_the_filters_and_counts_from_the_start_of_the_path() {
    let error = "emails[type eq work]".parse::<Path>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the filter is not valid at character 15: expected a value: text in double quotes, a number, `true`, `false` or \
         `null`, found `work`"
    );
}

#[test]
fn a_path_has_at_most_path_bytes_max_bytes() {
    let longest = "a".repeat(PATH_BYTES_MAX);
    assert_eq!(longest.parse::<Path>().unwrap().to_string(), longest);
    assert!((longest + "a").parse::<Path>().is_err());

    let with_filter = |fill: usize| format!("emails[value eq \"{}\"]", "x".repeat(fill));
    let room = PATH_BYTES_MAX - with_filter(0).len();
    assert!(with_filter(room).parse::<Path>().is_ok());
    assert!(with_filter(room + 1).parse::<Path>().is_err());
}

#[test]
fn a_bound_path_prints_the_schemas_spelling() {
    let rows = [
        ("USERNAME", "userName"),
        ("Name.FAMILYNAME", "name.familyName"),
        ("ID", "id"),
        ("externalid", "externalId"),
        ("Meta.LastModified", "meta.lastModified"),
        ("schemas", "schemas"),
        ("urn:ietf:params:scim:schemas:CORE:2.0:User:userName", "userName"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:id", "id"),
        ("urn:scim:schemas:core:1.0:userName", "userName"),
        ("urn:scim:schemas:core:1.0:name.GivenName", "name.givenName"),
        ("Emails[Type EQ \"work\" AND Value co \"@x\"].VALUE", "emails[type eq \"work\" and value co \"@x\"].value"),
        ("roles[primary eq \"True\"].value", "roles[primary eq true].value"),
        // Entra leaves the URN out (idp-dialects row 14).
        ("Manager", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"),
        ("manager.displayname", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName"),
        (
            "URN:ietf:params:scim:schemas:extension:enterprise:2.0:user:DEPARTMENT",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        ),
        ("urn:scim:schemas:extension:enterprise:1.0:manager.value", {
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"
        }),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", ENTERPRISE),
        ("urn:scim:schemas:extension:enterprise:1.0", ENTERPRISE),
        ("URN:example:Badge", "urn:example:badge"),
        ("urn:example:badge:number", "urn:example:badge:number"),
        ("colors", "urn:example:badge:colors"),
    ];
    for (text, expected) in rows {
        let bound = user_type().path(text).unwrap();
        assert_eq!(bound.to_string(), expected);
        assert_eq!(user_type().path(expected).unwrap(), bound, "{expected} is the same path");
    }
}

#[test]
fn what_no_schema_has_is_unknown() {
    let rows = [
        "shoeSize",
        "userName.value",
        "name.shoeSize",
        "emails[shoeSize eq 1]",
        "emails[type eq \"work\"].shoeSize",
        "emails[emails.type eq \"work\"]",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:userName",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User[value eq \"x\"]",
        "urn:ietf:params:scim:schemas:core:2.0:Group:displayName",
        "urn:example:other",
    ];
    for text in rows {
        assert!(matches!(user_type().path(text), Err(PathError::Unknown { .. })), "{text}");
    }
    assert!(matches!(group_type().path("userName"), Err(PathError::Unknown { .. })));
    assert_eq!(group_type().path("urn:scim:schemas:core:1.0:members").unwrap().to_string(), "members");
}

#[test]
fn brackets_need_a_multi_valued_attribute_with_sub_attributes() {
    for text in ["userName[value eq \"x\"]", "manager[value eq \"x\"]", "colors[value eq \"red\"]"] {
        assert!(matches!(user_type().path(text), Err(PathError::Filter(_))), "{text}");
    }
}

// === properties ===

pub(crate) fn any_name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z$][a-zA-Z0-9_-]{0,8}", Just("and".to_owned()), Just("not".to_owned()), Just("pr".to_owned())]
}

pub(crate) fn any_attr_path() -> impl Strategy<Value = AttrPath> {
    let schema = prop_oneof![Just(ENTERPRISE), Just("urn:example:badge"), Just("urn:a.b:c"), Just("URN:x")];
    let named = (proptest::option::of(schema), any_name(), proptest::option::of(any_name()))
        .prop_map(|(schema, name, sub)| attr(schema, &name, sub.as_deref()));
    prop_oneof![9 => named, 1 => Just(attr(Some(ENTERPRISE), "", None))]
}

fn any_path() -> impl Strategy<Value = Path> {
    let filtered = (any_attr_path(), crate::filter::any_element_filter(), proptest::option::of(any_name()));
    prop_oneof![
        any_attr_path().prop_map(|attr| Path { attr, filter: None, sub: None }),
        filtered.prop_map(|(attr, filter, sub)| Path {
            attr: AttrPath { sub: None, ..attr },
            filter: Some(Box::new(filter)),
            sub,
        }),
    ]
}

proptest! {
    #[test]
    fn a_printed_path_parses_to_itself(path in any_path()) {
        prop_assert_eq!(path.to_string().parse::<Path>(), Ok(path));
    }

    #[test]
    fn any_text_is_a_path_or_an_error(text in "\\PC*") {
        if let Ok(path) = text.parse::<Path>() {
            prop_assert_eq!(path.to_string().parse::<Path>(), Ok(path));
        }
    }

    #[test]
    fn any_text_of_path_tokens_is_a_path_or_an_error(
        tokens in proptest::collection::vec(proptest::sample::select(TOKENS), 0..10)
    ) {
        let text = tokens.concat();
        if let Ok(path) = text.parse::<Path>() {
            prop_assert_eq!(path.to_string().parse::<Path>(), Ok(path.clone()));
            if let Ok(bound) = user_type().bind(&path) {
                prop_assert_eq!(user_type().path(&bound.to_string()), Ok(bound));
            }
        }
    }
}

const TOKENS: &[&str] = &[
    "urn:",
    "urn:example:badge",
    ENTERPRISE,
    ":",
    ".",
    "2.0",
    "userName",
    "emails",
    "manager",
    "value",
    "type",
    "[",
    "]",
    "[type eq \"work\"]",
    " eq ",
    " and ",
    "\"work\"",
    "true",
    "pr",
    " ",
    "$ref",
    "ä",
];
