//! Which part of a URL is whose: the SCIM root, the tenant's name, the path below.
//!
//! `/scim/v2` and `/scim/v1` are roots of every tenant alike: which SCIM is spoken is the tenant's setting. What the URL
//! [suggests](Route::suggested) counts only for errors before the tenant is known. Works on the raw path and decodes nothing: a percent-encoded slash stays part of its segment, and dot segments are
//! ordinary names that no root has. It never decides whether an endpoint exists; [`Operation`](scim::Operation) does.

use scim::Protocol;

/// A request path, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route<'a> {
    /// The tenant named in the path `/t/{tenant}/scim/v2`, still percent-encoded.
    pub tenant: Option<&'a str>,
    /// The SCIM root as it stands in the path: `/scim/v2` or `/t/acme/scim/v1`; no trailing slash.
    pub root: &'a str,
    /// Which SCIM the root is named for.
    pub suggested: Protocol,
    /// The path below the root: `/Users/2819c223`; empty for the root itself.
    pub below: &'a str,
}

impl<'a> Route<'a> {
    /// Takes a path apart; `None` if it is not below a SCIM root. Doubled slashes are tolerated.
    #[must_use]
    pub fn parse(path: &'a str) -> Option<Self> {
        let (first, rest) = next(path)?;
        let (tenant, first, rest) = match first {
            "t" => {
                let (tenant, rest) = next(rest)?;
                let (first, rest) = next(rest)?;
                (Some(tenant), first, rest)
            }
            _ => (None, first, rest),
        };
        let (second, rest) = next(rest)?;
        let suggested = match (first, second) {
            ("scim", "v1") => Protocol::Scim11,
            ("scim", "v2") => Protocol::Scim20,
            _ => return None,
        };
        let root = &path[..path.len() - rest.len()];
        // Admins paste a base URL with a slash at its end (idp-dialects §5, Telmediq 1).
        let below = if rest.bytes().all(|byte| byte == b'/') { "" } else { rest };
        Some(Self { tenant, root, suggested, below })
    }

    /// The route without its values, for spans: one of a few words, whatever the client sent.
    #[must_use]
    pub fn shape(&self) -> &'static str {
        let Some((endpoint, rest)) = next(self.below) else { return "/" };
        match (endpoint, next(rest).map(|(second, _)| second)) {
            ("Users", None) => "/Users",
            ("Users", Some(".search")) => "/Users/.search",
            ("Users", Some(_)) => "/Users/{id}",
            ("Groups", None) => "/Groups",
            ("Groups", Some(".search")) => "/Groups/.search",
            ("Groups", Some(_)) => "/Groups/{id}",
            (".search", None) => "/.search",
            ("Bulk", None) => "/Bulk",
            ("Me", _) => "/Me",
            ("Schemas", _) => "/Schemas",
            ("ResourceTypes", _) => "/ResourceTypes",
            ("ServiceProviderConfig", _) => "/ServiceProviderConfig",
            // SCIM 1.1 (idp-dialects §2c).
            ("ServiceProviderConfigs", _) => "/ServiceProviderConfigs",
            _ => OTHER,
        }
    }
}

/// The shape of a path that is no SCIM endpoint.
pub(crate) const OTHER: &str = "other";

/// The first segment of a path and what follows it; slashes before the segment are skipped. `None` if there is no segment, or
/// the path does not begin with a slash (`OPTIONS *`, `CONNECT host:port`).
fn next(path: &str) -> Option<(&str, &str)> {
    let segment = path.strip_prefix('/')?.trim_start_matches('/');
    let end = segment.find('/').unwrap_or(segment.len());
    (end > 0).then(|| segment.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Option<(Option<&str>, &str, &str)>) {
        let route = Route::parse(path).map(|route| (route.tenant, route.root, route.below));
        assert_eq!(route, expected, "{path}");
    }

    #[test]
    fn a_path_is_taken_apart_at_the_scim_root() {
        check("/scim/v2", Some((None, "/scim/v2", "")));
        check("/scim/v2/", Some((None, "/scim/v2", "")));
        check("/scim/v2//", Some((None, "/scim/v2", "")));
        check("/scim/v2/Users", Some((None, "/scim/v2", "/Users")));
        check("/scim/v2/Users/", Some((None, "/scim/v2", "/Users/")));
        check("/scim/v2/Users/2819c223", Some((None, "/scim/v2", "/Users/2819c223")));
        check("/t/acme/scim/v2", Some((Some("acme"), "/t/acme/scim/v2", "")));
        check("/t/acme/scim/v2/Users/7", Some((Some("acme"), "/t/acme/scim/v2", "/Users/7")));
        check("/t/scim/scim/v2/Users", Some((Some("scim"), "/t/scim/scim/v2", "/Users")));
        check("/t/a%2Fb/scim/v2/Users", Some((Some("a%2Fb"), "/t/a%2Fb/scim/v2", "/Users")));
        check("/scim/v1/Users", Some((None, "/scim/v1", "/Users")));
        check("/t/acme/scim/v1/", Some((Some("acme"), "/t/acme/scim/v1", "")));
        check("/scim/v2/.search", Some((None, "/scim/v2", "/.search")));
    }

    #[track_caller]
    fn check_suggested(path: &str, expected: Protocol) {
        assert_eq!(Route::parse(path).map(|route| route.suggested), Some(expected), "{path}");
    }

    #[test]
    fn a_root_suggests_the_protocol_that_it_is_named_for() {
        check_suggested("/scim/v1/Users", Protocol::Scim11);
        check_suggested("//scim//v1", Protocol::Scim11);
        check_suggested("/t/acme/scim/v1/Users/7", Protocol::Scim11);
        check_suggested("/t/v1/scim/v2/Users", Protocol::Scim20);
        check_suggested("/scim/v2/v1", Protocol::Scim20);
        check_suggested("/scim/v2", Protocol::Scim20);
    }

    #[test]
    fn doubled_slashes_are_tolerated() {
        check("//scim//v2//Users", Some((None, "//scim//v2", "//Users")));
        check("/t//acme/scim/v2/Users", Some((Some("acme"), "/t//acme/scim/v2", "/Users")));
    }

    #[test]
    fn what_is_not_below_a_scim_root_is_no_route() {
        for path in [
            "",
            "/",
            "*",
            "scim/v2",
            "/scim",
            "/scim/",
            "/scim/v0/Users",
            "/scim/v3/Users",
            "/scim/v1.1/Users",
            "/scim/V1",
            "/scim/v2x",
            "/SCIM/v2",
            "/Users",
            "/t",
            "/t/acme",
            "/t/scim/v2/Users",
            "/t//scim/v2",
            "/t/acme/../scim/v2",
            "/x/scim/v2",
            "/scim/./v2",
            "/scim%2Fv2",
        ] {
            check(path, None);
        }
    }

    #[track_caller]
    fn check_shape(path: &str, expected: &str) {
        assert_eq!(Route::parse(path).map(|route| route.shape()), Some(expected), "{path}");
    }

    #[test]
    fn a_shape_holds_no_value() {
        check_shape("/scim/v2/", "/");
        check_shape("/scim/v2/Users", "/Users");
        check_shape("/scim/v2/Users/", "/Users");
        check_shape("/t/acme/scim/v2//Users//a@example.com", "/Users/{id}");
        check_shape("/scim/v2/Users/7/more", "/Users/{id}");
        check_shape("/scim/v2/Groups", "/Groups");
        check_shape("/scim/v2/Groups/7", "/Groups/{id}");
        check_shape("/scim/v2/Schemas/urn:x", "/Schemas");
        check_shape("/scim/v2/ResourceTypes/User", "/ResourceTypes");
        check_shape("/scim/v2/ServiceProviderConfig", "/ServiceProviderConfig");
        check_shape("/scim/v2/a@example.com", "other");
        check_shape("/scim/v2/.search", "/.search");
        check_shape("/scim/v2/Users/.search", "/Users/.search");
        check_shape("/scim/v2/Groups/.search/", "/Groups/.search");
        check_shape("/scim/v2/.search/7", "other");
        check_shape("/scim/v2/Bulk", "/Bulk");
        check_shape("/scim/v2/Bulk/7", "other");
        check_shape("/scim/v2/Me", "/Me");
        check_shape("/scim/v2/Me/a@example.com", "/Me");
        check_shape("/scim/v1/ServiceProviderConfigs", "/ServiceProviderConfigs");
        check_shape("/scim/v1/Users/7", "/Users/{id}");
    }
}
