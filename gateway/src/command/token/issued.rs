//! `scimgate token issue|list|revoke`: the tokens that the store knows, and a running gateway with it.
//!
//! Writes to the store of the configuration, beside a gateway that may be serving from it: SQLite lets one writer in after the other,
//! and a request that comes after the answer sees what was written.

use std::fmt::Display;

use jiff::Timestamp;
use proxy::tenant::TokenHash;
use store::{Sqlite, TenantId, Tokens};

use super::made;
use crate::cli;
use crate::clock::unix_secs;
use crate::command::{Exit, complain, print};
use crate::config::Config;

/// `scimgate token issue`: prints the token once.
pub async fn issue(options: &cli::Issue) -> Exit {
    let Ok(overlap) = options.overlap.map_or(Ok(0), |overlap| u64::try_from(overlap.as_secs())) else {
        return unusable("`--overlap` goes back in time: write `12h`");
    };
    let (store, tenant) = match opened(&options.of) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let Some(token) = made() else { return Exit::Failed };
    let hash = TokenHash::of(&token);
    if let Err(error) = store.issue_token(&tenant, &hash.0, unix_secs(), overlap).await {
        return failed(&error);
    }
    print(&format!("token  {token}"));
    let before = match options.overlap.filter(|_| overlap > 0) {
        Some(overlap) => format!("the one before it opens for {overlap:#} more"),
        None => "the one before it opens nothing any more".to_owned(),
    };
    complain(&format!("the token is shown this once: paste it into the IdP of `{tenant}`; {before}"));
    Exit::Fine
}

/// `scimgate token list`: one line for each.
pub async fn list(options: &cli::Issued) -> Exit {
    let (store, tenant) = match opened(options) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    match store.tokens(&tenant, unix_secs()).await {
        Ok(tokens) => {
            for token in &tokens {
                let ends = token
                    .ends_at_secs
                    .map_or_else(|| "until another is issued".to_owned(), |end| format!("until {}", moment(end)));
                print(&format!("issued {}  {ends}", moment(token.issued_at_secs)));
            }
            if tokens.is_empty() {
                complain(&format!("`{tenant}` has no issued token: `scimgate token issue {tenant}` makes one"));
            }
            Exit::Fine
        }
        Err(error) => failed(&error),
    }
}

/// `scimgate token revoke`.
pub async fn revoke(options: &cli::Issued) -> Exit {
    let (store, tenant) = match opened(options) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    match store.revoke_tokens(&tenant).await {
        Ok(()) => {
            complain(&format!("no issued token of `{tenant}` opens anything any more"));
            Exit::Fine
        }
        Err(error) => failed(&error),
    }
}

/// The store of the configuration and the tenant, if it is one whose tokens are issued.
fn opened(options: &cli::Issued) -> Result<(Sqlite, TenantId), Exit> {
    let config = Config::load_for_reading(&options.config)
        .map_err(|problems| unusable(&format!("{} cannot be used\n{problems}", options.config.display())))?;
    let Some(tenant) = config.tenants.iter().find(|tenant| tenant.id.as_str() == options.tenant) else {
        let known: Vec<&str> = config.tenants.iter().take(20).map(|tenant| tenant.id.as_str()).collect();
        let message = format!(
            "there is no tenant `{}` in {}: there are {}",
            options.tenant,
            options.config.display(),
            known.join(", ")
        );
        return Err(unusable(&message));
    };
    if !tenant.credentials.issued {
        let message = format!(
            "the tokens of `{}` are not issued: write `issued_tokens = true` at its `[[tenant]]`, and restart",
            tenant.id
        );
        return Err(unusable(&message));
    }
    let store = Sqlite::open(&config.store).map_err(|error| failed(&error))?;
    Ok((store, tenant.id.clone()))
}

/// Seconds since 1970 as RFC 3339 writes them.
fn moment(secs: u64) -> String {
    let moment = i64::try_from(secs).ok().and_then(|secs| Timestamp::from_second(secs).ok());
    moment.map_or_else(|| secs.to_string(), |moment| moment.to_string())
}

fn unusable(message: &str) -> Exit {
    complain(message);
    Exit::Unusable
}

fn failed(error: &impl Display) -> Exit {
    complain(&error.to_string());
    Exit::Failed
}
