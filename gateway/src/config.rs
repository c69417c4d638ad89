//! `scimgate.toml`: read, checked, typed. Every problem of the file, its profiles, secrets and certificates is told at once.
//!
//! Holding a [`Config`] proves that everything it names was there and fitted together when it was read; nothing has been
//! started yet.

mod claims;
mod cloud;
mod credentials;
mod file;
mod keys;
mod limits;
mod ports;
mod profiles;
mod secret;
mod tenant;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proxy::target::TargetAccess;
use proxy::tenant::Credentials;
use rules::diagnostics::{Code, Colour, Report};
use rules::document::{Section, Sheet, Text};
use rules::{Params, Profile};
use scim::Protocol;
use store::TenantId;

use claims::Claims;

pub(crate) use file::read_text;
pub use keys::CONFIG;
pub use limits::Limits;
pub use ports::{AdminPort, Log, ScimPort};
pub use profiles::{ProfileSource, find_profile};

/// Largest configuration, in bytes: 10,000 tenants fit.
pub const CONFIG_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most tenants.
pub const TENANTS_MAX: usize = 20_000;

/// A configuration that can be started.
#[derive(Debug)]
pub struct Config {
    /// The public port.
    pub scim: ScimPort,
    /// The private port.
    pub admin: AdminPort,
    /// The store's file.
    pub store: PathBuf,
    /// How long things may take.
    pub limits: Limits,
    /// How to log.
    pub log: Log,
    /// The customers, in the order of the file.
    pub tenants: Vec<TenantConfig>,
}

/// One customer, every name resolved and every secret read.
#[derive(Debug)]
pub struct TenantConfig {
    /// Its name.
    pub id: TenantId,
    /// Its profile, shared with the tenants that use the same.
    pub profile: Arc<Profile>,
    /// The profile's parameters.
    pub params: Params,
    /// Which SCIM its IdP speaks.
    pub protocol: Protocol,
    /// What its IdP may present.
    pub credentials: Credentials,
    /// Base URL of its account at the target.
    pub base: String,
    /// What the target wants to see.
    pub target: TargetAccess,
}

/// Everything that is wrong, file by file.
#[derive(Debug)]
pub struct Problems {
    /// The configuration's own report, and one for each profile that has problems.
    pub reports: Vec<Report>,
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for report in &self.reports {
            f.write_str(&report.to_terminal(Colour::Plain))?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl Config {
    /// Reads and checks a file and everything it names; relative paths in it start at its folder.
    ///
    /// # Errors
    /// All [`Problems`].
    pub fn load(file: &Path) -> Result<Self, Problems> {
        Self::load_with(file, Secrets::Needed)
    }

    /// The same for who reaches no target: a secret that is not there is none.
    ///
    /// # Errors
    /// All other [`Problems`].
    pub fn load_for_reading(file: &Path) -> Result<Self, Problems> {
        Self::load_with(file, Secrets::IfThere)
    }

    fn load_with(file: &Path, secrets: Secrets) -> Result<Self, Problems> {
        let name = file.display().to_string();
        let text = read_text(file, CONFIG_BYTES_MAX).map_err(|error| unreadable(&name, &error))?;
        let folder = file.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        Self::parse_with(&name, &text, &folder, secrets)
    }

    /// The same for a text that is not in a file; `folder` is where its relative paths start.
    ///
    /// # Errors
    /// All [`Problems`].
    pub fn parse(name: &str, text: &str, folder: &Path) -> Result<Self, Problems> {
        Self::parse_with(name, text, folder, Secrets::Needed)
    }

    fn parse_with(name: &str, text: &str, folder: &Path, secrets: Secrets) -> Result<Self, Problems> {
        let sheet = Sheet::new(name, text).defined_by(&CONFIG);
        let mut reports = Vec::new();
        let config = sheet.document(CONFIG_BYTES_MAX, |root| {
            let context = Context { folder, reports: &mut reports, claims: Claims::default(), secrets };
            read(root, context)
        });
        let mut own = sheet.into_report();
        // A secret that was pasted without quotes, below a key of its own or in another place: its line is named, not shown.
        own.conceal(|code| matches!(code, Code::Toml | Code::UnknownKey | Code::WrongType | Code::Param));
        match config.flatten() {
            Some(config) if !own.has_errors() && !reports.iter().any(Report::has_errors) => Ok(config),
            _ => {
                if !own.diagnostics.is_empty() {
                    reports.insert(0, own);
                }
                Err(Problems { reports })
            }
        }
    }
}

/// What reading a configuration needs to know beside its text.
struct Context<'a> {
    /// Where relative paths start.
    folder: &'a Path,
    /// Reports of profiles with problems.
    reports: &'a mut Vec<Report>,
    /// What the tenants so far have claimed.
    claims: Claims,
    /// What becomes of secrets that are not there.
    secrets: Secrets,
}

/// What becomes of a secret that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Secrets {
    /// It is a problem.
    Needed,
    /// Something stands in for it.
    IfThere,
}

impl Context<'_> {
    fn path(&self, text: &str) -> PathBuf {
        self.folder.join(text)
    }
}

fn read(root: Section<'_>, mut context: Context<'_>) -> Option<Config> {
    let scim = ports::scim(&root, &context);
    let admin = ports::admin(&root);
    let log = ports::log(&root);
    let limits = limits::limits(&root);
    let store = root.section("store").and_then(|section| {
        let path = section.text("path").map(|path| context.path(path.value));
        section.finish();
        path
    });
    let folder = profiles::folder(&root, &context);
    let clouds = cloud::clouds(&root);
    let mut shelf = profiles::Shelf::new(folder);
    let sections = root.sections("tenant", TENANTS_MAX);
    if root.value("tenant").is_none_or(|tenants| tenants.value.as_array().is_some_and(|tenants| tenants.is_empty())) {
        root.missing("tenant", "[{ id = \"acme\", profile = \"telemessage\", … }]");
    }
    let tenants: Vec<TenantConfig> =
        sections.into_iter().filter_map(|section| tenant::read(section, &clouds, &mut shelf, &mut context)).collect();
    root.finish();
    Some(Config {
        scim: scim?,
        admin: admin?,
        store: store.unwrap_or_else(|| context.path("scimgate.db")),
        limits: limits?,
        log: log?,
        tenants,
    })
}

/// The report of a file that cannot be read at all.
fn unreadable(name: &str, error: &std::io::Error) -> Problems {
    let sheet = Sheet::new(name, "");
    sheet.report(
        Code::File,
        rules::source::Span::default(),
        format!("the file cannot be read: {error}"),
        "check the path and who may read it",
    );
    Problems { reports: vec![sheet.into_report()] }
}

/// The code of a text that should be an address and is none: one with a password or key in it goes into no report.
fn address_code(text: &str) -> Code {
    if text.contains(['@', '?', '#']) { Code::SecretValue } else { Code::Address }
}

/// Notes a problem with a text of the configuration.
fn wrong(section: &Section<'_>, code: Code, text: Text<'_>, message: impl Into<String>, help: impl Into<String>) {
    section.report(code, text.span, message, help);
}

#[cfg(test)]
mod tests;
