//! Sorting as rows: an attribute, values, and the order in which they come.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;
use proptest::prelude::*;

use super::*;
use crate::schema::sample::user_type;

fn sort(by: &str, order: SortOrder) -> Result<BoundSort, PathError> {
    Sort { by: by.parse().unwrap(), order }.bind(&user_type())
}

/// A resource as the target may give it: read-only attributes too.
fn resource(body: Value) -> Resource {
    let Value::Object(object) = body else { panic!("{body} is no object") };
    Resource { object }
}

/// Sorts `bodies`, which stand in the order that is expected, from every rotation of it and backwards.
#[track_caller]
fn check(by: &str, bodies: &[Value]) {
    let expected: Vec<Resource> = bodies.iter().cloned().map(resource).collect();
    for order in [SortOrder::Ascending, SortOrder::Descending] {
        let sort = sort(by, order).unwrap();
        let mut expected = expected.clone();
        if order == SortOrder::Descending {
            expected.reverse();
        }
        for turn in 0..expected.len() {
            let mut sorted = expected.clone();
            sorted.rotate_left(turn);
            let mut compared = sorted.clone();
            compared.sort_by(|a, b| sort.compare(a, b));
            assert_eq!(compared, expected, "{by} {order:?}");
            sort.sort(&mut sorted, |resource| resource);
            assert_eq!(sorted, expected, "{by} {order:?}");
        }
    }
}

#[track_caller]
fn refused(by: &str, expected: &str) {
    assert_eq!(sort(by, SortOrder::Ascending).unwrap_err().to_string(), expected);
}

#[test]
fn text_follows_the_case_of_its_attribute() {
    // RFC 7644 §3.4.2.3: without case, unless the attribute is `caseExact`.
    let names = ["Ada", "bert", "CLEO", "dora", "Émile", "ξένος", "Οδυσσεύς", "ΠΥΛΗ"];
    check("userName", &names.map(|name| json!({"userName": name})));
    check("externalId", &["B", "a", "c"].map(|id| json!({"externalId": id})));
    check("id", &["10", "9"].map(|id| json!({"id": id})));
}

#[test]
fn what_has_no_value_comes_last_and_first_when_descending() {
    check("title", &[json!({"title": "a"}), json!({"title": "b"}), json!({})]);
    check("name.givenName", &[json!({"name": {"givenName": "a"}}), json!({"name": {"familyName": "a"}})]);
}

#[test]
fn of_several_values_the_primary_counts_or_else_the_first() {
    let first = json!({"emails": [{"value": "b"}, {"value": "a"}]});
    let primary = json!({"emails": [{"value": "a"}, {"value": "C", "primary": true}]});
    for by in ["emails", "emails.value"] {
        check(by, &[first.clone(), primary.clone(), json!({"emails": [{"type": "work"}]})]);
    }
    check(
        "emails[type eq \"work\"].value",
        &[
            json!({"emails": [{"value": "z", "type": "home"}, {"value": "a", "type": "work"}]}),
            json!({"emails": [{"value": "b", "type": "work"}]}),
            json!({"emails": [{"value": "0", "type": "home"}]}),
        ],
    );
    let colors = |colors: Value| json!({"urn:example:badge": {"colors": colors}});
    check("urn:example:badge:colors", &[colors(json!(["blue", "red"])), colors(json!(["green", "azure"]))]);
    check("manager", &["1", "2"].map(|id| json!({crate::name::ENTERPRISE_USER: {"manager": {"value": id}}})));
}

#[test]
fn numbers_dates_and_booleans_compare_as_such() {
    let badge = |part: &str, value: Value| json!({"urn:example:badge": {part: value}});
    check("urn:example:badge:number", &[-3, 2, 10].map(|number| badge("number", json!(number))));
    let weights = [json!(-0.5), json!(0), json!(2.5), json!(u64::MAX - 1), json!(u64::MAX), json!(1e300)];
    check("urn:example:badge:weight", &weights.map(|weight| badge("weight", weight)));
    let moments = ["2026-03-09T08:30:00+02:00", "2026-03-09T07:30:00Z", "2026-03-09T07:30:00.5Z"];
    check("meta.created", &moments.map(|moment| json!({"meta": {"created": moment}})));
    check("active", &[json!({"active": false}), json!({"active": true}), json!({})]);
}

#[test]
fn equal_values_keep_their_order() {
    let sort = sort("title", SortOrder::Descending).unwrap();
    let of = |title: &str| resource(json!({"title": title}));
    assert_eq!(sort.compare(&of("Boss"), &of("bOSS")), Ordering::Equal);
    assert_eq!(sort.compare(&Resource::default(), &Resource::new("1")), Ordering::Equal);
}

#[test]
fn what_is_never_shown_or_has_no_order_is_refused() {
    refused("password", "resources cannot be sorted by `password`: it is never returned");
    refused("name", "resources cannot be sorted by `name`: it has sub-attributes; name one of them");
    refused("meta", "resources cannot be sorted by `meta`: it has sub-attributes; name one of them");
    refused("x509Certificates", "resources cannot be sorted by `x509Certificates`: binary data has no order");
    refused("schemas", "resources cannot be sorted by `schemas`: it is a list without order");
    refused("shoeSize", "unknown attribute `shoeSize`");
    let extension = crate::name::ENTERPRISE_USER;
    let reason = "it is a whole extension; name one attribute of it";
    refused(extension, &format!("resources cannot be sorted by `{extension}`: {reason}"));
}

// === properties ===

fn any_user() -> impl Strategy<Value = Resource> {
    let text = || proptest::option::of(prop_oneof!["[aAbBßσΣς]{0,3}", any::<String>()]);
    // Whole numbers around 2^53, where `f64` begins to round.
    let number = prop_oneof![
        (0_i64..5).prop_map(|more| json!((1_i64 << 53) + more)),
        Just(json!(9_007_199_254_740_992.0_f64)),
        Just(json!(9_007_199_254_740_994.0_f64)),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
    ];
    let moment = proptest::option::of((0..24, 0..60, -12..12_i32).prop_map(|(hour, minute, zone)| {
        let sign = if zone < 0 { '-' } else { '+' };
        json!(format!("2026-03-09T{hour:02}:{minute:02}:00{sign}{:02}:00", zone.abs()))
    }));
    let emails = proptest::collection::vec((text(), any::<bool>()), 0..3);
    (text(), text(), number, moment, emails).prop_map(|(title, external, weight, issued, emails)| {
        let emails: Vec<Value> =
            emails.into_iter().map(|(value, primary)| json!({"value": value, "primary": primary})).collect();
        let body = json!({
            "userName": "a", "title": title, "externalId": external, "emails": emails,
            "urn:example:badge": {"weight": weight, "issued": issued},
        });
        Resource::decode(&user_type(), body).unwrap().resource
    })
}

const KEYS: [&str; 5] = ["title", "externalId", "emails", "urn:example:badge:weight", "urn:example:badge:issued"];

proptest! {
    #[test]
    fn the_order_is_total(a in any_user(), b in any_user(), c in any_user(), by in proptest::sample::select(&KEYS[..])) {
        for order in [SortOrder::Ascending, SortOrder::Descending] {
            let sort = sort(by, order).unwrap();
            prop_assert_eq!(sort.compare(&a, &a), Ordering::Equal);
            prop_assert_eq!(sort.compare(&a, &b), sort.compare(&b, &a).reverse());
            let (ab, bc, ac) = (sort.compare(&a, &b), sort.compare(&b, &c), sort.compare(&a, &c));
            if ab == bc {
                prop_assert_eq!(ac, ab);
            }
            if ab == Ordering::Equal {
                prop_assert_eq!(ac, bc);
            }
        }
    }
}

/// The value of each is looked for once, not at every comparison.
#[test]
fn each_is_looked_at_once() {
    let count = 1_000;
    let mut all: Vec<Resource> = (0..count).map(|at| resource(json!({"userName": format!("{}", at % 7)}))).collect();
    let looks = std::cell::Cell::new(0);
    sort("userName", SortOrder::Ascending).unwrap().sort(&mut all, |resource| {
        looks.set(looks.get() + 1);
        resource
    });
    assert_eq!(looks.get(), count);
}
