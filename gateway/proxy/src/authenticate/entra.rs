//! Entra tokens: what their parts say, and whether it is true.
//!
//! Two steps with a type each. A [`Token`] is text whose header was read: of its claims only [`Claimed`] may be looked at, to know
//! whose key to ask for. [`Claims`] come out of [`Token::verify`] only and are signed. Neither step fetches anything.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use json::{Map, Value};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use super::AuthError;
use crate::limits::CLOCK_SKEW_SECS_MAX;
use crate::tenant::EntraTrust;

#[cfg(test)]
mod tests;

/// Headers that name or carry a key, or change what the others mean: never followed (RFC 8725 §3.10). Entra sends none of them.
const REFUSED_HEADERS: [&str; 6] = ["jku", "jwk", "x5u", "x5c", "crit", "b64"];

/// A JWT that nobody has verified.
pub(super) struct Token<'a> {
    text: &'a str,
    header: Map,
    payload: &'a str,
}

/// What an unverified token claims; good for nothing but to find the key that it must be signed with.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Claimed {
    #[serde(default)]
    pub(super) tid: String,
    #[serde(default)]
    pub(super) iss: String,
}

/// Claims whose signature was verified with the key of the tenant that they name.
#[derive(Debug)]
pub(super) struct Claims(Map);

impl<'a> Token<'a> {
    /// `text` as a JWT: three parts, the first a JSON object with `alg`. Anything else is a static token: `None`.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (header, rest) = text.split_once('.')?;
        let (payload, signature) = rest.split_once('.')?;
        if signature.contains('.') {
            return None;
        }
        let header: Map = json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        header.contains_key("alg").then_some(Self { text, header, payload })
    }

    /// The id of the key it says it is signed with.
    ///
    /// # Errors
    /// [`AuthError::Algorithm`] for anything but plain RS256, [`AuthError::UnknownKey`] without an id.
    pub(super) fn key_id(&self) -> Result<&str, AuthError> {
        let plain = self.header.get("alg").and_then(Value::as_str) == Some("RS256")
            && REFUSED_HEADERS.iter().all(|name| !self.header.contains_key(name));
        if !plain {
            return Err(AuthError::Algorithm);
        }
        self.header.get("kid").and_then(Value::as_str).filter(|kid| !kid.is_empty()).ok_or(AuthError::UnknownKey)
    }

    /// What it claims about its origin.
    ///
    /// # Errors
    /// [`AuthError::Malformed`] if that cannot be read.
    pub(super) fn claimed(&self) -> Result<Claimed, AuthError> {
        let payload = URL_SAFE_NO_PAD.decode(self.payload).map_err(|_| AuthError::Malformed)?;
        json::from_slice(&payload).map_err(|_| AuthError::Malformed)
    }

    /// Verifies the signature.
    ///
    /// # Errors
    /// [`AuthError::Signature`].
    pub(super) fn verify(&self, key: &DecodingKey) -> Result<Claims, AuthError> {
        let mut signature_only = Validation::new(Algorithm::RS256);
        // `jsonwebtoken` would ask the machine for the time; `Claims::check` has the `Clock`.
        signature_only.validate_exp = false;
        signature_only.validate_nbf = false;
        signature_only.validate_aud = false;
        signature_only.required_spec_claims.clear();
        match jsonwebtoken::decode(self.text, key, &signature_only) {
            Ok(token) => Ok(Claims(token.claims)),
            Err(_) => Err(AuthError::Signature),
        }
    }
}

impl Claimed {
    /// Whether `tid` at least looks like a tenant id, so that a stranger cannot write anything they like into the log.
    pub(super) fn has_guid(&self) -> bool {
        self.tid.len() == 36 && self.tid.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    }
}

impl EntraTrust {
    /// Whether `issuer` is one of the issuers of this Entra tenant, exactly.
    pub(super) fn issues(&self, issuer: &str) -> bool {
        self.cloud.issuers.iter().any(|template| template.replace("{tid}", &self.tid) == issuer)
    }

    /// Seconds that tokens are forgiven.
    pub(super) fn skew_secs(&self) -> u64 {
        self.cloud.clock_skew_secs.min(CLOCK_SKEW_SECS_MAX)
    }
}

impl Claims {
    /// Checks everything a token must say to be let in by `trust` at `now_secs` since 1970. Gives its expiry, without skew.
    ///
    /// # Errors
    /// [`AuthError`]; the first that fits, in the order of idp-dialects.md §1a.
    pub(super) fn check(&self, trust: &EntraTrust, now_secs: u64) -> Result<u64, AuthError> {
        // The key was chosen by what the token claimed before it was verified: what was signed must be the same.
        if !self.text("tid").is_some_and(|tid| tid.eq_ignore_ascii_case(&trust.tid))
            || !self.text("iss").is_some_and(|issuer| trust.issues(issuer))
        {
            return Err(AuthError::Issuer);
        }
        let expiry = self.0.get("exp").and_then(seconds).ok_or(AuthError::NoExpiry)?;
        if now_secs >= expiry.saturating_add(trust.skew_secs()) {
            return Err(AuthError::Expired);
        }
        if let Some(start) = self.0.get("nbf") {
            let start = seconds(start).ok_or(AuthError::Malformed)?;
            if now_secs.saturating_add(trust.skew_secs()) < start {
                return Err(AuthError::NotYetValid);
            }
        }
        // RFC 7519 §4.1.3 allows a list. Entra sends one text; a list that names us and somebody else was not made for us.
        if !self.text("aud").is_some_and(|audience| contains(&trust.cloud.audiences, audience)) {
            return Err(AuthError::Audience);
        }
        let application = if self.text("ver") == Some("2.0") { "azp" } else { "appid" };
        if !self.text(application).is_some_and(|id| contains(&trust.cloud.app_ids, id)) {
            return Err(AuthError::Application);
        }
        Ok(expiry)
    }

    fn text(&self, claim: &str) -> Option<&str> {
        self.0.get(claim)?.as_str()
    }
}

fn contains(accepted: &[String], text: &str) -> bool {
    accepted.iter().any(|one| one == text)
}

/// A `NumericDate` in whole seconds (RFC 7519 §2): fractions are allowed and cut off; before 1970 is 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, which is what is wanted")]
fn seconds(date: &Value) -> Option<u64> {
    date.as_u64().or_else(|| date.as_f64().map(|date| date as u64))
}
