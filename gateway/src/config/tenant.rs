//! `[[tenant]]`: one customer.

use std::collections::BTreeMap;
use std::sync::Arc;

use proxy::Secret;
use proxy::target::TargetCredentials;
use proxy::tenant::{Credentials, EntraCloud, EntraTrust, TokenHash};
use rules::diagnostics::Code;
use rules::document::{Section, Text, listed, shortened};
use rules::{Params, Profile};
use serde_json::Value;
use store::TenantId;

use super::claims::Claims;
use super::profiles::Shelf;
use super::{Context, TenantConfig, address_code, cloud, secret, wrong};

/// Most Entra tenants, tokens or secrets of one tenant.
const CREDENTIALS_MAX: usize = 100;

/// `None` only if a problem was noted.
pub(super) fn read(
    section: Section<'_>,
    clouds: &BTreeMap<String, Arc<EntraCloud>>,
    shelf: &mut Shelf,
    context: &mut Context<'_>,
) -> Option<TenantConfig> {
    context.claims.next_tenant();
    let id = id(&section, &mut context.claims);
    let name = section.required_text("profile", "\"telemessage\"");
    let profile = name.and_then(|name| profile(&section, name, shelf, context));
    let entra = trusts(&section, clouds, &mut context.claims);
    let credentials = Credentials { entra, tokens: tokens(&section, &mut context.claims) };
    if section.value("entra").is_none() && section.value("token_hashes").is_none() {
        let help =
            "write `entra = [{ tid = \"…\" }]`, or `token_hashes = [\"sha256:…\"]` as `scimgate token new` prints it";
        section.report(Code::MissingKey, section.span, "nobody could call for this tenant", help);
    }
    let given = given_params(&section);
    let params = profile.as_ref().and_then(|profile| params(&section, profile, &given));
    let target = section.section("target");
    if section.value("target").is_none() {
        section.missing("target", "{ base = \"https://product.example.com/internal\", secrets = { … } }");
    }
    let account = target.and_then(|target| account(target, profile.as_deref(), context));
    section.finish();
    let (base, target) = account?;
    Some(TenantConfig { id: id?, profile: profile?, params: params?, credentials, base, target })
}

fn id(section: &Section<'_>, claims: &mut Claims) -> Option<TenantId> {
    let text = section.required_text("id", "\"acme\"")?;
    match text.value.parse() {
        Ok(id) => {
            claims.claim(section, text, format!("the tenant id `{id}`"), "");
            Some(id)
        }
        Err(error) => {
            wrong(section, Code::Name, text, store::TenantIdError::to_string(&error), "");
            None
        }
    }
}

fn profile(
    section: &Section<'_>,
    name: Text<'_>,
    shelf: &mut Shelf,
    context: &mut Context<'_>,
) -> Option<Arc<Profile>> {
    match shelf.profile(name.value, context.reports) {
        Ok(Some(profile)) => Some(profile),
        Ok(None) => {
            let message = format!("the profile `{}` has problems", name.value);
            wrong(section, Code::Profile, name, message, "they are listed with its own file");
            None
        }
        Err(message) => {
            wrong(section, Code::Profile, name, message, "");
            None
        }
    }
}

fn trusts(section: &Section<'_>, clouds: &BTreeMap<String, Arc<EntraCloud>>, claims: &mut Claims) -> Vec<EntraTrust> {
    let sections = section.sections("entra", CREDENTIALS_MAX).into_iter();
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
    let hashes = section.texts("token_hashes", CREDENTIALS_MAX).into_iter().filter_map(|text| {
        let hash = text.value.strip_prefix("sha256:").and_then(hex);
        if hash.is_some() {
            claims.claim(section, text, format!("the token `{}`", text.value.to_ascii_lowercase()), "");
        } else {
            // Whoever mixes them up has written the token itself.
            let help = "write the hash, never the token: `scimgate token hash` makes one";
            wrong(section, Code::SecretValue, text, "this is not `sha256:` and 64 hexadecimal digits", help);
        }
        hash.map(TokenHash)
    });
    hashes.collect()
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

fn given_params(section: &Section<'_>) -> BTreeMap<String, Value> {
    let Some(params) = section.section("params") else { return BTreeMap::new() };
    let given =
        params.entries().into_iter().filter_map(|entry| Some((entry.key.value.to_owned(), params.scalar(entry)?)));
    given.collect()
}

fn params(section: &Section<'_>, profile: &Profile, given: &BTreeMap<String, Value>) -> Option<Params> {
    match Params::bind(&profile.params, given) {
        Ok(params) => Some(params),
        Err(problems) => {
            let span = section.value("params").map_or(section.span, |entry| entry.key.span);
            for problem in problems {
                section.report(Code::Param, span, problem, format!("see `[params]` of the profile `{}`", profile.name));
            }
            None
        }
    }
}

fn account(
    section: Section<'_>,
    profile: Option<&Profile>,
    context: &Context<'_>,
) -> Option<(String, TargetCredentials)> {
    let base = section.required_text("base", "\"https://product.example.com/internal\"");
    if let Some(base) = base
        && let Err(error) = proxy::target::check_base(base.value)
    {
        wrong(&section, address_code(base.value), base, error.to_string(), "");
    }
    let secrets = secrets(&section, profile, context);
    let span = section.span;
    let credentials = profile.zip(secrets).and_then(|(profile, secrets)| {
        match TargetCredentials::bind(&profile.target.auth, &secrets) {
            Ok(credentials) => Some(credentials),
            Err(error) => {
                let help = "write `secrets = { NAME = \"env:VARIABLE\" }` or `\"file:PATH\"`";
                section.report(Code::SecretValue, span, error.to_string(), help);
                None
            }
        }
    });
    section.finish();
    Some((base?.value.to_owned(), credentials?))
}

/// `None` only if a problem was noted.
fn secrets(
    section: &Section<'_>,
    profile: Option<&Profile>,
    context: &Context<'_>,
) -> Option<BTreeMap<String, Secret>> {
    let Some(named) = section.section("secrets") else {
        return section.value("secrets").is_none().then(BTreeMap::new);
    };
    let entries = named.entries();
    named.bounded(entries.len(), CREDENTIALS_MAX, "secrets", named.span);
    let mut secrets = BTreeMap::new();
    let mut fine = true;
    for entry in entries {
        if let Some(profile) = profile.filter(|profile| !profile.secrets().contains(&entry.key.value)) {
            let message = format!("the profile `{}` asks for no secret `{}`", profile.name, shortened(entry.key.value));
            let help = match listed(&profile.secrets()) {
                none if none.is_empty() => "leave it out".to_owned(),
                known => format!("it asks for {known}"),
            };
            wrong(&named, Code::UnknownKey, entry.key, message, help);
        }
        let read = match named.text_of(entry) {
            None => None,
            Some(reference) => match secret::read(reference.value, context) {
                Ok(secret) => Some(secret),
                Err(message) => {
                    let help = "write `\"env:VARIABLE\"` or `\"file:PATH\"`";
                    wrong(&named, Code::SecretValue, reference, format!("`{}`: {message}", entry.key.value), help);
                    None
                }
            },
        };
        fine &= read.is_some();
        secrets.extend(read.map(|secret| (entry.key.value.to_owned(), secret)));
    }
    fine.then_some(secrets)
}
