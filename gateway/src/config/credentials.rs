//! What a tenant's IdP may present: `entra`, `token_hashes`, `issued_tokens`, `raw_token`, `basic`; and at which `hosts`. Holds hashes only, never what they are of.

use std::collections::BTreeMap;
use std::sync::Arc;

use proxy::tenant::{BasicLogin, Credentials, EntraCloud, EntraTrust, TokenHash};
use rules::diagnostics::Code;
use rules::document::{Section, Text, shortened};

use super::claims::Claims;
use super::{cloud, wrong};

/// Most Entra tenants, tokens or user names of one tenant.
const CREDENTIALS_MAX: usize = 100;
/// Longest user name of HTTP Basic, in bytes.
pub(super) const USER_BYTES_MAX: usize = 255;

const ENTRA: &str = "entra";
const TOKEN_HASHES: &str = "token_hashes";
const BASIC: &str = "basic";
const RAW_TOKEN: &str = "raw_token";
const HOSTS: &str = "hosts";
const ISSUED: &str = "issued_tokens";

/// All credentials of a tenant. That there are none is a problem too.
pub(super) fn read(
    section: &Section<'_>,
    clouds: &BTreeMap<String, Arc<EntraCloud>>,
    claims: &mut Claims,
) -> Credentials {
    let credentials = Credentials {
        entra: trusts(section, clouds, claims),
        tokens: tokens(section, claims),
        basic: logins(section, claims),
        raw_token: section.flag(RAW_TOKEN).unwrap_or_default(),
        issued: section.flag(ISSUED).unwrap_or_default(),
        hosts: hosts(section),
    };
    if !credentials.issued && [ENTRA, TOKEN_HASHES, BASIC].into_iter().all(|key| section.value(key).is_none()) {
        let help = "write `entra = [{ tid = \"…\" }]`, `token_hashes = [\"sha256:…\"]`, `issued_tokens = true`, or \
                    `basic = [{ user = \"…\", password_hash = \"sha256:…\" }]`; `scimgate token new` makes a hash";
        section.report(Code::MissingKey, section.span, "nobody could call for this tenant", help);
    } else if let Some(raw) =
        section.value(RAW_TOKEN).filter(|_| !credentials.issued && section.value(TOKEN_HASHES).is_none())
    {
        let help = "leave it out, or write `token_hashes = [\"sha256:…\"]` as `scimgate token new` prints it";
        section.report(Code::MissingKey, raw.key.span, "`raw_token` is about `token_hashes`, and there are none", help);
    }
    credentials
}

/// Host names, which tenants may share: customers of one region.
fn hosts(section: &Section<'_>) -> Vec<String> {
    let fits = |text: &Text<'_>| {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
        // RFC 1035 §2.3.4: 255 octets on the wire, 253 characters.
        let fine = (1..=253).contains(&text.value.len())
            && text.value.bytes().all(letter)
            && text.value.split('.').all(|label| (1..=63).contains(&label.len()));
        if !fine {
            let message = format!("`{}` is no host name", shortened(text.value));
            let help = "write it in small letters, without scheme, port and path: \"acme.scim.example.com\"";
            wrong(section, Code::Name, *text, message, help);
        }
        fine
    };
    section.texts(HOSTS, CREDENTIALS_MAX).into_iter().filter(fits).map(|text| text.value.to_owned()).collect()
}

fn trusts(section: &Section<'_>, clouds: &BTreeMap<String, Arc<EntraCloud>>, claims: &mut Claims) -> Vec<EntraTrust> {
    let sections = section.sections(ENTRA, CREDENTIALS_MAX).into_iter();
    sections.filter_map(|section| trust(section, clouds, claims)).collect()
}

fn trust(section: Section<'_>, clouds: &BTreeMap<String, Arc<EntraCloud>>, claims: &mut Claims) -> Option<EntraTrust> {
    let cloud = match section.text("cloud") {
        None => clouds.get(cloud::GLOBAL).cloned(),
        Some(name) => {
            let found = clouds.get(name.value).cloned();
            if found.is_none() {
                let known: Vec<&str> = clouds.keys().map(String::as_str).collect();
                let message = format!("there is no cloud `{}`", name.value);
                wrong(&section, Code::UnknownWord, name, message, format!("write one of {}", known.join(", ")));
            }
            found
        }
    };
    let text = section.required_text("tid", "\"7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa\"");
    let tid = text.and_then(|text| {
        let tid = text.value.to_ascii_lowercase();
        let fine = uuid::Uuid::try_parse(&tid).is_ok_and(|uuid| uuid.hyphenated().to_string() == tid);
        if fine {
            let terms = cloud.as_ref().map_or("", |cloud| &cloud.name);
            claims.claim(&section, text, format!("the Entra tenant `{tid}`"), terms);
        } else {
            let help = "copy «Tenant ID» from the overview page of the customer's Entra admin centre";
            wrong(&section, Code::Name, text, format!("`{}` is not a tenant ID", shortened(text.value)), help);
        }
        fine.then_some(tid)
    });
    section.finish();
    Some(EntraTrust { tid: tid?, cloud: cloud? })
}

fn tokens(section: &Section<'_>, claims: &mut Claims) -> Vec<TokenHash> {
    let hashes = section.texts(TOKEN_HASHES, CREDENTIALS_MAX).into_iter().filter_map(|text| {
        let hash = hash(section, text, "write the hash, never the token: `scimgate token hash` makes one")?;
        claims.claim(section, text, format!("the token `{}`", text.value.to_ascii_lowercase()), "");
        Some(hash)
    });
    hashes.collect()
}

fn logins(section: &Section<'_>, claims: &mut Claims) -> Vec<BasicLogin> {
    let sections = section.sections(BASIC, CREDENTIALS_MAX).into_iter();
    sections.filter_map(|section| login(section, claims)).collect()
}

fn login(section: Section<'_>, claims: &mut Claims) -> Option<BasicLogin> {
    let user = section.required_text("user", "\"AC0123\"").and_then(|text| {
        // RFC 7617 §2: the first colon ends the user name, and no control characters anywhere.
        let fine = (1..=USER_BYTES_MAX).contains(&text.value.len())
            && !text.value.contains(|char: char| char == ':' || char.is_control());
        if fine {
            claims.claim(&section, text, format!("the user name `{}`", text.value), "");
        } else {
            let message = "this cannot be the user name of HTTP Basic";
            let help =
                format!("write 1 to {USER_BYTES_MAX} bytes without colon, line break or other control character");
            // What holds a colon may be name and password in one: it is not repeated.
            wrong(&section, Code::SecretValue, text, message, help);
        }
        fine.then(|| text.value.to_owned())
    });
    let password = section.required_text("password_hash", "\"sha256:…\"").and_then(|text| {
        // A plain hash: only what was generated with 256 random bits is safe behind it.
        let help = "`scimgate token new` makes a password, which the IdP is given, and its hash, which stands here";
        hash(&section, text, help)
    });
    section.finish();
    Some(BasicLogin { user: user?, password: password? })
}

/// The hash that a text holds. Whoever mixes the two up has written the secret itself: it is not repeated.
fn hash(section: &Section<'_>, text: Text<'_>, help: &str) -> Option<TokenHash> {
    let hash = text.value.strip_prefix("sha256:").and_then(hex);
    if hash.is_none() {
        wrong(section, Code::SecretValue, text, "this is not `sha256:` and 64 hexadecimal digits", help);
    }
    hash.map(TokenHash)
}

/// 64 hexadecimal digits.
fn hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}
