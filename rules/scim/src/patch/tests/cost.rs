//! What a small body can ask for, counted: values looked at and bytes given, never time.

use proptest::prelude::*;

use super::properties::operation;
use super::*;
use crate::limits::{PATCH_COPIES_BYTES_MAX, PATCH_LOOKS_MAX};
use crate::patch::apply;
use crate::patch::work::Work;

/// A group with so many members.
fn group_of(members: usize) -> Value {
    let members: Vec<Value> = (0..members).map(|id| json!({"value": id.to_string()})).collect();
    json!({"displayName": "g", "members": members})
}

/// How many values are looked at, and how many members there are then.
fn cost(resource: Value, operations: Vec<Value>) -> (usize, usize) {
    let request = PatchRequest::decode(&kind_of(&resource), json!({"Operations": operations})).unwrap();
    let Value::Object(mut object) = resource else { panic!("no resource") };
    let work = Work::default();
    apply::operations(request.operations(), &mut object, &work).unwrap();
    (work.looks(), object.get("members").and_then(Value::as_array).map_or(0, Vec::len))
}

fn each(op: &str, of: impl Fn(usize) -> (String, Value)) -> Vec<Value> {
    let operation = |(path, value): (String, Value)| match value {
        Value::Null => json!({"op": op, "path": path}),
        value => json!({"op": op, "path": path, "value": value}),
    };
    (0..PATCH_OPERATIONS_MAX).map(|number| operation(of(number))).collect()
}

#[test]
fn a_thousand_neighbours_on_one_list_go_through_it_once() {
    let members = VALUES_MAX - PATCH_OPERATIONS_MAX;
    let adds = each("add", |at| ("members".to_owned(), json!([{"value": format!("new-{at}")}])));
    assert_eq!(cost(group_of(members), adds), (members + PATCH_OPERATIONS_MAX, VALUES_MAX));
    let again = each("add", |at| ("members".to_owned(), json!([{"value": at.to_string()}])));
    assert_eq!(cost(group_of(members), again), (members + PATCH_OPERATIONS_MAX, members));
    let listed = each("remove", |at| ("members".to_owned(), json!([{"value": at.to_string()}])));
    let rest = VALUES_MAX - PATCH_OPERATIONS_MAX;
    assert_eq!(cost(group_of(VALUES_MAX), listed), (VALUES_MAX + PATCH_OPERATIONS_MAX, rest));
    let by_value = each("remove", |at| (format!("members[value eq \"{at}\"]"), Value::Null));
    assert_eq!(cost(group_of(VALUES_MAX), by_value), (VALUES_MAX, rest));
}

/// An element that takes `primary` from the others may lose it to itself, so that it is added alone.
#[test]
fn a_primary_element_goes_alone_and_means_what_it_means_alone() {
    let add = |value: &str, primary: bool| json!({"op": "add", "path": "emails", "value": [{"value": value, "primary": primary}]});
    let before = a(json!({"emails": [{"value": "z", "primary": true}]}));
    let after = a(json!({"emails": [{"value": "z", "primary": false}, {"value": "a", "primary": false}]}));
    check(before, json!([add("a", true), add("a", false)]), after);
}

/// The operations after `spent` looks, and so many values left; or why not.
fn after(spent: usize, resource: &Value, operations: &Value) -> Result<usize, String> {
    let request = PatchRequest::decode(&kind_of(resource), json!({"Operations": operations})).unwrap();
    let mut object = resource.as_object().unwrap().clone();
    let work = Work::default();
    work.look(spent, None).unwrap();
    let done = apply::operations(request.operations(), &mut object, &work);
    done.map(|()| PATCH_LOOKS_MAX - work.looks()).map_err(|error| error.to_string())
}

#[test]
fn what_has_to_be_gone_through_again_is_counted_and_bounded() {
    let group = group_of(10);
    let display =
        |id: u8| json!({"op": "replace", "path": format!("members[value eq \"{id}\"].display"), "value": "d"});
    let two_terms = json!([{"op": "remove", "path": "members[value eq \"1\" and type pr]"}]);
    let in_turn = json!([
        {"op": "add", "path": "members", "value": [{"value": "1"}]},
        {"op": "remove", "path": "members", "value": [{"value": "x"}]},
        {"op": "add", "path": "members", "value": [{"value": "1"}]},
    ]);
    let of_one = json!([{"op": "replace", "path": "members.display", "value": "d"}]);
    let rows = [
        (json!([display(1)]), 10),
        (json!([display(1), display(2), display(3)]), 30),
        (two_terms, 20),
        (in_turn, 33),
        (of_one, 10),
    ];
    let expected = "this PATCH is too much at once: more than 1000000 values would be compared; \
        send its operations in several requests";
    for (operations, looks) in rows {
        assert_eq!(after(PATCH_LOOKS_MAX - looks, &group, &operations), Ok(0), "{operations}");
        let refused = after(PATCH_LOOKS_MAX - looks + 1, &group, &operations);
        assert_eq!(refused, Err(expected.to_owned()), "{operations}");
    }
}

/// A filter of many comparisons over ten thousand values may be asked once, not a thousand times.
#[test]
fn every_request_is_counted() {
    let path = format!("members[{}]", vec!["value eq \"x\" and type pr"; 30].join(" and "));
    let remove = |times: usize| json!(vec![json!({"op": "remove", "path": path}); times]);
    let full = group_of(VALUES_MAX);
    assert!(applied(&full, &remove(1)).is_ok());
    assert!(matches!(applied(&full, &remove(2)), Err(PatchError::TooCostly { .. })));
}

#[test]
fn one_text_is_not_given_to_ten_thousand() {
    const TEXT_BYTES: usize = 100_000;
    let most = PATCH_COPIES_BYTES_MAX / (TEXT_BYTES + size_of::<Value>());
    let text = "x".repeat(TEXT_BYTES);
    let given = |count: usize, operations: &Value| {
        let email =
            |at: usize| json!({"value": at.to_string(), "type": if at.is_multiple_of(2) { "work" } else { "home" }});
        let emails: Vec<Value> = (0..count).map(email).collect();
        applied(&a(json!({"emails": emails})), operations).map(drop).map_err(|error| error.to_string())
    };
    let expected = "this PATCH is too much at once: filters give more than 16777216 bytes to the values that they select; \
        send its operations in several requests";
    let display = |filter: &str| json!({"op": "add", "path": format!("emails[{filter}].display"), "value": text});
    let rows = [
        json!([display("value pr")]),
        json!([display("type eq \"work\""), display("type ne \"work\"")]),
        json!([{"op": "replace", "path": "emails[type pr]", "value": {"display": text}}]),
    ];
    for operations in rows {
        assert_eq!(given(most, &operations), Ok(()));
        assert_eq!(given(most + 1, &operations), Err(expected.to_owned()));
    }
}

/// One operation without a path must not be more than may be sent with one.
#[test]
fn keys_without_a_path_are_counted_as_operations() {
    let keys = |count: usize| {
        let keys = (0..count).map(|at| (format!("emails[type eq \"t{at}\"].value"), json!("x")));
        json!([{"op": "add", "value": keys.collect::<json::Map>()}])
    };
    let kind = user();
    let decoded = |count| PatchRequest::decode(&kind, json!({"Operations": keys(count)}));
    assert_eq!(decoded(PATCH_OPERATIONS_MAX).unwrap().operations().len(), PATCH_OPERATIONS_MAX);
    let expected = PatchError::TooMany { max: PATCH_OPERATIONS_MAX, found: PATCH_OPERATIONS_MAX + 1 };
    assert_eq!(decoded(PATCH_OPERATIONS_MAX + 50).unwrap_err(), expected);
}

proptest! {
    /// Operations that go together come to what they come to one by one.
    #[test]
    fn together_is_one_by_one(
        operations in prop::collection::vec(operation(&["add", "remove"]), 1..12),
        lists in prop::collection::vec(
            (
                prop::sample::select(vec!["add", "remove"]),
                prop::sample::select(vec!["emails", "roles", "emails[value eq \"a\"]", "emails[value eq \"A\" or value eq \"b\"]"]),
                prop::collection::vec(
                    (
                        prop::option::of(prop::sample::select(vec!["a", "A", "b", "c"])),
                        prop::option::of(prop::sample::select(vec!["work", "home"])),
                        prop::option::weighted(0.2, any::<bool>()),
                    ),
                    0..4,
                ),
            ),
            1..12,
        ),
    ) {
        let lists = lists.into_iter().map(|(op, path, elements)| {
            let element = |(value, kind, primary): (Option<&str>, Option<&str>, Option<bool>)| {
                let mut element = json!({"display": "d"});
                for (key, part) in [("value", json!(value)), ("type", json!(kind)), ("primary", json!(primary))] {
                    element[key] = part;
                }
                element
            };
            let elements: Vec<Value> = elements.into_iter().map(element).collect();
            match (op, path.contains('[')) {
                ("remove", true) => json!({"op": op, "path": path}),
                ("add", true) => json!({"op": op, "path": "emails", "value": elements}),
                _ => json!({"op": op, "path": path, "value": elements}),
            }
        });
        let all: Vec<Value> = lists.chain(operations).collect();
        let kind = user();
        let decoded = |operations: &[Value]| PatchRequest::decode(&kind, json!({"Operations": operations}));
        let singly = all.iter().try_fold(Resource::default(), |resource, one| {
            decoded(std::slice::from_ref(one))?.apply(&kind, &resource)
        });
        let together = decoded(&all).and_then(|request| request.apply(&kind, &Resource::default()));
        if let Ok(singly) = singly {
            prop_assert_eq!(together, Ok(singly), "{}", json!(all));
        }
    }
}
