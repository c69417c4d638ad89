//! The real target behind a wall: reads go through, no write ever does.
//!
//! What the target's client does by itself to get in (a login, an `OAuth2` token) is behind the wall, too, and is let be.

use std::sync::Arc;

use proxy::failure::TargetError;
use proxy::target::{CallFuture, Target};
use rules::{TargetCall, Verb};

/// A target that is only ever read.
pub struct ReadOnly {
    target: Arc<dyn Target>,
}

impl ReadOnly {
    /// The wall around `target`.
    #[must_use]
    pub fn new(target: Arc<dyn Target>) -> Self {
        Self { target }
    }
}

impl Target for ReadOnly {
    /// Makes a GET, and a POST that the profile makes to read; anything else is [`TargetError::Unreachable`], and nothing was sent.
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a> {
        // By those that read, not by those that write: whatever comes to be is kept out.
        if matches!((call.verb, &call.body), (Verb::Get, None) | (Verb::Query, _)) {
            return self.target.call(call);
        }
        let reason = format!("{} was not sent: only reads are", call.verb);
        Box::pin(std::future::ready(Err(TargetError::Unreachable { reason })))
    }
}

#[cfg(test)]
mod tests;
