//! Requests of both protocols: decoding ends in an operation or a refusal, and what it reads can be worked with.
//!
//! The input is a request as text: `2 PATCH /Users/7?attributes=id`, the body behind the first line break.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scim::operation::Operation;
use scim_fuzz::{used, written};

fuzz_target!(|input: &[u8]| {
    let Some(request) = written(input) else { return };
    if let Ok(operation) = Operation::decode(request) {
        used(request.protocol, operation);
    }
});
