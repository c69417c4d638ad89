//! End to end: the real binary as a child process, stand-ins for the IdP and the product around it, sockets in between.
//!
//! Nothing here reaches into the gateway: what a test knows, an IdP, a product or an operator could know. The first modules are the
//! rig, the others one promise each.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::float_cmp, reason = "counters are whole numbers, which a float holds exactly")]

mod caller;
mod exposition;
mod people;
mod process;
mod wire;
mod world;

mod corpus;
mod numbers;

mod cycle;
mod pages;
mod race;

mod dialects;
mod guides;
mod rfc7644;
mod traps;

mod bulk;
mod groups;
mod paging;
mod v11;
mod versions;

mod crash;
mod target_faults;

mod bad_input;
mod bad_requests;
mod bad_start;
mod tenants;

mod cli;

mod dashboards;
mod logs;
mod memory;
mod operate;
mod passwords;
