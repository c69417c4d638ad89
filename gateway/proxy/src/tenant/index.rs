//! The index of tenants: by id, by Entra tenant id, by token hash, by user name. Built once, then only read.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use store::TenantId;

use super::{EntraTrust, Tenant, TokenHash};

#[cfg(test)]
mod tests;

/// All tenants.
pub struct Tenants {
    ids: BTreeMap<String, Arc<Tenant>>,
    tids: HashMap<String, (Arc<Tenant>, EntraTrust)>,
    tokens: HashMap<TokenHash, (TokenHash, Arc<Tenant>)>,
    logins: HashMap<String, Login>,
    /// Host names that some tenants have for themselves.
    hosts: HashSet<String>,
}

/// Who has a user name. Several passwords are one that is being replaced.
struct Login {
    tenant: Arc<Tenant>,
    passwords: Vec<TokenHash>,
}

/// What the password of nobody is compared with: no text that anybody knows has this hash.
const NOBODYS: TokenHash = TokenHash([0; 32]);

/// Two tenants claim the same credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} belongs to both `{first}` and `{second}`; a credential is valid for one tenant only")]
pub struct TenantConflict {
    /// `Entra tenant 7c2d…`, `a token`, `the user name AC…`, `the tenant id`.
    pub what: String,
    /// One tenant.
    pub first: TenantId,
    /// The other.
    pub second: TenantId,
}

impl Tenants {
    /// Indexes tenants.
    ///
    /// # Errors
    /// Every conflict.
    pub fn new(tenants: Vec<Tenant>) -> Result<Self, Vec<TenantConflict>> {
        let mut index = Self {
            ids: BTreeMap::new(),
            tids: HashMap::new(),
            tokens: HashMap::new(),
            logins: HashMap::new(),
            hosts: HashSet::new(),
        };
        let mut conflicts = Vec::new();
        for tenant in tenants {
            index.add(&Arc::new(tenant), &mut conflicts);
        }
        if conflicts.is_empty() { Ok(index) } else { Err(conflicts) }
    }

    fn add(&mut self, tenant: &Arc<Tenant>, conflicts: &mut Vec<TenantConflict>) {
        let mut conflict = |what: String, first: &Tenant| {
            conflicts.push(TenantConflict { what, first: first.id.clone(), second: tenant.id.clone() });
        };
        if let Some(first) = self.ids.insert(tenant.id.as_str().to_owned(), Arc::clone(tenant)) {
            conflict("the tenant id".to_owned(), &first);
        }
        self.hosts.extend(tenant.credentials.hosts.iter().cloned());
        for trust in &tenant.credentials.entra {
            let trust = EntraTrust { tid: trust.tid.to_ascii_lowercase(), cloud: Arc::clone(&trust.cloud) };
            match self.tids.entry(trust.tid.clone()) {
                Entry::Vacant(place) => drop(place.insert((Arc::clone(tenant), trust))),
                // The same line twice does no harm; a second cloud would be ignored, so it is a conflict too.
                Entry::Occupied(place) if Arc::ptr_eq(&place.get().0, tenant) && place.get().1 == trust => {}
                Entry::Occupied(place) => conflict(format!("Entra tenant {}", trust.tid), &place.get().0),
            }
        }
        for hash in &tenant.credentials.tokens {
            match self.tokens.entry(hash.clone()) {
                Entry::Vacant(place) => drop(place.insert((hash.clone(), Arc::clone(tenant)))),
                Entry::Occupied(place) if Arc::ptr_eq(&place.get().1, tenant) => {}
                Entry::Occupied(place) => conflict("a token".to_owned(), &place.get().1),
            }
        }
        for login in &tenant.credentials.basic {
            match self.logins.entry(login.user.clone()) {
                Entry::Vacant(place) => {
                    let (tenant, passwords) = (Arc::clone(tenant), vec![login.password.clone()]);
                    place.insert(Login { tenant, passwords });
                }
                Entry::Occupied(mut place) if Arc::ptr_eq(&place.get().tenant, tenant) => {
                    place.get_mut().passwords.push(login.password.clone());
                }
                Entry::Occupied(place) => conflict(format!("the user name `{}`", login.user), &place.get().tenant),
            }
        }
    }

    /// By its name in the path.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Arc<Tenant>> {
        self.ids.get(id)
    }

    /// By an allow-listed Entra tenant id (in any case), with the trust that lists it.
    #[must_use]
    pub fn by_tid(&self, tid: &str) -> Option<(&Arc<Tenant>, &EntraTrust)> {
        let found = match self.tids.get(tid) {
            Some(found) => Some(found),
            None if tid.bytes().any(|byte| byte.is_ascii_uppercase()) => self.tids.get(&tid.to_ascii_lowercase()),
            None => None,
        };
        found.map(|(tenant, trust)| (tenant, trust))
    }

    /// By a token's hash; compared in constant time once found.
    #[must_use]
    pub fn by_token(&self, hash: &TokenHash) -> Option<&Arc<Tenant>> {
        let (listed, tenant) = self.tokens.get(hash)?;
        verify_slices_are_equal(&listed.0, &hash.0).ok().map(|()| tenant)
    }

    /// By a user name and its password's hash. The hash is compared in constant time, with that of nobody if there is no such user:
    /// a stranger learns nothing from how long it takes.
    #[must_use]
    pub fn by_login(&self, user: &str, password: &TokenHash) -> Option<&Arc<Tenant>> {
        let login = self.logins.get(user);
        let listed = login.map_or(std::slice::from_ref(&NOBODYS), |login| &login.passwords);
        // Every one of them is looked at, whichever it is.
        let matching = listed.iter().filter(|listed| verify_slices_are_equal(&listed.0, &password.0).is_ok()).count();
        login.filter(|_| matching > 0).map(|login| &login.tenant)
    }

    /// Whether `tenant` may be called at `host`, the authority of the request with or without port: one of its own hosts, or, if it
    /// has none, one that nobody has for themselves. Several tenants may share a host: a region.
    #[must_use]
    pub fn is_at(&self, tenant: &Tenant, host: Option<&str>) -> bool {
        if self.hosts.is_empty() {
            return true;
        }
        let host = host.map(host_name).unwrap_or_default();
        let own = &tenant.credentials.hosts;
        if own.is_empty() { !self.hosts.contains(&host) } else { own.contains(&host) }
    }

    /// All of them, in order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Tenant>> {
        self.ids.values()
    }
}

/// The host of an authority: without user, port and closing dot, in small letters. An IPv6 address keeps its brackets.
fn host_name(authority: &str) -> String {
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}
