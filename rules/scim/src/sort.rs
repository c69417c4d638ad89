//! Sorting: `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3).
//!
//! Compares resources in normal form; never fetches any.

use std::cmp::Ordering;

use json::Value;

use crate::filter::instant::Instant;
use crate::filter::{compare_numbers, folded};
use crate::path::{BoundPath, Path, PathError};
use crate::resource::Resource;
use crate::schema::{Attribute, Kind, ResourceType, Returned};

/// `sortBy` and `sortOrder` as sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Sort {
    /// The attribute.
    pub by: Path,
    /// Which end comes first.
    pub order: SortOrder,
}

/// Which end comes first; ascending if nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
    /// Small values first, resources without a value last.
    #[default]
    Ascending,
    /// Large values first, resources without a value first.
    Descending,
}

/// A [`Sort`] proven against a resource type.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundSort {
    /// The attribute; of a complex one its `value`.
    pub by: BoundPath,
    /// Which end comes first.
    pub order: SortOrder,
}

impl Sort {
    /// Finds the attribute. The RFC wants a sub-attribute of a complex one; where there is a `value`, that is meant by the
    /// attribute alone, as in filters: `emails` is `emails.value`.
    ///
    /// # Errors
    /// [`PathError::NoOrder`] for an attribute that is never returned (the order would tell of a password) or that has no
    /// order, the other errors as [`ResourceType::bind`].
    pub fn bind(&self, kind: &ResourceType) -> Result<BoundSort, PathError> {
        let mut by = kind.bind(&self.by)?;
        let refused = |reason| PathError::NoOrder { path: self.by.to_string(), reason };
        let hidden = |attribute: &Attribute| attribute.returned == Returned::Never;
        if by.attribute.iter().chain(&by.sub).any(hidden) {
            return Err(refused("it is never returned"));
        }
        if by.sub.is_none()
            && let Some(attribute) = by.attribute.as_ref().filter(|attribute| attribute.kind == Kind::Complex)
        {
            by.sub = attribute.sub_attribute("value").cloned();
        }
        match by.leaf() {
            None => Err(refused("it is a whole extension; name one attribute of it")),
            Some(leaf) if hidden(leaf) => Err(refused("it is never returned")),
            Some(leaf) if leaf.kind == Kind::Complex => Err(refused("it has sub-attributes; name one of them")),
            Some(leaf) if leaf.kind == Kind::Binary => Err(refused("binary data has no order")),
            Some(leaf) if leaf.name == "schemas" => Err(refused("it is a list without order")),
            Some(_) => Ok(BoundSort { by, order: self.order }),
        }
    }
}

impl BoundSort {
    /// Which of the two comes first. Of a multi-valued attribute the primary value counts, or else the first (RFC 7644
    /// §3.4.2.3).
    ///
    /// Strings are in the order of their code points, where the attribute is not `caseExact` those of the small letters;
    /// dates in that of the moments they name, `false` before `true`. No locale is implied.
    #[must_use]
    pub fn compare(&self, a: &Resource, b: &Resource) -> Ordering {
        self.compare_assigned(self.value(a), self.value(b))
    }

    /// Puts `items` in order, stable. The value of each is looked for once: in a long list that is more than to compare it.
    pub fn sort<T>(&self, items: &mut Vec<T>, resource: impl Fn(&T) -> &Resource) {
        let valued = |item: T| (self.value(resource(&item)).cloned(), item);
        let mut valued: Vec<(Option<Value>, T)> = items.drain(..).map(valued).collect();
        valued.sort_by(|(a, _), (b, _)| self.compare_assigned(a.as_ref(), b.as_ref()));
        items.extend(valued.into_iter().map(|(_, item)| item));
    }

    fn compare_assigned(&self, a: Option<&Value>, b: Option<&Value>) -> Ordering {
        let ascending = match (a, b) {
            (Some(a), Some(b)) => self.compare_values(a, b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        match self.order {
            SortOrder::Ascending => ascending,
            SortOrder::Descending => ascending.reverse(),
        }
    }

    /// The value that counts, if it is of the attribute's type.
    fn value<'r>(&self, resource: &'r Resource) -> Option<&'r Value> {
        let value = match self.by.read(resource)? {
            Value::Array(values) => values.first()?,
            value => value,
        };
        let fits = match self.by.leaf()?.kind {
            Kind::String | Kind::Reference => value.is_string(),
            Kind::DateTime => value.as_str().and_then(Instant::parse).is_some(),
            Kind::Boolean => value.is_boolean(),
            Kind::Integer | Kind::Decimal => value.is_number(),
            Kind::Binary | Kind::Complex => false,
        };
        fits.then_some(value)
    }

    /// Two values of the attribute's type.
    fn compare_values(&self, a: &Value, b: &Value) -> Ordering {
        match (a, b) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Number(a), Value::Number(b)) => compare_numbers(a, b).unwrap_or(Ordering::Equal),
            (Value::String(a), Value::String(b)) => match self.by.leaf() {
                Some(leaf) if leaf.kind == Kind::DateTime => Instant::parse(a).cmp(&Instant::parse(b)),
                Some(leaf) if leaf.case_exact => a.cmp(b),
                _ => folded(a).cmp(folded(b)),
            },
            _ => Ordering::Equal,
        }
    }
}

#[cfg(test)]
mod tests;
