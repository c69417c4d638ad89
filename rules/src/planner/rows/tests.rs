//! Rows of answers of every shape, and how the page behind them is named.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;
use proptest::prelude::*;

use super::*;
use crate::translate::fixture::{World, profile};

/// A world whose list has these lines.
fn world(lines: &str) -> World {
    World::new(profile("", &format!("[user.list]\n{lines}")))
}

/// The rows of an answer, or why it has none.
fn read(world: &World, headers: &[(&str, &str)], body: Value) -> Result<Rows, String> {
    let rules = &world.profile.user;
    let call = rules.list_call(&world.params, 0, Page::At(Window { offset: 0, limit: 5 })).unwrap();
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    rules.rows_in(&call, &rules.list[0].paging, Answered { body, headers }).map_err(|fault| fault.to_string())
}

#[test]
fn a_row_holds_its_record_where_the_profile_says() {
    let world = world("get = \"/users\"\nrows = \"data\"\nrow = \"user\"\nset = { on = true, \"at.home\" = 1 }");
    let body = json!({"data": [{"user": {"id": 1, "on": false}, "rank": 2}]});
    assert_eq!(read(&world, &[], body).unwrap().rows, [json!({"id": 1, "on": true, "at": {"home": 1}})]);
    // A row may hold a list; what is set is the record's, not the row's.
    let inner = self::world("get = \"/users\"\nrows = \"data\"\nrow = \"user\"\nset = { user = 1 }");
    assert_eq!(read(&inner, &[], json!({"data": [{"user": {"id": 1}}]})).unwrap().rows, [json!({"id": 1, "user": 1})]);
    for body in [json!({"data": [{"id": 1}]}), json!({"data": [{"user": 7}]}), json!({"data": [7]}), json!({"data": 7})]
    {
        assert!(read(&world, &[], body.clone()).is_err(), "{body}");
    }
}

#[test]
fn no_rows_are_none_only_where_the_profile_says_so() {
    let (strict, lax) = (world("get = \"/u\"\nrows = \"u\""), world("get = \"/u\"\nrows = \"u\"\noptional = true"));
    for (body, is_none) in [
        (json!({}), true),
        (json!({"u": null}), true),
        (json!(null), true),
        (json!({"u": ""}), false),
        (json!({"u": {}}), false),
        (json!({"u": "none"}), false),
    ] {
        assert!(read(&strict, &[], body.clone()).is_err(), "{body}");
        assert_eq!(read(&lax, &[], body.clone()).is_ok_and(|rows| rows.rows.is_empty()), is_none, "{body}");
    }
}

#[test]
fn a_list_of_one_in_xml_is_the_one() {
    let at = |body: Value, format: Format, optional: bool| {
        rows_at(&FieldPath::parse("users.user").unwrap(), format, optional, body).ok().map(|rows| rows.len())
    };
    let one = json!({"users": {"user": {"id": "1"}}});
    assert_eq!((at(one.clone(), Format::Xml, false), at(one, Format::Json, false)), (Some(1), None));
    let none = json!({"users": ""});
    assert_eq!((at(none.clone(), Format::Xml, true), at(none, Format::Xml, false)), (Some(0), None));
    assert_eq!(at(json!({"users": {"user": " "}}), Format::Xml, true), Some(0));
    assert_eq!(at(json!({"users": {"user": " "}}), Format::Xml, false), None);
}

#[test]
fn the_total_and_the_next_page_stand_in_the_body_or_a_header() {
    let body = json!({"u": [], "n": "12", "wide": " 12 ", "yes": true, "next": 7, "link": "/u?p=2"});
    for (lines, headers, expected) in [
        ("total = \"n\"\nnext = \"link\"", vec![], (Some(12), Some(Onward::Url("/u?p=2".to_owned())))),
        ("total = \"header:X-Total\"\nnext = \"header:X-Next\"", vec![("x-total", " 5 "), ("x-next", "/b")], {
            (Some(5), Some(Onward::Url("/b".to_owned())))
        }),
        ("total = \"header:X-Total\"\nnext = \"header:X-Next\"", vec![("x-next", " ")], (None, None)),
        ("next = \"header:Link\"", vec![("link", "</c>; rel=next")], (None, Some(Onward::Url("/c".to_owned())))),
        ("next = \"none\"", vec![], (None, None)),
        ("total = \"yes\"\nnext = \"yes\"", vec![], (None, None)),
        ("total = \"wide\"", vec![], (Some(12), None)),
        // Neither is a list of pages the name of one.
        ("next = \"u\"", vec![], (None, None)),
    ] {
        let found = read(&world(&format!("get = \"/u\"\nrows = \"u\"\n{lines}")), &headers, body.clone()).unwrap();
        assert_eq!((found.total, found.next), expected, "{lines}");
    }
    let token = world("get = \"/u?c={cursor}&n={limit}\"\nrows = \"u\"\nnext = \"next\"\npage_rows_max = 9");
    assert_eq!(read(&token, &[], body).unwrap().next, Some(Onward::Token("7".to_owned())));
    let call = |page| token.profile.user.list_call(&token.params, 0, page).unwrap().path;
    assert_eq!(call(Page::At(Window { offset: 0, limit: 5 })), "/u?n=9");
    assert_eq!(call(Page::Named("a&b=c")), "/u?c=a%26b%3Dc&n=9");
}

#[test]
fn a_list_reads_the_headers_that_tell_of_further_rows_and_counts_only_if_it_pages() {
    for (lines, headers, counts) in [
        ("", &[][..], false),
        ("total = \"n\"", &[], false),
        ("total = \"header:X-Total\"\nnext = \"header:X-Next\"", &["x-total", "x-next"], false),
        ("next = \"header:Link\"", &["link"], false),
    ] {
        let world = world(&format!("get = \"/u\"\nrows = \"u\"\n{lines}"));
        let paging = &world.profile.user.list[0].paging;
        assert_eq!(paging.headers().collect::<Vec<_>>(), headers, "{lines}");
        assert_eq!(paging.counts(), counts, "{lines}");
    }
    for (lines, counts) in [("", false), ("total = \"n\"", true)] {
        let world = world(&format!("get = \"/u?o={{offset}}&n={{limit}}\"\nrows = \"u\"\npage_rows_max = 9\n{lines}"));
        assert_eq!(world.profile.user.list[0].paging.counts(), counts, "{lines}");
    }
}

#[test]
fn what_is_secret_is_dropped_from_the_records_of_a_list_too() {
    for (secret, expected) in [("", json!({"id": 1, "key": "k"})), ("secret = [\"key\"]\n", json!({"id": 1}))] {
        let text = format!(
            "profile = \"small\"\ntitle = \"Small\"\n[target]\nauth = \"none\"\n[user]\nid = \"id\"\n{secret}[user.map]\n\
             userName = {{ direct = \"login\", match = 1 }}\n[user.get]\nget = \"/users/{{id}}\"\n\
             [user.list]\nget = \"/users\"\nrows = \"u\"\n"
        );
        let world = World::new(crate::profile::Profile::load("small/profile.toml", &text).unwrap().0);
        let rows = read(&world, &[], json!({"u": [{"id": 1, "key": "k"}]})).unwrap();
        assert_eq!(rows.rows, [expected], "{secret}");
    }
}

#[test]
fn a_target_is_well_if_it_says_so_where_the_profile_asks() {
    for (expect, body, holds) in [
        ("", json!(null), true),
        ("expect = \"ok == true\"", json!({"ok": true}), true),
        ("expect = \"ok == true\"", json!({"ok": false}), false),
        ("expect = \"ok == true\"", json!(null), false),
    ] {
        let world = World::new(profile("", &format!("[target.probe]\nget = \"/ping\"\n{expect}")));
        assert_eq!(world.profile.target.probe.as_ref().map(|probe| probe.holds(&body)), Some(holds), "{expect} {body}");
    }
}

#[test]
fn a_link_header_names_the_next_page_once() {
    for (link, expected) in [
        ("<https://api.example.com/u?p=2>; rel=\"next\"", Some("https://api.example.com/u?p=2")),
        ("</u?p=1>; rel=\"prev\", </u?p=3>; rel=\"next\"", Some("/u?p=3")),
        ("</a,b;c>; title=\"x, <y>; rel=next\"; rel=prev, </u>; REL=Next", Some("/u")),
        ("</u>;rel=\"last next\"", Some("/u")),
        ("</u>; Rel=next", Some("/u")),
        ("</u>; xrel=next", None),
        ("</a>; rel=prev; title=\"x, </b>; rel=next\"", None),
        ("< /u >; rel=next", Some("/u")),
        ("<>; rel=next", None),
        ("</u>", None),
        ("</u>; rel=nextish", None),
        ("</u; rel=next", None),
        ("rel=next", None),
        ("", None),
    ] {
        assert_eq!(next_of(link), expected, "{link}");
    }
}

proptest! {
    #[test]
    fn no_link_header_is_too_strange(link in "[<>;,=\" a-z/ä]{0,40}") {
        if let Some(next) = next_of(&link) {
            prop_assert!(!next.is_empty() && link.contains(next), "{next:?}");
        }
    }
}
