//! Where a value stands in a resource, as a message names it: `name.givenName`, `urn:…:User:department`.
//!
//! A chain of borrowed names, so that reading a resource without fault allocates no path.

use std::fmt;

use crate::path::BoundPath;

/// Where a value stands, for messages; printed only when there is one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'p> {
    /// What holds it, and the character between the two.
    within: Option<(&'p Place<'p>, char)>,
    name: Name<'p>,
}

#[derive(Debug, Clone, Copy)]
enum Name<'p> {
    Text(&'p str),
    Path(&'p BoundPath),
}

impl<'p> Place<'p> {
    /// A place by its whole path.
    pub(crate) fn root(name: &'p str) -> Self {
        Place { within: None, name: Name::Text(name) }
    }

    /// The place that a path leads to.
    pub(crate) fn of(path: &'p BoundPath) -> Self {
        Place { within: None, name: Name::Path(path) }
    }

    /// A name within what holds it, if anything does, and the character between the two.
    pub(crate) fn within(holder: Option<(&'p Place<'p>, char)>, name: &'p str) -> Self {
        Place { within: holder, name: Name::Text(name) }
    }

    /// A sub-attribute.
    pub(crate) fn part(&'p self, name: &'p str) -> Self {
        Place::within(Some((self, '.')), name)
    }

    /// An attribute of an extension.
    pub(super) fn member(&'p self, name: &'p str) -> Self {
        Place::within(Some((self, ':')), name)
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((place, joint)) = self.within {
            write!(f, "{place}{joint}")?;
        }
        match self.name {
            Name::Text(name) => f.write_str(name),
            Name::Path(path) => path.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_prints_as_a_path() {
        let extension = Place::root("urn:example:User");
        let manager = extension.member("manager");
        assert_eq!(manager.part("value").to_string(), "urn:example:User:manager.value");
        assert_eq!(Place::root("name").part("givenName").to_string(), "name.givenName");
    }
}
