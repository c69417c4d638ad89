//! Every limit of a profile from both sides.

use super::*;
use crate::profile::load::{
    body, direct, error_table, extension, fixed, mapping, members, operation, paging, record, require, target, write,
};
use crate::profile::{BODY_NODES_MAX, LENGTH_MAX, POSITION_MAX, RANDOM_CHARS_MAX};

/// The codes of the edited profile, errors only.
fn errors(from: &str, to: &str) -> Vec<Code> {
    let report = profile("p.toml", &edited(from, to)).map_or_else(|report| report, |(_, report)| report);
    let codes = report.diagnostics.iter().map(|diagnostic| diagnostic.code);
    codes.filter(|code| code.as_str().starts_with('E')).collect()
}

#[track_caller]
fn check(from: &str, count_max: usize, code: Code, to: impl Fn(usize) -> String) {
    assert_eq!(errors(from, &to(count_max)), [], "{count_max} of {from}");
    assert_eq!(errors(from, &to(count_max + 1)), [code], "{count_max} and one of {from}");
}

#[test]
fn there_are_as_many_of_each_thing_as_its_limit_says() {
    let too_large = Code::TooLarge;
    check("[user]", target::PARAMS_MAX, too_large, |n| {
        format!("[params]\n{}[user]", repeated(n, |i| format!("p{i} = {{ type = \"text\" }}\n")))
    });
    check("[user]", target::LOOKUPS_MAX, too_large, |n| {
        repeated(n, |i| format!("[lookup.t{i}]\nget = \"/t\"\nrows = \"\"\nid = \"id\"\n")) + "[user]"
    });
    check("[user.map]", extension::EXTENSIONS_MAX, too_large, |n| {
        repeated(n, |i| format!("[user.schema.\"urn:x:{i}:User\"]\n")) + "[user.map]"
    });
    check("[user.map]", extension::ATTRIBUTES_MAX, too_large, |n| {
        let attributes = repeated(n, |i| format!("a{i} = {{ type = \"string\" }}\n"));
        format!("[user.schema.\"urn:x:2.0:User\"]\n{attributes}[user.map]")
    });
    check("[[user.find]]", mapping::MAPPINGS_MAX - 2, too_large, |n| {
        repeated(n, |i| format!("'emails[type eq \"t{i}\"].value' = {{ direct = \"m{i}\" }}\n")) + "[[user.find]]"
    });
    check("[[user.find]]", write::WRITES_MAX, too_large, |n| {
        format!("[user.write]\n{}[[user.find]]", repeated(n, |i| format!("w{i} = {{ constant = 1 }}\n")))
    });
    check("[[error]]", error_table::ERRORS_MAX - 1, too_large, |n| {
        repeated(n, |_| "[[error]]\nwhen = { status = 410 }\nis = \"absent\"\n".to_owned()) + "[[error]]"
    });
    check("active = { direct = \"on\" }", direct::VALUES_MAX, too_large, |n| {
        format!("title = {{ direct = \"t\", values = {{ {} }} }}", repeated(n, |i| format!("v{i} = {i}, ")))
    });
}

#[test]
fn texts_and_numbers_are_as_large_as_their_limit_says() {
    check("\"demo\"", target::NAME_BYTES_MAX, Code::Name, |n| format!("\"{}\"", "a".repeat(n)));
    check("\"taken\"", error_table::DETAIL_BYTES_MAX, Code::Range, |n| format!("\"{}\"", "a".repeat(n)));
    check("[user.map]", extension::URN_BYTES_MAX - "urn:x:".len(), Code::SchemaUrn, |n| {
        format!("[user.schema.\"urn:x:{}\"]\n[user.map]", "a".repeat(n))
    });
    check("[user.map]", extension::ATTRIBUTE_BYTES_MAX, Code::Name, |n| {
        format!("[user.schema.\"urn:x:User\"]\n{} = {{ type = \"string\" }}\n[user.map]", "a".repeat(n))
    });
    check("match = 1", mapping::MATCH_MAX, Code::Range, |n| format!("match = {n}"));
    check("post = \"/users\"", error_table::DETAIL_BYTES_MAX, Code::Range, |n| {
        format!("post = \"/users\"\ntaken = \"{}\"", "a".repeat(n))
    });
    check("[[error]]", members::BATCH_MAX, Code::Range, |n| {
        group::GROUP.replace("batch = 100", &format!("batch = {n}")) + "[[error]]"
    });
    check("[user.create]", paging::PAGE_ROWS_MAX, Code::Range, |n| {
        format!("[user.list]\nget = \"/u?o={{offset}}\"\nrows = \"\"\npage_rows_max = {n}\n[user.create]")
    });
    check("post = \"/users\"", 100, Code::TooLarge, |n| {
        format!("post = \"/users\"\nrequires = [{}]", repeated(n, |_| "\"login\", ".to_owned()))
    });
    let rest = MINIMAL.len() + " # ".len();
    check("\"demo\"", PROFILE_BYTES_MAX - rest, Code::TooLarge, |n| format!("\"demo\" # {}", "x".repeat(n)));
}

#[test]
fn finds_and_updates_have_a_limit() {
    check("[[user.find]]", operation::FINDS_MAX - 1, Code::TooLarge, |n| {
        let mapped = repeated(n, |i| format!("'emails[type eq \"t{i}\"].value' = {{ direct = \"m{i}\" }}\n"));
        let find =
            |i| format!("[[user.find]]\nby = 'emails[type eq \"t{i}\"].value'\nget = \"/u?m={{m{i}}}\"\nrows = \"\"\n");
        mapped + &repeated(n, find) + "[[user.find]]"
    });
    check("[[user.update]]", operation::UPDATES_MAX - 1, Code::TooLarge, |n| {
        let update =
            |i| format!("[[user.update]]\nwhen = 'userName changed to \"u{i}\"'\npost = \"/users/{{id}}/r\"\n");
        repeated(n, update) + "[[user.update]]"
    });
}

#[test]
fn what_is_written_around_calls_has_a_limit() {
    let too_large = Code::TooLarge;
    check("[user.create]", operation::LISTS_MAX, too_large, |n| {
        repeated(n, |i| format!("[[user.list]]\nget = \"/u?s={i}\"\nrows = \"\"\n")) + "[user.create]"
    });
    check("[user.create]", paging::SET_MAX, too_large, |n| {
        let set = repeated(n, |i| format!("s{i} = {i}, "));
        format!("[user.list]\nget = \"/u\"\nrows = \"\"\nset = {{ {set} }}\n[user.create]")
    });
    check("id = \"id\"", record::SECRETS_MAX, too_large, |n| {
        format!("id = \"id\"\nsecret = [{}]", repeated(n, |i| format!("\"k{i}\", ")))
    });
    check("[target]", require::REQUIRES_MAX, too_large, |n| {
        let params = "[params]\nsaml = { type = \"boolean\", default = true }\n";
        params.to_owned() + &repeated(n, |_| "[[require]]\nthat = \"saml\"\ndetail = \"x\"\n".to_owned()) + "[target]"
    });
    check("[[user.update]]", operation::STEPS_MAX, too_large, |n| {
        repeated(n, |i| format!("[[user.create.after]]\npost = \"/users/{{id}}/s{i}\"\n")) + "[[user.update]]"
    });
    check("patch = \"/users/{id}\"", body::SHAPED_MAX, too_large, |n| {
        format!("patch = \"/users/{{id}}\"\ncarry = [{}]", repeated(n, |i| format!("\"c{i}\", ")))
    });
    check("patch = \"/users/{id}\"", BODY_NODES_MAX - 2, Code::TooLarge, |n| {
        format!("patch = \"/users/{{id}}\"\nbody = {{ list = [{}] }}", repeated(n, |_| "1, ".to_owned()))
    });
    check("[[error]]", members::HIDDEN_MAX, too_large, |n| {
        let hidden = repeated(n, |i| format!("\"h{i}\", "));
        group::GROUP.replace("[group.members]", &format!("[group.members]\nhidden = [{hidden}]")) + "[[error]]"
    });
    check("[[error]]", fixed::FIXED_MAX, too_large, |n| {
        let groups = repeated(n, |i| format!("{{ id = \"{i}\", displayName = \"g{i}\" }}, "));
        format!("[group]\nfixed = [{groups}]\n[[error]]")
    });
}

#[test]
fn values_and_rates_are_as_large_as_their_limit_says() {
    check("active = { direct = \"on\" }", LENGTH_MAX, Code::Range, |n| {
        format!("title = {{ direct = \"t\", max_length = {n} }}")
    });
    check("active = { direct = \"on\" }", RANDOM_CHARS_MAX, Code::Range, |n| {
        format!("password = {{ direct = \"p\", default = {{ random = {n} }} }}")
    });
    check("active = { direct = \"on\" }", POSITION_MAX, Code::Field, |n| {
        format!("title = {{ direct = \"phones.{n}\" }}")
    });
    check("auth = \"none\"", target::AT_ONCE_MAX, Code::Range, |n| {
        format!("auth = \"none\"\nlimits = {{ at_once = {n} }}")
    });
    check("auth = \"none\"", target::PER_SECOND_MAX, Code::Range, |n| {
        format!("auth = \"none\"\nlimits = {{ per_second = {n} }}")
    });
}

/// The compiled program, not the text, is what a pattern may not exceed.
#[test]
fn a_pattern_is_small_when_it_is_compiled() {
    let pattern = |times: usize| format!("when = {{ status = 409, matches = '[a-z]{{{times}}}' }}");
    assert_eq!(errors("when = { status = 409 }", &pattern(50)), []);
    let told = errors("when = { status = 409 }", &pattern(error_table::PATTERN_SIZE_MAX));
    assert_eq!(told.len(), 1, "{told:?}");
}
