//! The target behind one seam: a call goes in, an answer comes out.

mod access;
mod below;
mod client;
mod http;
mod pace;
mod session;
mod wire;

pub(crate) mod answer;
#[cfg(test)]
pub(crate) mod loopback;
#[cfg(test)]
pub(crate) mod sample;

use std::future::Future;
use std::pin::Pin;

use rules::{TargetAnswer, TargetCall};

use crate::failure::TargetError;

pub use access::{AccessError, ShownAccess, TargetAccess};
pub use client::{ClientError, target_client};
pub use http::{CallLimits, HttpTarget, TargetSetupError, check_base};

/// What a target call gives.
pub type CallFuture<'a> = Pin<Box<dyn Future<Output = Result<TargetAnswer, TargetError>> + Send + 'a>>;

/// One tenant's account at the target.
///
/// [`HttpTarget`] is the real one; `test` and `explain` have their own.
pub trait Target: Send + Sync {
    /// Makes one call. Repeats it itself only where nothing can have been done twice.
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a>;

    /// Path and query, as a call has them, of a link in the answer to `call`: where the next page is. `None` if it leads
    /// anywhere but below the target's base. A target without one is thought to be at `https://target.example.com`.
    fn below(&self, call: &TargetCall, link: &str) -> Option<String> {
        below::below(&below::NOWHERE, &call.path, link)
    }
}
