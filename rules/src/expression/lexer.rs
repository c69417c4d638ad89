//! Text of an expression to tokens, each with its span.
//!
//! The lexer knows no names and no types. It stops at the first character that cannot be right: what follows would only be
//! guessed at.

use super::{Problem, ProblemKind};
use crate::source::Span;

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind<'t>,
    pub(super) span: Span,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind<'t> {
    /// A text, its escapes resolved.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a decimal point.
    Decimal(f64),
    /// A bare name with its dots: a function, a field, a parameter, `true`.
    Word(&'t str),
    /// What stands in brackets, trimmed.
    Reference(&'t str),
    /// An operator or a mark: `&&`, `(`, `,`.
    Mark(&'static str),
}

/// Marks of the grammar, the longer before its own beginning.
const MARKS: [&str; 15] = ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "?", ":", "(", ")", ",", "]"];

/// What people write who know another language, and what it is here.
const FOREIGN: [(&str, &str); 4] = [("<>", "!="), ("=", "=="), ("&", "&&"), ("|", "||")];

/// Cuts `text` into tokens.
///
/// # Errors
/// The first thing that is no token.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Problem> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next_token()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn next_token(&mut self) -> Result<Option<Token<'t>>, Problem> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        let start = self.at;
        let Some(first) = self.rest().chars().next() else { return Ok(None) };
        let kind = match first {
            '"' | '\'' => self.quoted(first)?,
            '[' => self.reference()?,
            '0'..='9' => self.number()?,
            '-' if self.rest()[1..].starts_with(|next: char| next.is_ascii_digit()) => self.number()?,
            'A'..='Z' | 'a'..='z' | '_' => TokenKind::Word(self.word()),
            _ => self.mark(first)?,
        };
        Ok(Some(Token { kind, span: Span { start, end: self.at } }))
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// A text up to its closing quote.
    fn quoted(&mut self, quote: char) -> Result<TokenKind<'t>, Problem> {
        let start = self.at;
        let mut out = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((offset, character)) = characters.next() {
            match character {
                '\\' => {
                    let escaped = characters.next().map(|(_, escaped)| escaped);
                    out.push(match escaped {
                        Some('n') => '\n',
                        Some('t') => '\t',
                        Some(same @ ('"' | '\'' | '\\')) => same,
                        _ => {
                            let at = start + offset;
                            let end = at + 1 + escaped.map_or(0, char::len_utf8);
                            let help = r#"write \" or \' for a quote, \\ for a backslash, \n or \t"#;
                            return Err(syntax(at, end, "unknown escape in a text", help));
                        }
                    });
                }
                _ if character == quote => {
                    self.at = start + offset + 1;
                    if self.rest().starts_with(quote) {
                        let help = format!("write `\\{quote}` for a quote inside a text");
                        return Err(syntax(self.at - 1, self.at + 1, "a text is followed by another", help));
                    }
                    return Ok(TokenKind::Text(out));
                }
                _ => out.push(character),
            }
        }
        Err(syntax(start, self.text.len(), "this text is not closed", format!("end it with `{quote}`")))
    }

    /// A reference up to its closing bracket: brackets inside are counted, quoted brackets are not.
    fn reference(&mut self) -> Result<TokenKind<'t>, Problem> {
        let start = self.at;
        let mut open = 0_usize;
        let mut quoted = false;
        let mut characters = self.rest().char_indices();
        while let Some((offset, character)) = characters.next() {
            match character {
                '\\' if quoted => {
                    characters.next();
                }
                '"' => quoted = !quoted,
                '[' if !quoted => open += 1,
                ']' if !quoted => open -= 1,
                _ => {}
            }
            if open == 0 {
                self.at = start + offset + 1;
                let inner = self.text[start + 1..start + offset].trim();
                if inner.is_empty() {
                    return Err(syntax(
                        start,
                        self.at,
                        "there is nothing in the brackets",
                        "name what to read: `[userName]`",
                    ));
                }
                return Ok(TokenKind::Reference(inner));
            }
        }
        Err(syntax(start, self.text.len(), "this bracket is not closed", "end the reference with `]`"))
    }

    fn number(&mut self) -> Result<TokenKind<'t>, Problem> {
        let start = self.at;
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        self.at += usize::from(self.rest().starts_with('-'));
        self.at += digits(self.rest());
        let mut whole = true;
        if let Some(fraction) = self.rest().strip_prefix('.') {
            if digits(fraction) == 0 {
                return Err(syntax(
                    start,
                    self.at + 1,
                    "a number ends in a point",
                    "write digits behind it, or no point",
                ));
            }
            whole = false;
            self.at += 1 + digits(fraction);
        }
        if self.rest().starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_') {
            let end = self.at + 1;
            return Err(syntax(start, end, "a letter in a number", "put a text in quotes; numbers have digits only"));
        }
        let text = &self.text[start..self.at];
        if whole {
            let number = text.parse().map_err(|_| {
                let help = format!("the largest is {}", i64::MAX);
                syntax(start, self.at, "this number is too large", help)
            })?;
            return Ok(TokenKind::Integer(number));
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(TokenKind::Decimal(number)),
            _ => Err(syntax(start, self.at, "this number is too large", "write fewer digits")),
        }
    }

    /// A name with its dots. A dash inside is part of it: TOML keys may have one, and there is no subtraction.
    fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let part = |next: char| next.is_ascii_alphanumeric() || matches!(next, '_' | '-' | '.');
        let word = rest.find(|next| !part(next)).map_or(rest, |end| &rest[..end]).trim_end_matches(['.', '-']);
        self.at += word.len();
        word
    }

    fn mark(&mut self, first: char) -> Result<TokenKind<'t>, Problem> {
        let rest = self.rest();
        let foreign = FOREIGN.iter().find(|(written, _)| rest.starts_with(written));
        if let Some((written, meant)) = foreign.filter(|(_, meant)| !rest.starts_with(meant)) {
            let end = self.at + written.len();
            return Err(syntax(self.at, end, format!("`{written}` is no operator"), format!("write `{meant}`")));
        }
        if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) {
            self.at += mark.len();
            return Ok(TokenKind::Mark(mark));
        }
        let help = match first {
            '“' | '”' | '‘' | '’' | '„' => "write straight quotes: `\"`",
            '+' => "join texts with `Join(\"\", …)` or `Append(…)`",
            '{' | '}' | '$' => "references stand in brackets: `[userName]`",
            _ => "",
        };
        let end = self.at + first.len_utf8();
        Err(syntax(self.at, end, format!("`{}` has no meaning here", first.escape_debug()), help))
    }
}

/// A problem with the grammar.
pub(super) fn syntax(start: usize, end: usize, message: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem { kind: ProblemKind::Syntax, span: Span { start, end }, message: message.into(), help: help.into() }
}
