//! The arguments of a function call: evaluated when asked for, and as the type that the function can use.

use std::borrow::Cow;

use super::check::Node;
use super::eval::{Context, eval, truth};
use super::value::Value;
use crate::functions::Function;

/// The arguments of one call.
pub(crate) struct Arguments<'v> {
    function: &'static Function,
    nodes: &'v [Node],
    context: Context<'v>,
}

impl<'v> Arguments<'v> {
    pub(super) fn new(function: &'static Function, nodes: &'v [Node], context: Context<'v>) -> Self {
        Self { function, nodes, context }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// One argument, whatever it is; absent if there is none at this position.
    pub(crate) fn value(&self, position: usize) -> Value<'v> {
        self.nodes.get(position).map_or(Value::Absent, |node| eval(node, self.context))
    }

    /// One argument that is not rejected.
    ///
    /// # Errors
    /// The rejected argument.
    pub(crate) fn usable(&self, position: usize) -> Result<Value<'v>, Value<'v>> {
        match self.value(position) {
            rejected @ Value::Rejected(_) => Err(rejected),
            value => Ok(value),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// Absent or rejected, as it is; a rejection if it is something else.
    pub(crate) fn text(&self, position: usize) -> Result<Cow<'v, str>, Value<'v>> {
        match self.value(position) {
            Value::Text(text) => Ok(text),
            other => Err(self.unfit(position, other, "a text")),
        }
    }

    /// A text, or nothing.
    ///
    /// # Errors
    /// As [`Arguments::text`], but for absence.
    pub(crate) fn text_or_none(&self, position: usize) -> Result<Option<Cow<'v, str>>, Value<'v>> {
        match self.text(position) {
            Ok(text) => Ok(Some(text)),
            Err(Value::Absent) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// Absent or rejected, as it is; a rejection if it is something else.
    pub(crate) fn integer(&self, position: usize) -> Result<i64, Value<'v>> {
        match self.value(position) {
            Value::Integer(number) => Ok(number),
            other => Err(self.unfit(position, other, "a whole number")),
        }
    }

    /// Whether a condition holds; absence is false.
    ///
    /// # Errors
    /// A rejection if it is no boolean.
    pub(crate) fn truth(&self, position: usize) -> Result<bool, Value<'v>> {
        self.nodes.get(position).map_or(Ok(false), |node| truth(node, self.context))
    }

    /// The items of a list; a single value is a list of itself, nothing is an empty list.
    ///
    /// # Errors
    /// The rejected argument.
    pub(crate) fn list(&self, position: usize) -> Result<Vec<Value<'v>>, Value<'v>> {
        Ok(match self.usable(position)? {
            Value::List(items) => items,
            Value::Absent => Vec::new(),
            single => vec![single],
        })
    }

    /// What goes outward in place of a value that the function cannot use.
    pub(crate) fn unfit(&self, position: usize, value: Value<'v>, wanted: &str) -> Value<'v> {
        match value {
            Value::Absent | Value::Rejected(_) => value,
            other => {
                let (name, found) = (self.function.name, other.described());
                Value::rejected(format!("argument {} of `{name}` must be {wanted}, it is {found}", position + 1))
            }
        }
    }
}
