//! An account for tests: the access of a small profile, with secrets that all begin with `s3cret`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use rules::{Params, Profile};

use super::{AccessError, TargetAccess};
use crate::secret::Secret;

/// What the calls of a profile with these keys of `[target]` carry. Its one parameter `account` is `a&b`; its secrets are `key`
/// (`s3cret-key`), `user`, `pass` and those in `more`.
pub(crate) fn access_with(target: &str, more: &[(&str, &str)]) -> Result<TargetAccess, AccessError> {
    let text = format!(
        "profile = \"small\"\ntitle = \"Small\"\n[params]\naccount = {{ type = \"text\", default = \"a&b\" }}\n\
         [target]\n{target}\n[user]\nid = \"id\"\n[user.get]\nget = \"/users/{{id}}\"\n\
         [user.list]\nget = \"/users\"\nrows = \"\"\n[user.map]\nuserName = {{ direct = \"login\", match = 1 }}\n"
    );
    let loaded = Profile::load("small/profile.toml", &text);
    let profile = loaded.unwrap_or_else(|report| panic!("{}", report.to_terminal(rules::diagnostics::Colour::Plain))).0;
    let params = Params::bind(&profile.params, &BTreeMap::new()).unwrap();
    let own = ["key", "user", "pass"].map(|name| (name.to_owned(), Secret::new(format!("s3cret-{name}"))));
    let more = more.iter().map(|(name, text)| ((*name).to_owned(), Secret::new((*text).to_owned())));
    TargetAccess::bind(&profile.target, &params, &own.into_iter().chain(more).collect())
}

/// As [`access_with`], with the secrets that every account has.
pub(crate) fn access(target: &str) -> TargetAccess {
    access_with(target, &[]).unwrap()
}
