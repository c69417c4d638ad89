//! The data path: one SCIM request from the socket to the target and back.
//!
//! [`server`] accepts, [`stack`] layers what is true of every request, [`authenticate`] finds the tenant, [`exchange`] does
//! the rest. One place turns failures into statuses: [`layer::rescue`]. `docs/ARCHITECTURE.md` has the table.

pub mod clock;
pub mod failure;
pub mod limits;
pub mod metrics;
pub mod record;
pub mod secret;

pub mod server;
pub mod tls;

pub mod stack;

pub mod layer;

pub mod route;

pub mod tenant;

pub mod authenticate;

pub mod exchange;
mod locks;
mod lookups;

pub mod target;

pub use clock::{Clock, IdSource, NoRandom, RandomSource};
pub use exchange::Exchanges;
pub use failure::Failure;
pub use secret::Secret;
pub use tenant::{Tenant, Tenants};
