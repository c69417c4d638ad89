//! The demo's folder for its configuration, secret and store: a temporary one, gone when the demo is.

use std::path::{Path, PathBuf};

/// A folder that is removed when this is dropped.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes a folder that no other process uses.
    ///
    /// # Errors
    /// What the machine says.
    pub(super) fn make() -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("scimgate-demo-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind in the temporary folder is the operating system's to sweep.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_folder_is_gone_with_what_is_in_it() {
        let folder = Folder::make().unwrap();
        let path = folder.path().to_owned();
        std::fs::write(path.join("secret"), "x").unwrap();
        drop(folder);
        assert!(!path.exists());
    }
}
