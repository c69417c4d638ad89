//! Versions of resources (RFC 7644 §3.14): `meta.version` and `ETag`, which agree, and the conditions of requests.
//!
//! A version is what the profile maps to `meta.version`, or else a hash over what the resource is made of. It is never
//! stored: whoever reads the same record computes the same version.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use json::{Map, Value};
use rules::profile::{MemberRules, ResourceRules};
use rules::{Memory, Present, Stage};
use scim::operation::{Condition, EntityTag};
use scim::path::BoundPath;
use scim::{Path, ResourceType, schema};

use super::Exchange;
use super::aliases::name_of;
use super::held::Held;
use crate::failure::Failure;

/// `meta.resourceType`, `meta.location` and `meta.version`; `meta` is the same in every type of resource (RFC 7643 §3.1).
static META: LazyLock<[BoundPath; 3]> = LazyLock::new(|| {
    let any = ResourceType {
        name: String::new(),
        endpoint: String::new(),
        description: String::new(),
        schema: schema::user(),
        extensions: Vec::new(),
    };
    ["meta.resourceType", "meta.location", "meta.version"].map(|path| {
        let path: Path = path.parse().expect("invariant: a name, a dot and a name are a path");
        any.bind(&path).expect("invariant: every type of resource has `meta`")
    })
});

/// Whether resources of this type have versions. What their members are is no part of the record where they are kept apart,
/// so that only the target can say when they change.
pub(super) fn has_versions(rules: &ResourceRules, members: Option<&MemberRules>) -> bool {
    members.is_none() || rules.map.iter().any(|mapping| mapping.name == VERSION)
}

const VERSION: &str = "meta.version";

impl Exchange<'_> {
    /// Gives a resource its type, its URL and its version, once; until then it lacks what every resource shows.
    pub(super) fn seal(&self, held: &mut Held) {
        let Held { present, memory, version } = held;
        *version = self.version(present, memory);
        let [kind, location, shown] = &*META;
        kind.write(&mut present.resource, Some(Value::String(self.rules.kind.name.clone())));
        let url = self.location(name_of(present));
        location.write(&mut present.resource, Some(Value::String(url)));
        shown.write(&mut present.resource, version.as_ref().map(|version| Value::String(version.to_header())));
    }

    fn version(&self, present: &Present, memory: &Memory) -> Option<EntityTag> {
        if !has_versions(self.rules, self.members) {
            return None;
        }
        if let Some(mapping) = self.rules.map.iter().find(|mapping| mapping.name == VERSION) {
            let version = mapping.attribute.read(&present.resource)?.as_str()?;
            // The target does not know what is kept here.
            let kept = if memory.kept.is_empty() { String::new() } else { format!("-{}", hash(&kept(memory))) };
            return Some(EntityTag::new(&format!("{version}{kept}")));
        }
        // A hash of a password would say which one it is, to whoever can guess.
        let mut record = self.rules.concealed(&present.record);
        // What a header says of one record is no part of the row of a list, and both are one version.
        for capture in self.rules.get.capture.iter() {
            if let Value::Object(fields) = record.to_mut() {
                capture.field.write(fields, Value::Null);
            }
        }
        let mut made_of = canonical(&record);
        made_of.push_str(&kept(memory));
        made_of.extend(memory.spellings.iter().map(|(name, spelling)| format!("\n{name} {:?}", spelling.sent)));
        if !self.rules.tables().is_empty() {
            // A name can change in its table while the record stays as it is.
            write_object(present.resource.as_object(), &mut made_of);
        }
        Some(EntityTag::new(&hash(&made_of)))
    }

    /// Holds a change to the version that its caller has seen (RFC 7644 §3.14, RFC 9110 §13.1).
    ///
    /// # Errors
    /// [`Failure::Precondition`].
    pub(super) fn admit(&mut self, condition: &Condition, held: &Held) -> Result<(), Failure> {
        let version = held.version.as_ref();
        if condition.admits(version) && !condition.knows(version) {
            return Ok(());
        }
        self.trace.step(Stage::Plan, None, || match version {
            Some(version) => format!("its version is {}: refused", version.to_header()),
            None => "it has no version: refused".to_owned(),
        });
        Err(Failure::Precondition)
    }
}

fn kept(memory: &Memory) -> String {
    let line = |(name, value): (&String, &Value)| format!("\n{name} {}", canonical(value));
    memory.kept.iter().map(line).collect()
}

/// The beginning of a SHA-256: enough to tell the versions of one resource apart. The same in every replica and every release.
fn hash(text: &str) -> String {
    let mut first = [0; 8];
    for (byte, hashed) in first.iter_mut().zip(digest(&SHA256, text.as_bytes()).as_ref()) {
        *byte = *hashed;
    }
    format!("{:016x}", u64::from_be_bytes(first))
}

/// JSON with the members of every object in the order of their names: a target need not keep one.
fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    text
}

/// As deep as `value`, which came from a parser that bounds it.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => write_object(members, text),
        Value::Array(elements) => {
            text.push('[');
            for element in elements {
                write_canonical(element, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::String(scalar) => write_text(scalar, text),
        scalar => text.push_str(&scalar.to_string()),
    }
}

fn write_object(members: &Map, text: &mut String) {
    // Null is not there (RFC 7643 §2.5), and what was concealed is null.
    let mut members: Vec<_> = members.iter().filter(|(_, value)| !value.is_null()).collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    text.push('{');
    for (name, value) in members {
        write_text(name, text);
        text.push(':');
        write_canonical(value, text);
        text.push(',');
    }
    text.push('}');
}

/// As JSON has it. Nearly no text needs an escape, and this is on the way of every look-up.
fn write_text(scalar: &str, text: &mut String) {
    if scalar.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        text.push_str(&Value::from(scalar).to_string());
    } else {
        text.extend(["\"", scalar, "\""]);
    }
}

#[cfg(test)]
mod tests {
    use json::json;

    use super::*;

    #[test]
    fn the_order_of_members_makes_no_version_and_everything_else_does() {
        let record = json!({"id": 1, "name": {"first": "Ada", "last": "Reyes"}, "tags": ["a", "b"]});
        let same = json!({"tags": ["a", "b"], "name": {"last": "Reyes", "first": "Ada"}, "id": 1});
        assert_eq!(canonical(&record), canonical(&same));
        for other in [
            json!({"id": "1", "name": {"first": "Ada", "last": "Reyes"}, "tags": ["a", "b"]}),
            json!({"id": 1, "name": {"first": "Ada", "last": "Reyes"}, "tags": ["b", "a"]}),
            json!({"id": 1, "name": {"first": "Ada", "last": "Reyes"}, "tags": ["a,b"]}),
            json!({"id": 1, "name": {"first": "Ada"}, "last": "Reyes", "tags": ["a", "b"]}),
            json!({"id": 1, "name": {"first": "Ada", "last": "Reyes\",\"x\":\"y"}, "tags": ["a", "b"]}),
        ] {
            assert_ne!(canonical(&record), canonical(&other));
        }
    }
}
