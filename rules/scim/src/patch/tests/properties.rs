//! What holds for every PATCH body, not only for those somebody sent.

use proptest::prelude::*;

use super::*;
use crate::resource::tests::arbitrary_json;

const PATHS: [&str; 22] = [
    "userName",
    "active",
    "title",
    "name",
    "name.givenName",
    "emails",
    "emails.value",
    "emails[type eq \"work\"]",
    "emails[type eq \"work\"].value",
    "emails[value eq \"a\"].value",
    "emails[primary eq true].primary",
    "emails[type ne \"work\"]",
    "roles[primary eq \"True\"].value",
    "addresses[type eq \"work\"].country",
    "addresses",
    "manager",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "password",
    "roles",
    "groups",
    "shoeSize",
];

pub(crate) fn operation(verbs: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let path = prop::option::weighted(0.85, prop::sample::select(&PATHS[..]));
    (prop::sample::select(verbs), path, value()).prop_map(|(op, path, value)| match path {
        Some(path) => json!({"op": op, "path": path, "value": value}),
        None => json!({"op": op, "value": value}),
    })
}

/// An element of a list: parts that exist, and one or two that do not.
fn element() -> impl Strategy<Value = Value> {
    prop::collection::vec(
        (
            prop::sample::select(vec![
                "value",
                "type",
                "primary",
                "display",
                "country",
                "givenName",
                "userName",
                "title",
            ]),
            prop_oneof![
                Just(json!("a")),
                Just(json!("work")),
                Just(json!("home")),
                Just(json!(true)),
                Just(json!(null))
            ],
        ),
        0..4,
    )
    .prop_map(|parts| Value::Object(parts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        arbitrary_json(),
        element(),
        prop::collection::vec(element(), 0..3).prop_map(Value::from),
        prop::sample::select(vec![json!("a"), json!("True"), json!(""), json!(null), json!(true), json!([])]),
    ]
}

/// A user with lists for the paths to find something in.
fn resource() -> impl Strategy<Value = Resource> {
    let list = || prop::collection::vec(element(), 0..4);
    let known = (list(), list(), list(), element()).prop_map(|(emails, roles, addresses, name)| {
        let body = json!({"userName": "a", "emails": emails, "roles": roles, "addresses": addresses, "name": name});
        decoded(body).unwrap_or_default()
    });
    prop_oneof![3 => known, 1 => arbitrary_json().prop_map(|body| decoded(body).unwrap_or_default())]
}

fn decoded(body: Value) -> Option<Resource> {
    Resource::decode(&user(), body).ok().map(|decoded| decoded.resource)
}

proptest! {
    /// Any JSON at all is a request or an error.
    #[test]
    fn any_body_is_read_or_refused(body in arbitrary_json(), operations in arbitrary_json()) {
        for body in [body, json!({"Operations": [operations.clone()]}), json!({"Operations": operations})] {
            if let Ok(request) = PatchRequest::decode(&user(), body) {
                let _ = request.apply(&user(), &Resource::default());
            }
        }
    }

    /// What a PATCH leaves behind is in normal form: decoding it changes nothing.
    #[test]
    fn the_result_is_in_normal_form(
        before in resource(),
        operations in prop::collection::vec(operation(&["add", "replace", "remove"]), 1..6),
    ) {
        let mut resource = before;
        for operation in operations {
            let Ok(request) = PatchRequest::decode(&user(), json!({"Operations": [operation]})) else { continue };
            let Ok(after) = request.apply(&user(), &resource) else { continue };
            prop_assert_eq!(decoded(Value::Object(after.object.clone())), Some(after.clone()));
            resource = after;
        }
    }

    /// An IdP that repeats a `replace` or `remove` after a time-out changes nothing more.
    ///
    /// But for clearing a part of "the primary element, or the first": an element left empty is gone, and the next is first.
    #[test]
    fn twice_is_once(before in resource(), operation in operation(&["replace", "remove"])) {
        let clears = operation["value"].as_str().is_none_or(str::is_empty);
        let is_ambiguous = operation["path"] == "emails.value" && (clears || operation["op"] == "remove");
        if !is_ambiguous
            && let Ok(request) = PatchRequest::decode(&user(), json!({"Operations": [operation]}))
            && let Ok(once) = request.apply(&user(), &before)
        {
            // RFC 7644 §3.5.2.3 wants `noTarget` where a filter that makes no element no longer selects one.
            let twice = request.apply(&user(), &once);
            prop_assert!(matches!(twice, Err(PatchError::NoTarget { .. })) || twice == Ok(once.clone()), "{twice:?} {once:?}");
        }
    }
}
