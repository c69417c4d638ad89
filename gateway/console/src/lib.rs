//! The operator's private port: `/metrics`, `/livez`, `/readyz` and a page to read.
//!
//! Never changes anything, never answers SCIM, and knows no tenant's secrets: it shows what it is given. [`serve`] runs it
//! beside the data path; a slow console cannot slow an exchange. Who may reach the port is the configuration's business
//! (loopback by default); that a browser is not tricked into reaching it is [`AllowedHosts`]'.

pub mod health;
pub mod limits;
pub mod status;

mod hosts;
mod metrics;
mod page;
mod route;
mod server;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use prometheus::Registry;
use store::Store;

pub use health::{ReadinessCheck, StoreCheck};
pub use hosts::AllowedHosts;
pub use server::serve;
pub use status::{Snapshot, StatusSource, TenantStatus};

/// What the console shows, and to whom.
pub struct Console {
    /// The metrics of the process.
    pub registry: Registry,
    /// Where the audit records are.
    pub store: Arc<dyn Store>,
    /// What the process knows about itself.
    pub status: Arc<dyn StatusSource>,
    /// What must hold before traffic is sent here; shown in this order.
    pub checks: Vec<Arc<dyn ReadinessCheck>>,
    /// Names under which a browser may open the console.
    pub hosts: AllowedHosts,
}
