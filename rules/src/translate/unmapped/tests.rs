//! What nobody takes of what is sent: named, bounded, refused where the profile says so.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;

use super::*;
use crate::profile::Profile;
use crate::translate::fixture::{World, profile};

const HR: &str = "urn:example:hr";

/// A world in which names and one address are mapped in part, and one attribute of an extension.
fn world() -> World {
    let map = "\"name.givenName\" = { direct = \"first\" }\n'emails[type eq \"work\"].value' = { direct = \"mail\" }\n\
               \"urn:example:hr:team\" = { direct = \"team\" }";
    let schema = format!(
        "[user.schema.\"{HR}\"]\nteam = {{ type = \"string\" }}\ndesk = {{ type = \"string\" }}\n[user.create]\npost = \"/u\""
    );
    World::new(profile(map, &schema))
}

#[test]
fn what_no_mapping_takes_is_named() {
    let world = world();
    for (sent, expected) in [
        (json!({}), vec![]),
        (json!({"name": {"givenName": "Ada", "honorificPrefix": "Ms."}}), vec!["name.honorificPrefix"]),
        (json!({"name": {"givenName": "Ada", "honorificPrefix": ""}}), vec![]),
        (json!({"title": "Engineer", "nickName": ""}), vec!["title"]),
        (json!({"addresses": [{"locality": "Springfield"}]}), vec!["addresses"]),
        (json!({"emails": [{"type": "work", "value": "a@example.com", "primary": true}]}), vec![]),
        (json!({"emails": [{"type": "home", "value": "a@example.com"}]}), vec!["emails"]),
        (
            json!({"emails": [{"type": "work", "value": "a@example.com"}, {"type": "home", "value": "b@example.com"}]}),
            vec!["emails"],
        ),
        (json!({"emails": [{"type": "work", "value": "a@example.com"}, {"type": "home"}]}), vec![]),
        (json!({HR: {"team": "North", "desk": "4"}}), vec!["urn:example:hr:desk"]),
        // Identity providers echo what they have read, and send passwords unasked.
        (json!({"id": "7", "meta": {"version": "x"}, "groups": [{"value": "g1"}], "password": "x"}), vec![]),
    ] {
        let mut with_name = sent.clone();
        with_name["userName"] = json!("ada");
        assert_eq!(world.wanted(with_name).unmapped, expected, "{sent}");
    }
}

#[test]
fn so_many_are_named_and_no_more() {
    let attribute = |at: usize| format!("a{at} = {{ type = \"string\" }}\n");
    let attributes: String = (0..=UNMAPPED_MAX).map(attribute).collect();
    let world = World::new(profile("", &format!("[user.schema.\"{HR}\"]\n{attributes}[user.create]\npost = \"/u\"")));
    for count in [UNMAPPED_MAX - 1, UNMAPPED_MAX, UNMAPPED_MAX + 1] {
        let sent: json::Map = (0..count).map(|at| (format!("a{at}"), json!("x"))).collect();
        let named = world.wanted(json!({"userName": "ada", HR: sent})).unmapped.len();
        assert_eq!(named, count.min(UNMAPPED_MAX), "{count}");
    }
}

#[test]
fn it_is_refused_where_the_profile_says_so() {
    let text = |rule: &str| {
        format!(
            "profile = \"p\"\ntitle = \"P\"\n[params]\nstrict = {{ type = \"boolean\", default = false }}\n[target]\nauth = \"none\"\n\
             [user]\nid = \"id\"\n{rule}\n[user.map]\nuserName = {{ direct = \"login\", match = 1 }}\n[[user.find]]\nby = \"userName\"\n\
             get = \"/u?login={{login}}\"\nrows = \"\"\n[user.get]\nget = \"/u/{{id}}\"\n"
        )
    };
    let names = ["title".to_owned(), "nickName".to_owned()];
    let refusal = || Err("`title` is not taken by this product: take it out of the mappings".to_owned());
    for (rule, strict, expected) in [
        ("", true, Ok(())),
        ("refuse_unmapped = \"strict\"", false, Ok(())),
        ("refuse_unmapped = \"strict\"", true, refusal()),
        ("refuse_unmapped = \"true\"", false, refusal()),
    ] {
        let (profile, _) = Profile::load("p.toml", &text(rule)).unwrap();
        let params = Params { values: vec![("strict".to_owned(), json!(strict))] };
        let admitted = |names| profile.user.leave_out(&params, names).map_err(|error| error.to_string());
        assert_eq!(admitted(&names[..]), expected, "{rule} {strict}");
        assert_eq!(admitted(&[]), Ok(()), "{rule} {strict}");
    }
    for wrong in ["1", "\\\"yes\\\"", "[userName] == \\\"ada\\\"", "lenient"] {
        assert!(Profile::load("p.toml", &text(&format!("refuse_unmapped = \"{wrong}\""))).is_err(), "{wrong}");
    }
}
