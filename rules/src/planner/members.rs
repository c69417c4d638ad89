//! Calls that read and change memberships ([`MemberRules`]), and what their answers hold.
//!
//! Never reads members in order to change them, unless the target needs it: a change comes as who comes and who goes, and is
//! made by as many calls as it needs batches, however large the group is.

mod body;
mod look;
mod merge;
mod roster;

use std::borrow::Cow;

use json::{Number, Value};
use scim::patch::MemberChange;

pub(crate) use self::body::names_one;
use self::body::{Slot, filled};
pub use self::look::GroupsFound;
pub use self::roster::{Roster, RosterPage};
use super::Page;
use crate::call::TargetCall;
use crate::lookup::scalar_text;
use crate::params::Params;
use crate::profile::{FieldPath, MemberCall, MemberRules, MemberWrites, Merge};
use crate::refusal::Refusal;
use crate::trace::{Stage, Trace};
use crate::translate::NOBODY;

/// The attribute that refusals are about.
const MEMBERS: &str = "members";
/// What a member is whose type nobody says.
const USER: &str = "User";

/// A group as calls on its members name it.
#[derive(Debug, Clone, Copy)]
pub struct GroupNow<'g> {
    /// Its id.
    pub id: &'g str,
    /// Its record; null if it is not there yet.
    pub record: &'g Value,
}

/// A step of a change of members.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberStep {
    /// A call that is known.
    Call {
        /// The call.
        call: TargetCall,
        /// Who leaves by it; empty for a call that adds or sets.
        leave: Vec<String>,
    },
    /// A membership is asked for its key, then ended: [`MemberRules::keys_in`], [`MemberRules::end_calls`].
    Find {
        /// The question.
        ask: TargetCall,
        /// Who leaves.
        member: String,
    },
    /// The member's record is read, then written: [`MemberRules::merge_call`].
    Merge {
        /// The question.
        ask: TargetCall,
        /// Who.
        member: String,
        /// Whether they come or go.
        side: Side,
    },
}

/// Whether somebody becomes a member or ceases to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Becomes one.
    Comes,
    /// Ceases to be one.
    Goes,
}

impl MemberRules {
    /// The call that reads a part of the members of group `id`: the rows of [`ListRule::window`](crate::profile::ListRule::window).
    ///
    /// # Errors
    /// [`Refusal::Value`] if the id or a parameter cannot stand in the path.
    pub fn list_call(&self, params: &Params, id: &str, page: Page<'_>) -> Result<TargetCall, Refusal> {
        self.list.page_call("group.members.list", params, page, |name| look::placeholder(name, id, None))
    }

    /// Whether a change needs to know who is a member now, whatever it is: the whole list is written, or memberships are ended
    /// by a key that only the list shows.
    #[must_use]
    pub fn reads_for(&self, change: &MemberChange) -> bool {
        matches!(self.writes, MemberWrites::Whole(_)) || (self.key.is_some() && !change.remove.is_empty())
    }

    /// The steps of a change, removals first, in batches. `present` is who is a member now, where [`MemberRules::reads_for`]
    /// asks for it. Nobody can be removed by an id that no member can have: that is no call, as is a change of nobody.
    ///
    /// # Errors
    /// [`Refusal::Value`] for a new member whose id cannot stand in the path or is no number where ids are numbers, and for
    /// one of a type that the product does not take; also if the group's id cannot stand in the path.
    pub fn plan(
        &self,
        params: &Params,
        group: GroupNow<'_>,
        change: &MemberChange,
        present: &Roster,
        trace: &mut Trace,
    ) -> Result<Vec<MemberStep>, Refusal> {
        let steps = match &self.writes {
            MemberWrites::Each { add, remove } => {
                let mut steps = self.ends(remove, params, group, change, present, trace)?;
                steps.extend(self.begins(add, params, group, change)?);
                steps
            }
            MemberWrites::Whole(set) => self.whole(set, params, group, change, present)?.into_iter().collect(),
        };
        for step in &steps {
            let (MemberStep::Call { call, .. }
            | MemberStep::Find { ask: call, .. }
            | MemberStep::Merge { ask: call, .. }) = step;
            trace.step(Stage::Plan, Some(&call.rule), || call.to_string());
        }
        Ok(steps)
    }

    fn ends(
        &self,
        rule: &MemberCall,
        params: &Params,
        group: GroupNow<'_>,
        change: &MemberChange,
        present: &Roster,
        trace: &mut Trace,
    ) -> Result<Vec<MemberStep>, Refusal> {
        let hidden = self.hidden_ids(params);
        let gone = change.remove.iter().filter(|member| {
            let known = self.form_of(member).is_some() && rule.takes(params, member) && !hidden.contains(member);
            if !known {
                trace.step(Stage::Plan, Some(&self.rule), || format!("no member can have the id {member}: ignored"));
            }
            known
        });
        let gone: Vec<&str> = gone.map(String::as_str).collect();
        let mut steps = Vec::new();
        if let Some(merge) = &rule.merge {
            for member in gone {
                steps.push(merge.step(params, group.id, member, Side::Goes)?);
            }
        } else if let Some(find) = &self.find {
            for member in gone {
                let ask = find.ask("group.members.find", params, group.id, member)?;
                steps.push(MemberStep::Find { ask, member: member.to_owned() });
            }
        } else if self.key.is_some() {
            for member in gone {
                let calls = self.end_calls(params, group, member, &present.keys_of(member))?;
                let leave = || vec![member.to_owned()];
                steps.extend(calls.into_iter().map(|call| MemberStep::Call { call, leave: leave() }));
            }
        } else {
            for batch in gone.chunks(rule.batch.max(1)) {
                let slots: Vec<Slot> = batch.iter().map(|member| self.slot(member, None)).collect();
                let call = self.call(rule, "group.members.remove", params, group, &slots)?;
                let leave = batch.iter().map(|&member| member.to_owned()).collect();
                steps.push(MemberStep::Call { call, leave });
            }
        }
        Ok(steps)
    }

    fn begins(
        &self,
        rule: &MemberCall,
        params: &Params,
        group: GroupNow<'_>,
        change: &MemberChange,
    ) -> Result<Vec<MemberStep>, Refusal> {
        let new = self.all_admitted(rule, params, &change.add)?;
        if let Some(merge) = &rule.merge {
            return new.into_iter().map(|member| merge.step(params, group.id, member, Side::Comes)).collect();
        }
        let batches = new.chunks(rule.batch.max(1)).map(|batch| {
            let slots: Vec<Slot> = batch.iter().map(|member| self.slot(member, None)).collect();
            let call = self.call(rule, "group.members.add", params, group, &slots)?;
            Ok(MemberStep::Call { call, leave: Vec::new() })
        });
        batches.collect()
    }

    /// The one call that says who all members are; `None` if they are so already.
    fn whole(
        &self,
        rule: &MemberCall,
        params: &Params,
        group: GroupNow<'_>,
        change: &MemberChange,
        present: &Roster,
    ) -> Result<Option<MemberStep>, Refusal> {
        let new = self.all_admitted(rule, params, &change.add)?;
        let now: Vec<&str> = present.ids().collect();
        let mut wanted: Vec<&str> =
            now.iter().copied().filter(|id| !change.remove.iter().any(|gone| gone == id)).collect();
        let stay = wanted.len();
        // Hashing, as both may be long.
        let known: std::collections::HashSet<&str> = wanted.iter().copied().collect();
        wanted.extend(new.into_iter().filter(|id| !known.contains(id)));
        if stay == now.len() && wanted.len() == stay {
            return Ok(None);
        }
        // Nobody sees those, and nobody takes them out.
        wanted.extend(present.hidden.iter().map(String::as_str));
        let slots: Vec<Slot> = wanted.iter().map(|member| self.slot(member, None)).collect();
        let call = self.call(rule, "group.members.set", params, group, &slots)?;
        Ok(Some(MemberStep::Call { call, leave: Vec::new() }))
    }

    /// The calls that end the membership of `member` by its keys: usually one, none if it is over.
    ///
    /// # Errors
    /// [`Refusal::Value`] if a key or the group's id cannot stand in the path.
    pub fn end_calls(
        &self,
        params: &Params,
        group: GroupNow<'_>,
        member: &str,
        keys: &[Value],
    ) -> Result<Vec<TargetCall>, Refusal> {
        let MemberWrites::Each { remove, .. } = &self.writes else { return Ok(Vec::new()) };
        let call = |key: &Value| {
            let slots = [self.slot(member, Some(key.clone()))];
            self.call(remove, "group.members.remove", params, group, &slots)
        };
        keys.iter().map(call).collect()
    }

    /// Whether the product can take new members, as far as their ids tell.
    ///
    /// # Errors
    /// As [`MemberRules::plan`], about members.
    pub fn admit(&self, params: &Params, members: &[Value]) -> Result<(), Refusal> {
        let rule = match &self.writes {
            MemberWrites::Each { add, .. } => add,
            MemberWrites::Whole(set) => set,
        };
        self.all_admitted(rule, params, members).map(drop)
    }

    /// The ids of all new members, each once and such as the product can take.
    fn all_admitted<'m>(
        &self,
        rule: &MemberCall,
        params: &Params,
        members: &'m [Value],
    ) -> Result<Vec<&'m str>, Refusal> {
        let hidden = self.hidden_ids(params);
        members.iter().map(|member| self.admitted(rule, params, &hidden, member)).collect()
    }

    /// The id of a new member that the product can take.
    fn admitted<'m>(
        &self,
        rule: &MemberCall,
        params: &Params,
        hidden: &[String],
        member: &'m Value,
    ) -> Result<&'m str, Refusal> {
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
        if !rule.takes(params, id) {
            return Err(self.refuse(format!("`{id}` is not an id of this product")));
        }
        if hidden.iter().any(|hidden| hidden == id) {
            return Err(self.refuse(format!("`{id}` cannot be in a group by provisioning")));
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

    fn slot(&self, member: &str, key: Option<Value>) -> Slot {
        // Who is a member already keeps the id that the target gave, whatever it looks like.
        Slot { member: self.form_of(member).unwrap_or_else(|| Value::from(member)), key }
    }

    fn refuse(&self, reason: String) -> Refusal {
        Refusal::Value { attribute: MEMBERS.to_owned(), reason, rule: self.rule.to_string() }
    }

    /// Ids that nobody may see or change.
    fn hidden_ids(&self, params: &Params) -> Vec<String> {
        self.hidden.iter().filter_map(|text| text.fill(|name| params.text(name))).collect()
    }

    /// A call that writes, for these members.
    fn call(
        &self,
        rule: &MemberCall,
        route: &str,
        params: &Params,
        group: GroupNow<'_>,
        slots: &[Slot],
    ) -> Result<TargetCall, Refusal> {
        self.call_with(rule, route, params, group, slots, &|_| None)
    }

    /// The same; `more` gives what other placeholders stand for.
    fn call_with(
        &self,
        rule: &MemberCall,
        route: &str,
        params: &Params,
        group: GroupNow<'_>,
        slots: &[Slot],
        more: &dyn Fn(&str) -> Option<Value>,
    ) -> Result<TargetCall, Refusal> {
        let value = |name: &str| match name {
            "id" => Some(self.key_of(group)),
            name => more(name).or_else(|| named(group.record, name)),
        };
        let one = if let [one] = slots { Some(one) } else { None };
        let text = |name: &str| match name {
            "id" => Some(Cow::Borrowed(group.id)),
            name => {
                let value = one.and_then(|slot| slot.value(name)).or_else(|| value(name))?;
                scalar_text(&value).map(|text| Cow::Owned(text.into_owned()))
            }
        };
        let mut call = rule.call.to_call(route, params, text).map_err(|name| rule.call.cannot_stand(name))?;
        if let Some(template) = &rule.body {
            let value = |name: &str| value(name).or_else(|| params.value(name).cloned());
            let body = filled(template, &value, slots, one).unwrap_or_default();
            call.body = Some(match &rule.wrap {
                Some(wrap) => wrapped(wrap, body),
                None => body,
            });
        }
        Ok(call)
    }

    /// The group's id as its record has it.
    fn key_of(&self, group: GroupNow<'_>) -> Value {
        let own = self.id.assigned(group.record).filter(|id| id.is_string() || id.is_number());
        own.cloned().unwrap_or_else(|| Value::from(group.id))
    }

    /// How membership is a field of the member, if it is.
    pub(crate) fn merge(&self) -> Option<&Merge> {
        match &self.writes {
            MemberWrites::Each { add, remove } => add.merge.as_ref().or(remove.merge.as_ref()),
            MemberWrites::Whole(_) => None,
        }
    }
}

impl MemberCall {
    /// Whether `member` can stand in the path, if it has to.
    fn takes(&self, params: &Params, member: &str) -> bool {
        let value = |name: &str| Some(Cow::Borrowed(if name == "member" { member } else { "0" }));
        let call = self.call.to_call("", params, value);
        !matches!(call, Err(name) if name == "member")
    }
}

/// The field that a placeholder names.
fn named(record: &Value, name: &str) -> Option<Value> {
    let value = name.split('.').try_fold(record, |value, key| value.get(key))?;
    (!value.is_null()).then(|| value.clone())
}

fn wrapped(field: &FieldPath, body: Value) -> Value {
    let mut fields = json::Map::new();
    field.write(&mut fields, body);
    Value::Object(fields)
}

#[cfg(test)]
mod tests;
