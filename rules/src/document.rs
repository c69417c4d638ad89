//! A TOML document as a person wrote it: typed questions, every answer that is wrong noted, nothing thrown.
//!
//! Knows TOML and where things stand; knows nothing of what the document is about. Profiles, their tests and the gateway's
//! configuration are read with it, so that all of them report every problem at once, with place and help.

pub mod definition;
mod literal;

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use json::{Map, Number, Value};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use self::definition::{Definition, Key};
use self::literal::raw_offset;
use crate::diagnostics::{Code, Diagnostic, Report, Severity, closest};
use crate::source::{RuleRef, Span};

/// Most problems that one report shows: a person fixes the first ones and asks again.
pub const PROBLEMS_MAX: usize = 1_000;
/// Longest message or help of a problem, in bytes: a name of a file may be as long as the file.
pub const TOLD_BYTES_MAX: usize = 4 * 1024;
/// Most words that one line lists.
const LISTED_MAX: usize = 40;

/// The file being read and the problems found in it so far.
pub struct Sheet<'t> {
    file: Arc<str>,
    text: &'t str,
    /// Where each line begins.
    lines: Vec<usize>,
    /// The first of them, at most [`PROBLEMS_MAX`].
    found: RefCell<Vec<Diagnostic>>,
    /// How many there were, notes left out, and how many of them were errors.
    count: Cell<usize>,
    errors: Cell<usize>,
    /// What the document may hold, if that is said.
    definition: Option<&'static Definition>,
    /// Every key that was asked for, as table and key: tests compare it with the definition.
    #[cfg(test)]
    pub(crate) asked: RefCell<Vec<(&'static str, &'static str)>>,
}

impl<'t> Sheet<'t> {
    /// A sheet for the text of `file`, without problems so far.
    #[must_use]
    pub fn new(file: &str, text: &'t str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self {
            file: file.into(),
            text,
            lines,
            found: RefCell::default(),
            count: Cell::new(0),
            errors: Cell::new(0),
            definition: None,
            #[cfg(test)]
            asked: RefCell::default(),
        }
    }

    /// The same sheet, of a document that holds what `definition` says.
    #[must_use]
    pub fn defined_by(mut self, definition: &'static Definition) -> Self {
        self.definition = Some(definition);
        self
    }

    /// Notes a problem.
    pub fn report(&self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let severity = code.severity();
        self.count.set(self.count.get() + usize::from(severity != Severity::Note));
        self.errors.set(self.errors.get() + usize::from(severity == Severity::Error));
        if self.count.get() <= PROBLEMS_MAX {
            let (message, help) = (cut(message.into()), cut(help.into()));
            self.found.borrow_mut().push(Diagnostic { code, span, message, help });
        }
    }

    /// Parses `text`, which must be this file's, and reads it with `read`; keys that `read` does not ask for are its business to
    /// note ([`Section::finish`]). `None` only if the text is too long or no TOML: then that is noted.
    pub fn document<T>(&self, bytes_max: usize, read: impl FnOnce(Section<'_>) -> T) -> Option<T> {
        if self.text.len() > bytes_max {
            let message = format!("a file like this has at most {bytes_max} bytes, this one has {}", self.text.len());
            self.report(Code::TooLarge, Span::default(), message, "");
            return None;
        }
        match DeTable::parse(self.text) {
            Ok(table) => Some(read(Section::new(self, "", Span::default(), table.get_ref(), self.definition))),
            Err(error) => {
                let span = error.span().map_or(Span::default(), |range| Span { start: range.start, end: range.end });
                self.report(Code::Toml, span, format!("not valid TOML: {}", error.message()), "");
                None
            }
        }
    }

    /// How many problems were found so far: two counts being equal proves that what was read between them is sound.
    pub fn count(&self) -> usize {
        self.count.get()
    }

    /// Whether a problem was noted that is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors.get() > 0
    }

    /// All problems that were noted, in the order of the text.
    #[must_use]
    pub fn into_report(self) -> Report {
        let mut found = self.found.into_inner();
        let told = found.iter().filter(|problem| problem.code.severity() == Severity::Error).count();
        // Warnings that are too many are not told; an error keeps the file from being used, so that there is one is.
        if told < self.errors.get() {
            let message = format!("there are {} errors, the first {told} are shown", self.errors.get());
            let end = Span { start: self.text.len(), end: self.text.len() };
            found.push(Diagnostic { code: Code::TooLarge, span: end, message, help: String::new() });
        }
        Report::new(&self.file, self.text, found)
    }

    /// Names the rule that stands at `span`.
    pub fn rule(&self, name: impl Into<String>, span: Span) -> RuleRef {
        let line = self.lines.partition_point(|start| *start <= span.start);
        RuleRef { file: Arc::clone(&self.file), line, name: name.into() }
    }

    /// What stands in `line`, from 1, without the blanks around it.
    pub fn line(&self, line: usize) -> Span {
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let end = self.lines.get(line).map_or(self.text.len(), |next| next - 1);
        let text = self.text.get(start..end).unwrap_or_default();
        let start = start + (text.len() - text.trim_start().len());
        Span { start, end: (start + text.trim().len()).max(start) }
    }

    /// The place in the file of `inner`, a place in the text that the literal at `literal` stands for. Where the literal is
    /// written so that the place cannot be told, the whole literal.
    pub fn within(&self, literal: Span, inner: Span) -> Span {
        let place = |offset| {
            let raw = self.text.get(literal.start..literal.end)?;
            raw_offset(raw, offset).map(|at| literal.start + at)
        };
        match (place(inner.start), place(inner.end)) {
            (Some(start), Some(end)) => Span { start, end },
            _ => literal,
        }
    }
}

/// A text of the document: its value, and where the literal or key stands.
#[derive(Clone, Copy)]
pub struct Text<'d> {
    /// What it says.
    pub value: &'d str,
    /// Where it stands.
    pub span: Span,
}

/// A key and its value.
#[derive(Clone, Copy)]
pub struct Entry<'d> {
    /// The key.
    pub key: Text<'d>,
    /// The value.
    pub value: &'d DeValue<'d>,
    /// Where the value stands.
    pub span: Span,
}

/// A table being read. Every key that is asked for is known; [`Section::finish`] notes the others.
pub struct Section<'d> {
    /// The file it stands in.
    pub sheet: &'d Sheet<'d>,
    /// How people call it: `user.map`.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    table: &'d DeTable<'d>,
    definition: Option<&'static Definition>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'d> Section<'d> {
    fn new(
        sheet: &'d Sheet<'d>,
        name: impl Into<String>,
        span: Span,
        table: &'d DeTable<'d>,
        definition: Option<&'static Definition>,
    ) -> Self {
        Self { sheet, name: name.into(), span, table, definition, asked: RefCell::default() }
    }

    /// What may stand at `key`, if that is said.
    fn defined(&self, key: &str) -> Option<&'static Key> {
        self.definition?.key(key)
    }

    /// Notes a problem.
    pub fn report(&self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.sheet.report(code, span, message, help);
    }

    /// All keys and values in the order of the file; for tables whose keys are names.
    pub fn entries(&self) -> Vec<Entry<'d>> {
        let entry = |(key, value): (&'d Spanned<_>, &'d Spanned<DeValue<'d>>)| entry(key, value);
        let mut entries: Vec<Entry<'d>> = self.table.iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.key.span);
        entries
    }

    /// The value of `key`, if it is there.
    pub fn value(&self, key: &'static str) -> Option<Entry<'d>> {
        debug_assert!(
            self.definition.is_none_or(|definition| definition.key(key).is_some()),
            "`{key}` is asked for in `{}` and not defined: write it into the table of keys",
            self.name
        );
        self.asked.borrow_mut().push(key);
        #[cfg(test)]
        self.sheet.asked.borrow_mut().extend(self.definition.map(|definition| (definition.name, key)));
        self.table.get_key_value(key).map(|(key, value)| entry(key, value))
    }

    /// The value of a key that may have no meaning here: for who has a better word for it than that it is unknown.
    pub fn anywhere(&self, key: &'static str) -> Option<Entry<'d>> {
        if self.definition.is_none_or(|definition| definition.key(key).is_some()) {
            return self.value(key);
        }
        let found = self.table.get_key_value(key).map(|(key, value)| entry(key, value));
        self.asked.borrow_mut().extend(found.map(|_| key));
        found
    }

    /// Notes that `key` is needed.
    pub fn missing(&self, key: &str, example: &str) {
        let place = if self.name.is_empty() { String::new() } else { format!(" in `{}`", self.name) };
        let help = format!("write `{key} = {example}`");
        self.report(Code::MissingKey, self.span, format!("`{key}` is missing{place}"), help);
    }

    /// The text at `key`.
    #[must_use]
    pub fn text(&self, key: &'static str) -> Option<Text<'d>> {
        let entry = self.value(key)?;
        text(self.sheet, entry)
    }

    /// The text at `key`, which must be there; `example` shows what to write.
    #[must_use]
    pub fn required_text(&self, key: &'static str, example: &str) -> Option<Text<'d>> {
        if !self.table.contains_key(key) {
            self.missing(key, example);
        }
        self.text(key)
    }

    /// The boolean at `key`.
    #[must_use]
    pub fn flag(&self, key: &'static str) -> Option<bool> {
        let entry = self.value(key)?;
        let flag = entry.value.as_bool();
        if flag.is_none() {
            wrong_type(self.sheet, entry, "`true` or `false`");
        }
        flag
    }

    /// A whole number within `range`.
    pub fn number(&self, key: &'static str, range: std::ops::RangeInclusive<usize>) -> Option<usize> {
        let entry = self.value(key)?;
        let Some(number) = entry.value.as_integer() else {
            wrong_type(self.sheet, entry, "a whole number");
            return None;
        };
        debug_assert!(
            self.defined(key).and_then(|key| key.form.range()).is_none_or(|defined| defined == range),
            "`{key}` in `{}` has another range than its definition",
            self.name
        );
        let number = integer(number).and_then(|number| usize::try_from(number).ok());
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let bounds = format!("{} to {}", range.start(), range.end());
            self.report(
                Code::Range,
                entry.span,
                format!("`{key}` is out of range"),
                format!("write a number from {bounds}"),
            );
        }
        number
    }

    /// One of `words`, as what it stands for.
    pub fn word<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        debug_assert!(
            self.defined(key).and_then(|key| key.form.words()).is_none_or(|defined| is_same(defined, words)),
            "`{key}` in `{}` has other words than its definition",
            self.name
        );
        let entry = self.value(key)?;
        let Some(value) = entry.value.as_str() else {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            wrong_type_but(self.sheet, entry, "a text in quotes", &format!("write one of {}", listed(&known)));
            return None;
        };
        one_word(self.sheet, Text { value, span: entry.span }, key, words)
    }

    /// As [`Section::word`], of a key that must be there.
    pub fn required_word<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        if let Some((example, _)) = words.first().filter(|_| !self.table.contains_key(key)) {
            self.missing(key, &format!("\"{example}\""));
        }
        self.word(key, words)
    }

    /// The texts of the array at `key`; none if it is not there.
    #[must_use]
    pub fn texts(&self, key: &'static str, count_max: usize) -> Vec<Text<'d>> {
        let Some(entry) = self.value(key) else { return Vec::new() };
        let Some(array) = entry.value.as_array() else {
            wrong_type(self.sheet, entry, "an array of texts in quotes");
            return Vec::new();
        };
        self.bounded(array.len(), count_max, &self.path(key), entry.key.span);
        let element = |element: &'d Spanned<DeValue<'d>>| {
            text(self.sheet, Entry { key: entry.key, value: element.get_ref(), span: span(element) })
        };
        array.iter().take(count_max).filter_map(element).collect()
    }

    /// The text that `entry` holds.
    #[must_use]
    pub fn text_of(&self, entry: Entry<'d>) -> Option<Text<'d>> {
        text(self.sheet, entry)
    }

    /// The text, number or boolean that `entry` holds, as JSON.
    #[must_use]
    pub fn scalar(&self, entry: Entry<'d>) -> Option<Value> {
        let scalar = scalar(entry.value);
        if scalar.is_none() {
            wrong_type(self.sheet, entry, "a text, a number or a boolean");
        }
        scalar
    }

    /// What `entry` holds, as JSON.
    #[must_use]
    pub fn json(&self, entry: Entry<'d>) -> Option<Value> {
        let json = json(entry.value);
        if json.is_none() {
            wrong_type(self.sheet, entry, "something that JSON can say");
        }
        json
    }

    /// The table at `key`.
    pub fn section(&self, key: &'static str) -> Option<Section<'d>> {
        let entry = self.value(key)?;
        self.subsection(entry, self.path(key))
    }

    /// The table that `entry` holds, called `name`.
    pub fn subsection(&self, entry: Entry<'d>, name: String) -> Option<Section<'d>> {
        let Some(table) = entry.value.as_table() else {
            wrong_type(self.sheet, entry, "a table");
            return None;
        };
        Some(Section::new(self.sheet, name, entry.key.span, table, self.table_at(entry)))
    }

    /// What the table that `entry` holds may hold.
    fn table_at(&self, entry: Entry<'d>) -> Option<&'static Definition> {
        self.defined(entry.key.value)?.form.table()
    }

    /// The tables of the array at `key`: `[[key]]`.
    pub fn sections(&self, key: &'static str, count_max: usize) -> Vec<Section<'d>> {
        let Some(entry) = self.value(key) else { return Vec::new() };
        let name = self.path(key);
        let Some(array) = entry.value.as_array() else {
            wrong_type(self.sheet, entry, &format!("an array of tables: `[[{name}]]`"));
            return Vec::new();
        };
        self.bounded(array.len(), count_max, &name, entry.key.span);
        let section = |element: &'d Spanned<DeValue<'d>>| {
            let entry = Entry { key: entry.key, value: element.get_ref(), span: span(element) };
            let Some(table) = entry.value.as_table() else {
                wrong_type(self.sheet, entry, "a table");
                return None;
            };
            Some(Section::new(self.sheet, name.clone(), entry.span, table, self.table_at(entry)))
        };
        array.iter().take(count_max).filter_map(section).collect()
    }

    /// Notes that there are more than `count_max`.
    pub fn bounded(&self, count: usize, count_max: usize, what: &str, span: Span) {
        if count > count_max {
            let message = format!("`{what}` has {count} entries, the most is {count_max}");
            self.report(Code::TooLarge, span, message, "");
        }
    }

    /// Notes every key that nobody asked for.
    pub fn finish(self) {
        let asked = self.asked.take();
        for entry in self.entries().into_iter().filter(|entry| !asked.contains(&entry.key.value)) {
            let message = format!("unknown key `{}`", shortened(entry.key.value));
            if self.definition.is_some_and(|definition| definition.knows(entry.key.value)) {
                let message = format!("`{}` has no meaning here", entry.key.value);
                self.report(Code::UnknownKey, entry.key.span, message, "take it away");
                continue;
            }
            let known = self.known(&asked);
            let help = match closest(entry.key.value, known.iter().copied()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("known here: {}", listed(&known)),
            };
            self.report(Code::UnknownKey, entry.key.span, message, help);
        }
    }

    /// The keys that mean something here.
    fn known(&self, asked: &[&'static str]) -> Vec<&'static str> {
        let defined = self.definition.into_iter().flat_map(Definition::all).map(|key| key.name);
        let mut known: Vec<&str> = defined.collect();
        if known.is_empty() {
            known.extend(asked);
        }
        known
    }

    fn path(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}

/// Whether the words are those of a definition, in any order.
fn is_same<T>(defined: &[&str], words: &[(&str, T)]) -> bool {
    defined.len() == words.len() && words.iter().all(|(word, _)| defined.contains(word))
}

/// One of `words`, as what it stands for; notes any other.
pub fn one_word<T: Copy>(sheet: &Sheet<'_>, text: Text<'_>, key: &str, words: &[(&'static str, T)]) -> Option<T> {
    let found = words.iter().find(|(word, _)| *word == text.value).map(|(_, meant)| *meant);
    if found.is_none() {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let help = match closest(text.value, known.iter().copied()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("write one of {}", listed(&known)),
        };
        sheet.report(Code::UnknownWord, text.span, format!("`{key}` cannot be `{}`", shortened(text.value)), help);
    }
    found
}

/// The text that `entry` holds.
pub fn text<'d>(sheet: &Sheet<'_>, entry: Entry<'d>) -> Option<Text<'d>> {
    let value = entry.value.as_str();
    if value.is_none() {
        wrong_type(sheet, entry, "a text in quotes");
    }
    value.map(|value| Text { value, span: entry.span })
}

/// Notes that a value is not `expected`.
pub fn wrong_type(sheet: &Sheet<'_>, entry: Entry<'_>, expected: &str) {
    wrong_type_but(sheet, entry, expected, "");
}

/// As [`wrong_type`], with what to write instead.
pub fn wrong_type_but(sheet: &Sheet<'_>, entry: Entry<'_>, expected: &str, help: &str) {
    let message = format!("`{}` must be {expected}, not {}", shortened(entry.key.value), type_name(entry.value));
    sheet.report(Code::WrongType, entry.span, message, help);
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

/// The whole number, if 64 bits hold it.
pub(crate) fn integer(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

pub(crate) fn span<T>(spanned: &Spanned<T>) -> Span {
    let range = spanned.span();
    Span { start: range.start, end: range.end }
}

/// A TOML value as JSON; `None` for what JSON cannot say: infinite numbers, and whole numbers over 64 bits.
pub(crate) fn json(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => Value::from(integer(number)?),
        DeValue::Float(number) => Value::Number(Number::from_f64(number.as_str().replace('_', "").parse().ok()?)?),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(date) => Value::String(date.to_string()),
        DeValue::Array(elements) => {
            Value::Array(elements.iter().map(|element| json(element.get_ref())).collect::<Option<_>>()?)
        }
        DeValue::Table(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| key.span().start);
            let field = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
                let key: &std::borrow::Cow<'_, str> = key.get_ref();
                Some((key.to_string(), json(value.get_ref())?))
            };
            Value::Object(fields.into_iter().map(field).collect::<Option<Map>>()?)
        }
    })
}

/// A TOML scalar as JSON.
pub(crate) fn scalar(value: &DeValue<'_>) -> Option<Value> {
    json(value).filter(|value| !value.is_array() && !value.is_object())
}

/// `a`, `b` and `c`, each in backticks; each once, and not all if there are too many.
#[must_use]
pub fn listed(words: &[&str]) -> String {
    let mut once: Vec<&str> = Vec::new();
    for word in words {
        if !once.contains(word) {
            once.push(word);
        }
    }
    let more = once.len().saturating_sub(LISTED_MAX);
    let mut told: Vec<String> = once.iter().take(LISTED_MAX).map(|word| format!("`{word}`")).collect();
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told.join(", ")
}

/// At most [`TOLD_BYTES_MAX`] bytes of `text`.
fn cut(mut text: String) -> String {
    if text.len() > TOLD_BYTES_MAX {
        text.truncate(text.floor_char_boundary(TOLD_BYTES_MAX - "…".len()));
        text.push('…');
    }
    text
}

/// At most 80 characters of `text`.
#[must_use]
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn entry<'d>(key: &'d Spanned<std::borrow::Cow<'d, str>>, value: &'d Spanned<DeValue<'d>>) -> Entry<'d> {
    let key = Text { value: key.get_ref(), span: span(key) };
    Entry { key, value: value.get_ref(), span: span(value) }
}
