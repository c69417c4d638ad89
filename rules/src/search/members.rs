//! What a filter asks about members that the target keeps apart from the record of their group.
//!
//! Asks nobody itself: `docs/decisions/0011-members-are-not-read.md` says when members are read at all.

use scim::filter::{CompareOp, Literal};
use scim::{AttrPath, Filter};

use super::candidates::parts_of;
use super::{Candidates, MemberQuestions, Search};
use crate::params::Params;
use crate::profile::{MemberRules, ResourceRules};
use crate::refusal::Refusal;
use crate::trace::Trace;

impl MemberRules {
    /// Plans a search of groups: as [`ResourceRules::search`], and the groups of a member are candidates where the target
    /// can be asked for them. Without [`MemberRules::asks_has`] every question about members needs all of them.
    ///
    /// # Errors
    /// As [`ResourceRules::search`].
    pub fn search(
        &self,
        groups: &ResourceRules,
        params: &Params,
        filter: &Filter,
        trace: &mut Trace,
    ) -> Result<Search, Refusal> {
        let mut search = groups.search_in(params, filter, Some(self), trace)?;
        if !self.asks_has() && matches!(search.members, MemberQuestions::Values(_)) {
            search.members = MemberQuestions::Whole;
        }
        Ok(search)
    }

    /// The groups of the member that `part` names, if it names one.
    pub(super) fn groups_of(&self, groups: &ResourceRules, part: &Filter) -> Option<Candidates> {
        if !self.asks_of() {
            return None;
        }
        let member = match part {
            Filter::Compare { path, op, value } if is_id(path) && groups.is_members(path) => equals(*op, value),
            Filter::Has { path, filter } if groups.is_members(path) => {
                parts_of(filter).iter().find_map(|part| match part {
                    Filter::Compare { path, op, value } if is_value(path) => equals(*op, value),
                    _ => None,
                })
            }
            _ => None,
        }?;
        Some(if member.is_empty() { Candidates::None } else { Candidates::GroupsOf(member.to_owned()) })
    }
}

impl ResourceRules {
    /// What must be known of a group's members to evaluate `filter`; nothing if they are an attribute of the record.
    #[must_use]
    pub fn member_questions(&self, filter: &Filter) -> MemberQuestions {
        let mut asked = Asked { values: Vec::new(), whole: false };
        asked.look(self, filter);
        match asked {
            Asked { whole: false, values } if values.is_empty() => MemberQuestions::None,
            _ if self.named("members").is_some() => MemberQuestions::None,
            Asked { whole: true, .. } => MemberQuestions::Whole,
            Asked { values, .. } => MemberQuestions::Values(values),
        }
    }

    /// Whether a path leads to members, or a part of them. Looks at the name first: nearly every filter is about others.
    fn is_members(&self, path: &AttrPath) -> bool {
        scim::name::same(&path.name, "members") && {
            let name = self.canonical(path);
            name == "members" || name.starts_with("members.")
        }
    }
}

/// What was found so far.
struct Asked {
    values: Vec<String>,
    whole: bool,
}

impl Asked {
    /// As deep as the filter, which its parser bounds.
    fn look(&mut self, rules: &ResourceRules, filter: &Filter) {
        match filter {
            Filter::And(parts) | Filter::Or(parts) => parts.iter().for_each(|part| self.look(rules, part)),
            Filter::Not(part) => self.look(rules, part),
            Filter::Compare { path, op, value } if is_id(path) && rules.is_members(path) => self.ask(*op, value),
            Filter::Has { path, filter } if rules.is_members(path) => self.look_within(filter),
            Filter::Present(path) | Filter::Compare { path, .. } | Filter::Has { path, .. } => {
                self.whole |= rules.is_members(path);
            }
        }
    }

    /// In brackets a negation is about each member, so that others count as well.
    fn look_within(&mut self, filter: &Filter) {
        match filter {
            Filter::And(parts) | Filter::Or(parts) => parts.iter().for_each(|part| self.look_within(part)),
            Filter::Compare { path, op, value } if is_value(path) => self.ask(*op, value),
            Filter::Compare { .. } | Filter::Not(_) | Filter::Present(_) | Filter::Has { .. } => self.whole = true,
        }
    }

    fn ask(&mut self, op: CompareOp, literal: &Literal) {
        match equals(op, literal) {
            // No member has an empty id, so nobody need be asked for it.
            Some(member) if !member.is_empty() && !self.values.iter().any(|known| known == member) => {
                self.values.push(member.to_owned());
            }
            Some(_) => {}
            None => self.whole = true,
        }
    }
}

fn equals(op: CompareOp, literal: &Literal) -> Option<&str> {
    match (op, literal) {
        (CompareOp::Eq, Literal::String(text)) => Some(text),
        _ => None,
    }
}

/// `members.value`, and `members` for short (RFC 7643 §2.4).
fn is_id(path: &AttrPath) -> bool {
    path.sub.as_ref().is_none_or(|sub| scim::name::same(sub, "value"))
}

/// The same in brackets.
fn is_value(path: &AttrPath) -> bool {
    path.sub.is_none() && scim::name::same(&path.name, "value")
}
