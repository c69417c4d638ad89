//! Which tenant a request belongs to, and how that is seen: as the gateway sees it, as far as that goes without a network.
//!
//! The signature of a token is not checked here: an explanation opens nothing.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use json::Value;
use proxy::tenant::TokenHash;

use crate::config::TenantConfig;
use crate::rehearsal::Request;

/// The place of the tenant among `tenants`, and how it was recognised.
///
/// # Errors
/// That nobody is named so, that nobody has the credential, or that it cannot be told who it is.
pub(super) fn recognise(
    tenants: &[TenantConfig],
    named: Option<&str>,
    request: &Request,
) -> Result<(usize, String), String> {
    let by_id = |id: &str| {
        let found = tenants.iter().position(|tenant| tenant.id.as_str() == id);
        found.ok_or_else(|| format!("there is no tenant `{id}`; there are {}", ids(tenants)))
    };
    if let Some(id) = named {
        return Ok((by_id(id)?, "named by --tenant".to_owned()));
    }
    let path = request.tenant.as_deref().map(by_id).transpose()?;
    if let Some(secret) = &request.authorization {
        let (holder, how) = holder(tenants, secret.expose()).ok_or(
            "the credential of the request is nobody's: the gateway answers 401; name the tenant with --tenant to go on",
        )?;
        return match path {
            Some(at) if at != holder => Err(format!(
                "the path names `{}` and the credential is that of `{}`: the gateway answers 401",
                tenants[at].id, tenants[holder].id
            )),
            Some(_) => Ok((holder, format!("recognised by {how}; the path names it, too"))),
            None => Ok((holder, format!("recognised by {how}"))),
        };
    }
    if let Some(at) = path {
        return Ok((at, "recognised by the path; without a credential the gateway answers 401".to_owned()));
    }
    let host = request.host.as_deref().map(|host| host.split(':').next().unwrap_or(host).to_ascii_lowercase());
    let at_host: Vec<usize> = host.iter().flat_map(|host| at_host(tenants, host)).collect();
    match (at_host.as_slice(), tenants) {
        ([at], _) => Ok((*at, "recognised by the host; without a credential the gateway answers 401".to_owned())),
        (_, [_]) => Ok((0, "the only one".to_owned())),
        _ => Err(format!(
            "the request does not say which tenant it is of: no credential, no name in its path; write --tenant and one of {}",
            ids(tenants)
        )),
    }
}

fn at_host(tenants: &[TenantConfig], host: &str) -> Vec<usize> {
    let has = |tenant: &TenantConfig| tenant.credentials.hosts.iter().any(|own| own == host);
    tenants.iter().enumerate().filter(|(_, tenant)| has(tenant)).map(|(at, _)| at).collect()
}

/// Whose credential it is, and which kind of one.
fn holder(tenants: &[TenantConfig], authorization: &str) -> Option<(usize, String)> {
    let (scheme, value) = authorization.trim().split_once(' ').unwrap_or(("", authorization.trim()));
    if scheme.eq_ignore_ascii_case("basic") {
        let login = STANDARD.decode(value.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok())?;
        let (user, password) = login.split_once(':')?;
        let hash = TokenHash::of(password);
        let has = |tenant: &TenantConfig| {
            tenant.credentials.basic.iter().any(|login| login.user == user && login.password == hash)
        };
        return Some((tenants.iter().position(has)?, format!("the user name `{user}` and its password")));
    }
    let token = value.trim();
    let hash = TokenHash::of(token);
    let has = |tenant: &TenantConfig| {
        tenant.credentials.tokens.contains(&hash) && (!scheme.is_empty() || tenant.credentials.raw_token)
    };
    if let Some(at) = tenants.iter().position(has) {
        return Some((at, "its token".to_owned()));
    }
    let tid = tid(token)?;
    let trusts =
        |tenant: &TenantConfig| tenant.credentials.entra.iter().any(|trust| trust.tid.eq_ignore_ascii_case(&tid));
    let at = tenants.iter().position(trusts)?;
    Some((at, format!("the Entra tenant {tid} of its token, whose signature is not checked here")))
}

/// The `tid` that a token claims.
fn tid(token: &str) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = json::from_slice(&payload).ok()?;
    claims.get("tid")?.as_str().map(str::to_owned)
}

fn ids(tenants: &[TenantConfig]) -> String {
    let ids: Vec<String> = tenants.iter().take(20).map(|tenant| format!("`{}`", tenant.id)).collect();
    let more = if tenants.len() > ids.len() { " …" } else { "" };
    ids.join(", ") + more
}

#[cfg(test)]
mod tests;
