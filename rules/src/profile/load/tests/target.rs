//! Codes of `[target]`, of how calls are spoken, and of the error table's patterns; and what comes out of each.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::profile::{
    BodyTemplate, FormStyle, Format, Lists, Nested, SendClient, TargetAuth, TokenPlace, TokenUrl, WaitPlace,
};

const AUTH: &str = r#"auth = "none""#;

#[test]
fn texts_have_placeholders_that_have_values() {
    insta::assert_snapshot!(only(Code::TextTemplate, AUTH, "auth = \"none\"\nheaders = { X-Account = \"a{b\" }"), @r#"
    error[E0171]: `{` without its `}`: a brace that stands for itself is written twice, `{{`
     --> p.toml:5:27
      |
    5 | headers = { X-Account = "a{b" }
      |                           ^
      |
      = help: write a text with placeholders in braces: "{account}"
    "#);
    insta::assert_snapshot!(only(Code::UnknownPlaceholder, AUTH, "auth = \"none\"\nquery = { account = \"{acount}\" }"), @r#"
    error[E0162]: `target` has no value for `{acount}`
     --> p.toml:5:22
      |
    5 | query = { account = "{acount}" }
      |                      ^^^^^^^^
      |
      = help: there are none; declare a parameter in `[params]`
    "#);
    insta::assert_snapshot!(only(Code::UnknownPlaceholder, AUTH, "auth = \"none\"\nheaders = { X-Key = \"{secret:key}\" }"), @r#"
    error[E0162]: `target` has no value for `{secret:key}`
     --> p.toml:5:22
      |
    5 | headers = { X-Key = "{secret:key}" }
      |                      ^^^^^^^^^^^^
      |
      = help: secrets stand in `auth` only
    "#);
}

#[test]
fn a_header_says_nothing_of_who_calls() {
    insta::assert_snapshot!(only(Code::Header, AUTH, "auth = \"none\"\nheaders = { Authorization = \"Basic eDp5\" }"), @r#"
    error[E0172]: the header `Authorization` says who calls: write `auth`, with a secret
     --> p.toml:5:13
      |
    5 | headers = { Authorization = "Basic eDp5" }
      |             ^^^^^^^^^^^^^
      |
      = help: take it away
    "#);
    insta::assert_snapshot!(only(Code::Header, r#"patch = "/users/{id}""#, "patch = \"/users/{id}\"\nheaders = { Host = \"x\" }"), @r#"
    error[E0172]: the header `Host` is set by the gateway itself
      --> p.toml:20:13
       |
    20 | headers = { Host = "x" }
       |             ^^^^
       |
       = help: take it away
    "#);
}

#[test]
fn a_body_in_xml_has_a_root() {
    insta::assert_snapshot!(only(Code::XmlRoot, r#"post = "/users""#, "post = \"/users\"\nformat = \"xml\""), @r#"
    error[E0173]: a body in XML has one root element, this one has none
      --> p.toml:16:7
       |
    16 | [user.create]
       |       ^^^^^^
       |
       = help: write `wrap = "user"`: the element that the body goes below
    "#);
    let profile = loaded(r#"post = "/users""#, "post = \"/users\"\nformat = \"xml\"\nwrap = \"user\"");
    assert_eq!(profile.user.create.unwrap().call.format, Format::Xml);
}

#[test]
fn a_pattern_is_small_and_of_the_grammar() {
    const WHEN: &str = "when = { status = 409 }";
    insta::assert_snapshot!(only(Code::Pattern, WHEN, "when = { matches = \"a(b\" }"), @r#"
    error[E0174]: the pattern is not of the grammar: unclosed group
      --> p.toml:21:20
       |
    21 | when = { matches = "a(b" }
       |                    ^^^^^
       |
       = help: write a pattern as the crate `regex` knows them: "already (taken|in use)"
    "#);
    let longest = "a".repeat(error_table::PATTERN_BYTES_MAX);
    loaded(WHEN, &format!("when = {{ matches = \"{longest}\" }}"));
    only(Code::Pattern, WHEN, &format!("when = {{ matches = \"{longest}a\" }}"));
    only(Code::Pattern, WHEN, "when = { matches = \"\\\\w{300}\" }");
    insta::assert_snapshot!(only(Code::MissingKey, WHEN, "when = { status = 409, at = \"errors\" }"), @r#"
    error[E0104]: `at` is for `matches`, and there is none
      --> p.toml:21:24
       |
    21 | when = { status = 409, at = "errors" }
       |                        ^^
       |
       = help: take it away
    "#);
}

#[test]
fn one_way_to_authenticate_does_not_take_the_place_of_another() {
    let two = r#"auth = [{ bearer = "secret:a" }, { basic = { user = "u", password = "secret:b" } }]"#;
    insta::assert_snapshot!(only(Code::AuthTwice, AUTH, two), @r#"
    error[E0175]: this way to authenticate is used twice: one would take the place of the other
     --> p.toml:4:34
      |
    4 | auth = [{ bearer = "secret:a" }, { basic = { user = "u", password = "secret:b" } }]
      |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: keep one
    "#);
    for [one, other] in [
        [r#"{ query = "k", value = "secret:a" }"#, r#"{ query = "k", value = "secret:b" }"#],
        [r#"{ certificate = "secret:a" }"#, r#"{ certificate = "secret:b" }"#],
        [r#"{ header = "X-K", value = "secret:a" }"#, r#"{ header = "x-k", value = "secret:b" }"#],
    ] {
        only(Code::AuthTwice, AUTH, &format!("auth = [{one}, {other}]"));
    }
    let both = r#"auth = [{ query = "k", value = "secret:a" }, { header = "X-K", value = "secret:b" }]"#;
    assert_eq!(loaded(AUTH, both).secrets(), ["a", "b"]);
}

#[test]
fn a_row_for_a_call_that_is_not_made_is_told() {
    const WHEN: &str = "when = { status = 409 }";
    insta::assert_snapshot!(only(Code::ErrorCall, WHEN, "when = { status = 409, call = \"user.craete\" }"), @r#"
    warning[W0211]: no call is named `user.craete`: this row never fits
      --> p.toml:20:1
       |
    20 | [[error]]
       | ^^^^^^^^^
       |
       = help: did you mean `user.create`?
    "#);
    only(Code::ErrorCall, WHEN, "when = { status = 409, call = \"user.find.emails\" }");
    for known in ["user.create", "create", "user.find", "user.find.userName", "target.probe"] {
        let text = edited(WHEN, &format!("when = {{ status = 409, call = \"{known}\" }}"));
        assert!(super::profile("p.toml", &text).is_ok_and(|(_, report)| report.diagnostics.is_empty()), "{known}");
    }
}

#[test]
fn every_way_to_authenticate_is_read() {
    let auth = |auth: &str| loaded(AUTH, &format!("auth = {auth}")).target.auth;
    let token = auth(r#"{ header = "X-Key", value = "Token {secret:u}:{secret:k}" }"#);
    let TargetAuth::Header { name, value } = &token else { panic!("{token:?}") };
    assert_eq!((name.as_str(), value.to_string().as_str()), ("x-key", "Token {secret:u}:{secret:k}"));
    assert_eq!(token.secrets(), ["u", "k"]);
    let oauth2 = auth(
        r#"{ oauth2 = { token = "https://login.example.com/t/v2", client_id = "secret:id", client_secret = "secret:s", scope = "a b", send = "body" } }"#,
    );
    let TargetAuth::OAuth2(rules) = &oauth2 else { panic!("{oauth2:?}") };
    assert!(matches!(&rules.token, TokenUrl::Absolute(origin, path)
        if origin == "https://login.example.com" && path.to_string() == "/t/v2"));
    assert_eq!((rules.send, oauth2.secrets()), (SendClient::Body, vec!["id", "s"]));
    let login = auth(
        r#"{ login = { post = "/session", body = { user = "gateway", pass = ["secret:p"], keep = true }, token = "cookie:SID", send = { header = "Cookie", value = "SID={token}" } } }"#,
    );
    let TargetAuth::Login(rules) = &login else { panic!("{login:?}") };
    assert_eq!(rules.token, TokenPlace::Cookie("SID".to_owned()));
    assert_eq!((rules.lifetime_secs, login.secrets()), (3600, vec!["p"]));
    assert!(matches!(&rules.body, BodyTemplate::Object(fields) if fields.len() == 3));
}

#[test]
fn what_is_wrong_with_a_login_is_told_where_it_stands() {
    let rows = [
        (
            r#"{ oauth2 = { token = "http://x.example.com/t", client_id = "a", client_secret = "secret:s" } }"#,
            Code::Template,
        ),
        (
            r#"{ oauth2 = { token = "https://x.example.com", client_id = "a", client_secret = "secret:s" } }"#,
            Code::Template,
        ),
        (
            r#"{ oauth2 = { token = "/t/{nobody}", client_id = "a", client_secret = "secret:s" } }"#,
            Code::UnknownPlaceholder,
        ),
        (r#"{ oauth2 = { token = "/t", client_id = "a", client_secret = "hunter2" } }"#, Code::Secret),
        (r#"{ oauth2 = { token = "/t", client_id = "a" } }"#, Code::MissingKey),
        (
            r#"{ login = { post = "/s", body = {}, token = "t", send = { header = "X-T", value = "fixed" } } }"#,
            Code::MissingPlaceholder,
        ),
        (
            r#"{ login = { post = "/s", body = {}, token = "t", send = { header = "Host", value = "{token}" } } }"#,
            Code::Name,
        ),
        (r#"{ header = "X-Key", value = "in the open" }"#, Code::Secret),
        (r#"{ query = "", value = "secret:k" }"#, Code::Name),
        (r#"{ bearer = "secret:a", query = "k", value = "secret:b" }"#, Code::OneOf),
        (r#"{ basic = { user = "a:b", password = "secret:p" } }"#, Code::Name),
    ];
    for (auth, code) in rows {
        only(code, AUTH, &format!("auth = {auth}"));
    }
}

#[test]
fn a_call_speaks_as_the_target_does_unless_it_says_otherwise() {
    let target = "auth = \"none\"\nformat = \"form\"\nform = { nested = \"dots\", lists = \"repeat\" }\n\
                  wait = { header = \"X-Reset\", unit = \"ms\" }\nlimits = { at_once = 4, per_second = 10 }";
    let text = edited(AUTH, target).replace("[user.get]\n", "[user.get]\nformat = \"json\"\n");
    let text = text.replace(
        "post = \"/users\"",
        "post = \"/users\"\nexpect = { status = 202, body = \"ok == true\" }\ncapture = { _etag = \"header:ETag\" }",
    );
    let profile = super::profile("p.toml", &text).map(|(profile, _)| profile).unwrap();
    let form = Format::Form(FormStyle { nested: Nested::Dots, lists: Lists::Repeat });
    let create = profile.user.create.unwrap().call;
    assert_eq!((create.format, profile.user.get.format), (form, Format::Json));
    assert_eq!(create.expect.as_ref().map(|expect| expect.status.clone()), Some(vec![202]));
    assert_eq!(create.capture[0].header, "etag");
    assert_eq!(*create.reads, ["x-reset".to_owned(), "etag".to_owned()]);
    let wait = profile.target.wait.unwrap();
    assert_eq!((wait.at, wait.unit_ms), (WaitPlace::Header("x-reset".to_owned()), 1));
    assert_eq!((profile.target.limits.at_once, profile.target.limits.per_second), (Some(4), Some(10)));
}

#[test]
fn what_a_call_expects_and_captures_is_checked() {
    let rows = [
        ("expect = {}", Code::OneOf),
        ("expect = { status = 99 }", Code::Range),
        ("expect = { status = [] }", Code::WrongType),
        ("expect = { status = [\"200\"] }", Code::WrongType),
        ("capture = { _etag = \"ETag\" }", Code::UnknownWord),
        ("capture = { _etag = \"header:E Tag\" }", Code::Name),
        ("answer = \"nothing\"\ncapture = { _etag = \"header:ETag\" }", Code::Unfit),
        ("headers = { \"X-A\" = \"1\", x-a = \"2\" }", Code::Header),
        ("format = \"yaml\"", Code::UnknownWord),
    ];
    for (keys, code) in rows {
        only(code, r#"post = "/users""#, &format!("post = \"/users\"\n{keys}"));
    }
    only(Code::OneOf, AUTH, "auth = \"none\"\nwait = { unit = \"ms\" }");
    for key in ["at_once = 0", "at_once = 1001", "per_second = 0", "per_second = 10001"] {
        only(Code::Range, AUTH, &format!("auth = \"none\"\nlimits = {{ {key} }}"));
    }
}
