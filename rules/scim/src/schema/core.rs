//! The schemas of RFC 7643 §8.7.1: User, Group, `EnterpriseUser`, and the common attributes of §3.1.
//!
//! Data only. Where the text of the RFC and its JSON in §8.7.1 contradict each other, the text wins, and the place says so.

use std::sync::LazyLock;

use super::{Attribute, Kind, Mutability, Returned, Schema, Uniqueness};
use crate::name;

/// The core User schema (RFC 7643 §4.1, §8.7.1).
#[must_use]
pub fn user() -> Schema {
    Schema {
        id: name::USER.to_owned(),
        name: "User".to_owned(),
        description: "A person's account.".to_owned(),
        attributes: vec![
            Attribute {
                required: true,
                uniqueness: Uniqueness::Server,
                ..string("userName", "The name by which the user signs in; unique within the service.")
            },
            complex("name", "The parts of the user's name.", name_parts()),
            string("displayName", "The name to show for the user."),
            string("nickName", "The casual name of the user."),
            reference("profileUrl", "A page about the user.", &["external"]),
            string("title", "The user's title, such as a position in the company."),
            string("userType", "How the user relates to the organization."),
            string("preferredLanguage", "The language the user prefers to read, as in HTTP's Accept-Language."),
            string("locale", "The user's locale for dates, numbers and currency."),
            string("timezone", "The user's time zone, by its name in the IANA database."),
            Attribute { kind: Kind::Boolean, ..string("active", "Whether the user may use the service.") },
            Attribute {
                mutability: Mutability::WriteOnly,
                returned: Returned::Never,
                // Not said by §8.7.1, whose `false` would make `Secret` and `secret` one password.
                case_exact: true,
                ..string("password", "A new clear-text password.")
            },
            many("emails", "The user's e-mail addresses.", plural("An e-mail address.", &["work", "home", "other"])),
            many(
                "phoneNumbers",
                "The user's telephone numbers.",
                plural("A telephone number.", &["work", "home", "mobile", "fax", "pager", "other"]),
            ),
            many(
                "ims",
                "The user's instant messaging addresses.",
                plural(
                    "An instant messaging address.",
                    &["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"],
                ),
            ),
            many("photos", "Pictures of the user.", photo()),
            many("addresses", "The user's postal addresses.", address()),
            Attribute {
                mutability: Mutability::ReadOnly,
                ..many("groups", "The groups the user belongs to; changed through the groups.", membership())
            },
            many("entitlements", "What the user is entitled to.", plural("An entitlement.", &[])),
            many("roles", "The user's roles.", plural("A role.", &[])),
            many("x509Certificates", "The user's certificates.", certificate()),
        ],
    }
}

/// The core Group schema (RFC 7643 §4.2, §8.7.1).
#[must_use]
pub fn group() -> Schema {
    Schema {
        id: name::GROUP.to_owned(),
        name: "Group".to_owned(),
        description: "A group of users.".to_owned(),
        attributes: vec![
            // §4.2 says REQUIRED, the JSON of §8.7.1 `"required": false`.
            Attribute { required: true, ..string("displayName", "The name to show for the group.") },
            many("members", "The members of the group.", member()),
        ],
    }
}

/// The enterprise User extension (RFC 7643 §4.3, §8.7.1).
#[must_use]
pub fn enterprise_user() -> Schema {
    let manager = vec![
        identifier("value", "The id of the manager's user."),
        reference("$ref", "The URL of the manager's user.", &["User"]),
        Attribute { mutability: Mutability::ReadOnly, ..string("displayName", "The manager's display name.") },
    ];
    Schema {
        id: name::ENTERPRISE_USER.to_owned(),
        name: "EnterpriseUser".to_owned(),
        description: "What an organization knows of its user.".to_owned(),
        attributes: vec![
            string("employeeNumber", "The number the organization gave the user."),
            string("costCenter", "The name of the cost center."),
            string("organization", "The name of the organization."),
            string("division", "The name of the division."),
            string("department", "The name of the department."),
            complex("manager", "The user's manager.", manager),
        ],
    }
}

/// The common attributes `id`, `externalId`, `meta` and `schemas` (RFC 7643 §3, §3.1), which every resource type has
/// and no schema lists.
#[must_use]
pub fn common() -> &'static [Attribute] {
    // A constant that `const` cannot build; it never changes.
    static COMMON: LazyLock<[Attribute; 4]> = LazyLock::new(|| {
        let read_only = |attribute| Attribute { mutability: Mutability::ReadOnly, ..attribute };
        let date_time = |name, description| Attribute { kind: Kind::DateTime, ..string(name, description) };
        let meta = vec![
            read_only(identifier("resourceType", "The name of the resource type.")),
            read_only(date_time("created", "When the resource was made.")),
            read_only(date_time("lastModified", "When the resource was last changed.")),
            read_only(reference("location", "The URL of the resource.", &["uri"])),
            read_only(identifier("version", "The version of the resource.")),
        ];
        [
            Attribute {
                returned: Returned::Always,
                uniqueness: Uniqueness::Server,
                ..read_only(identifier("id", "The identifier the service gave the resource."))
            },
            identifier("externalId", "The identifier the client knows the resource by."),
            read_only(complex("meta", "What the service knows of the resource.", meta)),
            Attribute {
                multi_valued: true,
                required: true,
                returned: Returned::Always,
                // Follows from the attributes that are there; never stored.
                mutability: Mutability::ReadOnly,
                ..reference("schemas", "The URNs of the schemas of the resource.", &["uri"])
            },
        ]
    });
    &*COMMON
}

// === the sub-attributes ===

fn name_parts() -> Vec<Attribute> {
    vec![
        string("formatted", "The whole name as it is shown."),
        string("familyName", "The family name."),
        string("givenName", "The given name."),
        string("middleName", "The middle names."),
        string("honorificPrefix", "What stands before the name."),
        string("honorificSuffix", "What stands after the name."),
    ]
}

/// `value`, `display`, `type`, `primary` (RFC 7643 §2.4).
fn plural(value: &str, types: &[&str]) -> Vec<Attribute> {
    vec![string("value", value), string("display", "The value as it is shown."), label(types), primary()]
}

fn photo() -> Vec<Attribute> {
    let mut parts = plural("", &["photo", "thumbnail"]);
    parts[0] = reference("value", "The URL of a picture.", &["external"]);
    parts
}

fn certificate() -> Vec<Attribute> {
    let mut parts = plural("", &[]);
    // §2.3.6: binary values are case exact.
    parts[0] = Attribute { kind: Kind::Binary, ..identifier("value", "A certificate, DER in base64.") };
    parts
}

fn address() -> Vec<Attribute> {
    vec![
        string("formatted", "The whole address as it is shown; may hold line breaks."),
        string("streetAddress", "Street, house number, post-office box; may hold line breaks."),
        string("locality", "The city."),
        string("region", "The state or region."),
        string("postalCode", "The postal code."),
        string("country", "The country, by its two-letter ISO 3166-1 code."),
        label(&["work", "home", "other"]),
        // Left out by §8.7.1, yet a default of §2.4 and present in the full user of §8.2.
        primary(),
    ]
}

fn membership() -> Vec<Attribute> {
    let parts = [
        identifier("value", "The id of the group."),
        reference("$ref", "The URL of the group.", &["User", "Group"]),
        string("display", "The display name of the group."),
        label(&["direct", "indirect"]),
    ];
    parts.into_iter().map(|part| Attribute { mutability: Mutability::ReadOnly, ..part }).collect()
}

fn member() -> Vec<Attribute> {
    let immutable = |attribute| Attribute { mutability: Mutability::Immutable, ..attribute };
    vec![
        immutable(identifier("value", "The id of the member.")),
        immutable(reference("$ref", "The URL of the member.", &["User", "Group"])),
        immutable(label(&["User", "Group"])),
        // Left out by §8.7.1, yet a default of §2.4, present in the group of §8.4, and sent by Okta.
        string("display", "The display name of the member."),
    ]
}

fn label(types: &[&str]) -> Attribute {
    let canonical_values = types.iter().copied().map(str::to_owned).collect();
    Attribute { canonical_values, ..string("type", "What the value is for.") }
}

fn primary() -> Attribute {
    Attribute { kind: Kind::Boolean, ..string("primary", "Whether this value is preferred; true at most once.") }
}

// === one attribute ===

/// Optional, read-write, any case, not unique: the RFC's defaults (RFC 7643 §2.2).
fn string(name: &str, description: &str) -> Attribute {
    Attribute {
        name: name.to_owned(),
        description: description.to_owned(),
        kind: Kind::String,
        multi_valued: false,
        required: false,
        case_exact: false,
        mutability: Mutability::ReadWrite,
        returned: Returned::Default,
        uniqueness: Uniqueness::None,
        canonical_values: Vec::new(),
        reference_types: Vec::new(),
        sub_attributes: Vec::new(),
    }
}

/// A string whose case matters. Values that hold an `id` are as exact as `id` itself (§3.1), although §8.7.1 prints
/// `"caseExact": false` for them: else removing member `aB` would remove member `Ab`.
fn identifier(name: &str, description: &str) -> Attribute {
    Attribute { case_exact: true, ..string(name, description) }
}

/// A URI; §2.3.7 says case exact, whatever §8.7.1 prints.
fn reference(name: &str, description: &str, types: &[&str]) -> Attribute {
    let reference_types = types.iter().copied().map(str::to_owned).collect();
    Attribute { kind: Kind::Reference, reference_types, ..identifier(name, description) }
}

fn complex(name: &str, description: &str, sub_attributes: Vec<Attribute>) -> Attribute {
    Attribute { kind: Kind::Complex, sub_attributes, ..string(name, description) }
}

fn many(name: &str, description: &str, sub_attributes: Vec<Attribute>) -> Attribute {
    Attribute { multi_valued: true, ..complex(name, description, sub_attributes) }
}
