//! What stands around a call that writes: steps before and behind it, and how each is undone.
//!
//! A step knows the answers of those that have a name and stand before it; nothing else of another call.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::super::call::{self, Answer, CallShape};
use super::super::super::scope::condition;
use super::super::super::target::is_name;
use super::super::super::text;
use super::super::super::write;
use super::super::Operations;
use super::super::STEPS_MAX;
use super::WRITES;
use crate::call::Verb;
use crate::diagnostics::Code;
use crate::document::{Section, Text, json, shortened};
use crate::expression::Type;
use crate::profile::{EachRule, ResourceCondition, StepRule, UndoRule, Which, WriteSource};

const ANY: [Verb; 5] = [Verb::Get, Verb::Post, Verb::Put, Verb::Patch, Verb::Delete];

/// Words that placeholders have already.
const TAKEN: [&str; 8] = ["id", "each", "all", "changed", "record", "member", "members", "merged"];

/// What the calls of one rule may name, as far as it was read.
pub(super) struct Scene {
    /// `create`, `update` or `delete`.
    pub(super) what: &'static str,
    /// Placeholders of every call.
    pub(super) base: Vec<String>,
    /// Names of the steps so far.
    pub(super) steps: Vec<String>,
}

impl Scene {
    /// The placeholders of the call in `section`.
    pub(super) fn placeholders(&self, section: &Section<'_>, has_each: bool) -> Vec<String> {
        let mut written = BTreeSet::new();
        for entry in section.entries() {
            text::named_in(&json(entry.value).unwrap_or_default(), &mut written);
        }
        let is_known = |name: &String| {
            let first = name.split('.').next().unwrap_or_default();
            (has_each && first == "each") || self.steps.iter().any(|step| step == first)
        };
        self.base.iter().cloned().chain(written.into_iter().filter(is_known)).collect()
    }
}

impl Operations<'_, '_> {
    /// The steps at `key`, in order.
    pub(super) fn steps(&self, section: &Section<'_>, key: &'static str, scene: &mut Scene) -> Vec<Arc<StepRule>> {
        let sections = section.sections(key, STEPS_MAX);
        sections.into_iter().filter_map(|section| self.step(section, key, scene)).map(Arc::new).collect()
    }

    fn step(&self, section: Section<'_>, key: &str, scene: &mut Scene) -> Option<StepRule> {
        let each = match section.value("each") {
            None => Some(None),
            Some(_) => section.text("each").and_then(|text| self.each(text, scene.what)).map(Some),
        };
        let has_each = section.value("each").is_some();
        let placeholders = scene.placeholders(&section, has_each);
        let name = section.text("name");
        let shape = CallShape {
            name: self.name(&format!("{}.{key}", scene.what)),
            verbs: &ANY,
            answer: Answer::Step,
            placeholders: &placeholders,
            needs: &[],
        };
        let call = call::read(self.subject.names, &section, &shape);
        let when = match section.value("when") {
            None => Some(None),
            Some(_) => section.text("when").and_then(|text| self.when(&section, text)).map(Some),
        };
        let optional = section.flag("optional").unwrap_or_default();
        let until = condition(&section, "until");
        if let (Some(entry), Some(call)) = (section.value("until"), &call)
            && call.verb.writes()
        {
            let help = "write `get`, or take `until` away";
            section.report(Code::Until, entry.key.span, "only a `get` can be repeated until something holds", help);
        }
        // Its own answer is known when it is undone.
        let name = self.step_name(&section, name, scene, has_each);
        let undo = self.undo(&section, scene, has_each);
        section.finish();
        Some(StepRule { name: name?, when: when?, each: each?, call: call?, optional, until, undo })
    }

    /// The name of a step: the outer `None` if it is noted as wrong.
    #[expect(clippy::option_option, reason = "wrong, and not there, are two things")]
    fn step_name(
        &self,
        section: &Section<'_>,
        name: Option<Text<'_>>,
        scene: &mut Scene,
        has_each: bool,
    ) -> Option<Option<String>> {
        if section.value("name").is_none() {
            return Some(None);
        }
        let text = name?;
        let is_field = |name: &str| scene.base.iter().any(|known| known.split('.').next() == Some(name));
        let wrong = if !is_name(text.value) {
            Some("is no name: write small letters, digits and `-`")
        } else if TAKEN.contains(&text.value) || self.subject.names.param(text.value).is_some() || is_field(text.value)
        {
            Some("stands for something else already")
        } else if scene.steps.iter().any(|known| known == text.value) {
            Some("is the name of another step")
        } else if has_each {
            Some("names several answers: a step with `each` has none of its own")
        } else {
            None
        };
        if let Some(wrong) = wrong {
            let message = format!("`{}` {wrong}", shortened(text.value));
            section.report(Code::StepName, text.span, message, "give the step another name, or none");
            return None;
        }
        scene.steps.push(text.value.to_owned());
        Some(Some(text.value.to_owned()))
    }

    /// How the call in `section` is undone.
    pub(super) fn undo(&self, section: &Section<'_>, scene: &Scene, has_each: bool) -> Option<Arc<UndoRule>> {
        let half_done = section.flag("half_done").unwrap_or_default();
        let Some(undo) = section.section("undo") else {
            if let (Some(entry), None) = (section.value("half_done"), section.value("undo")) {
                let help = "write `undo = { delete = \"…\" }`, or take `half_done` away";
                section.report(Code::UndoMissing, entry.key.span, "there is no `undo` that could be made", help);
            }
            return None;
        };
        let mut placeholders = scene.placeholders(&undo, has_each);
        placeholders.push("id".to_owned());
        let shape = CallShape {
            name: self.name(&format!("{}.undo", scene.what)),
            verbs: &WRITES,
            answer: Answer::Step,
            placeholders: &placeholders,
            needs: &[],
        };
        let call = call::read(self.subject.names, &undo, &shape);
        undo.finish();
        Some(Arc::new(UndoRule { call: call?, half_done }))
    }

    /// A condition on the wanted resource.
    fn when(&self, section: &Section<'_>, text: Text<'_>) -> Option<ResourceCondition> {
        let entry = section.value("when")?;
        let WriteSource::Expression { expression, attributes } =
            write::computed(self.subject, self.map, section, entry)?
        else {
            return None;
        };
        if !matches!(expression.result(), Type::Boolean | Type::Any) {
            let help = "compare an attribute: [userType] == \"Agent\"";
            section.report(Code::ExpressionType, text.span, "`when` must be true or false", help);
            return None;
        }
        Some(ResourceCondition { expression, attributes })
    }

    /// `PATH`, and in an update `PATH added` or `PATH removed`.
    pub(super) fn each(&self, text: Text<'_>, what: &str) -> Option<EachRule> {
        let (attribute, which) = match text.value.rsplit_once(' ') {
            Some((attribute, "added")) if what == "update" => (attribute, Which::Added),
            Some((attribute, "removed")) if what == "update" => (attribute, Which::Removed),
            _ => (text.value, Which::Wanted),
        };
        if attribute.contains(' ') && !attribute.contains('[') {
            let help = if what == "update" {
                "write `roles added`, `roles removed` or `roles`"
            } else {
                "write an attribute: `roles`"
            };
            self.section.report(Code::Each, text.span, "`each` does not name the values of an attribute", help);
            return None;
        }
        self.mapped(text, attribute).map(|attribute| EachRule { attribute, which })
    }
}
