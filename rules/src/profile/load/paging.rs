//! Rows and pages: where the records of an answer are, and how there are more.

use std::sync::Arc;

use super::call::{self, Answer, CallShape, READS, field, field_at, required_field, writable_field};
use super::scope::Names;
use super::target::NAME_BYTES_MAX;
use crate::diagnostics::Code;
use crate::document::{Entry, Section, Text, shortened};
use crate::profile::{CallRule, CountRule, FieldPath, Next, Paging, Place, Total};
use crate::template::Template;

/// Most rows of one page.
pub(super) const PAGE_ROWS_MAX: usize = 10_000;
/// Most fields that a list sets.
pub(super) const SET_MAX: usize = 20;

/// Placeholders of a call that gives its rows in pieces.
pub(super) const PAGES: [&str; 5] = ["offset", "limit", "page", "page0", CURSOR];

const CURSOR: &str = "cursor";

/// Keys that say where rows are; a call that answers with one record has none of them.
pub(super) const ROW_KEYS: [&str; 8] = ["rows", "row", "optional", "total", "next", "set", "partial", "page_rows_max"];

/// Rows and pages of `call`, which reads the headers that tell of them from now on. `own` is a placeholder that is no page's,
/// whatever it is called; `inherited` is what holds if the section does not say. With `names`, a call of its own may count.
pub(super) fn read(
    section: &Section<'_>,
    call: Option<&mut CallRule>,
    own: Option<&str>,
    inherited: Option<&Paging>,
    names: Option<&Names<'_>>,
) -> Option<Paging> {
    let has = |names: &[&str]| {
        let is_one = |name: &str| names.contains(&name) && own != Some(name);
        call.as_ref().is_some_and(|call| call.names().any(is_one))
    };
    let (paged, by_token) = (has(&["offset", "page", "page0"]), has(&[CURSOR]));
    let (is_sized, is_named) = (has(&["limit"]), section.value("next").is_some());
    let rows = match inherited.filter(|_| section.value("rows").is_none()) {
        Some(inherited) => Some(inherited.rows.clone()),
        None => required_field(section, "rows", "\"rows\""),
    };
    let row = field(section, "row").or_else(|| Some(inherited?.row.clone())).unwrap_or_default();
    let optional = section.flag("optional").or(inherited.map(|paging| paging.optional)).unwrap_or_default();
    let total = total(section, names).or_else(|| inherited?.total.clone());
    let at = place(section, "next").or_else(|| inherited?.next.as_ref().map(at)).filter(|_| !paged || is_named);
    let next = next(section, call.as_deref().map(|call| &call.path), at, [paged, by_token]);
    let set = set(section).or_else(|| Some(inherited?.set.clone())).unwrap_or_default();
    let partial = section.flag("partial").or(inherited.map(|paging| paging.partial)).unwrap_or_default();
    let page_rows_max = section.number("page_rows_max", 1..=PAGE_ROWS_MAX);
    let in_pieces = paged || (is_sized && (by_token || is_named));
    if in_pieces && section.value("page_rows_max").is_none() && inherited.is_none() {
        section.missing("page_rows_max", "100");
    }
    let page_rows_max = page_rows_max.or(inherited.map(|paging| paging.page_rows_max)).unwrap_or(PAGE_ROWS_MAX);
    let paging = Paging { rows: rows?, row, optional, total, next: next.ok()?, set, partial, page_rows_max, paged };
    if let Some(call) = call {
        listen(call, paging.headers());
    }
    Some(paging)
}

/// From now on `call` also reads these headers of its answer.
fn listen<'h>(call: &mut CallRule, headers: impl Iterator<Item = &'h str>) {
    let further: Vec<String> =
        headers.filter(|name| !call.reads.iter().any(|known| known == name)).map(str::to_owned).collect();
    if !further.is_empty() {
        call.reads = call.reads.iter().cloned().chain(further).collect::<Arc<[String]>>();
    }
}

/// `total`: a place in every page; or, with `names`, a call of its own. `None` also if it is noted as wrong.
fn total(section: &Section<'_>, names: Option<&Names<'_>>) -> Option<Total> {
    let names = names.filter(|_| section.value("total").is_some_and(|entry| entry.value.is_table()));
    let Some(names) = names else { return place(section, "total").map(Total::Told) };
    let table = section.section("total")?;
    let shape =
        CallShape { name: table.name.clone(), verbs: &READS, answer: Answer::Rows, placeholders: &[], needs: &[] };
    let call = call::read(names, &table, &shape);
    let at = match table.value("at") {
        Some(_) => place(&table, "at"),
        None => Some(Place::Field(FieldPath::default())),
    };
    table.finish();
    let mut count = CountRule { call: call?, at: at? };
    let header = count.header().map(str::to_owned);
    listen(&mut count.call, header.as_deref().into_iter());
    Some(Total::Asked(Box::new(count)))
}

/// The place that an inherited rule reads.
fn at(next: &Next) -> Place {
    match next {
        Next::Token { at, .. } | Next::Url(at) => at.clone(),
        Next::Link => Place::Header(LINK.to_owned()),
    }
}

/// That a problem was noted.
struct Noted;

/// How the next page is named.
///
/// # Errors
/// If that does not fit the call.
fn next(
    section: &Section<'_>,
    path: Option<&Template>,
    at: Option<Place>,
    [paged, by_token]: [bool; 2],
) -> Result<Option<Next>, Noted> {
    let wrong = |message: &str, help: &str| {
        let span = section.value("next").map_or(section.span, |entry| entry.span);
        section.report(Code::Pages, span, message, help);
        Err(Noted)
    };
    let is_link = |at: &Place| *at == Place::Header(LINK.to_owned());
    match (at, by_token) {
        (None, false) => Ok(None),
        (None, true) if section.value("next").is_some() => Err(Noted),
        (None, true) => wrong("nothing says what `{cursor}` stands for", "write `next = \"next_cursor\"`"),
        (Some(_), _) if paged => wrong(
            "pages are counted and named at once",
            "keep `next`, or `{offset}`, `{page}` or `{page0}` in the path",
        ),
        (Some(at), true) if is_link(&at) => {
            wrong("`Link` holds the URL of the next page, not a token", "take `{cursor}` away")
        }
        (Some(at), true) => match path.and_then(without_cursor) {
            Some(first) => Ok(Some(Next::Token { at, first })),
            None => wrong("the first page has no `{cursor}`, so it cannot stand in the path", "put it behind the `?`"),
        },
        (Some(at), false) if is_link(&at) => Ok(Some(Next::Link)),
        (Some(at), false) => Ok(Some(Next::Url(at))),
    }
}

const LINK: &str = "link";

/// The template of the first page: without the parameter that names the page.
fn without_cursor(template: &Template) -> Option<Template> {
    let text = template.to_string();
    let cursor = format!("{{{CURSOR}}}");
    // In a body a key without a value is left out.
    if !text.contains(&cursor) {
        return Some(template.clone());
    }
    let (path, query) = text.split_once('?')?;
    let rest: Vec<&str> = query.split('&').filter(|parameter| !parameter.contains(&cursor)).collect();
    let first = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
    if path.contains(&cursor) { None } else { Template::parse(&first).ok() }
}

/// `FIELD` or `header:NAME`.
fn place(section: &Section<'_>, key: &'static str) -> Option<Place> {
    let text = section.text(key)?;
    let Some(name) = text.value.strip_prefix("header:") else {
        return field_at(section, text, text.value, 0).map(Place::Field);
    };
    let name = name.trim().to_ascii_lowercase();
    // RFC 9110 §5.6.2, `token`.
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !(1..=NAME_BYTES_MAX).contains(&name.len()) || !name.bytes().all(token) {
        let message = format!("`{}` is no header", shortened(text.value));
        section.report(
            Code::Name,
            text.span,
            message,
            "write a field, or `header:` and a name: \"header:X-Total-Count\"",
        );
        return None;
    }
    Some(Place::Header(name))
}

/// `{ status = 1 }`.
fn set(section: &Section<'_>) -> Option<Vec<(FieldPath, json::Value)>> {
    let table = section.section("set")?;
    let entries = table.entries();
    table.bounded(entries.len(), SET_MAX, &table.name, table.span);
    let field = |entry: Entry<'_>| {
        let field = writable_field(&table, Text { value: entry.key.value, span: entry.key.span });
        let value = table.scalar(entry);
        Some((field?, value?))
    };
    Some(entries.into_iter().take(SET_MAX).filter_map(field).collect())
}
