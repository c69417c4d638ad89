//! Texts of a profile, filled with the parameters and secrets of a tenant.

use std::borrow::Cow;
use std::collections::BTreeMap;

use json::{Map, Value};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rules::Params;
use rules::profile::{BodyKey, BodyTemplate};
use rules::template::{Template, TextTemplate};
use zeroize::Zeroizing;

use super::AccessError;
use crate::secret::Secret;

/// What is encoded in a query: everything but the unreserved characters of RFC 3986 §2.3.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Adds `text` to a query.
pub(super) fn encode(query: &mut String, text: &str) {
    query.extend(utf8_percent_encode(text, QUERY));
}

/// What placeholders stand for.
#[derive(Clone, Copy)]
pub(in super::super) struct Texts<'t> {
    pub(super) params: &'t Params,
    pub(super) secrets: &'t BTreeMap<String, Secret>,
}

impl<'t> Texts<'t> {
    /// The secret called `name`.
    pub(in super::super) fn secret(self, name: &str) -> Result<&'t Secret, AccessError> {
        self.secrets.get(name).ok_or_else(|| AccessError::Missing { name: name.to_owned() })
    }

    fn value(self, name: &str) -> Option<Cow<'t, str>> {
        match name.strip_prefix("secret:") {
            Some(secret) => Some(Cow::Borrowed(self.secrets.get(secret)?.expose())),
            None => self.params.text(name),
        }
    }

    /// The text of a template.
    pub(in super::super) fn fill(self, template: &TextTemplate) -> Result<Zeroizing<String>, AccessError> {
        let filled = template.try_fill(|name| self.value(name));
        filled.map(Zeroizing::new).map_err(missing)
    }

    /// The text of a template in which `{token}` stands as it is.
    pub(in super::super) fn fill_but_token(
        self,
        template: &TextTemplate,
    ) -> Result<[Zeroizing<String>; 2], AccessError> {
        // The token is the one thing that is not known yet: what stands before and behind it is.
        let text = template.try_fill(|name| match name {
            "token" => Some(Cow::Borrowed("\0")),
            name => self.value(name),
        });
        let text = Zeroizing::new(text.map_err(missing)?);
        let (before, after) = text.split_once('\0').unwrap_or((&text, ""));
        Ok([before, after].map(|part| Zeroizing::new(part.to_owned())))
    }

    /// A path.
    pub(in super::super) fn path(self, template: &Template) -> Result<String, AccessError> {
        template.fill(|name| self.params.text(name)).map_err(|name| AccessError::Path { name })
    }

    /// A body.
    pub(in super::super) fn body(self, template: &BodyTemplate) -> Result<Value, AccessError> {
        Ok(match template {
            BodyTemplate::Fixed(value) => value.clone(),
            BodyTemplate::Name(name) | BodyTemplate::Number(name) => {
                Value::String(self.value(name).ok_or_else(|| missing(name))?.into_owned())
            }
            BodyTemplate::Text(text) => Value::String(self.fill(text)?.to_string()),
            BodyTemplate::Array(elements) => {
                Value::Array(elements.iter().map(|element| self.body(element)).collect::<Result<_, _>>()?)
            }
            BodyTemplate::Object(fields) => {
                let name = |key: &BodyKey| key.fixed().unwrap_or_default().to_owned();
                let field = |(key, value): &(BodyKey, BodyTemplate)| Ok((name(key), self.body(value)?));
                Value::Object(fields.iter().map(field).collect::<Result<Map, AccessError>>()?)
            }
        })
    }
}

/// A placeholder without value: the profile's own are checked when it is loaded, so it is a secret.
fn missing(name: &str) -> AccessError {
    AccessError::Missing { name: name.trim_start_matches("secret:").to_owned() }
}
