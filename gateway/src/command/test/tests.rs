//! The command from inside: the shipped cases, and how results are told.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rules::profile::{CallRule, ErrorMeaning, MemberRules, ResourceRules};
use rules::shipped::SHIPPED;

use super::*;

fn install_provider() {
    // Another test of this process may have done so.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

#[tokio::test]
async fn the_shipped_cases_pass() {
    install_provider();
    for shipped in SHIPPED {
        let suite = Suite::load(Path::new(shipped.name)).unwrap();
        for result in suite.play().await.unwrap() {
            assert!(result.is_ok(), "{}", suite.told(&result));
        }
    }
}

#[test]
fn the_shipped_cases_make_every_call_and_mean_every_error_row() {
    for shipped in SHIPPED {
        let suite = Suite::load(Path::new(shipped.name)).unwrap();
        let lookups = suite.profile.lookups.iter().map(|lookup| &lookup.call);
        let group = suite.profile.group.as_ref();
        let resources = std::iter::once(&suite.profile.user).chain(group.map(|group| &group.resource));
        let members = group.and_then(|group| group.members.as_ref());
        let calls = lookups.chain(resources.flat_map(calls)).chain(members.into_iter().flat_map(member_calls));
        for rule in calls {
            let shape = rule.path.to_string();
            let made = |call: &cases::ExpectedCall| call.script.verb == rule.verb && is_of(&shape, &call.script.path);
            assert!(suite.cases.iter().flat_map(|case| &case.calls).any(made), "{}: {}", shipped.name, rule.rule);
        }
        for row in &suite.profile.errors {
            let ErrorMeaning::Scim { detail, .. } = &row.means else { continue };
            let told = |case: &&Case| case.expect.body.as_ref().is_some_and(|body| body["detail"] == **detail);
            assert!(suite.cases.iter().any(|case| told(&case)), "{}: {}", shipped.name, row.rule);
        }
    }
}

/// Every call about resources of one type.
fn calls(rules: &ResourceRules) -> Vec<&CallRule> {
    let finds = rules.find.iter().map(|find| &find.call);
    let lists = rules.list.iter().chain(rules.sort.iter().map(|sort| &sort.list)).map(|list| &list.call);
    let writes = rules.update.iter().map(|update| &update.call).chain(rules.create.iter().map(|create| &create.call));
    finds.chain([&rules.get]).chain(lists).chain(writes).chain(&rules.delete).collect()
}

/// Every call about members.
fn member_calls(rules: &MemberRules) -> Vec<&CallRule> {
    let of = rules.of.iter().map(|(call, _)| call);
    [&rules.list.call, &rules.add.call, &rules.remove.call].into_iter().chain(&rules.has).chain(of).collect()
}

/// Whether `path` is made from the template `shape`: the texts between the braces stand in it in order.
fn is_of(shape: &str, path: &str) -> bool {
    let mut rest = path;
    let fixed: Vec<&str> = shape.split('{').map(|part| part.split_once('}').map_or(part, |(_, fixed)| fixed)).collect();
    let same_segments = shape.split('/').count() == path.split('/').count();
    same_segments
        && fixed.iter().all(|fixed| match rest.find(fixed) {
            Some(at) => {
                rest = &rest[at + fixed.len()..];
                true
            }
            None => false,
        })
        && (rest.is_empty() || shape.ends_with('}'))
}

#[test]
fn the_cases_of_telemessage_show_every_mapping() {
    let suite = Suite::load(Path::new("telemessage")).unwrap();
    for mapping in &suite.profile.user.map {
        // `emails[type eq "work"].value` stands in the first of the expected e-mail addresses.
        let (before, behind) = mapping.name.split_once('[').unwrap_or((&mapping.name, ""));
        let pointer = match behind.split_once(']') {
            Some((_, behind)) => format!("/{before}/0{}", behind.replace('.', "/")),
            None => format!("/{}", before.replace('.', "/")),
        };
        let shows = |case: &&Case| case.expect.body.as_ref().is_some_and(|body| body.pointer(&pointer).is_some());
        assert!(suite.cases.iter().any(|case| shows(&case)), "{}", mapping.name);
    }
}

/// One case of `telemessage` that reads user 1001, expecting `calls` and `expect`.
async fn told(calls: &str, expect: &str) -> String {
    install_provider();
    let profile = Arc::new(Profile::load("p.toml", rules::shipped::shipped("telemessage").unwrap().profile).unwrap().0);
    let text =
        format!("[[case]]\nname = \"a read\"\nrequest = {{ get = \"/Users/1001\" }}\n{calls}[case.expect]\n{expect}");
    let cases = cases::read("c.toml", &text, &profile).map_err(|report| report.to_terminal(Colour::Plain)).unwrap();
    let suite = Suite { profile, file: "c.toml".to_owned(), cases };
    let results = suite.play().await.unwrap();
    suite.told(&results[0])
}

const MANAGERS: &str = "[[case.call]]\nget = \"/managers\"\nanswer = { status = 200, body = { managers = [{ id = \"m1\", name = \"N\" }] } }\n";
const USER: &str = "[[case.call]]\nget = \"/users/1001\"\nanswer = { status = 200, body = { id = \"1001\", msisdn = \"447700900123\", managerId = \"m1\" } }\n";

#[tokio::test]
async fn a_case_says_what_went_otherwise_and_where() {
    let both = format!("{USER}{MANAGERS}");
    let swapped = format!("{MANAGERS}{USER}");
    let more = format!("{both}[[case.call]]\ndelete = \"/users/1001\"\nanswer = {{ status = 204 }}\n");
    let rows: [(&str, &str, &[&str]); 7] = [
        (&both, "status = 200\nbody = { displayName = \"N\" }\nabsent = [\"active\"]", &["ok a read"]),
        (
            &both,
            "status = 200\nbody = { displayName = \"M\" }",
            &["FAILED a read", "    c.toml:10: body: `displayName`: expected \"M\", got \"N\""],
        ),
        (
            &both,
            "status = 200\nabsent = [\"displayName\", \"meta.location\"]",
            &[
                "FAILED a read",
                "    c.toml:10: body: `displayName` must be absent, is \"N\"",
                "    c.toml:10: body: `meta.location` must be absent, is \"https://scim.example.com/scim/v2/Users/1001\"",
            ],
        ),
        (&more, "status = 200", &["FAILED a read", "    c.toml:11: call 3 was not made", "    - DELETE /users/1001"]),
        (USER, "status = 503", &["FAILED a read", "    c.toml:2: call 2 is not expected", "    + GET /managers"]),
        (
            &swapped,
            "status = 503",
            &[
                "FAILED a read",
                "    c.toml:5: call 1 is another",
                "    - GET /managers",
                "    + GET /users/1001",
                "    c.toml:8: call 2 was not made",
                "    - GET /users/1001",
            ],
        ),
        ("", "status = 200", &["FAILED a read", "    c.toml:2: call 1 is not expected", "    + GET /users/1001"]),
    ];
    for (calls, expect, expected) in rows {
        assert_eq!(told(calls, expect).await.lines().collect::<Vec<_>>(), expected);
    }
    let status = told(&both, "status = 404").await;
    assert!(status.starts_with("FAILED a read\n    c.toml:10: status: expected 404, got 200 {"), "{status}");
}

#[tokio::test]
async fn the_cases_of_the_reference_pass() {
    install_provider();
    let reference = include_str!("../../../../docs/cli.md");
    for (fence, profile, told) in [
        ("toml case", "telemessage", "ok a user is disabled"),
        ("toml group case", "directory", "ok one member more is a check and a call, and the members are not read"),
    ] {
        let (_, rest) = reference.split_once(&format!("```{fence}\n")).unwrap();
        let (case, _) = rest.split_once("```").unwrap();
        let shipped = rules::shipped::shipped(profile).unwrap();
        let profile = Arc::new(Profile::load("p.toml", shipped.profile).unwrap().0);
        let cases = cases::read("docs/cli.md", case, &profile).unwrap();
        let suite = Suite { profile, file: "docs/cli.md".to_owned(), cases };
        let results = suite.play().await.unwrap();
        assert_eq!(suite.told(&results[0]), told);
    }
}
