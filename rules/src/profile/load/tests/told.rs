//! `doc` and `source` of a mapping: what people are told, taken as it is written.

use super::*;
use crate::profile::Told;

#[test]
fn what_people_are_told_is_taken_as_it_is_written() {
    let told = r#"direct = "login", match = 1, doc = "the badge", source = { entra = "Not([IsSoftDeleted])", okta = "user.login" }"#;
    let text = MINIMAL.replace(r#"direct = "login", match = 1"#, told);
    assert_ne!(text, MINIMAL);
    let (profile, report) = profile("p.toml", &text).unwrap();
    assert_eq!(report.to_terminal(Colour::Plain), "");
    let expected = Told {
        doc: Some("the badge".to_owned()),
        entra: Some("Not([IsSoftDeleted])".to_owned()),
        okta: Some("user.login".to_owned()),
        onelogin: None,
    };
    assert_eq!(profile.user.map[0].told.as_deref(), Some(&expected));
    assert!(profile.user.map[1..].iter().all(|mapping| mapping.told.is_none()));
}

#[test]
fn nobody_is_told_nothing_at_all_or_too_much() {
    let long = "x".repeat(1_001);
    for doc in ["", long.as_str()] {
        only(Code::Range, r#"direct = "login", match = 1"#, &format!(r#"direct = "login", match = 1, doc = "{doc}""#));
    }
    only(Code::UnknownKey, r#"direct = "login", match = 1"#, r#"direct = "login", match = 1, source = { ping = "x" }"#);
}
