//! Who the members of a group are, as the target lists them.

use json::{Map, Value};
use scim::patch::MemberChange;

use super::super::rows::{Onward, garbage};
use super::USER;
use super::look::{holds, key_in};
use crate::judge::{Answered, TargetFault};
use crate::lookup::scalar_text;
use crate::params::Params;
use crate::profile::{FieldPath, MemberRules, ResourceRules};

/// Who is a member of a group.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Roster {
    /// As SCIM shows them: `value`, `display`, `type`.
    pub members: Vec<Value>,
    /// Ids of members that nobody sees.
    pub hidden: Vec<String>,
    /// Ids of members of whom the list does not tell whether they are protected, if the profile says that they are to be read.
    pub untold: Vec<String>,
    /// (Id of a member, key of a membership), if the target's list has them.
    keys: Vec<(String, Value)>,
}

/// A page of a list of members.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RosterPage {
    /// Who is on it.
    pub roster: Roster,
    /// How many rows it has, of members and of others.
    pub came: usize,
    /// How many rows there are in all, if the target says so.
    pub total: Option<usize>,
    /// The page behind this one, if the target names it.
    pub next: Option<Onward>,
}

impl Roster {
    /// The members' ids, as far as they are seen.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.members.iter().filter_map(|member| member.get("value").and_then(Value::as_str))
    }

    /// Puts those of another page behind these.
    pub fn extend(&mut self, other: Roster) {
        self.members.extend(other.members);
        self.hidden.extend(other.hidden);
        self.untold.extend(other.untold);
        self.keys.extend(other.keys);
    }

    /// How they differ from `wanted`.
    #[must_use]
    pub fn change_to(&self, wanted: &[Value]) -> MemberChange {
        MemberChange::between(&self.members, wanted)
    }

    /// The keys of somebody's memberships.
    pub(super) fn keys_of(&self, member: &str) -> Vec<Value> {
        self.keys.iter().filter(|(id, _)| id == member).map(|(_, key)| key.clone()).collect()
    }
}

impl MemberRules {
    /// The members of group `id` in an answer to [`MemberRules::list_call`].
    ///
    /// A member whose type is not in the profile's table is shown without one. Who is protected among `users` is hidden, as
    /// far as rows are their records.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there are no rows where the rule says, or a row has no id.
    pub fn members_in(
        &self,
        params: &Params,
        users: &ResourceRules,
        id: &str,
        answered: Answered,
    ) -> Result<RosterPage, TargetFault> {
        let hidden = self.hidden_ids(params);
        let rows = self.list.paging.rows_of_any_kind(self.list.call.format, answered)?;
        let mut roster = Roster::default();
        for row in &rows.rows {
            if self.group.as_ref().is_some_and(|field| !holds(field, row, id)) {
                continue;
            }
            let member = self.member_in(row)?;
            let own = member.get("value").and_then(Value::as_str).unwrap_or_default();
            let protected = self.is_protected(params, users, &member, row);
            if protected == Some(true) || hidden.iter().any(|hidden| hidden == own) {
                roster.hidden.push(own.to_owned());
                continue;
            }
            if protected.is_none() && self.list.paging.partial {
                roster.untold.push(own.to_owned());
            }
            if let Some(field) = &self.key {
                roster.keys.push((own.to_owned(), key_in(field, row)?));
            }
            roster.members.push(member);
        }
        Ok(RosterPage { roster, came: rows.rows.len(), total: rows.total, next: rows.next })
    }

    /// Whether a member is a user that nobody may touch; `None` if the row does not tell.
    ///
    /// Only the user's own record tells: `admin` of a membership is something else than `admin` of a user.
    fn is_protected(&self, params: &Params, users: &ResourceRules, member: &Value, row: &Value) -> Option<bool> {
        let Some(protected) = &users.record.protected else { return Some(false) };
        if member.get("type").and_then(Value::as_str).is_some_and(|kind| kind != USER) {
            return Some(false);
        }
        let record = self.value.field.before(&users.id)?.read(row).filter(|_| !self.value.last_part)?;
        let is_joined = |field: &FieldPath| users.record.joins.iter().any(|join| join.at.overlaps(field));
        let tells = protected.fields.iter().all(|field| !is_joined(field) && field.read(record).is_some());
        tells.then(|| protected.holds(params, record))
    }

    fn member_in(&self, row: &Value) -> Result<Value, TargetFault> {
        let text = |field: &FieldPath| field.assigned(row).and_then(scalar_text).filter(|text| !text.is_empty());
        let id = match self.value.field.assigned(row) {
            Some(Value::String(_) | Value::Number(_)) => text(&self.value.field),
            _ => None,
        };
        let id = id.as_deref().and_then(|text| self.value.id_in(text));
        let id = id.ok_or_else(|| garbage(format!("a member without an id in field `{}`", self.value.field)))?;
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
}
