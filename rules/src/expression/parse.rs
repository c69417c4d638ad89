//! Tokens to a tree that still has spans and names; the first problem of the grammar ends it.
//!
//! ```text
//! choice     = either ["?" choice ":" choice]
//! either     = both {"||" both}
//! both       = comparison {"&&" comparison}
//! comparison = unary [("==" | "!=" | "<" | "<=" | ">" | ">=") unary]
//! unary      = "!" unary | primary
//! primary    = text | number | "true" | "false" | reference | name | function "(" [argument {"," argument}] ")" | "(" choice ")"
//! argument   = choice | nothing
//! ```
//!
//! Depth and nodes are bounded here, so that everything behind may recurse.

use super::lexer::{Token, TokenKind, syntax, tokens};
use super::{DEPTH_MAX, NODES_MAX, Problem, ProblemKind, SOURCE_BYTES_MAX};
use crate::source::Span;

/// A piece of an expression as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ast<'t> {
    pub(super) kind: AstKind<'t>,
    pub(super) span: Span,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum AstKind<'t> {
    Text(String),
    Integer(i64),
    Decimal(f64),
    Boolean(bool),
    /// What stands in brackets.
    Reference(&'t str),
    /// A bare name.
    Name(&'t str),
    /// An argument that was left out: Entra writes `Switch([a], , "x", "y")`.
    Omitted,
    /// The value that a normaliser gets; never written.
    Input,
    Not(Box<Ast<'t>>),
    /// Two or more, joined by `&&`.
    And(Vec<Ast<'t>>),
    /// Two or more, joined by `||`.
    Or(Vec<Ast<'t>>),
    Compare(Comparison, Box<Ast<'t>>, Box<Ast<'t>>),
    /// Condition, then, otherwise.
    Choose(Box<[Ast<'t>; 3]>),
    /// A function by its name, where the name stands, and its arguments.
    Call(&'t str, Span, Vec<Ast<'t>>),
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    fn of(mark: &str) -> Option<Self> {
        Some(match mark {
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    /// Whether it asks for an order, not only for sameness.
    pub(super) fn orders(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }
}

/// Words of other languages for operators of this one.
const WORDS: [(&str, &str); 3] = [("and", "&&"), ("or", "||"), ("not", "!")];

/// Parses a whole expression.
///
/// # Errors
/// The first problem of the grammar or of size.
pub(super) fn parse(text: &str) -> Result<Ast<'_>, Problem> {
    if text.len() > SOURCE_BYTES_MAX {
        let span = Span { start: 0, end: text.len() };
        return Err(too_large(span, format!("the expression is longer than {SOURCE_BYTES_MAX} bytes")));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, at: 0, depth: 0, nodes: 0, end: text.len() };
    let ast = parser.choice()?;
    match parser.peek() {
        None => Ok(ast),
        Some(_) => Err(parser.unexpected("an operator, or the end")),
    }
}

fn too_large(span: Span, message: String) -> Problem {
    Problem {
        kind: ProblemKind::TooLarge,
        span,
        message,
        help: "split it over several attributes or fields".to_owned(),
    }
}

struct Parser<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    depth: u32,
    nodes: usize,
    /// Length of the text: where something is missing at its end.
    end: usize,
}

impl<'t> Parser<'t> {
    // === grammar ===

    fn choice(&mut self) -> Result<Ast<'t>, Problem> {
        self.deeper()?;
        let condition = self.either()?;
        let ast = if self.take("?").is_some() {
            let then = self.choice()?;
            self.expect(":", "`:` and the value for the other case")?;
            let otherwise = self.choice()?;
            let span = Span { start: condition.span.start, end: otherwise.span.end };
            self.node(AstKind::Choose(Box::new([condition, then, otherwise])), span)?
        } else {
            condition
        };
        self.depth -= 1;
        Ok(ast)
    }

    fn either(&mut self) -> Result<Ast<'t>, Problem> {
        self.chain("||", Self::both, AstKind::Or)
    }

    fn both(&mut self) -> Result<Ast<'t>, Problem> {
        self.chain("&&", Self::comparison, AstKind::And)
    }

    /// One or more operands; a chain is one node, however long, so that it adds no depth.
    fn chain(
        &mut self,
        mark: &str,
        operand: fn(&mut Self) -> Result<Ast<'t>, Problem>,
        join: fn(Vec<Ast<'t>>) -> AstKind<'t>,
    ) -> Result<Ast<'t>, Problem> {
        let first = operand(self)?;
        let start = first.span.start;
        let mut operands = vec![first];
        let mut end = start;
        while self.take(mark).is_some() {
            let next = operand(self)?;
            end = next.span.end;
            operands.push(next);
        }
        match <[Ast<'t>; 1]>::try_from(operands) {
            Ok([only]) => Ok(only),
            Err(operands) => self.node(join(operands), Span { start, end }),
        }
    }

    fn comparison(&mut self) -> Result<Ast<'t>, Problem> {
        let left = self.unary()?;
        let Some(comparison) = self.peek_mark().and_then(Comparison::of) else { return Ok(left) };
        self.at += 1;
        let right = self.unary()?;
        if let (Some(token), Some(_)) = (self.peek(), self.peek_mark().and_then(Comparison::of)) {
            let help = "join two comparisons with `&&`";
            return Err(syntax(token.span.start, token.span.end, "a comparison of a comparison", help));
        }
        let span = Span { start: left.span.start, end: right.span.end };
        self.node(AstKind::Compare(comparison, Box::new(left), Box::new(right)), span)
    }

    fn unary(&mut self) -> Result<Ast<'t>, Problem> {
        let Some(mark) = self.take("!") else { return self.primary() };
        self.deeper()?;
        let operand = self.unary()?;
        self.depth -= 1;
        let span = Span { start: mark.start, end: operand.span.end };
        self.node(AstKind::Not(Box::new(operand)), span)
    }

    fn primary(&mut self) -> Result<Ast<'t>, Problem> {
        let Some(token) = self.peek().cloned() else { return Err(self.unexpected("a value")) };
        let kind = match token.kind {
            TokenKind::Text(text) => AstKind::Text(text),
            TokenKind::Integer(number) => AstKind::Integer(number),
            TokenKind::Decimal(number) => AstKind::Decimal(number),
            TokenKind::Reference(inner) => AstKind::Reference(inner),
            TokenKind::Word("true") => AstKind::Boolean(true),
            TokenKind::Word("false") => AstKind::Boolean(false),
            TokenKind::Word(word) => {
                self.at += 1;
                return self.word(word, token.span);
            }
            TokenKind::Mark("(") => {
                self.at += 1;
                let mut inner = self.choice()?;
                let close = self.expect(")", "`)`")?;
                inner.span = Span { start: token.span.start, end: close.end };
                return Ok(inner);
            }
            TokenKind::Mark(_) => return Err(self.unexpected("a value")),
        };
        self.at += 1;
        self.node(kind, token.span)
    }

    /// A function call or a bare name.
    fn word(&mut self, word: &'t str, span: Span) -> Result<Ast<'t>, Problem> {
        if self.take("(").is_some() {
            let (arguments, end) = self.arguments()?;
            return self.node(AstKind::Call(word, span, arguments), Span { start: span.start, end });
        }
        match foreign(word) {
            Some(meant) => Err(written_otherwise(word, meant, span)),
            None => self.node(AstKind::Name(word), span),
        }
    }

    /// What stands between the parentheses of a call, and where it ends.
    fn arguments(&mut self) -> Result<(Vec<Ast<'t>>, usize), Problem> {
        let mut arguments = Vec::new();
        if let Some(close) = self.take(")") {
            return Ok((arguments, close.end));
        }
        loop {
            let argument = match self.peek() {
                Some(Token { kind: TokenKind::Mark("," | ")"), span }) => {
                    let here = Span { start: span.start, end: span.start };
                    self.node(AstKind::Omitted, here)?
                }
                _ => self.choice()?,
            };
            arguments.push(argument);
            if self.take(",").is_none() {
                let close = self.expect(")", "`,` or `)`")?;
                return Ok((arguments, close.end));
            }
        }
    }

    // === tokens ===

    fn peek(&self) -> Option<&Token<'t>> {
        self.tokens.get(self.at)
    }

    fn peek_mark(&self) -> Option<&'static str> {
        match self.peek()?.kind {
            TokenKind::Mark(mark) => Some(mark),
            _ => None,
        }
    }

    fn take(&mut self, mark: &str) -> Option<Span> {
        let span = self.peek().filter(|_| self.peek_mark() == Some(mark))?.span;
        self.at += 1;
        Some(span)
    }

    fn expect(&mut self, mark: &str, wanted: &str) -> Result<Span, Problem> {
        match self.take(mark) {
            Some(span) => Ok(span),
            None => Err(self.unexpected(wanted)),
        }
    }

    /// The problem that the next token is not what must come now.
    fn unexpected(&self, wanted: &str) -> Problem {
        let Some(token) = self.peek() else {
            return syntax(self.end, self.end, format!("the expression ends where {wanted} should come"), "");
        };
        if let TokenKind::Word(word) = token.kind
            && let Some(meant) = foreign(word)
        {
            return written_otherwise(word, meant, token.span);
        }
        let found = match token.kind {
            TokenKind::Text(_) => "a text".to_owned(),
            TokenKind::Integer(_) | TokenKind::Decimal(_) => "a number".to_owned(),
            TokenKind::Word(word) => format!("`{word}`"),
            TokenKind::Reference(inner) => format!("`[{inner}]`"),
            TokenKind::Mark(mark) => format!("`{mark}`"),
        };
        syntax(token.span.start, token.span.end, format!("{found} stands where {wanted} should come"), "")
    }

    // === limits ===

    fn deeper(&mut self) -> Result<(), Problem> {
        self.depth += 1;
        if self.depth <= DEPTH_MAX {
            return Ok(());
        }
        let start = self.peek().map_or(self.end, |token| token.span.start);
        let span = Span { start, end: self.end };
        Err(too_large(span, format!("the expression is nested deeper than {DEPTH_MAX}")))
    }

    fn node(&mut self, kind: AstKind<'t>, span: Span) -> Result<Ast<'t>, Problem> {
        self.nodes += 1;
        if self.nodes <= NODES_MAX {
            return Ok(Ast { kind, span });
        }
        Err(too_large(span, format!("the expression has more than {NODES_MAX} parts")))
    }
}

fn foreign(word: &str) -> Option<&'static str> {
    WORDS.iter().find(|(foreign, _)| word.eq_ignore_ascii_case(foreign)).map(|(_, meant)| *meant)
}

fn written_otherwise(word: &str, meant: &str, span: Span) -> Problem {
    syntax(span.start, span.end, format!("`{word}` is no operator"), format!("write `{meant}`"))
}
