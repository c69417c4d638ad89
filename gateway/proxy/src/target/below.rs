//! Where a target's own links lead: the URL of a next page is followed below the target's base, and nowhere else.
//!
//! Only its path and query are ever used: the call goes to the tenant's own target, whatever host a link names.

use std::sync::LazyLock;

use reqwest::Url;

/// Longest link that is followed, in bytes.
pub(crate) const LINK_BYTES_MAX: usize = 8 * 1024;

/// The base of targets that have none: those of `test` and `explain`.
pub(crate) static NOWHERE: LazyLock<Url> =
    LazyLock::new(|| Url::parse("https://target.example.com/").expect("invariant: a scheme and a host are a URL"));

/// Path and query of `link` below `base`, as calls have them, when it stands in the answer to a call of `from` (path and
/// query below `base`). `None` if it leads elsewhere.
///
/// A link may be a URL, or a reference to one (RFC 3986 §4.2). A path from the root may leave out the path of the base, as
/// some targets do that do not know where they are mounted. So may a URL say `http` where the base says `https`.
pub(crate) fn below(base: &Url, from: &str, link: &str) -> Option<String> {
    let link = link.trim();
    if link.len() > LINK_BYTES_MAX || link.bytes().any(|byte| byte == b'\\' || byte.is_ascii_control()) {
        return None;
    }
    let root = base.path().trim_end_matches('/');
    let here = Url::parse(&format!("{}{from}", base.as_str().trim_end_matches('/'))).ok()?;
    let url = here.join(link).ok()?;
    if !is_at_home(base, &url) {
        return None;
    }
    let path = match url.path().strip_prefix(root).filter(|rest| rest.starts_with('/')) {
        Some(rest) => rest,
        None if link.starts_with('/') && !link.starts_with("//") => url.path(),
        None => return None,
    };
    Some(match url.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    })
}

fn is_at_home(base: &Url, url: &Url) -> bool {
    let is_default = |url: &Url| url.port().is_none();
    matches!(url.scheme(), "https" | "http")
        && url.host_str() == base.host_str()
        && (url.port_or_known_default() == base.port_or_known_default() || (is_default(url) && is_default(base)))
        && url.username().is_empty()
        && url.password().is_none()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_link_is_followed_below_the_base_and_nowhere_else() {
        let base = Url::parse("https://api.example.com/v1/").unwrap();
        for (link, expected) in [
            ("https://api.example.com/v1/users?page=2", Some("/users?page=2")),
            ("https://api.example.com:443/v1/users?page=2#top", Some("/users?page=2")),
            ("http://api.example.com/v1/users?page=2", Some("/users?page=2")),
            ("/v1/users?page=2", Some("/users?page=2")),
            ("/users?page=2", Some("/users?page=2")),
            ("//api.example.com/v1/users", Some("/users")),
            ("?page=2", Some("/users?page=2")),
            ("users?page=2&q=a%20b", Some("/users?page=2&q=a%20b")),
            (" /users?q=é ", Some("/users?q=%C3%A9")),
            ("/v1/users/../admins", Some("/admins")),
            // Elsewhere.
            ("https://evil.example.net/v1/users?page=2", None),
            ("//evil.example.net/v1/users", None),
            ("https://api.example.com.evil.example.net/v1/users", None),
            ("https://api.example.com@evil.example.net/v1/users", None),
            ("https://user:pass@api.example.com/v1/users", None),
            ("https://api.example.com:8443/v1/users", None),
            ("https://api.example.com/v2/users", None),
            ("https://api.example.com/v1x/users", None),
            ("https://api.example.com/v1/../v2/users", None),
            ("https://api.example.com/v1/%2e%2e/v2/users", None),
            ("../v2/users?page=2", None),
            ("file:///etc/passwd", None),
            ("javascript:alert(1)", None),
            ("https:\\\\evil.example.net", None),
            ("/users\n?x", None),
            ("http://", None),
        ] {
            assert_eq!(below(&base, "/users?page=1", link).as_deref(), expected, "{link}");
        }
        let longest = format!("/{}", "a".repeat(LINK_BYTES_MAX - 1));
        assert!(below(&base, "/users", &longest).is_some());
        assert_eq!(below(&base, "/users", &format!("{longest}a")), None);
    }

    #[test]
    fn a_base_without_a_path_is_one_too() {
        for (link, expected) in [
            ("https://target.example.com/users?page=2", Some("/users?page=2")),
            ("/users?page=2", Some("/users?page=2")),
            ("https://api.example.com/users?page=2", None),
        ] {
            assert_eq!(below(&NOWHERE, "/users", link).as_deref(), expected, "{link}");
        }
    }
}
