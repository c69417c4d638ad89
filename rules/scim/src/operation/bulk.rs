//! `POST /Bulk` (RFC 7644 §3.7): the request as sent, its references to what it makes itself, and the answer.
//!
//! Reads and resolves; performing the operations is the exchange's.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// A bulk request. Its operations are decoded one by one, when their turn comes.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkRequest {
    /// After how many errors to stop; `None` for never.
    pub fail_on_errors: Option<usize>,
    /// In order.
    pub operations: Vec<BulkOperation>,
}

/// One operation of a bulk request, as sent. `Debug` leaves the data out: it holds passwords.
#[derive(Clone, PartialEq)]
pub struct BulkOperation {
    /// The HTTP method in upper case: POST, PUT, PATCH or DELETE.
    pub method: String,
    /// The name that other operations call what this one makes; POST must have one.
    pub bulk_id: Option<String>,
    /// The version that must be there (`If-Match`).
    pub version: Option<String>,
    /// The path below the SCIM root: `/Users`, `/Groups/2819c223`, `/Users/bulkId:qwerty`.
    pub path: String,
    /// The body; null if there is none.
    pub data: Value,
}

impl BulkOperation {
    /// The bulk ids that path and data refer to (`bulkId:qwerty`), each once, in order.
    #[must_use]
    pub fn references(&self) -> Vec<&str> {
        todo!()
    }

    /// The operation with every `bulkId:…` that `ids` knows replaced by the id.
    #[must_use]
    pub fn resolved(&self, ids: &BTreeMap<String, String>) -> Self {
        let _ = ids;
        todo!()
    }
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
    let _ = results;
    todo!()
}
