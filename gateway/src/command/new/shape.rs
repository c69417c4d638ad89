//! The shapes of APIs that rules can start from. Each is a whole, sound profile of a product called `yourproduct`.

/// What the product is called in the files of a shape.
const PLACEHOLDER: &str = "yourproduct";

/// A shape of an API.
pub(super) struct Shape {
    /// What `--like` takes.
    pub(super) name: &'static str,
    profile: &'static str,
    tests: &'static str,
    readme: &'static str,
}

macro_rules! shapes {
    ($($name:literal),* $(,)?) => {
        &[$(Shape {
            name: $name,
            profile: include_str!(concat!("shapes/", $name, "/profile.toml")),
            tests: include_str!(concat!("shapes/", $name, "/profile.test.toml")),
            readme: include_str!(concat!("shapes/", $name, "/README.md")),
        }),*]
    };
}

/// All of them, the plainest first.
pub(super) static SHAPES: &[Shape] = shapes![
    "rest-json",
    "rest-wrapped",
    "actions",
    "xml",
    "oauth-hal",
    "name-is-id",
    "groups-subresource",
    "groups-field",
];

impl Shape {
    /// Its files by name, as they are before the product has a name.
    pub(super) fn files(&self) -> [(&'static str, &'static str); 3] {
        [("profile.toml", self.profile), ("profile.test.toml", self.tests), ("README.md", self.readme)]
    }

    /// What kind of API it is for: the first sentence of its page.
    pub(super) fn about(&self) -> &'static str {
        self.readme.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default()
    }
}

/// A file of a shape, of a product called `name`.
pub(super) fn filled(text: &str, name: &str) -> String {
    text.replace(PLACEHOLDER, name)
}
