//! Bodies of questions that are sent as POST, filled with what the placeholders of the question stand for.
//!
//! No record is at hand yet: ids, values and pages come as texts, and are numbers where the target counts.

use std::borrow::Cow;

use serde_json::{Map, Number, Value};

use crate::lookup::scalar_text;
use crate::params::Params;
use crate::profile::BodyTemplate;

/// What names a page.
const CURSOR: &str = "cursor";

impl BodyTemplate {
    /// The body; `text` gives what a name stands for, before the tenant's parameters.
    ///
    /// # Errors
    /// The name that has no value: a question that lacks what it is about would find everybody. Only the first page has none
    /// that is named.
    pub(crate) fn asked<'v>(
        &self,
        params: &Params,
        text: &dyn Fn(&str) -> Option<Cow<'v, str>>,
    ) -> Result<Option<Value>, String> {
        let is_missing = |name: &&str| *name != CURSOR && text(name).is_none() && params.value(name).is_none();
        match self.names().into_iter().find(is_missing) {
            Some(name) => Err(name.to_owned()),
            None => Ok(self.filled(params, text)),
        }
    }

    /// `None` if nothing of it has a value. As deep as the profile writes it.
    fn filled<'v>(
        &self,
        params: &Params,
        text: &dyn Fn(&str) -> Option<Cow<'v, str>>,
    ) -> Option<Value> {
        let value = |name: &str| match text(name) {
            Some(text) => Some(Value::String(text.into_owned())),
            None => params.value(name).cloned(),
        };
        match self {
            Self::Fixed(fixed) => Some(fixed.clone()),
            Self::Name(name) => value(name),
            Self::Number(name) => value(name).map(number),
            Self::Text(template) => {
                // A part of a text that has no value is an empty part.
                let part = |name: &str| value(name).as_ref().and_then(scalar_text).unwrap_or_default().into_owned();
                let is_said = template.names().any(|name| value(name).is_some());
                is_said.then(|| template.fill(|name| Some(Cow::Owned(part(name)))).map(Value::String)).flatten()
            }
            Self::Array(elements) => {
                let filled: Vec<Value> = elements.iter().filter_map(|element| element.filled(params, text)).collect();
                (elements.is_empty() || !filled.is_empty()).then_some(Value::Array(filled))
            }
            Self::Object(fields) => {
                let field = |(name, field): &(String, Self)| Some((name.clone(), field.filled(params, text)?));
                let filled: Map<String, Value> = fields.iter().filter_map(field).collect();
                (fields.is_empty() || !filled.is_empty()).then_some(Value::Object(filled))
            }
        }
    }
}

/// A text that is a whole number as that number; anything else as it is.
pub(super) fn number(value: Value) -> Value {
    let number = value.as_str().and_then(|text| text.parse::<i64>().ok());
    number.map_or(value, |number| Value::Number(Number::from(number)))
}
