//! Attribute paths: whatever parses prints to a text that parses to the same path, and reading and unassigning there is safe.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scim::Path;
use scim_fuzz::{sample, user_type};

fuzz_target!(|text: &str| {
    let Ok(path) = text.parse::<Path>() else { return };
    let again = path.to_string().parse::<Path>().expect("a printed path parses");
    assert_eq!(again, path, "printing and parsing give the same path");
    let kind = user_type();
    if let Ok(bound) = kind.bind(&path) {
        let mut resource = sample(&kind);
        let value = bound.read(&resource).cloned();
        bound.write(&mut resource, value.clone());
        assert_eq!(bound.read(&resource), value.as_ref(), "what was read can be written back");
        bound.write(&mut resource, None);
    }
});
