//! Tenants for tests: everything about them is idle but their credentials.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, LazyLock};

use rules::{Params, Profile, TargetCall};

use super::{Credentials, Tenant};
use crate::failure::TargetError;
use crate::target::{CallFuture, Target};

static PROFILE: LazyLock<Arc<Profile>> = LazyLock::new(|| {
    let shipped = rules::shipped::shipped("directory").unwrap();
    Arc::new(Profile::load("directory", shipped.profile).unwrap().0)
});

struct Nowhere;

impl Target for Nowhere {
    fn call<'a>(&'a self, _: &'a TargetCall) -> CallFuture<'a> {
        Box::pin(async { Err(TargetError::Unreachable { reason: "it is nowhere".to_owned() }) })
    }
}

/// A tenant called `id` that presents `credentials`.
pub(crate) fn tenant(id: &str, credentials: Credentials) -> Tenant {
    Tenant {
        id: id.parse().unwrap(),
        profile: Arc::clone(&PROFILE),
        params: Params::default(),
        protocol: scim::Protocol::default(),
        credentials,
        target: Arc::new(Nowhere),
    }
}
