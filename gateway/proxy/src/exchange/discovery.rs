//! Answers that need no target: discovery, and groups while a product takes none.

use scim::discovery::{self, AuthenticationScheme, Capabilities};
use scim::list::{Position, list_response};
use scim::operation::Action;
use scim::{ResourceType, limits};

use super::{Answer, Exchange};
use crate::failure::Failure;

/// How callers show who they are (RFC 7643 §5).
const BEARER: AuthenticationScheme = AuthenticationScheme {
    kind: "oauthbearertoken",
    name: "OAuth Bearer Token",
    description: "A token issued by Entra ID to its provisioning service, or a static token of this service.",
};

impl Exchange<'_> {
    fn kinds(&self) -> [&ResourceType; 1] {
        [&self.rules.shown]
    }

    pub(super) fn service_provider_config(&self) -> Answer {
        let capabilities =
            Capabilities {
            filter_results_max: limits::PAGE_RESOURCES_MAX,
            bulk: None,
            sort: false,
            etag: false,
            change_password: false,
            authentication: vec![BEARER],
        };
        Answer::ok(discovery::service_provider_config(&capabilities, &self.root))
    }

    pub(super) fn resource_types(&self, id: Option<&str>) -> Result<Answer, Failure> {
        let Some(id) = id else { return Ok(Answer::ok(discovery::resource_types(&self.kinds(), &self.root))) };
        discovery::resource_type(&self.kinds(), id, &self.root)
            .map(Answer::ok)
            .ok_or_else(|| Failure::NotFound { kind: "ResourceType", id: id.to_owned() })
    }

    pub(super) fn schemas(&self, id: Option<&str>) -> Result<Answer, Failure> {
        let Some(id) = id else { return Ok(Answer::ok(discovery::schemas(&self.kinds(), &self.root))) };
        discovery::schema(&self.kinds(), id, &self.root)
            .map(Answer::ok)
            .ok_or_else(|| Failure::NotFound { kind: "Schema", id: id.to_owned() })
    }
}

/// Groups are off: queries find nothing (an IdP's connection test asks for them whatever is mapped, idp-dialects row 42),
/// writes are refused.
pub(super) fn groups_off(action: Action) -> Result<Answer, Failure> {
    match action {
        Action::Query(_) => Ok(Answer::ok(list_response(0, &Position::Index(1), Vec::new()))),
        Action::Read { id, .. } => Err(Failure::NotFound { kind: "Group", id }),
        Action::Create { .. } | Action::Replace { .. } | Action::Patch { .. } | Action::Delete { .. } => {
            Err(Failure::GroupsOff)
        }
    }
}
