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

/// All of them, by name.
pub const SHIPPED: &[Shipped] = &[
    Shipped {
        name: "directory",
        profile: include_str!("../profiles/directory/profile.toml"),
        tests: include_str!("../profiles/directory/profile.test.toml"),
    },
    Shipped {
        name: "itmc",
        profile: include_str!("../profiles/itmc/profile.toml"),
        tests: include_str!("../profiles/itmc/profile.test.toml"),
    },
    Shipped {
        name: "talkdesk",
        profile: include_str!("../profiles/talkdesk/profile.toml"),
        tests: include_str!("../profiles/talkdesk/profile.test.toml"),
    },
    Shipped {
        name: "telemessage",
        profile: include_str!("../profiles/telemessage/profile.toml"),
        tests: include_str!("../profiles/telemessage/profile.test.toml"),
    },
    Shipped {
        name: "telemetrytv",
        profile: include_str!("../profiles/telemetrytv/profile.toml"),
        tests: include_str!("../profiles/telemetrytv/profile.test.toml"),
    },
    Shipped {
        name: "telmediq",
        profile: include_str!("../profiles/telmediq/profile.toml"),
        tests: include_str!("../profiles/telmediq/profile.test.toml"),
    },
];

/// The shipped profile called `name`.
#[must_use]
pub fn shipped(name: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.name == name)
}
