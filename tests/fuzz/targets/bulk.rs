//! Bulk requests: references are found and replaced, and every operation decodes or is refused by itself.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use scim::Protocol;
use scim::operation::{Operation, Request};
use scim_fuzz::used;

fuzz_target!(|body: &[u8]| {
    let request = Request { method: "POST", path: "/Bulk", body, ..Request::default() };
    let Ok(Operation::Bulk(bulk)) = Operation::decode(request) else { return };
    let named: Vec<&str> = bulk.operations.iter().filter_map(|one| one.bulk_id.as_deref()).collect();
    let ids: BTreeMap<String, String> = named.iter().map(|name| ((*name).to_owned(), "7".to_owned())).collect();
    for operation in &bulk.operations {
        let resolved = operation.resolved(&ids);
        for left in resolved.references() {
            assert!(!ids.contains_key(left), "`{left}` is known and was not replaced");
        }
        if let Ok((endpoint, action)) = resolved.decode() {
            used(Protocol::Scim20, Operation::Resource(endpoint, action));
        }
    }
});
