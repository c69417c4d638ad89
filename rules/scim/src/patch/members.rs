//! What a request makes of the members of a group, found without reading them: adding one member to 100,000 must not cost
//! 100,000.
//!
//! Looks at the request alone, and says so where that is not enough; never at a resource.

use std::collections::{HashMap, HashSet};

use json::Value;

use super::elements::merge_parts;
use super::{PatchError, PatchOp, PatchOperation, PatchRequest};
use crate::filter::{BoundFilter, CompareOp, Filter, Literal};
use crate::resource::{Coercion, Place, ValueError, Writer};
use crate::schema::Attribute;

/// What a PATCH makes of `members`.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberEdit {
    /// Nothing.
    Untouched,
    /// Some come, some go, all others stay.
    Some(MemberChange),
    /// These and no others.
    All(Vec<Value>),
    /// It depends on who the members are: they must be read, and the request applied to them.
    Depends,
}

/// Who comes and who goes. No id is in both, none twice.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MemberChange {
    /// New members in order, each an object with a `value`.
    pub add: Vec<Value>,
    /// Ids of those who go, in order.
    pub remove: Vec<String>,
}

impl MemberChange {
    /// What turns `present` into `wanted`: by id alone. Elements without an id are nobody.
    #[must_use]
    pub fn between(present: &[Value], wanted: &[Value]) -> Self {
        let mut wanted_ids: HashSet<&str> = wanted.iter().filter_map(id).collect();
        let mut present_ids: HashSet<&str> = HashSet::with_capacity(present.len());
        let mut change = MemberChange::default();
        for id in present.iter().filter_map(id) {
            if present_ids.insert(id) && !wanted_ids.contains(id) {
                change.remove.push(id.to_owned());
            }
        }
        // Taken out of the set when it came, so that it comes once.
        let mut comes =
            |member: &&Value| id(member).is_some_and(|id| wanted_ids.remove(id) && !present_ids.contains(id));
        change.add = wanted.iter().filter(|member| comes(member)).cloned().collect();
        change
    }

    /// Nobody comes and nobody goes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }
}

impl PatchRequest {
    /// Takes the operations on `members` out, in their order, as what they come to; the rest stays. The cost is that of the
    /// request, however large the group.
    ///
    /// Ids are told apart with regard to case. Of several operations on one id the last counts; what is added twice is one
    /// member with the parts of both. If the answer is [`MemberEdit::Depends`] nothing was taken out.
    ///
    /// # Errors
    /// As [`PatchRequest::apply`] for values that are no members, and [`ValueError::Required`] for a member without a
    /// `value`; then nothing was taken out.
    pub fn take_members(&mut self) -> Result<MemberEdit, PatchError> {
        let steps: Result<Option<Vec<Step<'_>>>, PatchError> =
            self.operations.iter().filter_map(|operation| members(operation).map(|of| step(operation, of))).collect();
        let Some(steps) = steps? else { return Ok(MemberEdit::Depends) };
        let mut book = Book::default();
        for step in steps {
            book.enter(step);
        }
        self.operations.retain(|operation| members(operation).is_none());
        Ok(book.close())
    }
}

/// The attribute, if the operation is on `members` or something in it.
fn members(operation: &PatchOperation) -> Option<&Attribute> {
    let attribute = operation.path.attribute.as_ref()?;
    (operation.path.extension.is_none() && attribute.name == "members").then_some(attribute)
}

/// The id of a member.
fn id(member: &Value) -> Option<&str> {
    member.get("value").and_then(Value::as_str)
}

// === one operation ===

/// What one operation does.
enum Step<'r> {
    Come(&'r Attribute, Vec<Value>),
    Go(Vec<String>),
    /// These and no others.
    Set(&'r Attribute, Vec<Value>),
}

/// `None` if it depends on who the members are.
fn step<'r>(operation: &'r PatchOperation, attribute: &'r Attribute) -> Result<Option<Step<'r>>, PatchError> {
    let PatchOperation { op, path, value } = operation;
    let step = match (op, &path.filter, &path.sub) {
        (_, _, Some(_)) | (PatchOp::Add | PatchOp::Replace, Some(_), None) => None,
        (PatchOp::Remove, Some(filter), None) => named(filter).map(Step::Go),
        // Only a missing value means everybody (RFC 7644 §3.5.2.2); Entra lists whom it means (idp-dialects row 11).
        (PatchOp::Remove, None, None) if value.is_null() => Some(Step::Set(attribute, Vec::new())),
        (PatchOp::Remove, None, None) => {
            let gone = coerced(attribute, operation)?;
            Some(Step::Go(gone.iter().filter_map(id).map(str::to_owned).collect()))
        }
        // As `apply` has it: null and "" clear (rows 31, 48), an empty list adds nobody.
        (PatchOp::Add, None, None) if value.is_null() || value.as_str() == Some("") => {
            Some(Step::Set(attribute, Vec::new()))
        }
        (PatchOp::Add, None, None) => Some(Step::Come(attribute, coerced(attribute, operation)?)),
        (PatchOp::Replace, None, None) => Some(Step::Set(attribute, coerced(attribute, operation)?)),
    };
    Ok(step)
}

/// The members that are sent, each with its id.
fn coerced(attribute: &Attribute, operation: &PatchOperation) -> Result<Vec<Value>, PatchError> {
    let place = Place::of(&operation.path);
    let sent = Coercion::new(Writer::Client).value(attribute, &place, operation.value.clone())?;
    let Some(Value::Array(sent)) = sent else { return Ok(Vec::new()) };
    if sent.iter().any(|member| id(member).is_none()) {
        return Err(ValueError::Required { path: place.part("value").to_string() }.into());
    }
    Ok(sent)
}

/// The ids that a filter names, if naming ids is all it does: `value eq "x"`, or several of those with `or`.
fn named(filter: &BoundFilter) -> Option<Vec<String>> {
    fn list(filter: Filter, ids: &mut Vec<String>) -> bool {
        match filter {
            Filter::Or(terms) => terms.into_iter().all(|term| list(term, ids)),
            Filter::Compare { path, op: CompareOp::Eq, value: Literal::String(id) } => {
                ids.push(id);
                path.name == "value" && path.sub.is_none()
            }
            _ => false,
        }
    }
    let mut ids = Vec::new();
    list(filter.to_filter(), &mut ids).then_some(ids)
}

// === all operations ===

/// What the operations come to so far.
#[derive(Default)]
struct Book {
    /// Whether `fates` is everybody: the former members are gone.
    whole: bool,
    /// In the order in which each was last heard of; `None` where it was heard of again.
    fates: Vec<Option<Fate>>,
    /// Where in `fates` an id is.
    places: HashMap<String, usize>,
}

enum Fate {
    Comes(Value),
    Goes(String),
}

impl Book {
    fn enter(&mut self, step: Step<'_>) {
        match step {
            Step::Come(attribute, members) => self.come(attribute, members),
            Step::Go(ids) => {
                for id in ids {
                    self.put(id.clone(), Fate::Goes(id));
                }
            }
            Step::Set(attribute, members) => {
                *self = Book { whole: true, ..Book::default() };
                self.come(attribute, members);
            }
        }
    }

    fn come(&mut self, attribute: &Attribute, members: Vec<Value>) {
        for member in members {
            if let Some(id) = id(&member).map(str::to_owned) {
                self.come_one(attribute, id, member);
            }
        }
    }

    fn come_one(&mut self, attribute: &Attribute, id: String, member: Value) {
        let known = self.places.get(&id).and_then(|&place| self.fates[place].as_mut());
        if let (Some(Fate::Comes(Value::Object(known))), Value::Object(parts)) = (known, &member) {
            merge_parts(attribute, known, parts.clone());
            return;
        }
        self.put(id, Fate::Comes(member));
    }

    fn put(&mut self, id: String, fate: Fate) {
        if let Some(former) = self.places.insert(id, self.fates.len()) {
            self.fates[former] = None;
        }
        self.fates.push(Some(fate));
    }

    fn close(self) -> MemberEdit {
        let mut change = MemberChange::default();
        for fate in self.fates.into_iter().flatten() {
            match fate {
                Fate::Comes(member) => change.add.push(member),
                Fate::Goes(id) => change.remove.push(id),
            }
        }
        // Where everybody is listed, who goes is not listed.
        match (self.whole, change.is_empty()) {
            (true, _) => MemberEdit::All(change.add),
            (false, true) => MemberEdit::Untouched,
            (false, false) => MemberEdit::Some(change),
        }
    }
}

#[cfg(test)]
mod tests;
