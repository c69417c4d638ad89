//! How a target is spoken to: formats of bodies, headers of a call, what a success is, what of an answer's headers is kept.

use std::sync::Arc;

use super::call::writable_field;
use super::scope::{Names, condition};
use super::text::{self, Known};
use crate::diagnostics::Code;
use crate::document::{Entry, Section, Text, integer, wrong_type};
use crate::profile::{
    AnswerRule, BodyRule, BodyTemplate, Capture, Expect, FormStyle, Format, Lists, Nested, WaitPlace, WaitRule,
};
use crate::template::TextTemplate;

/// Most headers of an answer that one call keeps.
const CAPTURES_MAX: usize = 20;
/// Most statuses that one call expects.
const STATUSES_MAX: usize = 20;

/// What `[target]` says for every call.
#[derive(Default)]
pub(super) struct Speech {
    /// The format of a call that says none.
    format: Format,
    /// The style of forms.
    form: FormStyle,
    /// Where a busy target says how long to wait.
    pub(super) wait: Option<WaitRule>,
    /// What a success is, of a call that does not say.
    expect: Option<Arc<Expect>>,
}

/// Reads `format`, `form`, `wait` and `expect` of `[target]`.
pub(super) fn speech(target: Option<&Section<'_>>) -> Speech {
    let Some(target) = target else { return Speech::default() };
    let form = target.section("form").map_or_else(FormStyle::default, form);
    let format = format(target, form).unwrap_or_default();
    let wait = target.section("wait").and_then(wait);
    let expect = target.section("expect").map(|section| Arc::new(self::expect(section)));
    Speech { format, form, wait, expect }
}

fn form(section: Section<'_>) -> FormStyle {
    let nested = section.word("nested", &[("brackets", Nested::Brackets), ("dots", Nested::Dots)]);
    let lists = [("brackets", Lists::Brackets), ("repeat", Lists::Repeat), ("index", Lists::Index)];
    let lists = section.word("lists", &lists);
    section.finish();
    FormStyle { nested: nested.unwrap_or_default(), lists: lists.unwrap_or_default() }
}

fn format(section: &Section<'_>, form: FormStyle) -> Option<Format> {
    section.word("format", &[("json", Format::Json), ("form", Format::Form(form)), ("xml", Format::Xml)])
}

fn wait(section: Section<'_>) -> Option<WaitRule> {
    let unit_ms = section.word("unit", &[("s", 1000), ("ms", 1)]).unwrap_or(1000);
    let (field, header) = (section.value("field"), section.value("header"));
    let at = match (field, header) {
        (Some(_), None) => super::call::field(&section, "field").map(WaitPlace::Field),
        (None, Some(_)) => {
            let name = section.text("header").and_then(|name| text::header_name(&section, name));
            name.map(WaitPlace::Header)
        }
        _ => {
            section.report(Code::OneOf, section.span, "`wait` names no one place", "write `field` or `header`");
            None
        }
    };
    section.finish();
    Some(WaitRule { at: at?, unit_ms })
}

/// What a call says for itself.
pub(super) struct Spoken {
    pub(super) headers: Vec<(String, TextTemplate)>,
    pub(super) format: Format,
    pub(super) expect: Option<Arc<Expect>>,
    pub(super) capture: Arc<[Capture]>,
    pub(super) reads: Arc<[String]>,
}

/// Reads the keys of a call that are about how it is sent and how its answer is judged; what is wrong is noted. `answer` is
/// `None` if that is wrong already.
pub(super) fn spoken(
    names: &Names<'_>,
    section: &Section<'_>,
    known: Known<'_>,
    answer: Option<&AnswerRule>,
) -> Spoken {
    let format = format(section, names.speech.form).unwrap_or(names.speech.format);
    let headers = text::headers(names, section, known);
    // The probe's `expect` is the condition itself.
    let expect = (known.what != "target.probe").then(|| section.section("expect")).flatten();
    let expect = expect.map(|expect| Arc::new(self::expect(expect))).or_else(|| names.speech.expect.clone());
    let capture = if let Some(answer) = answer {
        captures(section, answer)
    } else {
        section.anywhere("capture");
        Arc::default()
    };
    let wait = match names.speech.wait.as_ref().map(|wait| &wait.at) {
        Some(WaitPlace::Header(name)) => Some(name),
        _ => None,
    };
    let reads = wait.into_iter().chain(capture.iter().map(|capture| &capture.header)).cloned().collect();
    Spoken { headers, format, expect, capture, reads }
}

fn expect(section: Section<'_>) -> Expect {
    let status = section.value("status").map_or_else(Vec::new, |entry| statuses(&section, entry));
    let body = condition(&section, "body");
    if section.value("status").is_none() && section.value("body").is_none() {
        section.report(Code::OneOf, section.span, "`expect` says nothing", "write `status`, `body` or both");
    }
    section.finish();
    Expect { status, body }
}

/// One status or several.
fn statuses(section: &Section<'_>, entry: Entry<'_>) -> Vec<u16> {
    let written = match entry.value.as_array() {
        Some(array) => array.iter().map(|element| element.get_ref().as_integer()).collect(),
        None => vec![entry.value.as_integer()],
    };
    section.bounded(written.len(), STATUSES_MAX, "status", entry.key.span);
    let numbers: Option<Vec<_>> = written.into_iter().map(|number| number.map(integer)).collect();
    let Some(numbers) = numbers.filter(|numbers| !numbers.is_empty()) else {
        wrong_type(section.sheet, entry, "a status, or an array of statuses: [200, 202]");
        return Vec::new();
    };
    let status = |number: Option<i64>| number.and_then(|number| u16::try_from(number).ok());
    let statuses: Option<Vec<u16>> =
        numbers.into_iter().map(|number| status(number).filter(|status| (200..=599).contains(status))).collect();
    if statuses.is_none() {
        section.report(Code::Range, entry.span, "`status` is out of range", "write statuses from 200 to 599");
    }
    statuses.unwrap_or_default()
}

/// `{ _etag = "header:ETag" }`, for the record that the answer holds.
fn captures(section: &Section<'_>, answer: &AnswerRule) -> Arc<[Capture]> {
    let table =
        section.anywhere("capture").and_then(|entry| section.subsection(entry, format!("{}.capture", section.name)));
    let Some(table) = table else { return Arc::default() };
    let AnswerRule::Record(record) = answer else {
        let help = "write `answer = \"record\"`, or take it away";
        section.report(Code::Unfit, table.span, "the answer holds no record that `capture` could go into", help);
        return Arc::default();
    };
    let entries = table.entries();
    table.bounded(entries.len(), CAPTURES_MAX, &table.name, table.span);
    let capture = |entry: Entry<'_>| {
        let field = writable_field(&table, entry.key);
        let value = table.text_of(entry)?;
        let Some(name) = value.value.strip_prefix("header:") else {
            let help = "write `header:` and the name of a header of the answer: \"header:ETag\"";
            table.report(Code::UnknownWord, value.span, "only a header can be captured", help);
            return None;
        };
        let header = text::header_name(&table, Text { value: name, span: value.span })?;
        Some(Capture { field: record.join(&field?), header })
    };
    entries.into_iter().take(CAPTURES_MAX).filter_map(capture).collect()
}

/// Notes a body in XML that would have several roots, or none; a question cannot be `wrapped`.
pub(super) fn rooted(section: &Section<'_>, format: Format, body: &BodyRule, wraps: bool) {
    if format != Format::Xml {
        return;
    }
    let is_wrapped = || wraps && section.value("wrap").is_some();
    let is_rooted = match body {
        BodyRule::Empty => true,
        BodyRule::Template(template) => {
            matches!(&**template, BodyTemplate::Object(fields) if fields.len() == 1) || is_wrapped()
        }
        BodyRule::All | BodyRule::Changed | BodyRule::Record => is_wrapped(),
    };
    if !is_rooted {
        let help = if wraps {
            "write `wrap = \"user\"`: the element that the body goes below"
        } else {
            "write one key around all others: { query = { … } }"
        };
        section.report(Code::XmlRoot, section.span, "a body in XML has one root element, this one has none", help);
    }
}
