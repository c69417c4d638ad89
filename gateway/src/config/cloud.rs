//! `[entra.cloud.NAME]`: what differs between Entra's clouds, and between Entra and a test's own issuer.

use std::collections::BTreeMap;
use std::sync::Arc;

use proxy::tenant::EntraCloud;
use rules::diagnostics::Code;
use rules::document::Section;

use super::{address_code, wrong};

/// The cloud that is meant if none is named.
pub(super) const GLOBAL: &str = "global";
/// Most texts in one list of a cloud.
const LIST_MAX: usize = 100;

/// Entra's global cloud (idp-dialects §1a; entra-docs, access-tokens).
fn global() -> EntraCloud {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    EntraCloud {
        name: GLOBAL.to_owned(),
        metadata: "https://login.microsoftonline.com/{tid}/.well-known/openid-configuration".to_owned(),
        // Version 1.0 metadata has been seen to name this host for keys.
        key_hosts: texts(&["login.windows.net"]),
        issuers: texts(&["https://sts.windows.net/{tid}/"]),
        audiences: texts(&["8adf8e6e-67b2-4cf2-a259-e3dc5476c621"]),
        app_ids: texts(&["00000014-0000-0000-c000-000000000000"]),
        clock_skew_secs: 300,
    }
}

/// All clouds by name: `global`, overridden key by key, and those that the file adds, which start from it.
pub(super) fn clouds(root: &Section<'_>) -> BTreeMap<String, Arc<EntraCloud>> {
    let mut clouds = BTreeMap::from([(GLOBAL.to_owned(), Arc::new(global()))]);
    let Some(entra) = root.section("entra") else { return clouds };
    if let Some(named) = entra.section("cloud") {
        for entry in named.entries() {
            let name = entry.key.value.to_owned();
            let Some(section) = named.subsection(entry, format!("entra.cloud.{name}")) else { continue };
            clouds.insert(name.clone(), Arc::new(cloud(section, name)));
        }
    }
    entra.finish();
    clouds
}

fn cloud(section: Section<'_>, name: String) -> EntraCloud {
    let start = global();
    let list = |key: &'static str, default: Vec<String>| {
        let given: Vec<String> = section.texts(key, LIST_MAX).into_iter().map(|text| text.value.to_owned()).collect();
        if section.value(key).is_some() { given } else { default }
    };
    let cloud = EntraCloud {
        name,
        metadata: metadata(&section).unwrap_or(start.metadata),
        key_hosts: list("key_hosts", start.key_hosts),
        issuers: list("issuers", start.issuers),
        audiences: list("audiences", start.audiences),
        app_ids: list("app_ids", start.app_ids),
        clock_skew_secs: section
            .number("clock_skew_secs", 0..=300)
            .and_then(|secs| u64::try_from(secs).ok())
            .unwrap_or(start.clock_skew_secs),
    };
    for (key, values) in [("issuers", &cloud.issuers), ("audiences", &cloud.audiences), ("app_ids", &cloud.app_ids)] {
        if values.is_empty() {
            let help = format!("leave `{key}` out for Entra's own");
            section.report(Code::Range, section.span, format!("no token could ever pass: `{key}` is empty"), help);
        }
    }
    if !cloud.issuers.iter().all(|issuer| issuer.contains("{tid}")) {
        let help = "write `issuers = [\"https://sts.windows.net/{tid}/\"]`";
        section.report(
            Code::Address,
            section.span,
            "an issuer without `{tid}` would be the same for all tenants",
            help,
        );
    }
    section.finish();
    cloud
}

fn metadata(section: &Section<'_>) -> Option<String> {
    let text = section.text("metadata")?;
    let fine = text.value.contains("{tid}")
        && !text.value.contains('@')
        && reqwest::Url::parse(text.value).is_ok_and(|url| {
            let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
            url.scheme() == "https" || (url.scheme() == "http" && loopback)
        });
    if !fine {
        let message = "`metadata` must be an https URL with `{tid}`";
        let help = "write `metadata = \"https://login.microsoftonline.com/{tid}/.well-known/openid-configuration\"`";
        wrong(section, address_code(text.value), text, message, help);
    }
    fine.then(|| text.value.to_owned())
}
