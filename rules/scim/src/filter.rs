//! Filters (RFC 7644 §3.4.2.2): the tree, its parser, its printer, and its evaluation against a resource.
//!
//! The grammar is the RFC's whole, with attribute names, URNs and operators in any case, plus one form from outside it that
//! Entra ID sends: `emails[type eq "work"].value eq "x"`, read as `emails[type eq "work" and value eq "x"]`
//! (idp-dialects row 19). A [`Filter`] is what was written; a [`BoundFilter`] is proven against a resource type.

mod parse;

mod bind;
mod eval;
pub(crate) mod instant;

use std::fmt;
use std::str::FromStr;

use crate::path::{AttrPath, PathError};

pub use self::eval::BoundFilter;
pub(crate) use self::eval::{Text, compare_numbers, folded};
pub(crate) use self::parse::bracketed as parse_bracketed;

/// A filter as written (RFC 7644 §3.4.2.2, figure 1).
///
/// A parsed filter is within the limits of `limits.rs`; whoever builds one by hand bounds it.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of them; two or more.
    And(Vec<Filter>),
    /// Any of them; two or more.
    Or(Vec<Filter>),
    /// Not it.
    Not(Box<Filter>),
    /// `path pr`.
    Present(AttrPath),
    /// `path op literal`.
    Compare {
        /// The attribute.
        path: AttrPath,
        /// The operator.
        op: CompareOp,
        /// The literal.
        value: Literal,
    },
    /// `path[filter]`: one element fulfils the whole filter.
    Has {
        /// The multi-valued attribute.
        path: AttrPath,
        /// What one element must fulfil; its paths are sub-attribute names.
        filter: Box<Filter>,
    },
}

/// A comparison operator (RFC 7644 §3.4.2.2, table 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater than.
    Gt,
    /// Greater than or equal to.
    Ge,
    /// Less than.
    Lt,
    /// Less than or equal to.
    Le,
}

/// The right side of a comparison: a JSON scalar.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as JSON spells it.
    Number(json::Number),
    /// A JSON string, unescaped.
    String(String),
}

impl Filter {
    /// Shows every comparison to `visit`, which may change its literal; in reading order.
    ///
    /// A comparison in brackets is shown under its full path: `emails[type eq "work"]` as `emails.type`.
    pub fn for_each_compare_mut(&mut self, visit: &mut dyn FnMut(&AttrPath, CompareOp, &mut Literal)) {
        match self {
            Filter::And(terms) | Filter::Or(terms) => {
                for term in terms {
                    term.for_each_compare_mut(visit);
                }
            }
            Filter::Not(term) => term.for_each_compare_mut(visit),
            Filter::Present(_) => {}
            Filter::Compare { path, op, value } => visit(path, *op, value),
            Filter::Has { path: outer, filter } => filter.for_each_compare_mut(&mut |inner, op, value| {
                visit(&AttrPath { sub: Some(inner.name.clone()), ..outer.clone() }, op, value);
            }),
        }
    }
}

impl CompareOp {
    /// All of them, in the order of the RFC's table 3.
    pub const ALL: [CompareOp; 9] = [
        CompareOp::Eq,
        CompareOp::Ne,
        CompareOp::Co,
        CompareOp::Sw,
        CompareOp::Ew,
        CompareOp::Gt,
        CompareOp::Ge,
        CompareOp::Lt,
        CompareOp::Le,
    ];

    /// The RFC's spelling: `eq`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CompareOp::Eq => "eq",
            CompareOp::Ne => "ne",
            CompareOp::Co => "co",
            CompareOp::Sw => "sw",
            CompareOp::Ew => "ew",
            CompareOp::Gt => "gt",
            CompareOp::Ge => "ge",
            CompareOp::Lt => "lt",
            CompareOp::Le => "le",
        }
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse::filter(text)
    }
}

/// Why a filter was refused: `400 invalidFilter`, or `400 tooMany` for the limits' sake. The IdP's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// Not of the grammar.
    #[error("the filter is not valid at character {at}: {reason}")]
    Syntax {
        /// What was expected and what was found.
        reason: String,
        /// Byte offset, from 0.
        at: usize,
    },
    /// Over a limit of `limits.rs`.
    #[error("the filter is too large: {limit}")]
    TooLarge {
        /// Which limit, with its number.
        limit: String,
    },
    /// Unknown attribute.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The attribute's type does not know this operator, or the literal is of another type (RFC 7644 §3.4.2.2); or the
    /// attribute is never returned, and a filter would tell its value. The literal is not repeated.
    #[error("`{path}` cannot be compared with `{op}` to this value: {reason}")]
    Type {
        /// The attribute.
        path: String,
        /// The operator.
        op: String,
        /// Why.
        reason: String,
    },
}

// === printing ===

impl fmt::Display for Filter {
    /// Prints so that parsing gives the same tree: least parentheses, lowercase operators.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Filter::And(terms) => print_terms(f, terms, " and ", |term| matches!(term, Filter::And(_) | Filter::Or(_))),
            Filter::Or(terms) => print_terms(f, terms, " or ", |term| matches!(term, Filter::Or(_))),
            Filter::Not(term) => write!(f, "not ({term})"),
            Filter::Present(path) => write!(f, "{path} pr"),
            Filter::Compare { path, op, value } => write!(f, "{path} {op} {value}"),
            Filter::Has { path, filter } => write!(f, "{path}[{filter}]"),
        }
    }
}

fn print_terms(
    f: &mut fmt::Formatter<'_>,
    terms: &[Filter],
    between: &str,
    needs_parentheses: fn(&Filter) -> bool,
) -> fmt::Result {
    for (index, term) in terms.iter().enumerate() {
        f.write_str(if index == 0 { "" } else { between })?;
        if needs_parentheses(term) {
            write!(f, "({term})")?;
        } else {
            write!(f, "{term}")?;
        }
    }
    Ok(())
}

impl fmt::Display for CompareOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Literal {
    /// As JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Null => f.write_str("null"),
            Literal::Boolean(value) => write!(f, "{value}"),
            Literal::Number(value) => write!(f, "{value}"),
            Literal::String(value) => write!(f, "{}", json::Value::from(value.as_str())),
        }
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use self::tests::any_element_filter;
