//! What the calls of a resource send: attributes that no call sends, fields that a create must have, fields that are sent twice.

use scim::schema::Mutability;

use super::{At, Finding, finding, is_read_by_write};
use crate::diagnostics::Code;
use crate::profile::{
    Apply, Around, BodyRule, CallRule, CreateRule, FieldPath, Form, Mapping, ResourceRules, Source, UpdateRule,
    WriteSource,
};

/// Names of a body template that stand for every field of a kind.
const WHOLE: [&str; 4] = ["all", "changed", "record", "merged"];

/// A mapped attribute that no call sends is lost: the IdP is told that all is well.
pub(super) fn lost(rules: &ResourceRules, found: &mut Vec<Finding>) {
    let Some(create) = &rules.create else { return };
    let rest = rules.update.iter().find(|rule| rule.is_rest());
    for (index, mapping) in rules.map.iter().enumerate() {
        let fields = fields_of(rules, index);
        let is_only_read = mapping.attribute.leaf().is_some_and(|leaf| leaf.mutability == Mutability::ReadOnly);
        if fields.is_empty() || is_only_read {
            continue;
        }
        let at_creation = create_sends(create, index, mapping, &fields);
        let by_update = rules.update.iter().any(|rule| update_sends(rule, index, mapping, &fields));
        let name = &mapping.name;
        if let (Some(field), false, true) = (presence(mapping), at_creation, mapping.immutable) {
            // Whether something is there is always known: every change is one of what is there, and refused.
            let message = format!("`{name}` is never written: it is immutable, and the create does not send it");
            let help = format!("only read it: `{{ expression = 'IsPresent([{field}])' }}`");
            found.push(finding(Code::Lost, At::Mapping(index), message, help));
        } else if !at_creation && !by_update {
            let message = format!("`{name}` is lost: no call sends it");
            let help = format!("name its field in a body, as `\"{{{}}}\"`, or take the mapping away", fields[0]);
            found.push(finding(Code::Lost, At::Mapping(index), message, help));
        } else if let Some(rest) = rest
            && mapping.apply == Apply::Always
            && !mapping.immutable
            && !rules.update.iter().any(|rule| names(rule, index))
            && !update_sends(rest, index, mapping, &fields)
        {
            let message = format!("a change of `{name}` is lost: the update that takes it does not send it");
            let help =
                format!("add an `[[{}.update]]` with `when = '{name} changed'`, or `immutable = true`", rules.noun);
            found.push(finding(Code::Lost, At::Mapping(index), message, help));
        }
    }
}

/// The field, if the attribute is whether it is there.
fn presence(mapping: &Mapping) -> Option<&FieldPath> {
    match &mapping.source {
        Source::Direct { field, codec: Some(codec), .. } => codec.form.is_some_and(Form::is_presence).then_some(field),
        _ => None,
    }
}

/// Fields that a create must have are always written.
pub(super) fn required_fields(rules: &ResourceRules, found: &mut Vec<Finding>) {
    let Some(create) = &rules.create else { return };
    for required in &create.requires {
        let by_map = rules.map.iter().enumerate().any(|(index, mapping)| {
            let writes = matches!(&mapping.source, Source::Direct { field, .. } if field.overlaps(required));
            writes
                && (mapping.required || mapping.default.is_some())
                && create_sends(create, index, mapping, &fields_of(rules, index))
        });
        let by_write = rules.write.iter().filter(|write| write.field.overlaps(required)).any(|write| {
            let is_sure = match &write.source {
                WriteSource::Constant(_) | WriteSource::Random(_) => true,
                // A function of what is always there is always there.
                WriteSource::Expression { attributes, .. } => {
                    attributes.iter().all(|path| is_always_there(rules, &path.to_string()))
                }
            };
            is_sure && sends(&create.call, &write.field, true)
        });
        let in_template = literal_keys(&create.call).iter().any(|key| required.to_string() == *key);
        if !by_map && !by_write && !in_template {
            let message = format!("a create may lack `{required}`, which the product requires");
            let help = format!(
                "map it with `required = true` or a `default`, or write it in `[{}.write]` as a constant",
                rules.noun
            );
            found.push(finding(Code::RequiredField, At::Line(create.call.rule.line), message, help));
        }
    }
}

/// No call sends a field along as it is now and as it shall be.
pub(super) fn carried_twice(rules: &ResourceRules, found: &mut Vec<Finding>) {
    let around = |around: &Around| around.calls().cloned().collect::<Vec<CallRule>>();
    let create =
        rules.create.iter().flat_map(|create| std::iter::once(create.call.clone()).chain(around(&create.around)));
    let updates =
        rules.update.iter().flat_map(|update| std::iter::once(update.call.clone()).chain(around(&update.around)));
    for call in create.chain(updates) {
        let Some(shaping) = &call.shaping else { continue };
        for carried in &shaping.carry {
            let by_map = rules.map.iter().find_map(|mapping| match &mapping.source {
                Source::Direct { field, .. } if mapping.in_body && field.overlaps(carried) => Some(&mapping.rule.name),
                _ => None,
            });
            let by_write = rules.write.iter().find(|write| write.field.overlaps(carried)).map(|write| &write.rule.name);
            // `changed` leaves out what does not change: carrying it then is what makes the body whole.
            let is_whole = matches!(call.body, BodyRule::All | BodyRule::Record);
            if let Some(other) = by_map.or(by_write).filter(|_| is_whole) {
                let message = format!("`{carried}` is carried, and written by `{other}` in the same body");
                found.push(finding(Code::CarriedTwice, At::Line(call.rule.line), message, "take it out of `carry`"));
            }
        }
    }
}

// === questions ===

/// The fields that the attribute is written to.
fn fields_of(rules: &ResourceRules, index: usize) -> Vec<FieldPath> {
    let mapping = &rules.map[index];
    match &mapping.source {
        Source::Direct { field, .. } | Source::Emptied { field, .. } => vec![field.clone()],
        Source::Expression { .. } if is_read_by_write(rules, index) => {
            let reads = |source: &WriteSource| match source {
                WriteSource::Expression { attributes, .. } => {
                    attributes.iter().any(|path| path.to_string() == mapping.name)
                }
                WriteSource::Constant(_) | WriteSource::Random(_) => false,
            };
            rules.write.iter().filter(|write| reads(&write.source)).map(|write| write.field.clone()).collect()
        }
        _ => Vec::new(),
    }
}

fn create_sends(create: &CreateRule, index: usize, mapping: &Mapping, fields: &[FieldPath]) -> bool {
    let main = fields.iter().any(|field| sends(&create.call, field, mapping.in_body));
    main || around_sends(&create.around, index, fields)
}

fn update_sends(rule: &UpdateRule, index: usize, mapping: &Mapping, fields: &[FieldPath]) -> bool {
    let main = fields.iter().any(|field| sends(&rule.call, field, mapping.in_body));
    let by_field = rule.by_field && mapping.in_body;
    main || by_field || names(rule, index) || around_sends(&rule.around, index, fields)
}

/// Whether the rule is about the attribute: then the call itself says what it shall be.
fn names(rule: &UpdateRule, index: usize) -> bool {
    rule.when.as_ref().is_some_and(|when| when.is_of(index)) || rule.each.is_some_and(|each| each.attribute == index)
}

fn around_sends(around: &Around, index: usize, fields: &[FieldPath]) -> bool {
    let each = around.before.iter().chain(&around.after).filter_map(|step| step.each);
    each.into_iter().any(|each| each.attribute == index)
        || around.calls().any(|call| fields.iter().any(|field| sends(call, field, true)))
}

/// Whether the call sends the field: in its body, its path or a header.
fn sends(call: &CallRule, field: &FieldPath, in_body: bool) -> bool {
    let name = field.to_string();
    let is_it = |named: &str| named == name || is_below(named, &name) || is_below(&name, named);
    let is_dropped = call.shaping.as_ref().is_some_and(|shaping| shaping.drop.iter().any(|drop| drop.overlaps(field)));
    let body = match &call.body {
        BodyRule::Empty => false,
        BodyRule::All | BodyRule::Changed | BodyRule::Record => in_body && !is_dropped,
        BodyRule::Template(template) => {
            template.names().iter().any(|named| is_it(named) || (in_body && !is_dropped && WHOLE.contains(named)))
        }
    };
    body || call.path.names().any(is_it) || call.headers.iter().any(|(_, text)| text.names().any(is_it))
}

/// Whether `inner` is a part of `outer`: `name.first` of `name`.
fn is_below(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// The keys that a template body has whatever is sent: their values have no placeholders.
fn literal_keys(call: &CallRule) -> Vec<&str> {
    match &call.body {
        BodyRule::Template(template) => template.fixed_keys(),
        _ => Vec::new(),
    }
}

fn is_always_there(rules: &ResourceRules, name: &str) -> bool {
    rules.map.iter().any(|mapping| mapping.name == name && (mapping.required || mapping.default.is_some()))
}
