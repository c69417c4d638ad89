//! The profiles that ship with the binary.

/// One shipped profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipped {
    /// Its name, also its folder: `telemessage`.
    pub name: &'static str,
    /// `profile.toml`.
    pub profile: &'static str,
    /// `profile.test.toml`.
    pub tests: &'static str,
}

/// The folder of a profile, as it stands in the binary.
macro_rules! folder {
    ($name:literal) => {
        Shipped {
            name: $name,
            profile: include_str!(concat!("../profiles/", $name, "/profile.toml")),
            tests: include_str!(concat!("../profiles/", $name, "/profile.test.toml")),
        }
    };
}

/// All of them, by name.
pub const SHIPPED: &[Shipped] = &[
    folder!("directory"),
    folder!("itmc"),
    folder!("redmine"),
    folder!("synapse"),
    folder!("talkdesk"),
    folder!("telemessage"),
    folder!("telemetrytv"),
    folder!("telmediq"),
];

/// The shipped profile called `name`.
#[must_use]
pub fn shipped(name: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.name == name)
}
