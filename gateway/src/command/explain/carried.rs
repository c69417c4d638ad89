//! What every call of a story carries: headers, query, credentials, each secret redacted. Nothing here is sent.

use proxy::target::{AccessError, ShownAccess};
use rules::TargetCall;

use crate::rehearsal::Made;

/// What the calls of a story carry.
pub(super) struct Carried {
    access: Option<ShownAccess>,
}

impl Carried {
    /// Nothing but what calls say themselves.
    pub(super) fn nothing() -> Self {
        Self { access: None }
    }

    /// What the profile wants; or why no call can be made so.
    pub(super) fn new(access: Result<ShownAccess, AccessError>) -> (Self, Option<String>) {
        match access {
            Ok(access) => (Self { access: Some(access) }, None),
            Err(error) => (Self::nothing(), Some(format!("the gateway could make no call: {error}"))),
        }
    }

    /// The headers of one call.
    pub(super) fn headers(&self, call: &TargetCall) -> Vec<(String, String)> {
        self.access.as_ref().map_or_else(|| call.headers.clone(), |access| access.headers(call))
    }

    /// The query parameters that every call has beside its own; `None` if there are none.
    pub(super) fn query(&self) -> Option<String> {
        self.access.as_ref().map(ShownAccess::query).filter(|query| !query.is_empty())
    }

    /// What all the calls have in common: their headers first, then the query and what opens the door; and which headers those are.
    pub(super) fn common(&self, calls: &[Made]) -> (Vec<String>, Vec<(String, String)>) {
        let Some(first) = calls.first() else { return (Vec::new(), Vec::new()) };
        let others: Vec<_> = calls[1..].iter().map(|made| self.headers(&made.call)).collect();
        let in_all = |header: &(String, String)| others.iter().all(|headers| headers.contains(header));
        let headers: Vec<_> = self.headers(&first.call).into_iter().filter(in_all).collect();
        let mut lines: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        lines.extend(self.query().map(|query| format!("?{query}")));
        lines.extend(self.access.iter().flat_map(ShownAccess::beside));
        (lines, headers)
    }
}
