//! Expressions: compiling ends in an expression or in problems inside the text; evaluating is total and bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::expression::{Expression, Normaliser, TEXT_BYTES_MAX, Value};
use scim_fuzz::{Names, records};

fuzz_target!(|text: &str| {
    match Expression::compile(text, &Names) {
        Ok(expression) => {
            for record in &records() {
                if let Value::Text(text) = expression.eval(record) {
                    assert!(text.len() <= TEXT_BYTES_MAX, "a produced text is bounded");
                }
            }
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "a refusal says why");
            for problem in &problems {
                assert!(text.get(problem.span.start..problem.span.end).is_some(), "{problem:?} lies in the text");
            }
        }
    }
    if let Ok(normaliser) = Normaliser::compile(text, &Names) {
        for record in &records() {
            let _ = normaliser.apply("0123 456 7890", record);
        }
    }
});
