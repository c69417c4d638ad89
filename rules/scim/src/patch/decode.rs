//! From a PATCH body to operations, each on one path.
//!
//! Binds paths, never looks at resources: what needs a resource is `apply.rs`'s.

use json::{Map, Value};

use super::{PatchError, PatchOp, PatchOperation, PatchRequest};
use crate::excerpt::excerpt;
use crate::limits::PATCH_OPERATIONS_MAX;
use crate::name;
use crate::path::BoundPath;
use crate::resource::is_unassigned;
use crate::schema::{Mutability, ResourceType};

/// Most ignored attributes that are listed.
const IGNORED_MAX: usize = 32;

/// Reads a PATCH body.
pub(super) fn request(kind: &ResourceType, json: Value) -> Result<PatchRequest, PatchError> {
    let Value::Object(mut body) = json else {
        return Err(syntax("a PATCH body must be a JSON object with `Operations`"));
    };
    // One that does not say its kind is fine: nothing depends on it.
    let is_patch = |schema: &Value| schema.as_str().is_some_and(|schema| name::same(schema, name::PATCH_OP));
    match member(&mut body, "schemas") {
        None | Some(Value::Null) => {}
        Some(Value::Array(schemas)) if schemas.iter().any(is_patch) => {}
        Some(_) => return Err(syntax(format!("a PATCH body must have `{}` in its `schemas`", name::PATCH_OP))),
    }
    let operations = match member(&mut body, "Operations") {
        Some(Value::Array(operations)) if !operations.is_empty() => operations,
        _ => return Err(syntax("`Operations` must be an array of one or more operations")),
    };
    if operations.len() > PATCH_OPERATIONS_MAX {
        return Err(PatchError::TooMany { max: PATCH_OPERATIONS_MAX, found: operations.len() });
    }
    let mut reader = Reader { kind, operations: Vec::with_capacity(operations.len()), ignored: Vec::new() };
    for (number, operation) in (1..).zip(operations) {
        reader.operation(number, operation)?;
    }
    Ok(PatchRequest { operations: reader.operations, ignored: reader.ignored })
}

struct Reader<'k> {
    kind: &'k ResourceType,
    operations: Vec<PatchOperation>,
    ignored: Vec<String>,
}

impl Reader<'_> {
    /// One member of `Operations`; `number` counts from 1 and is for messages.
    fn operation(&mut self, number: usize, json: Value) -> Result<(), PatchError> {
        let Value::Object(mut json) = json else {
            return Err(syntax(format!("operation {number} must be an object with `op`, `path` and `value`")));
        };
        let op = verb(number, member(&mut json, "op").as_ref())?;
        let value = member(&mut json, "value");
        let path = match member(&mut json, "path") {
            None | Some(Value::Null) => None,
            Some(Value::String(path)) => Some(path).filter(|path| !path.is_empty()),
            Some(_) => return Err(syntax(format!("`path` of operation {number} must be a string"))),
        };
        if op != PatchOp::Remove && value.is_none() {
            return Err(syntax(format!("operation {number} has no `value`; null clears an attribute")));
        }
        let value = value.unwrap_or_default();
        match path {
            Some(path) => self.with_path(number, op, &path, value),
            None => self.without_path(number, op, value),
        }
    }

    fn with_path(&mut self, number: usize, op: PatchOp, path: &str, value: Value) -> Result<(), PatchError> {
        // An answer's `schemas` follows from its attributes; whoever sets it gets what he asked for by setting those.
        if name::same(path, "schemas") {
            return Ok(());
        }
        let path = self.kind.path(path)?;
        if is_read_only(&path) {
            return Err(PatchError::Mutability { path: path.to_string(), reason: "is read-only".to_owned() });
        }
        self.push(number, op, path, value)
    }

    /// RFC 7644 §3.5.2.1, §3.5.2.3: "the target location is assumed to be the resource itself". Okta deactivates so
    /// (idp-dialects row 39), Entra with its flag folds everything into one such operation (row 9).
    fn without_path(&mut self, number: usize, op: PatchOp, value: Value) -> Result<(), PatchError> {
        if op == PatchOp::Remove {
            // RFC 7644 §3.5.2.2.
            return Err(PatchError::NoTarget { reason: format!("operation {number} removes and needs a `path`") });
        }
        let Value::Object(attributes) = value else {
            let reason =
                format!("`value` of operation {number} must be an object of attributes, as there is no `path`");
            return Err(syntax(reason));
        };
        attributes.into_iter().try_for_each(|(key, value)| self.by_key(number, op, &key, value))
    }

    /// One key of a path-less value: each is a path (idp-dialects row 9).
    fn by_key(&mut self, number: usize, op: PatchOp, key: &str, value: Value) -> Result<(), PatchError> {
        if name::same(key, "schemas") {
            return Ok(());
        }
        match self.kind.path(key) {
            // Okta's rename carries the group's `id` (idp-dialects row 40).
            Ok(path) if is_read_only(&path) => Ok(()),
            Ok(path) => self.push(number, op, path, value),
            Err(_) => {
                self.ignore(key.to_owned());
                Ok(())
            }
        }
    }

    fn push(&mut self, number: usize, op: PatchOp, path: BoundPath, value: Value) -> Result<(), PatchError> {
        if let (None, Some(urn)) = (&path.attribute, &path.extension) {
            return match value {
                Value::Object(attributes) if op != PatchOp::Remove => {
                    let mut members = attributes.into_iter();
                    members.try_for_each(|(key, value)| self.in_extension(number, op, urn, &key, value))
                }
                value if op == PatchOp::Remove || is_unassigned(&value) => {
                    self.take(PatchOperation { op: PatchOp::Remove, path, value: Value::Null })
                }
                _ => Err(syntax(format!("`value` of operation {number} must be an object for `{urn}`"))),
            };
        }
        self.ignore_unknown_parts(&path, &value);
        self.take(PatchOperation { op, path, value })
    }

    /// One more. Those without a path become several here, so that they are counted again.
    fn take(&mut self, operation: PatchOperation) -> Result<(), PatchError> {
        self.operations.push(operation);
        match self.operations.len() {
            found if found > PATCH_OPERATIONS_MAX => Err(PatchError::TooMany { max: PATCH_OPERATIONS_MAX, found }),
            _ => Ok(()),
        }
    }

    /// One key of an extension's object; only attributes of the extension count.
    fn in_extension(
        &mut self,
        number: usize,
        op: PatchOp,
        urn: &str,
        key: &str,
        value: Value,
    ) -> Result<(), PatchError> {
        let path = format!("{urn}:{key}");
        match self.kind.path(&path) {
            Ok(bound) if bound.attribute.is_some() && bound.extension.as_deref() == Some(urn) => {
                if is_read_only(&bound) { Ok(()) } else { self.push(number, op, bound, value) }
            }
            Ok(_) | Err(_) => {
                self.ignore(path);
                Ok(())
            }
        }
    }

    /// Lists sub-attributes that no schema knows; applying drops them.
    fn ignore_unknown_parts(&mut self, path: &BoundPath, value: &Value) {
        let Some(leaf) = path.leaf().filter(|leaf| !leaf.sub_attributes.is_empty()) else { return };
        let elements = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for key in elements.iter().filter_map(Value::as_object).flat_map(Map::keys) {
            if leaf.part(key).is_none() {
                self.ignore(format!("{path}.{key}"));
            }
        }
    }

    fn ignore(&mut self, path: String) {
        if self.ignored.len() < IGNORED_MAX && !self.ignored.contains(&path) {
            self.ignored.push(path);
        }
    }
}

/// RFC 7644 §3.5.2 lists lowercase verbs; Entra sends `Replace` (idp-dialects row 7).
fn verb(number: usize, op: Option<&Value>) -> Result<PatchOp, PatchError> {
    let expected = "`add`, `replace` or `remove`";
    match op {
        Some(Value::String(op)) if name::same(op, "add") => Ok(PatchOp::Add),
        Some(Value::String(op)) if name::same(op, "replace") => Ok(PatchOp::Replace),
        Some(Value::String(op)) if name::same(op, "remove") => Ok(PatchOp::Remove),
        Some(Value::String(op)) => {
            Err(syntax(format!("`op` of operation {number} must be {expected}, not `{}`", excerpt(op))))
        }
        Some(_) => Err(syntax(format!("`op` of operation {number} must be {expected}"))),
        None => Err(syntax(format!("operation {number} has no `op`; it must be {expected}"))),
    }
}

/// The member called `name` in any case; the last of several spellings.
fn member(object: &mut Map, name: &str) -> Option<Value> {
    let key = object.keys().rfind(|key| name::same(key, name))?.clone();
    object.remove(&key)
}

fn is_read_only(path: &BoundPath) -> bool {
    path.attribute.iter().chain(&path.sub).any(|attribute| attribute.mutability == Mutability::ReadOnly)
}

fn syntax(reason: impl Into<String>) -> PatchError {
    PatchError::Syntax { reason: reason.into() }
}
