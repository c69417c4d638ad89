//! `scimgate token`: makes static bearer tokens, and the hashes that the configuration holds instead of them. A password of HTTP
//! Basic is made the same way: nobody may choose one, because its hash is as plain.

pub mod issued;

use std::fmt::Write as _;
use std::io::Read as _;

use aws_lc_rs::digest;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Exit, complain, print};

/// Random bytes in a token: 256 bits, so that a plain SHA-256 of it cannot be searched.
const TOKEN_BYTES: usize = 32;
/// What every token begins with, so that secret scanners know one when they see it.
const PREFIX: &str = "sgt_";

/// `scimgate token new`: prints a token once, and its hash, for `token_hashes` or as the `password_hash` of a user name.
#[must_use]
pub fn new() -> Exit {
    let Some(token) = made() else { return Exit::Failed };
    print(&format!("token  {token}"));
    print(&format!("hash   {}", hash_of(&token)));
    complain("the token is shown this once: paste it into the IdP, and the hash into `token_hashes` of the tenant");
    complain("as the password of a user name: paste the hash into `basic` of the tenant, as `password_hash`");
    Exit::Fine
}

/// A new token; that the machine gives no randomness is said.
fn made() -> Option<String> {
    random::<TOKEN_BYTES>().map(|bytes| format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

fn random<const BYTES: usize>() -> Option<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    if SystemRandom::new().fill(&mut bytes).is_err() {
        complain("the machine gives no randomness");
        return None;
    }
    Some(bytes)
}

/// `scimgate token account`: prints the name and the password of an account for HTTP Basic once, and what the configuration holds.
///
/// The name is "AC" and 32 hexadecimal digits, the form that integration guides know (Telmediq's for Okta).
#[must_use]
pub fn account() -> Exit {
    let (Some(name), Some(password)) = (random::<16>(), made()) else { return Exit::Failed };
    let user = format!("AC{}", hex(&name));
    print(&format!("user      {user}"));
    print(&format!("password  {password}"));
    print(&format!("basic     [{{ user = \"{user}\", password_hash = \"{}\" }}]", hash_of(&password)));
    complain("the password is shown this once: give user and password to the IdP, and write `basic = …` at the tenant");
    Exit::Fine
}

/// `scimgate token hash`: reads a token from standard input, prints its hash.
#[must_use]
pub fn hash() -> Exit {
    let mut text = String::new();
    if let Err(error) = std::io::stdin().take(64 * 1024).read_to_string(&mut text) {
        complain(&format!("the token cannot be read from standard input: {error}"));
        return Exit::Failed;
    }
    let token = text.trim();
    if token.is_empty() {
        complain("no token on standard input: write `printf %s TOKEN | scimgate token hash`");
        return Exit::Unusable;
    }
    print(&hash_of(token));
    Exit::Fine
}

/// `sha256:` and 64 hexadecimal digits.
#[must_use]
pub fn hash_of(token: &str) -> String {
    format!("sha256:{}", hex(digest::digest(&digest::SHA256, token.as_bytes()).as_ref()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_the_sha256_of_the_token() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(hash_of("abc"), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
