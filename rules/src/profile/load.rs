//! From text to a compiled profile: every problem of the file is noted before any is told.
//!
//! Reads top-down, in the order in which things refer to each other: parameters, look-up tables, attributes, calls.

mod literal;

mod place;
mod scope;
mod speech;
mod text;

mod body;
mod call;
mod codec;
mod direct;
mod error_table;
mod extension;
mod fixed;
mod mapping;
mod members;
mod operation;
mod paging;
mod record;
mod renamed;
mod require;
mod resource;
mod schema;
mod target;
mod told;
mod write;

use self::scope::Names;
use super::checker::{self, At};
use super::keys::PROFILE;
use super::{LookupRule, Profile};
use crate::diagnostics::{Code, Report};
use crate::document::{Section, Sheet, shortened};

/// Largest profile, in bytes.
pub const PROFILE_BYTES_MAX: usize = 1024 * 1024;

/// Reads, checks and compiles.
pub(super) fn profile(file: &str, text: &str) -> Result<(Profile, Report), Report> {
    let sheet = Sheet::new(file, text).defined_by(&PROFILE);
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
    let group = root.section("group");
    let target = root.section("target");
    let speech = speech::speech(target.as_ref());
    let numeric = resource::numeric(user.as_ref(), group.as_ref());
    let names = Names { sheet, params: target::params(root.section("params")), lookups, speech, numeric };
    let users = resource::users(&names, user.as_ref());
    let target = target::target(&names, &root, target);
    let requires = require::requires(&names, &root);
    let lookups: Vec<LookupRule> = tables.into_iter().filter_map(|section| target::lookup(&names, section)).collect();
    let errors = error_table::rows(&root);
    let id_changes = renamed::spans(user.as_ref(), group.as_ref());
    let user = user.and_then(|section| resource::user(&users, section, &errors));
    let group = group.map(|section| resource::group(&names, section, &errors));
    root.finish();
    if !sheet.has_errors() {
        unused(&names);
        if let Some(user) = &user {
            let types = [Some(user), group.as_ref().and_then(Option::as_ref).map(|group| &group.resource)];
            error_table::unasked(sheet, &errors, &types, &lookups);
            renamed::check(sheet, id_changes, user, group.as_ref().and_then(Option::as_ref));
        }
        for finding in checker::errors(&errors) {
            if let At::Line(line) = finding.at {
                sheet.report(finding.code, sheet.line(line), finding.message, finding.help);
            }
        }
    }
    let group = match group {
        Some(group) => Some(group?),
        None => None,
    };
    Some(Profile {
        name: name?.value.to_owned(),
        title: title?.value.to_owned(),
        params: names.params.into_iter().map(|param| param.rule).collect(),
        requires,
        target: target?,
        lookups,
        user: user?,
        group,
        errors,
    })
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
