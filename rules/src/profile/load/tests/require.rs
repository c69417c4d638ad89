//! `[[require]]`: what it takes, and when it holds.

use std::collections::BTreeMap;

use json::{Value, json};

use super::*;
use crate::params::Params;

const SAML: &str = r#"title = "Demo"
[params]
saml = { type = "boolean", default = false }
seats = { type = "integer", default = 0 }
[[require]]
that = "saml"
detail = "turn SAML on first"
[[require]]
that = "seats > 0"
detail = "buy a seat"
"#;

#[test]
fn the_first_condition_that_does_not_hold_is_told() {
    let profile = loaded("title = \"Demo\"\n", SAML);
    for (given, expected) in [
        (json!({}), Some("turn SAML on first")),
        (json!({"saml": false, "seats": 3}), Some("turn SAML on first")),
        (json!({"saml": true}), Some("buy a seat")),
        (json!({"saml": true, "seats": 3}), None),
    ] {
        let given: BTreeMap<String, Value> = json::from_value(given).unwrap();
        let params = Params::bind(&profile.params, &given).unwrap();
        assert_eq!(profile.unmet(&params).map(|unmet| unmet.detail.as_ref()), expected, "{given:?}");
    }
}

#[test]
fn a_condition_is_about_parameters_and_true_or_false() {
    for (that, code) in [
        ("seats", Code::ExpressionType),
        ("userName == \"x\"", Code::UnknownName),
        ("[userName] == \"x\"", Code::UnknownName),
        ("saml ==", Code::ExpressionSyntax),
    ] {
        let text = SAML.replace("that = \"saml\"", &format!("that = '{that}'"));
        only(code, "title = \"Demo\"\n", &text);
    }
}
