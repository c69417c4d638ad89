//! Target calls as a profile writes them: a verb with its template, what goes into the body, what the answer holds.

use super::body;
use super::scope::Names;
use super::speech::{self, Spoken};
use super::text::{self, Known};
use crate::call::Verb;
use crate::diagnostics::Code;
use crate::document::{Section, Text, listed, one_word, shortened};
use crate::planner::LOCATION;
use crate::profile::{AnswerRule, BodyRule, CallRule, FieldPath};
use crate::source::Span;
use crate::template::Template;

const VERBS: [(&str, Verb); 5] =
    [("get", Verb::Get), ("post", Verb::Post), ("put", Verb::Put), ("patch", Verb::Patch), ("delete", Verb::Delete)];

/// The verbs of a call that reads: a `post` is a question with a body.
pub(super) const READS: [Verb; 2] = [Verb::Get, Verb::Query];

/// What a call may be.
pub(super) struct CallShape<'s> {
    /// What it is for: `user.create`.
    pub(super) name: String,
    /// Which verbs it may have.
    pub(super) verbs: &'s [Verb],
    /// What its answer holds if the profile does not say.
    pub(super) answer: Answer,
    /// Placeholders beside the parameters.
    pub(super) placeholders: &'s [String],
    /// The placeholders that it must have, and why.
    pub(super) needs: &'s [(&'s str, &'static str)],
}

/// Whether a profile may say what an answer holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// It may; a record if it does not.
    Record,
    /// It may; nothing if it does not.
    Nothing,
    /// It may not, nor which fields the body has: the answer is rows or not looked at, the body is no record.
    Rows,
    /// It may not: later calls look at it. There is no body unless the profile says so.
    Step,
}

impl CallShape<'_> {
    fn writes(&self) -> bool {
        self.verbs.iter().any(|verb| verb.writes())
    }

    /// What the key of a verb says here: where a call only reads, a `post` asks.
    fn meant(&self, verb: Verb) -> Verb {
        if verb == Verb::Post && self.verbs.contains(&Verb::Query) { Verb::Query } else { verb }
    }

    /// Whether a placeholder stands for a number in bodies: ids of a product that says so, and the sizes of pages.
    fn counts(&self, names: &Names<'_>, name: &str) -> bool {
        let is_about = self.needs.iter().any(|(needed, _)| *needed == name);
        let is_page = !is_about && !self.writes() && matches!(name, "offset" | "limit" | "page" | "page0");
        is_page && self.placeholders.iter().any(|known| known == name) || names.is_numeric(&self.name, name)
    }
}

/// Reads a call from the keys of `section`.
pub(super) fn read(names: &Names<'_>, section: &Section<'_>, shape: &CallShape<'_>) -> Option<CallRule> {
    let verb = verb(section, shape);
    let of_record = shape.answer != Answer::Rows;
    let known = Known { what: &shape.name, placeholders: shape.placeholders, secrets: false };
    let answer = match shape.answer {
        Answer::Rows | Answer::Step => Some(AnswerRule::Nothing),
        Answer::Record | Answer::Nothing => answer(names, section, known, shape),
    };
    let has_body = of_record && shape.writes();
    let asks = shape.verbs.contains(&Verb::Query);
    let has_key = (has_body || asks) && section.value("body").is_some();
    let body = if has_body {
        body::body(names, section, known)
    } else if asks {
        body::question(names, section, known, verb.map(|(verb, _)| verb))
    } else {
        None
    };
    let body = body.map(|body| body::numbered(body, &|name| shape.counts(names, name)));
    let shaping = if has_body { body::shaping(section) } else { None };
    let Spoken { headers, format, expect, capture, reads } = speech::spoken(names, section, known, answer.as_ref());
    let (verb, text) = verb?;
    // What a body names that is noted as wrong, nobody knows.
    let needs = if has_key && body.is_none() { &[] } else { shape.needs };
    let path =
        template(names, section, text, (&CallShape { needs, name: shape.name.clone(), ..*shape }, body.as_ref()))?;
    let body = body.unwrap_or(match verb {
        _ if !of_record || shape.answer == Answer::Step => BodyRule::Empty,
        Verb::Get | Verb::Query | Verb::Delete => BodyRule::Empty,
        Verb::Post | Verb::Put => BodyRule::All,
        Verb::Patch => BodyRule::Changed,
    });
    speech::rooted(section, format, &body, has_body);
    let reads = match &answer {
        Some(AnswerRule::Location) => reads.iter().cloned().chain([LOCATION.to_owned()]).collect(),
        _ => reads,
    };
    Some(CallRule {
        rule: section.sheet.rule(shape.name.as_str(), text.span),
        verb,
        path,
        body,
        shaping,
        answer: answer?,
        headers,
        format,
        expect,
        capture,
        reads,
    })
}

/// The one verb of the section.
fn verb<'d>(section: &Section<'d>, shape: &CallShape<'_>) -> Option<(Verb, Text<'d>)> {
    let found: Vec<_> =
        VERBS.iter().filter_map(|(key, verb)| section.anywhere(key).map(|entry| (shape.meant(*verb), entry))).collect();
    let is_known = |verb: Verb| shape.verbs.contains(&shape.meant(verb));
    let words: Vec<&str> = VERBS.iter().filter(|(_, verb)| is_known(*verb)).map(|(word, _)| *word).collect();
    let help = format!("write one of {}", listed(&words));
    let [(verb, entry)] = found.as_slice() else {
        let (span, message) = match found.get(1) {
            None => (section.span, format!("`{}` has no call", shape.name)),
            Some((_, second)) => (second.key.span, format!("`{}` has more than one call", shape.name)),
        };
        section.report(Code::OneOf, span, message, help);
        return None;
    };
    if !shape.verbs.contains(verb) {
        let message = format!("`{}` cannot be a `{}`", shape.name, entry.key.value);
        section.report(Code::UnknownWord, entry.key.span, message, help);
        return None;
    }
    crate::document::text(section.sheet, *entry).map(|text| (*verb, text))
}

/// `record`, `record:FIELD` or `nothing`; of a call that writes also `id:FIELD`, `location` or `id=TEXT`. `None` if it is noted as
/// wrong.
fn answer(names: &Names<'_>, section: &Section<'_>, known: Known<'_>, shape: &CallShape<'_>) -> Option<AnswerRule> {
    let record = AnswerRule::Record(FieldPath::default());
    let nothing = AnswerRule::Nothing;
    if section.value("answer").is_none() {
        return Some(if shape.answer == Answer::Record { record } else { nothing });
    }
    let text = section.text("answer")?;
    if shape.writes() {
        if let Some(field) = text.value.strip_prefix("id:") {
            return field_at(section, text, field, text.value.len() - field.len()).map(AnswerRule::Id);
        }
        if let Some(template) = text.value.strip_prefix("id=") {
            let start = text.value.len() - template.len();
            let span = section.sheet.within(text.span, Span { start, end: text.value.len() });
            return text::template(names, Text { value: template, span }, known).map(AnswerRule::Derived);
        }
        if text.value == "location" {
            return Some(AnswerRule::Location);
        }
    }
    let is_by_id = !shape.writes() && shape.needs.iter().any(|(needed, _)| *needed == "id");
    if let Some(field) = text.value.strip_prefix("row:").filter(|_| is_by_id) {
        let start = text.value.len() - field.len();
        return field_at(section, text, field, start).map(AnswerRule::Row);
    }
    if let Some(field) = text.value.strip_prefix("record:") {
        let start = text.value.len() - field.len();
        return field_at(section, text, field, start).map(AnswerRule::Record);
    }
    // Those behind the first two are no words: whoever comes near them is told how they are written.
    let words: &[(&str, Answer)] = match (shape.writes(), is_by_id) {
        (true, _) => &[
            ("record", Answer::Record),
            ("nothing", Answer::Nothing),
            ("record:FIELD", Answer::Rows),
            ("id:FIELD", Answer::Rows),
            ("location", Answer::Rows),
            ("id=TEXT", Answer::Rows),
        ],
        (false, true) => &[("record", Answer::Record), ("record:FIELD", Answer::Rows), ("row:FIELD", Answer::Rows)],
        (false, false) => &[("record", Answer::Record), ("record:FIELD", Answer::Rows)],
    };
    let word = one_word(section.sheet, text, "answer", words)?;
    Some(if word == Answer::Nothing { nothing } else { record })
}

/// The template and its placeholders.
fn template(
    names: &Names<'_>,
    section: &Section<'_>,
    text: Text<'_>,
    (shape, body): (&CallShape<'_>, Option<&BodyRule>),
) -> Option<Template> {
    let sheet = section.sheet;
    let template = match Template::parse(text.value) {
        Ok(template) => template,
        Err(error) => {
            let end = text.value.len().min(error.at + 1).max(error.at);
            let span = sheet.within(text.span, Span { start: error.at, end });
            sheet.report(Code::Template, span, error.reason, "write a path below the target's base URL: `/users/{id}`");
            return None;
        }
    };
    let mut sound = true;
    for name in template.names() {
        if shape.placeholders.iter().any(|known| known == name) || names.param(name).is_some() {
            continue;
        }
        sound = false;
        let known: Vec<&str> = shape.placeholders.iter().map(String::as_str).chain(names.param_names()).collect();
        let help = text::what_there_is(name, &known);
        let written = format!("{{{name}}}");
        let start = text.value.find(&written).unwrap_or_default();
        let span = sheet.within(text.span, Span { start, end: start + written.len() });
        let message = format!("`{}` has no value for `{{{}}}`", shape.name, shortened(name));
        sheet.report(Code::UnknownPlaceholder, span, message, help);
    }
    if !sound {
        return None;
    }
    let has_template = matches!(body, Some(BodyRule::Template(_)));
    let in_body = |needed: &str| match body {
        Some(BodyRule::Template(template)) => template.names().contains(&needed),
        _ => false,
    };
    let is_named = |needed: &str| template.names().any(|name| name == needed) || in_body(needed);
    for (needed, why) in shape.needs.iter().filter(|(needed, _)| !is_named(needed)) {
        sound = false;
        let message = format!("`{}` does not use `{{{needed}}}`: {why}", shape.name);
        let help = format!("write `{{{needed}}}` where it belongs");
        let help = if has_template { format!("{help}, in the path or in the body") } else { help };
        sheet.report(Code::MissingPlaceholder, text.span, message, help);
    }
    sound.then_some(template)
}

/// The field path at `key`, which must be there.
pub(super) fn required_field(section: &Section<'_>, key: &'static str, example: &str) -> Option<FieldPath> {
    let text = section.required_text(key, example)?;
    field_at(section, text, text.value, 0)
}

/// The field path at `key`, if there is one.
pub(super) fn field(section: &Section<'_>, key: &'static str) -> Option<FieldPath> {
    let text = section.text(key)?;
    field_at(section, text, text.value, 0)
}

/// The field path `field`, which begins at byte `start` of `text`.
pub(super) fn field_at(section: &Section<'_>, text: Text<'_>, field: &str, start: usize) -> Option<FieldPath> {
    let parsed = FieldPath::parse(field);
    if let Err(error) = &parsed {
        let at = start + error.at;
        let span = section.sheet.within(text.span, Span { start: at, end: (at + 1).min(text.value.len()).max(at) });
        section.report(Code::Field, span, error.reason, "write keys with dots between them: `name.first`");
    }
    parsed.ok()
}

/// The field path `text`, which must be a place that can be written.
pub(super) fn writable_field(section: &Section<'_>, text: Text<'_>) -> Option<FieldPath> {
    let field = field_at(section, text, text.value, 0)?;
    if field.is_writable() {
        return Some(field);
    }
    let message =
        if field.is_whole() { "a field path is empty" } else { "a position in a list that is written is at most 99" };
    let help = format!("name a field of objects, or read it only: `{{ expression = '[{}]' }}`", text.value);
    section.report(Code::Field, text.span, message, help);
    None
}
