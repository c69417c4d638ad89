//! One text for one JSON value, so that equality of values is equality of texts. Never looks at what a value means.

use json::Value;

/// The value as JSON without white space, the keys of its objects sorted: equal values give equal texts.
pub(crate) fn canonical(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => {
            let mut sorted = value.clone();
            sorted.sort_all_objects();
            sorted.to_string()
        }
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use json::json;

    use super::*;

    fn check(value: &Value, text: &str) {
        assert_eq!(canonical(value), text);
    }

    #[test]
    fn equal_values_give_equal_texts_and_others_do_not() {
        check(&json!("E-1"), r#""E-1""#);
        check(&json!("1"), r#""1""#);
        check(&json!(1), "1");
        check(&json!(true), "true");
        check(&json!(null), "null");
        check(&json!("a\"b\u{0}"), r#""a\"b\u0000""#);
        check(&json!([{"b": 1, "a": {"d": 2, "c": 3}}]), r#"[{"a":{"c":3,"d":2},"b":1}]"#);
        check(&json!({"a": [2, 1], "B": null}), r#"{"B":null,"a":[2,1]}"#);
    }
}
