//! Limits of a configuration from both sides.

use std::fmt::Write as _;

use super::*;

#[test]
fn a_file_has_at_most_so_many_bytes() {
    for (bytes, expected) in [(CONFIG_BYTES_MAX, vec![]), (CONFIG_BYTES_MAX + 1, vec![Code::TooLarge])] {
        let text = format!("{MINIMAL}#{}", "x".repeat(bytes - MINIMAL.len() - 1));
        assert_eq!((text.len(), codes(&text)), (bytes, expected));
    }
}

#[test]
fn there_are_at_most_so_many_tenants() {
    for (count, expected) in [(TENANTS_MAX, vec![]), (TENANTS_MAX + 1, vec![Code::TooLarge])] {
        let mut text = String::from("[scim]\n");
        for number in 0..count {
            write!(
                text,
                "[[tenant]]\nid = \"t{number}\"\nprofile = \"telemessage\"\ntoken_hashes = [\"sha256:{number:064x}\"]\n\
                 target = {{ base = \"https://p.example.com\", secrets = {{ target-token = \"env:CARGO_PKG_NAME\" }} }}\n"
            )
            .unwrap();
        }
        assert_eq!(codes(&text), expected, "{count}");
    }
}

#[test]
fn numbers_are_as_large_as_they_may_be() {
    for (section, key, range) in [
        ("[scim]\nlisten = \"127.0.0.1:0\"", "drain_secs", 0..=600),
        ("[limits]", "call_secs", 1..=45),
        ("[limits]", "exchange_secs", 1..=45),
        ("[entra.cloud.own]", "clock_skew_secs", 0..=300),
    ] {
        let rest = MINIMAL.strip_prefix("[scim]\nlisten = \"127.0.0.1:0\"\n").unwrap();
        let scim = if section.starts_with("[scim]") { "" } else { "[scim]\n" };
        for (number, fits) in
            [(range.start() - 1, false), (*range.start(), true), (*range.end(), true), (range.end() + 1, false)]
        {
            let text = format!("{scim}{section}\n{key} = {number}\n{rest}");
            assert_eq!(codes(&text), if fits { vec![] } else { vec![Code::Range] }, "{key} = {number}");
        }
    }
}
