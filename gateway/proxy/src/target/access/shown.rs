//! What the calls of an account carry, as it may be printed: made as for the wire, with `[redacted]` in the place of every secret.
//!
//! No secret is asked for, so none can slip through.

use std::collections::BTreeMap;

use rules::profile::{TargetAuth, TargetRules};
use rules::{Params, TargetCall};

use super::{AccessError, TargetAccess};
use crate::secret::Secret;

/// What stands where a secret would.
const REDACTED: &str = "[redacted]";

/// What every call of one account carries beside what it says itself.
pub struct ShownAccess {
    access: TargetAccess,
    /// Whether calls present a client certificate.
    has_certificate: bool,
}

impl ShownAccess {
    /// What the profile wants, with the parameters of a tenant.
    ///
    /// # Errors
    /// [`AccessError::Header`] or [`AccessError::Path`]: a parameter that cannot stand where it should.
    pub fn bind(rules: &TargetRules, params: &Params) -> Result<Self, AccessError> {
        let is_certificate = |kind: &TargetAuth| matches!(kind, TargetAuth::Certificate { .. });
        // `[redacted]` would be no certificate.
        let kinds = rules.auth.kinds().filter(|kind| !is_certificate(kind)).cloned().collect();
        let redacted = |name: &str| (name.to_owned(), Secret::new(REDACTED.to_owned()));
        let secrets: BTreeMap<String, Secret> = rules.auth.secrets().into_iter().map(redacted).collect();
        let access =
            TargetAccess::bind(&TargetRules { auth: TargetAuth::All(kinds), ..rules.clone() }, params, &secrets)?;
        Ok(Self { access, has_certificate: rules.auth.kinds().any(is_certificate) })
    }

    /// The headers that `call` is sent with, in the order of their names, lower-case. What the HTTP client adds by itself
    /// (`host`, `user-agent`, the length of a body) is not among them.
    #[must_use]
    pub fn headers(&self, call: &TargetCall) -> Vec<(String, String)> {
        let Ok((headers, _)) = self.access.message(call) else { return call.headers.clone() };
        let text = |value: &http::HeaderValue| {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            // Base64 would hide that it is redacted.
            if value.is_sensitive() && text.starts_with("Basic ") { format!("Basic {REDACTED}") } else { text }
        };
        let mut shown: BTreeMap<String, String> =
            headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        shown.extend(self.access.session.as_ref().map(|session| session.shown(REDACTED)));
        shown.into_iter().collect()
    }

    /// The query parameters that every call has, encoded; empty if there are none.
    #[must_use]
    pub fn query(&self) -> String {
        self.access.query.replace("%5Bredacted%5D", REDACTED)
    }

    /// What else opens the target's door, in words: `a token of POST /session`, `a client certificate`.
    #[must_use]
    pub fn beside(&self) -> Vec<String> {
        let token = self.access.session.as_ref().map(|session| format!("a token of POST {}", session.place()));
        token.into_iter().chain(self.has_certificate.then(|| "a client certificate".to_owned())).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use json::json;
    use rules::source::RuleRef;
    use rules::{Profile, TargetCall, Verb};

    use super::*;

    /// The headers of a POST, the query of every call and what is beside, with these keys of `[target]`.
    fn shown(target: &str) -> String {
        let text = format!(
            "profile = \"small\"\ntitle = \"Small\"\n[params]\naccount = {{ type = \"text\", default = \"a&b\" }}\n\
             [target]\n{target}\n[user]\nid = \"id\"\n[user.get]\nget = \"/users/{{id}}\"\n\
             [user.map]\nuserName = {{ direct = \"login\" }}\n"
        );
        let loaded = Profile::load("small/profile.toml", &text);
        let profile =
            loaded.unwrap_or_else(|report| panic!("{}", report.to_terminal(rules::diagnostics::Colour::Plain))).0;
        let params = Params::bind(&profile.params, &BTreeMap::new()).unwrap();
        let access = ShownAccess::bind(&profile.target, &params).unwrap();
        let rule = RuleRef { file: "test".into(), line: 1, name: "user.create".to_owned() };
        let call = TargetCall { body: Some(json!({})), ..TargetCall::new(Verb::Post, "/users", "user.create", rule) };
        let headers = access.headers(&call).into_iter().map(|(name, value)| format!("{name}: {value}"));
        let query = Some(access.query()).filter(|query| !query.is_empty()).map(|query| format!("?{query}"));
        headers.chain(query).chain(access.beside()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn everything_that_a_call_carries_is_shown_and_no_secret() {
        const JSON: &str = "accept: application/json";
        const SENT: &str = "content-type: application/json";
        for (target, expected) in [
            ("auth = \"none\"", format!("{JSON}\n{SENT}")),
            ("auth = { bearer = \"secret:key\" }", format!("{JSON}\nauthorization: Bearer [redacted]\n{SENT}")),
            (
                "auth = { basic = { user = \"gate\", password = \"secret:key\" } }",
                format!("{JSON}\nauthorization: Basic [redacted]\n{SENT}"),
            ),
            (
                "auth = { header = \"X-Key\", value = \"Token {account}:{secret:key}\" }\nheaders = { Accept = \"text/json\", X-A = \"{account}\" }",
                format!("accept: text/json\n{SENT}\nx-a: a&b\nx-key: Token a&b:[redacted]"),
            ),
            (
                "auth = [{ query = \"key\", value = \"secret:key\" }, { certificate = \"secret:pem\" }]\nquery = { a = \"{account}\" }",
                format!("{JSON}\n{SENT}\n?a=a%26b&key=[redacted]\na client certificate"),
            ),
            (
                "auth = { oauth2 = { token = \"/{account}/token\", client_id = \"gate\", client_secret = \"secret:key\" } }",
                format!("{JSON}\nauthorization: Bearer [redacted]\n{SENT}\na token of POST /a%26b/token"),
            ),
            (
                "auth = { oauth2 = { token = \"https://login.example.com/token\", client_id = \"gate\", client_secret = \"secret:key\", send = \"body\" } }",
                format!(
                    "{JSON}\nauthorization: Bearer [redacted]\n{SENT}\na token of POST https://login.example.com/token"
                ),
            ),
            (
                "auth = { login = { post = \"/session\", body = { p = \"secret:key\" }, token = \"t\", send = { header = \"X-T\", value = \"t={token};\" } } }",
                format!("{JSON}\n{SENT}\nx-t: t=[redacted];\na token of POST /session"),
            ),
        ] {
            assert_eq!(shown(target), expected, "{target}");
        }
    }
}
