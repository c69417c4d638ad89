//! The start-up probe: asks each target once whether it is there, and tells the operator about those that are not.
//!
//! Never keeps the gateway from starting: a target that is down now may be up for the first request, and one customer's
//! target is no other's concern.

use std::sync::Arc;

use proxy::Tenants;
use rules::Verdict;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Probes at once.
const AT_ONCE_MAX: usize = 16;

/// Probes the targets of all tenants whose profile says how.
pub async fn probe(tenants: &Tenants) {
    let places = Arc::new(Semaphore::new(AT_ONCE_MAX));
    let mut probes = JoinSet::new();
    for tenant in tenants.iter().cloned() {
        let places = Arc::clone(&places);
        probes.spawn(async move {
            let _place = places.acquire().await;
            if let Err(reason) = probe_one(&tenant).await {
                tracing::warn!(tenant = %tenant.id, profile = tenant.profile.name, reason, "the target does not answer its probe");
            }
        });
    }
    while probes.join_next().await.is_some() {}
}

async fn probe_one(tenant: &proxy::Tenant) -> Result<(), String> {
    let Some(probe) = &tenant.profile.target.probe else { return Ok(()) };
    let call = probe.call(&tenant.params).map_err(|refusal| refusal.to_string())?;
    let answer = tenant.target.call(&call).await.map_err(|error| error.to_string())?;
    match tenant.profile.judge(&call, answer) {
        Verdict::Done(done) if probe.holds(&done.body) => Ok(()),
        Verdict::Done(_) => Err("its answer is not what the profile expects".to_owned()),
        Verdict::Absent => Err("it does not know the probe's path: check the base URL".to_owned()),
        Verdict::Refused { detail, .. } => Err(detail),
        Verdict::Changed => Err("it says that a record has changed".to_owned()),
        Verdict::Failed(fault) => Err(fault.to_string()),
    }
}
