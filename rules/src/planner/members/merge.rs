//! Membership as a field of the member's own record: read, changed by this group, written back.
//!
//! What the field holds beside this group stays as it is.

use std::borrow::Cow;

use json::Value;

use super::super::rows::garbage;
use super::look::{ids_in, placeholder};
use super::{GroupNow, MemberStep, Side};
use crate::call::TargetCall;
use crate::judge::TargetFault;
use crate::params::Params;
use crate::profile::{AnswerRule, FieldPath, MemberRules, MemberWrites, Merge};
use crate::refusal::Refusal;

impl MemberRules {
    /// What the member's record becomes by a [`Merge`](MemberStep::Merge), from a successful answer to its question: the new
    /// value of the field, and the record with it. `None` if it is so already.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if the answer is no record, or the field holds what no groups can be.
    pub fn merged_in(
        &self,
        group: GroupNow<'_>,
        side: Side,
        body: Value,
    ) -> Result<Option<(Value, Value)>, TargetFault> {
        let Some(merge) = self.merge_of(side) else { return Ok(None) };
        let mut record = merge.record_in(body)?;
        let now = merge.field.read(&record).cloned().unwrap_or_default();
        let is_in = merge.groups_in(&record).any(|id| id == group.id);
        if is_in == (side == Side::Comes) {
            return Ok(None);
        }
        let key = self.key_of(group);
        let merged = match (&merge.single, now) {
            (Some(_), _) if side == Side::Comes => key,
            (Some(none), _) => none.clone(),
            (None, now) => merge.list(now, group.id, key, side)?,
        };
        if let Value::Object(fields) = &mut record {
            merge.field.write(fields, merged.clone());
        }
        Ok(Some((merged, record)))
    }

    /// The call that writes what [`MemberRules::merged_in`] made of the record of `member`.
    ///
    /// # Errors
    /// [`Refusal::Value`] if something cannot stand in its path.
    pub fn merge_call(
        &self,
        params: &Params,
        group: GroupNow<'_>,
        member: &str,
        side: Side,
        (merged, record): (Value, Value),
    ) -> Result<Option<TargetCall>, Refusal> {
        let MemberWrites::Each { add, remove } = &self.writes else { return Ok(None) };
        let (rule, route) = match side {
            Side::Comes => (add, "group.members.add"),
            Side::Goes => (remove, "group.members.remove"),
        };
        let more = |name: &str| match name {
            "merged" => Some(merged.clone()),
            "record" => Some(record.clone()),
            _ => None,
        };
        self.call_with(rule, route, params, group, &[self.slot(member, None)], &more).map(Some)
    }

    fn merge_of(&self, side: Side) -> Option<&Merge> {
        match (&self.writes, side) {
            (MemberWrites::Each { add, .. }, Side::Comes) => add.merge.as_ref(),
            (MemberWrites::Each { remove, .. }, Side::Goes) => remove.merge.as_ref(),
            (MemberWrites::Whole(_), _) => None,
        }
    }
}

impl Merge {
    /// The step that makes `member` come or go.
    pub(super) fn step(&self, params: &Params, id: &str, member: &str, side: Side) -> Result<MemberStep, Refusal> {
        let ask = self.call.to_call("group.members.merge", params, |name| placeholder(name, id, Some(member)));
        let ask = ask.map_err(|name| self.call.cannot_stand(name))?;
        Ok(MemberStep::Merge { ask, member: member.to_owned(), side })
    }

    /// The member's record in an answer.
    pub(super) fn record_in(&self, body: Value) -> Result<Value, TargetFault> {
        let whole = FieldPath::default();
        let field = match &self.call.answer {
            AnswerRule::Record(field) => field,
            _ => &whole,
        };
        let record = field.take(body).filter(Value::is_object);
        record.ok_or_else(|| garbage(format!("no record of a member in the answer to `{}`", self.call.path)))
    }

    /// The ids of the member's groups.
    pub(super) fn groups_in<'r>(&self, record: &'r Value) -> impl Iterator<Item = Cow<'r, str>> {
        self.field.read(record).into_iter().flat_map(|value| ids_in(value, &self.id))
    }

    /// The list with this group in it, or without it; everything else as it is.
    fn list(&self, now: Value, id: &str, key: Value, side: Side) -> Result<Value, TargetFault> {
        let mut list = match now {
            Value::Null => Vec::new(),
            Value::Array(list) => list,
            _ => return Err(garbage(format!("no list in field `{}` of a member", self.field))),
        };
        match side {
            Side::Goes => list.retain(|element| ids_in(element, &self.id).all(|other| other != id)),
            Side::Comes if self.id.is_whole() => list.push(key),
            Side::Comes => {
                let mut element = json::Map::new();
                self.id.write(&mut element, key);
                list.push(Value::Object(element));
            }
        }
        Ok(Value::Array(list))
    }
}
