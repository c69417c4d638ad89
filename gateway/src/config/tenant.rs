//! `[[tenant]]`: one customer.

use std::collections::BTreeMap;
use std::sync::Arc;

use json::Value;
use proxy::Secret;
use proxy::target::TargetAccess;
use proxy::tenant::EntraCloud;
use rules::diagnostics::Code;
use rules::document::{Section, Text, listed, shortened};
use rules::{Params, Profile};
use scim::Protocol;
use store::TenantId;

use super::claims::Claims;
use super::profiles::Shelf;
use super::secret::NoSecret;
use super::{Context, TenantConfig, address_code, credentials, secret, wrong};

/// Most secrets of one tenant.
const SECRETS_MAX: usize = 100;

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
    let protocol = protocol(&section);
    let credentials = credentials::read(&section, clouds, &mut context.claims);
    let given = given_params(&section);
    let params = profile.as_ref().and_then(|profile| params(&section, profile, &given));
    let target = section.section("target");
    if section.value("target").is_none() {
        section.missing("target", "{ base = \"https://product.example.com/internal\", secrets = { … } }");
    }
    let account = target.and_then(|target| account(target, profile.as_deref().zip(params.as_ref()), context));
    section.finish();
    let (base, target) = account?;
    Some(TenantConfig { id: id?, profile: profile?, params: params?, protocol, credentials, base, target })
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

/// A word in quotes: a number would make 2.0 and 2 the same.
fn protocol(section: &Section<'_>) -> Protocol {
    section.word("scim", &[Protocol::Scim20, Protocol::Scim11].map(|each| (each.as_str(), each))).unwrap_or_default()
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

/// `profile` comes with the tenant's parameters.
fn account(
    section: Section<'_>,
    profile: Option<(&Profile, &Params)>,
    context: &Context<'_>,
) -> Option<(String, TargetAccess)> {
    let base = section.required_text("base", "\"https://product.example.com/internal\"");
    if let Some(base) = base
        && let Err(error) = proxy::target::check_base(base.value)
    {
        wrong(&section, address_code(base.value), base, error.to_string(), "");
    }
    let secrets = secrets(&section, profile.map(|(profile, _)| profile), context);
    let span = section.span;
    let access = profile.zip(secrets).and_then(|((profile, params), secrets)| {
        match TargetAccess::bind(&profile.target, params, &secrets) {
            Ok(access) => Some(access),
            Err(error) => {
                let help = "write `secrets = { NAME = \"env:VARIABLE\" }` or `\"file:PATH\"`";
                section.report(Code::SecretValue, span, error.to_string(), help);
                None
            }
        }
    });
    section.finish();
    Some((base?.value.to_owned(), access?))
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
    named.bounded(entries.len(), SECRETS_MAX, "secrets", named.span);
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
                Err(NoSecret { message, help }) => {
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
