//! The two ports and the log: `[scim]`, `[admin]`, `[log]`.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use proxy::tls::TlsAcceptorSource;
use rules::diagnostics::Code;
use rules::document::Section;

use super::{Context, address_code, wrong};
use crate::logging::Format;

/// The public port.
pub struct ScimPort {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Scheme and authority that clients see; `None` means those of the port itself, which then is a loopback one.
    pub public_url: Option<String>,
    /// TLS; `None` is plain text on loopback or behind a proxy that ends TLS.
    pub tls: Option<TlsAcceptorSource>,
    /// How long requests in flight are given at shutdown.
    pub drain: Duration,
}

impl std::fmt::Debug for ScimPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { listen, public_url, tls, drain } = self;
        let mut debug = f.debug_struct("ScimPort");
        debug.field("listen", listen).field("public_url", public_url);
        debug.field("tls", &tls.is_some()).field("drain", drain).finish()
    }
}

/// The private port.
#[derive(Debug)]
pub struct AdminPort {
    /// Where to listen; loopback.
    pub listen: SocketAddr,
    /// Names under which a browser may open the status page.
    pub allowed_hosts: Vec<String>,
}

/// How to log.
#[derive(Debug, Clone, Copy)]
pub struct Log {
    /// `info`.
    pub level: &'static str,
    /// JSON or text.
    pub format: Format,
}

/// What `plain_http` has to say, so that nobody opens a plain port to the world by leaving a line out.
const BEHIND_A_PROXY: &str = "behind a proxy";

const SCIM_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);
const ADMIN_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9090);

/// `None` only if a problem was noted.
pub(super) fn scim(root: &Section<'_>, context: &Context<'_>) -> Option<ScimPort> {
    let Some(section) = root.section("scim") else {
        root.missing("scim", "{ listen = \"127.0.0.1:8080\" }");
        return None;
    };
    let listen = address(&section, SCIM_LISTEN);
    let public_url = public_url(&section, listen);
    let tls = tls(&section, context);
    let drain = section.number("drain_secs", 0..=600).unwrap_or(30);
    let plain = section.text("plain_http");
    let behind_a_proxy = plain.is_some_and(|plain| plain.value == BEHIND_A_PROXY);
    if let Some(plain) = plain.filter(|_| !behind_a_proxy) {
        let help = format!("write `plain_http = \"{BEHIND_A_PROXY}\"` if a proxy in front ends TLS");
        wrong(&section, Code::UnknownWord, plain, format!("`plain_http` cannot be `{}`", plain.value), help);
    }
    let is_loopback = listen.is_none_or(|listen| listen.ip().is_loopback());
    if section.value("tls").is_none() && !is_loopback && !behind_a_proxy {
        let help = format!(
            "write `tls = {{ certificate = \"tls.crt\", key = \"tls.key\" }}`, \
             or `plain_http = \"{BEHIND_A_PROXY}\"` if a proxy in front ends TLS"
        );
        section.report(Code::Unsafe, section.span, "the SCIM port would take tokens in plain text", help);
    }
    section.finish();
    Some(ScimPort {
        listen: listen?,
        public_url: public_url?,
        tls: tls?,
        drain: Duration::from_secs(u64::try_from(drain).unwrap_or(30)),
    })
}

/// The outer `None` only if a problem was noted.
#[expect(clippy::option_option, reason = "the outer is a problem, the inner means that there is no TLS")]
fn tls(section: &Section<'_>, context: &Context<'_>) -> Option<Option<TlsAcceptorSource>> {
    let Some(files) = section.section("tls") else { return section.value("tls").is_none().then_some(None) };
    let certificate = files.required_text("certificate", "\"tls.crt\"");
    let key = files.required_text("key", "\"tls.key\"");
    let span = files.span;
    files.finish();
    match TlsAcceptorSource::load(&context.path(certificate?.value), &context.path(key?.value)) {
        Ok(tls) => Some(Some(tls)),
        Err(error) => {
            section.report(Code::File, span, error.to_string(), "");
            None
        }
    }
}

/// The outer `None` only if a problem was noted.
#[expect(clippy::option_option, reason = "the outer is a problem, the inner means the port's own address")]
fn public_url(section: &Section<'_>, listen: Option<SocketAddr>) -> Option<Option<String>> {
    let example = "\"https://scim.example.com\"";
    let Some(url) = section.text("public_url") else {
        let own = listen.is_none_or(|listen| listen.ip().is_loopback());
        if !own {
            section.missing("public_url", example);
        }
        return own.then_some(None);
    };
    // What stands here begins every `meta.location`: nothing but scheme, host and port, in their one normal spelling.
    let fine = reqwest::Url::parse(url.value).is_ok_and(|parsed| {
        matches!(parsed.scheme(), "http" | "https") && parsed.origin().ascii_serialization() == url.value
    });
    if !fine {
        let message = "`public_url` must be scheme and host, as the IdP sees them";
        let help = format!("write `public_url = {example}`: in small letters, without path, slash or default port");
        wrong(section, address_code(url.value), url, message, help);
    }
    fine.then(|| Some(url.value.to_owned()))
}

/// `None` only if a problem was noted.
pub(super) fn admin(root: &Section<'_>) -> Option<AdminPort> {
    let Some(section) = root.section("admin") else {
        return root.value("admin").is_none().then(|| AdminPort { listen: ADMIN_LISTEN, allowed_hosts: Vec::new() });
    };
    let listen = address(&section, ADMIN_LISTEN);
    if listen.is_some_and(|listen| !listen.ip().is_loopback()) {
        let help = "write `listen = \"127.0.0.1:9090\"` and reach it through a tunnel or a sidecar";
        section.report(
            Code::Unsafe,
            section.span,
            "the private port is not authenticated and must stay on loopback",
            help,
        );
    }
    let allowed_hosts = section.texts("allowed_hosts", 100).into_iter().map(|text| text.value.to_owned()).collect();
    section.finish();
    Some(AdminPort { listen: listen?, allowed_hosts })
}

/// `None` only if a problem was noted.
pub(super) fn log(root: &Section<'_>) -> Option<Log> {
    const LEVELS: [(&str, &str); 5] =
        [("error", "error"), ("warn", "warn"), ("info", "info"), ("debug", "debug"), ("trace", "trace")];
    let default = Log { level: "info", format: Format::Json };
    let Some(section) = root.section("log") else { return root.value("log").is_none().then_some(default) };
    let level = section.word("level", &LEVELS).unwrap_or(default.level);
    let format = section.word("format", &[("json", Format::Json), ("text", Format::Text)]).unwrap_or(default.format);
    section.finish();
    Some(Log { level, format })
}

/// `None` only if a problem was noted.
fn address(section: &Section<'_>, default: SocketAddr) -> Option<SocketAddr> {
    let Some(text) = section.text("listen") else { return section.value("listen").is_none().then_some(default) };
    let address = text.value.parse().ok();
    if address.is_none() {
        let message = format!("`{}` is not an address and port", text.value);
        wrong(
            section,
            Code::Address,
            text,
            message,
            format!("write `listen = \"{default}\"`; a host name is not resolved here"),
        );
    }
    address
}
