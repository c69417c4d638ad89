//! The tenant of a configuration whose request is explained, and the way into its target, for reading.

use std::path::Path;
use std::sync::Arc;

use rules::{Params, Profile};
use scim::Protocol;

use crate::assemble;
use crate::cli;
use crate::config::{Config, TenantConfig};
use crate::rehearsal::{ReadOnly, Request};

use super::recognise::recognise;

/// Whose request it is.
pub(super) struct Chosen {
    pub(super) id: String,
    /// How it was recognised, in words.
    pub(super) how: String,
    pub(super) profile: Arc<Profile>,
    pub(super) params: Params,
    pub(super) protocol: Protocol,
    /// The base URL of its target.
    pub(super) base: String,
    /// Whether the target is read.
    pub(super) live: bool,
}

impl Chosen {
    /// The tenant that the command line names, or that the request belongs to; and its target, if that is to be read.
    ///
    /// # Errors
    /// Problems of the configuration; that there is no such tenant, or that it cannot be told which.
    pub(super) fn choose(
        config: &Path,
        options: &cli::Explain,
        request: &Request,
    ) -> Result<(Self, Option<ReadOnly>), String> {
        let Config { mut tenants, limits, .. } =
            Config::load(config).map_err(|problems| format!("the configuration has problems\n{problems}"))?;
        let (at, how) = recognise(&tenants, options.tenant.as_deref(), request)?;
        let tenant = tenants.swap_remove(at);
        let chosen = Self::of(&tenant, how, options.live);
        let real = options.live.then(|| reading(tenant, limits.calls)).transpose()?;
        Ok((chosen, real))
    }

    fn of(tenant: &TenantConfig, how: String, live: bool) -> Self {
        Self {
            id: tenant.id.to_string(),
            how,
            profile: Arc::clone(&tenant.profile),
            params: tenant.params.clone(),
            protocol: tenant.protocol,
            base: tenant.base.clone(),
            live,
        }
    }

    /// `profile telemessage, SCIM 2.0, https://product.example.com/internal with the secret target-token`.
    pub(super) fn told(&self) -> String {
        let secrets = self.profile.secrets();
        let secrets = match secrets.as_slice() {
            [] => "without a secret".to_owned(),
            [one] => format!("with the secret {one}"),
            several => format!("with the secrets {}", several.join(", ")),
        };
        format!("profile {}, SCIM {}, {} {secrets}", self.profile.name, self.protocol.as_str(), self.base)
    }
}

/// The tenant's target as the gateway would call it, behind a wall.
fn reading(tenant: TenantConfig, limits: proxy::target::CallLimits) -> Result<ReadOnly, String> {
    let client = proxy::target::target_client(None).map_err(|error| error.to_string())?;
    let ready = assemble::ready(vec![tenant], &client, limits).map_err(|error| error.to_string())?;
    let tenant = ready.into_iter().next().expect("invariant: one goes in, one comes out");
    Ok(ReadOnly::new(tenant.target))
}
