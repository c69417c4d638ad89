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
use crate::planner::ROW;
use crate::profile::{
    EachRule, FieldPath, ResourceCondition, Source, StepRule, UndoRule, VALUE_NAME, Which, WriteSource,
};

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

/// What stands for the value that a call is made for.
pub(super) enum EachNames {
    /// It is made for none.
    None,
    /// It is noted as wrong what it is made for: anything.
    Any,
    /// These, and where there is [`ROW_FIELD`], any field of a row.
    Of(Vec<String>),
}

/// How messages call the fields of the row that a value is looked up in.
const ROW_FIELD: &str = "each.row.FIELD";

impl EachNames {
    /// Of one field after the other.
    pub(super) fn of_fields() -> Self {
        Self::Of(vec!["each".to_owned(), "each.field".to_owned()])
    }

    pub(super) fn is_some(&self) -> bool {
        !matches!(self, Self::None)
    }

    fn names(&self) -> &[String] {
        match self {
            Self::None | Self::Any => &[],
            Self::Of(names) => names,
        }
    }

    /// Whether `name` is none of [`EachNames::names`] and stands for something all the same.
    fn knows(&self, name: &str) -> bool {
        let Some(path) = name.strip_prefix("each") else { return false };
        match self {
            Self::None => false,
            Self::Any => true,
            Self::Of(names) => {
                let field = path.strip_prefix('.').and_then(|path| path.split_once('.'));
                let field = field.filter(|(row, _)| *row == ROW).map(|(_, field)| field);
                field.is_some_and(|field| FieldPath::parse(field).is_ok_and(|field| !field.is_whole()))
                    && names.iter().any(|name| name == ROW_FIELD)
            }
        }
    }
}

impl Scene {
    /// The placeholders of the call in `section`.
    pub(super) fn placeholders(&self, section: &Section<'_>, each: &EachNames) -> Vec<String> {
        let mut written = BTreeSet::new();
        for entry in section.entries() {
            text::named_in(&json(entry.value).unwrap_or_default(), &mut written);
        }
        let is_known = |name: &String| {
            let first = name.split('.').next().unwrap_or_default();
            each.knows(name) || self.steps.iter().any(|step| step == first)
        };
        let named = self.base.iter().chain(each.names()).cloned();
        named.chain(written.into_iter().filter(is_known)).collect()
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
        let names = self.each_names(&section, each.flatten());
        let placeholders = scene.placeholders(&section, &names);
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
        let name = self.step_name(&section, name, scene, names.is_some());
        let undo = self.undo(&section, scene, &names);
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
        let another = "give the step another name, or none";
        let wrong = if !is_name(text.value) {
            Some(("is no name: write small letters, digits and `-`", another))
        } else if TAKEN.contains(&text.value) || self.subject.names.param(text.value).is_some() || is_field(text.value)
        {
            Some(("stands for something else already", another))
        } else if scene.steps.iter().any(|known| known == text.value) {
            Some(("is the name of another step", another))
        } else if has_each {
            let help = "take `name` away: a step with `each` is made several times, and has no single answer";
            Some(("would name several answers", help))
        } else {
            None
        };
        if let Some((wrong, help)) = wrong {
            let message = format!("`{}` {wrong}", shortened(text.value));
            section.report(Code::StepName, text.span, message, help);
            return None;
        }
        scene.steps.push(text.value.to_owned());
        Some(Some(text.value.to_owned()))
    }

    /// How the call in `section` is undone.
    pub(super) fn undo(&self, section: &Section<'_>, scene: &Scene, each: &EachNames) -> Option<Arc<UndoRule>> {
        let half_done = section.flag("half_done").unwrap_or_default();
        let Some(undo) = section.section("undo") else {
            if let (Some(entry), None) = (section.value("half_done"), section.value("undo")) {
                let help = "write `undo = { delete = \"…\" }`, or take `half_done` away";
                section.report(Code::UndoMissing, entry.key.span, "there is no `undo` that could be made", help);
            }
            return None;
        };
        let mut placeholders = scene.placeholders(&undo, each);
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

    /// What calls made for the values of `each` may name: the target's value, SCIM's sub-attributes, and the row behind it.
    pub(super) fn each_names(&self, section: &Section<'_>, each: Option<EachRule>) -> EachNames {
        if section.value("each").is_none() {
            return EachNames::None;
        }
        let mapping = each.and_then(|each| Some((each, &self.map.mappings.get(each.attribute)?.0)));
        let Some((each, mapping)) = mapping else { return EachNames::Any };
        let (codec, lookup) = match &mapping.source {
            Source::Direct { codec, lookup, .. } => (codec.as_ref(), lookup.is_some()),
            _ => (None, false),
        };
        let subs = mapping.attribute.leaf().map(|leaf| &leaf.sub_attributes).filter(|subs| !subs.is_empty());
        let held = codec.and_then(|codec| codec.each.as_ref()).filter(|_| each.which == Which::Removed);
        let subs: Vec<&str> = match (subs, held) {
            (None, _) => vec![VALUE_NAME],
            // What goes is known as far as the product holds it.
            (Some(_), Some(held)) => held.parts.iter().map(|(sub, _)| sub.as_str()).collect(),
            (Some(subs), None) => subs.iter().map(|sub| sub.name.as_str()).collect(),
        };
        let subs = subs.into_iter().map(|sub| format!("each.{sub}"));
        let row = [format!("each.{ROW}"), ROW_FIELD.to_owned()].into_iter().filter(|_| lookup);
        EachNames::Of(std::iter::once("each".to_owned()).chain(subs).chain(row).collect())
    }
}
