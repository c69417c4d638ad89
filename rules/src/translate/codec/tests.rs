//! The chain between a SCIM value and the target's, both ways.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;
use proptest::prelude::*;

use super::*;
use crate::memory::Memory;
use crate::profile::Profile;
use crate::trace::Trace;
use crate::translate::fixture::{World, profile};

/// A world in which `emails` and the like are mapped as `map` says.
fn world(map: &str) -> World {
    World::new(profile(map, "[user.create]\npost = \"/users\"\n[[user.update]]\npatch = \"/users/{id}\""))
}

/// The body that makes a user with `sent`, without its login; or why there is none.
fn written(world: &World, sent: Value) -> Result<Value, String> {
    let mut sent = sent;
    sent["userName"] = json!("ada");
    let rules = &world.profile.user;
    let wanted =
        rules.wanted(&world.params, &world.decoded(sent), &mut Trace::off()).map_err(|error| error.to_string())?;
    let plan = rules.plan_create(&world.params, &wanted, &world.facts, &mut Trace::off());
    let mut body = plan.map_err(|error| error.to_string())?.calls[0].call.body.clone().unwrap();
    body.as_object_mut().unwrap().remove("login");
    Ok(body)
}

/// What SCIM shows of `record`, without id and login.
fn shown(world: &World, mut record: Value) -> Value {
    record["id"] = json!("1");
    record["login"] = json!("ada");
    let mut shown = world.present(record, &Memory::default()).resource.as_object().clone();
    for key in ["id", "userName"] {
        shown.remove(key);
    }
    Value::Object(shown)
}

#[test]
fn a_value_is_written_in_the_form_of_the_target_and_read_back() {
    for (map, sent, target) in [
        (r#"title = { direct = "t", form = "number" }"#, json!({"title": "42"}), json!({"t": 42})),
        (r#"active = { direct = "on", form = "number" }"#, json!({"active": true}), json!({"on": 1})),
        (r#"active = { direct = "on", form = "text" }"#, json!({"active": false}), json!({"on": "false"})),
        (
            r#"title = { direct = "t", template = "@{value}:{site}" }"#,
            json!({"title": "x:y"}),
            json!({"t": "@x:y:a b"}),
        ),
        (
            r#"title = { direct = "t", chars = { "@" = "=40", "=" = "=3d" } }"#,
            json!({"title": "a@=40"}),
            json!({"t": "a=40=3d40"}),
        ),
        (
            r#"title = { direct = "t", template = "/j/{value}", last_part = true }"#,
            json!({"title": "7"}),
            json!({"t": "/j/7"}),
        ),
        (
            r#"title = { direct = "t", chars = { "-" = "_" }, template = "1{value}", form = "number" }"#,
            json!({"title": "23"}),
            json!({"t": 123}),
        ),
        (
            r#"roles = { direct = "r", split = "," }"#,
            json!({"roles": [{"value": "a"}, {"value": "b"}]}),
            json!({"r": "a,b"}),
        ),
        (r#"roles = { direct = "r", each = "id" }"#, json!({"roles": [{"value": "a"}]}), json!({"r": [{"id": "a"}]})),
        (
            r#"roles = { direct = "r", each = "id", form = "number" }"#,
            json!({"roles": [{"value": "3"}]}),
            json!({"r": [{"id": 3}]}),
        ),
        (r#"roles = { direct = "r", each = "" }"#, json!({"roles": [{"value": "a"}]}), json!({"r": ["a"]})),
        (
            r#"roles = { direct = "r", each = "", values = { Admin = 1, Agent = 2 } }"#,
            json!({"roles": [{"value": "Agent"}, {"value": "Admin"}]}),
            json!({"r": [2, 1]}),
        ),
        (
            r#"title = { direct = "custom[id=1].value" }
               nickName = { direct = "custom[id=2].value" }"#,
            json!({"title": "x", "nickName": "y"}),
            json!({"custom": [{"id": 1, "value": "x"}, {"id": 2, "value": "y"}]}),
        ),
        (
            r#"title = { direct = "phones.1" }
               nickName = { direct = "phones.0" }"#,
            json!({"title": "x", "nickName": "y"}),
            json!({"phones": ["y", "x"]}),
        ),
        (
            r#"title = { direct = "r", split = ";", each = "id", form = "number" }"#,
            json!({"title": "3;7"}),
            json!({"r": [{"id": 3}, {"id": 7}]}),
        ),
    ] {
        let world = world(map);
        assert_eq!(written(&world, sent.clone()).as_ref(), Ok(&target), "{map}");
        assert_eq!(shown(&world, target), sent, "{map}");
    }
}

#[test]
fn a_moment_is_written_in_the_form_of_the_target_and_read_back() {
    let (date, urn) = ("2026-11-22T05:13:51Z", "urn:example:hr");
    for (form, target, read) in [
        ("epoch", json!(1_795_324_431), date),
        ("epoch-ms", json!(1_795_324_431_000_i64), date),
        ("date", json!("2026-11-22"), "2026-11-22T00:00:00Z"),
        ("local-time", json!("2026-11-22T05:13:51"), date),
    ] {
        let schema =
            format!("[user.schema.\"{urn}\"]\nhired = {{ type = \"dateTime\" }}\n[user.create]\npost = \"/u\"");
        let map = format!("\"{urn}:hired\" = {{ direct = \"h\", form = \"{form}\" }}");
        let world = World::new(profile(&map, &schema));
        let sent = json!({ urn: {"hired": "2026-11-22T06:13:51+01:00"} });
        assert_eq!(written(&world, sent), Ok(json!({"h": target})), "{form}");
        assert_eq!(shown(&world, json!({"h": target}))[urn]["hired"], read, "{form}");
    }
}

/// A world whose `title` is a text of names, of which the target holds the ids.
fn crews() -> World {
    let map = "title = { direct = \"r\", split = \",\", lookup = \"managers.name\" }";
    let rest = "[lookup.managers]\nget = \"/m\"\nrows = \"managers\"\nid = \"id\"\n[user.create]\npost = \"/users\"\n\
                [[user.update]]\npatch = \"/users/{id}\"";
    World::new(profile(map, rest))
}

#[test]
fn a_text_of_names_is_a_list_of_ids() {
    let world = crews();
    for (sent, held, read) in [
        ("Acme South", json!([8]), "Acme South"),
        (" acme south ,,Acme North", json!([7, 8]), "Acme North,Acme South"),
        ("Acme North,ACME NORTH", json!([7]), "Acme North"),
    ] {
        assert_eq!(written(&world, json!({"title": sent})), Ok(json!({"r": held})), "{sent}");
        assert_eq!(shown(&world, json!({"r": held})), json!({"title": read}), "{sent}");
    }
    let unknown = "`title`: there is no `Acme West` among the managers of this account".to_owned();
    assert_eq!(written(&world, json!({"title": "Acme North, Acme West"})), Err(unknown));
    for (held, read) in
        [(json!([8, 7]), json!("Acme North,Acme South")), (json!([]), json!(null)), (json!([9]), json!("9"))]
    {
        assert_eq!(shown(&world, json!({"r": held}))["title"], read, "{held}");
    }
}

#[test]
fn a_text_of_names_in_another_order_is_no_change_and_shown_as_it_was_sent() {
    let world = crews();
    let rules = &world.profile.user;
    let update = |held: Value, sent: &str| {
        let present = world.present(json!({"id": "1", "login": "ada", "r": held}), &Memory::default());
        let wanted = world.wanted(json!({"userName": "ada", "title": sent}));
        let plan = rules.plan_update(&world.params, &present, &wanted, &world.facts, &mut Trace::off()).unwrap();
        let bodies: Vec<Value> = plan.calls.into_iter().filter_map(|call| call.call.body).collect();
        (bodies, rules.shown(present.resource, &wanted.memory).as_object()["title"].clone())
    };
    for (held, sent, bodies) in [
        (json!([8, 7]), "Acme North,Acme South", vec![]),
        (json!([8, 7]), "Acme South , Acme North", vec![]),
        (json!([7, 8]), "acme south,acme north", vec![]),
        (json!([8]), "Acme North,Acme South", vec![json!({"r": [8, 7]})]),
        (json!([8, 7]), "Acme North", vec![json!({"r": [7]})]),
    ] {
        assert_eq!(update(held, sent).0, bodies, "{sent}");
    }
    assert_eq!(update(json!([8, 7]), "Acme South , Acme North").1, "Acme South , Acme North");
}

#[test]
fn what_could_not_be_read_back_is_refused() {
    let rows = [
        (r#"title = { direct = "t", form = "number" }"#, json!({"title": "007"})),
        (r#"title = { direct = "t", form = "number" }"#, json!({"title": "x"})),
        (r#"title = { direct = "t", chars = { "@" = "=40" } }"#, json!({"title": "a=40"})),
        (r#"title = { direct = "t", template = "/jobs/{value}", last_part = true }"#, json!({"title": "a/b"})),
        (r#"roles = { direct = "r", split = "," }"#, json!({"roles": [{"value": "a,b"}]})),
        (r#"roles = { direct = "r", split = "," }"#, json!({"roles": [{"value": " a"}]})),
        (r#"roles = { direct = "r", split = ";;" }"#, json!({"roles": [{"value": "a;"}, {"value": "b"}]})),
        (r#"title = { direct = "t", max_length = 3 }"#, json!({"title": "äöüß"})),
        (r#"roles = { direct = "r", each = "", values = { Admin = 1 } }"#, json!({"roles": [{"value": "nobody"}]})),
        (r#"title = { direct = "phones.1" }"#, json!({"title": "x"})),
        (r#"title = { direct = "t", form = "number", none = 0 }"#, json!({"title": "0"})),
        (r#"title = { direct = "t", none = 0 }"#, json!({"title": "0"})),
        (
            r#"emails = { direct = "m", each = { value = "a", type = { direct = "k", values = { work = 1 } } } }"#,
            json!({"emails": [{"value": "a@example.com", "type": "home"}]}),
        ),
    ];
    for (map, sent) in rows {
        let refused = written(&world(map), sent.clone());
        assert!(refused.is_err(), "{map} {sent} {refused:?}");
    }
}

#[test]
fn the_limit_stands_in_the_refusal_and_what_is_cut_is_no_difference() {
    let refused = written(&world(r#"title = { direct = "t", max_length = 3 }"#), json!({"title": "abcd"}));
    assert!(refused.unwrap_err().contains("longer than 3 characters"));
    let world = world(r#"title = { direct = "t", max_length = 3, longer = "cut" }"#);
    assert_eq!(written(&world, json!({"title": "äöüß"})), Ok(json!({"t": "äöü"})));
    let present = world.present(json!({"id": "1", "login": "ada", "t": "äöü"}), &Memory::default());
    let wanted = world.wanted(json!({"userName": "ada", "title": "äöüß"}));
    // The IdP reads back what it sent, as long as the target holds its beginning.
    assert!(world.profile.user.needs_memory());
    assert_eq!(world.profile.user.shown(present.resource.clone(), &wanted.memory).as_object()["title"], "äöüß");
    let plan = world.profile.user.plan_update(&world.params, &present, &wanted, &world.facts, &mut Trace::off());
    assert!(plan.unwrap().calls.is_empty());
    assert!(world.profile.user.is_already(&present, &wanted));
}

#[test]
fn what_cannot_be_read_is_shown_raw_if_it_is_of_the_type() {
    let rows = [
        (r#"title = { direct = "t", template = "@{value}:{site}" }"#, json!({"t": "else"}), json!({"title": "else"})),
        (r#"title = { direct = "t", chars = { "@" = "=40" } }"#, json!({"t": "a@b"}), json!({"title": "a@b"})),
        (r#"active = { direct = "on", form = "number" }"#, json!({"on": [1]}), json!({})),
        (r#"active = { direct = "on", form = "number" }"#, json!({"on": 2}), json!({"active": true})),
        (r#"active = { direct = "locked", form = "absent" }"#, json!({"locked": null}), json!({"active": true})),
        (r#"active = { direct = "locked", form = "absent" }"#, json!({"locked": ""}), json!({"active": true})),
        (r#"active = { direct = "locked", form = "absent" }"#, json!({"locked": "2026"}), json!({"active": false})),
        (r#"active = { direct = "joined", form = "present" }"#, json!({}), json!({"active": false})),
        (r#"title = { direct = "t", empty = "blank" }"#, json!({"t": ""}), json!({})),
        (r#"title = { direct = "t", none = 0 }"#, json!({"t": 0}), json!({})),
        (r#"title = { direct = "t", none = 0 }"#, json!({"t": "0"}), json!({})),
        (r#"title = { direct = "t", none = -1, form = "number" }"#, json!({"t": 0}), json!({"title": "0"})),
        (r#"title = { direct = "t", none = "-", empty = "blank" }"#, json!({"t": "-"}), json!({})),
        (r#"active = { direct = "t", none = 0, form = "present" }"#, json!({"t": 0}), json!({"active": false})),
        (r#"roles = { direct = "t", none = 0, split = "," }"#, json!({"t": 0}), json!({})),
        (
            r#"emails = { direct = "m", each = { value = "a", type = { constant = "work" }, primary = { direct = "d", values = { true = 1 } } } }"#,
            json!({"m": [{"a": "a@example.com", "d": 0}, {"d": 1, "a": "b@example.com"}, {}]}),
            json!({"emails": [{"value": "a@example.com", "type": "work"}, {"value": "b@example.com", "type": "work", "primary": true}]}),
        ),
        (
            r#"title = { direct = "t", last_part = true }"#,
            json!({"t": "https://example.com/jobs/7/?x=/y#z"}),
            json!({"title": "7"}),
        ),
        (
            r#"roles = { direct = "r", split = "," }"#,
            json!({"r": " a, ,b "}),
            json!({"roles": [{"value": "a"}, {"value": "b"}]}),
        ),
        (
            r#"roles = { direct = "r", each = "id" }"#,
            json!({"r": [{"id": "a"}, {}, 5, null]}),
            json!({"roles": [{"value": "a"}]}),
        ),
        (r#"roles = { direct = "r", each = "" }"#, json!({"r": "single"}), json!({"roles": [{"value": "single"}]})),
        (r#"roles = { direct = "r", each = "" }"#, json!({"r": []}), json!({})),
    ];
    for (map, record, expected) in rows {
        assert_eq!(shown(&world(map), record), expected, "{map}");
    }
}

#[test]
fn parts_of_an_element_have_constants_and_words_of_their_own() {
    for (map, sent, target) in [
        (
            r#"emails = { direct = "m", each = { value = "address", type = "kind.name", primary = "main" } }"#,
            json!({"emails": [{"value": "a@example.com", "type": "work", "primary": true}]}),
            json!({"m": [{"address": "a@example.com", "kind": {"name": "work"}, "main": true}]}),
        ),
        (
            r#"emails = { direct = "threepids[medium=email]", each = { value = "address" } }"#,
            json!({"emails": [{"value": "a@example.com"}]}),
            json!({"threepids": [{"address": "a@example.com", "medium": "email"}]}),
        ),
        (r#"title = { direct = "t", form = "number", none = 0 }"#, json!({"title": "42"}), json!({"t": 42})),
        (
            r#"emails = { direct = "m", each = { value = "a", type = { constant = "work" }, primary = { direct = "d", values = { true = 1, false = 0 } } } }"#,
            json!({"emails": [{"value": "a@example.com", "type": "work", "primary": true}]}),
            json!({"m": [{"a": "a@example.com", "d": 1}]}),
        ),
        (
            r#"emails = { direct = "m", each = { value = "", type = { constant = "work" } } }"#,
            json!({"emails": [{"value": "a@example.com", "type": "work"}]}),
            json!({"m": ["a@example.com"]}),
        ),
    ] {
        let world = world(map);
        assert_eq!(written(&world, sent.clone()).as_ref(), Ok(&target), "{map}");
        assert_eq!(shown(&world, target), sent, "{map}");
    }
}

#[test]
fn an_element_of_another_constant_is_no_element_of_the_list() {
    let world = world(r#"emails = { direct = "m", each = { value = "a", type = { constant = "work" } } }"#);
    for (sent, held) in [
        (json!([{"value": "a", "type": "home"}, {"value": "b", "type": "Work"}]), json!({"m": [{"a": "b"}]})),
        (json!([{"value": "a"}]), json!({"m": [{"a": "a"}]})),
        (json!([{"value": "a", "type": "home"}]), json!({})),
    ] {
        assert_eq!(written(&world, json!({ "emails": sent })), Ok(held), "{sent}");
    }
}

#[test]
fn nothing_is_written_at_creation_only_if_the_profile_wants_it() {
    for (options, held) in [
        ("none = 0", json!({})),
        ("none = 0, empty = \"none\"", json!({"t": 0})),
        ("none = 0, empty = \"null\"", json!({"t": null})),
        ("none = 0, empty = \"omit\"", json!({})),
    ] {
        assert_eq!(
            written(&world(&format!("title = {{ direct = \"t\", {options} }}")), json!({})),
            Ok(held),
            "{options}"
        );
    }
}

#[test]
fn what_stands_for_nothing_is_looked_up_nowhere() {
    let map = "title = { direct = \"r\", lookup = \"managers.name\", none = 0 }";
    let rest = "[lookup.managers]\nget = \"/m\"\nrows = \"managers\"\nid = \"id\"\n[user.create]\npost = \"/users\"\n\
                [[user.update]]\npatch = \"/users/{id}\"";
    let world = World::new(profile(map, rest));
    for (held, read) in [(json!(0), json!(null)), (json!("0"), json!(null)), (json!(7), json!("Acme North"))] {
        assert_eq!(shown(&world, json!({"r": held}))["title"], read, "{held}");
    }
}

fn codec(map: &str) -> (Profile, Codec) {
    let profile = profile(map, "");
    let crate::profile::Source::Direct { codec: Some(codec), .. } = &profile.user.map[1].source else {
        panic!("no codec")
    };
    let codec = (**codec).clone();
    (profile, codec)
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_as_it_was(text in "[-=@a-c0-9/?#: .;,\\PC]{0,12}", at in 0_usize..7) {
        let (_, codec) = codec([
            r#"title = { direct = "t", form = "number" }"#,
            r#"title = { direct = "t", template = "@{value}:{site}" }"#,
            r#"title = { direct = "t", chars = { "@" = "=40", "=" = "=3d" } }"#,
            r#"title = { direct = "t", chars = { "a" = "b", "c" = "a" } }"#,
            r#"title = { direct = "t", template = "/jobs/{value}?x=/", last_part = true }"#,
            r#"title = { direct = "t", chars = { "@" = "=40" }, template = "{value}." }"#,
            r#"title = { direct = "t", form = "text" }"#,
        ][at]);
        let params = Params { values: vec![("site".to_owned(), json!("a b"))] };
        let unit = Unit { kind: Kind::String, params: &params };
        let value = Value::String(text);
        if let Ok(encoded) = codec.encode_one(unit, &value) {
            prop_assert_eq!(codec.decode_one(unit, &encoded), Ok(value));
        }
    }

    #[test]
    fn what_is_written_is_something_and_read_back(title in "[0-9a]{1,2}", form in prop::sample::select(vec!["", ", form = \"number\""])) {
        let world = world(&format!("title = {{ direct = \"t\", none = 0{form} }}"));
        match written(&world, json!({"title": title})) {
            Ok(held) => prop_assert_eq!(shown(&world, held), json!({"title": title})),
            Err(reason) => prop_assert!(title == "0" || !form.is_empty(), "{}", reason),
        }
    }

    #[test]
    fn a_list_in_one_text_is_read_back_as_it_was(
        items in prop::collection::vec("[a;, ]{0,4}", 0..5), separator in "[;, ]{1,3}",
    ) {
        let codec = Codec { split: Some(separator), ..Codec::default() };
        let list: Vec<Value> = items.iter().map(|item| json!(item)).collect();
        if let Ok(text) = codec.encode_list(&list, |one| Ok::<_, String>(one.clone()), |reason| reason) {
            let read: Vec<Value> = codec.elements(&text).into_iter().map(Cow::into_owned).collect();
            prop_assert_eq!(read, list);
        }
    }

    #[test]
    fn a_moment_is_read_back_to_the_millisecond_the_second_or_the_day(ms in -62_167_219_200_000_i64..253_402_300_799_999) {
        let at = Value::String(Instant::from_unix_ms(ms).unwrap().to_string());
        for (form, part) in [(Form::EpochMs, 1), (Form::Epoch, 1_000), (Form::LocalTime, 1_000), (Form::Date, 86_400_000)] {
            let read = form.decode(Kind::DateTime, &form.encode(&at).unwrap()).unwrap();
            let read = Instant::parse(read.as_str().unwrap()).unwrap().unix_ms();
            prop_assert_eq!(read, ms - ms.rem_euclid(part), "{:?}", form);
        }
    }

    #[test]
    fn any_value_of_a_target_is_read_or_left_out(raw in any_json()) {
        for map in [
            r#"title = { direct = "t", form = "number" }"#,
            r#"title = { direct = "t", chars = { "@" = "=40" }, template = "@{value}" }"#,
            r#"emails = { direct = "t", each = { value = "a", type = "b" } }"#,
            r#"emails = { direct = "t[a=1]", split = "," }"#,
            r#"roles = { direct = "t", split = "," }"#,
            r#"title = { direct = "t", split = ",", each = "a" }"#,
            r#"active = { direct = "t.x[k=v].0", form = "absent" }"#,
        ] {
            shown(&world(map), json!({"t": raw}));
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[abtxkv]", inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}
