//! `attributes` and `excludedAttributes` (RFC 7644 §3.9): which attributes an answer shows.
//!
//! Works on answers as [`Resource::into_json`](crate::Resource::into_json) makes them, and says beforehand which attributes
//! need not be read. It never hides what is always returned, and never shows what never is: that is already gone.

use json::Value;

use crate::excerpt::excerpt;
use crate::limits::VIEW_BYTES_MAX;
use crate::name;
use crate::path::{AttrPath, PathError};
use crate::schema::{Attribute, ResourceType, Returned, common};

/// What the client wants to see. The default shows everything but what is returned on request only.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Projection {
    /// `attributes`; `None` if it was not sent.
    shown: Option<Vec<Item>>,
    /// `excludedAttributes`.
    hidden: Vec<Item>,
    /// Canonical paths of the attributes with `returned: always`; empty if the client has no wish.
    always: Vec<String>,
}

/// One attribute named by the client, in the schema's spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    extension: Option<String>,
    /// `None` for a whole extension.
    attribute: Option<String>,
    /// `None` for a whole attribute.
    sub: Option<String>,
}

impl Projection {
    /// From the two query parameters (comma-separated paths; white space around commas is fine). With both, the exclusions
    /// apply to what `attributes` left. An empty parameter counts as absent. Unknown names in either are ignored (RFC 7644
    /// §3.9 says nothing; IdPs list attributes the server lacks); if no name is known, only what is always returned stays.
    ///
    /// # Errors
    /// [`PathError::Syntax`] for text that is no path at all.
    pub fn new(kind: &ResourceType, attributes: Option<&str>, excluded: Option<&str>) -> Result<Self, PathError> {
        let shown = match attributes.filter(|text| !text.trim().is_empty()) {
            Some(text) => Some(items(kind, text)?),
            None => None,
        };
        let hidden = items(kind, excluded.unwrap_or_default())?;
        // Without a wish nothing is left out, and nothing has to be kept from that.
        let always = if shown.is_none() && hidden.is_empty() { Vec::new() } else { all_always(kind) };
        Ok(Projection { shown, hidden, always })
    }

    /// Keeps what was asked for in a resource as [`Resource::into_json`](crate::Resource::into_json) made it. `schemas`, `id` and
    /// everything with `returned: always` stay.
    pub fn apply(&self, kind: &ResourceType, json: &mut Value) {
        let Some(object) = json.as_object_mut() else { return };
        let core =
            |key: &str| kind.schema.attribute(key).or_else(|| common().iter().find(|one| name::same(&one.name, key)));
        object.retain(|key, value| match core(key) {
            Some(attribute) => self.keep_attribute(None, attribute, value),
            None => match kind.extensions.iter().find(|extension| name::same(&extension.id, key)) {
                Some(extension) => {
                    let Some(parts) = value.as_object_mut() else { return false };
                    parts.retain(|key, value| {
                        let attribute = extension.attribute(key);
                        attribute.is_some_and(|attribute| self.keep_attribute(Some(&extension.id), attribute, value))
                    });
                    !parts.is_empty()
                }
                // No schema knows it, so nobody could have asked for it.
                None => self.shown.is_none(),
            },
        });
    }

    /// Whether the answer may leave `attribute` out, so that it need not be read at all.
    ///
    /// `attribute` is a path as [`BoundPath`](crate::path::BoundPath) prints it, without filter: `members`,
    /// `urn:…:User:manager`. An attribute of which only some sub-attribute is shown or hidden is not left out.
    #[must_use]
    pub fn excludes(&self, attribute: &str) -> bool {
        if self.always.iter().any(|always| covers(attribute, always)) {
            return false;
        }
        let hides = |item: &Item| item.sub.is_none() && covers(&item.to_path(), attribute);
        let shows = |item: &Item| {
            let path = item.to_path();
            covers(&path, attribute) || covers(attribute, &path)
        };
        self.hidden.iter().any(hides) || self.shown.as_ref().is_some_and(|items| !items.iter().any(shows))
    }

    /// Whether a top-level attribute stays; takes from it what does not.
    fn keep_attribute(&self, extension: Option<&str>, attribute: &Attribute, value: &mut Value) -> bool {
        if attribute.returned == Returned::Always {
            return true;
        }
        let touches = |item: &&Item| item.touches(extension, &attribute.name);
        let wanted: Option<Vec<&Item>> = self.shown.as_ref().map(|items| items.iter().filter(touches).collect());
        let unwanted: Vec<&Item> = self.hidden.iter().filter(touches).collect();
        let on_request = attribute.returned == Returned::Request;
        let not_asked = wanted.as_ref().map_or(on_request, Vec::is_empty);
        let whole = |items: &[&Item]| items.iter().any(|item| item.sub.is_none());
        // Even an attribute that goes leaves behind those of its parts that always stay.
        let goes = not_asked || whole(&unwanted);
        let all_parts = !goes && wanted.as_ref().is_none_or(|wanted| whole(wanted));
        let named = |items: &[&Item], part: &str| {
            items.iter().any(|item| item.sub.as_deref().is_some_and(|sub| name::same(sub, part)))
        };
        let keep_part = |part: &str| match attribute.sub_attribute(part) {
            Some(sub) if sub.returned == Returned::Always => true,
            Some(_) if goes || named(&unwanted, part) => false,
            Some(sub) if all_parts && sub.returned != Returned::Request => true,
            _ => wanted.as_ref().is_some_and(|wanted| named(wanted, part)),
        };
        match value {
            Value::Object(parts) => {
                parts.retain(|part, _| keep_part(part));
                !parts.is_empty()
            }
            Value::Array(elements) if !attribute.sub_attributes.is_empty() => {
                elements.retain_mut(|element| {
                    let Some(parts) = element.as_object_mut() else { return false };
                    parts.retain(|part, _| keep_part(part));
                    !parts.is_empty()
                });
                !elements.is_empty()
            }
            _ => !goes,
        }
    }
}

impl Item {
    /// Whether the item is `attribute` of `extension`, something in it, or the extension around it.
    fn touches(&self, extension: Option<&str>, attribute: &str) -> bool {
        let same_extension = match (self.extension.as_deref(), extension) {
            (None, None) => true,
            (Some(a), Some(b)) => name::same(a, b),
            _ => false,
        };
        same_extension && self.attribute.as_deref().is_none_or(|name| name::same(name, attribute))
    }

    /// As [`BoundPath`](crate::path::BoundPath) prints it.
    fn to_path(&self) -> String {
        let mut path = self.extension.clone().unwrap_or_default();
        for (joint, name) in [(':', &self.attribute), ('.', &self.sub)] {
            if let Some(name) = name {
                if !path.is_empty() {
                    path.push(joint);
                }
                path.push_str(name);
            }
        }
        path
    }
}

/// The known ones among comma-separated paths.
///
/// Each once: what is shown is asked of every item for every attribute of every resource.
fn items(kind: &ResourceType, text: &str) -> Result<Vec<Item>, PathError> {
    if text.len() > VIEW_BYTES_MAX {
        let reason = format!("a list of attributes has at most {VIEW_BYTES_MAX} bytes");
        return Err(PathError::Syntax { path: excerpt(text), reason, at: VIEW_BYTES_MAX });
    }
    let mut items = Vec::new();
    for path in text.split(',').map(str::trim).filter(|path| !path.is_empty()) {
        let path: AttrPath = path.parse()?;
        if let Some(found) = kind.resolve(&path) {
            let item = Item {
                extension: found.extension.map(|extension| extension.id.clone()),
                attribute: found.attribute.map(|attribute| attribute.name.clone()),
                sub: found.sub.map(|sub| sub.name.clone()),
            };
            if !items.contains(&item) {
                items.push(item);
            }
        }
    }
    Ok(items)
}

/// The paths of all attributes of `kind` with `returned: always`.
fn all_always(kind: &ResourceType) -> Vec<String> {
    let mut always = Vec::new();
    for attribute in kind.schema.attributes.iter().chain(common()) {
        list_always(attribute, "", &mut always);
    }
    for extension in &kind.extensions {
        for attribute in &extension.attributes {
            list_always(attribute, &format!("{}:", extension.id), &mut always);
        }
    }
    always
}

fn list_always(attribute: &Attribute, prefix: &str, always: &mut Vec<String>) {
    let path = format!("{prefix}{}", attribute.name);
    for sub in attribute.sub_attributes.iter().filter(|sub| sub.returned == Returned::Always) {
        always.push(format!("{path}.{}", sub.name));
    }
    if attribute.returned == Returned::Always {
        always.push(path);
    }
}

/// Whether the path `part` is `whole` or inside it.
fn covers(whole: &str, part: &str) -> bool {
    let Some((head, rest)) = part.split_at_checked(whole.len()) else { return false };
    name::same(head, whole) && (rest.is_empty() || rest.starts_with(['.', ':']))
}

#[cfg(test)]
mod tests;
