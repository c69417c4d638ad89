//! `add`, `remove` and `set` of `[group.members]`: calls that change memberships, of one member or of several.

use super::super::call::{self, Answer, CallShape, writable_field};
use super::super::operation::NEEDS_ID;
use super::super::scope::Subject;
use super::body::{Placeholders, Reader};
use super::{BATCH_MAX, NEEDS_MEMBER, look, settled};
use crate::call::Verb;
use crate::diagnostics::Code;
use crate::document::Section;
use crate::profile::{CallRule, MemberCall};
use crate::source::Span;

const VERBS: [(&str, Verb); 4] =
    [("post", Verb::Post), ("put", Verb::Put), ("patch", Verb::Patch), ("delete", Verb::Delete)];

/// What stands for the id of a membership.
pub(super) const KEY: &str = "key";

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// It makes members.
    Add,
    /// It ends memberships.
    Remove,
    /// It says who all members are.
    Set,
}

/// What a call names.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each placeholder is there or not, whatever the others are")]
pub(super) struct Named {
    /// One member, in a place that is there once.
    pub(super) one: bool,
    /// Each member in an element of its own.
    pub(super) each: bool,
    /// All members as an array.
    pub(super) all: bool,
    /// The group.
    group: bool,
    /// A membership.
    key: bool,
    /// The changed field of the member, or its whole record.
    merged: bool,
}

impl Named {
    pub(super) fn note(&mut self, name: &str) {
        match name {
            "member" => self.one = true,
            KEY => (self.one, self.key) = (true, true),
            "members" => self.all = true,
            "id" => self.group = true,
            "merged" | "record" => self.merged = true,
            _ => {}
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        self.one |= other.one;
        self.each |= other.each;
        self.all |= other.all;
        self.group |= other.group;
        self.key |= other.key;
        self.merged |= other.merged;
    }
}

/// Reads one of them.
pub(super) fn change(
    subject: &Subject<'_, '_>,
    section: Section<'_>,
    placeholders: &Placeholders,
    of: Of,
) -> Option<Box<MemberCall>> {
    let mut known: Vec<String> = ["id", "member"].map(str::to_owned).into();
    known.extend((of == Of::Remove).then(|| KEY.to_owned()));
    known.extend(placeholders.fields.iter().cloned());
    let name = section.name.clone();
    let shape =
        CallShape { name, verbs: &VERBS.map(|(_, verb)| verb), answer: Answer::Rows, placeholders: &known, needs: &[] };
    let call = call::read(subject.names, &section, &shape);
    known.extend(["members", "merged", "record"].map(str::to_owned));
    let mut named = Named::default();
    let body = section.value("body").map(|entry| {
        let mut reader = Reader { subject, section: &section, known: &known, nodes: 0 };
        reader.body(entry, &mut named)
    });
    let wrap = section.text("wrap").map(|text| writable_field(&section, text));
    let batch = if of == Of::Set { None } else { section.number("batch", 1..=BATCH_MAX) };
    let merge = match of {
        Of::Add | Of::Remove => section.section("merge").map(|table| look::merge(subject, table)),
        Of::Set => None,
    };
    let merges = of != Of::Set && section.value("merge").is_some();
    let sound = match (&call, &body) {
        (_, Some(None)) | (None, _) => None,
        (Some(call), _) => check(&section, call, named, of, merges),
    };
    section.finish();
    let (body, wrap, merge) = (settled(body)?, settled(wrap)?, settled(merge)?);
    sound?;
    Some(Box::new(MemberCall { call: call?, body, wrap, batch: batch.unwrap_or(1), merge }))
}

/// Whether the call says whom it is about, once.
fn check(section: &Section<'_>, call: &CallRule, body: Named, of: Of, merges: bool) -> Option<()> {
    let mut path = Named::default();
    call.path.names().for_each(|name| path.note(name));
    let (single, several) = (path.one || body.one, body.all || body.each);
    let batch = if of == Of::Set { None } else { section.value("batch") };
    if body.all && batch.is_none() && of != Of::Set {
        section.missing("batch", "100");
    }
    let name = &section.name;
    let report = |code, span: Span, message: String, help: &str| {
        section.report(code, span, message, help);
        None
    };
    let path_span = VERBS.iter().find_map(|(key, _)| section.value(key)).map_or(section.span, |entry| entry.span);
    match batch {
        _ if merges && !body.merged => {
            let message = format!("`{name}` reads a member's record and does not write what becomes of it");
            report(Code::MemberMerge, section.span, message, "write \"{merged}\" in the body: the field as it will be")
        }
        _ if body.merged && !merges => {
            let message = format!("nothing says what `{{merged}}` and `{{record}}` stand for in `{name}`");
            let help = "write `merge = { get = \"/users/{member}\", field = \"team_ids\" }`";
            report(Code::MemberMerge, section.span, message, help)
        }
        _ if of == Of::Set && single => {
            let message = format!("`{name}` is of all members, not of one");
            report(Code::MemberCall, section.span, message, "write `{members}` in the body where they belong")
        }
        _ if body.all && single => {
            let message = format!("`{name}` is of one member and of several at once");
            report(Code::MemberCall, section.span, message, "keep one of `{member}` and `{members}`")
        }
        Some(entry) if merges || single || !several => {
            let message = format!("`{name}` is of one member, so `batch` means nothing");
            report(Code::MemberCall, entry.key.span, message, "write `{members}` in the body where all of them belong")
        }
        _ if !path.group && !body.group && !path.key && !body.key && !merges => {
            let message = format!("`{name}` does not use `{{id}}`: {}", NEEDS_ID.1);
            report(Code::MissingPlaceholder, path_span, message, "write `{id}` where it belongs")
        }
        _ if of == Of::Set && !several => {
            let message = format!("`{name}` does not use `{{members}}`: it would not say who the members are");
            report(Code::MissingPlaceholder, section.span, message, "write `{members}` in the body where they belong")
        }
        _ if !single && !several => {
            let message = format!("`{name}` does not use `{{member}}`: {}", NEEDS_MEMBER.1);
            let help = "write `{member}` in the path, or `{member}` or `{members}` in the body";
            report(Code::MissingPlaceholder, section.span, message, help)
        }
        _ => Some(()),
    }
}
