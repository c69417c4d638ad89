//! Evaluation of checked nodes; total, borrowing, bounded.
//!
//! The depth of the recursion is bounded by the parser. What is absent counts as false in a condition, equals only what is
//! absent too, and has no order. A rejected operand is the result.

use std::cmp::Ordering;

use super::check::Node;
use super::parse::Comparison;
use super::value::Value;
use super::{Arguments, TEXT_BYTES_MAX, Variables};
use crate::functions::LIST_ITEMS_MAX;

/// What an evaluation reads.
#[derive(Clone, Copy)]
pub(super) struct Context<'v> {
    pub(super) variables: &'v dyn Variables,
    /// The value that a normaliser gets; empty for an expression, which has no node that reads it.
    pub(super) input: &'v str,
}

/// The value of a node.
pub(super) fn eval<'v>(node: &'v Node, context: Context<'v>) -> Value<'v> {
    match node {
        Node::Absent => Value::Absent,
        Node::Text(text) => Value::borrowed(text),
        Node::Integer(number) => Value::Integer(*number),
        Node::Decimal(number) => Value::Decimal(*number),
        Node::Boolean(truth) => Value::Boolean(*truth),
        Node::Reference(slot) => context.variables.reference(*slot),
        Node::Name(slot) => context.variables.name(*slot),
        Node::Input => Value::borrowed(context.input),
        Node::Not(operand) => as_value(truth(operand, context).map(|truth| !truth)),
        Node::And(parts) => joined(parts, context, false),
        Node::Or(parts) => joined(parts, context, true),
        Node::Compare(comparison, left, right) => compare(*comparison, &eval(left, context), &eval(right, context)),
        Node::Choose(parts) => {
            let [condition, then, otherwise] = &**parts;
            match truth(condition, context) {
                Ok(true) => eval(then, context),
                Ok(false) => eval(otherwise, context),
                Err(rejected) => rejected,
            }
        }
        Node::Call(function, nodes) => {
            let arguments = Arguments::new(function, nodes, context);
            bounded((function.run)(&arguments).unwrap_or_else(|outward| outward))
        }
    }
}

/// Whether a condition holds.
///
/// # Errors
/// A [`Value::Rejected`]: the condition's own, or that it is no boolean.
pub(super) fn truth<'v>(node: &'v Node, context: Context<'v>) -> Result<bool, Value<'v>> {
    match eval(node, context) {
        Value::Boolean(truth) => Ok(truth),
        Value::Absent => Ok(false),
        rejected @ Value::Rejected(_) => Err(rejected),
        other => Err(Value::rejected(format!("{} is no condition, which is a boolean", other.described()))),
    }
}

fn as_value(truth: Result<bool, Value<'_>>) -> Value<'_> {
    truth.map_or_else(|rejected| rejected, Value::Boolean)
}

/// `&&` ends at the first false, `||` at the first true.
fn joined<'v>(parts: &'v [Node], context: Context<'v>, ends_at: bool) -> Value<'v> {
    for part in parts {
        match truth(part, context) {
            Ok(truth) if truth == ends_at => return Value::Boolean(ends_at),
            Ok(_) => {}
            Err(rejected) => return rejected,
        }
    }
    Value::Boolean(!ends_at)
}

fn compare<'v>(comparison: Comparison, left: &Value<'v>, right: &Value<'v>) -> Value<'v> {
    if let Some(Value::Rejected(reason)) = [left, right].into_iter().find(|side| matches!(side, Value::Rejected(_))) {
        return Value::Rejected(reason.clone());
    }
    let order = order(left, right);
    Value::Boolean(match comparison {
        Comparison::Equal => same(left, right),
        Comparison::NotEqual => !same(left, right),
        Comparison::Less => order.is_some_and(Ordering::is_lt),
        Comparison::LessOrEqual => order.is_some_and(Ordering::is_le),
        Comparison::Greater => order.is_some_and(Ordering::is_gt),
        Comparison::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
    })
}

/// Whether two values are the same; `1` and `1.0` are, values of two types never.
pub(crate) fn same(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::Integer(_) | Value::Decimal(_), Value::Integer(_) | Value::Decimal(_)) => {
            order(left, right).is_some_and(Ordering::is_eq)
        }
        (Value::List(ours), Value::List(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(our, their)| same(our, their))
        }
        _ => left == right,
    }
}

/// Texts by code point, numbers by value; everything else has no order.
fn order(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(ours), Value::Text(theirs)) => Some(ours.cmp(theirs)),
        (Value::Integer(ours), Value::Integer(theirs)) => Some(ours.cmp(theirs)),
        (Value::Integer(_) | Value::Decimal(_), Value::Integer(_) | Value::Decimal(_)) => {
            decimal(left).partial_cmp(&decimal(right))
        }
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a decimal is never exact: ids and counts are integers on both sides")]
fn decimal(number: &Value<'_>) -> f64 {
    match number {
        Value::Integer(whole) => *whole as f64,
        Value::Decimal(number) => *number,
        _ => f64::NAN,
    }
}

/// What a function produced, if it is within the limits.
fn bounded(value: Value<'_>) -> Value<'_> {
    match &value {
        Value::Text(text) if text.len() > TEXT_BYTES_MAX => too_long(),
        Value::List(items) if items.len() > LIST_ITEMS_MAX => too_many(),
        _ => value,
    }
}

/// The rejection of a text over [`TEXT_BYTES_MAX`].
pub(crate) fn too_long<'v>() -> Value<'v> {
    Value::rejected(format!("the text becomes longer than {TEXT_BYTES_MAX} bytes"))
}

/// The rejection of a list over [`LIST_ITEMS_MAX`].
pub(crate) fn too_many<'v>() -> Value<'v> {
    Value::rejected(format!("the list gets more than {LIST_ITEMS_MAX} items"))
}
