//! These values against `serde_json`'s own, which they stand in for: the same text, the same lookups, the same equality.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use proptest::prelude::*;

use super::*;

/// Any value, with keys that come twice now and then.
fn any_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<u64>().prop_map(serde_json::Value::from),
        (-1e300..1e300).prop_map(serde_json::Value::from),
        "\\PC{0,6}".prop_map(serde_json::Value::from),
        "[\\x00-\\x1f\"\\\\]{0,3}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            prop::collection::vec(("[a-d]{0,2}", inner), 0..6)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// What is done to an object.
#[derive(Debug, Clone)]
enum Act {
    Insert(u8, u8),
    Remove(u8),
    Entry(u8, u8),
    RetainEven,
    Sort,
    Clear,
}

fn any_act() -> impl Strategy<Value = Act> {
    // More keys than are looked through one by one, so that the index comes and goes.
    let key = 0..u8::try_from(LINEAR_MAX + 8).unwrap();
    prop_oneof![
        60 => (key.clone(), any::<u8>()).prop_map(|(key, value)| Act::Insert(key, value)),
        8 => key.clone().prop_map(Act::Remove),
        8 => (key, any::<u8>()).prop_map(|(key, value)| Act::Entry(key, value)),
        1 => Just(Act::RetainEven),
        1 => Just(Act::Sort),
        1 => Just(Act::Clear),
    ]
}

proptest! {
    #[test]
    fn an_object_holds_what_serde_jsons_holds(acts in prop::collection::vec(any_act(), 0..200)) {
        let (mut own, mut theirs) = (Map::new(), serde_json::Map::new());
        for act in acts {
            match act {
                Act::Insert(key, value) => {
                    let (was, is) = (own.insert(format!("k{key}"), value.into()), theirs.insert(format!("k{key}"), value.into()));
                    prop_assert_eq!(was, is.map(Value::from));
                }
                Act::Remove(key) => {
                    let (was, is) = (own.remove(&format!("k{key}")), theirs.shift_remove(&format!("k{key}")));
                    prop_assert_eq!(was, is.map(Value::from));
                }
                Act::Entry(key, value) => {
                    let was = own.entry(format!("k{key}")).or_insert(value.into()).clone();
                    let is = theirs.entry(format!("k{key}")).or_insert(value.into()).clone();
                    prop_assert_eq!(was, Value::from(is));
                }
                Act::RetainEven => {
                    own.retain(|_, value| value.as_u64().unwrap() % 2 == 0);
                    theirs.retain(|_, value| value.as_u64().unwrap() % 2 == 0);
                }
                Act::Sort => {
                    own.sort_keys();
                    theirs.sort_keys();
                }
                Act::Clear => {
                    own.clear();
                    theirs.clear();
                }
            }
            prop_assert_eq!(own.len(), theirs.len());
            prop_assert!(own.keys().eq(theirs.keys()));
            for (key, value) in &theirs {
                prop_assert_eq!(own.get(key), Some(&Value::from(value.clone())));
                prop_assert_eq!(own.get_key_value(key).unwrap().0, key);
            }
            prop_assert!(!own.contains_key("k"));
        }
    }

    #[test]
    fn text_is_read_and_written_as_serde_json_does(theirs in any_value()) {
        let text = theirs.to_string();
        let own: Value = from_str(&text).unwrap();
        prop_assert_eq!(own.to_string(), serde_json::from_str::<serde_json::Value>(&text).unwrap().to_string());
        prop_assert_eq!(format!("{own:#}"), format!("{:#}", serde_json::Value::from(own.clone())));
        prop_assert_eq!(&to_value(&own).unwrap(), &own);
        prop_assert_eq!(from_value::<Value>(own.clone()).unwrap(), own);
    }

    #[test]
    fn anything_that_is_no_json_is_refused_alike(text in "[\\[\\]{}:,\"a0-2.e+\\\\ -]{0,12}") {
        let (own, theirs) = (from_str::<Value>(&text), serde_json::from_str::<serde_json::Value>(&text));
        match (own, theirs) {
            (Ok(own), Ok(theirs)) => prop_assert_eq!(own, Value::from(theirs)),
            (own, theirs) => prop_assert_eq!(own.unwrap_err().to_string(), theirs.unwrap_err().to_string()),
        }
    }

    #[test]
    fn equality_is_that_of_what_is_held(a in any_value(), b in any_value()) {
        let alike = a == b;
        prop_assert_eq!(Value::from(a) == Value::from(b), alike);
    }
}

#[test]
fn the_order_of_keys_makes_no_difference_and_is_kept() {
    let (a, b) = (json!({"a": 1, "b": {"c": 2, "d": 3}}), json!({"b": {"d": 3, "c": 2}, "a": 1}));
    assert_eq!(a, b);
    assert_eq!(b.to_string(), r#"{"b":{"d":3,"c":2},"a":1}"#);
    let hash = |value: &Value| BuildHasherDefault::<DefaultHasher>::default().hash_one(value);
    assert_eq!(hash(&a), hash(&b));
    assert_ne!(hash(&a), hash(&json!({"a": 1})));
    let mut sorted = b;
    sorted.sort_all_objects();
    assert_eq!(sorted.to_string(), r#"{"a":1,"b":{"c":2,"d":3}}"#);
}

#[test]
fn of_two_equal_keys_the_last_value_stands_in_the_first_place() {
    let value: Value = from_str(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap();
    assert_eq!(value.to_string(), r#"{"a":3,"b":2}"#);
}

#[test]
fn a_path_leads_into_a_value() {
    let mut value = json!({"a": [{"b/c": 1}, null], "": {"~": 2}, "01": 3});
    for (pointer, expected) in [
        ("", Some(value.clone())),
        ("/a/0/b~1c", Some(json!(1))),
        ("/a/1", Some(json!(null))),
        ("/a/2", None),
        ("/a/00", None),
        ("/a/+0", None),
        ("//~0", Some(json!(2))),
        ("/01", Some(json!(3))),
        ("a", None),
        ("/x", None),
    ] {
        assert_eq!(value.pointer(pointer), expected.as_ref(), "{pointer}");
        assert_eq!(value.pointer_mut(pointer).cloned(), expected, "{pointer}");
    }
    assert_eq!(value["a"][0]["b/c"], 1);
    assert_eq!(value["x"]["y"], json!(null));
    value["x"]["y"] = json!("z");
    assert_eq!(value["x"], json!({"y": "z"}));
}

#[test]
#[should_panic(expected = "no object to put the key")]
fn a_key_is_not_put_into_a_number() {
    json!(1)["a"] = json!(2);
}

#[test]
fn a_value_is_no_larger_than_four_words() {
    assert_eq!(std::mem::size_of::<Value>(), 32);
}
