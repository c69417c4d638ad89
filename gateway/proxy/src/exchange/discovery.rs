//! Answers that need no target: discovery, and groups while a product takes none.

use rules::profile::{Apply, Mapping, ResourceRules, Source};
use scim::discovery::{self, AuthenticationScheme, BulkLimits, Capabilities};
use scim::operation::Action;
use scim::{Protocol, ResourceType, limits};

use super::Answer;
use super::query::Asked;
use super::version::has_versions;
use crate::failure::Failure;
use crate::limits::BODY_BYTES_MAX;
use crate::tenant::{Credentials, Tenant};

/// How callers show who they are (RFC 7643 §5).
const BEARER: AuthenticationScheme = AuthenticationScheme {
    kind: "oauthbearertoken",
    name: "OAuth Bearer Token",
    description: "A token issued by Entra ID to its provisioning service, or a static token of this service.",
};

const BASIC: AuthenticationScheme = AuthenticationScheme {
    kind: "httpbasic",
    name: "HTTP Basic",
    description: "A user name and a password of this service.",
};

pub(super) fn service_provider_config(tenant: &Tenant, root: &str) -> Answer {
    let profile = &tenant.profile;
    let group = profile.group.as_ref();
    let all = || std::iter::once(&profile.user).chain(group.map(|group| &group.resource));
    let bulk = BulkLimits { operations_max: limits::BULK_OPERATIONS_MAX, payload_bytes_max: BODY_BYTES_MAX };
    let capabilities = Capabilities {
        patch: all().any(changes) || group.is_some_and(|group| group.members.is_some()),
        filter_results_max: limits::PAGE_RESOURCES_MAX,
        bulk: match tenant.protocol {
            Protocol::Scim20 => Some(bulk),
            Protocol::Scim11 => None,
        },
        sort: all().all(|rules| !rules.list.is_empty() || rules.sort.is_some()),
        etag: has_versions(&profile.user, None)
            && group.is_none_or(|group| has_versions(&group.resource, group.members.as_ref())),
        change_password: changes_password(&profile.user),
        authentication: schemes(&tenant.credentials),
    };
    Answer::ok(discovery::service_provider_config(&capabilities, root), None)
}

/// Whether something of a resource that is there can be changed: in the target, or in memory.
fn changes(rules: &ResourceRules) -> bool {
    !rules.update.is_empty() || rules.map.iter().any(|mapping| matches!(mapping.source, Source::Keep))
}

/// Whether the password of a user who is there can be set.
fn changes_password(users: &ResourceRules) -> bool {
    let writes = |mapping: &Mapping| mapping.apply == Apply::Always && !mapping.immutable;
    let password = users.map.iter().position(|mapping| mapping.name == "password" && writes(mapping));
    let handles = |at: usize| users.update.iter().any(|rule| rule.when.as_ref().is_none_or(|when| when.is_of(at)));
    password.is_some_and(handles)
}

/// Those that the tenant uses; a tenant without credentials (`demo`, `test`) is shown the first.
fn schemes(credentials: &Credentials) -> Vec<AuthenticationScheme> {
    let bearer = !credentials.entra.is_empty() || !credentials.tokens.is_empty() || credentials.basic.is_empty();
    let basic = !credentials.basic.is_empty();
    [(bearer, BEARER), (basic, BASIC)].into_iter().filter_map(|(used, scheme)| used.then_some(scheme)).collect()
}

pub(super) fn resource_types(tenant: &Tenant, root: &str, id: Option<&str>) -> Result<Answer, Failure> {
    let Some(id) = id else { return Ok(Answer::ok(discovery::resource_types(&kinds(tenant), root), None)) };
    discovery::resource_type(&kinds(tenant), id, root)
        .map(|body| Answer::ok(body, None))
        .ok_or_else(|| Failure::NotFound { kind: "ResourceType", id: id.to_owned() })
}

pub(super) fn schemas(tenant: &Tenant, root: &str, id: Option<&str>) -> Result<Answer, Failure> {
    let Some(id) = id else { return Ok(Answer::ok(discovery::schemas(&kinds(tenant), root), None)) };
    discovery::schema(&kinds(tenant), id, root)
        .map(|body| Answer::ok(body, None))
        .ok_or_else(|| Failure::NotFound { kind: "Schema", id: id.to_owned() })
}

fn kinds(tenant: &Tenant) -> Vec<&ResourceType> {
    let group = tenant.profile.group.as_ref();
    std::iter::once(&tenant.profile.user.shown).chain(group.map(|group| &group.resource.shown)).collect()
}

/// Groups are off: queries find nothing (an IdP's connection test asks for them whatever is mapped, idp-dialects row 42),
/// writes are refused.
pub(super) fn groups_off(action: Action) -> Result<Answer, Failure> {
    match action {
        Action::Query(listing) => Ok(Asked::new("/Groups", &listing)?.answer(0, 0, Vec::new())),
        Action::Read { id, .. } => Err(Failure::NotFound { kind: "Group", id }),
        Action::Create { .. } | Action::Replace { .. } | Action::Patch { .. } | Action::Delete { .. } => {
            Err(Failure::GroupsOff)
        }
    }
}
