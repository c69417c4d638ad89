//! Rows for filter syntax, limits and printing, and the property that printing and parsing are inverse.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;
use crate::limits::{FILTER_BYTES_MAX, FILTER_DEPTH_MAX, FILTER_TERMS_MAX};
use crate::path::{any_attr_path, any_name};

/// The tree as prefix expressions, which need no precedence to be read.
fn tree(filter: &Filter) -> String {
    let all = |terms: &[Filter]| terms.iter().map(tree).collect::<Vec<_>>().join(" ");
    match filter {
        Filter::And(terms) => format!("(and {})", all(terms)),
        Filter::Or(terms) => format!("(or {})", all(terms)),
        Filter::Not(term) => format!("(not {})", tree(term)),
        Filter::Present(path) => format!("(pr {path})"),
        Filter::Compare { path, op, value } => format!("({op} {path} {value})"),
        Filter::Has { path, filter } => format!("(has {path} {})", tree(filter)),
    }
}

fn check(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        let filter: Filter = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(tree(&filter), *expected, "{text}");
        assert_eq!(filter.to_string().parse(), Ok(filter), "{text}");
    }
}

#[test]
fn the_examples_of_rfc_7644_section_3_4_2_2_parse() {
    check(&[
        ("userName eq \"bjensen\"", "(eq userName \"bjensen\")"),
        ("name.familyName co \"O'Malley\"", "(co name.familyName \"O'Malley\")"),
        ("userName sw \"J\"", "(sw userName \"J\")"),
        (
            "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"",
            "(sw urn:ietf:params:scim:schemas:core:2.0:User:userName \"J\")",
        ),
        ("title pr", "(pr title)"),
        ("meta.lastModified gt \"2011-05-13T04:42:34Z\"", "(gt meta.lastModified \"2011-05-13T04:42:34Z\")"),
        ("meta.lastModified ge \"2011-05-13T04:42:34Z\"", "(ge meta.lastModified \"2011-05-13T04:42:34Z\")"),
        ("meta.lastModified lt \"2011-05-13T04:42:34Z\"", "(lt meta.lastModified \"2011-05-13T04:42:34Z\")"),
        ("meta.lastModified le \"2011-05-13T04:42:34Z\"", "(le meta.lastModified \"2011-05-13T04:42:34Z\")"),
        ("title pr and userType eq \"Employee\"", "(and (pr title) (eq userType \"Employee\"))"),
        ("title pr or userType eq \"Intern\"", "(or (pr title) (eq userType \"Intern\"))"),
        (
            "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"",
            "(eq schemas \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\")",
        ),
        (
            "userType eq \"Employee\" and (emails co \"example.com\" or emails.value co \"example.org\")",
            "(and (eq userType \"Employee\") (or (co emails \"example.com\") (co emails.value \"example.org\")))",
        ),
        (
            "userType ne \"Employee\" and not (emails co \"example.com\" or emails.value co \"example.org\")",
            "(and (ne userType \"Employee\") (not (or (co emails \"example.com\") (co emails.value \"example.org\"))))",
        ),
        (
            "userType eq \"Employee\" and (emails.type eq \"work\")",
            "(and (eq userType \"Employee\") (eq emails.type \"work\"))",
        ),
        (
            "userType eq \"Employee\" and emails[type eq \"work\" and value co \"@example.com\"]",
            "(and (eq userType \"Employee\") (has emails (and (eq type \"work\") (co value \"@example.com\"))))",
        ),
        (
            "emails[type eq \"work\" and value co \"@example.com\"] or ims[type eq \"xmpp\" and value co \"@foo.com\"]",
            "(or (has emails (and (eq type \"work\") (co value \"@example.com\"))) \
             (has ims (and (eq type \"xmpp\") (co value \"@foo.com\"))))",
        ),
    ]);
}

#[test]
fn not_binds_tighter_than_and_and_and_tighter_than_or() {
    check(&[
        ("a pr or b pr and c pr", "(or (pr a) (and (pr b) (pr c)))"),
        ("a pr and b pr or c pr", "(or (and (pr a) (pr b)) (pr c))"),
        ("(a pr or b pr) and c pr", "(and (or (pr a) (pr b)) (pr c))"),
        ("not (a pr) and b pr", "(and (not (pr a)) (pr b))"),
        ("a pr or not (b pr) and c pr", "(or (pr a) (and (not (pr b)) (pr c)))"),
        ("a pr and b pr and c pr", "(and (pr a) (pr b) (pr c))"),
        ("a pr and (b pr and c pr)", "(and (pr a) (and (pr b) (pr c)))"),
        ("(a pr or b pr) or c pr", "(or (or (pr a) (pr b)) (pr c))"),
        ("((a pr))", "(pr a)"),
        ("x[a pr or b pr and not(c pr)]", "(has x (or (pr a) (and (pr b) (not (pr c)))))"),
    ]);
}

#[test]
fn operators_blanks_and_literals_are_read_liberally() {
    check(&[
        ("userName EQ \"x\" AND NOT(title Pr)", "(and (eq userName \"x\") (not (pr title)))"),
        ("  userName\teq \"x\"\n", "(eq userName \"x\")"),
        ("userName eq\"x\"and title pr", "(and (eq userName \"x\") (pr title))"),
        ("( a pr )and( b pr )", "(and (pr a) (pr b))"),
        ("emails[ type eq \"work\" ]", "(has emails (eq type \"work\"))"),
        ("active eq True", "(eq active true)"),
        ("active eq FALSE", "(eq active false)"),
        ("title eq NULL", "(eq title null)"),
        ("n eq -12", "(eq n -12)"),
        ("n eq 1.5e3", "(eq n 1500.0)"),
        ("n eq 18446744073709551615", "(eq n 18446744073709551615)"),
        ("and pr and or pr or not pr", "(or (and (pr and) (pr or)) (pr not))"),
        ("eq eq \"eq\"", "(eq eq \"eq\")"),
    ]);
}

#[test]
fn text_may_hold_anything_json_can_say() {
    check(&[
        (r#"displayName eq "Research and Development""#, r#"(eq displayName "Research and Development")"#),
        (r#"displayName eq "a) or (b pr" and x pr"#, r#"(and (eq displayName "a) or (b pr") (pr x))"#),
        (r#"displayName eq "Sam \"Ace\" Reyes""#, r#"(eq displayName "Sam \"Ace\" Reyes")"#),
        (r#"displayName eq "back\\""#, r#"(eq displayName "back\\")"#),
        (r#"a eq "\/\b\f\n\r\t\u00e9\ud83d\ude00""#, "(eq a \"/\\b\\f\\n\\r\\té😀\")"),
        (r#"a eq "]" and emails[value eq "]"]"#, r#"(and (eq a "]") (has emails (eq value "]")))"#),
        (r#"a eq "+100%'é日本""#, r#"(eq a "+100%'é日本")"#),
        (r#"a eq """#, r#"(eq a "")"#),
    ]);
}

/// idp-dialects row 19.
#[test]
fn a_comparison_behind_brackets_moves_into_them() {
    check(&[
        ("emails[type eq \"work\"].value eq \"x\"", "(has emails (and (eq type \"work\") (eq value \"x\")))"),
        ("emails[type eq \"work\"].value pr", "(has emails (and (eq type \"work\") (pr value)))"),
        (
            "emails[type eq \"work\" and primary eq true].value sw \"x\" or a pr",
            "(or (has emails (and (eq type \"work\") (eq primary true) (sw value \"x\"))) (pr a))",
        ),
        (
            "emails[type eq \"work\" or type eq \"home\"].value eq \"x\"",
            "(has emails (and (or (eq type \"work\") (eq type \"home\")) (eq value \"x\")))",
        ),
    ]);
}

#[test]
fn an_error_says_where_and_what_was_expected() {
    let operator = "expected an operator (`eq`, `ne`, `co`, `sw`, `ew`, `gt`, `ge`, `lt`, `le` or `pr`), found";
    let value = "expected a value: text in double quotes, a number, `true`, `false` or `null`, found";
    let name = "expected an attribute name of letters, digits, `-`, `_` or `$`, found";
    let rows = [
        ("", 0, "expected an attribute name, `not` or `(`, found the end".to_owned()),
        ("   ", 3, "expected an attribute name, `not` or `(`, found the end".to_owned()),
        ("word", 4, format!("{operator} the end")),
        ("PROBE of", 6, format!("{operator} `of`")),
        ("userName eq", 11, format!("{value} the end")),
        ("userName eq bjensen", 12, format!("{value} `bjensen`")),
        ("userName eq 'bjensen'", 12, format!("{value} `'bjensen'`")),
        ("n eq 01", 5, format!("{value} `01`")),
        ("n eq 1e999", 5, format!("{value} `1e999`")),
        ("n eq .5", 5, format!("{value} `.5`")),
        ("n eq (", 5, format!("{value} `(`")),
        ("userName eq \"x", 12, "the text that begins here has no closing `\"`".to_owned()),
        ("userName eq \"x\\", 12, "the text that begins here has no closing `\"`".to_owned()),
        ("userName eq \"x\\\"", 12, "the text that begins here has no closing `\"`".to_owned()),
        ("a pr b pr", 5, "expected `and`, `or` or the end, found `b`".to_owned()),
        ("a pr)", 4, "expected `and`, `or` or the end, found `)`".to_owned()),
        ("(a pr", 5, "expected `and`, `or` or `)`, found the end".to_owned()),
        ("x[a pr", 6, "expected `and`, `or` or `]`, found the end".to_owned()),
        ("x[a pr)", 6, "expected `and`, `or` or `]`, found `)`".to_owned()),
        ("a pr and", 8, "expected an attribute name, `not` or `(`, found the end".to_owned()),
        ("()", 1, "expected an attribute name, `not` or `(`, found `)`".to_owned()),
        ("\"x\" eq a", 0, "expected an attribute name, `not` or `(`, found `\"`".to_owned()),
        ("a..b pr", 2, format!("{name} `a..b`")),
        ("größe pr", 2, format!("{name} `größe`")),
        ("a pr and b:c pr", 9, "a schema in front of an attribute begins with `urn:`, found `b:c`".to_owned()),
        ("x[y[a pr]]", 3, "brackets cannot stand in brackets".to_owned()),
        ("x.y[a pr]", 0, "brackets stand behind an attribute, not behind a sub-attribute `x.y`".to_owned()),
        ("x[a pr].", 8, "expected a sub-attribute name behind `].`".to_owned()),
        ("x[a pr].b.c eq 1", 8, "expected a sub-attribute name behind `].`".to_owned()),
        ("x[a pr].b", 9, format!("{operator} the end")),
        ("emails [a pr]", 7, format!("{operator} `[`")),
    ];
    for (text, at, reason) in rows {
        assert_eq!(text.parse::<Filter>(), Err(FilterError::Syntax { reason, at }), "{text}");
    }
}

#[test]
fn text_that_is_no_json_is_refused() {
    for text in [r#"a eq "\x""#, r#"a eq "\ud800""#, r#"a eq "\u12""#, "a eq \"line\nbreak\""] {
        assert!(matches!(text.parse::<Filter>(), Err(FilterError::Syntax { at: 5, .. })), "{text}");
    }
}

#[test]
fn a_filter_is_read_up_to_each_limit_and_not_beyond() {
    let long = |bytes: usize| format!("a eq \"{}\"", "x".repeat(bytes - 7));
    let deep = |open: &str, close: &str, levels: usize| format!("{}a pr{}", open.repeat(levels), close.repeat(levels));
    let many = |terms: usize| vec!["a pr"; terms].join(" and ");
    let (depth, terms) = (FILTER_DEPTH_MAX as usize, FILTER_TERMS_MAX as usize);
    let rows = [
        (long(FILTER_BYTES_MAX), long(FILTER_BYTES_MAX + 1)),
        (deep("(", ")", depth), deep("(", ")", depth + 1)),
        (deep("not (", ")", depth), deep("not (", ")", depth + 1)),
        (format!("x[{}]", deep("(", ")", depth - 1)), format!("x[{}]", deep("(", ")", depth))),
        (deep("(", "", depth - 1).replace("a pr", "x[a pr]") + &")".repeat(depth - 1), {
            deep("(", "", depth).replace("a pr", "x[a pr]") + &")".repeat(depth)
        }),
        (many(terms), many(terms + 1)),
        (format!("x[{}].b pr", many(terms - 1)), format!("x[{}].b pr", many(terms))),
    ];
    // Depth is what is open at once.
    assert!(vec!["(a pr)"; depth + 1].join(" or ").parse::<Filter>().is_ok());
    for (within, beyond) in rows {
        assert!(within.parse::<Filter>().is_ok(), "{within}");
        assert!(matches!(beyond.parse::<Filter>(), Err(FilterError::TooLarge { .. })), "{beyond}");
    }
    assert_eq!(
        many(terms + 1).parse::<Filter>().unwrap_err().to_string(),
        "the filter is too large: at most 256 comparisons"
    );
}

#[test]
fn every_comparison_is_shown_under_its_full_path_and_may_be_rewritten() {
    let mut filter: Filter = "a eq \"1\" and (b pr or not (x[c co \"2\" and d eq 3].e eq \"4\"))".parse().unwrap();
    let mut seen = Vec::new();
    filter.for_each_compare_mut(&mut |path, op, value| {
        seen.push(format!("{path} {op} {value}"));
        *value = Literal::Boolean(true);
    });
    assert_eq!(seen, ["a eq \"1\"", "x.c co \"2\"", "x.d eq 3", "x.e eq \"4\""]);
    assert_eq!(filter.to_string(), "a eq true and (b pr or not (x[c co true and d eq true and e eq true]))");
}

// === properties ===

fn any_literal() -> impl Strategy<Value = Literal> {
    let float = proptest::num::f64::NORMAL.prop_filter_map("finite", json::Number::from_f64);
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Boolean),
        any::<i64>().prop_map(|number| Literal::Number(number.into())),
        any::<u64>().prop_map(|number| Literal::Number(number.into())),
        float.prop_map(Literal::Number),
        any::<String>().prop_map(Literal::String),
        "[a-z @.\"\\\\]{0,12}".prop_map(Literal::String),
    ]
}

fn any_comparison(path: impl Strategy<Value = AttrPath> + Clone + 'static) -> impl Strategy<Value = Filter> {
    let op = proptest::sample::select(CompareOp::ALL.to_vec());
    prop_oneof![
        path.clone().prop_map(Filter::Present),
        (path, op, any_literal()).prop_map(|(path, op, value)| Filter::Compare { path, op, value }),
    ]
}

fn any_logic(leaf: impl Strategy<Value = Filter> + 'static) -> impl Strategy<Value = Filter> {
    leaf.prop_recursive(4, 24, 4, |inner| {
        let several = proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several.clone().prop_map(Filter::And),
            several.prop_map(Filter::Or),
            inner.prop_map(|term| Filter::Not(Box::new(term))),
        ]
    })
}

pub(crate) fn any_element_filter() -> impl Strategy<Value = Filter> {
    let name = any_name().prop_map(|name| AttrPath { schema: None, name, sub: None }).boxed();
    any_logic(any_comparison(name))
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let has = (any_attr_path(), any_element_filter())
        .prop_map(|(path, filter)| Filter::Has { path: AttrPath { sub: None, ..path }, filter: Box::new(filter) });
    any_logic(prop_oneof![3 => any_comparison(any_attr_path().boxed()), 1 => has])
}

const TOKENS: &[&str] = &[
    "userName",
    "emails",
    "type",
    "value",
    "active",
    "meta.created",
    " eq ",
    " co ",
    " pr",
    " and ",
    " or ",
    "not ",
    "not(",
    "(",
    ")",
    "[",
    "].",
    "]",
    "\"x\"",
    "\"",
    "\\",
    "1",
    "-",
    "true",
    "null",
    " ",
    "urn:",
    ":",
    ".",
    "é",
    "emails[type eq \"work\"]",
    "userName eq \"x\"",
    ".value eq \"x\"",
];

proptest! {
    #[test]
    fn a_printed_filter_parses_to_itself(filter in any_filter()) {
        let text = filter.to_string();
        prop_assume!(text.len() <= FILTER_BYTES_MAX);
        prop_assert_eq!(text.parse::<Filter>(), Ok(filter), "{}", text);
    }

    #[test]
    fn any_text_is_a_filter_or_an_error(text in "\\PC*") {
        let _ = text.parse::<Filter>();
    }

    #[test]
    fn any_text_of_filter_tokens_is_a_filter_or_an_error(
        tokens in proptest::collection::vec(proptest::sample::select(TOKENS), 0..16)
    ) {
        let text = tokens.concat();
        match text.parse::<Filter>() {
            Ok(filter) => {
                prop_assert_eq!(filter.to_string().parse::<Filter>(), Ok(filter.clone()));
                let _ = crate::schema::sample::user_type().bind_filter(&filter);
            }
            Err(FilterError::Syntax { at, .. }) => prop_assert!(text.is_char_boundary(at), "{at}"),
            Err(error) => prop_assert!(false, "{}", error),
        }
    }
}
