//! Bodies of questions that are sent as POST, filled with what the placeholders of the question stand for.
//!
//! Most often no record is at hand yet: ids, values and pages come as texts, and are numbers where the target counts.

use std::borrow::Cow;

use json::{Map, Number, Value};

use crate::lookup::scalar_text;
use crate::params::Params;
use crate::profile::{BodyKey, BodyTemplate};

/// What names a page.
const CURSOR: &str = "cursor";

impl BodyTemplate {
    /// The body; `own` gives what a name stands for, before the tenant's parameters.
    ///
    /// # Errors
    /// The name that has no value: a question that lacks what it is about would find everybody. Only the first page has none
    /// that is named.
    pub(crate) fn asked(&self, params: &Params, own: &dyn Fn(&str) -> Option<Value>) -> Result<Option<Value>, String> {
        let value = |name: &str| own(name).or_else(|| params.value(name).cloned());
        match self.names().into_iter().find(|name| *name != CURSOR && value(name).is_none()) {
            Some(name) => Err(name.to_owned()),
            None => Ok(self.filled(&value)),
        }
    }

    /// `None` if nothing of it has a value. As deep as the profile writes it.
    fn filled(&self, value: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
        match self {
            Self::Fixed(fixed) => Some(fixed.clone()),
            Self::Name(name) => value(name),
            Self::Number(name) => value(name).map(number),
            Self::Text(template) => {
                let part = |name: &str| Some(Cow::Owned(scalar_text(&value(name)?)?.into_owned()));
                template.fill(part).map(Value::String)
            }
            Self::Array(elements) => {
                let filled: Vec<Value> = elements.iter().filter_map(|element| element.filled(value)).collect();
                (elements.is_empty() || !filled.is_empty()).then_some(Value::Array(filled))
            }
            Self::Object(fields) => {
                let field = |(key, field): &(BodyKey, Self)| Some((key.filled(value)?, field.filled(value)?));
                let filled: Map = fields.iter().filter_map(field).collect();
                (fields.is_empty() || !filled.is_empty()).then_some(Value::Object(filled))
            }
        }
    }
}

/// A text that is a whole number as that number; anything else as it is. JSON has no `007`, which would be another id.
pub(super) fn number(value: Value) -> Value {
    let number = value.as_str().and_then(|text| Some((text, text.parse::<i64>().ok()?)));
    let number = number.filter(|(text, number)| number.to_string() == *text).map(|(_, number)| Number::from(number));
    number.map_or(value, Value::Number)
}
