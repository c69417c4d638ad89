//! Calls that read and change memberships ([`MemberRules`]).

use serde_json::Value;

use super::{Rows, Window};
use crate::call::TargetCall;
use crate::judge::TargetFault;
use crate::params::Params;
use crate::profile::MemberRules;
use crate::refusal::Refusal;
use crate::trace::Trace;
use scim::patch::MemberChange;

impl MemberRules {
    /// The call that reads a part of the members of group `id`: the rows of [`ListRule::window`](crate::profile::ListRule::window).
    ///
    /// # Errors
    /// [`Refusal::Value`] if the id or a parameter cannot stand in the path.
    pub fn list_call(&self, params: &Params, id: &str, window: Window) -> Result<TargetCall, Refusal> {
        let _ = (params, id, window);
        todo!()
    }

    /// The members in an answer to [`MemberRules::list_call`], as SCIM shows them: `value`, `display`, `type`.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there are no rows where the rule says, or a row has no id.
    pub fn members_in(&self, body: Value) -> Result<Rows, TargetFault> {
        let _ = body;
        todo!()
    }

    /// The call that asks whether `member` is one of group `id`; `None` if the target cannot be asked.
    #[must_use]
    pub fn has_call(&self, params: &Params, id: &str, member: &str) -> Option<TargetCall> {
        let _ = (params, id, member);
        todo!()
    }

    /// The call that reads the groups of `member`; `None` if the target cannot be asked.
    #[must_use]
    pub fn of_call(&self, params: &Params, member: &str) -> Option<TargetCall> {
        let _ = (params, member);
        todo!()
    }

    /// The group records in an answer to [`MemberRules::of_call`].
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there are no rows where the rule says.
    pub fn groups_in(&self, body: Value) -> Result<Vec<Value>, TargetFault> {
        let _ = body;
        todo!()
    }

    /// The calls of a change, removals first, in batches.
    ///
    /// # Errors
    /// [`Refusal::Value`] for an id that cannot stand in the path or is no number where ids are numbers, and for a member of a
    /// type that the product does not take.
    pub fn plan(
        &self,
        params: &Params,
        id: &str,
        change: &MemberChange,
        trace: &mut Trace,
    ) -> Result<Vec<TargetCall>, Refusal> {
        let _ = (params, id, change, trace);
        todo!()
    }
}
