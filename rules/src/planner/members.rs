//! Calls that read and change memberships ([`MemberRules`]), and what their answers hold.
//!
//! Never reads members in order to change them: a change comes as who comes and who goes, and is made by as many calls as it
//! needs batches, however large the group is.

use std::borrow::Cow;

use scim::patch::MemberChange;
use serde_json::{Map, Number, Value};

use super::rows::{garbage, rows_at};
use super::{Rows, Window};
use crate::call::TargetCall;
use crate::judge::TargetFault;
use crate::lookup::scalar_text;
use crate::params::Params;
use crate::profile::{FieldPath, MemberCall, MemberRules};
use crate::refusal::Refusal;
use crate::trace::{Stage, Trace};
use crate::translate::NOBODY;

/// The attribute that refusals are about.
const MEMBERS: &str = "members";
/// What a member is whose type nobody says.
const USER: &str = "User";

impl MemberRules {
    /// The call that reads a part of the members of group `id`: the rows of [`ListRule::window`](crate::profile::ListRule::window).
    ///
    /// # Errors
    /// [`Refusal::Value`] if the id or a parameter cannot stand in the path.
    pub fn list_call(&self, params: &Params, id: &str, window: Window) -> Result<TargetCall, Refusal> {
        self.list.page_call("group.members.list", params, window, |name| placeholder(name, id, None))
    }

    /// The members in an answer to [`MemberRules::list_call`], as SCIM shows them: `value`, `display`, `type`.
    ///
    /// A member whose type is not in the profile's table is shown without one.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there are no rows where the rule says, or a row has no id.
    pub fn members_in(&self, body: Value) -> Result<Rows, TargetFault> {
        let Rows { rows, total } = self.list.paging.rows_in(body)?;
        let rows = rows.iter().map(|row| self.member_in(row)).collect::<Result<_, _>>()?;
        Ok(Rows { rows, total })
    }

    fn member_in(&self, row: &Value) -> Result<Value, TargetFault> {
        let text = |field: &FieldPath| field.assigned(row).and_then(scalar_text).filter(|text| !text.is_empty());
        let id = match self.value.assigned(row) {
            Some(Value::String(_) | Value::Number(_)) => text(&self.value),
            _ => None,
        };
        let id = id.ok_or_else(|| garbage(format!("a member without an id in field `{}`", self.value)))?;
        let mut member = Map::new();
        member.insert("value".to_owned(), id.into());
        if let Some(display) = self.display.as_ref().and_then(text) {
            member.insert("display".to_owned(), display.into());
        }
        let kind = match &self.kind {
            None => Some(Value::from(USER)),
            Some(kind) => kind.field.assigned(row).and_then(|value| kind.values.key_of(value)).cloned(),
        };
        if let Some(kind) = kind {
            member.insert("type".to_owned(), kind);
        }
        Ok(Value::Object(member))
    }

    /// The call that asks whether `member` is one of group `id`; `None` if the target cannot be asked.
    #[must_use]
    pub fn has_call(&self, params: &Params, id: &str, member: &str) -> Option<TargetCall> {
        let rule = self.has.as_ref()?;
        rule.to_call("group.members.has", params, |name| placeholder(name, id, Some(member))).ok()
    }

    /// The call that reads the groups of `member`; `None` if the target cannot be asked.
    #[must_use]
    pub fn of_call(&self, params: &Params, member: &str) -> Option<TargetCall> {
        let (rule, _) = self.of.as_ref()?;
        let value = |name: &str| if name == "member" { Some(Cow::Borrowed(member)) } else { None };
        rule.to_call("group.members.of", params, value).ok()
    }

    /// The group records in an answer to [`MemberRules::of_call`].
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there are no rows where the rule says.
    pub fn groups_in(&self, body: Value) -> Result<Vec<Value>, TargetFault> {
        let (_, rows) = self.of.as_ref().ok_or_else(|| garbage("there is no rule `group.members.of`".to_owned()))?;
        rows_at(rows, body)
    }

    /// The calls of a change, removals first, in batches. Nobody can be removed by an id that no member can have: that is no
    /// call, as is a change of nobody.
    ///
    /// # Errors
    /// [`Refusal::Value`] for a new member whose id cannot stand in the path or is no number where ids are numbers, and for
    /// one of a type that the product does not take; also if the group's id cannot stand in the path.
    pub fn plan(
        &self,
        params: &Params,
        id: &str,
        change: &MemberChange,
        trace: &mut Trace,
    ) -> Result<Vec<TargetCall>, Refusal> {
        let mut calls = Vec::new();
        let gone = change.remove.iter().filter(|member| {
            let known = self.form_of(member).is_some() && self.remove.takes(params, member);
            if !known {
                trace.step(Stage::Plan, Some(&self.rule), || format!("no member can have the id {member}: ignored"));
            }
            known
        });
        let gone: Vec<&str> = gone.map(String::as_str).collect();
        for batch in gone.chunks(self.remove.batch.max(1)) {
            calls.push(self.call(&self.remove, "group.members.remove", params, id, batch)?);
        }
        let new = change.add.iter().map(|member| self.admitted(params, member)).collect::<Result<Vec<_>, _>>()?;
        for batch in new.chunks(self.add.batch.max(1)) {
            calls.push(self.call(&self.add, "group.members.add", params, id, batch)?);
        }
        for call in &calls {
            trace.step(Stage::Plan, Some(&call.rule), || call.to_string());
        }
        Ok(calls)
    }

    /// The id of a new member that the product can take.
    fn admitted<'m>(&self, params: &Params, member: &'m Value) -> Result<&'m str, Refusal> {
        let id = member.get("value").and_then(Value::as_str).unwrap_or_default();
        if id.is_empty() {
            return Err(self.refuse(NOBODY.to_owned()));
        }
        if let Some(kind) = member.get("type").and_then(Value::as_str).filter(|kind| !kind.is_empty()) {
            let taken = match &self.kind {
                None => scim::name::same(kind, USER),
                Some(rule) => rule.values.key(&Value::from(kind), true).is_some(),
            };
            if !taken {
                return Err(self.refuse(format!("a member of type `{kind}` cannot be in a group of this product")));
            }
        }
        if self.form_of(id).is_none() {
            return Err(self.refuse(format!("`{id}` is not an id of this product: ids are whole numbers")));
        }
        if !self.add.takes(params, id) {
            return Err(self.refuse(format!("`{id}` is not an id of this product")));
        }
        Ok(id)
    }

    /// An id as it stands in a body; `None` if the target can have no such id.
    fn form_of(&self, id: &str) -> Option<Value> {
        if !self.numeric {
            return Some(Value::from(id));
        }
        // JSON has no `007`, which would come back as another id.
        id.parse::<Number>().ok().filter(|number| !number.is_f64()).map(Value::Number)
    }

    fn refuse(&self, reason: String) -> Refusal {
        Refusal::Value { attribute: MEMBERS.to_owned(), reason, rule: self.rule.to_string() }
    }

    fn call(
        &self,
        rule: &MemberCall,
        route: &str,
        params: &Params,
        id: &str,
        batch: &[&str],
    ) -> Result<TargetCall, Refusal> {
        let member = if let [member] = batch { Some(*member) } else { None };
        let mut call = rule
            .call
            .to_call(route, params, |name| placeholder(name, id, member))
            .map_err(|name| rule.call.cannot_stand(name))?;
        let ids: Vec<Value> = batch.iter().filter_map(|member| self.form_of(member)).collect();
        call.body = rule.body.as_ref().map(|body| filled(body, &ids));
        Ok(call)
    }
}

impl MemberCall {
    /// Whether `member` can stand in the path, if it has to.
    fn takes(&self, params: &Params, member: &str) -> bool {
        let call = self.call.to_call("", params, |name| placeholder(name, "0", Some(member)));
        !matches!(call, Err(name) if name == "member")
    }
}

fn placeholder<'v>(name: &str, id: &'v str, member: Option<&'v str>) -> Option<Cow<'v, str>> {
    match name {
        "id" => Some(Cow::Borrowed(id)),
        "member" => member.map(Cow::Borrowed),
        _ => None,
    }
}

/// `body` with the ids in the places of its placeholders. As deep as the profile writes it.
fn filled(body: &Value, ids: &[Value]) -> Value {
    match body {
        Value::String(text) if text == "{members}" => Value::Array(ids.to_vec()),
        Value::String(text) if text == "{member}" => ids.first().cloned().unwrap_or_default(),
        Value::Array(elements) => elements.iter().map(|element| filled(element, ids)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), filled(value, ids))).collect())
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => body.clone(),
    }
}

#[cfg(test)]
mod tests;
