//! Questions about memberships: is somebody a member, by which key, of which groups.

use std::borrow::Cow;

use json::Value;

use super::super::rows::{array_at, garbage, rows_at};
use crate::call::TargetCall;
use crate::judge::TargetFault;
use crate::lookup::scalar_text;
use crate::params::Params;
use crate::profile::{CallRule, FieldPath, GroupsOf, IdField, MemberLook, MemberRules};
use crate::refusal::Refusal;

/// What an answer says about the groups of a member.
#[derive(Debug, Clone, PartialEq)]
pub enum GroupsFound {
    /// These are their records.
    Records(Vec<Value>),
    /// These are their ids.
    Ids(Vec<String>),
}

impl MemberRules {
    /// Whether the target can be asked whether somebody is a member.
    #[must_use]
    pub fn asks_has(&self) -> bool {
        self.has.is_some() || self.find.is_some() || self.merge().is_some()
    }

    /// Whether the target can be asked for the groups of a member.
    #[must_use]
    pub fn asks_of(&self) -> bool {
        self.of.is_some() || self.merge().is_some()
    }

    /// The call that asks whether `member` is one of group `id`; `None` if the target cannot be asked, or not for these.
    #[must_use]
    pub fn has_call(&self, params: &Params, id: &str, member: &str) -> Option<TargetCall> {
        if self.hidden_ids(params).iter().any(|hidden| hidden == member) {
            return None;
        }
        let call =
            |call: &CallRule, route: &str| call.to_call(route, params, |name| placeholder(name, id, Some(member))).ok();
        match (&self.has, &self.find, self.merge()) {
            (Some(look), ..) => call(&look.call, "group.members.has"),
            (None, Some(look), _) => call(&look.call, "group.members.find"),
            (None, None, Some(merge)) => call(&merge.call, "group.members.merge"),
            (None, None, None) => None,
        }
    }

    /// Whether a successful answer to [`MemberRules::has_call`] says yes.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if it does not have what the profile says.
    pub fn has_in(&self, id: &str, member: &str, body: Value) -> Result<bool, TargetFault> {
        match (&self.has, &self.find, self.merge()) {
            (Some(look), ..) | (None, Some(look), _) => Ok(!look.found_in(id, member, body)?.is_empty()),
            (None, None, Some(merge)) => Ok(merge.groups_in(&merge.record_in(body)?).any(|group| group == id)),
            (None, None, None) => Ok(false),
        }
    }

    /// The keys of the memberships in a successful answer to the question of a [`Find`](super::MemberStep::Find).
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there are no rows where the rule says, or one without a key.
    pub fn keys_in(&self, id: &str, member: &str, body: Value) -> Result<Vec<Value>, TargetFault> {
        let Some(look) = &self.find else { return Ok(Vec::new()) };
        let Some(field) = &look.key else { return Ok(Vec::new()) };
        let found = look.found_in(id, member, body)?;
        found.iter().map(|row| key_in(field, row)).collect()
    }

    /// The call that reads the groups of `member`; `None` if the target cannot be asked.
    #[must_use]
    pub fn of_call(&self, params: &Params, member: &str) -> Option<TargetCall> {
        if self.hidden_ids(params).iter().any(|hidden| hidden == member) {
            return None;
        }
        let value = |name: &str| if name == "member" { Some(Cow::Borrowed(member)) } else { None };
        match (&self.of, self.merge()) {
            (Some(GroupsOf { call, .. }), _) => call.to_call("group.members.of", params, value).ok(),
            (None, Some(merge)) => merge.call.to_call("group.members.merge", params, value).ok(),
            (None, None) => None,
        }
    }

    /// The groups in an answer to [`MemberRules::of_call`].
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there are no rows where the rule says.
    pub fn groups_in(&self, body: Value) -> Result<GroupsFound, TargetFault> {
        match (&self.of, self.merge()) {
            (Some(GroupsOf { call, rows, id: None }), _) => {
                Ok(GroupsFound::Records(rows_at(rows, call.format, false, body)?))
            }
            (Some(GroupsOf { rows, id: Some(id), .. }), _) => {
                let rows = rows.take(body).unwrap_or_default();
                let ids = ids_in(&rows, &id.field);
                Ok(GroupsFound::Ids(ids.filter_map(|text| id.id_in(&text).map(str::to_owned)).collect()))
            }
            (None, Some(merge)) => {
                let record = merge.record_in(body)?;
                Ok(GroupsFound::Ids(merge.groups_in(&record).map(Cow::into_owned).collect()))
            }
            (None, None) => Err(garbage("there is no rule `group.members.of`".to_owned())),
        }
    }
}

impl MemberLook {
    /// The question about `member`.
    pub(super) fn ask(&self, route: &str, params: &Params, id: &str, member: &str) -> Result<TargetCall, Refusal> {
        let call = self.call.to_call(route, params, |name| placeholder(name, id, Some(member)));
        call.map_err(|name| self.call.cannot_stand(name))
    }

    /// The memberships in an answer that are of this group and this member.
    fn found_in(&self, id: &str, member: &str, body: Value) -> Result<Vec<Value>, TargetFault> {
        let Some(rows) = &self.rows else {
            return Ok(if self.is_of(id, member, &body) { vec![body] } else { Vec::new() });
        };
        let rows = array_at(rows, self.call.format, false, body)?;
        Ok(rows.into_iter().filter(|row| self.is_of(id, member, row)).collect())
    }

    fn is_of(&self, id: &str, member: &str, row: &Value) -> bool {
        let is = |field: &Option<IdField>, wanted: &str| match field {
            None => true,
            Some(field) => holds(field, row, wanted),
        };
        is(&self.group, id) && is(&self.member, member)
    }
}

/// The id of a membership.
pub(super) fn key_in(field: &FieldPath, row: &Value) -> Result<Value, TargetFault> {
    let key = field.assigned(row).filter(|key| key.is_string() || key.is_number());
    key.cloned().ok_or_else(|| garbage(format!("a membership without an id in field `{field}`")))
}

/// Whether a field of `row` is `wanted`, or a list that has it.
pub(super) fn holds(field: &IdField, row: &Value, wanted: &str) -> bool {
    let is_wanted = |text: Cow<'_, str>| field.id_in(&text) == Some(wanted);
    field.field.read(row).is_some_and(|value| ids_in(value, &FieldPath::default()).any(is_wanted))
}

/// The ids in a list, or the one that stands there alone; `id` is the field of an element that is one.
pub(super) fn ids_in<'v>(value: &'v Value, id: &FieldPath) -> impl Iterator<Item = Cow<'v, str>> {
    let elements = match value {
        Value::Array(elements) => elements.as_slice(),
        single => std::slice::from_ref(single),
    };
    elements.iter().filter_map(move |element| match id.read(element)? {
        value @ (Value::String(_) | Value::Number(_)) => scalar_text(value).filter(|text| !text.is_empty()),
        _ => None,
    })
}

/// What a placeholder of a question stands for.
pub(super) fn placeholder<'v>(name: &str, id: &'v str, member: Option<&'v str>) -> Option<Cow<'v, str>> {
    match name {
        "id" => Some(Cow::Borrowed(id)),
        "member" => member.map(Cow::Borrowed),
        _ => None,
    }
}
