//! Against DNS rebinding: a web page of an attacker can make its own name point at 127.0.0.1 and then read the console
//! through the operator's browser. The browser still sends the attacker's name as `Host`; only names that we know are served.

use std::net::IpAddr;

use http::header::HOST;
use http::uri::Authority;
use http::{HeaderValue, Request};

/// The host names that may stand in a request; `localhost` and every IP literal may always.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<String>);

impl AllowedHosts {
    /// These names too, without port; case does not count.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().collect())
    }

    /// Whether the request names a host that is ours, in each place where it names one.
    pub(crate) fn permit<B>(&self, request: &Request<B>) -> bool {
        let mut named = request.headers().get_all(HOST).iter();
        let (Some(host), None) = (named.next(), named.next()) else {
            return false;
        };
        // RFC 9112 §3.2.2: in `GET http://name/ HTTP/1.1` that name counts, whatever `Host` says.
        self.permits_header(host) && request.uri().authority().is_none_or(|authority| self.permits(authority))
    }

    fn permits_header(&self, host: &HeaderValue) -> bool {
        Authority::try_from(host.as_bytes()).is_ok_and(|authority| self.permits(&authority))
    }

    fn permits(&self, authority: &Authority) -> bool {
        if authority.as_str().contains('@') {
            return false;
        }
        let host = authority.host();
        let literal = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
        literal.parse::<IpAddr>().is_ok()
            || host.eq_ignore_ascii_case("localhost")
            || self.0.iter().any(|name| host.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn check(uri: &str, hosts: &[&str], permitted: bool) {
        let mut request = Request::get(uri);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let allowed = AllowedHosts::new(["ops.example.com".to_owned()]);
        assert_eq!(allowed.permit(&request.body(()).unwrap()), permitted, "{uri} {hosts:?}");
    }

    #[test]
    fn only_ip_literals_localhost_and_listed_names_are_permitted() {
        check("/", &["127.0.0.1"], true);
        check("/", &["127.0.0.1:9000"], true);
        check("/", &["10.1.2.3:9000"], true);
        check("/", &["[::1]:9000"], true);
        check("/", &["[fe80::1]"], true);
        check("/", &["localhost:9000"], true);
        check("/", &["LOCALHOST"], true);
        check("/", &["Ops.Example.com:9000"], true);
        check("/", &["evil.example.net"], false);
        check("/", &["evil.ops.example.com"], false);
        check("/", &["ops.example.com.evil.example.net"], false);
        check("/", &["localhost.evil.example.net"], false);
        check("/", &["127.0.0.1.evil.example.net"], false);
        check("/", &["2130706433"], false);
        check("/", &["localhost@evil.example.net"], false);
        check("/", &["evil.example.net@localhost"], false);
        check("/", &[""], false);
        check("/", &["a b"], false);
    }

    #[test]
    fn exactly_one_host_is_named_and_an_absolute_target_counts_too() {
        check("/", &[], false);
        check("/", &["localhost", "localhost"], false);
        check("/", &["localhost", "evil.example.net"], false);
        check("http://localhost/", &["localhost"], true);
        check("http://evil.example.net/", &["localhost"], false);
        check("http://localhost/", &["evil.example.net"], false);
    }
}
