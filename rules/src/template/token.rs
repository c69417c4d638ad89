//! The tokens of a template: fixed text, placeholders in braces, and doubled braces, which stand for themselves.

use super::TemplateError;

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Fixed text without a brace.
    Text(&'t str),
    /// A doubled brace: one that stands for itself.
    Brace(char),
    /// The name in braces; not empty.
    Name(&'t str),
}

impl<'t> Token<'t> {
    /// The fixed text.
    pub(super) fn as_text(self) -> Option<&'t str> {
        match self {
            Token::Text(text) => Some(text),
            Token::Brace(_) | Token::Name(_) => None,
        }
    }
}

/// The tokens of `text`, each with the byte that it begins at.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token<'_>)>, TemplateError> {
    let wrong = |reason: &str, at| Err(TemplateError { reason: reason.to_owned(), at });
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (token, bytes) = if rest.starts_with("{{") {
            (Token::Brace('{'), 2)
        } else if rest.starts_with("}}") {
            (Token::Brace('}'), 2)
        } else if rest.starts_with('}') {
            return wrong("`}` without its `{`: a brace that stands for itself is written twice, `}}`", at);
        } else if let Some(inner) = rest.strip_prefix('{') {
            match inner.find(['{', '}', '"']) {
                Some(0) if inner.starts_with('}') => return wrong("a placeholder needs a name: `{id}`", at),
                Some(end) if inner[end..].starts_with('}') => (Token::Name(&inner[..end]), end + 2),
                _ => return wrong("`{` without its `}`: a brace that stands for itself is written twice, `{{`", at),
            }
        } else {
            let end = rest.find(['{', '}']).unwrap_or(rest.len());
            (Token::Text(&rest[..end]), end)
        };
        tokens.push((at, token));
        at += bytes;
    }
    Ok(tokens)
}
