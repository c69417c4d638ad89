//! As much of JSON Schema as the schemas of this crate use; a keyword that it does not know fails the test.

use json::{Map, Value};

/// What in `value` does not fit `schema`: `/path: why`.
pub(super) fn misfits(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    look(schema, schema, value, "", &mut found);
    found
}

fn look(root: &Value, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let place = if path.is_empty() { "/" } else { path };
    for (keyword, wanted) in schema.as_object().unwrap() {
        let misfit = match keyword.as_str() {
            "$schema" | "title" | "$defs" | "description" | "markdownDescription" | "$comment" => None,
            "$ref" => {
                let name = wanted.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                look(root, &root["$defs"][name], value, path, found);
                None
            }
            "type" => (!is_of_type(wanted, value)).then(|| format!("not of type {wanted}")),
            "enum" => (!wanted.as_array().unwrap().contains(value)).then(|| "none of the words".to_owned()),
            "minimum" => {
                is_number_so(value, |number| Some(number) < wanted.as_f64()).then(|| format!("below {wanted}"))
            }
            "maximum" => is_number_so(value, |number| Some(number) > wanted.as_f64()).then(|| format!("over {wanted}")),
            "pattern" => value.as_str().and_then(|text| pattern(wanted.as_str().unwrap(), text)),
            "items" => {
                for (at, element) in value.as_array().into_iter().flatten().enumerate() {
                    look(root, wanted, element, &format!("{path}/{at}"), found);
                }
                None
            }
            "anyOf" => {
                let fits = |schema: &Value| {
                    let mut inner = Vec::new();
                    look(root, schema, value, path, &mut inner);
                    inner.is_empty()
                };
                (!wanted.as_array().unwrap().iter().any(fits)).then(|| "none of the forms".to_owned())
            }
            "properties" => {
                for (key, inner) in value.as_object().into_iter().flatten() {
                    if let Some(known) = wanted.get(key) {
                        look(root, known, inner, &format!("{path}/{key}"), found);
                    }
                }
                None
            }
            "additionalProperties" => {
                others(root, schema, value, path, found);
                None
            }
            "required" => {
                for key in wanted.as_array().unwrap().iter().filter_map(Value::as_str) {
                    if value.as_object().is_some_and(|object| !object.contains_key(key)) {
                        found.push(format!("{place}: `{key}` is missing"));
                    }
                }
                None
            }
            other => panic!("the validator does not know `{other}`"),
        };
        found.extend(misfit.map(|misfit| format!("{place}: {misfit}")));
    }
    found.sort();
}

/// The keys that `properties` does not name.
fn others(root: &Value, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let none = Map::new();
    let known = schema["properties"].as_object().unwrap_or(&none);
    for (key, inner) in value.as_object().into_iter().flatten().filter(|(key, _)| !known.contains_key(key)) {
        match &schema["additionalProperties"] {
            Value::Bool(false) => {
                let place = if path.is_empty() { "/" } else { path };
                found.push(format!("{place}: `{key}` is unknown"));
            }
            names => look(root, names, inner, &format!("{path}/{key}"), found),
        }
    }
}

fn is_of_type(wanted: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("the validator does not know the type `{other}`"),
    };
    match wanted {
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        name => is(name.as_str().unwrap()),
    }
}

fn is_number_so(value: &Value, holds: impl Fn(f64) -> bool) -> bool {
    value.as_f64().is_some_and(holds)
}

/// The two patterns there are: a name, and a name behind `secret:`.
fn pattern(pattern: &str, text: &str) -> Option<String> {
    let is_name = |text: &str| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let fits = match pattern {
        "^[a-z0-9-]{1,64}$" => is_name(text),
        "^secret:[a-z0-9-]{1,64}$" => text.strip_prefix("secret:").is_some_and(is_name),
        other => panic!("the validator does not know the pattern `{other}`"),
    };
    (!fits).then(|| "not of the pattern".to_owned())
}
