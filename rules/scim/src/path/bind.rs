//! Binding: finds what an attribute path names in the schemas of a resource type.
//!
//! Reads schemas only, never values. Serves [`ResourceType::bind`] and [`ResourceType::bind_filter`].

use super::{AttrPath, BoundPath, Path, PathError, dotted};
use crate::filter::{BoundFilter, FilterError};
use crate::name;
use crate::schema::{Attribute, Kind, ResourceType, Schema, common};

/// What an [`AttrPath`] names.
#[derive(Clone, Copy)]
pub(crate) struct Resolved<'k> {
    /// The extension that holds it; `None` for core and common attributes.
    pub(crate) extension: Option<&'k Schema>,
    /// The attribute; `None` for a whole extension.
    pub(crate) attribute: Option<&'k Attribute>,
    /// The sub-attribute.
    pub(crate) sub: Option<&'k Attribute>,
}

impl ResourceType {
    /// Resolves a path against the schemas: canonical spelling, owning schema, the attribute it ends at.
    ///
    /// The common attributes `id`, `externalId`, `meta` and `schemas` (RFC 7643 §3.1) are known to every type. A bare name
    /// that the core schema lacks is looked for in the extensions: Entra sends `manager` for the enterprise attribute
    /// (idp-dialects row 14). A whole extension may be named by its URN alone.
    ///
    /// # Errors
    /// [`PathError::Unknown`] if no schema has such an attribute or sub-attribute, [`PathError::Filter`] if the filter in
    /// brackets does not fit the attribute's elements.
    pub fn bind(&self, path: &Path) -> Result<BoundPath, PathError> {
        let unknown = || PathError::Unknown { path: path.to_string() };
        let Resolved { extension, attribute, sub } = self.resolve(&path.attr).ok_or_else(unknown)?;
        let (filter, sub) = match (&path.filter, attribute) {
            (None, _) => (None, sub.cloned()),
            (Some(_), None) => return Err(unknown()),
            (Some(filter), Some(attribute)) => {
                let filter = BoundFilter::of_elements(attribute, filter).map_err(|error| match error {
                    FilterError::Path(error) => error,
                    error => PathError::Filter(Box::new(error)),
                })?;
                let sub = path.sub.as_ref().map(|sub| attribute.part(sub).ok_or_else(unknown)).transpose()?;
                (Some(Box::new(filter)), sub.cloned())
            }
        };
        Ok(BoundPath {
            extension: extension.map(|schema| schema.id.clone()),
            attribute: attribute.cloned(),
            filter,
            sub,
        })
    }

    /// What `path` names; `None` if no schema has it.
    pub(crate) fn resolve(&self, path: &AttrPath) -> Option<Resolved<'_>> {
        let (name, sub) = (path.name.as_str(), path.sub.as_deref());
        let Some(urn) = path.schema.as_deref() else { return self.resolve_bare(name, sub) };
        if !name.is_empty() {
            // A URN without a version was cut before its last part by `attr_path`.
            let whole = || if sub.is_none() { self.extension(&format!("{urn}:{name}")) } else { None };
            return self.resolve_in(urn, name, sub).or_else(whole);
        }
        // A URN that ends in a version was taken by `attr_path` to go on through its attribute.
        let cut = || {
            let (urn, rest) = urn.rsplit_once(':')?;
            let (name, sub) = dotted(rest, 0).ok()?;
            self.resolve_in(urn, &name, sub.as_deref())
        };
        self.extension(urn).or_else(cut)
    }

    fn resolve_bare(&self, name: &str, sub: Option<&str>) -> Option<Resolved<'_>> {
        if let Some(attribute) = self.schema.attribute(name).or_else(|| common_attribute(name)) {
            return resolved(None, attribute, sub);
        }
        let (schema, attribute) =
            self.extensions.iter().find_map(|schema| schema.attribute(name).map(|found| (schema, found)))?;
        resolved(Some(schema), attribute, sub)
    }

    fn resolve_in(&self, urn: &str, name: &str, sub: Option<&str>) -> Option<Resolved<'_>> {
        if name::same_schema(&self.schema.id, urn) {
            let attribute = self.schema.attribute(name).or_else(|| common_attribute(name))?;
            return resolved(None, attribute, sub);
        }
        let schema = self.extensions.iter().find(|schema| name::same_schema(&schema.id, urn))?;
        resolved(Some(schema), schema.attribute(name)?, sub)
    }

    fn extension(&self, urn: &str) -> Option<Resolved<'_>> {
        let schema = self.extensions.iter().find(|schema| name::same_schema(&schema.id, urn))?;
        Some(Resolved { extension: Some(schema), attribute: None, sub: None })
    }
}

fn common_attribute(name: &str) -> Option<&'static Attribute> {
    common().iter().find(|attribute| name::same(&attribute.name, name))
}

fn resolved<'k>(extension: Option<&'k Schema>, attribute: &'k Attribute, sub: Option<&str>) -> Option<Resolved<'k>> {
    let sub = match sub {
        None => None,
        Some(sub) => Some(attribute.part(sub)?),
    };
    Some(Resolved { extension, attribute: Some(attribute), sub })
}

impl Attribute {
    /// The sub-attribute that `written` names, in any case. SCIM 1.1 calls the id of a manager `managerId`, and OneLogin
    /// does so under the URN of 2.0 (idp-dialects row 55).
    pub(crate) fn part(&self, written: &str) -> Option<&Attribute> {
        let alias = || {
            let is_meant = name::same(&self.name, "manager") && name::same(written, "managerId");
            if is_meant { self.sub_attribute("value") } else { None }
        };
        self.sub_attribute(written).or_else(alias)
    }

    /// Whether its elements have sub-attributes that a filter in brackets could ask about.
    pub(crate) fn has_elements(&self) -> bool {
        self.multi_valued && self.kind == Kind::Complex
    }
}
