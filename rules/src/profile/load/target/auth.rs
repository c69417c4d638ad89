//! `auth` of `[target]`: how calls are authenticated. It names secrets and holds none.

use super::super::call::field_at;
use super::super::scope::Names;
use super::super::text::{self, Known};
use super::secret;
use crate::diagnostics::Code;
use crate::document::{Entry, Section, Text, one_word, shortened, span, text};
use crate::profile::{
    BodyKey, BodyTemplate, FormStyle, Format, Login, OAuth2, SendClient, TargetAuth, TokenPlace, TokenUrl,
};
use crate::source::Span;
use crate::template::{Template, TextTemplate};

/// Most kinds of `auth` at once.
const KINDS_MAX: usize = 8;
/// Longest time that a login is good, in seconds.
const LIFETIME_SECS_MAX: usize = 86_400;
/// How long a login is good if the profile does not say, in seconds.
const LIFETIME_SECS: u32 = 3_600;
/// Deepest nesting of the body of a login.
const BODY_DEPTH_MAX: usize = 16;

/// Headers that are the client's own business.
const HEADERS_RESERVED: [&str; 7] =
    ["host", "connection", "content-length", "content-type", "transfer-encoding", "upgrade", "te"];

const TEXT: &str = "target.auth";

/// What texts of `auth` may have in braces.
const KNOWN: Known<'static> = Known { what: TEXT, placeholders: &[], secrets: true };

/// `"none"`, one kind, or several at once.
pub(super) fn auth(names: &Names<'_>, target: &Section<'_>, entry: Entry<'_>) -> Option<TargetAuth> {
    if entry.value.is_str() {
        let word = text(target.sheet, entry)?;
        return one_word(target.sheet, word, "auth", &[("none", ())]).map(|()| TargetAuth::None);
    }
    let Some(array) = entry.value.as_array() else {
        return target.subsection(entry, TEXT.to_owned()).and_then(|section| kind(names, section));
    };
    target.bounded(array.len(), KINDS_MAX, "auth", entry.key.span);
    let mut kinds: Vec<TargetAuth> = Vec::new();
    for element in array.iter().take(KINDS_MAX) {
        let one = Entry { key: entry.key, value: element.get_ref(), span: span(element) };
        let kind = target.subsection(one, TEXT.to_owned()).and_then(|section| kind(names, section))?;
        if kinds.iter().any(|other| excludes(other, &kind)) {
            let message = "this way to authenticate is used twice: one would take the place of the other";
            target.report(Code::AuthTwice, one.span, message, "keep one");
            return None;
        }
        kinds.push(kind);
    }
    Some(TargetAuth::All(kinds))
}

/// Whether two kinds cannot be at once: they set one header or parameter, or are two logins or two certificates.
fn excludes(one: &TargetAuth, other: &TargetAuth) -> bool {
    match (one, other) {
        (TargetAuth::Query { name, .. }, TargetAuth::Query { name: other, .. }) => name == other,
        (TargetAuth::Certificate { .. }, TargetAuth::Certificate { .. })
        | (TargetAuth::OAuth2(_) | TargetAuth::Login(_), TargetAuth::OAuth2(_) | TargetAuth::Login(_)) => true,
        _ => header_of(one).is_some_and(|header| header_of(other) == Some(header)),
    }
}

fn header_of(auth: &TargetAuth) -> Option<&str> {
    match auth {
        TargetAuth::Bearer { .. } | TargetAuth::Basic { .. } | TargetAuth::OAuth2(_) => Some("authorization"),
        TargetAuth::Header { name, .. } => Some(name),
        TargetAuth::Login(login) => Some(&login.send.0),
        TargetAuth::None | TargetAuth::Query { .. } | TargetAuth::Certificate { .. } | TargetAuth::All(_) => None,
    }
}

/// One kind: the one key that names it.
fn kind(names: &Names<'_>, section: Section<'_>) -> Option<TargetAuth> {
    let keys = ["bearer", "basic", "header", "query", "certificate", "oauth2", "login"];
    let found: Vec<Entry<'_>> = keys.into_iter().filter_map(|key| section.value(key)).collect();
    let word = if let [one] = found.as_slice() { one.key.value } else { "" };
    let auth = match word {
        "bearer" => secret(&section, section.text("bearer")).map(|secret| TargetAuth::Bearer { secret }),
        "basic" => section.section("basic").and_then(|section| basic(names, section)),
        "header" => header(names, &section),
        "query" => query(names, &section),
        "certificate" => secret(&section, section.text("certificate")).map(|secret| TargetAuth::Certificate { secret }),
        "oauth2" => {
            let rules = section.section("oauth2").and_then(|section| oauth2(names, section));
            rules.map(|rules| TargetAuth::OAuth2(Box::new(rules)))
        }
        "login" => {
            let rules = section.section("login").and_then(|section| login(names, section));
            rules.map(|rules| TargetAuth::Login(Box::new(rules)))
        }
        _ => {
            section.value("value");
            let help = "write one of `bearer`, `basic`, `header`, `query`, `certificate`, `oauth2` or `login`";
            section.report(Code::OneOf, section.span, "`auth` is of no one kind", help);
            None
        }
    };
    section.finish();
    auth
}

fn basic(names: &Names<'_>, section: Section<'_>) -> Option<TargetAuth> {
    let user = section.required_text("user", "\"gateway\"");
    let password = section.required_text("password", "\"secret:target-password\"");
    let secret = secret(&section, password);
    let user = user.filter(|user| {
        // RFC 7617 §2: a user-id has no colon; that of a placeholder is none.
        let plain = user.value.replace("{secret:", "{");
        let fits = !plain.contains(':') && !plain.chars().any(char::is_control);
        if !fits {
            section.report(Code::Name, user.span, "a user name of Basic has no colon", "write it without");
        }
        fits
    });
    section.finish();
    Some(TargetAuth::Basic { user: text::template(names, user?, KNOWN)?, secret: secret? })
}

fn header(names: &Names<'_>, section: &Section<'_>) -> Option<TargetAuth> {
    let header = section.text("header");
    let value = section.required_text("value", "\"secret:target-key\"");
    let value = value.and_then(|value| credential(names, section, value));
    let name = own_header(section, header?)?;
    Some(TargetAuth::Header { name, value: value? })
}

/// A header of the target's own, in small letters.
fn own_header(section: &Section<'_>, header: Text<'_>) -> Option<String> {
    let name = header.value.to_ascii_lowercase();
    if HEADERS_RESERVED.contains(&name.as_str()) {
        let message = format!("`{}` cannot be a header for credentials", shortened(header.value));
        section.report(Code::Name, header.span, message, "write a header name of the target's own: \"X-Api-Key\"");
        return None;
    }
    text::header_name(section, header)
}

fn query(names: &Names<'_>, section: &Section<'_>) -> Option<TargetAuth> {
    let name = section.text("query");
    let value = section.required_text("value", "\"secret:target-key\"");
    let value = value.and_then(|value| credential(names, section, value));
    let name = name?;
    if name.value.is_empty() || name.value.len() > super::NAME_BYTES_MAX {
        section.report(Code::Name, name.span, "this cannot be the name of a parameter", "write a name: \"key\"");
        return None;
    }
    Some(TargetAuth::Query { name: name.value.to_owned(), value: value? })
}

/// `secret:NAME`, or a text with at least one secret in it.
fn credential(names: &Names<'_>, section: &Section<'_>, value: Text<'_>) -> Option<TextTemplate> {
    if !value.value.contains("{secret:") {
        return secret(section, Some(value)).map(|name| TextTemplate::placeholder(&format!("secret:{name}")));
    }
    text::template(names, value, KNOWN)
}

/// A text of credentials that need not be secret: `secret:NAME` stands for the secret.
fn filled(names: &Names<'_>, section: &Section<'_>, value: Text<'_>) -> Option<TextTemplate> {
    if value.value.starts_with("secret:") {
        return secret(section, Some(value)).map(|name| TextTemplate::placeholder(&format!("secret:{name}")));
    }
    text::template(names, value, KNOWN)
}

// === oauth2 ===

fn oauth2(names: &Names<'_>, section: Section<'_>) -> Option<OAuth2> {
    let before = section.sheet.count();
    let text = |key| section.text(key).and_then(|value| filled(names, &section, value));
    let token = section.required_text("token", "\"/oauth/token\"").and_then(|token| token_url(names, &section, token));
    let client_id = section.required_text("client_id", "\"gateway\"");
    let client_id = client_id.and_then(|value| filled(names, &section, value));
    let secret = secret(&section, section.required_text("client_secret", "\"secret:client-secret\""));
    let (scope, audience) = (text("scope"), text("audience"));
    let send = section.word("send", &[("basic", SendClient::Basic), ("body", SendClient::Body)]).unwrap_or_default();
    let sheet = section.sheet;
    section.finish();
    let rules = OAuth2 { token: token?, client_id: client_id?, secret: secret?, scope, audience, send };
    (sheet.count() == before).then_some(rules)
}

/// A path below the base, or `https://host/path`.
fn token_url(names: &Names<'_>, section: &Section<'_>, url: Text<'_>) -> Option<TokenUrl> {
    let Some(rest) = url.value.strip_prefix("https://") else {
        return path(names, section, url, url.value).map(TokenUrl::Below);
    };
    let (host, place) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:".contains(&byte);
    if host.is_empty() || !host.bytes().all(letter) || place.is_empty() {
        let help = "write a path below the target's base, or `https://login.example.com/oauth/token`";
        section.report(Code::Template, url.span, "this is neither a path nor an https URL with a path", help);
        return None;
    }
    path(names, section, url, place).map(|path| TokenUrl::Absolute(format!("https://{host}"), path))
}

/// The path `place`, which stands in `text`; its placeholders are parameters.
fn path(names: &Names<'_>, section: &Section<'_>, text: Text<'_>, place: &str) -> Option<Template> {
    match Template::parse(place) {
        Ok(template) => {
            let known = Known { secrets: false, ..KNOWN };
            let unknown = template.names().find(|name| !text::is_known(names, name, known));
            if let Some(name) = unknown {
                text::unknown_placeholder(names, text.span, name, known);
                return None;
            }
            Some(template)
        }
        Err(error) => {
            let at = text.value.len() - place.len() + error.at;
            let span = Span { start: at, end: text.value.len().min(at + 1).max(at) };
            let help = "write a path below the target's base: `/oauth/token`";
            section.report(Code::Template, section.sheet.within(text.span, span), error.reason, help);
            None
        }
    }
}

// === login ===

fn login(names: &Names<'_>, section: Section<'_>) -> Option<Login> {
    let post = section.required_text("post", "\"/session\"").and_then(|post| path(names, &section, post, post.value));
    let format = section.word("format", &[("json", Format::Json), ("form", Format::Form(FormStyle::default()))]);
    let body = section.value("body");
    if body.is_none() {
        section.missing("body", "{ user = \"gateway\", password = \"secret:target-password\" }");
    }
    let body = body.and_then(|entry| body_of(names, &section, entry, 0));
    let token = section.required_text("token", "\"data.token\"").and_then(|token| token_place(&section, token));
    let send = section.section("send").and_then(|send| self::send(names, send));
    if section.value("send").is_none() {
        section.missing("send", "{ header = \"X-Auth-Token\", value = \"{token}\" }");
    }
    let lifetime = section.number("lifetime_secs", 1..=LIFETIME_SECS_MAX).and_then(|secs| u32::try_from(secs).ok());
    section.finish();
    Some(Login {
        path: post?,
        format: format.unwrap_or_default(),
        body: body?,
        token: token?,
        send: send?,
        lifetime_secs: lifetime.unwrap_or(LIFETIME_SECS),
    })
}

/// A body whose texts have parameters and secrets.
fn body_of(names: &Names<'_>, section: &Section<'_>, entry: Entry<'_>, depth: usize) -> Option<BodyTemplate> {
    if depth == BODY_DEPTH_MAX {
        section.report(Code::TooLarge, entry.span, "the body is nested too deep", "");
        return None;
    }
    if entry.value.is_table() {
        let table = section.subsection(entry, format!("{TEXT}.login.body"))?;
        let field = |field: Entry<'_>| {
            if TextTemplate::parse(field.key.value).is_ok_and(|key| key.names().next().is_some()) {
                let message =
                    format!("`{}` is a key, and keys of a login's body have no placeholders", field.key.value);
                table.report(Code::TextTemplate, field.key.span, message, "write the key itself");
                return None;
            }
            let key = BodyKey::Fixed(field.key.value.to_owned());
            Some((key, body_of(names, &table, field, depth + 1)?))
        };
        return table.entries().into_iter().map(field).collect::<Option<_>>().map(BodyTemplate::Object);
    }
    if let Some(array) = entry.value.as_array() {
        let element = |element: &toml::Spanned<toml::de::DeValue<'_>>| {
            let one = Entry { key: entry.key, value: element.get_ref(), span: span(element) };
            body_of(names, section, one, depth + 1)
        };
        return array.iter().map(element).collect::<Option<_>>().map(BodyTemplate::Array);
    }
    if !entry.value.is_str() {
        return section.json(entry).map(BodyTemplate::Fixed);
    }
    let text = filled(names, section, section.text_of(entry)?)?;
    Some(BodyTemplate::Text(text))
}

fn token_place(section: &Section<'_>, token: Text<'_>) -> Option<TokenPlace> {
    let behind = |prefix| token.value.strip_prefix(prefix).map(|value| Text { value, span: token.span });
    if let Some(name) = behind("header:") {
        return text::header_name(section, name).map(TokenPlace::Header);
    }
    if let Some(name) = behind("cookie:") {
        // RFC 6265 §4.1.1: a cookie's name is a token, as a header's is; its case counts.
        return text::header_name(section, name).map(|_| TokenPlace::Cookie(name.value.to_owned()));
    }
    field_at(section, token, token.value, 0).map(TokenPlace::Field)
}

fn send(names: &Names<'_>, section: Section<'_>) -> Option<(String, TextTemplate)> {
    let header = section.required_text("header", "\"X-Auth-Token\"").and_then(|name| own_header(&section, name));
    let value = section.required_text("value", "\"{token}\"");
    let known = Known { placeholders: &["token".to_owned()], ..KNOWN };
    let template = value.and_then(|value| text::template(names, value, known));
    if let (Some(template), Some(value)) = (&template, value)
        && !template.names().any(|name| name == "token")
    {
        let message = "`send` does not use `{token}`";
        section.report(Code::MissingPlaceholder, value.span, message, "write `{token}` where it belongs");
    }
    section.finish();
    Some((header?, template?))
}
