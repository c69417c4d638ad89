//! Where profiles come from: a folder of the operator's, or the ones that ship.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rules::Profile;
use rules::diagnostics::{Code, Report};
use rules::document::Section;
use rules::profile::PROFILE_BYTES_MAX;
use rules::shipped::{SHIPPED, shipped};

use super::{Context, read_text, wrong};
use crate::command::test::CASES_BYTES_MAX;

/// The text of a profile, and of the tests beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileSource {
    /// What to call it in messages: `telemessage/profile.toml`.
    pub file: String,
    /// `profile.toml`.
    pub profile: String,
    /// `profile.test.toml` and what to call it, if it is there.
    pub tests: Option<(String, String)>,
}

/// Finds a profile as people name one: a file, a folder with a `profile.toml`, or the name of a shipped profile.
///
/// # Errors
/// What was looked for and is not there, and what is.
pub fn find_profile(path: &Path) -> Result<ProfileSource, String> {
    if path.is_dir() {
        return from_file(&path.join("profile.toml"));
    }
    if path.is_file() {
        return from_file(path);
    }
    let name = path.to_str().unwrap_or_default();
    shipped(name).map(|shipped| from_shipped(shipped.name, shipped.profile, shipped.tests)).ok_or_else(|| {
        let names: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.name).collect();
        format!("there is no file, folder or shipped profile `{}`; shipped are {}", path.display(), names.join(", "))
    })
}

fn from_file(path: &Path) -> Result<ProfileSource, String> {
    let unreadable = |error: std::io::Error| format!("`{}` cannot be read: {error}", path.display());
    let profile = read_text(path, PROFILE_BYTES_MAX).map_err(unreadable)?;
    let beside = path.with_extension("test.toml");
    let tests = read_text(&beside, CASES_BYTES_MAX).ok().map(|text| (beside.display().to_string(), text));
    Ok(ProfileSource { file: path.display().to_string(), profile, tests })
}

fn from_shipped(name: &str, profile: &str, tests: &str) -> ProfileSource {
    ProfileSource {
        file: format!("{name}/profile.toml"),
        profile: profile.to_owned(),
        tests: Some((format!("{name}/profile.test.toml"), tests.to_owned())),
    }
}

/// `[profiles]`: the operator's own folder, if there is one.
pub(super) fn folder(root: &Section<'_>, context: &Context<'_>) -> Option<PathBuf> {
    let section = root.section("profiles")?;
    let text = section.text("folder");
    section.finish();
    let text = text?;
    let folder = context.path(text.value);
    if !folder.is_dir() {
        let message = format!("there is no folder `{}`", folder.display());
        wrong(root, Code::File, text, message, "name the folder that holds NAME/profile.toml");
    }
    Some(folder)
}

/// The profiles of one configuration: each is read once, however many tenants use it.
pub(super) struct Shelf {
    folder: Option<PathBuf>,
    loaded: BTreeMap<String, Option<Arc<Profile>>>,
}

impl Shelf {
    /// Profiles of `folder` shadow the shipped ones.
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, loaded: BTreeMap::new() }
    }

    /// The profile called `name`, `None` if it has problems; those are added to `reports` the first time.
    ///
    /// # Errors
    /// That there is none, and what there is.
    pub(super) fn profile(&mut self, name: &str, reports: &mut Vec<Report>) -> Result<Option<Arc<Profile>>, String> {
        if let Some(loaded) = self.loaded.get(name) {
            return Ok(loaded.clone());
        }
        let source = self.source(name)?;
        let loaded = match Profile::load(&source.file, &source.profile) {
            Ok((profile, _warnings)) => Some(Arc::new(profile)),
            Err(report) => {
                reports.push(report);
                None
            }
        };
        self.loaded.insert(name.to_owned(), loaded.clone());
        Ok(loaded)
    }

    fn source(&self, name: &str) -> Result<ProfileSource, String> {
        // A name is one plain word, so it cannot lead out of the folder.
        let plain = !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !plain {
            return Err(format!("`{name}` is not the name of a profile: use a-z, 0-9 and -"));
        }
        if let Some(folder) = self.folder.as_ref().map(|folder| folder.join(name)).filter(|folder| folder.is_dir()) {
            return find_profile(&folder);
        }
        shipped(name).map(|shipped| from_shipped(shipped.name, shipped.profile, shipped.tests)).ok_or_else(|| {
            let names: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.name).collect();
            let own =
                self.folder.as_ref().map_or_else(String::new, |folder| format!("not in `{}`, and ", folder.display()));
            format!("there is no profile `{name}`: {own}shipped are {}", names.join(", "))
        })
    }
}
