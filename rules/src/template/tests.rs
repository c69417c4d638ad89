//! What may stand in a template, and what no value can do to it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;

#[test]
fn a_template_is_a_path_with_balanced_braces() {
    let longest = format!("/{}", "a".repeat(TEMPLATE_BYTES_MAX - 1));
    let too_long = format!("{longest}a");
    let rows = [
        ("/users/{id}?msisdn={msisdn}", Ok(vec!["id", "msisdn"])),
        ("/", Ok(vec![])),
        ("/users/", Ok(vec![])),
        ("/a{b}{c}d", Ok(vec!["b", "c"])),
        ("/users?name={name.first}", Ok(vec!["name.first"])),
        ("/a%20b", Ok(vec![])),
        (longest.as_str(), Ok(vec![])),
        (too_long.as_str(), Err(TEMPLATE_BYTES_MAX)),
        ("", Err(0)),
        ("users", Err(0)),
        ("http://example.com/", Err(0)),
        ("//example.com/", Err(1)),
        ("/a//b", Err(3)),
        ("/a/../b", Err(3)),
        ("/a/%2E%2e", Err(3)),
        ("/a/.?x=1", Err(3)),
        ("/{}", Err(1)),
        ("/{id", Err(1)),
        ("/{a{b}}", Err(1)),
        ("/id}", Err(3)),
        ("/a#b", Err(2)),
        ("/a b", Err(2)),
        ("/a?b?c", Err(4)),
        ("/a\\b", Err(2)),
        ("/ä", Err(1)),
    ];
    for (text, expected) in rows {
        let parsed = Template::parse(text);
        let found = parsed.as_ref().map(|template| template.names().collect::<Vec<_>>()).map_err(|error| error.at);
        assert_eq!(found, expected, "{text}");
        if let Ok(template) = parsed {
            assert_eq!(template.route(), text);
        }
    }
}

#[test]
fn a_value_is_encoded_and_can_climb_nowhere() {
    let rows = [
        ("/users/{v}", "42", Ok("/users/42")),
        ("/users/{v}", "a/b?c#d%e f", Ok("/users/a%2Fb%3Fc%23d%25e%20f")),
        ("/users/{v}", "../admin", Ok("/users/..%2Fadmin")),
        ("/users/{v}", "..", Err("v")),
        ("/users/{v}", ".", Err("v")),
        ("/users/{v}", "", Err("v")),
        ("/users/{v}/lock", "..", Err("v")),
        ("/users/{v}/lock", "", Err("v")),
        ("/users/{v}?all=1", "", Err("v")),
        ("/users/.{v}", ".", Err("v")),
        ("/users/{v}{v}", ".", Err("v")),
        ("/users/x{v}", "", Ok("/users/x")),
        ("/users/{v}.json", "..", Ok("/users/...json")),
        ("/users/{v}.", ".", Err("v")),
        ("/users/{v}./lock", ".", Err("v")),
        ("/users?q={v}", "", Ok("/users?q=")),
        ("/users?q={v}", "..", Ok("/users?q=..")),
        ("/users?q={v}", "+14155550100", Ok("/users?q=%2B14155550100")),
        ("/users?q={v}", "a&b=c;d", Ok("/users?q=a%26b%3Dc%3Bd")),
        ("/users?q={v}", "ü\n'", Ok("/users?q=%C3%BC%0A%27")),
        ("/users/{unknown}", "x", Err("unknown")),
    ];
    for (template, value, expected) in rows {
        let filled = Template::parse(template).unwrap().fill(|name| (name == "v").then_some(Cow::Borrowed(value)));
        assert_eq!(filled, expected.map(str::to_owned).map_err(str::to_owned), "{template} {value:?}");
    }
}

proptest! {
    #[test]
    fn a_value_changes_neither_the_segments_nor_the_parameters(value in any::<String>(), other in any::<String>()) {
        let template = Template::parse("/users/{a}/x{b}y/last?p={a}&q={b}").unwrap();
        let filled = template.fill(|name| Some(Cow::Owned(if name == "a" { value.clone() } else { other.clone() })));
        let Ok(filled) = filled else {
            prop_assert!(matches!(value.as_str(), "" | "." | ".."));
            return Ok(());
        };
        prop_assert!(filled.bytes().all(|byte| byte.is_ascii_graphic()) && !filled.contains('#'), "{}", filled);
        let (path, query) = filled.split_once('?').unwrap();
        let segments: Vec<&str> = path.split('/').collect();
        prop_assert_eq!(segments.len(), 5);
        prop_assert!(segments[1..].iter().all(|segment| !matches!(*segment, "" | "." | "..")));
        let pairs: Vec<_> = query.split('&').map(|pair| pair.split('=').count()).collect();
        prop_assert_eq!(pairs, vec![2, 2]);
        let decoded = percent_encoding::percent_decode_str(segments[2]).decode_utf8().unwrap();
        prop_assert_eq!(decoded.as_ref(), value.as_str());
    }
}

/// The path that `template` becomes with `value` for `{v}`; what is wrong with it, or `refused`.
fn filled(template: &str, value: &str) -> String {
    match Template::parse(template) {
        Ok(template) => {
            let filled = template.fill(|_| Some(Cow::Borrowed(value)));
            filled.unwrap_or_else(|name| format!("refused: {name}"))
        }
        Err(error) => format!("{}: {}", error.at, error.reason),
    }
}

#[test]
fn what_no_url_holds_is_encoded_in_a_query_and_told_in_a_path() {
    for (template, expected) in [
        (r#"/a?f=login eq "{v}""#, "/a?f=login%20eq%20%22x%22"),
        ("/a?f=a|b^c`d<e>f\\g", "/a?f=a%7Cb%5Ec%60d%3Ce%3Ef%5Cg"),
        ("/a?f=ü", "/a?f=%C3%BC"),
        ("/a?filter[name]={v}&x=%5B", "/a?filter[name]=x&x=%5B"),
        ("/a?{{{v}}}", "/a?%7Bx%7D"),
        ("/a{{b}}", "/a%7Bb%7D"),
        ("/a?f=\n", "5: a path template has no control characters"),
        (r#"/a"b"#, r#"2: `"` must be percent-encoded in a path: write `%22`"#),
        ("/a b", "2: ` ` must be percent-encoded in a path: write `%20`"),
        ("/ü", "1: `ü` must be percent-encoded in a path: write `%C3%BC`"),
        (
            "/a#b",
            "2: a fragment is never sent: a path template has no `#`; one that stands for itself is written `%23`",
        ),
        ("/a?b?c", "4: a path template has one `?`; one that stands for itself is written `%3F`"),
        ("/a?{v", "3: `{` without its `}`: a brace that stands for itself is written twice, `{{`"),
        (r#"/a?q={"a":1}"#, "5: `{` without its `}`: a brace that stands for itself is written twice, `{{`"),
        ("/a?v}", "4: `}` without its `{`: a brace that stands for itself is written twice, `}}`"),
    ] {
        assert_eq!(filled(template, "x"), expected, "{template}");
    }
}

const FILTERS: &str = r#"/users?filters=[{{"login":{{"operator":"=","values":["{v}"]}}}}]&page=1"#;

#[test]
fn a_json_text_in_a_query_is_written_as_it_is_and_encoded() {
    let sent = "/users?filters=%5B%7B%22login%22:%7B%22operator%22:%22=%22,%22values%22:%5B%22x%22%5D%7D%7D%5D&page=1";
    assert_eq!(filled(FILTERS, "x"), sent);
    // What its author has encoded is the same.
    let encoded = sent.replace("%22x%22", "%22{v}%22");
    assert_eq!(filled(&encoded, "x"), sent);
    assert_eq!(filled(&encoded, "\""), sent.replace("%22x%22", "%22%5C%22%22"));
    // It can be printed and read again.
    let template = Template::parse(FILTERS).unwrap();
    assert_eq!(Template::parse(&template.route()).unwrap(), template);
}

#[test]
fn what_stands_in_a_json_text_is_escaped_between_quotes_and_plain_outside() {
    for (template, value, expected) in [
        (r#"/a?q=["{v}"]"#, r#"a"b\c"#, "/a?q=%5B%22a%5C%22b%5C%5Cc%22%5D"),
        (r#"/a?q=["\"{v}"]"#, "\"", "/a?q=%5B%22%5C%22%5C%22%22%5D"),
        (r#"/a?q=["{v}"]"#, "\n&#", "/a?q=%5B%22%5Cn%26%23%22%5D"),
        ("/a?q=[{v}]", "7", "/a?q=%5B7%5D"),
        ("/a?q=[{v},{v}]", "-1.5e3", "/a?q=%5B-1.5e3,-1.5e3%5D"),
        ("/a?q=[{v}]", "true", "/a?q=%5Btrue%5D"),
        ("/a?q=[{v}]", "7,8", "refused: v"),
        ("/a?q=[{v}]", " 7", "refused: v"),
        ("/a?q=[{v}]", "ada", "refused: v"),
        ("/a?q=[{v}]", "\"ada\"", "refused: v"),
        ("/a?q=[{v}]", "[]", "refused: v"),
        ("/a?q=[{v}]", "", "refused: v"),
        // No JSON text: it does not begin as one, or is none and has no quotes.
        (r#"/a?q=x["{v}"]"#, "\"", "/a?q=x[%22%22%22]"),
        (r#"/a?q={v}["{v}"]"#, "\"", "/a?q=%22[%22%22%22]"),
        ("/a?q=[{v} TO {v}]", "a b", "/a?q=[a%20b%20TO%20a%20b]"),
        ("/a?[{v}]", "\"", "/a?[%22]"),
        ("/a?q=[1{v}]", "2", "/a?q=[12]"),
    ] {
        assert_eq!(filled(template, value), expected, "{template} {value:?}");
    }
    for template in [r#"/a?q=["{v}]"#, r#"/a?q=[{{"a":{v}1}}]"#, r#"/a?x=1&q=[{{"a":1}}"#] {
        let error = Template::parse(template).unwrap_err();
        assert!(error.reason.starts_with("this begins as a JSON text and is none: "), "{error}");
        assert_eq!(error.at, template.find('[').unwrap(), "{template}");
    }
}

proptest! {
    #[test]
    fn a_value_in_a_json_text_is_that_value_and_nothing_else(value in any::<String>()) {
        let path = Template::parse(FILTERS).unwrap().fill(|_| Some(Cow::Borrowed(value.as_str()))).unwrap();
        let query = path.strip_prefix("/users?filters=").and_then(|query| query.strip_suffix("&page=1")).unwrap();
        prop_assert!(query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'&' && byte != b'#'), "{}", query);
        let json = percent_encoding::percent_decode_str(query).decode_utf8().unwrap();
        let expected = json::json!([{"login": {"operator": "=", "values": [value]}}]);
        prop_assert_eq!(json::from_str::<json::Value>(&json).unwrap(), expected);
    }
}
