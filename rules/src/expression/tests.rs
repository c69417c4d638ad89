//! The language: grammar, types, messages with their spans, limits, and that nothing panics.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;
use proptest::prelude::*;

use super::fixture::{Fixture, check, refused};
use super::*;

/// Variables that hold the same JSON everywhere.
struct Same(json::Value);

impl Variables for Same {
    fn reference(&self, _: usize) -> Value<'_> {
        Value::from_json(&self.0)
    }

    fn name(&self, _: usize) -> Value<'_> {
        Value::from_json(&self.0)
    }
}

/// Every problem as `kind "the text it is about": message (help)`.
#[track_caller]
fn problems(text: &str, expected: &[&str]) {
    let problems = Expression::compile(text, &Fixture).expect_err(text);
    let told = |problem: &Problem| {
        let about = &text[problem.span.start..problem.span.end];
        format!("{:?} `{about}`: {} ({})", problem.kind, problem.message, problem.help)
    };
    assert_eq!(problems.iter().map(told).collect::<Vec<_>>(), expected, "{text}");
}

#[test]
fn literals_and_references_are_values() {
    check(r#""a\"b\\c\n\t\'""#, r#""a\"b\\c\n\t'""#);
    check("'MSISDN \"x\"'", r#""MSISDN \"x\"""#);
    check("-5", "-5");
    check("2.50", "2.5");
    check("[ userName ]", r#""jdoe""#);
    check(r#"[emails[type eq "work"].value]"#, r#""w@example.com""#);
    check(r#"[roles[value eq "]"].display]"#, r#""bracket""#);
    check("cost-center", r#""c1""#);
    check("code == 'MSISDN_TAKEN' && errors.0.field == 'phone'", "true");
}

#[test]
fn operators_bind_as_in_other_languages() {
    check("true || true && false", "true");
    check("(true || true) && false", "false");
    check("!false && false", "false");
    check("!(false && false)", "true");
    check("1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3 && 1 != 2", "true");
    check("'a' < 'b' && !('B' > 'a')", "true");
    check("false ? 1 : true ? 2 : 3", "2");
    check("1 == 1.0 && 1.5 > 1", "true");
}

#[test]
fn what_is_absent_is_false_and_equals_nothing_else() {
    check("[nothing] == 'x'", "false");
    check("[nothing] != 'x'", "true");
    check("[nothing] == [nothing]", "true");
    check("[nothing] <= 1 || [nothing] >= 1", "false");
    check("![nothing]", "true");
    check("[nothing] ? 1 : 2", "2");
    check("[number] == 'x'", "false");
}

#[test]
fn what_is_rejected_travels_outward() {
    for text in ["[bad] == 1", "![bad]", "[bad] && true", "[bad] ? 1 : 2", "false || [bad]", "ToLower(Trim([bad]))"] {
        check(text, "rejected: bad value");
    }
    check("false && [bad]", "false");
    check("true || [bad]", "true");
}

#[test]
fn problems_of_the_grammar_say_what_to_write() {
    problems("[country] = 'USA'", &["Syntax `=`: `=` is no operator (write `==`)"]);
    problems("[country] <> 'USA'", &["Syntax `<>`: `<>` is no operator (write `!=`)"]);
    problems("true and false", &["Syntax `and`: `and` is no operator (write `&&`)"]);
    problems("IIF(true OR false, 1, 2)", &["Syntax `OR`: `OR` is no operator (write `||`)"]);
    problems("not true", &["Syntax `not`: `not` is no operator (write `!`)"]);
    problems("true & false", &["Syntax `&`: `&` is no operator (write `&&`)"]);
    problems("'a' + 'b'", &["Syntax `+`: `+` has no meaning here (join texts with `Join(\"\", …)` or `Append(…)`)"]);
    problems("“a”", &["Syntax `“`: `“` has no meaning here (write straight quotes: `\"`)"]);
    problems("\"a\"\"b\"", &["Syntax `\"\"`: a text is followed by another (write `\\\"` for a quote inside a text)"]);
    problems("\"a", &["Syntax `\"a`: this text is not closed (end it with `\"`)"]);
    problems("[a[b]", &["Syntax `[a[b]`: this bracket is not closed (end the reference with `]`)"]);
    problems("1 < 2 < 3", &["Syntax `<`: a comparison of a comparison (join two comparisons with `&&`)"]);
    problems("", &["Syntax ``: the expression ends where a value should come ()"]);
    problems("(1", &["Syntax ``: the expression ends where `)` should come ()"]);
    problems("1 2", &["Syntax `2`: a number stands where an operator, or the end should come ()"]);
    problems(
        "99999999999999999999",
        &["Syntax `99999999999999999999`: this number is too large (the largest is 9223372036854775807)"],
    );
    refused(r#""\d""#, "unknown escape");
    refused("1x", "a letter in a number");
    refused("[]", "nothing in the brackets");
}

#[test]
fn every_unknown_name_is_reported_with_what_is_meant() {
    problems(
        "Join(' ', [userNme], regon, TooLower('x'))",
        &[
            "UnknownName `[userNme]`: there is no `[userNme]` (did you mean `[userName]`?)",
            "UnknownName `regon`: there is no `regon` (did you mean `region`?)",
            "UnknownFunction `TooLower`: there is no function `TooLower` (did you mean `ToLower`?)",
        ],
    );
    problems("userName", &["UnknownName `userName`: there is no `userName` (write `[userName]`)"]);
    problems("[region]", &["UnknownName `[region]`: there is no `[region]` (write `region`, without brackets)"]);
    problems("ToLower", &["UnknownName `ToLower`: there is no `ToLower` (it is a function: write `ToLower(text)`)"]);
    problems("True", &["UnknownName `True`: there is no `True` (did you mean `true`?)"]);
}

#[test]
fn types_and_numbers_of_arguments_are_checked() {
    problems(
        "ToLower(5)",
        &["Type `5`: argument 1 of `ToLower` must be a text, this is a number (`CStr(…)` makes a text of it)"],
    );
    problems("Left('a')", &["Arity `Left('a')`: `Left` does not take 1 arguments (write `Left(text, characters)`)"]);
    problems("Left(, 1)", &["Arity ``: argument 1 of `Left` is empty (write `Left(text, characters)`)"]);
    problems(
        "[level] == 'x'",
        &[
            "Type `[level] == 'x'`: a number is compared with a text (compare values of one type; `CStr(…)` makes a text of a number or boolean)",
        ],
    );
    problems("[active] < true", &["Type `[active] < true`: only texts and numbers have an order (use `==` or `!=`)"]);
    problems(
        "[userName] ? 1 : 'x'",
        &[
            "Type `[userName]`: a condition is a boolean, this is a text (compare it with something: `… == …`)",
            "Type `'x'`: this is a text, the value before it is a number (give values of one type in every case)",
        ],
    );
    refused("E164('0123', 'XX')", "there is no region `XX`");
    refused("ToLower(Item(1, 1))", "must be a list");
}

#[test]
fn results_have_types() {
    for (text, expected) in [
        ("'a'", Type::Text),
        ("[mail]", Type::Any),
        ("[level] > 1", Type::Boolean),
        ("true ? 1 : 2", Type::Number),
        ("IIF(true, 'a', [userName])", Type::Text),
        ("IIF(true, 'a', [mail])", Type::Any),
        ("Split('a', 'b')", Type::List),
        ("Switch([level], , 1, 'a')", Type::Text),
    ] {
        assert_eq!(Expression::compile(text, &Fixture).unwrap().result(), expected, "{text}");
    }
}

#[test]
fn references_are_listed_once_ascending() {
    let expression = Expression::compile("Join('', [last], [mail], region, IIF([last] == 'x', 1, 2))", &Fixture);
    assert_eq!(expression.unwrap().references(), [0, 2]);
}

#[test]
fn limits_hold_on_both_sides() {
    let compiles = |text: String| match Expression::compile(&text, &Fixture) {
        Ok(_) => true,
        Err(problems) => {
            assert_eq!(problems[0].kind, ProblemKind::TooLarge, "{problems:?}");
            false
        }
    };
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    let depth = DEPTH_MAX as usize;
    assert!(compiles(nested(depth - 1)) && !compiles(nested(depth)));
    assert!(compiles(format!("{}true", "!".repeat(depth - 1))) && !compiles(format!("{}true", "!".repeat(depth))));
    let called = |depth: usize| format!("{}'a'{}", "Trim(".repeat(depth), ")".repeat(depth));
    assert!(compiles(called(depth - 1)) && !compiles(called(depth)));
    let wide = |nodes: usize| format!("Join(''{})", ",1".repeat(nodes - 2));
    assert!(compiles(wide(NODES_MAX)) && !compiles(wide(NODES_MAX + 1)));
    let long = |bytes: usize| format!("1{}", " ".repeat(bytes - 1));
    assert!(compiles(long(SOURCE_BYTES_MAX)) && !compiles(long(SOURCE_BYTES_MAX + 1)));
}

#[test]
fn a_normaliser_takes_the_value_first() {
    let normal = |rule: &str, text: &str| {
        let normaliser = Normaliser::compile(rule, &Fixture).unwrap();
        assert_eq!(normaliser.name(), rule);
        normaliser.apply(text, &Fixture)
    };
    assert_eq!(normal("ToLower", "ABC").as_deref(), Ok("abc"));
    assert_eq!(normal("E164(region)", "555 010 0188").as_deref(), Ok("15550100188"));
    assert_eq!(normal("E164(\"GB\")", "0123 456 7890").as_deref(), Ok("441234567890"));
    assert_eq!(
        normal("IgnoreFlowIfNullOrEmpty", "").unwrap_err(),
        "\"\" has no normal form by `IgnoreFlowIfNullOrEmpty`"
    );
    assert!(normal("E164(region)", "0123").unwrap_err().starts_with("\"0123\" is not a mobile number"));
}

#[test]
fn what_makes_no_text_of_a_text_is_no_normaliser() {
    for (rule, kind, words) in [
        ("'x'", ProblemKind::Type, "this is no function"),
        ("Split(',')", ProblemKind::Type, "this gives a list, a normal form is a text"),
        ("Count", ProblemKind::Type, "argument 1 of `Count` must be a list, this is a text"),
        ("E164", ProblemKind::Arity, "`E164` does not take 0 arguments behind the value itself"),
        ("E164(\"XX\")", ProblemKind::Type, "there is no region `XX`"),
        ("e165(region)", ProblemKind::UnknownFunction, "there is no function `e165`"),
        ("E164(", ProblemKind::Syntax, "the expression ends"),
    ] {
        let problem = Normaliser::compile(rule, &Fixture).unwrap_err().remove(0);
        assert_eq!(problem.kind, kind, "{rule}");
        assert!(problem.message.contains(words), "{rule}: {}", problem.message);
    }
}

/// Expressions of the grammar, many of which compile.
fn expressions() -> impl Strategy<Value = String> {
    let names: Vec<&str> = functions().iter().map(|function| function.name).collect();
    let leaf = prop_oneof![
        Just("[mail]".to_owned()),
        Just("[userName]".to_owned()),
        Just("[list]".to_owned()),
        Just("region".to_owned()),
        Just("true".to_owned()),
        Just("'ab c'".to_owned()),
        any::<i32>().prop_map(|number| number.to_string()),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let call = (proptest::sample::select(names.clone()), prop::collection::vec(inner.clone(), 1..5));
        prop_oneof![
            call.prop_map(|(name, arguments)| format!("{name}({})", arguments.join(", "))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} == {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} < {b} || !{a})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
        ]
    })
}

fn json_values() -> impl Strategy<Value = json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|truth| json!(truth)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| json!(items)),
            inner.prop_map(|value| json!({"key": value})),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_compiles_evaluates(text in expressions(), json in json_values()) {
        if let Ok(expression) = Expression::compile(&text, &Fixture) {
            let _ = expression.eval(&Same(json)).into_json();
        }
    }

    #[test]
    fn any_text_compiles_or_has_problems_inside_it(text in any::<String>()) {
        if let Err(problems) = Expression::compile(&text, &Fixture) {
            for problem in problems {
                prop_assert!(text.get(problem.span.start..problem.span.end).is_some());
            }
        }
    }

    #[test]
    fn any_row_of_tokens_compiles_or_has_problems_inside_it(
        tokens in prop::collection::vec(proptest::sample::select(vec![
            "[mail]", "Join", "(", ")", ",", "'a'", "1", "-", "!", "&&", "||", "==", "<", "?", ":", "and", "ü", "[", "\"", "\\",
        ]), 0..20),
    ) {
        let text = tokens.join(" ");
        for problem in Expression::compile(&text, &Fixture).err().unwrap_or_default() {
            prop_assert!(text.get(problem.span.start..problem.span.end).is_some());
        }
        let _ = Normaliser::compile(&text, &Fixture);
    }
}
