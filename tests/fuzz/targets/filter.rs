//! Filters: whatever parses prints to a text that parses to the same tree, and evaluating it ends.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scim::Filter;
use scim_fuzz::{sample, user_type};

fuzz_target!(|text: &str| {
    let Ok(filter) = text.parse::<Filter>() else { return };
    let again = filter.to_string().parse::<Filter>().expect("a printed filter parses");
    assert_eq!(again, filter, "printing and parsing give the same filter");
    let kind = user_type();
    if let Ok(bound) = kind.bind_filter(&filter) {
        let matched = bound.matches(&sample(&kind));
        let again = kind.bind_filter(&bound.to_filter()).expect("a bound filter binds again");
        assert_eq!(again.matches(&sample(&kind)), matched, "binding again does not change what is found");
    }
});
