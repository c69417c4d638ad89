//! The `Authorization` header, taken apart: liberal about white space and case, strict about everything else.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::AuthError;
use crate::limits::TOKEN_BYTES_MAX;
use crate::secret::Secret;

const BEARER: &str = "bearer";
const BASIC: &str = "basic";

/// Base64 as RFC 7617 wants it; some clients leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a caller presents. `Debug` shows none of it.
pub(super) enum Presented<'a> {
    /// The token of `Bearer <token>` (RFC 6750).
    Bearer(&'a str),
    /// A token without a word before it (idp-dialects row 34).
    Raw(&'a str),
    /// `Basic <base64 of user:password>` (RFC 7617).
    Login {
        /// The user name: no colon, no control character.
        user: String,
        /// The password: no control character; may be empty.
        password: Secret,
    },
}

/// Takes the header's value apart. Schemes are case-insensitive (RFC 9110 §11.1); what follows them is printable ASCII of at most
/// [`TOKEN_BYTES_MAX`] bytes.
///
/// # Errors
/// Why it is no credential.
pub(super) fn presented(authorization: Option<&[u8]>) -> Result<Presented<'_>, AuthError> {
    let value = authorization.unwrap_or_default().trim_ascii();
    if value.is_empty() {
        return Err(AuthError::Missing);
    }
    let value = str::from_utf8(value).ok().filter(|text| text.is_ascii()).ok_or(AuthError::Malformed)?;
    let (scheme, rest) = match value.split_once([' ', '\t']) {
        Some((scheme, rest)) => (scheme, Some(rest.trim_ascii_start())),
        None => (value, None),
    };
    let is = |word: &str| scheme.eq_ignore_ascii_case(word);
    match rest {
        _ if is(BEARER) => bearer(rest.unwrap_or_default()).map(Presented::Bearer),
        _ if is(BASIC) => login(rest.unwrap_or_default()),
        None => checked(value).map(Presented::Raw),
        Some(_) => Err(AuthError::Scheme),
    }
}

fn bearer(token: &str) -> Result<&str, AuthError> {
    let first = token.split_ascii_whitespace().next().unwrap_or_default();
    if first.eq_ignore_ascii_case(BEARER) {
        return Err(AuthError::DoubledScheme);
    }
    checked(token)
}

fn checked(text: &str) -> Result<&str, AuthError> {
    let fine = (1..=TOKEN_BYTES_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fine { Ok(text) } else { Err(AuthError::Malformed) }
}

/// RFC 7617 §2: what precedes the first colon is the user name; neither part holds control characters. UTF-8, as our challenge
/// says (§2.1).
fn login<'a>(encoded: &str) -> Result<Presented<'a>, AuthError> {
    let bytes = BASE64.decode(checked(encoded)?).map_err(|_| AuthError::Malformed)?;
    let text = Secret::new(String::from_utf8(bytes).map_err(|_| AuthError::Malformed)?);
    let (user, password) = text.expose().split_once(':').ok_or(AuthError::Malformed)?;
    if user.is_empty() || text.expose().contains(char::is_control) {
        return Err(AuthError::Malformed);
    }
    Ok(Presented::Login { user: user.to_owned(), password: Secret::new(password.to_owned()) })
}

impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Presented::Bearer(_) => "Bearer([redacted])",
            Presented::Raw(_) => "Raw([redacted])",
            Presented::Login { .. } => "Login([redacted])",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `bearer`, `raw` or `login`, and what was presented; or why it is nothing.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a row is written where it is used")]
    fn check(value: &[u8], expected: Result<&str, AuthError>) {
        let found = presented(Some(value)).map(|presented| match presented {
            Presented::Bearer(token) => format!("bearer {token}"),
            Presented::Raw(token) => format!("raw {token}"),
            Presented::Login { user, password } => format!("login {user} {}", password.expose()),
        });
        assert_eq!(found.as_deref().map_err(Clone::clone), expected, "{}", value.escape_ascii());
    }

    fn basic(login: &[u8]) -> Vec<u8> {
        format!("Basic {}", BASE64.encode(login)).into_bytes()
    }

    #[test]
    fn a_header_is_a_token_or_says_why_not() {
        check(b"Bearer abc", Ok("bearer abc"));
        check(b"bearer abc", Ok("bearer abc"));
        check(b"BEARER\tabc", Ok("bearer abc"));
        check(b"  Bearer   a.b-c_d~e+f/g==  ", Ok("bearer a.b-c_d~e+f/g=="));
        check(b"", Err(AuthError::Missing));
        check(b"   ", Err(AuthError::Missing));
        check(b"Bearer", Err(AuthError::Malformed));
        check(b"Bearer ", Err(AuthError::Malformed));
        check(b"Bearer a b", Err(AuthError::Malformed));
        check(b"Bearer a\x01b", Err(AuthError::Malformed));
        check(b"Bearer \xc3\xa4", Err(AuthError::Malformed));
        check(b"Bearer \xff", Err(AuthError::Malformed));
        check(b"Bearer Bearer abc", Err(AuthError::DoubledScheme));
        check(b"Bearer bearer", Err(AuthError::DoubledScheme));
        check(b"Digest abc", Err(AuthError::Scheme));
        check(b"SSWS abc", Err(AuthError::Scheme));
        assert_eq!(presented(None).err(), Some(AuthError::Missing));
    }

    /// idp-dialects row 34: Okta's «Header» mode sends the token and nothing else.
    #[test]
    fn row_34_a_token_may_stand_without_a_scheme() {
        check(b"abc", Ok("raw abc"));
        check(b" sgt_a-b ", Ok("raw sgt_a-b"));
        check(b"Bearerabc", Ok("raw Bearerabc"));
        check(b"a\x01b", Err(AuthError::Malformed));
        check(b"\xc3\xa4", Err(AuthError::Malformed));
        check(b"basic", Err(AuthError::Malformed));
        check(b"BEARER", Err(AuthError::Malformed));
    }

    /// The first is the example of RFC 7617 §2, the second that of §2.1.
    #[test]
    fn a_login_is_what_stands_around_the_first_colon() {
        check(b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", Ok("login Aladdin open sesame"));
        check(b"Basic dGVzdDoxMjPCow==", Ok("login test 123\u{a3}"));
        check(b"basic   QWxhZGRpbjpvcGVuIHNlc2FtZQ", Ok("login Aladdin open sesame"));
        check(&basic(b"a:b:c"), Ok("login a b:c"));
        check(&basic(b"a:"), Ok("login a "));
        check(&basic(b":b"), Err(AuthError::Malformed));
        check(&basic(b"ab"), Err(AuthError::Malformed));
        check(&basic(b"a:b\0"), Err(AuthError::Malformed));
        check(&basic(b"a\r\n:b"), Err(AuthError::Malformed));
        check(&basic(b"a:\xff"), Err(AuthError::Malformed));
        check(b"Basic", Err(AuthError::Malformed));
        check(b"Basic a:b", Err(AuthError::Malformed));
        check(b"Basic Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", Err(AuthError::Malformed));
    }

    #[test]
    fn a_credential_has_at_most_so_many_bytes() {
        let text = "x".repeat(TOKEN_BYTES_MAX);
        for scheme in ["Bearer ", ""] {
            assert!(presented(Some(format!("{scheme}{text}").as_bytes())).is_ok(), "{scheme}");
            check(format!("{scheme}{text}x").as_bytes(), Err(AuthError::Malformed));
        }
        let login = format!("a:{}", "x".repeat(TOKEN_BYTES_MAX / 4 * 3 - 2));
        assert_eq!(basic(login.as_bytes()).len(), "Basic ".len() + TOKEN_BYTES_MAX);
        assert!(presented(Some(&basic(login.as_bytes()))).is_ok());
        check(&basic(format!("{login}x").as_bytes()), Err(AuthError::Malformed));
    }

    #[test]
    fn a_credential_is_not_printed() {
        for value in ["Bearer hunter2", "hunter2", "Basic aHVudGVyMjpodW50ZXIy"] {
            let printed = format!("{:?}", presented(Some(value.as_bytes())));
            assert!(printed.contains("[redacted]") && !printed.contains("hunter2"), "{printed}");
        }
    }
}
