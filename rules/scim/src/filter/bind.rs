//! Proving a filter against a resource type: every attribute known, every comparison of a kind that has a meaning.
//!
//! Reads schemas only; what comes out is evaluated by `eval.rs`.

use super::eval::{BoundFilter, Node, Number, Order, Place, Test, Text};
use super::instant::Instant;
use super::{CompareOp, Filter, FilterError, Literal};
use crate::name::same;
use crate::path::{AttrPath, PathError, Resolved};
use crate::schema::{Attribute, Kind, ResourceType, Returned};

impl ResourceType {
    /// Proves a filter against the schemas.
    ///
    /// `"True"` and `"False"` compare with boolean attributes (idp-dialects row 16); a complex attribute that has a `value`
    /// sub-attribute may be compared directly: `manager eq "x"`, `members eq "x"` (RFC 7643 §2.4, idp-dialects §1d).
    ///
    /// # Errors
    /// [`FilterError::Path`] for unknown attributes, [`FilterError::Type`] for comparisons without meaning and for attributes
    /// that are never returned.
    pub fn bind_filter(&self, filter: &Filter) -> Result<BoundFilter, FilterError> {
        Scope::Resource(self).bind(filter).map(BoundFilter)
    }
}

impl BoundFilter {
    /// Proves the filter in the brackets behind `attribute`: its paths are names of sub-attributes.
    pub(crate) fn of_elements(attribute: &Attribute, filter: &Filter) -> Result<Self, FilterError> {
        if !attribute.has_elements() {
            return Err(FilterError::Type {
                path: attribute.name.clone(),
                op: "[…]".to_owned(),
                reason: "brackets need a multi-valued attribute with sub-attributes".to_owned(),
            });
        }
        Scope::Element(attribute).bind(filter).map(BoundFilter)
    }
}

/// Where the paths of a filter begin.
#[derive(Clone, Copy)]
enum Scope<'k> {
    /// At the resource.
    Resource(&'k ResourceType),
    /// At one element of a multi-valued attribute.
    Element(&'k Attribute),
}

impl<'k> Scope<'k> {
    /// As deep as `filter`, which the parser has bounded.
    fn bind(self, filter: &Filter) -> Result<Node, FilterError> {
        let all = |terms: &[Filter]| terms.iter().map(|term| self.bind(term)).collect::<Result<Vec<_>, _>>();
        Ok(match filter {
            Filter::And(terms) => Node::All(all(terms)?),
            Filter::Or(terms) => Node::Any(all(terms)?),
            Filter::Not(term) => Node::Not(Box::new(self.bind(term)?)),
            Filter::Present(path) => Node::Present(self.place(self.shown(path, "pr")?)),
            Filter::Compare { path, op, value } => self.compare(path, *op, value)?,
            Filter::Has { path, filter } => {
                let resolved = self.shown(path, "[…]")?;
                let attribute = resolved.attribute.ok_or_else(|| unknown(path))?;
                let elements = BoundFilter::of_elements(attribute, filter)?;
                Node::Element(self.place(resolved), Box::new(elements.0))
            }
        })
    }

    fn resolve(self, path: &AttrPath) -> Result<Resolved<'k>, FilterError> {
        let resolved = match self {
            Scope::Resource(kind) => kind.resolve(path),
            Scope::Element(_) if path.schema.is_some() || path.sub.is_some() => None,
            Scope::Element(attribute) => {
                attribute.part(&path.name).map(|sub| Resolved { extension: None, attribute: Some(sub), sub: None })
            }
        };
        resolved.ok_or_else(|| unknown(path))
    }

    /// As [`Scope::resolve`], unless no answer ever shows what is there: question by question, a filter would tell a password.
    fn shown(self, path: &AttrPath, op: &str) -> Result<Resolved<'k>, FilterError> {
        let resolved = self.resolve(path)?;
        let mut named = resolved.attribute.iter().chain(&resolved.sub);
        if named.any(|attribute| attribute.returned == Returned::Never) {
            return Err(refused(path, op, "it is never returned"));
        }
        Ok(resolved)
    }

    fn place(self, Resolved { extension, attribute, sub }: Resolved<'k>) -> Place {
        let named = |attribute: Option<&Attribute>| attribute.map(|attribute| attribute.name.clone());
        let schemas_of = match self {
            Scope::Resource(kind) if extension.is_none() && attribute.is_some_and(|found| found.name == "schemas") => {
                Some(kind.schema.id.clone())
            }
            _ => None,
        };
        Place {
            extension: extension.map(|schema| schema.id.clone()),
            attribute: named(attribute),
            sub: named(sub),
            schemas_of,
        }
    }

    fn compare(self, path: &AttrPath, op: CompareOp, literal: &Literal) -> Result<Node, FilterError> {
        let mut found = self.shown(path, op.as_str())?;
        if *literal == Literal::Null {
            let present = Node::Present(self.place(found));
            return match op {
                CompareOp::Eq => Ok(Node::Not(Box::new(present))),
                CompareOp::Ne => Ok(present),
                _ => Err(refused(path, op.as_str(), "only `eq` and `ne` compare with null")),
            };
        }
        if let (Some(attribute), None) = (found.attribute, found.sub)
            && attribute.kind == Kind::Complex
        {
            found.sub = attribute.sub_attribute("value").filter(|value| value.returned != Returned::Never);
        }
        let leaf = found.sub.or(found.attribute);
        let test = leaf.map_or(Err(NO_SINGLE_VALUE), |leaf| test(leaf, op, literal));
        Ok(Node::Compare(self.place(found), test.map_err(|reason| refused(path, op.as_str(), reason))?))
    }
}

const NO_SINGLE_VALUE: &str = "it has sub-attributes; name one of them";

/// The test that `op literal` means for values of `attribute`, or why it means nothing.
fn test(attribute: &Attribute, op: CompareOp, literal: &Literal) -> Result<Test, &'static str> {
    match (attribute.kind, literal) {
        (Kind::Complex, _) => Err(NO_SINGLE_VALUE),
        (Kind::Boolean, literal) => {
            let value = boolean(literal).ok_or("it is a boolean; compare with true or false")?;
            let order = Order::of(op).filter(|_| matches!(op, CompareOp::Eq | CompareOp::Ne));
            Ok(Test::Truth(order.ok_or("a boolean has no order and no parts; use `eq` or `ne`")?, value))
        }
        (Kind::Integer | Kind::Decimal, Literal::Number(value)) => {
            let order = Order::of(op).ok_or("a number has no parts; use `eq`, `ne`, `gt`, `ge`, `lt` or `le`")?;
            Ok(Test::Number(order, Number(value.clone())))
        }
        (Kind::Integer | Kind::Decimal, _) => Err("it is a number; compare with a number without quotes"),
        (Kind::Binary, _) if !matches!(op, CompareOp::Eq | CompareOp::Ne) => {
            Err("binary data has no order and no parts; use `eq` or `ne`")
        }
        (Kind::DateTime, Literal::String(text)) if let Some(order) = Order::of(op) => {
            let instant = Instant::parse(text).ok_or("it is a date and time such as \"2026-01-31T08:30:00Z\"")?;
            Ok(Test::Time(order, instant, text.clone()))
        }
        (Kind::String | Kind::Reference | Kind::Binary | Kind::DateTime, Literal::String(text)) => {
            Ok(Test::Text(op, Text::new(text, attribute.case_exact)))
        }
        (Kind::String | Kind::Reference | Kind::Binary | Kind::DateTime, _) => {
            Err("it is text; compare with text in double quotes")
        }
    }
}

/// `"True"` too: Entra sends `roles[primary eq "True"]` (idp-dialects row 16).
fn boolean(literal: &Literal) -> Option<bool> {
    match literal {
        Literal::Boolean(value) => Some(*value),
        Literal::String(text) if same(text, "true") => Some(true),
        Literal::String(text) if same(text, "false") => Some(false),
        _ => None,
    }
}

fn unknown(path: &AttrPath) -> FilterError {
    PathError::Unknown { path: path.to_string() }.into()
}

fn refused(path: &AttrPath, op: &str, reason: &str) -> FilterError {
    FilterError::Type { path: path.to_string(), op: op.to_string(), reason: reason.to_owned() }
}
