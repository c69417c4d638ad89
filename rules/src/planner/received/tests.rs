//! Records as they come in: what is dropped, what is put in, and which of them are anybody's business.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;

use super::*;
use crate::diagnostics::Colour;
use crate::profile::Profile;
use crate::translate::fixture::World;

/// A world with these keys of `[user]`, and sections behind.
fn world(keys: &str, sections: &str) -> World {
    let text = format!(
        "profile = \"small\"\ntitle = \"Small\"\n[params]\nregion = {{ type = \"region\", default = \"US\" }}\n\
         [target]\nauth = \"none\"\n[user]\nid = \"id\"\n{keys}\n[user.map]\n\
         userName = {{ direct = \"login\", match = 1, as = \"E164(region)\" }}\n\
         [user.get]\nget = \"/users/{{id}}\"\ncapture = {{ _etag = \"header:ETag\" }}\n\
         [[user.find]]\nby = \"userName\"\nget = \"/users?login={{login}}\"\nrows = \"users\"\n{sections}"
    );
    match Profile::load("small/profile.toml", &text) {
        Ok((profile, _)) => World::new(profile),
        Err(report) => panic!("{}", report.to_terminal(Colour::Plain)),
    }
}

/// `record` as the answer to a read with these headers brings it.
fn received(world: &World, headers: &[(&str, &str)], record: Value) -> Value {
    let read = world.profile.user.read_call(&world.params, "1").unwrap();
    let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    world.profile.user.received(&read.call, &headers, record)
}

#[test]
fn what_is_secret_is_dropped_wherever_it_stands() {
    let world =
        world("secret = [\"key\", \"auth.pin\", \"devices.pin\", \"seats[kind=vip]\", \"keys[kind=ssh].text\"]", "");
    for (record, expected) in [
        (json!({"id": 1, "key": "k", "pin": 1}), json!({"id": 1, "pin": 1})),
        (json!({"auth": {"pin": 1, "at": 2}}), json!({"auth": {"at": 2}})),
        (json!({"devices": [{"pin": 1, "n": 1}, {"n": 2}, 3]}), json!({"devices": [{"n": 1}, {"n": 2}, 3]})),
        (json!({"seats": [{"kind": "vip"}, {"kind": "x"}]}), json!({"seats": [{"kind": "x"}]})),
        (
            json!({"keys": [{"kind": "ssh", "text": "k"}, {"kind": "x", "text": "k"}]}),
            json!({"keys": [{"kind": "ssh"}, {"kind": "x", "text": "k"}]}),
        ),
        (json!({"auth": "pin", "devices": 7}), json!({"auth": "pin", "devices": 7})),
        (json!("key"), json!("key")),
    ] {
        assert_eq!(received(&world, &[], record.clone()), expected, "{record}");
    }
}

#[test]
fn a_header_becomes_a_field_and_its_absence_none() {
    let world = world("", "");
    assert_eq!(received(&world, &[("etag", "\"r1\"")], json!({"id": 1})), json!({"id": 1, "_etag": "\"r1\""}));
    assert_eq!(received(&world, &[("age", "1")], json!({"id": 1})), json!({"id": 1}));
    // What no object holds has no fields.
    assert_eq!(received(&world, &[("etag", "x")], json!([1])), json!([1]));
}

/// The record of `id` in `body`, which answers a read with `answer`.
fn record_of(answer: &str, body: Value) -> Result<Option<Value>, String> {
    let text = format!(
        "profile = \"small\"\ntitle = \"Small\"\n[target]\nauth = \"none\"\n[user]\nid = \"id\"\n[user.map]\n\
         userName = {{ direct = \"login\" }}\n[user.get]\nget = \"/users?id={{id}}\"\nanswer = \"{answer}\"\n"
    );
    let (profile, _) = Profile::load("p.toml", &text).unwrap();
    let read = profile.user.read_call(&crate::params::Params::default(), "7").unwrap();
    profile.user.record_of(&read, "7", body).map_err(|fault| fault.to_string())
}

#[test]
fn a_read_by_id_gives_the_record_with_it_or_nobody() {
    let (ada, bob) = (json!({"id": 7, "login": "ada"}), json!({"id": "70"}));
    let garbage = |what: &str| Err(format!("the target's answer cannot be understood: {what}"));
    for (answer, body, expected) in [
        ("record", ada.clone(), Ok(Some(ada.clone()))),
        ("record", bob.clone(), Ok(None)),
        ("record", json!([]), garbage("no record in the body of the answer to user.get")),
        ("record:0", json!([ada]), Ok(Some(ada.clone()))),
        ("record:0", json!([]), Ok(None)),
        ("record:0", json!({}), garbage("no record in field `0` of the answer to user.get")),
        ("record:data.users.0", json!({"data": {"users": []}}), Ok(None)),
        (
            "record:data.users.0",
            json!({"data": {}}),
            garbage("no record in field `data.users.0` of the answer to user.get"),
        ),
        ("record:rows[kind=user].it", json!({"rows": [{"kind": "user", "it": ada}]}), Ok(Some(ada.clone()))),
        ("record:rows[kind=user].it", json!({"rows": [{"kind": "bot"}]}), Ok(None)),
        (
            "record:rows[kind=user].it",
            json!({"rows": [{"kind": "user"}]}),
            garbage("no record in field `rows[kind=user].it` of the answer to user.get"),
        ),
        ("row:", json!([bob, ada]), Ok(Some(ada.clone()))),
        ("row:users", json!({"users": [bob, {"id": null}, {}, ada]}), Ok(Some(ada.clone()))),
        ("row:users", json!({"users": [bob]}), Ok(None)),
        ("row:users", json!({"users": []}), Ok(None)),
        ("row:users", json!({}), garbage("no array of rows in field `users`")),
        ("row:users", json!({"users": {}}), garbage("no array of rows in field `users`")),
        ("row:users", json!({"users": [1]}), garbage("a row in field `users` is no object")),
    ] {
        assert_eq!(record_of(answer, body.clone()), expected, "{answer} {body}");
    }
}

#[test]
fn a_record_is_there_protected_or_gone() {
    let world = world("protected = \"admin == true || country == region\"\ngone = \"state == 'gone'\"", "");
    let standing = |record: Value| world.profile.user.standing(&world.params, &record);
    assert!(world.profile.user.hides());
    for (record, expected) in [
        (json!({"admin": false}), Standing::There),
        (json!({}), Standing::There),
        (json!({"admin": "yes"}), Standing::There),
        (json!({"admin": true}), Standing::Protected),
        // A parameter of the tenant.
        (json!({"country": "US"}), Standing::Protected),
        (json!({"country": "GB"}), Standing::There),
        (json!({"state": "gone"}), Standing::Gone),
        (json!({"state": "gone", "admin": true}), Standing::Protected),
        (json!(7), Standing::There),
    ] {
        assert_eq!(standing(record.clone()), expected, "{record}");
    }
    assert!(!self::world("", "").profile.user.hides());
}

#[test]
fn a_row_tells_its_standing_if_it_has_all_that_it_depends_on() {
    let join = "[[user.join]]\nget = \"/users/{id}/role\"\nat = \"role\"\n";
    for (keys, sections, row, expected) in [
        ("", "", json!({}), true),
        ("gone = \"state == 1\"", "", json!({"state": null}), true),
        ("gone = \"state == 1\"", "", json!({}), false),
        ("gone = \"state == 1\"\nprotected = \"admin\"", "", json!({"state": 1}), false),
        ("gone = \"state == 1\"", join, json!({"state": 1}), true),
        // The row's own field gives way to what is joined.
        ("protected = \"role.name == 'x'\"", join, json!({"role": {"name": "y"}}), false),
    ] {
        let world = world(keys, sections);
        assert_eq!(world.profile.user.tells_standing(&row), expected, "{keys} {row}");
    }
}

#[test]
fn a_join_is_called_by_fields_of_the_record_and_put_into_it() {
    let join = "[[user.join]]\nget = \"/{region}/teams/{team.id}?of={id}\"\nat = \"team.info\"\nrows = \"data\"\n";
    let world = world("", join);
    let (rules, params) = (&world.profile.user, &world.params);
    let [join] = rules.record.joins.as_slice() else { panic!("{:?}", rules.record.joins) };
    for (record, expected) in [
        (json!({"id": 1, "team": {"id": "a/b"}}), Some("GET /US/teams/a%2Fb?of=1")),
        (json!({"id": 1, "team": {"id": ".."}}), None),
        (json!({"id": 1, "team": {"id": null}}), None),
        (json!({"id": 1}), None),
        (json!({"team": {"id": 2}}), None),
    ] {
        let call = rules.join_call(join, params, &record);
        assert_eq!(call.as_ref().map(ToString::to_string).as_deref(), expected, "{record}");
        assert!(call.is_none_or(|call| call.route == "user.join"));
    }
    for (answer, expected) in [
        (json!({"data": {"n": 1}}), json!({"id": 1, "team": {"id": 2, "info": {"n": 1}}})),
        (json!({"data": null}), json!({"id": 1, "team": {"id": 2}})),
        (json!([]), json!({"id": 1, "team": {"id": 2}})),
    ] {
        let mut record = json!({"id": 1, "team": {"id": 2}});
        join.put(&mut record, Answered::from(answer)).unwrap();
        assert_eq!(record, expected);
    }
    assert!(join.put(&mut json!([]), Answered::from(json!({"data": 1}))).is_err());
}
