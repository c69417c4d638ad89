//! `[[error]]`: the target's errors in the IdP's terms.

use std::sync::Arc;

use scim::ScimType;

use super::scope::condition;
use crate::diagnostics::Code;
use crate::document::{Section, Text};
use crate::profile::{ErrorMeaning, ErrorRule};

/// Most rows of the error table.
pub(super) const ERRORS_MAX: usize = 1_000;
/// Longest text for the IdP's admin, in bytes.
pub(super) const DETAIL_BYTES_MAX: usize = 1_000;

/// What an IdP may be told. Never 401, which makes Entra stop the whole job (traps 7), and never a status without meaning
/// in RFC 7644 §3.12.
const STATUSES: [usize; 8] = [400, 403, 404, 409, 413, 429, 501, 503];

/// All rows.
pub(super) fn rows(root: &Section<'_>) -> Vec<ErrorRule> {
    root.sections("error", ERRORS_MAX).into_iter().filter_map(row).collect()
}

fn row(section: Section<'_>) -> Option<ErrorRule> {
    let rule = section.sheet.rule("error", section.span);
    let when = section.section("when").map(|when| {
        let status = when.number("status", 200..=599);
        let body = condition(&when, "body");
        if when.value("status").is_none() && when.value("body").is_none() {
            when.report(Code::OneOf, when.span, "`when` says nothing", "write `status`, `body` or both");
        }
        when.finish();
        (status, body)
    });
    if section.value("when").is_none() {
        section.missing("when", "{ status = 422, body = \"code == 'TAKEN'\" }");
    }
    let means = meaning(&section);
    section.finish();
    let (status, body) = when?;
    let status = status.and_then(|status| u16::try_from(status).ok());
    Some(ErrorRule { rule, status, body, means: means? })
}

fn meaning(section: &Section<'_>) -> Option<ErrorMeaning> {
    match (section.value("scim"), section.value("is")) {
        (Some(_), None) => section.section("scim").and_then(scim_error),
        (None, Some(_)) => {
            section.word("is", &[("success", Plain::Success), ("absent", Plain::Absent)]).map(|plain| match plain {
                Plain::Success => ErrorMeaning::Success,
                Plain::Absent => ErrorMeaning::Absent,
            })
        }
        (scim, _) => {
            let (span, message) = match scim {
                Some(scim) => (scim.key.span, "an error row has `scim` or `is`, not both"),
                None => (section.span, "an error row does not say what the error means"),
            };
            let help = "write `scim = { status = 409, type = \"uniqueness\", detail = \"…\" }` or `is = \"success\"`";
            section.report(Code::OneOf, span, message, help);
            None
        }
    }
}

#[derive(Clone, Copy)]
enum Plain {
    Success,
    Absent,
}

fn scim_error(section: Section<'_>) -> Option<ErrorMeaning> {
    let types = ScimType::ALL.map(|scim_type| (scim_type.as_str(), scim_type));
    let status_entry = section.value("status");
    if status_entry.is_none() {
        section.missing("status", "409");
    }
    let status = section.number("status", 100..=599);
    let scim_type = section.word("type", &types);
    let detail = section.required_text("detail", "\"the login is already in use\"");
    let detail = detail.and_then(|text| self::detail(&section, "detail", text));
    if let (Some(status), Some(entry)) = (status, status_entry)
        && let Some((message, help)) = refused(status, scim_type)
    {
        section.report(Code::ScimError, entry.span, message, help);
        return None;
    }
    section.finish();
    let status = status.and_then(|status| u16::try_from(status).ok())?;
    Some(ErrorMeaning::Scim { status, scim_type, detail: Arc::from(detail?) })
}

/// A text for the IdP's admin; notes one that is too short or too long.
pub(super) fn detail<'d>(section: &Section<'_>, key: &str, text: Text<'d>) -> Option<&'d str> {
    if (1..=DETAIL_BYTES_MAX).contains(&text.value.len()) {
        return Some(text.value);
    }
    let message = format!("`{key}` must have 1 to {DETAIL_BYTES_MAX} bytes");
    section.report(Code::Range, text.span, message, "say what the IdP's admin can change");
    None
}

/// Why an IdP may not be told this, and what to write instead.
fn refused(status: usize, scim_type: Option<ScimType>) -> Option<(String, String)> {
    let statuses = STATUSES.map(|status| status.to_string()).join(", ");
    if status == 401 {
        let message = "an IdP is never told 401 for the target: it would stop the whole job";
        return Some((
            message.to_owned(),
            "write 503, or leave the row away: that is what happens without it".to_owned(),
        ));
    }
    if !STATUSES.contains(&status) {
        return Some((format!("an IdP is not told {status}"), format!("write one of {statuses}")));
    }
    // RFC 7644 §3.12: `uniqueness` belongs to 409, `sensitive` to 403, the others to 400.
    let belongs = match scim_type {
        None => status,
        Some(ScimType::Uniqueness) => 409,
        Some(ScimType::Sensitive) => 403,
        Some(_) => 400,
    };
    (belongs != status).then(|| {
        let word = scim_type.map_or("", ScimType::as_str);
        (
            format!("`{word}` belongs to status {belongs}, not to {status}"),
            format!("write `status = {belongs}`, or no `type`"),
        )
    })
}
