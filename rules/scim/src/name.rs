//! Attribute names and schema URNs: constants, and the rules for comparing them.
//!
//! Attribute names and URNs are compared without regard to ASCII case (RFC 7643 §2.1); what is stored and printed is
//! always the schema's own spelling. Nothing here knows which attributes exist: that is `schema.rs`.

/// Schema URN of the core User (RFC 7643 §4.1).
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// Schema URN of the core Group (RFC 7643 §4.2).
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// Schema URN of the enterprise User extension (RFC 7643 §4.3).
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// Schema URN of a list response (RFC 7644 §3.4.2).
pub const LIST_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// Schema URN of a PATCH request (RFC 7644 §3.5.2).
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Schema URN of an error (RFC 7644 §3.12).
pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
/// Schema URN of the service provider configuration (RFC 7643 §5).
pub const SERVICE_PROVIDER_CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
/// Schema URN of a resource type (RFC 7643 §6).
pub const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
/// Schema URN of a schema (RFC 7643 §7).
pub const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// Schema URN of a search by POST (RFC 7644 §3.4.3).
pub const SEARCH_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
/// Schema URN of a bulk request (RFC 7644 §3.7).
pub const BULK_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// Schema URN of a bulk response (RFC 7644 §3.7).
pub const BULK_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// URNs under which SCIM 1.1 and OneLogin know a schema of 2.0, each with the URNs it stands for (idp-dialects row 54;
/// SCIM 1.1 core schema §8: User and Group share one URN).
const ALIASES: [(&str, &[&str]); 4] = [
    ("urn:scim:schemas:core:1.0", &[USER, GROUP]),
    ("urn:scim:schemas:core:2.0", &[USER, GROUP]),
    ("urn:scim:schemas:extension:enterprise:1.0", &[ENTERPRISE_USER]),
    ("urn:scim:schemas:extension:enterprise:2.0", &[ENTERPRISE_USER]),
];

/// Whether two attribute names or URNs are the same (RFC 7643 §2.1: case-insensitive).
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Whether `written` names the schema `id`: by its URN, or by one of the older URNs that stand for it.
#[must_use]
pub fn same_schema(id: &str, written: &str) -> bool {
    same(id, written) || ALIASES.iter().any(|(alias, ids)| same(alias, written) && ids.contains(&id))
}

/// The schema of 2.0 that SCIM 1.1 calls `written`; 1.1 tells User and Group of its one URN apart by what stands behind it
/// (core schema §7: `urn:scim:schemas:core:1.0:User`).
pub(crate) fn upgraded_schema(written: &str) -> Option<&'static str> {
    let known = [
        ("urn:scim:schemas:core:1.0", USER),
        ("urn:scim:schemas:core:1.0:User", USER),
        ("urn:scim:schemas:core:1.0:Group", GROUP),
        ("urn:scim:schemas:extension:enterprise:1.0", ENTERPRISE_USER),
        ("urn:scim:schemas:extension:enterprise:1.0:User", ENTERPRISE_USER),
    ];
    known.into_iter().find_map(|(old, new)| same(old, written).then_some(new))
}

/// A number that tells texts apart, the same in every build: FNV-1a over the parts, each closed by a byte that UTF-8 does not
/// have. No secret and no proof: whoever wants to can find two texts of one number.
pub(crate) fn fingerprint<'p>(parts: impl IntoIterator<Item = &'p str>) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let bytes = parts.into_iter().flat_map(|part| part.bytes().chain([0xff]));
    bytes.fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_known_by_its_urn_and_its_older_urns_in_any_case() {
        let rows = [
            (USER, "urn:ietf:params:scim:schemas:core:2.0:User", true),
            (USER, "URN:IETF:params:scim:schemas:CORE:2.0:user", true),
            (USER, "urn:scim:schemas:core:1.0", true),
            (GROUP, "urn:scim:schemas:core:1.0", true),
            (GROUP, "urn:scim:schemas:core:2.0", true),
            (ENTERPRISE_USER, "urn:scim:schemas:extension:Enterprise:1.0", true),
            (USER, GROUP, false),
            (USER, "urn:scim:schemas:extension:enterprise:1.0", false),
            (ENTERPRISE_USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0User", false),
        ];
        for (id, written, expected) in rows {
            assert_eq!(same_schema(id, written), expected, "{id} {written}");
        }
    }

    #[test]
    fn a_fingerprint_is_the_same_in_every_build_and_knows_where_parts_end() {
        // FNV-1a of nothing, and of the byte 0xff.
        assert_eq!(fingerprint([]), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint([""]), 0xaf64_724c_8602_eb6e);
        assert_ne!(fingerprint(["a", ""]), fingerprint(["", "a"]));
        assert_ne!(fingerprint(["ab"]), fingerprint(["a", "b"]));
    }
}
