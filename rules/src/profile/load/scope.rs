//! What names mean in the expressions of a profile, and compiling them with their problems put into the file.
//!
//! Each scope hands out slots as names come up; what the slots stand for is kept beside the compiled expression.

use std::cell::{Cell, RefCell};

use scim::path::BoundPath;
use scim::schema::{Kind, ResourceType};

use super::mapping::type_name;
use super::place::Place;
use super::speech::Speech;
use crate::diagnostics::{Code, closest};
use crate::document::{Section, Sheet, Text, shortened};
use crate::expression::{Expression, Normaliser, Problem, ProblemKind, Scope, Type};
use crate::params::{ParamKind, ParamRule};
use crate::profile::{BodyCondition, FieldPath, RecordCondition};
use crate::template::TextTemplate;

/// What every rule of a profile may name, and which of it was named.
pub(super) struct Names<'d> {
    pub(super) sheet: &'d Sheet<'d>,
    pub(super) params: Vec<Param>,
    pub(super) lookups: Vec<Lookup<'d>>,
    /// What `[target]` says for every call.
    pub(super) speech: Speech,
    /// What has numbers for ids in bodies: `user`, `group`, `group.members`.
    pub(super) numeric: Vec<&'static str>,
}

/// The type of resource whose rules are being read.
pub(super) struct Subject<'n, 'd> {
    pub(super) names: &'n Names<'d>,
    /// `user` or `group`: also the section, and the beginning of every rule's name.
    pub(super) noun: &'static str,
    /// All known attributes; before the profile adapts them.
    pub(super) kind: ResourceType,
}

/// A declared parameter.
pub(super) struct Param {
    pub(super) rule: ParamRule,
    pub(super) span: crate::source::Span,
    pub(super) used: Cell<bool>,
}

/// A declared look-up table.
pub(super) struct Lookup<'d> {
    pub(super) name: Text<'d>,
    pub(super) used: Cell<bool>,
}

impl Names<'_> {
    /// Whether `{id}` or `{member}` of the call `what` is a number in bodies.
    pub(super) fn is_numeric(&self, what: &str, name: &str) -> bool {
        let is = |noun: &str| self.numeric.contains(&noun);
        match name {
            "id" => what.split('.').next().is_some_and(is),
            "member" => is("group.members"),
            _ => false,
        }
    }

    /// The slot and type of a parameter; it counts as used.
    pub(super) fn param(&self, name: &str) -> Option<(usize, Type)> {
        let slot = self.params.iter().position(|param| param.rule.name == name)?;
        self.params[slot].used.set(true);
        let kind = match self.params[slot].rule.kind {
            ParamKind::Text | ParamKind::Region => Type::Text,
            ParamKind::Boolean => Type::Boolean,
            ParamKind::Integer => Type::Number,
        };
        Some((slot, kind))
    }

    pub(super) fn param_names(&self) -> impl Iterator<Item = &str> {
        self.params.iter().map(|param| param.rule.name.as_str())
    }

    /// Whether the table is declared; it counts as used. Notes it if not.
    pub(super) fn lookup(&self, name: &str, span: crate::source::Span) -> bool {
        if let Some(lookup) = self.lookups.iter().find(|lookup| lookup.name.value == name) {
            lookup.used.set(true);
            return true;
        }
        let help = match closest(name, self.lookups.iter().map(|lookup| lookup.name.value)) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("declare it: `[lookup.{name}]` with `get`, `rows` and `id`"),
        };
        self.sheet.report(Code::UnknownLookup, span, format!("there is no look-up table `{name}`"), help);
        false
    }
}

/// Parameters as bare names, nothing else: arguments of a normaliser.
pub(super) struct ParamScope<'n, 'd>(pub(super) &'n Names<'d>);

impl Scope for ParamScope<'_, '_> {
    fn reference(&self, _: &str) -> Option<(usize, Type)> {
        None
    }

    fn name(&self, text: &str) -> Option<(usize, Type)> {
        self.0.param(text)
    }

    fn references_known(&self) -> Vec<String> {
        Vec::new()
    }

    fn names_known(&self) -> Vec<String> {
        self.0.param_names().map(str::to_owned).collect()
    }
}

/// Fields of the target's record in brackets, parameters as bare names: `[user.map]`, `[group.map]`.
pub(super) struct RecordScope<'n, 'd> {
    names: &'n Names<'d>,
    fields: RefCell<Vec<FieldPath>>,
}

impl<'n, 'd> RecordScope<'n, 'd> {
    pub(super) fn new(names: &'n Names<'d>) -> Self {
        Self { names, fields: RefCell::default() }
    }

    pub(super) fn into_fields(self) -> Vec<FieldPath> {
        self.fields.into_inner()
    }
}

impl Scope for RecordScope<'_, '_> {
    fn reference(&self, text: &str) -> Option<(usize, Type)> {
        let field = FieldPath::parse(text).ok().filter(|field| !field.is_whole())?;
        Some((slot(&self.fields, field), Type::Any))
    }

    fn name(&self, text: &str) -> Option<(usize, Type)> {
        self.names.param(text)
    }

    fn references_known(&self) -> Vec<String> {
        Vec::new()
    }

    fn names_known(&self) -> Vec<String> {
        self.names.param_names().map(str::to_owned).collect()
    }
}

/// SCIM attributes in brackets, parameters as bare names: `[user.write]`, `[group.write]`.
pub(super) struct ScimScope<'n, 'd> {
    subject: &'n Subject<'n, 'd>,
    attributes: RefCell<Vec<BoundPath>>,
}

impl<'n, 'd> ScimScope<'n, 'd> {
    pub(super) fn new(subject: &'n Subject<'n, 'd>) -> Self {
        Self { subject, attributes: RefCell::default() }
    }

    pub(super) fn into_attributes(self) -> Vec<BoundPath> {
        self.attributes.into_inner()
    }
}

impl Scope for ScimScope<'_, '_> {
    fn reference(&self, text: &str) -> Option<(usize, Type)> {
        let path = self.subject.kind.path(text).ok()?;
        let of = type_of(&self.subject.kind, &path);
        Some((slot(&self.attributes, path), of))
    }

    fn name(&self, text: &str) -> Option<(usize, Type)> {
        self.subject.names.param(text)
    }

    fn references_known(&self) -> Vec<String> {
        super::place::known_paths(&self.subject.kind)
    }

    fn names_known(&self) -> Vec<String> {
        self.subject.names.param_names().map(str::to_owned).collect()
    }
}

/// Fields of a body as bare names: conditions.
#[derive(Default)]
struct BodyScope {
    fields: RefCell<Vec<FieldPath>>,
}

impl Scope for BodyScope {
    fn reference(&self, _: &str) -> Option<(usize, Type)> {
        None
    }

    fn name(&self, text: &str) -> Option<(usize, Type)> {
        let field = FieldPath::parse(text).ok().filter(|field| !field.is_whole())?;
        Some((slot(&self.fields, field), Type::Any))
    }

    fn references_known(&self) -> Vec<String> {
        Vec::new()
    }

    fn names_known(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Parameters and fields of a record, both as bare names: conditions on a record. What a parameter is called is no field.
struct RecordConditionScope<'n, 'd> {
    names: &'n Names<'d>,
    fields: RefCell<Vec<FieldPath>>,
}

impl Scope for RecordConditionScope<'_, '_> {
    fn reference(&self, _: &str) -> Option<(usize, Type)> {
        None
    }

    fn name(&self, text: &str) -> Option<(usize, Type)> {
        if let Some(param) = self.names.param(text) {
            return Some(param);
        }
        let field = FieldPath::parse(text).ok().filter(|field| !field.is_whole())?;
        Some((self.names.params.len() + slot(&self.fields, field), Type::Any))
    }

    fn references_known(&self) -> Vec<String> {
        Vec::new()
    }

    fn names_known(&self) -> Vec<String> {
        self.names.param_names().map(str::to_owned).collect()
    }
}

/// The slot of `item`, the one it has or a new one.
fn slot<T: PartialEq>(slots: &RefCell<Vec<T>>, item: T) -> usize {
    let mut slots = slots.borrow_mut();
    slots.iter().position(|known| *known == item).unwrap_or_else(|| {
        slots.push(item);
        slots.len() - 1
    })
}

/// The type that the values of an attribute have in expressions.
pub(super) fn type_of(kind: &ResourceType, path: &BoundPath) -> Type {
    let Some(leaf) = path.leaf() else { return Type::Any };
    if Place::of(kind, path).is_some_and(|place| place.is_many(path)) {
        return Type::List;
    }
    match leaf.kind {
        Kind::String | Kind::DateTime | Kind::Binary | Kind::Reference => Type::Text,
        Kind::Boolean => Type::Boolean,
        Kind::Decimal | Kind::Integer => Type::Number,
        Kind::Complex => Type::Any,
    }
}

// === compiling ===

/// Compiles an expression; its problems are noted where they stand.
pub(super) fn expression(sheet: &Sheet<'_>, text: Text<'_>, scope: &dyn Scope) -> Option<Expression> {
    Expression::compile(text.value, scope).map_err(|problems| note(sheet, text, problems)).ok()
}

/// Compiles a normaliser; its problems are noted where they stand.
pub(super) fn normaliser(sheet: &Sheet<'_>, text: Text<'_>, scope: &dyn Scope) -> Option<Normaliser> {
    Normaliser::compile(text.value, scope).map_err(|problems| note(sheet, text, problems)).ok()
}

/// The condition on the tenant's parameters at `key`.
pub(super) fn tenant_condition(
    names: &Names<'_>,
    section: &Section<'_>,
    (key, text): (&str, Text<'_>),
) -> Option<Expression> {
    let compiled = expression(section.sheet, text, &ParamScope(names))?;
    if compiled.result() == Type::Boolean {
        return Some(compiled);
    }
    let message = format!("`{key}` must be true or false, this is {}", type_name(compiled.result()));
    section.report(Code::ExpressionType, text.span, message, "compare a parameter: `plan == \"pro\"`");
    None
}

/// The condition at `key`, if there is one.
pub(super) fn condition(section: &Section<'_>, key: &'static str) -> Option<BodyCondition> {
    let text = section.text(key)?;
    let help = "compare a field of the answer with a value that is written out; what was sent cannot be named";
    check_literal(section, text, help)?;
    let scope = BodyScope::default();
    let expression = expression(section.sheet, text, &scope)?;
    if !matches!(expression.result(), Type::Boolean | Type::Any) {
        let help = "compare a field of the body: code == 'TAKEN'";
        section.report(Code::ExpressionType, text.span, format!("`{key}` must be true or false"), help);
        return None;
    }
    Some(BodyCondition { expression, fields: scope.fields.into_inner() })
}

/// Notes a placeholder in a condition, where it would be compared as it stands.
fn check_literal(section: &Section<'_>, text: Text<'_>, help: &str) -> Option<()> {
    let template = TextTemplate::parse(text.value).unwrap_or_default();
    let is_name = |name: &&str| name.starts_with(|first: char| first.is_ascii_alphabetic());
    let Some(name) = template.names().find(is_name) else { return Some(()) };
    let message =
        format!("`{{{}}}` is no placeholder in a condition: it would be compared as it stands", shortened(name));
    section.report(Code::UnknownPlaceholder, text.span, message, help);
    None
}

/// The condition on a record at `key`, if there is one.
pub(super) fn record_condition(names: &Names<'_>, section: &Section<'_>, key: &'static str) -> Option<RecordCondition> {
    let text = section.text(key)?;
    check_literal(section, text, "compare a field of the record with a value or a parameter: `site == region`")?;
    let scope = RecordConditionScope { names, fields: RefCell::default() };
    let expression = expression(section.sheet, text, &scope)?;
    if !matches!(expression.result(), Type::Boolean | Type::Any) {
        let help = "compare a field of the record: admin == true";
        section.report(Code::ExpressionType, text.span, format!("`{key}` must be true or false"), help);
        return None;
    }
    Some(RecordCondition { expression, params: names.params.len(), fields: scope.fields.into_inner() })
}

fn note(sheet: &Sheet<'_>, text: Text<'_>, problems: Vec<Problem>) {
    for problem in problems {
        let code = match problem.kind {
            ProblemKind::Syntax => Code::ExpressionSyntax,
            ProblemKind::UnknownFunction => Code::UnknownFunction,
            ProblemKind::UnknownName => Code::UnknownName,
            ProblemKind::Arity => Code::Arity,
            ProblemKind::Type => Code::ExpressionType,
            ProblemKind::TooLarge => Code::ExpressionTooLarge,
        };
        sheet.report(code, sheet.within(text.span, problem.span), problem.message, problem.help);
    }
}
