//! What is known about an exchange when it ends: for audit, metrics, log and trace.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rules::trace::Step;
use scim::Protocol;
use store::TenantId;

use crate::limits::{CALLS_LISTED_MAX, LEFT_OUT_MAX};

/// One target call, as it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// `POST`.
    pub verb: &'static str,
    /// `user.create`.
    pub route: String,
    /// What it was answered; `None` if there was no answer.
    pub status: Option<u16>,
    /// Whether it could write.
    pub writes: bool,
    /// How long it took.
    pub duration: Duration,
}

/// How an exchange ended, in one of five words: who has to do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum OutcomeClass {
    /// Well.
    #[default]
    Success,
    /// The IdP's side must change something; the same request fails again.
    Client,
    /// The target did not do its part; a retry can help.
    Target,
    /// The gateway did not do its part; a retry can help.
    Gateway,
    /// The client went away before there was an answer.
    Cancelled,
}

impl OutcomeClass {
    /// All of them.
    pub const ALL: [OutcomeClass; 5] = [
        OutcomeClass::Success,
        OutcomeClass::Client,
        OutcomeClass::Target,
        OutcomeClass::Gateway,
        OutcomeClass::Cancelled,
    ];

    /// One lowercase word, for metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            OutcomeClass::Success => "success",
            OutcomeClass::Client => "client",
            OutcomeClass::Target => "target",
            OutcomeClass::Gateway => "gateway",
            OutcomeClass::Cancelled => "cancelled",
        }
    }
}

/// One exchange. `steps` is filled only if tracing is on, and then holds personal data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExchangeRecord {
    /// The request id of the answer.
    pub request_id: String,
    /// The tenant, once authenticated.
    pub tenant: Option<TenantId>,
    /// Which SCIM the tenant speaks; until the tenant is known, which one the URL suggests. Errors are written in it.
    pub protocol: Protocol,
    /// `user.create`; empty if the request could not be decoded.
    pub operation: &'static str,
    /// The id of the resource, once known.
    pub resource: Option<String>,
    /// Target calls in order, the first [`CALLS_LISTED_MAX`] of them.
    pub calls: Vec<CallRecord>,
    /// How many of all target calls could not write.
    pub reads: u32,
    /// How many of all target calls could write.
    pub writes: u32,
    /// Attributes that were sent and left out, by name: no mapping takes them. At most [`LEFT_OUT_MAX`].
    pub left_out: Vec<String>,
    /// Decision trace.
    pub steps: Vec<Step>,
    /// HTTP status of the answer; 0 if the client went away before there was one.
    pub status: u16,
    /// A short bounded word: `ok`, or why not (`AuthError::reason`, a scimType, `target-down`, `cancelled`, …).
    pub outcome: &'static str,
    /// Who has to do something about it.
    pub class: OutcomeClass,
    /// How long the exchange took.
    pub duration: Duration,
}

impl ExchangeRecord {
    /// A target call was made. It is counted, and listed while there is room: a bulk request makes thousands.
    pub fn called(&mut self, call: CallRecord) {
        let count = if call.writes { &mut self.writes } else { &mut self.reads };
        *count = count.saturating_add(1);
        if self.calls.len() < CALLS_LISTED_MAX {
            self.calls.push(call);
        }
    }

    /// Attributes were left out. Each is named once, and while there is room.
    pub fn leaves_out(&mut self, names: &[String]) {
        for name in names {
            if self.left_out.len() < LEFT_OUT_MAX && !self.left_out.contains(name) {
                self.left_out.push(name.clone());
            }
        }
    }
}

/// Somebody who is told about every exchange. Must not block: bounded queue, drops counted.
pub trait Recorder: Send + Sync {
    /// Takes the record of an exchange that has ended.
    fn record(&self, record: ExchangeRecord);
}

/// The record of an exchange that is still running; shared between the layers, which each write down what they know.
///
/// [`layer::observe`](crate::layer::observe) puts one into the request's extensions and hands it to the [`Recorder`] at the
/// end, whatever happened in between: a failure, a time-out, a panic.
#[derive(Debug, Clone, Default)]
pub struct Draft(Arc<Mutex<ExchangeRecord>>);

impl Draft {
    /// Writes something down.
    pub fn note(&self, write: impl FnOnce(&mut ExchangeRecord)) {
        write(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Which SCIM the answer is written in, as far as it is known now.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).protocol
    }

    /// The record so far.
    #[must_use]
    pub fn snapshot(&self) -> ExchangeRecord {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The record, taken out; the draft is empty afterwards.
    #[must_use]
    pub fn take(&self) -> ExchangeRecord {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_attributes_that_are_left_out_are_named_once_each() {
        let names = |count: usize| -> Vec<String> { (0..count).map(|number| format!("x{number}")).collect() };
        for (count, named) in [(0, 0), (LEFT_OUT_MAX, LEFT_OUT_MAX), (LEFT_OUT_MAX + 1, LEFT_OUT_MAX)] {
            let mut record = ExchangeRecord::default();
            record.leaves_out(&names(count));
            record.leaves_out(&names(count));
            assert_eq!(record.left_out.len(), named, "{count}");
        }
    }
}
