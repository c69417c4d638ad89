//! Rows for evaluation: what matches, what does not, what has no meaning.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;
use proptest::prelude::*;

use super::*;
use crate::filter::FilterError;
use crate::path::PathError;
use crate::schema::sample::user_type;

fn resource() -> Resource {
    let json = json!({
        "id": "2819c223-Aa",
        "externalId": "MOkafor",
        "userName": "Mira.Okafor@Example.com",
        "displayName": "Research and Development",
        "nickName": "Ärmel Σίσυφος",
        "title": "VP",
        "active": true,
        "profileUrl": "https://example.com/Mira",
        "name": { "familyName": "O'Malley", "givenName": "Mira" },
        "emails": [
            { "value": "mira@example.com", "type": "work", "primary": true },
            { "value": "mira@home.example.org", "type": "home" },
        ],
        "roles": [{ "value": "Admin", "primary": true }],
        "x509Certificates": [{ "value": "TUlJ" }],
        "meta": { "resourceType": "User", "created": "2010-01-23T04:56:22Z", "lastModified": "2011-05-13T04:42:34.5Z" },
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "employeeNumber": "701984", "manager": { "value": "26118915" }
        },
        "urn:example:badge": {
            "number": 42, "weight": 1.5, "issued": "2026-01-31T10:00:00+02:00", "chip": "AQID", "colors": ["red", "Blue"]
        },
    });
    match json {
        Value::Object(object) => Resource { object },
        other => panic!("not an object: {other}"),
    }
}

fn bind(text: &str) -> Result<BoundFilter, FilterError> {
    user_type().bind_filter(&text.parse().unwrap())
}

#[track_caller]
fn check(expected: bool, rows: &[&str]) {
    for text in rows {
        let filter = bind(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(filter.matches(&resource()), expected, "{text}");
        // The canonical spelling is the same filter.
        assert_eq!(user_type().bind_filter(&filter.to_filter()), Ok(filter), "{text}");
    }
}

#[test]
fn text_compares_as_case_exact_says() {
    check(
        true,
        &[
            "userName eq \"mira.okafor@example.com\"",
            "username Eq \"MIRA.OKAFOR@EXAMPLE.COM\"",
            "externalId eq \"MOkafor\"",
            "externalId ne \"mokafor\"",
            "id eq \"2819c223-Aa\"",
            "nickName eq \"äRMEL σΊΣΥΦΟΣ\"",
            "nickName sw \"ärmel\"",
            "nickName ew \"σ\"",
            "nickName co \"ΊΣ\"",
            "userName co \"OKAFOR\"",
            "userName sw \"mira\"",
            "userName ew \".COM\"",
            "userName gt \"mira\"",
            "userName lt \"MIRB\"",
            "title ge \"vp\"",
            "title le \"vp\"",
            "profileUrl eq \"https://example.com/Mira\"",
            "displayName eq \"Research and Development\"",
            "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"M\"",
        ],
    );
    check(
        false,
        &[
            "userName eq \"mira.okafor@example.co\"",
            "externalId eq \"mokafor\"",
            "externalId co \"okafoR\"",
            "id eq \"2819c223-aa\"",
            "userName eq \"mira.okafor@example.com\u{212a}\"",
            "userName gt \"z\"",
            "title gt \"vp\"",
            "title lt \"vp\"",
            "title ne \"vp\"",
            "profileUrl eq \"https://example.com/mira\"",
            "nickName co \"x\"",
        ],
    );
}

#[test]
fn any_value_of_a_multi_valued_attribute_may_match() {
    check(
        true,
        &[
            "emails eq \"mira@home.example.org\"",
            "emails.value ew \"EXAMPLE.COM\"",
            "emails.type eq \"work\"",
            "emails.type ne \"work\"",
            "emails co \"example.com\" and emails co \"example.org\"",
            "emails[type eq \"work\" and value co \"@example.com\"]",
            "emails[type eq \"work\"].value eq \"mira@example.com\"",
            "emails[type eq \"work\"].value pr",
            "emails[not (primary eq true)]",
            "emails[primary ne true]",
            "not (emails[type eq \"other\"])",
            "manager eq \"26118915\"",
            "manager.value eq \"26118915\"",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq \"26118915\"",
            "roles eq \"admin\"",
            "colors eq \"blue\"",
            "urn:example:badge:colors eq \"red\"",
        ],
    );
    check(
        false,
        &[
            "emails eq \"mira\"",
            "emails[type eq \"home\" and value co \"@example.com\"]",
            "emails[type eq \"home\"].value eq \"mira@example.com\"",
            "emails[type eq \"home\" and primary eq true]",
            "emails.type eq \"other\"",
            "ims[type eq \"xmpp\"]",
            "manager eq \"26118916\"",
            "colors eq \"green\"",
        ],
    );
}

#[test]
fn present_null_and_absent_agree() {
    check(
        true,
        &[
            "title pr",
            "name pr",
            "emails pr",
            "emails.primary pr",
            "manager pr",
            "urn:example:badge pr",
            "locale eq null",
            "title ne null",
            "locale ne \"en\"",
            "ims.type ne \"xmpp\"",
            "urn:example:badge:number ne 7",
            "addresses.primary ne true",
            "not (locale pr)",
        ],
    );
    check(
        false,
        &[
            "locale pr",
            "title eq null",
            "locale ne null",
            "locale eq \"\"",
            "locale lt \"x\"",
            "ims pr",
            "name.middleName pr",
        ],
    );
}

#[test]
fn booleans_compare_with_words_in_quotes_too() {
    check(
        true,
        &[
            "active eq true",
            "active eq \"True\"",
            "active ne False",
            "active ne \"false\"",
            "roles[primary eq \"True\"]",
            "emails.primary eq true",
        ],
    );
    check(false, &["active eq false", "active eq \"False\"", "active ne true", "roles[primary eq \"false\"]"]);
}

#[test]
fn numbers_compare_by_value() {
    check(
        true,
        &[
            "number eq 42",
            "number eq 42.0",
            "number eq 4.2e1",
            "number gt 41",
            "number le 42",
            "number ne 43",
            "weight eq 1.5",
            "weight lt 2",
            "weight gt -9223372036854775808",
            "number lt 18446744073709551615",
        ],
    );
    check(false, &["number eq 43", "number gt 42", "number lt 42", "number ne 42", "weight ge 1.6"]);
}

/// Doubles cannot tell these apart.
#[test]
fn whole_numbers_compare_exactly() {
    let filter = bind("number gt 9007199254740992").unwrap();
    for (number, expected) in [(9_007_199_254_740_992_i64, false), (9_007_199_254_740_993, true)] {
        let object = [("urn:example:badge".to_owned(), json!({ "number": number }))].into_iter().collect();
        assert_eq!(filter.matches(&Resource { object }), expected, "{number}");
    }
}

/// A [`Resource`] holds no such value; evaluation is total all the same.
#[test]
fn a_value_of_another_type_is_only_not_equal() {
    let rows = [
        ("active", json!("yes"), "active", "true"),
        ("urn:example:badge", json!({ "number": "42" }), "number", "42"),
        ("urn:example:badge", json!({ "issued": "soon" }), "issued", "\"2026-01-31T08:00:00Z\""),
        ("title", json!(1), "title", "\"1\""),
    ];
    for (key, value, attribute, literal) in rows {
        let resource = Resource { object: [(key.to_owned(), value)].into_iter().collect() };
        assert!(bind(&format!("{attribute} ne {literal}")).unwrap().matches(&resource), "{attribute}");
        assert!(!bind(&format!("{attribute} eq {literal}")).unwrap().matches(&resource), "{attribute}");
    }
}

#[test]
fn dates_compare_by_the_moment() {
    check(
        true,
        &[
            "meta.lastModified gt \"2011-05-13T04:42:34Z\"",
            "meta.lastModified eq \"2011-05-13T06:42:34.500+02:00\"",
            "meta.created lt \"2010-01-23T04:56:22.001Z\"",
            "meta.created le \"2010-01-22T23:56:22-05:00\"",
            "issued eq \"2026-01-31T08:00:00Z\"",
            "issued ne \"2026-01-31T10:00:00Z\"",
            "meta.lastModified sw \"2011-05-13\"",
        ],
    );
    check(false, &["meta.lastModified lt \"2011-05-13T04:42:34Z\"", "issued gt \"2026-01-31T09:00:00Z\""]);
}

#[test]
fn schemas_are_the_core_and_each_extension_present() {
    check(
        true,
        &[
            "schemas eq \"urn:ietf:params:scim:schemas:core:2.0:User\"",
            "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"",
            "schemas pr",
        ],
    );
    check(false, &["schemas eq \"urn:ietf:params:scim:schemas:core:2.0:Group\"", "schemas eq null"]);
}

#[test]
fn logic_is_logic() {
    check(
        true,
        &[
            "title pr and active eq true",
            "locale pr or active eq true",
            "not (locale pr) and not (active eq false)",
            "active eq false and title pr or userName pr",
        ],
    );
    check(
        false,
        &[
            "title pr and locale pr",
            "locale pr or ims pr",
            "not (title pr)",
            "active eq false and (title pr or userName pr)",
        ],
    );
}

#[test]
fn comparisons_without_a_meaning_are_refused() {
    let rows = [
        "active gt true",
        "active co \"t\"",
        "active eq \"yes\"",
        "active eq 1",
        "userName eq 1",
        "userName eq true",
        "userName gt null",
        "number eq \"42\"",
        "number co 4",
        "number sw 4",
        "chip gt \"AQID\"",
        "x509Certificates.value co \"AQID\"",
        "issued gt \"yesterday\"",
        "issued eq 1",
        "name eq \"x\"",
        "addresses eq \"x\"",
        "urn:example:badge eq \"x\"",
        "manager[value eq \"x\"]",
        "userName[value eq \"x\"]",
        "emails[primary gt true]",
    ];
    for text in rows {
        assert!(matches!(bind(text), Err(FilterError::Type { .. })), "{text}: {:?}", bind(text));
    }
    assert_eq!(
        bind("Active gt true").unwrap_err().to_string(),
        "`Active` cannot be compared with `gt` to this value: a boolean has no order and no parts; use `eq` or `ne`"
    );
}

#[test]
fn what_is_never_returned_cannot_be_asked_for() {
    let secret = "hunter2";
    let rows = [
        ("password eq \"hunter2\"", "eq"),
        ("not (PASSWORD sw \"hunter2\")", "sw"),
        ("userName eq \"a\" or urn:ietf:params:scim:schemas:core:2.0:User:password ne \"hunter2\"", "ne"),
        ("password eq null", "eq"),
        ("password pr", "pr"),
    ];
    for (text, op) in rows {
        let error = bind(text).unwrap_err();
        assert!(matches!(&error, FilterError::Type { op: found, .. } if found == op), "{text}: {error}");
        assert!(error.to_string().ends_with("to this value: it is never returned"), "{text}: {error}");
        assert!(!error.to_string().contains(secret), "{error}");
    }
    let mut kind = user_type();
    let emails = kind.schema.attributes.iter_mut().find(|attribute| attribute.name == "emails").unwrap();
    emails.sub_attributes[0].returned = crate::schema::Returned::Never;
    for text in ["emails[value sw \"h\"]", "emails[value pr]", "emails.value eq \"h\"", "emails eq \"h\""] {
        assert!(matches!(kind.bind_filter(&text.parse().unwrap()), Err(FilterError::Type { .. })), "{text}");
    }
    assert!(matches!(kind.path("emails[value eq \"h\"].type"), Err(PathError::Filter(_))));
    assert!(kind.path("emails[type eq \"work\"].value").is_ok());
}

#[test]
fn a_manager_is_found_by_the_words_of_scim_1_1() {
    check(
        true,
        &[
            "manager.managerId eq \"26118915\"",
            "urn:scim:schemas:extension:enterprise:1.0:manager.ManagerID eq \"26118915\"",
            "urn:scim:schemas:core:1.0:userName sw \"mira\"",
        ],
    );
    let bound = bind("manager.managerId pr").unwrap().to_string();
    assert_eq!(bound, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value pr");
    assert!(bind("emails.managerId pr").is_err());
}

#[test]
fn numbers_compare_exactly_even_beyond_what_a_fraction_can_hold() {
    let resource = |weight: Value| Resource::decode(&user_type(), json!({"weight": weight})).unwrap().resource;
    let odd = (1_i64 << 53) + 1;
    for (weight, text, expected) in [
        (json!(odd), "weight gt 9007199254740992.0", true),
        (json!(odd), "weight eq 9007199254740992.0", false),
        (json!(odd - 1), "weight eq 9007199254740992.0", true),
        (json!(1.5), "weight gt 1", true),
        (json!(1.5), "weight lt 2", true),
        (json!(-1.5), "weight lt -1", true),
        (json!(u64::MAX), "weight lt 1e300", true),
        (json!(i64::MIN), "weight gt -1e300", true),
    ] {
        assert_eq!(bind(text).unwrap().matches(&resource(weight.clone())), expected, "{weight} {text}");
    }
}

#[test]
fn attributes_no_schema_has_are_unknown() {
    let rows = [
        "shoeSize eq 1",
        "name.shoeSize pr",
        "emails[shoeSize eq 1]",
        "emails[emails.type eq \"work\"]",
        "emails[urn:example:badge:number eq 1]",
        "urn:example:other:x pr",
        "urn:example:badge[x pr]",
    ];
    for text in rows {
        assert!(matches!(bind(text), Err(FilterError::Path(PathError::Unknown { .. }))), "{text}");
    }
}

#[test]
fn a_filter_of_eqs_seeds_the_element_it_asks_for() {
    let rows = [
        ("emails[type eq \"work\"]", Some(json!({ "type": "work" }))),
        ("emails[TYPE eq \"Work\" and (primary eq \"true\" and value eq \"x\")]", {
            Some(json!({ "type": "Work", "primary": true, "value": "x" }))
        }),
        ("emails[type eq \"work\" and type eq \"WORK\"]", Some(json!({ "type": "WORK" }))),
        ("emails[type eq \"work\" and type eq \"home\"]", None),
        ("emails[type eq \"work\" or type eq \"home\"]", None),
        ("emails[type ne \"work\"]", None),
        ("emails[type eq null]", None),
        ("emails[value pr and type eq \"work\"]", None),
        ("emails[value sw \"x\"]", None),
        ("emails[primary ne false]", None),
        ("emails[not (primary eq false)]", None),
    ];
    for (text, expected) in rows {
        let path = user_type().path(text).unwrap();
        assert_eq!(path.filter.unwrap().seed().map(Value::Object), expected, "{text}");
    }
}

#[test]
fn a_bound_filter_prints_the_schemas_spelling() {
    let rows = [
        ("USERNAME EQ \"Mira\"", "userName eq \"Mira\""),
        ("emails EQ \"x\"", "emails.value eq \"x\""),
        ("manager eq \"x\"", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq \"x\""),
        ("active eq \"TRUE\" and Title eq null", "active eq true and not (title pr)"),
        ("Emails[TYPE eq \"work\"].VALUE eq \"x\"", "emails[type eq \"work\" and value eq \"x\"]"),
        ("number ge 1.0 or issued lt \"2026-01-31T10:00:00Z\"", {
            "urn:example:badge:number ge 1.0 or urn:example:badge:issued lt \"2026-01-31T10:00:00Z\""
        }),
    ];
    for (text, expected) in rows {
        assert_eq!(bind(text).unwrap().to_string(), expected);
    }
}

/// Comparisons of every kind of attribute, in every way a path is written.
const TERMS: [&str; 14] = [
    "userName sw \"O'Malley \\\"q\\\\ \\u00e9\"",
    "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName gt \"m\"",
    "urn:scim:schemas:extension:enterprise:1.0:manager.managerId eq \"x\"",
    "urn:example:badge:weight le -1.5e3",
    "number ge 18446744073709551615",
    "colors co \"re\"",
    "active ne \"True\"",
    "meta.lastModified lt \"2026-03-09T08:30:00+01:00\"",
    "emails ew \".org\"",
    "emails[type eq \"work\" and not (primary eq false or value pr)]",
    "emails[type eq \"work\"].value co \"@\"",
    "title eq null",
    "chip eq \"AQID\"",
    "schemas eq \"urn:example:badge\"",
];

fn any_logic() -> impl Strategy<Value = String> {
    proptest::sample::select(&TERMS[..]).prop_map(str::to_owned).prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} or ({b})")),
            inner.prop_map(|term| format!("not ({term})")),
        ]
    })
}

proptest! {
    /// A proven filter is written so that it is proven to be the same, and means the same.
    #[test]
    fn a_bound_filter_prints_to_itself(text in any_logic(), user in crate::schema::sample::any_user()) {
        let bound = bind(&text).unwrap();
        let again = bind(&bound.to_string()).unwrap();
        prop_assert_eq!(again.matches(&user), bound.matches(&user));
        prop_assert_eq!(again, bound);
    }
}

proptest! {
    /// Whatever the letters, `eq` without case is `eq` of both in lower case.
    #[test]
    fn text_without_case_is_equal_to_itself_in_lower_and_upper_case(text in "\\PC{1,8}") {
        let wanted = Text::new(&text, false);
        prop_assert!(wanted.passes(CompareOp::Eq, &text));
        prop_assert!(wanted.passes(CompareOp::Eq, &fold(&text)));
        let (before, behind, around) = (format!("x{text}"), format!("{text}x"), format!("x{text}x"));
        prop_assert!(wanted.passes(CompareOp::Ew, &before));
        prop_assert!(wanted.passes(CompareOp::Sw, &behind));
        prop_assert!(wanted.passes(CompareOp::Co, &around));
        let upper: String = text.chars().map(|char| char.to_ascii_uppercase()).collect();
        prop_assert!(wanted.passes(CompareOp::Eq, &upper));
    }
}

#[test]
fn a_filter_says_whether_it_asks_about_an_attribute() {
    for (text, expected) in [
        (r#"meta.version eq "1""#, true),
        (r#"userName eq "a" and not (META.lastModified pr)"#, true),
        (r#"userName eq "a" or meta.resourceType ne "Group""#, true),
        (r#"userName eq "meta""#, false),
        (r#"emails[value co "meta"]"#, false),
    ] {
        assert_eq!(bind(text).unwrap().asks("meta"), expected, "{text}");
    }
}
