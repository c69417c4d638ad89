//! Filters: parsed, and proven against the schemas of a user.

use std::hint::black_box;

use scim::Filter;

use super::samples::profile;
use super::{Case, Run, repeat};

const GROUP: &str = "filter_parse";
const SIMPLE: &str = r#"userName eq "mira.lund@example.com""#;
/// The form that only Entra ID writes (idp-dialects row 19).
const VALUE_PATH: &str = r#"emails[type eq "work"].value eq "mira.lund@example.com""#;

pub(super) const CASES: &[Case] = &[
    Case { group: GROUP, name: "simple", prepare: || parse(SIMPLE.to_owned()) },
    Case { group: GROUP, name: "simple_bound", prepare: || bind(SIMPLE.to_owned()) },
    Case { group: GROUP, name: "entra_value_path", prepare: || parse(VALUE_PATH.to_owned()) },
    Case { group: GROUP, name: "entra_value_path_bound", prepare: || bind(VALUE_PATH.to_owned()) },
    Case { group: GROUP, name: "or_of_20", prepare: || parse(or_of_20()) },
    Case { group: GROUP, name: "or_of_20_bound", prepare: || bind(or_of_20()) },
];

fn or_of_20() -> String {
    let terms: Vec<String> = (1..=20).map(|at| format!(r#"userName eq "user{at}@example.com""#)).collect();
    terms.join(" or ")
}

fn parse(text: String) -> Run {
    repeat(move || black_box(&text).parse::<Filter>().unwrap())
}

fn bind(text: String) -> Run {
    let kind = profile("directory").user.kind.clone();
    repeat(move || kind.bind_filter(&black_box(&text).parse().unwrap()).unwrap())
}
