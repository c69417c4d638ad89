//! The three discovery endpoints (RFC 7644 §4), generated from what the profile and the gateway can really do.
//!
//! It never advertises what is not there. Stage 13 (encode) of a request that asks what can be asked.

use json::{Value, json};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::limits::{PAGE_RESOURCES_DEFAULT, PAGE_RESOURCES_MAX};
use crate::list::{Position, list_response};
use crate::name;
use crate::schema::{ResourceType, Schema};

/// What the gateway can do for this tenant: what is not here is not advertised.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "RFC 7643 §5 has a flag for each feature")]
pub struct Capabilities {
    /// Whether anything that is there can be changed by PATCH.
    pub patch: bool,
    /// Most resources a filter may yield.
    pub filter_results_max: usize,
    /// Limits of `/Bulk`; `None` if there is none.
    pub bulk: Option<BulkLimits>,
    /// Whether lists can be sorted.
    pub sort: bool,
    /// Whether resources have versions.
    pub etag: bool,
    /// Whether a user's password can be changed.
    pub change_password: bool,
    /// Authentication schemes in use (RFC 7643 §5), first is primary.
    pub authentication: Vec<AuthenticationScheme>,
}

/// Limits of `/Bulk` (RFC 7643 §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkLimits {
    /// Most operations in one request.
    pub operations_max: usize,
    /// Largest body, in bytes.
    pub payload_bytes_max: usize,
}

/// One authentication scheme as `/ServiceProviderConfig` shows it (RFC 7643 §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticationScheme {
    /// `oauthbearertoken`, `httpbasic`, …
    pub kind: &'static str,
    /// Human-readable name.
    pub name: &'static str,
    /// Human-readable description.
    pub description: &'static str,
}

/// `/ServiceProviderConfig` (RFC 7643 §5). `base` is the absolute URL of the SCIM root, without a trailing slash.
#[must_use]
pub fn service_provider_config(capabilities: &Capabilities, base: &str) -> Value {
    let schemes: Vec<Value> = (0_usize..)
        .zip(&capabilities.authentication)
        .map(|(position, scheme)| {
            json!({
                "type": scheme.kind,
                "name": scheme.name,
                "description": scheme.description,
                "primary": position == 0,
            })
        })
        .collect();
    // RFC 7643 §5 requires both numbers even where there is no bulk.
    let bulk = capabilities.bulk.unwrap_or(BulkLimits { operations_max: 0, payload_bytes_max: 0 });
    json!({
        "schemas": [name::SERVICE_PROVIDER_CONFIG],
        "patch": {"supported": capabilities.patch},
        "bulk": {
            "supported": capabilities.bulk.is_some(),
            "maxOperations": bulk.operations_max,
            "maxPayloadSize": bulk.payload_bytes_max,
        },
        "filter": {"supported": true, "maxResults": capabilities.filter_results_max},
        "changePassword": {"supported": capabilities.change_password},
        "sort": {"supported": capabilities.sort},
        "etag": {"supported": capabilities.etag},
        // RFC 9865 §4. A cursor does not expire, so there is no `cursorTimeout`; whoever asks for none gets what RFC 7644 has.
        "pagination": {
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": PAGE_RESOURCES_DEFAULT,
            "maxPageSize": PAGE_RESOURCES_MAX,
        },
        "authenticationSchemes": schemes,
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{base}/ServiceProviderConfig"),
        },
    })
}

/// `/ResourceTypes` as a list response.
#[must_use]
pub fn resource_types(kinds: &[&ResourceType], base: &str) -> Value {
    whole_list(kinds.iter().map(|kind| resource_type_json(kind, base)).collect())
}

/// One `/ResourceTypes/{id}`; `None` if there is no such type.
#[must_use]
pub fn resource_type(kinds: &[&ResourceType], id: &str, base: &str) -> Option<Value> {
    kinds.iter().find(|kind| name::same(&kind.name, id)).map(|kind| resource_type_json(kind, base))
}

/// `/Schemas` as a list response: each schema of each type once.
#[must_use]
pub fn schemas(kinds: &[&ResourceType], base: &str) -> Value {
    whole_list(distinct_schemas(kinds).into_iter().map(|schema| schema_json(schema, base)).collect())
}

/// One `/Schemas/{urn}`; `None` if there is no such schema.
#[must_use]
pub fn schema(kinds: &[&ResourceType], id: &str, base: &str) -> Option<Value> {
    distinct_schemas(kinds)
        .into_iter()
        .find(|schema| name::same(&schema.id, id))
        .map(|schema| schema_json(schema, base))
}

/// A list response that shows everything: discovery is not paged (RFC 7644 §4).
fn whole_list(resources: Vec<Value>) -> Value {
    list_response(resources.len(), &Position::Index(1), resources)
}

fn resource_type_json(kind: &ResourceType, base: &str) -> Value {
    kind.to_json(&format!("{base}/ResourceTypes/{}", segment(&kind.name)))
}

fn schema_json(schema: &Schema, base: &str) -> Value {
    schema.to_json(&format!("{base}/Schemas/{}", segment(&schema.id)))
}

/// An id as one segment of a path, whatever a profile calls its schemas. A URN stays as it is: RFC 3986 §3.3 admits its
/// colons.
fn segment(id: &str) -> String {
    const NOT_IN_SEGMENT: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'/')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'[')
        .add(b'\\')
        .add(b']')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}');
    utf8_percent_encode(id, NOT_IN_SEGMENT).to_string()
}

/// The schemas of all types in order, the first of each URN.
fn distinct_schemas<'k>(kinds: &[&'k ResourceType]) -> Vec<&'k Schema> {
    let mut found: Vec<&Schema> = Vec::new();
    for schema in kinds.iter().flat_map(|kind| std::iter::once(&kind.schema).chain(&kind.extensions)) {
        if !found.iter().any(|known| name::same(&known.id, &schema.id)) {
            found.push(schema);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    const BASE: &str = "https://scim.example.com/scim/v2";

    fn user() -> ResourceType {
        ResourceType {
            name: "User".to_owned(),
            endpoint: "/Users".to_owned(),
            description: "User account".to_owned(),
            schema: schema::user(),
            extensions: vec![schema::enterprise_user()],
        }
    }

    fn group() -> ResourceType {
        ResourceType {
            name: "Group".to_owned(),
            endpoint: "/Groups".to_owned(),
            description: "Group".to_owned(),
            schema: schema::group(),
            extensions: Vec::new(),
        }
    }

    fn at<'v>(json: &'v Value, pointer: &str) -> &'v Value {
        json.pointer(pointer).unwrap_or(&Value::Null)
    }

    fn nothing() -> Capabilities {
        Capabilities {
            patch: false,
            filter_results_max: 200,
            bulk: None,
            sort: false,
            etag: false,
            change_password: false,
            authentication: vec![
                AuthenticationScheme { kind: "oauthbearertoken", name: "Bearer", description: "A bearer token" },
                AuthenticationScheme { kind: "httpbasic", name: "Basic", description: "HTTP Basic" },
            ],
        }
    }

    #[test]
    fn what_works_is_advertised() {
        let bulk = Some(BulkLimits { operations_max: 1000, payload_bytes_max: 1_048_576 });
        let capabilities =
            Capabilities { patch: true, bulk, sort: true, etag: true, change_password: true, ..nothing() };
        let json = service_provider_config(&capabilities, BASE);
        for (pointer, expected) in [
            ("/bulk", json!({"supported": true, "maxOperations": 1000, "maxPayloadSize": 1_048_576})),
            ("/patch", json!({"supported": true})),
            ("/changePassword", json!({"supported": true})),
            ("/sort", json!({"supported": true})),
            ("/etag", json!({"supported": true})),
        ] {
            assert_eq!(at(&json, pointer), &expected, "{pointer}");
        }
    }

    #[test]
    fn the_configuration_has_the_members_of_rfc_7643_section_5_and_rfc_9865_section_4_only() {
        let json = service_provider_config(&nothing(), BASE);
        let keys: Vec<&String> = json.as_object().into_iter().flat_map(json::Map::keys).collect();
        assert_eq!(
            keys,
            [
                "schemas",
                "patch",
                "bulk",
                "filter",
                "changePassword",
                "sort",
                "etag",
                "pagination",
                "authenticationSchemes",
                "meta"
            ]
        );
        assert_eq!(
            json["pagination"],
            json!({
                "cursor": true,
                "index": true,
                "defaultPaginationMethod": "index",
                "defaultPageSize": PAGE_RESOURCES_DEFAULT,
                "maxPageSize": PAGE_RESOURCES_MAX,
            })
        );
    }

    #[test]
    fn an_odd_id_is_one_segment_of_its_location() {
        let mut odd = user();
        odd.name = "A b/../c?d#e".to_owned();
        odd.schema.id = "urn:example:a\"\r\n{b}%2f".to_owned();
        let types = resource_types(&[&odd], BASE);
        let expected = "https://scim.example.com/scim/v2/ResourceTypes/A%20b%2F..%2Fc%3Fd%23e";
        assert_eq!(at(&types, "/Resources/0/meta/location"), &json!(expected));
        let schemas = schemas(&[&odd], BASE);
        let expected = "https://scim.example.com/scim/v2/Schemas/urn:example:a%22%0D%0A%7Bb%7D%252f";
        assert_eq!(at(&schemas, "/Resources/0/meta/location"), &json!(expected));
        let expected = format!("https://scim.example.com/scim/v2/Schemas/{}", name::ENTERPRISE_USER);
        assert_eq!(at(&schemas, "/Resources/1/meta/location"), &json!(expected));
    }

    #[test]
    fn only_what_works_is_advertised() {
        let json = service_provider_config(&nothing(), BASE);
        for (pointer, expected) in [
            ("/schemas/0", json!(name::SERVICE_PROVIDER_CONFIG)),
            ("/patch/supported", json!(false)),
            ("/bulk", json!({"supported": false, "maxOperations": 0, "maxPayloadSize": 0})),
            ("/filter", json!({"supported": true, "maxResults": 200})),
            ("/changePassword/supported", json!(false)),
            ("/sort/supported", json!(false)),
            ("/etag/supported", json!(false)),
            ("/authenticationSchemes/0/type", json!("oauthbearertoken")),
            ("/authenticationSchemes/0/primary", json!(true)),
            ("/authenticationSchemes/1/primary", json!(false)),
            ("/meta/resourceType", json!("ServiceProviderConfig")),
            ("/meta/location", json!("https://scim.example.com/scim/v2/ServiceProviderConfig")),
            ("/documentationUri", Value::Null),
        ] {
            assert_eq!(at(&json, pointer), &expected, "{pointer}");
        }
    }

    #[test]
    fn lists_name_every_type_and_each_schema_once() {
        let (user, group) = (user(), group());
        let kinds = [&user, &group, &user];
        let types = resource_types(&kinds[..2], BASE);
        assert_eq!(at(&types, "/totalResults"), &json!(2));
        assert_eq!(at(&types, "/itemsPerPage"), &json!(2));
        assert_eq!(at(&types, "/startIndex"), &json!(1));
        let schemas = schemas(&kinds, BASE);
        let ids: Vec<&Value> = (0..4).map(|index| at(&schemas, &format!("/Resources/{index}/id"))).collect();
        assert_eq!(ids, [&json!(name::USER), &json!(name::ENTERPRISE_USER), &json!(name::GROUP), &Value::Null]);
    }

    #[test]
    fn one_is_found_in_any_case_or_not_at_all() {
        let (user, group) = (user(), group());
        let kinds = [&user, &group];
        let found = resource_type(&kinds, "User", BASE).unwrap_or_default();
        assert_eq!(at(&found, "/meta/location"), &json!("https://scim.example.com/scim/v2/ResourceTypes/User"));
        let found = schema(&kinds, &name::GROUP.to_uppercase(), BASE).unwrap_or_default();
        assert_eq!(at(&found, "/id"), &json!(name::GROUP));
        assert_eq!(resource_type(&kinds, "Device", BASE), None);
        assert_eq!(schema(&kinds, "urn:example:none", BASE), None);
    }
}
