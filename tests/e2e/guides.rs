//! The five integration guides of `docs/idp-dialects.md` §5: an admin who follows one against the gateway succeeds.
//!
//! One module for each, one test for each line, named for it. Every product is a stand-in with an internal API of its own, plausible and
//! awkward; what the gateway knows of it stands in `rules/profiles/NAME` alone.

mod itmc;
mod talkdesk;
mod telemessage;
mod telemetrytv;
mod telmediq;

use gateway::command::token::hash_of;
use tempfile::TempDir;

use crate::caller::Caller;
use crate::process::Process;
use crate::world::token;

/// One customer of a guide's product, as its `[[tenant]]` says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Account {
    /// Its name.
    pub(crate) id: &'static str,
    /// Its profile.
    pub(crate) profile: &'static str,
    /// Base URL of the product's API for it.
    pub(crate) base: String,
    /// Name and value of each secret that the profile asks for.
    pub(crate) secrets: Vec<(&'static str, String)>,
    /// `params = { … }` and what else its section says; without credentials it gets the token of [`token`].
    pub(crate) lines: String,
}

/// A gateway that stands between customers of guides and their products.
pub(crate) struct Guide {
    pub(crate) gateway: Process,
    pub(crate) folder: TempDir,
}

impl Guide {
    /// Starts the gateway for these customers. `sections` are further sections of its configuration.
    pub(crate) async fn start(accounts: &[Account], sections: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let tenants: String = accounts.iter().map(|account| account.section(&folder)).collect();
        let config = format!(
            "[scim]\nlisten = \"127.0.0.1:0\"\n[admin]\nlisten = \"127.0.0.1:0\"\n[store]\npath = \"scimgate.db\"\n{sections}\n{tenants}"
        );
        let file = folder.path().join("scimgate.toml");
        std::fs::write(&file, config).unwrap();
        Self { gateway: Process::run(&file).await, folder }
    }

    /// The IdP of a customer, with its static token.
    pub(crate) fn caller(&self, customer: &str) -> Caller {
        Caller::new(self.gateway.scim, &token(customer))
    }
}

impl Account {
    fn section(&self, folder: &TempDir) -> String {
        let Self { id, profile, base, secrets, lines } = self;
        let secrets: Vec<String> = secrets
            .iter()
            .map(|(name, value)| {
                std::fs::write(folder.path().join(format!("{id}-{name}")), value).unwrap();
                format!("{name} = \"file:{id}-{name}\"")
            })
            .collect();
        let has_credentials = ["token_hashes", "issued_tokens", "basic", "entra"].iter().any(|key| lines.contains(key));
        let own = if has_credentials { String::new() } else { format!("token_hashes = [\"{}\"]", hash_of(&token(id))) };
        format!(
            "[[tenant]]\nid = \"{id}\"\nprofile = \"{profile}\"\n{own}\n{lines}\n\
             target = {{ base = \"{base}\", secrets = {{ {} }} }}\n",
            secrets.join(", ")
        )
    }
}
