//! Field paths: names, positions and picks, read and written.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::{Map, json};
use proptest::prelude::*;

use super::*;

#[test]
fn keys_stand_between_dots() {
    let many = vec!["k"; FIELD_KEYS_MAX].join(".");
    let too_many = format!("{many}.k");
    let rows = [
        ("", Ok(0)),
        ("name", Ok(1)),
        ("name.first", Ok(2)),
        ("errors.0.code", Ok(3)),
        (many.as_str(), Ok(FIELD_KEYS_MAX)),
        (too_many.as_str(), Err(2 * FIELD_KEYS_MAX)),
        (".name", Err(0)),
        ("name.", Err(5)),
        ("a..b", Err(2)),
        ("a b", Err(1)),
        ("a[0]", Err(1)),
        ("a[k=v]", Ok(2)),
        ("a[k=v].b", Ok(3)),
        ("a[k='x.y]z'][m=1].b.c", Ok(5)),
        ("a[k=\"it's\"]", Ok(2)),
        ("[k=v]", Err(0)),
        ("a.[k=v]", Err(2)),
        ("a[k=v]b", Err(6)),
        ("a[k=]", Err(1)),
        ("a[=v]", Err(1)),
        ("a[k=v", Err(1)),
        ("a[k='v]", Err(1)),
        ("a[k='v'x]", Err(1)),
        ("a[k={v}]", Err(1)),
    ];
    for (text, expected) in rows {
        let found = FieldPath::parse(text).map(|path| path.keys.len()).map_err(|error| error.at);
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_path_reads_through_objects_and_arrays_and_nothing_else() {
    let record = json!({"a": {"b": 1, "0": "key"}, "list": [{"x": null}, {"x": 2}], "text": "t"});
    let rows = [
        ("", Some(record.clone())),
        ("a.b", Some(json!(1))),
        ("a.0", Some(json!("key"))),
        ("list.1.x", Some(json!(2))),
        ("list.0.x", Some(json!(null))),
        ("list.2.x", None),
        ("list.x", None),
        ("text.0", None),
        ("none", None),
    ];
    for (path, expected) in rows {
        assert_eq!(FieldPath::parse(path).unwrap().read(&record), expected.as_ref(), "{path}");
    }
}

#[test]
fn two_paths_overlap_when_one_leads_through_the_other() {
    let rows =
        [("a", "a", true), ("a", "a.b", true), ("a.b.c", "a.b", true), ("a.b", "a.c", false), ("a", "ab", false)];
    for (a, b, expected) in rows {
        assert_eq!(FieldPath::parse(a).unwrap().overlaps(&FieldPath::parse(b).unwrap()), expected, "{a} {b}");
    }
}

#[test]
fn writing_makes_what_the_path_runs_through() {
    let mut body = Map::new();
    for (path, value) in [("a.b", json!(1)), ("a.c.d", json!([2])), ("e", json!("x")), ("e.f", json!(null))] {
        FieldPath::parse(path).unwrap().write(&mut body, value);
    }
    assert_eq!(Value::Object(body), json!({"a": {"b": 1, "c": {"d": [2]}}, "e": {"f": null}}));
}

proptest! {
    #[test]
    fn what_is_written_is_read_and_what_is_printed_is_parsed(keys in prop::collection::vec("[a-z_-]{1,4}", 1..6)) {
        let path = FieldPath { keys: keys.iter().map(|key| key.as_str().into()).collect() };
        prop_assert_eq!(FieldPath::parse(&path.to_string()).unwrap(), path.clone());
        let mut body = Map::new();
        path.write(&mut body, json!("value"));
        let body = Value::Object(body);
        prop_assert_eq!(path.read(&body), Some(&json!("value")));
    }
}

fn path(text: &str) -> FieldPath {
    FieldPath::parse(text).unwrap()
}

fn object(value: Value) -> Map {
    let Value::Object(fields) = value else { panic!("no object: {value}") };
    fields
}

#[test]
fn an_element_is_chosen_by_what_it_says() {
    let record = json!({"list": [{"kind": "a", "v": 1}, 5, {"kind": "b", "v": 2}, {"kind": "b", "v": 3}], "ids":
        [{"id": 1, "v": "x"}, {"id": "2", "v": "y"}, {"id": true, "v": "z"}]});
    for (text, expected) in [
        ("list[kind=b].v", Some(json!(2))),
        ("list[kind=c].v", None),
        ("list[v=2].kind", Some(json!("b"))),
        ("ids[id=1].v", Some(json!("x"))),
        ("ids[id='1'].v", Some(json!("x"))),
        ("ids[id=2].v", Some(json!("y"))),
        ("ids[id=true].v", Some(json!("z"))),
        ("list.0.v", Some(json!(1))),
        ("list[kind=b]", Some(json!({"kind": "b", "v": 2}))),
        ("record[kind=b]", None),
    ] {
        assert_eq!(path(text).read(&record), expected.as_ref(), "{text}");
    }
    assert_eq!(path("list[kind=b]").read_all(&record), [&json!({"kind": "b", "v": 2}), &json!({"kind": "b", "v": 3})]);
    assert!(path("list").read_all(&record).is_empty());
}

#[test]
fn writing_through_a_choice_changes_that_element_and_makes_it_if_it_is_not_there() {
    for (body, text, value, expected) in [
        (json!({}), "l[k=a].v", json!(1), json!({"l": [{"k": "a", "v": 1}]})),
        (json!({"l": [{"k": "b"}]}), "l[k=a].v", json!(1), json!({"l": [{"k": "b"}, {"k": "a", "v": 1}]})),
        (json!({"l": [{"k": "a", "w": 2}]}), "l[k=a].v", json!(1), json!({"l": [{"k": "a", "w": 2, "v": 1}]})),
        (json!({"l": [{"k": "1"}]}), "l[k=1].v", json!(1), json!({"l": [{"k": "1", "v": 1}]})),
        (json!({}), "l[k=1].v.w", json!(1), json!({"l": [{"k": 1, "v": {"w": 1}}]})),
        (json!({}), "l.1", json!("x"), json!({"l": [null, "x"]})),
        (json!({"l": ["a", "b"]}), "l.0", json!("x"), json!({"l": ["x", "b"]})),
        (json!({"l": {"0": "a"}}), "l.0", json!("x"), json!({"l": {"0": "x"}})),
        (json!({"l": "text"}), "l.0.v", json!("x"), json!({"l": [{"v": "x"}]})),
        (
            json!({"l": [{"k": "a", "v": 1}, {"k": "b"}, {"k": "a", "v": 2}]}),
            "l[k=a]",
            json!([{"v": 3}]),
            json!({"l": [{"v": 3, "k": "a"}, {"k": "b"}]}),
        ),
        (
            json!({"l": [{"k": "b"}]}),
            "l[k=a]",
            json!([{"v": 3}, {"v": 4}]),
            json!({"l": [{"k": "b"}, {"v": 3, "k": "a"}, {"v": 4, "k": "a"}]}),
        ),
    ] {
        let mut body = object(body);
        path(text).write(&mut body, value);
        assert_eq!(Value::Object(body), expected, "{text}");
    }
}

#[test]
fn taking_away_moves_nothing_else() {
    for (body, text, expected) in [
        (json!({"a": {"b": 1, "c": 2}}), "a.b", json!({"a": {"c": 2}})),
        (json!({"l": [1, 2, 3]}), "l.1", json!({"l": [1, null, 3]})),
        (json!({"l": [1, 2, 3]}), "l.2", json!({"l": [1, 2]})),
        (json!({"l": [{"k": "a"}, {"k": "b"}]}), "l[k=a]", json!({"l": [{"k": "b"}]})),
        (json!({"l": [{"k": "a", "v": 1}]}), "l[k=a].v", json!({"l": [{"k": "a"}]})),
        (json!({"l": "x"}), "l[k=a].v", json!({"l": "x"})),
        (json!({}), "l.0.v", json!({})),
    ] {
        let mut body = object(body);
        path(text).remove(&mut body);
        assert_eq!(Value::Object(body), expected, "{text}");
    }
}

#[test]
fn a_path_knows_its_list_and_its_element() {
    for (text, list, element, writable) in [
        ("a.b", None, None, true),
        ("a.b[k=v].c", Some("a.b"), Some("a.b[k=v]"), true),
        ("a.b[k=v]", Some("a.b"), None, true),
        ("a.0.b", Some("a"), None, true),
        ("a.99", Some("a"), None, true),
        ("a.100", Some("a"), None, false),
        ("", None, None, false),
    ] {
        let found = path(text);
        assert_eq!(found.list().map(|list| list.to_string()).as_deref(), list, "{text}");
        assert_eq!(found.element().map(|element| element.to_string()).as_deref(), element, "{text}");
        assert_eq!(found.is_writable(), writable, "{text}");
    }
    assert!(path("a[k=v].b").overlaps(&path("a.0.b")));
    assert!(!path("a[k=v].b").overlaps(&path("a[k=w].b")));
}

proptest! {
    #[test]
    fn a_choice_is_printed_as_it_is_parsed(key in "[a-z]{1,4}", value in "[^\\p{C}{}\\[\"']{0,8}", number: i64) {
        for value in [Literal::Text(value), Literal::Integer(number), Literal::Boolean(true)] {
            let pick = Key::Pick(Pick { key: key.clone(), value });
            let whole = FieldPath { keys: vec!["list".into(), pick, "value".into()] };
            prop_assert_eq!(FieldPath::parse(&whole.to_string()).unwrap(), whole);
        }
    }

    #[test]
    fn a_change_through_a_choice_changes_nothing_else_of_the_list(
        kinds in prop::collection::vec((0_u8..4, any::<u8>()), 0..8), at in 0_u8..4, value: u8,
    ) {
        let list: Vec<Value> = kinds.iter().map(|(kind, v)| json!({"kind": format!("k{kind}"), "v": v})).collect();
        let mut body = object(json!({"list": list, "other": 1}));
        let chosen = path(&format!("list[kind=k{at}].v"));
        chosen.write(&mut body, json!(value));
        let (after, first) = (Value::Object(body), kinds.iter().position(|(kind, _)| *kind == at));
        prop_assert_eq!(chosen.read(&after), Some(&json!(value)));
        for (index, before) in list.iter().enumerate().filter(|(index, _)| Some(*index) != first) {
            prop_assert_eq!(&after["list"][index], before);
        }
        prop_assert_eq!(after["list"].as_array().unwrap().len(), list.len() + usize::from(first.is_none()));
    }
}

#[test]
fn digits_follow_what_is_there() {
    for (body, text, expected) in [
        (json!({"g": {"1": ["a"], "2": ["b"]}}), "g.1.0", json!({"g": {"1": ["x"], "2": ["b"]}})),
        (json!({"g": {"2": ["b"]}}), "g.1.0", json!({"g": {"2": ["b"], "1": ["x"]}})),
        (json!({"g": {}}), "g.1", json!({"g": {"1": "x"}})),
        (json!({"g": ["a"]}), "g.1", json!({"g": ["a", "x"]})),
        (json!({}), "g.0", json!({"g": ["x"]})),
        (json!({"g": null}), "g.0.v", json!({"g": [{"v": "x"}]})),
    ] {
        let (before, mut body) = (body.clone(), object(body));
        path(text).write(&mut body, json!("x"));
        let after = Value::Object(body);
        assert_eq!(after, expected, "{text}");
        assert_eq!(path(text).harm(&before, &after), None, "{text}");
    }
}

#[test]
fn what_would_be_lost_or_invented_is_named() {
    for (before, text, harm) in [
        (json!({}), "g.1", Some("the product's list has no elements before `g.1`")),
        (json!({"g": []}), "g.2.v", Some("the product's list has no elements before `g.2`")),
        (json!({"g": ["a"]}), "g.2", Some("the product's list has no elements before `g.2`")),
        (json!({"g": ["a", null]}), "g.2", None),
        (json!({"g": {"1": "a"}}), "g[k=v].w", Some("the product's `g` is an object, which would be lost")),
        (json!({"g": ["a"]}), "g.v", Some("the product's `g` is a list, which would be lost")),
        (json!({"g": "a"}), "g.v", Some("the product's `g` is a text, which would be lost")),
        (json!({"g": [5]}), "g.0.v", Some("the product's `g.0` is a number, which would be lost")),
        (json!({"g": {"v": true}}), "g.v.w", Some("the product's `g.v` is a Boolean, which would be lost")),
        (json!({}), "g[k=v][l=w].x", Some("the product's `g[k=v]` is an object, which would be lost")),
        (json!([]), "g", None),
        (json!(["a"]), "g", Some("the product's record is a list")),
        (json!({"g": []}), "g.v", None),
        (json!({"g": ""}), "g.v", None),
        (json!({"g": false}), "g[k=v].w", None),
        (json!({"g": {}}), "g[k=v].w", None),
        (json!({"g": "a"}), "g", None),
    ] {
        let mut body = before.as_object().cloned().unwrap_or_default();
        path(text).write(&mut body, json!("x"));
        let found = path(text).harm(&before, &Value::Object(body)).map(|harm| harm.to_string());
        assert_eq!(found.as_deref(), harm, "{text} in {before}");
    }
}

#[test]
fn what_an_element_is_chosen_by_is_not_written() {
    assert!(!path("l[k=v].k").is_writable());
    assert!(!path("l[k=v].k.x").is_writable());
    assert!(path("l[k=v].x.k").is_writable());
}

/// Any record with keys, positions and choices that paths of [`any_path`] meet.
fn any_record() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        "[ab1]?".prop_map(Value::from),
        Just(json!(1))
    ];
    let inner = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[ab012]", inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    });
    prop::collection::vec(("[ab1]", inner), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

fn any_path() -> impl Strategy<Value = FieldPath> {
    let key = prop_oneof![
        4 => "[ab]".prop_map(|name| name.as_str().into()),
        3 => "[012]".prop_map(|name| name.as_str().into()),
        2 => ("[ab]", "[ab1]").prop_map(|(key, value)| Key::Pick(Pick { key, value: Literal::Text(value) })),
    ];
    (any::<prop::sample::Index>(), prop::collection::vec(key, 1..4)).prop_map(|(first, mut keys)| {
        keys.insert(0, ["a", "b", "1"][first.index(3)].into());
        FieldPath { keys }
    })
}

/// Whether `after` is `before` but for what stands at `keys`, and what is nothing on the way there.
fn is_kept(before: &Value, after: &Value, keys: &[Key]) -> bool {
    let Some((first, rest)) = keys.split_first() else { return true };
    let chosen = match first {
        Key::Pick(pick) => before.as_array().and_then(|list| list.iter().position(|element| pick.fits(element))),
        name @ Key::Name(_) => name.position(),
    };
    match (before, after) {
        (Value::Object(was), Value::Object(is)) => {
            let others = |fields: &Map| -> Vec<(String, Value)> {
                let others = fields.iter().filter(|(key, _)| Some(key.as_str()) != first.name());
                others.map(|(key, value)| (key.to_owned(), value.clone())).collect()
            };
            let now = first.name().and_then(|name| Some((was.get(name)?, is.get(name)?)));
            others(was) == others(is) && now.is_none_or(|(was, is)| is_kept(was, is, rest))
        }
        (Value::Array(was), Value::Array(is)) => {
            let same = was
                .iter()
                .zip(is)
                .enumerate()
                .all(|(at, (was, is))| if Some(at) == chosen { is_kept(was, is, rest) } else { was == is });
            same && is.len() == was.len() + usize::from(chosen.is_none_or(|at| at >= was.len()))
        }
        (was, _) => crate::planner::is_empty(Some(was)) || *was == json!(false),
    }
}

proptest! {
    #[test]
    fn what_is_written_without_harm_is_read_back_and_all_else_is_as_it_was(before in any_record(), path in any_path()) {
        prop_assume!(path.is_writable() && !path.ends_in_pick());
        let mut body = object(before.clone());
        path.write(&mut body, json!("value"));
        let after = Value::Object(body);
        if path.harm(&before, &after).is_none() {
            prop_assert_eq!(path.read(&after), Some(&json!("value")));
            prop_assert!(is_kept(&before, &after, &path.keys), "{} {} {}", path, before, after);
        }
    }
}
