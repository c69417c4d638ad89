//! The target behind one seam: a call goes in, an answer comes out.

mod client;
mod credentials;
mod http;

pub(crate) mod answer;
#[cfg(test)]
pub(crate) mod loopback;

use std::future::Future;
use std::pin::Pin;

use rules::{TargetAnswer, TargetCall};

use crate::failure::TargetError;

pub use client::{ClientError, target_client};
pub use credentials::{MissingSecret, TargetCredentials};
pub use http::{CallLimits, HttpTarget, TargetSetupError, check_base};

/// What a target call gives.
pub type CallFuture<'a> = Pin<Box<dyn Future<Output = Result<TargetAnswer, TargetError>> + Send + 'a>>;

/// One tenant's account at the target.
///
/// [`HttpTarget`] is the real one; `test` and `explain` have their own.
pub trait Target: Send + Sync {
    /// Makes one call. Repeats it itself only where nothing can have been done twice.
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a>;
}
