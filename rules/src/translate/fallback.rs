//! What an attribute becomes that the IdP does not send: a literal, something computed from other attributes, or a random text.
//!
//! Asks nobody for randomness: the shell puts it into [`Facts::random`](Facts).

use std::borrow::Cow;

use json::Value;
use scim::Resource;

use super::variables::OfResource;
use crate::lookup::{Facts, Random};
use crate::params::Params;
use crate::profile::{Fallback, Mapping, ResourceRules, WriteSource};
use crate::refusal::Refusal;

/// Random texts of one creation, each made of bytes of its own.
pub(crate) struct Draw<'f> {
    random: &'f Random,
    at: usize,
}

impl<'f> Draw<'f> {
    pub(crate) fn from(facts: &'f Facts) -> Self {
        Self { random: &facts.random, at: 0 }
    }

    /// The next text; `None` if the shell did not bring enough.
    pub(crate) fn text(&mut self, length: usize) -> Option<Value> {
        let text = self.random.text(self.at, length)?;
        self.at += length;
        Some(Value::String(text))
    }
}

impl ResourceRules {
    /// How many random bytes a create needs in [`Facts::random`](Facts); 0 for most profiles.
    #[must_use]
    pub fn random_bytes(&self) -> usize {
        let defaults = self.map.iter().map(|mapping| match mapping.default {
            Some(Fallback::Random(length)) => length,
            _ => 0,
        });
        let written = self.write.iter().map(|write| match write.source {
            WriteSource::Random(length) => length,
            WriteSource::Constant(_) | WriteSource::Expression { .. } => 0,
        });
        defaults.chain(written).sum()
    }
}

impl Mapping {
    /// What a new resource has by default, in normal form; `None` if nothing. `resource` is what is sent.
    ///
    /// # Errors
    /// [`Refusal::Value`] if what is computed is not accepted, or there is no randomness.
    pub(crate) fn by_default(
        &self,
        params: &Params,
        resource: &Resource,
        draw: &mut Draw<'_>,
    ) -> Result<Option<Value>, Refusal> {
        match self.default {
            Some(Fallback::Random(length)) => {
                let missing = || self.refuse("the gateway brought no randomness".to_owned());
                draw.text(length).ok_or_else(missing).map(Some)
            }
            _ => self.restored(params, resource),
        }
    }

    /// The same for a resource that is there: nobody gets another random text.
    ///
    /// # Errors
    /// [`Refusal::Value`] if what is computed is not accepted.
    pub(crate) fn restored(&self, params: &Params, resource: &Resource) -> Result<Option<Value>, Refusal> {
        let value = match &self.default {
            None | Some(Fallback::Random(_)) => None,
            Some(Fallback::Value(value)) => Some(value.clone()),
            Some(Fallback::Expression { expression, attributes }) => {
                let computed = expression.eval(&OfResource { params, attributes, resource }).into_json();
                match computed.map_err(|reason| self.refuse(reason))? {
                    None => None,
                    Some(value) => {
                        Resource::coerced(&self.attribute, value).map_err(|error| self.refuse(error.to_string()))?
                    }
                }
            }
        };
        value.map(|value| self.normal(params, &value).map(Cow::into_owned)).transpose()
    }
}
