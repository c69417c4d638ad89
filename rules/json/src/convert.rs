//! To and from what is not a [`Value`], by way of `serde_json`'s own: for tests and tools, never on the data path.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Map, Value};

/// Makes a value of anything that can be written as JSON.
///
/// # Errors
/// As `serde_json::to_value`: what cannot be written, such as a map whose keys are no text.
pub fn to_value(value: impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(value).map(Value::from)
}

/// Reads anything that can be read from JSON out of a value.
///
/// # Errors
/// As `serde_json::from_value`: a value of another shape.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    serde_json::from_value(value.into())
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(truth) => Value::Bool(truth),
            serde_json::Value::Number(number) => Value::Number(number),
            serde_json::Value::String(text) => Value::String(text),
            serde_json::Value::Array(elements) => elements.into_iter().collect(),
            serde_json::Value::Object(object) => {
                object.into_iter().map(|(key, value)| (key, value.into())).collect::<Map>().into()
            }
        }
    }
}

impl From<Value> for serde_json::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(truth) => serde_json::Value::Bool(truth),
            Value::Number(number) => serde_json::Value::Number(number),
            Value::String(text) => serde_json::Value::String(text),
            Value::Array(elements) => elements.into_iter().map(serde_json::Value::from).collect(),
            Value::Object(object) => {
                object.into_iter().map(|(key, value)| (key, serde_json::Value::from(value))).collect()
            }
        }
    }
}
