//! PATCH: whatever applies leaves a resource in normal form; a refusal leaves everything as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scim::{PatchRequest, Resource};
use scim_fuzz::{patched, sample, user_type};

fuzz_target!(|body: &[u8]| {
    let Ok(json) = json::from_slice(body) else { return };
    let kind = user_type();
    let Ok(request) = PatchRequest::decode(&kind, json) else { return };
    patched(&kind, &request, &sample(&kind));
    patched(&kind, &request, &Resource::default());
});
