//! What the cases read: people, their records at the products, requests. The products' answers are in `played.rs`.

use std::sync::Arc;

use json::Value;
use rules::Profile;

/// A user with everything that an Entra ID tenant usually maps, in SCIM.
pub(super) const FULL_USER: &str = r#"{
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    "externalId": "mokafor",
    "userName": "mira.lund@example.com",
    "active": true,
    "displayName": "Mira Okafor-Lund",
    "nickName": "Miri",
    "title": "Lead Field Engineer",
    "preferredLanguage": "en-GB",
    "name": {"formatted": "Mira Okafor-Lund", "familyName": "Okafor-Lund", "givenName": "Mira"},
    "emails": [{"primary": true, "type": "work", "value": "mira.lund@example.com"}],
    "phoneNumbers": [{"type": "mobile", "value": "+44 7700 900123"}, {"type": "work", "value": "+44 1632 960234"}],
    "addresses": [{"type": "work", "streetAddress": "1 Field Lane", "locality": "Leeds", "postalCode": "LS1 1AA", "country": "GB"}],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
        "employeeNumber": "70455", "department": "Operations", "costCenter": "CC-12", "organization": "Example Ltd"
    }
}"#;

/// The same user at the directory product.
pub(super) const FULL_RECORD: &str = r#"{
    "pid": 7, "login": "mira.lund@example.com", "ref": "mokafor", "enabled": true,
    "display": "Mira Okafor-Lund", "nick": "Miri", "title": "Lead Field Engineer", "lang": "en-GB",
    "names": {"full": "Mira Okafor-Lund", "last": "Okafor-Lund", "first": "Mira"},
    "mails": [{"primary": true, "type": "work", "value": "mira.lund@example.com"}],
    "phones": [{"type": "mobile", "value": "+44 7700 900123"}, {"type": "work", "value": "+44 1632 960234"}],
    "postal": [{"type": "work", "streetAddress": "1 Field Lane", "locality": "Leeds", "postalCode": "LS1 1AA", "country": "GB"}],
    "employee": {"number": "70455", "department": "Operations", "costCenter": "CC-12", "organization": "Example Ltd"},
    "createdAt": "2026-01-05T08:30:00Z", "updatedAt": "2026-02-01T10:00:00Z", "rev": 3
}"#;

/// A user of the messaging product, in SCIM.
pub(super) const MESSAGING_USER: &str = r#"{
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    "externalId": "441632960234",
    "userName": "441632960234",
    "active": true,
    "displayName": "Northern Team",
    "emails": [{"primary": true, "type": "work", "value": "ada.reyes@example.com"}],
    "meta": {"resourceType": "User"},
    "name": {"familyName": "Reyes", "givenName": "Ada"},
    "roles": []
}"#;

/// The body of a PATCH with eight operations, one per attribute, as Entra ID writes it.
pub(super) fn entra_patch() -> String {
    let request: Value = json::from_str(include_str!("../../corpus/entra-noflag/19-update-many-ops.json")).unwrap();
    request["request"]["body"].to_string()
}

/// A shipped profile, compiled.
pub(super) fn profile(name: &str) -> Arc<Profile> {
    compiled(name, rules::shipped::shipped(name).unwrap().profile)
}

/// A profile, compiled.
pub(super) fn compiled(name: &str, text: &str) -> Arc<Profile> {
    Arc::new(Profile::load(name, text).unwrap().0)
}
