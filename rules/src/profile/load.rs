//! From text to a compiled profile: every problem of the file is noted before any is told.
//!
//! Reads top-down, in the order in which things refer to each other: parameters, look-up tables, attributes, calls.

mod literal;

mod place;
mod scope;

mod call;
mod direct;
mod error_table;
mod extension;
mod mapping;
mod operation;
mod schema;
mod target;
mod write;

use self::operation::Operations;
use self::place::Place;
use self::scope::Names;
use super::checker::{self, At};
use super::{ErrorRule, LookupRule, Mapping, Profile, ResourceRules, Source};
use crate::diagnostics::{Code, Report};
use crate::document::{Section, Sheet, shortened};
use crate::source::Span;

/// Largest profile, in bytes.
pub const PROFILE_BYTES_MAX: usize = 1024 * 1024;

/// Reads, checks and compiles.
pub(super) fn profile(file: &str, text: &str) -> Result<(Profile, Report), Report> {
    let sheet = Sheet::new(file, text);
    let profile = sheet.document(PROFILE_BYTES_MAX, |section| root(&sheet, section)).flatten();
    let report = sheet.into_report();
    match profile {
        Some(profile) if !report.has_errors() => Ok((profile, report)),
        _ => Err(report),
    }
}

fn root<'d>(sheet: &'d Sheet<'d>, root: Section<'d>) -> Option<Profile> {
    let name = root.required_text("profile", "\"yourproduct\"");
    if let Some(name) = name.filter(|name| !target::is_name(name.value)) {
        let message = format!("a profile cannot be called `{}`", shortened(name.value));
        sheet.report(Code::Name, name.span, message, "write small letters, digits and `-`");
    }
    let title = root.required_text("title", "\"User provisioning of your product\"");
    let (lookups, tables): (Vec<_>, Vec<_>) = target::lookup_sections(&root).into_iter().unzip();
    let user = root.section("user");
    if root.value("user").is_none() {
        let help = "write `[user]` with `id`, `[user.map]` and `[user.get]`";
        sheet.report(Code::MissingKey, root.span, "`[user]` is missing", help);
    }
    let kind = schema::every_attribute(user.as_ref().map(extension::extensions).unwrap_or_default());
    let names = Names { sheet, kind, params: target::params(root.section("params")), lookups };
    let target = target::target(&names, &root);
    let lookups: Vec<LookupRule> = tables.into_iter().filter_map(|section| target::lookup(&names, section)).collect();
    let errors = error_table::rows(&root);
    let user = user.and_then(|section| self::user(&names, section, &errors));
    root.finish();
    if !sheet.has_errors() {
        unused(&names);
    }
    Some(Profile {
        name: name?.value.to_owned(),
        title: title?.value.to_owned(),
        params: names.params.into_iter().map(|param| param.rule).collect(),
        target: target?,
        lookups,
        user: user?,
        group: None,
        errors,
    })
}

/// Everything below `[user]`.
fn user(names: &Names<'_>, section: Section<'_>, errors: &[ErrorRule]) -> Option<ResourceRules> {
    let problems = names.sheet.count();
    let id = call::required_field(&section, "id", "\"id\"");
    let maps = section.section("map");
    if section.value("map").is_none() {
        let help = "write `[user.map]` with `userName = { direct = \"login\", match = 1 }`";
        section.report(Code::MissingKey, section.span, "`[user.map]` is missing", help);
    }
    let (map, map_span) = match &maps {
        Some(maps) => (mapping::read(names, maps), maps.span),
        None => (mapping::Map::default(), section.span),
    };
    check_param_names(names, &map);
    let computed = section.section("write").map(|fields| write::read(names, &map, &fields)).unwrap_or_default();
    let operations = Operations::new(names, &map, &section);
    let find = operations.finds();
    let get = operations.get();
    let list = operations.list();
    let create = operations.create();
    let update = operations.updates();
    let delete = operations.delete();
    // Read before, by `extension::extensions`.
    section.value("schema");
    section.finish();
    let (create, look_span) = create.map_or((None, map_span), |(create, span)| (Some(create), span));
    let (map, where_each): (Vec<_>, Vec<_>) =
        map.mappings.into_iter().map(|(mapping, place, span)| (mapping, (place, span))).unzip();
    let (places, spans): (Vec<Place>, Vec<Span>) = where_each.into_iter().unzip();
    let (write, write_spans): (Vec<_>, Vec<_>) = computed.into_iter().unzip();
    let kind = names.kind.clone();
    let shown = kind.clone();
    let mut rules = ResourceRules {
        noun: "user",
        kind,
        shown,
        id: id?,
        map,
        write,
        find,
        get: get?,
        list,
        sort: None,
        create,
        update,
        delete,
    };
    if names.sheet.count() == problems {
        for finding in checker::check(&rules, errors) {
            let span = match finding.at {
                At::Map => map_span,
                At::Mapping(index) => spans[index],
                At::Write(index) => write_spans[index],
                At::Look => look_span,
            };
            names.sheet.report(finding.code, span, finding.message, finding.help);
        }
        unmapped_extensions(names, &places, map_span);
    }
    schema::adapt(&mut rules, &places);
    Some(rules)
}

/// A placeholder must mean one thing: a field or a parameter.
fn check_param_names(names: &Names<'_>, map: &mapping::Map) {
    for param in &names.params {
        let name = &param.rule.name;
        let is_field =
            |mapping: &Mapping| matches!(&mapping.source, Source::Direct { field, .. } if field.to_string() == *name);
        if map.mappings.iter().any(|(mapping, ..)| is_field(mapping)) {
            let message = format!("`{{{name}}}` could be the parameter or the field `{name}`");
            names.sheet.report(Code::Name, param.span, message, "give the parameter another name");
        }
    }
}

/// Warns of attributes that a profile declares for nothing.
fn unmapped_extensions(names: &Names<'_>, places: &[Place], span: Span) {
    // The first extension is the enterprise user, which no profile declares.
    for schema in names.kind.extensions.iter().skip(1) {
        let urn = Some(schema.id.as_str());
        for attribute in &schema.attributes {
            let here = |place: &Place| place.extension.as_deref() == urn && place.attribute == attribute.name;
            if !places.iter().any(here) {
                let path = format!("{}:{}", schema.id, attribute.name);
                let message = format!("`{}` is declared and not mapped", attribute.name);
                names.sheet.report(Code::UnusedAttribute, span, message, format!("map it: \"{path}\" = …"));
            }
        }
    }
}

/// Warns of what is declared for nothing.
fn unused(names: &Names<'_>) {
    for lookup in names.lookups.iter().filter(|lookup| !lookup.used.get()) {
        let message = format!("nothing uses the look-up table `{}`", lookup.name.value);
        let help = format!("use it in a mapping: `lookup = \"{}.name\"`, or take it away", lookup.name.value);
        names.sheet.report(Code::UnusedLookup, lookup.name.span, message, help);
    }
    for param in names.params.iter().filter(|param| !param.used.get()) {
        let message = format!("nothing uses the parameter `{}`", param.rule.name);
        names.sheet.report(
            Code::UnusedParam,
            param.span,
            message,
            "use it in an expression or a path, or take it away",
        );
    }
}

#[cfg(test)]
mod tests;
