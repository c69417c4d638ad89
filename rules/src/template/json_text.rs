//! JSON texts in a query: `?filters=[{{"login":{{"values":["{login}"]}}}}]`. A value stays the value that it is, whatever quotes it holds.

use std::borrow::Cow;

use json::Value;
use percent_encoding::percent_decode_str;

use super::token::Token;

/// Where a placeholder stands in a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonPlace {
    /// Between quotes.
    Text,
    /// Outside of them: a number, `true`, `false` or `null`.
    Bare,
}

impl JsonPlace {
    /// The value as it is written there, before it is percent-encoded; `None` if it cannot stand there.
    pub(super) fn written(self, value: Cow<'_, str>) -> Option<Cow<'_, str>> {
        match self {
            JsonPlace::Text => {
                let quoted = Value::String(value.into_owned()).to_string();
                Some(Cow::Owned(quoted[1..quoted.len() - 1].to_owned()))
            }
            JsonPlace::Bare => {
                let is_plain = value.trim() == value
                    && matches!(json::from_str(&value), Ok(Value::Null | Value::Bool(_) | Value::Number(_)));
                is_plain.then_some(value)
            }
        }
    }
}

/// The places of the placeholders in the value of a query parameter; `None` if it is no JSON text.
///
/// # Errors
/// That it begins as one, has a quote, and is none.
pub(super) fn json_text(value: &[(usize, Token<'_>)]) -> Result<Option<Vec<JsonPlace>>, String> {
    let mut text = String::new();
    let mut places = Vec::new();
    let (mut inside, mut escaped) = (false, false);
    for (_, token) in value {
        let fixed = match token {
            Token::Text(fixed) => percent_decode_str(fixed).decode_utf8_lossy(),
            Token::Brace('{') => Cow::Borrowed("{"),
            Token::Brace(_) => Cow::Borrowed("}"),
            Token::Name(_) if text.is_empty() => return Ok(None),
            Token::Name(_) => {
                places.push(if inside { JsonPlace::Text } else { JsonPlace::Bare });
                // Nothing else can stand beside it: neither digits nor a second one.
                text.push_str(if inside { "x" } else { "null" });
                continue;
            }
        };
        for letter in fixed.chars() {
            if letter == '"' && !escaped {
                inside = !inside;
            }
            escaped = inside && letter == '\\' && !escaped;
        }
        text.push_str(&fixed);
    }
    if !text.starts_with(['[', '{']) {
        return Ok(None);
    }
    match json::from_str::<Value>(&text) {
        Ok(_) => Ok(Some(places)),
        Err(_) if !text.contains('"') => Ok(None),
        Err(error) => {
            // Its column is one of a text that nobody has written.
            let error = error.to_string();
            let why = error.split(" at line ").next().unwrap_or_default();
            Err(format!("this begins as a JSON text and is none: {why}"))
        }
    }
}
