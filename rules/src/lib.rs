//! The profile language: what a product engineer writes so that SCIM becomes their product's own API.
//!
//! From the text of a profile to typed rules ([`Profile::load`]), from a SCIM resource to what the target should hold and
//! back ([`ResourceRules`]), from a difference to ordered target calls ([`Plan`]). The crate does no I/O and has no clock:
//! the shell gathers facts (records, look-up tables, memory), the core decides. In the life of a request it is stages 9, 11
//! and 14.

pub mod diagnostics;
pub mod document;
pub mod source;

pub mod expression;
mod functions;

pub mod params;
pub mod profile;
pub mod shipped;
pub mod template;

pub mod call;
pub mod judge;
pub mod lookup;
pub mod memory;
pub mod refusal;

pub mod planner;
pub mod search;
pub mod trace;
pub mod translate;
pub mod wire;

pub use call::{Body, TargetAnswer, TargetCall, Verb};
pub use judge::{Answered, TargetFault, Verdict};
pub use lookup::{Facts, LookupTable, Random};
pub use memory::{Memory, Spelling};
pub use params::Params;
pub use planner::Plan;
pub use profile::{Profile, ResourceRules};
pub use refusal::Refusal;
pub use search::{MemberQuestions, Search};
pub use trace::{Stage, Trace};
pub use translate::{Absent, Present, UNMAPPED_MAX, Wanted};

/// Loads what is otherwise loaded by the first phone number that is read: 13 ms that no request should wait for.
pub fn warm() {
    functions::warm();
}
