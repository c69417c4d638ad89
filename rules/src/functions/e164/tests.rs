//! Numbers that must, may not and cannot be read; the promise that a normal form is known as one.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;

fn e164(text: &str, region: &str) -> Result<String, String> {
    normal(text, &Home::parse(region).unwrap())
}

#[track_caller]
fn reads(text: &str, region: &str, digits: &str) {
    assert_eq!(e164(text, region).as_deref(), Ok(digits), "{text} in {region}");
    assert!(is_normal(digits), "{text} in {region}");
}

#[track_caller]
fn refuses(text: &str, region: &str) {
    let reason = e164(text, region).unwrap_err();
    assert!(reason.contains("is not a mobile number: write it in international format"), "{reason}");
}

#[test]
fn numbers_as_people_write_them() {
    for (text, region, digits) in [
        ("123 456 7890", "US", "11234567890"),
        ("0123 456 7890", "GB", "441234567890"),
        ("1234 5678", "HK", "85212345678"),
        ("06 698 12345", "IT", "390669812345"),
        ("+39 06 698 12345", "US", "390669812345"),
        ("+44 (0)20 7946 0958", "US", "442079460958"),
        ("+1-555-010-0188", "US", "15550100188"),
        ("+1-555-010-0188", "DE", "15550100188"),
        ("+1-555-010-0188", "HK", "15550100188"),
        ("555.010.0188", "us", "15550100188"),
        ("(555) 010/0188", "US", "15550100188"),
        ("1 555 010 0188", "US", "15550100188"),
        ("011 44 1632 960234", "US", "441632960234"),
        ("00441632960234", "US", "441632960234"),
        ("00441632960234", "GB", "441632960234"),
        ("00441632960234", "ZZ", "441632960234"),
        ("0011 44 1632 960234", "AU", "441632960234"),
        ("07700 900123", "GB", "447700900123"),
        ("030 123456", "DE", "4930123456"),
        ("8 912 345-67-89", "RU", "79123456789"),
        ("391 234 5678", "IT", "393912345678"),
        ("91987 65432", "IN", "919198765432"),
        ("tel:+1-555-010-0188", "US", "15550100188"),
        ("TEL:555-010-0188", "US", "15550100188"),
        ("\u{202a}+44\u{a0}1632\u{2009}960234\u{202c}", "US", "441632960234"),
        ("＋４４ １６３２ ９６０２３４", "US", "441632960234"),
        ("٠١٢٣ ٤٥٦ ٧٨٩٠", "GB", "441234567890"),
        ("+۴۴ ۱۶۳۲ ۹۶۰۲۳۴", "US", "441632960234"),
        ("+44 1632–960234", "US", "441632960234"),
    ] {
        reads(text, region, digits);
    }
}

#[test]
fn a_normal_form_without_a_twin_reads_as_itself() {
    for digits in
        ["441632960234", "11234567890", "85212345678", "390669812345", "15550100177", "85221234567", "447700900123"]
    {
        for region in ["US", "GB", "HK", "IT", "IN", "DE", "FR", "ZZ"] {
            reads(digits, region, digits);
        }
    }
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "",
        " ",
        "+",
        "0123",
        "12345",
        "5550100",
        "call me",
        "1-800-FLOWERS",
        "7.234567890E9",
        "7,23E+09",
        "+1-555-010-0188 ext. 5",
        "+1-555-010-0188;ext=5",
        "+1-555-010-0188 x5",
        "+1-555-010-0188#5",
        "++15550100188",
        "1+5550100188",
        "+1 555\n010 0188",
        "00000000",
        "+999 1234567",
        "6f1c0f5e-3b1a-4f53-9d3c-0d2f7c6a1b2e",
        "12345678-1234-1234-1234-123456789012",
        "123456789012345678901234567890",
    ] {
        refuses(text, "US");
        refuses(text, "ZZ");
    }
}

#[test]
fn a_text_is_looked_at_up_to_its_limit() {
    let padded = |spaces: usize| format!("+15550100188{}", " ".repeat(spaces));
    reads(&padded(TEXT_CHARS_MAX - 12), "US", "15550100188");
    refuses(&padded(TEXT_CHARS_MAX - 11), "US");
}

#[test]
fn digits_are_counted() {
    reads("+683 4000", "US", "6834000");
    refuses("+683 400", "US");
    // Germany has no longest number of its own: fifteen digits in all is E.164's.
    reads("+49 800 1234567890", "US", "498001234567890");
    refuses("+49 800 12345678901", "US");
}

#[test]
fn two_numbers_with_the_same_digits_are_told_apart_by_the_plus() {
    reads("(479) 223-4567", "US", "14792234567");
    reads("4792234567", "US", "14792234567");
    reads("+47 922 34 567", "US", "4792234567");
    reads("+65 8123 4567", "US", "6581234567");
    reads("+47 922 34 567", "ZZ", "4792234567");
    reads("4792234567", "ZZ", "4792234567");
    reads("4792234567", "NO", "4792234567");
}

#[test]
fn what_the_target_holds_is_normal_only_as_digits_of_a_number_that_can_exist() {
    for (text, expected) in [
        ("4792234567", true),
        ("14792234567", true),
        ("+4792234567", false),
        ("07700900123", false),
        ("447700 900123", false),
        ("123456", false),
        ("9991234567", false),
        ("", false),
    ] {
        assert_eq!(is_normal(text), expected, "{text}");
    }
}

#[test]
fn the_reason_names_the_region() {
    assert_eq!(
        e164("0123", "US").unwrap_err(),
        "\"0123\" is not a mobile number: write it in international format such as 441632960234, or as dialled in region US"
    );
    assert_eq!(
        e164("0123", "ZZ").unwrap_err(),
        "\"0123\" is not a mobile number: write it in international format such as 441632960234"
    );
}

#[test]
fn regions_are_iso_codes() {
    for (text, expected) in [("US", true), ("gb", true), ("ZZ", true), ("XX", false), ("001", false), ("", false)] {
        assert_eq!(is_region(text), expected, "{text}");
    }
}

/// Every region of the library: their numbering plans differ in ways nobody foresees.
fn regions() -> Vec<String> {
    let mut regions: Vec<String> = PHONE_NUMBER_UTIL.get_supported_regions().map(|region| region.to_string()).collect();
    regions.push(NOWHERE.to_owned());
    regions.sort();
    regions
}

#[test]
fn example_numbers_of_every_region_read_at_home_and_abroad() {
    for region in PHONE_NUMBER_UTIL.get_supported_regions() {
        for kind in [rlibphonenumber::PhoneNumberType::Mobile, rlibphonenumber::PhoneNumberType::FixedLine] {
            let Ok(number) = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind) else { continue };
            let digits = number.format_as(PhoneNumberFormat::E164).trim_start_matches('+').to_owned();
            let national = number.format_as(PhoneNumberFormat::National).into_owned();
            let home = region.to_string();
            reads(&format!("+{digits}"), &home, &digits);
            reads(&digits, &home, &digits);
            reads(&national, &home, &digits);
            reads(&digits, NOWHERE, &digits);
        }
    }
}

fn promise(text: &str, region: &str) {
    if let Ok(digits) = e164(text, region) {
        assert!(is_normal(&digits), "{text} in {region}");
        assert_eq!(e164(&format!("+{digits}"), region).as_deref(), Ok(&*digits), "+, {text} in {region}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_normal_form_is_known_and_reads_as_itself_with_a_plus(
        text in r"(\+|00|0|)[0-9]{5,15}",
        region in proptest::sample::select(regions()),
    ) {
        promise(&text, &region);
    }

    #[test]
    fn numbers_with_the_regions_own_code_are_known_too(
        prefix in r"(\+|00|0|)",
        rest in "[0-9]{4,12}",
        region in proptest::sample::select(regions()),
    ) {
        let code = Home::parse(&region).unwrap().code;
        promise(&format!("{prefix}{code}{rest}"), &region);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), region in proptest::sample::select(regions())) {
        promise(&text, &region);
    }
}

/// TeleMessage's guide (idp-dialects §5, line 4): international digits and nothing else.
#[test]
fn a_strict_number_is_written_as_its_normal_form() {
    use crate::expression::{Expression, fixture::Fixture};
    for (text, accepted) in [
        ("11234567890", true),
        ("441234567890", true),
        ("85212345678", true),
        ("390669812345", true),
        ("+441234567890", false),
        ("44-1234-567890", false),
        ("44 1234567890", false),
        ("01234567890", false),
        ("00441234567890", false),
        ("4401234567890", false),
        ("ada.reyes", false),
        ("", false),
    ] {
        let source = format!("E164('{text}', 'GB', true)");
        let expression = Expression::compile(&source, &Fixture).unwrap();
        let found = expression.eval(&Fixture);
        match &found {
            Value::Text(same) => assert!(accepted && same == text, "{found:?}"),
            Value::Rejected(reason) => assert!(!accepted && reason.contains("country code"), "{reason}"),
            _ => assert!(!accepted && text.is_empty(), "{text}: {found:?}"),
        }
    }
}
