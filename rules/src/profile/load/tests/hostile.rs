//! Profiles that somebody wrote to do harm: refused, within limits that are counted, never timed.

use super::*;
use crate::document::{PROBLEMS_MAX, TOLD_BYTES_MAX};

/// The problems of a hostile text, which has some, and none of them out of proportion.
#[track_caller]
fn refused(text: &str) -> Vec<Code> {
    assert!(text.len() <= PROFILE_BYTES_MAX, "{} bytes are refused before anything is read", text.len());
    let Err(report) = profile("p.toml", text) else { panic!("loaded") };
    assert!(report.diagnostics.len() <= PROBLEMS_MAX + 1, "{} problems", report.diagnostics.len());
    for problem in &report.diagnostics {
        let told = problem.message.len().max(problem.help.len());
        assert!(told <= TOLD_BYTES_MAX, "{}: {told} bytes", problem.code);
    }
    report.diagnostics.iter().map(|problem| problem.code).collect()
}

#[test]
fn nesting_is_refused_at_any_depth() {
    let deep = 100_000;
    let rows = [
        format!("{MINIMAL}x = {}", "[".repeat(deep)),
        format!("{MINIMAL}x = {}1{}", "[".repeat(deep), "]".repeat(deep)),
        format!("{MINIMAL}x = {}1{}", "{ a = ".repeat(deep), " }".repeat(deep)),
        format!("{MINIMAL}x{} = 1", ".a".repeat(deep)),
        format!("{MINIMAL}[x{}]\n", ".a".repeat(deep)),
        edited("{ status = 409 }", &format!("{{ body = \"{}true\" }}", "Not(".repeat(deep))),
        edited("{ status = 409 }", &format!("{{ matches = \"{}\" }}", "(".repeat(deep))),
        edited("\"login\"", &format!("\"a{}\"", ".a".repeat(deep))),
        edited("userName =", &format!("'{}' =", "emails[type eq \"work\"].".repeat(deep / 10))),
    ];
    for text in rows {
        refused(&text);
    }
    let body = format!("post = \"/users\"\nbody = {}\"{{login}}\"{}", "[".repeat(60), "]".repeat(60));
    refused(&edited("post = \"/users\"", &body));
}

#[test]
fn texts_of_any_size_are_told_in_a_line() {
    let giant = "x".repeat(PROFILE_BYTES_MAX - 2 * MINIMAL.len());
    for from in [
        "\"demo\"",
        "\"none\"",
        "\"login\"",
        "\"userName\"",
        "\"/users?login={login}\"",
        "\"/users/{id}\"\n[user.create]",
        "\"uniqueness\"",
        "\"taken\"",
    ] {
        let to = from.replacen(from.trim_start_matches('"').split('"').next().unwrap_or_default(), &giant, 1);
        refused(&edited(from, &to));
    }
    refused(&format!("{giant} = 1\n{MINIMAL}"));
}

#[test]
fn thousands_of_keys_are_thousands_of_problems_of_which_the_first_are_told() {
    let unknown = repeated(60_000, |number| format!("k{number} = 1\n"));
    assert_eq!(refused(&format!("{unknown}{MINIMAL}")).len(), PROBLEMS_MAX + 1);
    let mapped = repeated(20_000, |number| format!("k{number} = {{ direct = \"a\" }}\n"));
    assert!(refused(&edited("active =", &format!("{mapped}active ="))).contains(&Code::TooLarge));
    let finds: String = (0..5_000).map(|_| "[[user.find]]\nby = \"nickName\"\nget = \"/{x}\"\nrows = \"\"\n").collect();
    assert!(refused(&edited("[user.get]", &format!("{finds}[user.get]"))).contains(&Code::TooLarge));
    let steps: String = (0..5_000).map(|_| "[[user.create.before]]\npost = \"/x\"\n").collect();
    assert!(refused(&edited("[[user.update]]", &format!("{steps}[[user.update]]"))).contains(&Code::TooLarge));
}

#[test]
fn a_pattern_that_grows_is_refused() {
    for pattern in ["(a{1000}){1000}", "((a{100}){100}){100}", "(((((a*)*)*)*)*){500}{500}", "\\\\w{5000}\\\\w{5000}"] {
        let codes = refused(&edited("{ status = 409 }", &format!("{{ matches = \"{pattern}\" }}")));
        assert_eq!(codes, [Code::Pattern], "{pattern}");
    }
}

#[test]
fn problems_are_counted_beyond_those_that_are_told() {
    let at = |count: usize| repeated(count, |number| format!("k{number} = 1\n")) + MINIMAL;
    assert_eq!(refused(&at(PROBLEMS_MAX)).len(), PROBLEMS_MAX);
    let codes = refused(&at(PROBLEMS_MAX + 1));
    assert_eq!((codes.len(), codes.last()), (PROBLEMS_MAX + 1, Some(&Code::TooLarge)));
}
