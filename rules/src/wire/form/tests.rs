//! Forms of every style, and reading them back.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::{Map, json};
use percent_encoding::percent_decode_str;
use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(nested: Nested, lists: Lists, body: &Value, expected: &str) {
    let form = encode(body, FormStyle { nested, lists });
    let readable = percent_decode_str(&form).decode_utf8().unwrap();
    assert_eq!(readable, expected, "{body}");
}

#[test]
fn what_is_nested_is_said_by_the_names_of_fields() {
    let body = json!({"login": "ada", "name": {"first": "Ada"}, "tags": ["a", "b"], "phones": [{"nr": 1}, {"nr": 2}]});
    let rows = [
        (
            Nested::Brackets,
            Lists::Brackets,
            "login=ada&name[first]=Ada&tags[]=a&tags[]=b&phones[][nr]=1&phones[][nr]=2",
        ),
        (Nested::Brackets, Lists::Repeat, "login=ada&name[first]=Ada&tags=a&tags=b&phones[nr]=1&phones[nr]=2"),
        (
            Nested::Brackets,
            Lists::Index,
            "login=ada&name[first]=Ada&tags[0]=a&tags[1]=b&phones[0][nr]=1&phones[1][nr]=2",
        ),
        (Nested::Dots, Lists::Brackets, "login=ada&name.first=Ada&tags[]=a&tags[]=b&phones[].nr=1&phones[].nr=2"),
        (Nested::Dots, Lists::Repeat, "login=ada&name.first=Ada&tags=a&tags=b&phones.nr=1&phones.nr=2"),
        (Nested::Dots, Lists::Index, "login=ada&name.first=Ada&tags.0=a&tags.1=b&phones.0.nr=1&phones.1.nr=2"),
    ];
    for (nested, lists, expected) in rows {
        check(nested, lists, &body, expected);
    }
}

#[test]
fn every_value_has_a_text() {
    let rows = [
        (json!({"a": true, "b": false, "c": -1.5, "d": 7}), "a=true&b=false&c=-1.5&d=7"),
        (json!({"a": null, "b": [], "c": {}, "d": ""}), "a=&b=&c=&d="),
        (json!({}), ""),
        (json!(null), "="),
        (json!("text"), "=text"),
        (json!(["a"]), "[]=a"),
    ];
    for (body, expected) in rows {
        check(Nested::Brackets, Lists::Brackets, &body, expected);
    }
}

#[test]
fn a_value_never_becomes_structure() {
    let body = json!({"a&b=c": "x&y=z +%é\r\n"});
    assert_eq!(encode(&body, FormStyle::default()), "a%26b%3Dc=x%26y%3Dz+%2B%25%C3%A9%0D%0A");
    // What stands as it is (WHATWG URL, the percent-encode set of forms): these and no more.
    assert_eq!(encode_text("*-._~!'()"), "*-._%7E%21%27%28%29");
}

/// Reads a form in brackets with positions.
fn decode(form: &str) -> Value {
    let mut body = Value::Object(Map::new());
    for pair in form.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap();
        let text = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8().unwrap().into_owned();
        let name = text(name);
        let keys = name.split('[').map(|key| key.trim_end_matches(']'));
        let place = keys.fold(&mut body, |place, key| match key.parse::<usize>() {
            Ok(index) => {
                if place.is_null() {
                    *place = json!([]);
                }
                let elements = place.as_array_mut().unwrap();
                if elements.len() == index {
                    elements.push(Value::Null);
                }
                &mut elements[index]
            }
            Err(_) => &mut place[key],
        });
        *place = Value::String(text(value));
    }
    body
}

/// Bodies of objects, lists and texts, nothing of it empty.
fn value() -> impl Strategy<Value = Value> {
    any::<String>().prop_map(Value::String).prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Value::Array),
            prop::collection::btree_map("[a-z &=+%]{1,5}", inner, 1..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_with_positions_is_read_back(
        fields in prop::collection::btree_map("[a-z é]{1,5}", value(), 0..4),
    ) {
        let body = Value::Object(fields.into_iter().collect());
        let form = encode(&body, FormStyle { nested: Nested::Brackets, lists: Lists::Index });
        prop_assert_eq!(decode(&form), body, "{}", form);
    }
}
