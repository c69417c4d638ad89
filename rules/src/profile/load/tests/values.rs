//! How the product writes values, what is written by default, and what goes into bodies.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::profile::{Apply, BodyRule, BodyTemplate, Empty, Fallback, Form, Longer, Source, WriteSource};

const ACTIVE: &str = r#"active = { direct = "on" }"#;

#[test]
fn a_character_stands_for_one_text_and_no_other_does() {
    insta::assert_snapshot!(only(Code::Chars, ACTIVE, r#"title = { direct = "t", chars = { "@" = "=4", "+" = "=40" } }"#), @r#"
    error[E0313]: what stands for `+` begins as what stands for `@`
     --> p.toml:9:53
      |
    9 | title = { direct = "t", chars = { "@" = "=4", "+" = "=40" } }
      |                                                     ^^^^^
      |
      = help: give each character a text of its own
    "#);
    insta::assert_snapshot!(only(Code::Chars, ACTIVE, r#"title = { direct = "t", chars = { at = "=40" } }"#), @r#"
    error[E0313]: `at` is not one character
     --> p.toml:9:35
      |
    9 | title = { direct = "t", chars = { at = "=40" } }
      |                                   ^^
      |
      = help: write one character: { "@" = "=40" }
    "#);
}

#[test]
fn a_template_names_the_value_once() {
    insta::assert_snapshot!(only(Code::ValueTemplate, ACTIVE, r#"title = { direct = "t", template = "{value}-{value}" }"#), @r#"
    error[E0314]: `template` names `{value}` exactly once: else it could not be read back
     --> p.toml:9:36
      |
    9 | title = { direct = "t", template = "{value}-{value}" }
      |                                    ^^^^^^^^^^^^^^^^^
      |
      = help: write the text around it: "@{value}:{server}"
    "#);
}

#[test]
fn parts_of_an_element_are_those_of_the_attribute() {
    insta::assert_snapshot!(only(Code::Parts, ACTIVE, r#"emails = { direct = "mails", each = { value = "address", knd = "kind" } }"#), @r#"
    error[E0315]: `emails` has no `knd`
     --> p.toml:9:58
      |
    9 | emails = { direct = "mails", each = { value = "address", knd = "kind" } }
      |                                                          ^^^
      |
      = help: write parts of an element: `value`, `display`, `type`, `primary`
    "#);
    insta::assert_snapshot!(only(Code::Parts, ACTIVE, r#"emails = { direct = "mails", each = { type = "kind" } }"#), @r#"
    error[E0315]: `each` does not say where `value` is
     --> p.toml:9:30
      |
    9 | emails = { direct = "mails", each = { type = "kind" } }
      |                              ^^^^
      |
      = help: write `value = "FIELD"`
    "#);
    insta::assert_snapshot!(only(Code::Parts, ACTIVE, r#"emails = { direct = "mails", split = ",", each = "address" }"#), @r#"
    error[E0315]: a list in one text has values, no fields
     --> p.toml:9:30
      |
    9 | emails = { direct = "mails", split = ",", each = "address" }
      |                              ^^^^^
      |
      = help: write `each = ""`, or take `split` away
    "#);
}

/// Codes of problems with `mapping` in the place of `active`.
#[track_caller]
fn codes(mapping: &str) -> Vec<Code> {
    let report = match profile("p.toml", &edited(ACTIVE, mapping)) {
        Ok((_, report)) | Err(report) => report,
    };
    report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn options_fit_the_values_of_the_attribute() {
    for (mapping, expected) in [
        (r#"title = { direct = "t", form = "epoch" }"#, vec![Code::Unfit]),
        (r#"active = { direct = "t", form = "number" }"#, vec![]),
        (r#"active = { direct = "t", template = "a{value}" }"#, vec![Code::Unfit]),
        (r#"active = { direct = "t", split = "," }"#, vec![Code::Unfit]),
        (r#"title = { direct = "t", split = "," }"#, vec![]),
        (r#"title = { direct = "t", split = ",", each = "id" }"#, vec![]),
        (r#"title = { direct = "t", each = "id" }"#, vec![Code::Unfit]),
        (r#"title = { direct = "t", form = "present" }"#, vec![Code::Unfit]),
        (r#"title = { direct = "t", longer = "cut" }"#, vec![Code::Unfit]),
        (r#"title = { direct = "t", max_length = 3, values = { a = "b" } }"#, vec![Code::Unfit]),
        (r#"title = { direct = "t", max_length = 0 }"#, vec![Code::Range]),
        (r#"title = { direct = "t", default = { random = 7 } }"#, vec![Code::Range]),
        (r#"active = { direct = "t", default = { random = 24 } }"#, vec![Code::Unfit]),
        (r#"title = { direct = "t", default = { random = 24, expression = "[userName]" } }"#, vec![Code::OneOf]),
        (r#"title = { direct = "t", default = { expression = "Count([userName])" } }"#, vec![Code::ExpressionType]),
        (r#"title = { direct = "t", default = { expression = "ToLower([userName])" } }"#, vec![]),
        (r#"title = { direct = "contacts[kind=phone].value" }"#, vec![]),
        (r#"title = { direct = "contacts[kind].value" }"#, vec![Code::Field]),
        (r#"emails = { direct = "mails[kind=work]", each = { value = "address", type = "sort" } }"#, vec![]),
        (r#"roles = { direct = "roles", each = "id", form = "number" }"#, vec![]),
        (r#"roles = { direct = "roles", values = { admin = 1, agent = 2 }, each = "" }"#, vec![]),
        (r#"title = { keep = true, form = "text" }"#, vec![Code::Unfit]),
        (r#"title = { expression = "[t]", empty = "null" }"#, vec![Code::Unfit]),
        (
            "title = { direct = \"contacts[kind=phone].value\" }\nnickName = { direct = \"contacts.0.value\" }",
            vec![Code::WrittenTwice],
        ),
        (
            "title = { direct = \"contacts[kind=phone].value\" }\nnickName = { direct = \"contacts[kind=nick].value\" }",
            vec![],
        ),
    ] {
        assert_eq!(codes(mapping), expected, "{mapping}");
    }
}

#[test]
fn a_chain_is_read_as_it_is_written() {
    let text = r#"title = { direct = "t", max_length = 5, longer = "cut", template = "a{value}", chars = { "@" = "=40" }, empty = "blank", default = { random = 24 } }
active = { direct = "gone", form = "absent" }"#;
    let user = loaded(ACTIVE, text).user;
    let Source::Direct { codec: Some(codec), .. } = &user.map[1].source else { panic!("no codec") };
    assert_eq!(codec.length.map(|length| (length.chars_max, length.longer)), Some((5, Longer::Cut)));
    assert_eq!(codec.chars.as_ref().map(|chars| chars.pairs.clone()), Some(vec![('@', "=40".to_owned())]));
    assert!(codec.template.is_some() && user.map[1].in_body && user.map[1].empty == Empty::Blank);
    assert!(matches!(user.map[1].default, Some(Fallback::Random(24))));
    let Source::Direct { codec: Some(codec), .. } = &user.map[2].source else { panic!("no codec") };
    assert_eq!((codec.form, user.map[2].in_body), (Some(Form::Absent), false));
    assert_eq!(user.random_bytes(), 24);
    let Source::Direct { codec, .. } = &user.map[0].source else { panic!("not direct") };
    assert!(codec.is_none());
}

#[test]
fn a_random_field_is_written_at_creation_only() {
    let user = loaded("[[user.find]]", "[user.write]\nsecret = { random = 32 }\n[[user.find]]").user;
    assert!(matches!(user.write[0].source, WriteSource::Random(32)));
    assert_eq!(user.write[0].apply, Apply::OnCreate);
}

#[test]
fn a_body_is_a_word_or_written_out() {
    let body =
        |line: &str| loaded("post = \"/users\"", &format!("post = \"/users\"\n{line}")).user.create.unwrap().call;
    for (line, expected) in
        [(r#"body = "record""#, BodyRule::Record), (r#"body = "empty""#, BodyRule::Empty), ("", BodyRule::All)]
    {
        assert_eq!(body(line).body, expected, "{line}");
    }
    let written = body(r#"body = { user = "{all}", kind = "x-{login}", n = 1, list = ["{login}", "fixed"] }"#).body;
    let BodyRule::Template(template) = &written else { panic!("{written:?}") };
    assert_eq!(template.names(), ["all", "login", "login"]);
    assert!(matches!(&**template, BodyTemplate::Object(fields) if fields.len() == 4));
    let shaping = body("wrap = \"user\"\ncarry = [\"tags\"]\ndrop = [\"updated_on\", \"a.b\"]").shaping.unwrap();
    assert_eq!((shaping.carry.len(), shaping.drop.len()), (1, 2));
}

#[test]
fn a_body_that_is_written_out_is_checked() {
    let deep = format!("body = {}1{}", "[".repeat(18), "]".repeat(18));
    let wide = format!("body = [{}]", "1,".repeat(501));
    for (line, expected) in [
        (r#"body = { a = "{nobody}" }"#, Code::UnknownPlaceholder),
        (r#"body = { a = "x{all}" }"#, Code::UnknownPlaceholder),
        (r#"body = { a = "{" }"#, Code::TextTemplate),
        ("body = 1", Code::ValueType),
        (r#"body = "some""#, Code::UnknownWord),
        (deep.as_str(), Code::TooLarge),
        (wide.as_str(), Code::TooLarge),
        (r#"wrap = """#, Code::Field),
        (r#"drop = ["a..b"]"#, Code::Field),
    ] {
        let text = edited("post = \"/users\"", &format!("post = \"/users\"\n{line}"));
        let report = match profile("p.toml", &text) {
            Ok((_, report)) | Err(report) => report,
        };
        let codes: Vec<Code> = report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(codes, [expected], "{line}");
    }
}

/// Whether the profile with `more` has `code`, and says to write `help`.
#[track_caller]
fn helps(more: &str, code: Code, help: &str) {
    let report = profile("p.toml", &edited(ACTIVE, more)).unwrap_err();
    let found = report.diagnostics.iter().find(|found| found.code == code);
    let terminal = report.to_terminal(Colour::Plain);
    assert!(found.is_some() && terminal.contains(&format!("= help: {help}")), "{more}\n{terminal}");
}

#[test]
fn a_part_of_an_element_is_a_field_or_a_constant() {
    const FORMS: &str =
        r#"write `"FIELD"`, `{ direct = "FIELD", values = { true = 1, false = 0 } }` or `{ constant = "work" }`"#;
    for (each, code, help) in [
        (r#"{ value = "a", type = 1 }"#, Code::WrongType, FORMS),
        (
            r#"{ value = "a", type = { constant = "w", direct = "k" } }"#,
            Code::OneOf,
            "write one of `direct` and `constant`",
        ),
        (r#"{ value = "a", type = { constant = "w", values = { w = 1 } } }"#, Code::Unfit, "take it away"),
        (r#"{ value = { constant = "x" } }"#, Code::Parts, "write `value = \"FIELD\"`"),
        (r#"{ value = "a", type = { constant = 1 } }"#, Code::ValueType, "write a text in quotes"),
        (r#"{ value = "a", display = "a" }"#, Code::Parts, "give each part a field of its own"),
        (r#"{ value = "a", type = { constnt = "w" } }"#, Code::UnknownKey, "did you mean `constant`?"),
        (r#"{ value = "a", primary = { direct = "p", values = { yes = 1 } } }"#, Code::ValueType, ""),
        ("3", Code::WrongType, r#"write `"FIELD"`, or parts of an element: { value = "address", type = "kind" }"#),
    ] {
        let more = format!("emails = {{ direct = \"mails\", each = {each} }}");
        if help.is_empty() {
            let report = profile("p.toml", &edited(ACTIVE, &more)).unwrap_err();
            assert!(report.diagnostics.iter().any(|found| found.code == code), "{more}");
        } else {
            helps(&more, code, help);
        }
    }
    let sound = r#"emails = { direct = "m", each = { value = "", type = { constant = "work" } } }"#;
    assert_eq!(codes(sound), []);
}

#[test]
fn what_stands_for_nothing_stands_for_nothing_else() {
    for (more, code, help) in [
        (r#"title = { direct = "t", empty = "none" }"#, Code::MissingKey, "write `none = 0`"),
        (r#"active = { direct = "a", values = { true = 1, false = 0 }, none = "0" }"#, Code::NotOneToOne, "take one"),
        (
            r#"title = { direct = "t", empty = 0 }"#,
            Code::WrongType,
            "write one of `omit`, `null`, `blank`, `list`, `none`",
        ),
    ] {
        helps(more, code, help);
    }
    assert_eq!(codes(r#"title = { constant = "t", none = 0 }"#), [Code::Unfit]);
}

#[test]
fn a_condition_has_no_placeholders() {
    for (from, to, help) in [
        (
            "post = \"/users\"",
            "post = \"/users\"\nexpect = { body = \"login == '{login}'\" }",
            "compare a field of the answer with a value that is written out; what was sent cannot be named",
        ),
        (
            "id = \"id\"",
            "id = \"id\"\nprotected = \"site == '{site}'\"",
            "compare a field of the record with a value or a parameter: `site == region`",
        ),
    ] {
        let shown = only(Code::UnknownPlaceholder, from, to);
        assert!(shown.contains(help), "{shown}");
    }
}

#[test]
fn whether_something_is_there_is_read_or_given_at_creation() {
    insta::assert_snapshot!(only(Code::Lost, ACTIVE, r#"active = { direct = "on", form = "present", immutable = true }"#), @r#"
    warning[W0221]: `active` is never written: it is immutable, and the create does not send it
     --> p.toml:9:1
      |
    9 | active = { direct = "on", form = "present", immutable = true }
      | ^^^^^^
      |
      = help: only read it: `{ expression = 'IsPresent([on])' }`
    "#);
    assert_eq!(codes(r#"active = { expression = "IsPresent([on])" }"#), []);
    assert_eq!(codes(r#"active = { expression = "IsPresent([mails[main=1].id])" }"#), []);
}
