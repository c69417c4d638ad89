//! The gateway in front of real products, unmodified: what an IdP asks for is what the product then holds.
//!
//! Nothing here starts a product, or is part of `cargo test`: `tests/products/run` starts them, says where they are in the
//! environment, and runs this. Each test has people of its own in products that all tests share, and a gateway of its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "the end-to-end tests use all of it")]
#[path = "../e2e/caller.rs"]
mod caller;
#[allow(dead_code, reason = "the end-to-end tests use all of it")]
#[path = "../e2e/process.rs"]
mod process;
#[allow(dead_code, reason = "the end-to-end tests use all of it")]
#[path = "../e2e/wire.rs"]
mod wire;

mod front;
mod product;

mod redmine;
mod synapse;
