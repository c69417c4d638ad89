//! Filters proven against a resource type, and their evaluation.
//!
//! Evaluation cannot fail. An `eq`, the look-up of every IdP, copies nothing unless case does not matter and the value is
//! beyond ASCII.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use json::{Map, Value};

use super::instant::Instant;
use super::{CompareOp, Filter, Literal};
use crate::path::AttrPath;
use crate::resource::Resource;

/// A filter proven against a resource type; [`BoundFilter::matches`] evaluates it.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundFilter(pub(super) Node);

/// A [`Filter`] with its attributes found. `eq null` has become `Not(Present)`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Present(Place),
    Compare(Place, Test),
    /// One element at the place fulfils the node.
    Element(Place, Box<Node>),
}

/// Where values are, in the schema's spelling.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    /// URN of the extension.
    pub(super) extension: Option<String>,
    /// The attribute; `None` for a whole extension.
    pub(super) attribute: Option<String>,
    /// The sub-attribute.
    pub(super) sub: Option<String>,
    /// The core schema's URN if the attribute is `schemas`, which a [`Resource`] does not hold but imply.
    pub(super) schemas_of: Option<String>,
}

/// What is asked of one value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// Only `eq` and `ne`.
    Truth(Order, bool),
    Number(Order, Number),
    /// With the text it was read from.
    Time(Order, Instant, String),
    Text(CompareOp, Text),
}

/// The operators of table 3 that ask for an order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Order(CompareOp);

/// A JSON number that compares by its value: `1` is `1.0`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number(pub(super) json::Number);

/// A text to compare with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text {
    /// As written.
    text: String,
    /// Without case; `None` if case matters.
    folded: Option<String>,
}

impl BoundFilter {
    /// Whether `resource` fulfils the filter. String comparison follows the attribute's `caseExact`.
    ///
    /// Of a multi-valued attribute any value may fulfil a comparison (RFC 7644 §3.4.2.2). An absent value is `ne` to
    /// everything and fulfils nothing else.
    #[must_use]
    pub fn matches(&self, resource: &Resource) -> bool {
        self.0.holds(resource.as_object())
    }

    /// Whether one element of a multi-valued attribute fulfils a filter from brackets.
    pub(crate) fn matches_element(&self, element: &Map) -> bool {
        self.0.holds(element)
    }

    /// The element that the `eq` comparisons of a filter from brackets describe: `type eq "work"` is `{"type": "work"}`.
    ///
    /// `None` if the filter is anything but `eq`s joined by `and`, or contradicts itself.
    pub(crate) fn seed(&self) -> Option<Map> {
        let mut element = Map::new();
        (self.0.seed_into(&mut element) && self.0.holds(&element)).then_some(element)
    }

    /// Whether it asks about the common or core attribute of this name, in the schema's spelling, or about a part of it.
    #[must_use]
    pub fn asks(&self, attribute: &str) -> bool {
        self.0.asks(attribute)
    }

    /// How many comparisons it makes of one element, at most.
    pub(crate) fn comparisons(&self) -> usize {
        self.0.comparisons()
    }

    /// The texts of which a filter from brackets wants an element's `value` to be one, if that is all that it asks.
    pub(crate) fn wanted_values(&self) -> Option<Vec<&Text>> {
        let mut wanted = Vec::new();
        self.0.list_wanted_values(&mut wanted).then_some(wanted)
    }

    /// The filter in the schema's spelling, with every attribute under its full path.
    ///
    /// A comparison of a complex attribute names its `value`; `eq null` reads as `not (… pr)`.
    #[must_use]
    pub fn to_filter(&self) -> Filter {
        self.0.to_filter()
    }
}

impl fmt::Display for BoundFilter {
    /// As [`BoundFilter::to_filter`] prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_filter().fmt(f)
    }
}

// === impl Node ===

impl Node {
    fn holds(&self, object: &Map) -> bool {
        match self {
            Node::All(nodes) => nodes.iter().all(|node| node.holds(object)),
            Node::Any(nodes) => nodes.iter().any(|node| node.holds(object)),
            Node::Not(node) => !node.holds(object),
            Node::Present(place) => place.any(object, &mut is_assigned),
            Node::Compare(place, test) => {
                let mut absent = true;
                let found = place.any(object, &mut |value| {
                    absent &= !is_assigned(value);
                    test.passes(value)
                });
                found || (absent && test.is_ne())
            }
            Node::Element(place, node) => {
                place.any(object, &mut |value| value.as_object().is_some_and(|element| node.holds(element)))
            }
        }
    }

    fn asks(&self, attribute: &str) -> bool {
        match self {
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().any(|node| node.asks(attribute)),
            Node::Not(node) => node.asks(attribute),
            Node::Present(place) | Node::Compare(place, _) | Node::Element(place, _) => {
                place.extension.is_none() && place.attribute.as_deref() == Some(attribute)
            }
        }
    }

    fn comparisons(&self) -> usize {
        match self {
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().map(Node::comparisons).sum(),
            Node::Not(node) | Node::Element(_, node) => node.comparisons(),
            Node::Present(_) | Node::Compare(..) => 1,
        }
    }

    /// Adds the texts of `value eq`s that are joined by `or`; `false` if the node says anything else.
    fn list_wanted_values<'n>(&'n self, wanted: &mut Vec<&'n Text>) -> bool {
        match self {
            Node::Any(nodes) => nodes.iter().all(|node| node.list_wanted_values(wanted)),
            Node::Compare(
                Place { extension: None, attribute: Some(name), sub: None, schemas_of: None },
                Test::Text(CompareOp::Eq, text),
            ) => {
                wanted.push(text);
                name == "value"
            }
            _ => false,
        }
    }

    /// Adds what the node's `eq`s say; `false` if it says more than that.
    fn seed_into(&self, element: &mut Map) -> bool {
        match self {
            Node::All(nodes) => nodes.iter().all(|node| node.seed_into(element)),
            Node::Compare(Place { extension: None, attribute: Some(name), sub: None, .. }, test) => {
                let value = match test {
                    Test::Truth(Order(CompareOp::Eq), value) => Value::Bool(*value),
                    Test::Number(Order(CompareOp::Eq), Number(value)) => Value::Number(value.clone()),
                    Test::Time(Order(CompareOp::Eq), _, written)
                    | Test::Text(CompareOp::Eq, Text { text: written, .. }) => written.as_str().into(),
                    _ => return false,
                };
                element.insert(name.clone(), value);
                true
            }
            _ => false,
        }
    }

    fn to_filter(&self) -> Filter {
        let all = |nodes: &[Node]| nodes.iter().map(Node::to_filter).collect();
        match self {
            Node::All(nodes) => Filter::And(all(nodes)),
            Node::Any(nodes) => Filter::Or(all(nodes)),
            Node::Not(node) => Filter::Not(Box::new(node.to_filter())),
            Node::Present(place) => Filter::Present(place.to_path()),
            Node::Compare(place, test) => {
                let (op, value) = test.to_comparison();
                Filter::Compare { path: place.to_path(), op, value }
            }
            Node::Element(place, node) => Filter::Has { path: place.to_path(), filter: Box::new(node.to_filter()) },
        }
    }
}

/// Assigned in the sense of RFC 7643 §2.5, and not empty in the sense of `pr` (RFC 7644 §3.4.2.2).
fn is_assigned(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        Value::Object(parts) => !parts.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

// === impl Place ===

impl Place {
    /// Whether `asked` holds for any value at this place.
    fn any(&self, object: &Map, asked: &mut dyn FnMut(&Value) -> bool) -> bool {
        if let Some(core) = &self.schemas_of {
            let extensions = object.keys().filter(|key| key.contains(':'));
            return extensions.chain([core]).any(|urn| asked(&Value::String(urn.clone())));
        }
        let found = match (&self.extension, &self.attribute) {
            (None, Some(name)) => object.get(name),
            (Some(urn), None) => object.get(urn),
            (Some(urn), Some(name)) => object.get(urn).and_then(|extension| extension.get(name)),
            (None, None) => None,
        };
        match found {
            None => false,
            Some(Value::Array(elements)) => elements.iter().any(|element| self.part(element).is_some_and(&mut *asked)),
            Some(value) => self.part(value).is_some_and(asked),
        }
    }

    fn part<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.sub.as_ref().map_or(Some(value), |sub| value.get(sub))
    }

    fn to_path(&self) -> AttrPath {
        AttrPath {
            schema: self.extension.clone(),
            name: self.attribute.clone().unwrap_or_default(),
            sub: self.sub.clone(),
        }
    }
}

// === impl Test ===

impl Test {
    /// Whether an assigned value passes. A value of another type than the schema's passes nothing but `ne`.
    fn passes(&self, value: &Value) -> bool {
        match (self, value) {
            (Test::Truth(order, wanted), Value::Bool(value)) => order.admits(Some(value.cmp(wanted))),
            (Test::Number(order, wanted), Value::Number(value)) => order.admits(compare_numbers(value, &wanted.0)),
            (Test::Time(order, wanted, _), Value::String(value)) => {
                order.admits(Instant::parse(value).map(|value| value.cmp(wanted)))
            }
            (Test::Text(op, wanted), Value::String(value)) => wanted.passes(*op, value),
            _ => self.is_ne(),
        }
    }

    fn is_ne(&self) -> bool {
        self.to_op() == CompareOp::Ne
    }

    fn to_op(&self) -> CompareOp {
        match self {
            Test::Truth(Order(op), _) | Test::Number(Order(op), _) | Test::Time(Order(op), ..) | Test::Text(op, _) => {
                *op
            }
        }
    }

    fn to_comparison(&self) -> (CompareOp, Literal) {
        let literal = match self {
            Test::Truth(_, value) => Literal::Boolean(*value),
            Test::Number(_, Number(value)) => Literal::Number(value.clone()),
            Test::Time(_, _, text) | Test::Text(_, Text { text, .. }) => Literal::String(text.clone()),
        };
        (self.to_op(), literal)
    }
}

impl Order {
    /// `None` for `co`, `sw` and `ew`.
    pub(super) fn of(op: CompareOp) -> Option<Self> {
        (!matches!(op, CompareOp::Co | CompareOp::Sw | CompareOp::Ew)).then_some(Order(op))
    }

    /// Whether a value that stands so to the literal passes; `None` is a value that does not compare.
    fn admits(self, ordering: Option<Ordering>) -> bool {
        match self.0 {
            CompareOp::Eq => ordering == Some(Ordering::Equal),
            CompareOp::Ne => ordering != Some(Ordering::Equal),
            CompareOp::Gt => ordering.is_some_and(Ordering::is_gt),
            CompareOp::Ge => ordering.is_some_and(Ordering::is_ge),
            CompareOp::Lt => ordering.is_some_and(Ordering::is_lt),
            CompareOp::Le => ordering.is_some_and(Ordering::is_le),
            CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
        }
    }
}

/// By value, exactly: a whole number beyond 2^53 is not rounded to meet a fraction, else three numbers could be in a circle.
/// `None` for what is no number at all.
pub(crate) fn compare_numbers(a: &json::Number, b: &json::Number) -> Option<Ordering> {
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        (Some(whole), None) => compare_whole(whole, b.as_f64()?),
        (None, Some(whole)) => compare_whole(whole, a.as_f64()?).map(Ordering::reverse),
        (None, None) => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

fn compare_whole(whole: i128, fraction: f64) -> Option<Ordering> {
    if fraction.is_nan() {
        return None;
    }
    let floor = fraction.floor();
    #[expect(clippy::cast_possible_truncation, reason = "it saturates, far beyond every whole number of JSON here")]
    let below = floor as i128;
    let at_most = if fraction > floor { Ordering::Less } else { Ordering::Equal };
    Some(whole.cmp(&below).then(at_most))
}

// === impl Text ===

impl Text {
    pub(super) fn new(text: &str, case_exact: bool) -> Self {
        Text { text: text.to_owned(), folded: (!case_exact).then(|| fold(text).into_owned()) }
    }

    /// What a value must be to equal it, once it is in that form.
    pub(crate) fn form(&self) -> &str {
        self.folded.as_deref().unwrap_or(&self.text)
    }

    /// A value in the form in which it is compared.
    pub(crate) fn form_of<'v>(&self, value: &'v str) -> Cow<'v, str> {
        if self.folded.is_some() { fold(value) } else { Cow::Borrowed(value) }
    }

    fn passes(&self, op: CompareOp, value: &str) -> bool {
        let Some(wanted) = &self.folded else { return passes(op, value, &self.text) };
        match op {
            CompareOp::Eq if value.is_ascii() => value.eq_ignore_ascii_case(wanted),
            _ => passes(op, &fold(value), wanted),
        }
    }
}

fn passes(op: CompareOp, value: &str, wanted: &str) -> bool {
    match op {
        CompareOp::Co => value.contains(wanted),
        CompareOp::Sw => value.starts_with(wanted),
        CompareOp::Ew => value.ends_with(wanted),
        op => Order(op).admits(Some(value.cmp(wanted))),
    }
}

/// `text` in lower case, character by character: `str::to_lowercase` looks at neighbours to choose between the two small
/// sigmas, so that a part would not be found in its whole. Here they are one.
fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(folded(text).collect())
}

/// The characters of `text` without case, as [`fold`] has them.
pub(crate) fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    let lower = text.chars().flat_map(char::to_lowercase);
    lower.map(|char| if char == 'ς' { 'σ' } else { char })
}

#[cfg(test)]
mod tests;
