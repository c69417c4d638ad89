//! Profiles: loading ends in a profile or in a report that can be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::Profile;
use rules::diagnostics::Colour;

fuzz_target!(|text: &str| {
    let report = match Profile::load("profile.toml", text) {
        Ok((_, report)) => {
            assert!(!report.has_errors(), "a profile with errors does not load");
            report
        }
        Err(report) => {
            assert!(report.has_errors(), "a refusal says why");
            report
        }
    };
    let _ = report.to_terminal(Colour::Plain);
    let _ = report.to_json();
});
