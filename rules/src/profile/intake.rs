//! What of a sent resource counts, worked out once when a profile loads: which mappings take something, and what of each
//! attribute mappings take.
//!
//! Derived from the mappings and nothing else; the translation reads it for every request.

use scim::schema::Mutability;

use super::{Mapping, Source, Write};

/// What is taken of what is sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Intake {
    /// Indices of the mappings for which it counts what is sent, in the order of the file.
    pub(crate) mappings: Vec<usize>,
    /// Each attribute that is mapped, whole or in part, in whatever way: those of the core, and by URN those of extensions.
    core: Vec<Taken>,
    extensions: Vec<(String, Vec<Taken>)>,
}

/// What mappings take of one attribute.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    /// Its name within its schema.
    pub(crate) name: String,
    /// Whether a mapping is of all of it.
    pub(crate) is_whole: bool,
    /// Its parts that have mappings of their own: `givenName` of `name.givenName`.
    pub(crate) subs: Vec<String>,
    /// Indices of its mappings.
    pub(crate) mappings: Vec<usize>,
}

impl Intake {
    /// The same for the mappings of one type of resource and the fields that are computed from them.
    pub(crate) fn of(map: &[Mapping], write: &[Write]) -> Self {
        let indexed = || map.iter().enumerate();
        let counts = indexed().filter(|(_, mapping)| counts(mapping, write)).map(|(index, _)| index);
        let mut intake = Self { mappings: counts.collect(), ..Self::default() };
        for (index, mapping) in indexed() {
            intake.add(index, mapping);
        }
        intake
    }

    fn add(&mut self, index: usize, mapping: &Mapping) {
        let Some(top) = mapping.attribute.top() else { return };
        let extension = mapping.attribute.extension();
        // The canonical spelling: `urn:…:User:manager.value`, `emails[type eq "work"].value`.
        let prefix = extension.map_or(0, |urn| urn.len() + 1);
        let part = mapping.name.get(prefix + top.name.len()..).unwrap_or_default();
        let attributes = self.of_schema_mut(extension);
        let known = attributes.iter().position(|taken| taken.name == top.name);
        let at = known.unwrap_or_else(|| {
            let name = top.name.clone();
            attributes.push(Taken { name, is_whole: false, subs: Vec::new(), mappings: Vec::new() });
            attributes.len() - 1
        });
        let taken = &mut attributes[at];
        taken.mappings.push(index);
        taken.is_whole |= part.is_empty();
        taken.subs.extend(part.strip_prefix('.').map(str::to_owned));
    }

    fn of_schema_mut(&mut self, extension: Option<&str>) -> &mut Vec<Taken> {
        let Some(urn) = extension else { return &mut self.core };
        let known = self.extensions.iter().position(|(known, _)| known == urn);
        let at = known.unwrap_or_else(|| {
            self.extensions.push((urn.to_owned(), Vec::new()));
            self.extensions.len() - 1
        });
        &mut self.extensions[at].1
    }

    /// What is taken of the attributes of the core, or of those of an extension.
    pub(crate) fn of_schema(&self, extension: Option<&str>) -> &[Taken] {
        match extension {
            None => &self.core,
            Some(urn) => self.extensions.iter().find(|(known, _)| known == urn).map_or(&[], |(_, taken)| taken),
        }
    }
}

/// Whether it counts what an IdP sends: for fields, what is kept, and what is computed from fields that are computed from it
/// in turn.
fn counts(mapping: &Mapping, write: &[Write]) -> bool {
    mapping.attribute.leaf().is_none_or(|leaf| leaf.mutability != Mutability::ReadOnly)
        && match &mapping.source {
            Source::Direct { .. } | Source::Emptied { .. } | Source::Keep => true,
            Source::Constant(_) => false,
            Source::Expression { .. } => write.iter().any(|write| write.reads(mapping)),
        }
}
