//! `scimgate new`: rules for a new product to start from: a profile with the questions to ask of an API's documentation, its first cases, and
//! a page for whoever comes next. Never writes over anything.

mod shape;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Exit, complain, print};
use crate::cli;

use self::shape::{SHAPES, Shape, filled};

/// Longest name of a product, in bytes; that of a profile.
const NAME_BYTES_MAX: usize = 64;

/// Writes the folder, or says what would be written, or what there is to choose from.
#[must_use]
pub fn run(options: &cli::New) -> Exit {
    if options.list {
        let width = SHAPES.iter().map(|shape| shape.name.len()).max().unwrap_or(0);
        for shape in SHAPES {
            print(&format!("{:width$}  {}", shape.name, shape.about()));
        }
        return Exit::Fine;
    }
    match made(options) {
        Ok(folder) if options.dry_run => folder.files.iter().for_each(|(path, text)| {
            print(&format!("# {}\n{}", path.display(), text.trim_end()));
        }),
        Ok(folder) => {
            if let Err(message) = folder.write() {
                complain(&message);
                return Exit::Failed;
            }
            folder.files.iter().for_each(|(path, _)| print(&path.display().to_string()));
            let name = folder.path.display();
            complain(&format!(
                "answer the questions in `{name}/profile.toml`, then `scimgate check {name}` and `scimgate test {name}`"
            ));
        }
        Err(message) => {
            complain(&message);
            return Exit::Unusable;
        }
    }
    Exit::Fine
}

/// What is written where.
struct Folder {
    path: PathBuf,
    files: Vec<(PathBuf, String)>,
}

/// The folder as it would be.
///
/// # Errors
/// That the name or the shape cannot be used, and what can.
fn made(options: &cli::New) -> Result<Folder, String> {
    let name = options.name.as_deref().unwrap_or_default();
    let like = options.like.as_deref().unwrap_or_default();
    let shape = SHAPES.iter().find(|shape| shape.name == like).ok_or_else(|| {
        let names: Vec<String> = SHAPES.iter().map(|shape| format!("`{}`", shape.name)).collect();
        format!("there is no shape `{like}`: write one of {}", names.join(", "))
    })?;
    if !is_name(name) {
        return Err(format!("`{name}` cannot be the name of a profile: use a-z, 0-9 and -, at most {NAME_BYTES_MAX}"));
    }
    let path = options.output.clone().unwrap_or_else(|| PathBuf::from(name));
    Ok(Folder { files: files(&path, shape, name), path })
}

fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.len() <= NAME_BYTES_MAX
        && name.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && name.bytes().all(fits)
}

fn files(folder: &Path, shape: &Shape, name: &str) -> Vec<(PathBuf, String)> {
    let file = |(file, text): (&str, &str)| (folder.join(file), filled(text, name));
    shape.files().map(file).into()
}

impl Folder {
    /// Writes all files or none.
    ///
    /// # Errors
    /// Which file is there already, or cannot be written.
    fn write(&self) -> Result<(), String> {
        if let Some((there, _)) = self.files.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
            return Err(format!(
                "`{}` is there already: nothing was written; choose another `--output`",
                there.display()
            ));
        }
        let cannot = |path: &Path, error: std::io::Error| format!("`{}` cannot be written: {error}", path.display());
        std::fs::create_dir_all(&self.path).map_err(|error| cannot(&self.path, error))?;
        for (path, text) in &self.files {
            let file = OpenOptions::new().write(true).create_new(true).open(path);
            file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| cannot(path, error))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
