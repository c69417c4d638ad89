//! `[user]` and `[group]`: one type of resource, from its attributes to its calls.

use super::call::required_field;
use super::operation::{CreateSpans, Operations};
use super::place::Place;
use super::scope::{Names, Subject, tenant_condition};
use super::{extension, fixed, mapping, members, record, schema, write};
use crate::diagnostics::Code;
use crate::document::Section;
use crate::profile::checker::{self, At};
use crate::profile::{ErrorRule, GroupRules, Intake, Mapping, MemberRules, ResourceRules, Source, Write};
use crate::source::Span;

/// What has numbers for ids in bodies.
pub(super) fn numeric(user: Option<&Section<'_>>, group: Option<&Section<'_>>) -> Vec<&'static str> {
    let is = |section: Option<&Section<'_>>| section.and_then(|section| section.flag("numeric"));
    let members = group.and_then(|group| group.section("members"));
    let all = [("user", is(user)), ("group", is(group)), ("group.members", is(members.as_ref()).or(is(user)))];
    all.into_iter().filter(|(_, is)| is.unwrap_or_default()).map(|(noun, _)| noun).collect()
}

/// Users before a profile adapts them.
pub(super) fn users<'n, 'd>(names: &'n Names<'d>, section: Option<&Section<'_>>) -> Subject<'n, 'd> {
    let extensions = section.map(extension::extensions).unwrap_or_default();
    Subject { names, noun: "user", kind: schema::users(extensions) }
}

/// Everything below `[user]`.
pub(super) fn user(subject: &Subject<'_, '_>, section: Section<'_>, errors: &[ErrorRule]) -> Option<ResourceRules> {
    resource(subject, section, None, errors)
}

/// Everything below `[group]`.
pub(super) fn group(names: &Names<'_>, section: Section<'_>, errors: &[ErrorRule]) -> Option<GroupRules> {
    if section.value("fixed").is_some() {
        return fixed::group(names, section, errors);
    }
    let extensions = extension::extensions(&section);
    let subject = Subject { names, noun: "group", kind: schema::groups(extensions) };
    let members = members::read(&subject, &section);
    let mut resource = resource(&subject, section, members.as_ref(), errors)?;
    if let Some(members) = &members {
        schema::show_members(&mut resource, members);
    }
    Some(GroupRules { resource, members })
}

/// Where the rules of a resource stand, for what is found across them.
struct Spans {
    map: Span,
    mappings: Vec<Span>,
    writes: Vec<Span>,
    create: CreateSpans,
    members: Span,
}

/// Everything about one type of resource; `members` are those that the target keeps apart from it.
pub(super) fn resource(
    subject: &Subject<'_, '_>,
    section: Section<'_>,
    members: Option<&MemberRules>,
    errors: &[ErrorRule],
) -> Option<ResourceRules> {
    let (names, noun) = (subject.names, subject.noun);
    let problems = names.sheet.count();
    let id = required_field(&section, "id", "\"id\"");
    let (map, map_span) = map(subject, &section);
    let computed = section.section("write").map(|fields| write::read(subject, &map, &fields)).unwrap_or_default();
    check_param_names(names, &map, &computed);
    let operations = Operations::new(subject, &map, &computed, &section);
    let find = operations.finds();
    let get = operations.get();
    let list = operations.lists();
    let sort = operations.sort(list.first());
    let record = record::read(subject, &section, id.as_ref(), &map);
    let (create, create_spans) = operations.create().unzip();
    let update = operations.updates();
    let delete = operations.delete();
    // Read before, by `extension::extensions`, `numeric` and `members::read`.
    section.value("schema");
    section.value("numeric");
    let id_changes = section.flag("id_changes").unwrap_or_default();
    let refuse_unmapped = section.text("refuse_unmapped");
    let refuse_unmapped = refuse_unmapped.and_then(|text| tenant_condition(names, &section, ("refuse_unmapped", text)));
    let members_span = members.and_then(|_| section.value("members")).map_or(section.span, |entry| entry.key.span);
    section.finish();
    let (map, where_each): (Vec<_>, Vec<_>) =
        map.mappings.into_iter().map(|(mapping, place, span)| (mapping, (place, span))).unzip();
    let (places, mappings): (Vec<Place>, Vec<Span>) = where_each.into_iter().unzip();
    let (write, writes): (Vec<_>, Vec<_>) = computed.into_iter().unzip();
    let kind = subject.kind.clone();
    let shown = kind.clone();
    let (id, get) = (id?, get?);
    let mut rules = ResourceRules {
        noun,
        kind,
        shown,
        id,
        id_changes,
        refuse_unmapped,
        record,
        map,
        write,
        find,
        get,
        list,
        sort,
        create,
        update,
        delete,
        fixed: Vec::new(),
        intake: Intake::default(),
    };
    if names.sheet.count() == problems {
        let create = create_spans.unwrap_or_default();
        let spans = Spans { map: map_span, mappings, writes, create, members: members_span };
        tell(names, &spans, checker::check(&rules, members, errors));
        unmapped_extensions(subject, &places, map_span);
    }
    schema::adapt(&mut rules, &places);
    rules.intake = Intake::of(&rules.map, &rules.write);
    Some(rules)
}

/// The mappings, and where they stand.
fn map(subject: &Subject<'_, '_>, section: &Section<'_>) -> (mapping::Map, Span) {
    let noun = subject.noun;
    if section.value("map").is_none() {
        let example = if noun == "group" { "displayName" } else { "userName" };
        let help = format!("write `[{noun}.map]` with `{example} = {{ direct = \"name\", match = 1 }}`");
        section.report(Code::MissingKey, section.span, format!("`[{noun}.map]` is missing"), help);
    }
    match section.section("map") {
        Some(maps) => (mapping::read(subject, &maps), maps.span),
        None => (mapping::Map::default(), section.span),
    }
}

/// Notes what was found across rules.
fn tell(names: &Names<'_>, spans: &Spans, findings: Vec<checker::Finding>) {
    for finding in findings {
        let span = match finding.at {
            At::Map => spans.map,
            At::Mapping(index) => spans.mappings[index],
            At::Write(index) => spans.writes[index],
            At::Look => spans.create.look,
            At::Existing => spans.create.existing,
            At::Gone => spans.create.gone,
            At::Members => spans.members,
            At::Line(line) => names.sheet.line(line),
        };
        names.sheet.report(finding.code, span, finding.message, finding.help);
    }
}

/// A placeholder must mean one thing: a field or a parameter.
fn check_param_names(names: &Names<'_>, map: &mapping::Map, computed: &[(Write, Span)]) {
    for param in &names.params {
        let name = &param.rule.name;
        let is_field =
            |mapping: &Mapping| matches!(&mapping.source, Source::Direct { field, .. } if field.to_string() == *name);
        let is_computed = computed.iter().any(|(write, _)| write.field.to_string() == *name);
        if is_computed || map.mappings.iter().any(|(mapping, ..)| is_field(mapping)) {
            let message = format!("`{{{name}}}` could be the parameter or the field `{name}`");
            names.sheet.report(Code::Name, param.span, message, "give the parameter another name");
        }
    }
}

/// Warns of attributes that a profile declares for nothing.
fn unmapped_extensions(subject: &Subject<'_, '_>, places: &[Place], span: Span) {
    // The enterprise user is no profile's own.
    for schema in subject.kind.extensions.iter().filter(|schema| schema.id != scim::name::ENTERPRISE_USER) {
        let urn = Some(schema.id.as_str());
        for attribute in &schema.attributes {
            let here = |place: &Place| place.extension.as_deref() == urn && place.attribute == attribute.name;
            if !places.iter().any(here) {
                let path = format!("{}:{}", schema.id, attribute.name);
                let message = format!("`{}` is declared and not mapped", attribute.name);
                subject.names.sheet.report(Code::UnusedAttribute, span, message, format!("map it: \"{path}\" = …"));
            }
        }
    }
}
