//! Lists that meet, as rows; and large ones, for which a walk for each element would never end.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;

use super::*;
use crate::resource::Resource;
use crate::schema::sample::{group_type, user_type};

/// More than a group of this service may get in one operation.
const MANY: usize = 20_000;

fn emails() -> Attribute {
    user_type().schema.attribute("emails").unwrap().clone()
}

fn list(value: Value) -> Vec<Value> {
    let Value::Array(elements) = value else { panic!("no list: {value}") };
    elements
}

#[test]
fn like_elements_are_one_unless_both_have_a_type_and_it_differs() {
    let rows = [
        (json!([{"value": "a"}]), json!([{"value": "a", "type": "work"}]), json!([{"value": "a", "type": "work"}])),
        (json!([{"value": "a", "type": "work"}]), json!([{"value": "a"}]), json!([{"value": "a", "type": "work"}])),
        (
            json!([{"value": "a", "type": "work"}]),
            json!([{"value": "a", "type": "home"}]),
            json!([{"value": "a", "type": "work"}, {"value": "a", "type": "home"}]),
        ),
        // The element without a type got one on the way, and is no longer like the next.
        (
            json!([{"value": "a"}]),
            json!([{"value": "a", "type": "work"}, {"value": "a", "type": "home"}, {"value": "a", "display": "d"}]),
            json!([{"value": "a", "type": "work", "display": "d"}, {"value": "a", "type": "home"}]),
        ),
        // Of several the first.
        (
            json!([{"value": "a", "type": "x"}, {"value": "a"}, {"value": "a", "type": "y"}]),
            json!([{"value": "a", "type": "y", "display": "d"}, {"value": "a", "type": "y", "display": "e"}]),
            json!([
                {"value": "a", "type": "x"}, {"value": "a", "type": "y", "display": "e"}, {"value": "a", "type": "y"},
            ]),
        ),
        (json!([{"type": "a"}]), json!([{"type": "a"}, {"type": "b"}]), json!([{"type": "a"}, {"type": "b"}])),
        (json!(["a"]), json!(["a", "b", {"value": "a"}]), json!(["a", "b", {"value": "a"}])),
        (json!([{"value": 1}]), json!([{"value": "1"}]), json!([{"value": 1}, {"value": "1"}])),
    ];
    for (existing, new, expected) in rows {
        let mut merged = list(existing.clone());
        merge(&emails(), &mut merged, list(new.clone()));
        assert_eq!(Value::Array(merged), expected, "{existing} {new}");
    }
}

#[test]
fn what_is_listed_is_taken_out() {
    let rows = [
        (json!([{"value": "a", "type": "work"}]), json!([{"value": "a"}]), json!([])),
        (json!([{"value": "a"}]), json!([{"value": "a", "type": "work"}]), json!([])),
        (
            json!([{"value": "a", "type": "work"}, {"value": "b"}]),
            json!([{"value": "a", "type": "home"}, {"value": "A"}]),
            json!([{"value": "a", "type": "work"}, {"value": "b"}]),
        ),
        (json!([{"type": "a"}, {"type": "b"}]), json!([{"type": "a"}]), json!([{"type": "b"}])),
        (json!(["a", "b"]), json!(["b"]), json!(["a"])),
        (json!([{"value": 1}]), json!([{"value": "1"}]), json!([{"value": 1}])),
    ];
    for (existing, listed, expected) in rows {
        let mut left = list(existing.clone());
        remove(&mut left, &list(listed.clone()));
        assert_eq!(Value::Array(left), expected, "{existing} {listed}");
    }
}

#[test]
fn large_lists_are_no_trouble() {
    let of = |make: fn(usize) -> Value| (0..MANY).map(make).collect::<Vec<_>>();
    let shapes: [fn(usize) -> Value; 4] = [
        |index| json!({"value": index.to_string(), "primary": true}),
        |index| json!({"value": "x", "type": index.to_string()}),
        |index| json!({"type": index.to_string()}),
        |index| json!(index.to_string()),
    ];
    for make in shapes {
        let mut elements = of(make);
        merge(&emails(), &mut elements, of(make));
        assert_eq!(elements.len(), MANY);
        remove(&mut elements, &of(make));
        assert_eq!(elements.len(), 0);
    }
    let mut alike: Vec<Value> = vec![json!({"value": "x"}); MANY];
    merge(&emails(), &mut alike, (0..MANY).map(|index| json!({"value": "x", "type": index.to_string()})).collect());
    // Each found one without a type, and gave it its own.
    assert_eq!((alike.len(), &alike[7]["type"]), (MANY, &json!("7")));
}

#[test]
fn a_targets_large_group_is_read() {
    let path = group_type().path("members").unwrap();
    let members: Vec<Value> = (0..MANY).map(|index| json!({"value": index, "display": "d"})).collect();
    let members = Resource::coerced(&path, Value::Array(members)).unwrap().unwrap();
    assert_eq!(members[MANY - 1], json!({"value": "19999", "display": "d"}));
    let mut group = Resource::new("g");
    path.write(&mut group, Some(members));
    let emptied = crate::PatchRequest::between(&group_type(), &group, &Resource::new("g"));
    assert_eq!(emptied.apply(&group_type(), &group).unwrap(), Resource::new("g"));
}
