//! The filter parser: recursive descent over the text, bounded by `limits.rs`.
//!
//! Knows no schema. A word is what stands between blanks, brackets, parentheses and quotes; whether it is an attribute, an
//! operator or a literal follows from its place alone, so an attribute may be called `and`.

use json::Number;

use super::{CompareOp, Filter, FilterError, Literal};
use crate::excerpt::excerpt;
use crate::limits::{FILTER_BYTES_MAX, FILTER_DEPTH_MAX, FILTER_TERMS_MAX};
use crate::name::same;
use crate::path::{AttrPath, attr_path};

/// Parses a whole filter.
pub(super) fn filter(text: &str) -> Result<Filter, FilterError> {
    if text.len() > FILTER_BYTES_MAX {
        return Err(too_large(format!("at most {FILTER_BYTES_MAX} bytes, this one has {}", text.len())));
    }
    let mut parser = Parser { text, at: 0, depth: 0, terms: 0, bracketed: false };
    let filter = parser.alternatives()?;
    match parser.peek() {
        None => Ok(filter),
        Some(_) => Err(parser.expected("`and`, `or` or the end")),
    }
}

/// Parses the filter in brackets that opens at byte `open` of `text`; gives it with the offset behind the `]`.
///
/// The caller has bounded the length of `text`.
pub(crate) fn bracketed(text: &str, open: usize) -> Result<(Filter, usize), FilterError> {
    let mut parser = Parser { text, at: open, depth: 0, terms: 0, bracketed: false };
    let filter = parser.brackets()?;
    Ok((filter, parser.at))
}

struct Parser<'t> {
    text: &'t str,
    /// Byte offset of what is read next.
    at: usize,
    /// How many parentheses, `not`s and brackets are open.
    depth: u32,
    /// How many comparisons there were.
    terms: u32,
    /// Whether brackets are open.
    bracketed: bool,
}

impl<'t> Parser<'t> {
    // === logic, loosest first (RFC 7644 §3.4.2.2: `not` before `and` before `or`) ===

    fn alternatives(&mut self) -> Result<Filter, FilterError> {
        let mut terms = vec![self.conjunction()?];
        while self.take_keyword("or") {
            terms.push(self.conjunction()?);
        }
        Ok(one_or(Filter::Or, terms))
    }

    fn conjunction(&mut self) -> Result<Filter, FilterError> {
        let mut terms = vec![self.term()?];
        while self.take_keyword("and") {
            terms.push(self.term()?);
        }
        Ok(one_or(Filter::And, terms))
    }

    fn term(&mut self) -> Result<Filter, FilterError> {
        if self.peek() == Some(b'(') {
            return self.nested(b'(', b')');
        }
        let start = self.at;
        let word = self.word();
        if same(word, "not") && self.peek() == Some(b'(') {
            return Ok(Filter::Not(Box::new(self.nested(b'(', b')')?)));
        }
        if word.is_empty() {
            return Err(self.expected("an attribute name, `not` or `(`"));
        }
        let path = attr_path(word)
            .map_err(|trouble| syntax(start + trouble.at, format!("{}, found `{}`", trouble.reason, excerpt(word))))?;
        // A bracket belongs to the attribute only without a blank between them.
        match self.text.as_bytes().get(self.at) {
            Some(b'[') => self.value_path(path, start),
            _ => self.comparison(path),
        }
    }

    /// `open filter close`, one level deeper.
    fn nested(&mut self, open: u8, close: u8) -> Result<Filter, FilterError> {
        debug_assert_eq!(self.text.as_bytes().get(self.at), Some(&open), "the caller has seen it");
        self.depth += 1;
        if self.depth > FILTER_DEPTH_MAX {
            return Err(too_large(format!("at most {FILTER_DEPTH_MAX} levels of parentheses, `not` and brackets")));
        }
        self.at += 1;
        let filter = self.alternatives()?;
        if self.peek() != Some(close) {
            return Err(self.expected(&format!("`and`, `or` or `{}`", char::from(close))));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(filter)
    }

    // === terms ===

    /// `path[filter]`, and Entra's `path[filter].sub op literal`.
    fn value_path(&mut self, path: AttrPath, start: usize) -> Result<Filter, FilterError> {
        if self.bracketed {
            return Err(syntax(self.at, "brackets cannot stand in brackets".to_owned()));
        }
        if path.sub.is_some() {
            return Err(syntax(
                start,
                format!("brackets stand behind an attribute, not behind a sub-attribute `{path}`"),
            ));
        }
        let mut filter = self.brackets()?;
        if self.text.as_bytes().get(self.at) == Some(&b'.') {
            // Outside the RFC's grammar; Entra sends it when an e-mail is the matching attribute (idp-dialects row 19).
            self.at += 1;
            let sub_at = self.at;
            let sub = attr_path(self.word())
                .ok()
                .filter(|sub| sub.schema.is_none() && sub.sub.is_none())
                .ok_or_else(|| syntax(sub_at, "expected a sub-attribute name behind `].`".to_owned()))?;
            let asked = self.comparison(sub)?;
            filter = match filter {
                Filter::And(mut terms) => {
                    terms.push(asked);
                    Filter::And(terms)
                }
                filter => Filter::And(vec![filter, asked]),
            };
        }
        Ok(Filter::Has { path, filter: Box::new(filter) })
    }

    fn brackets(&mut self) -> Result<Filter, FilterError> {
        self.bracketed = true;
        let filter = self.nested(b'[', b']')?;
        self.bracketed = false;
        Ok(filter)
    }

    /// `pr`, or `op literal`, for an attribute that has been read.
    fn comparison(&mut self, path: AttrPath) -> Result<Filter, FilterError> {
        self.terms += 1;
        if self.terms > FILTER_TERMS_MAX {
            return Err(too_large(format!("at most {FILTER_TERMS_MAX} comparisons")));
        }
        self.skip_blanks();
        let start = self.at;
        let word = self.word();
        if same(word, "pr") {
            return Ok(Filter::Present(path));
        }
        let Some(op) = CompareOp::ALL.into_iter().find(|op| same(word, op.as_str())) else {
            self.at = start;
            return Err(self.expected("an operator (`eq`, `ne`, `co`, `sw`, `ew`, `gt`, `ge`, `lt`, `le` or `pr`)"));
        };
        Ok(Filter::Compare { path, op, value: self.literal()? })
    }

    fn literal(&mut self) -> Result<Literal, FilterError> {
        if self.peek() == Some(b'"') {
            return self.string();
        }
        let start = self.at;
        let word = self.word();
        // JSON's words are lowercase; `True` and `FALSE` are tolerated as `"True"` is (idp-dialects row 16).
        let literal = match word {
            word if same(word, "true") => Some(Literal::Boolean(true)),
            word if same(word, "false") => Some(Literal::Boolean(false)),
            word if same(word, "null") => Some(Literal::Null),
            word => number(word).map(Literal::Number),
        };
        literal.ok_or_else(|| {
            self.at = start;
            self.expected("a value: text in double quotes, a number, `true`, `false` or `null`")
        })
    }

    fn string(&mut self) -> Result<Literal, FilterError> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut end = start + 1;
        while bytes.get(end).is_some_and(|byte| *byte != b'"') {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        // `get` is also `None` when a backslash was the last byte.
        let Some(quoted) = self.text.get(start..=end) else {
            return Err(syntax(start, "the text that begins here has no closing `\"`".to_owned()));
        };
        self.at = end + 1;
        json::from_str(quoted)
            .map(Literal::String)
            .map_err(|error| syntax(start, format!("the text `{}` is not valid JSON: {error}", excerpt(quoted))))
    }

    // === words ===

    fn skip_blanks(&mut self) {
        let blanks = self.text.as_bytes()[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace());
        self.at += blanks.count();
    }

    /// The next byte that is no blank; blanks before it are skipped.
    fn peek(&mut self) -> Option<u8> {
        self.skip_blanks();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Reads up to the next blank, bracket, parenthesis or quote; empty if there is one right here.
    fn word(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        let end = rest.bytes().position(|byte| byte.is_ascii_whitespace() || b"()[]\"".contains(&byte));
        let word = &rest[..end.unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// Reads `keyword` if it is next; else nothing.
    fn take_keyword(&mut self, keyword: &str) -> bool {
        self.skip_blanks();
        let start = self.at;
        let taken = same(self.word(), keyword);
        if !taken {
            self.at = start;
        }
        taken
    }

    /// The error that `what` should have stood here.
    fn expected(&mut self, what: &str) -> FilterError {
        self.skip_blanks();
        let at = self.at;
        let found = match (self.word(), self.text[at..].chars().next()) {
            ("", None) => "the end".to_owned(),
            ("", Some(mark)) => format!("`{mark}`"),
            (word, _) => format!("`{}`", excerpt(word)),
        };
        syntax(at, format!("expected {what}, found {found}"))
    }
}

fn one_or(many: fn(Vec<Filter>) -> Filter, mut terms: Vec<Filter>) -> Filter {
    match (terms.pop(), terms.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            terms.extend(last);
            many(terms)
        }
    }
}

fn number(word: &str) -> Option<Number> {
    let number: Number = json::from_str(word).ok()?;
    // serde_json reads fractions fast and up to one bit off; what is printed must read as the same number.
    if number.is_f64() { Number::from_f64(word.parse().ok()?) } else { Some(number) }
}

fn syntax(at: usize, reason: String) -> FilterError {
    FilterError::Syntax { reason, at }
}

fn too_large(limit: String) -> FilterError {
    FilterError::TooLarge { limit }
}
