//! The expression language: Entra's function names, SCIM paths and target fields as variables, no loops, no failure.
//!
//! ```text
//! Join(" ", [name.givenName], [name.familyName])      references stand in brackets, as in Entra's portal
//! IIF([active] == true, "ENABLED", "SUSPENDED")       == != < <= > >= && || ! and parentheses
//! E164([userName], region)                            bare names are the profile's parameters
//! code == 'MSISDN_TAKEN' && errors.0.field == 'phone' in conditions on a body, bare dotted names are its fields
//! ```
//!
//! Texts stand in `"…"` or `'…'`; `\"`, `\'`, `\\`, `\n` and `\t` are the escapes. Function names are compared without case. An expression is compiled against a [`Scope`] that knows every name and its
//! type; a misspelt name or a wrong type is found then. Evaluation is total: it cannot loop, fail or panic, whatever the
//! values are; a value that cannot be used becomes [`Value::Rejected`] and travels outward as such. Every produced text is
//! at most [`TEXT_BYTES_MAX`] long.

mod lexer;
mod parse;

mod check;

mod arguments;
mod eval;
mod value;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

use self::eval::Context;
use self::parse::{Ast, AstKind};
use crate::source::Span;

pub use self::value::{Type, Value};
pub use crate::functions::{Function, functions};

pub(crate) use self::arguments::Arguments;
pub(crate) use self::eval::{same, too_long, too_many};
pub(crate) use self::value::quoted;

/// Longest expression, in bytes: Entra's own limit is 10,000 characters (entra-docs, functions reference).
pub const SOURCE_BYTES_MAX: usize = 10_000;
/// Deepest nesting of an expression.
pub const DEPTH_MAX: u32 = 64;
/// Most nodes in one expression.
pub const NODES_MAX: usize = 2_000;
/// Longest text an expression may produce, in bytes; longer results are rejected.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;

/// What names an expression may use.
///
/// `reference` resolves what stands in brackets, `name` what stands bare (dotted names come whole: `errors.0.field`). Both give
/// the slot that [`Variables`] will be asked for and its type, or `None`; `*_known` list candidates for "did you mean".
pub trait Scope {
    /// Resolves `[text]`.
    fn reference(&self, text: &str) -> Option<(usize, Type)>;
    /// Resolves a bare name.
    fn name(&self, text: &str) -> Option<(usize, Type)>;
    /// All references there are, if they are finitely many and few.
    fn references_known(&self) -> Vec<String>;
    /// All bare names there are.
    fn names_known(&self) -> Vec<String>;
}

/// The values behind the slots, when an expression is evaluated.
pub trait Variables {
    /// The value behind a reference slot.
    fn reference(&self, slot: usize) -> Value<'_>;
    /// The value behind a name slot.
    fn name(&self, slot: usize) -> Value<'_>;
}

/// A problem in an expression; spans are relative to its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which kind.
    pub kind: ProblemKind,
    /// Where in the expression's text.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to write instead; may be empty.
    pub help: String,
}

/// Kinds of problems; the checker gives each its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Not of the grammar.
    Syntax,
    /// No such function.
    UnknownFunction,
    /// No such reference or name.
    UnknownName,
    /// Wrong number of arguments.
    Arity,
    /// Wrong type.
    Type,
    /// Over a limit.
    TooLarge,
}

/// A compiled expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    root: check::Node,
    result: Type,
}

impl Expression {
    /// Compiles `text`.
    ///
    /// # Errors
    /// Every problem that could be found, in the order of the text. A problem of the grammar or of size is reported alone.
    pub fn compile(text: &str, scope: &dyn Scope) -> Result<Self, Vec<Problem>> {
        let ast = parse::parse(text).map_err(|problem| vec![problem])?;
        let (root, result) = check::check(ast, scope)?;
        Ok(Self { root, result })
    }

    /// The type of the result.
    #[must_use]
    pub fn result(&self) -> Type {
        self.result
    }

    /// The reference slots that the expression reads, each once, ascending.
    #[must_use]
    pub fn references(&self) -> Vec<usize> {
        let mut slots = Vec::new();
        self.root.collect_references(&mut slots);
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// Evaluates; total.
    #[must_use]
    pub fn eval<'v>(&'v self, variables: &'v dyn Variables) -> Value<'v> {
        eval::eval(&self.root, Context { variables, input: "" })
    }
}

/// A function call that lacks its first argument, `E164(region)`: what `as = …` holds. Brings a value into its normal form.
#[derive(Debug, Clone, PartialEq)]
pub struct Normaliser {
    call: check::Node,
    name: String,
}

impl Normaliser {
    /// Compiles `Function(rest, of, arguments)` or a bare `Function`; the value to normalise becomes the first argument.
    ///
    /// # Errors
    /// As [`Expression::compile`]; also if the function does not take a text first or does not give a text.
    pub fn compile(text: &str, scope: &dyn Scope) -> Result<Self, Vec<Problem>> {
        let mut ast = parse::parse(text).map_err(|problem| vec![problem])?;
        let span = ast.span;
        let input = Ast { kind: AstKind::Input, span: Span { start: span.start, end: span.start } };
        ast.kind = match ast.kind {
            AstKind::Name(name) => AstKind::Call(name, span, vec![input]),
            AstKind::Call(name, name_span, mut rest) => {
                rest.insert(0, input);
                AstKind::Call(name, name_span, rest)
            }
            _ => return Err(vec![Problem::type_of(span, "this is no function".to_owned())]),
        };
        let (call, result) = check::check(ast, scope)?;
        if result.agrees(Type::Text) {
            return Ok(Self { call, name: text.trim().to_owned() });
        }
        Err(vec![Problem::type_of(span, format!("this gives {result}, a normal form is a text"))])
    }

    /// As it was written: `E164(region)`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The normal form of what the target holds. The target's own normal forms are not read again as a person's spelling
    /// would be: `4792234567` is Norway's there, whatever the region.
    ///
    /// # Errors
    /// As [`Normaliser::apply`].
    pub fn apply_to_held(&self, text: &str, variables: &dyn Variables) -> Result<String, String> {
        match &self.call {
            check::Node::Call(function, _) if crate::functions::is_normal(function, text) => Ok(text.to_owned()),
            _ => self.apply(text, variables),
        }
    }

    /// The normal form of `text`, or why it has none.
    ///
    /// # Errors
    /// The reason for people: `"0123" is not a mobile number: …`.
    pub fn apply(&self, text: &str, variables: &dyn Variables) -> Result<String, String> {
        match eval::eval(&self.call, Context { variables, input: text }) {
            Value::Text(normal) => Ok(normal.into_owned()),
            Value::Rejected(reason) => Err(reason.into_owned()),
            _ => Err(format!("{} has no normal form by `{}`", quoted(text), self.name)),
        }
    }
}

impl Problem {
    /// That something cannot be a normaliser.
    fn type_of(span: Span, message: String) -> Self {
        let help = "write a function that makes a text of a text, such as `ToLower` or `E164(\"US\")`".to_owned();
        Self { kind: ProblemKind::Type, span, message, help }
    }
}
