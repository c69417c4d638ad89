//! `scimgate schema`: what may stand in a profile or a configuration, as JSON Schema for editors.

use rules::profile::keys::PROFILE;

use super::{Exit, print};
use crate::cli::Schema;
use crate::config::CONFIG;

/// Prints the schema.
#[must_use]
pub fn run(of: Schema) -> Exit {
    let schema = match of {
        Schema::Profile => PROFILE.to_schema("A profile of scimgate"),
        Schema::Config => CONFIG.to_schema("The configuration of scimgate"),
    };
    print(&format!("{schema:#}"));
    Exit::Fine
}

#[cfg(test)]
mod tests;
