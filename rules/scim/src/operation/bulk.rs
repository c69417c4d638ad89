//! `POST /Bulk` (RFC 7644 §3.7): the request as sent, its references to what it makes itself, and the answer.
//!
//! Reads and resolves; performing the operations is the exchange's. What is wrong with the envelope refuses the request; what
//! is wrong with one operation is the answer to that one (RFC 7644 §3.7: "disregard partial failures").

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use json::{Map, Value, json};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::envelope::Envelope;
use super::route::tags;
use super::url::{checked_id, segments};
use super::{Action, Condition, DecodeError, Endpoint, View};
use crate::excerpt::excerpt;
use crate::limits::BULK_OPERATIONS_MAX;
use crate::name;

/// What stands before the bulk id in a reference.
const REFERENCE: &str = "bulkId:";

/// All but the unreserved characters (RFC 3986 §2.3): an id in a path stays one segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A bulk request. Its operations are decoded one by one, when their turn comes.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkRequest {
    /// After how many errors to stop, at least 1; `None` for never.
    pub fail_on_errors: Option<usize>,
    /// In order; at most `limits::BULK_OPERATIONS_MAX`, no two of one bulk id.
    pub operations: Vec<BulkOperation>,
}

/// One operation of a bulk request, as sent. `Debug` leaves the data out: it holds passwords.
#[derive(Clone, PartialEq)]
pub struct BulkOperation {
    /// The HTTP method in upper case; empty if there is none. [`BulkOperation::decode`] knows which are right.
    pub method: String,
    /// The name that other operations call what this one makes; POST must have one.
    pub bulk_id: Option<String>,
    /// The version that must be there (`If-Match`).
    pub version: Option<String>,
    /// The path below the SCIM root: `/Users`, `/Groups/2819c223`, `/Users/bulkId:qwerty`; empty if there is none.
    pub path: String,
    /// The body; null if there is none.
    pub data: Value,
}

// === reading ===

impl BulkRequest {
    /// Reads the body of `POST /Bulk`.
    pub(super) fn decode(body: Value) -> Result<Self, DecodeError> {
        let mut body = Envelope::new("a bulk request", body)?;
        body.schema(name::BULK_REQUEST)?;
        let fail_on_errors = match body.take("failOnErrors")? {
            None => None,
            Some(Value::Number(number)) if number.as_u64().is_some_and(|number| number > 0) => {
                // A number beyond `usize` is beyond any number of operations.
                number.as_u64().map(|number| usize::try_from(number).unwrap_or(usize::MAX))
            }
            Some(_) => return Err(syntax("`failOnErrors` must be a whole number of at least 1")),
        };
        let operations = match body.take("Operations")? {
            Some(Value::Array(operations)) if !operations.is_empty() => operations,
            _ => return Err(syntax("`Operations` must be an array of one or more operations")),
        };
        if operations.len() > BULK_OPERATIONS_MAX {
            return Err(DecodeError::BulkTooLarge { max: BULK_OPERATIONS_MAX, found: operations.len() });
        }
        let operations = (1..)
            .zip(operations)
            .map(|(number, json)| BulkOperation::read(number, json))
            .collect::<Result<Vec<_>, _>>()?;
        let mut known = BTreeSet::new();
        for bulk_id in operations.iter().filter_map(|operation| operation.bulk_id.as_deref()) {
            if !known.insert(bulk_id) {
                return Err(syntax(format!("two operations have the `bulkId` `{}`", excerpt(bulk_id))));
            }
        }
        Ok(BulkRequest { fail_on_errors, operations })
    }
}

impl BulkOperation {
    /// One member of `Operations`; `number` counts from 1 and is for messages.
    fn read(number: usize, json: Value) -> Result<Self, DecodeError> {
        let mut json = Envelope::new(&format!("operation {number}"), json)?;
        Ok(BulkOperation {
            method: excerpt(&json.text("method")?.unwrap_or_default().to_ascii_uppercase()),
            bulk_id: json.text("bulkId")?.filter(|bulk_id| !bulk_id.is_empty()),
            version: json.text("version")?.filter(|version| !version.is_empty()),
            path: json.text("path")?.unwrap_or_default(),
            data: json.take("data")?.unwrap_or_default(),
        })
    }

    /// What the operation asks for; references must be resolved before.
    ///
    /// Only what RFC 7644 §3.7 lets be asked for so: POST of a resource type, PUT, PATCH and DELETE of a resource.
    ///
    /// # Errors
    /// [`DecodeError`]: the answer to this operation; nothing was done.
    pub fn decode(self) -> Result<(Endpoint, Action), DecodeError> {
        let path = || excerpt(&self.path);
        if !self.path.starts_with('/') || self.path.contains(['?', '#']) {
            let reason = "`path` must be a path below the SCIM root that starts with `/` and has no query: `/Users`";
            return Err(syntax(reason));
        }
        let segments = segments(&self.path)?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (endpoint, id) = match *segments.as_slice() {
            ["Users"] => (Endpoint::Users, None),
            ["Groups"] => (Endpoint::Groups, None),
            ["Users", id] => (Endpoint::Users, Some(checked_id(id)?)),
            ["Groups", id] => (Endpoint::Groups, Some(checked_id(id)?)),
            _ => return Err(DecodeError::NoEndpoint { path: path() }),
        };
        let view = View::default();
        let condition = Condition { if_match: tags("version", self.version.as_deref())?, if_none_match: None };
        let action = match (self.method.as_str(), id) {
            ("", _) => return Err(syntax("an operation needs a `method`: POST, PUT, PATCH or DELETE")),
            ("POST", None) if self.bulk_id.is_none() => return Err(syntax("an operation with POST needs a `bulkId`")),
            ("POST", None) => Action::Create { body: self.body()?, view },
            ("PUT", Some(id)) => Action::Replace { id, body: self.body()?, view, condition },
            ("PATCH", Some(id)) => Action::Patch { id, body: self.body()?, view, condition },
            ("DELETE", Some(id)) => Action::Delete { id, condition },
            (method, id) => {
                let allow = if id.is_some() { "PUT, PATCH, DELETE" } else { "POST" };
                return Err(DecodeError::Method { path: path(), method: excerpt(method), allow });
            }
        };
        Ok((endpoint, action))
    }

    fn body(self) -> Result<Value, DecodeError> {
        match self.data {
            Value::Null => Err(syntax(format!("an operation with {} needs `data`", self.method))),
            data => Ok(data),
        }
    }
}

fn syntax(reason: impl Into<String>) -> DecodeError {
    DecodeError::Syntax { reason: reason.into() }
}

// === references ===

impl BulkOperation {
    /// The bulk ids that path and data refer to (`bulkId:qwerty`), each once, in order.
    ///
    /// A reference is a whole segment of the path, or a whole text that is a value in the data (RFC 7644 §3.7.2); a key or a
    /// part of a text is none.
    #[must_use]
    pub fn references(&self) -> Vec<&str> {
        let mut found = Vec::new();
        let mut known = BTreeSet::new();
        for text in self.path.split('/').chain(texts(&self.data)) {
            if let Some(bulk_id) = text.strip_prefix(REFERENCE).filter(|bulk_id| known.insert(*bulk_id)) {
                found.push(bulk_id);
            }
        }
        found
    }

    /// The operation with every `bulkId:…` that `ids` knows replaced by the id.
    #[must_use]
    pub fn resolved(&self, ids: &BTreeMap<String, String>) -> Self {
        let id = |text: &str| ids.get(text.strip_prefix(REFERENCE)?);
        let segments = self.path.split('/').map(|segment| match id(segment) {
            Some(id) => utf8_percent_encode(id, SEGMENT).to_string(),
            None => segment.to_owned(),
        });
        let path = segments.collect::<Vec<_>>().join("/");
        let mut data = self.data.clone();
        for_each_text(&mut data, &mut |text| {
            if let Some(id) = id(text) {
                id.clone_into(text);
            }
        });
        self.with(path, data)
    }

    /// The operation without what its data still refers to: of a list the element, else the attribute. How a circle is
    /// broken: what is left can be made first, and the rest be added when all are known (RFC 7644 §3.7.1).
    #[must_use]
    pub fn unreferenced(&self) -> Self {
        let mut data = self.data.clone();
        drop_references(&mut data);
        self.with(self.path.clone(), data)
    }

    /// Another path and other data.
    fn with(&self, path: String, data: Value) -> Self {
        let Self { method, bulk_id, version, .. } = self;
        BulkOperation { method: method.clone(), bulk_id: bulk_id.clone(), version: version.clone(), path, data }
    }
}

/// Every text that is a value in `json`, in order.
fn texts(json: &Value) -> Vec<&str> {
    match json {
        Value::String(text) => vec![text],
        Value::Array(elements) => elements.iter().flat_map(texts).collect(),
        Value::Object(object) => object.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

fn for_each_text(json: &mut Value, visit: &mut dyn FnMut(&mut String)) {
    match json {
        Value::String(text) => visit(text),
        Value::Array(elements) => elements.iter_mut().for_each(|element| for_each_text(element, visit)),
        Value::Object(object) => object.values_mut().for_each(|value| for_each_text(value, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Takes out what refers to something: a text, or a complex value with such a text in it.
fn drop_references(json: &mut Value) {
    let keep = |value: &mut Value| {
        if refers(value) {
            return false;
        }
        drop_references(value);
        true
    };
    match json {
        Value::Array(elements) => elements.retain_mut(keep),
        Value::Object(object) => object.retain(|_, value| keep(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether `json` is a reference, or has one as a sub-attribute.
fn refers(json: &Value) -> bool {
    let is_reference = |json: &Value| json.as_str().is_some_and(|text| text.starts_with(REFERENCE));
    match json {
        Value::Object(object) => object.values().any(is_reference),
        simple => is_reference(simple),
    }
}

// === the answer ===

/// How one operation of a bulk request went.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkResult {
    /// As in the request.
    pub method: String,
    /// As in the request.
    pub bulk_id: Option<String>,
    /// The version of the resource, if it has one.
    pub version: Option<String>,
    /// The URL of the resource; absent only for a POST that failed (RFC 7644 §3.7.3).
    pub location: Option<String>,
    /// HTTP status.
    pub status: u16,
    /// The error, if there is one.
    pub response: Option<Value>,
}

/// `{"schemas":[…BulkResponse],"Operations":[…]}`; statuses are strings (RFC 7644 §3.7).
#[must_use]
pub fn bulk_response(results: Vec<BulkResult>) -> Value {
    let operation = |result: BulkResult| {
        let members = [
            ("location", result.location.map(Value::String)),
            ("method", Some(Value::String(result.method))),
            ("bulkId", result.bulk_id.map(Value::String)),
            ("version", result.version.map(Value::String)),
            ("status", Some(Value::String(result.status.to_string()))),
            ("response", result.response),
        ];
        let present = members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        Value::Object(present.collect::<Map>())
    };
    json!({
        "schemas": [name::BULK_RESPONSE],
        "Operations": results.into_iter().map(operation).collect::<Vec<_>>(),
    })
}

impl fmt::Debug for BulkOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkOperation")
            .field("method", &self.method)
            .field("bulk_id", &self.bulk_id)
            .field("version", &self.version)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
