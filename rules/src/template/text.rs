//! Texts with placeholders: `Token {secret:user}:{secret:key}`, `@{value}:{server}`. Filled, and read back.
//!
//! Nothing in them is encoded: where the text goes, its own rules hold. A doubled brace stands for itself.

use std::borrow::Cow;
use std::fmt;

use super::token::{Token, tokens};
use super::{TEMPLATE_BYTES_MAX, TemplateError};

/// A parsed text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextTemplate {
    parts: Vec<Part>,
}

/// A piece of a text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Fixed text, not empty.
    Text(String),
    /// A placeholder by name.
    Value(String),
}

impl TextTemplate {
    /// Parses a text: braces are balanced or doubled, names are not empty, and it has at most [`TEMPLATE_BYTES_MAX`] bytes.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.len() > TEMPLATE_BYTES_MAX {
            let reason = "a text with placeholders has at most 2048 bytes".to_owned();
            return Err(TemplateError { reason, at: TEMPLATE_BYTES_MAX });
        }
        let mut parts = Vec::new();
        for (_, token) in tokens(text)? {
            match (token, parts.last_mut()) {
                (Token::Name(name), _) => parts.push(Part::Value(name.to_owned())),
                (Token::Text(text), Some(Part::Text(before))) => before.push_str(text),
                (Token::Text(text), _) => parts.push(Part::Text(text.to_owned())),
                (Token::Brace(brace), Some(Part::Text(before))) => before.push(brace),
                (Token::Brace(brace), _) => parts.push(Part::Text(brace.to_string())),
            }
        }
        Ok(Self { parts })
    }

    /// A text without placeholders.
    #[must_use]
    pub fn fixed(text: &str) -> Self {
        Self { parts: if text.is_empty() { Vec::new() } else { vec![Part::Text(text.to_owned())] } }
    }

    /// One placeholder and nothing else.
    #[must_use]
    pub fn placeholder(name: &str) -> Self {
        Self { parts: vec![Part::Value(name.to_owned())] }
    }

    /// The names of its placeholders, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Value(name) => Some(name.as_str()),
        })
    }

    /// The name, if the text is one placeholder and nothing else: then it stands for the value itself, whatever its type.
    #[must_use]
    pub fn sole(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Value(name)] => Some(name),
            _ => None,
        }
    }

    /// Fills it in. `value` gives the text for a name; `None` if one has no value.
    pub fn fill<'v>(&self, value: impl Fn(&str) -> Option<Cow<'v, str>>) -> Option<String> {
        self.try_fill(value).ok()
    }

    /// As [`TextTemplate::fill`].
    ///
    /// # Errors
    /// The name that has no value.
    pub fn try_fill<'v>(&self, value: impl Fn(&str) -> Option<Cow<'v, str>>) -> Result<String, &str> {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Value(name) => filled.push_str(&value(name).ok_or(name.as_str())?),
            }
        }
        Ok(filled)
    }

    /// What `wanted` stood for when the template was filled to `text`; `None` if it cannot have been, or if the template does not
    /// name it exactly once. `value` gives the text of every other name.
    pub fn parse_back<'v>(
        &self,
        text: &str,
        wanted: &str,
        value: impl Fn(&str) -> Option<Cow<'v, str>>,
    ) -> Option<String> {
        let mut places =
            self.parts.iter().enumerate().filter(|(_, part)| matches!(part, Part::Value(name) if name == wanted));
        let (place, None) = (places.next()?.0, places.next()) else { return None };
        let before = Self { parts: self.parts[..place].to_vec() }.fill(&value)?;
        let after = Self { parts: self.parts[place + 1..].to_vec() }.fill(&value)?;
        Some(text.strip_prefix(before.as_str())?.strip_suffix(after.as_str())?.to_owned())
    }
}

impl fmt::Display for TextTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}")),
            Part::Value(name) => write!(f, "{{{name}}}"),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn braces_stand_for_placeholders_unless_doubled() {
        let longest = "a".repeat(TEMPLATE_BYTES_MAX);
        let too_long = format!("{longest}a");
        let rows = [
            ("", Ok(vec![])),
            ("Token {secret:user}:{secret:key}", Ok(vec!["secret:user", "secret:key"])),
            ("{a}{b}", Ok(vec!["a", "b"])),
            ("ä {a.b} ?#%", Ok(vec!["a.b"])),
            (longest.as_str(), Ok(vec![])),
            (too_long.as_str(), Err(TEMPLATE_BYTES_MAX)),
            ("{{a}}{b}}}", Ok(vec!["b"])),
            ("a{}", Err(1)),
            ("{a", Err(0)),
            ("{a{b}}", Err(0)),
            ("a}", Err(1)),
        ];
        for (text, expected) in rows {
            let parsed = TextTemplate::parse(text);
            let found = parsed.as_ref().map(|template| template.names().collect::<Vec<_>>()).map_err(|error| error.at);
            assert_eq!(found, expected, "{text}");
            if let Ok(template) = parsed {
                assert_eq!(template.to_string(), text);
            }
        }
    }

    fn server(name: &str) -> Option<Cow<'static, str>> {
        (name == "server").then_some(Cow::Borrowed("example.com"))
    }

    #[test]
    fn a_value_is_read_back_from_between_the_fixed_text() {
        let rows = [
            ("@{value}:{server}", "@ada:example.com", Some("ada")),
            ("@{value}:{server}", "@a:b:example.com", Some("a:b")),
            ("@{value}:{server}", "@ada:example.org", None),
            ("@{value}:{server}", "ada:example.com", None),
            ("{value}", "ada", Some("ada")),
            ("{value}", "", Some("")),
            ("aa{value}aa", "aaa", None),
            ("{value}{value}", "aa", None),
            ("{server}", "example.com", None),
            ("{value}{other}", "ab", None),
        ];
        for (template, text, expected) in rows {
            let template = TextTemplate::parse(template).unwrap();
            assert_eq!(template.parse_back(text, "value", server).as_deref(), expected, "{template} {text}");
        }
    }

    #[test]
    fn one_placeholder_alone_stands_for_the_value_itself() {
        for (text, expected) in [("{id}", Some("id")), ("{id} ", None), ("{a}{b}", None), ("a", None), ("", None)] {
            assert_eq!(TextTemplate::parse(text).unwrap().sole(), expected, "{text}");
        }
        assert_eq!(TextTemplate::placeholder("id"), TextTemplate::parse("{id}").unwrap());
        assert_eq!(TextTemplate::parse("{{a}}").unwrap(), TextTemplate::fixed("{a}"));
        assert_eq!(TextTemplate::fixed("a b"), TextTemplate::parse("a b").unwrap());
        assert_eq!(TextTemplate::fixed(""), TextTemplate::parse("").unwrap());
    }

    proptest! {
        #[test]
        fn what_was_filled_in_is_read_back(before in "[^{}]{0,9}", value in ".{0,9}", after in "[^{}]{0,9}") {
            let template = TextTemplate::parse(&format!("{before}{{value}}{after}")).unwrap();
            let filled = template.fill(|_| Some(Cow::Borrowed(value.as_str()))).unwrap();
            prop_assert_eq!(template.parse_back(&filled, "value", |_| None), Some(value));
        }
    }
}
