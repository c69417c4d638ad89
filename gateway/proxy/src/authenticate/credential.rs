//! The `Authorization` header, taken apart: liberal about white space and case, strict about everything else.

use super::AuthError;
use crate::limits::TOKEN_BYTES_MAX;

const SCHEME: &str = "bearer";

/// The token of `Authorization: Bearer <token>`: printable ASCII, at most [`TOKEN_BYTES_MAX`] bytes.
///
/// The scheme is case-insensitive (RFC 9110 §11.1).
pub(super) fn bearer(authorization: Option<&[u8]>) -> Result<&str, AuthError> {
    let value = authorization.unwrap_or_default().trim_ascii();
    if value.is_empty() {
        return Err(AuthError::Missing);
    }
    let value = str::from_utf8(value).ok().filter(|text| text.is_ascii()).ok_or(AuthError::Malformed)?;
    let (scheme, token) = value.split_once([' ', '\t']).unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Err(AuthError::Scheme);
    }
    let token = token.trim_ascii_start();
    let first = token.split_ascii_whitespace().next().unwrap_or_default();
    if first.eq_ignore_ascii_case(SCHEME) {
        return Err(AuthError::DoubledScheme);
    }
    let fine = (1..=TOKEN_BYTES_MAX).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
    if fine { Ok(token) } else { Err(AuthError::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_a_token_or_says_why_not() {
        let longest = format!("Bearer {}", "x".repeat(TOKEN_BYTES_MAX));
        let too_long = format!("{longest}x");
        let rows: [(&[u8], Result<&str, AuthError>); 19] = [
            (b"Bearer abc", Ok("abc")),
            (b"bearer abc", Ok("abc")),
            (b"BEARER\tabc", Ok("abc")),
            (b"  Bearer   a.b-c_d~e+f/g==  ", Ok("a.b-c_d~e+f/g==")),
            (longest.as_bytes(), Ok(&longest[7..])),
            (too_long.as_bytes(), Err(AuthError::Malformed)),
            (b"", Err(AuthError::Missing)),
            (b"   ", Err(AuthError::Missing)),
            (b"Bearer", Err(AuthError::Malformed)),
            (b"Bearer ", Err(AuthError::Malformed)),
            (b"Bearer a b", Err(AuthError::Malformed)),
            (b"Bearer a\x01b", Err(AuthError::Malformed)),
            (b"Bearer \xc3\xa4", Err(AuthError::Malformed)),
            (b"Bearer \xff", Err(AuthError::Malformed)),
            (b"Bearer Bearer abc", Err(AuthError::DoubledScheme)),
            (b"Bearer bearer", Err(AuthError::DoubledScheme)),
            (b"Basic dXNlcjpwdw==", Err(AuthError::Scheme)),
            (b"abc", Err(AuthError::Scheme)),
            (b"Bearerabc", Err(AuthError::Scheme)),
        ];
        for (value, expected) in rows {
            assert_eq!(bearer(Some(value)), expected, "{}", value.escape_ascii());
        }
        assert_eq!(bearer(None), Err(AuthError::Missing));
    }
}
