//! `E164`: a phone number in its one normal form, the digits of E.164 without `+`.
//!
//! One person's number arrives as `(415) 555-0100`, `+1 415 555 0100` and `14155550100`; the target knows one of them. The
//! same function makes the normal form for look-ups, writes and comparisons. What it gave is what the target holds, and is
//! never read by region again: [`is_normal`] knows it. The property tests pin both.
//!
//! # Which number a text is
//! Blanks, dashes, points, slashes, parentheses and invisible direction marks go, digits of other scripts become `0` to
//! `9`. Then the first reading that exists is taken. *Valid* and *possible* are libphonenumber's words: possible is of a
//! length that numbers of that country have, valid is also in a range that is in use.
//!
//! | written | readings, in this order |
//! |---|---|
//! | with `+` (or `tel:+`) | international |
//! | with leading `0` | valid as dialled in the region; behind `00` valid international; as dialled; behind `00` international |
//! | digits only | valid international with the region's own country code; valid as dialled; valid international; possible international; possible as dialled |
//! | digits only, where people write a trunk prefix `0` before this number | international; as dialled, the `0` lost on the way |
//!
//! In region `US`: `2015550123` is `12015550123`, and `441632960234`, too long for the US, is itself. Without `+`,
//! a foreign number that is not valid needs [`DOUBTFUL_DIGITS_MIN`] digits; as dialled it needs [`DIGITS_MIN`].
//!
//! # Where two numbers have the same digits
//! Without the `+`, `4792234567` is a Norwegian mobile number and, in region `US`, one of Arkansas: as sent by somebody it is
//! read as dialled, `14792234567`. `+47 922 34 567` says what it is and becomes `4792234567`; held by the target, those
//! digits stay Norwegian, and sent back just as they are held they are no change. Region `ZZ` reads no number as dialled and
//! has no such pair.
//!
//! Fictitious numbers (`555-01xx`) are possible and not valid; they must pass, so validity only decides between readings.

use std::borrow::Cow;

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region};

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value, quoted};

/// Longest text that is looked at, in characters.
const TEXT_CHARS_MAX: usize = 64;
/// Fewest digits of a normal form: the smallest countries have four behind a country code of three.
const DIGITS_MIN: usize = 7;
/// Most digits of a normal form: ITU-T E.164 §6.1.
const DIGITS_MAX: usize = 15;
/// Fewest digits of a number that is read as international, although it has no `+` and is not valid: a local number without
/// its area code has fewer.
const DOUBTFUL_DIGITS_MIN: usize = 11;
/// The region of those who write international numbers only: "unknown" in Unicode's CLDR.
const NOWHERE: &str = "ZZ";
/// The rule of a strict number, for people.
const STRICT: &str = "write the country code and the number, digits only, without `+`, `00`, blanks and dashes, and without a 0 \
    behind the country code, such as 441632960234";
/// Regions that have a trunk prefix `0`, but people leave it out; libphonenumber's metadata mark their formats so
/// (`nationalPrefixOptionalWhenFormatting`).
const TRUNK_LEFT_OUT: [Region; 5] = [Region::IN, Region::LT, Region::SY, Region::TR, Region::VN];

/// Letters, exponents (`7.2E9`), extensions and texts over 64 characters are rejected.
pub(super) const E164: Function = Function {
    name: "E164",
    signature: "E164(text, region, strict?)",
    doc: "the digits of a phone number in international form, without `+`; if `strict` is true, they must be written so already",
    caution: "",
    takes: Takes { required: &[Wants::Text, Wants::Region], optional: &[Wants::Truth], repeated: &[] },
    gives: Gives::Is(Type::Text),
    run: e164,
};

fn e164<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let text = arguments.text(0)?;
    let region = arguments.text(1)?;
    let Some(home) = Home::parse(&region) else {
        return Err(Value::rejected(format!("{} is no region: write an ISO 3166-1 code such as US", quoted(&region))));
    };
    if arguments.len() > 2 && arguments.truth(2)? {
        let reason = || format!("{} is not a mobile number in international format: {STRICT}", quoted(&text));
        return if is_normal(&text) { Ok(Value::Text(text)) } else { Err(Value::rejected(reason())) };
    }
    match normal(&text, &home) {
        Ok(digits) if *digits == *text => Ok(Value::Text(text)),
        Ok(digits) => Ok(Value::Text(Cow::Owned(digits))),
        Err(reason) => Err(Value::rejected(reason)),
    }
}

/// Loads the metadata by reading a number.
pub(super) fn warm() {
    let _loaded = PHONE_NUMBER_UTIL.parse("+14155550100", None);
}

/// Whether a text names a region that numbers can be dialled in.
pub(crate) fn is_region(text: &str) -> bool {
    Home::parse(text).is_some()
}

/// Where numbers without a country code belong.
struct Home {
    /// `None` reads no number as dialled.
    region: Option<Region>,
    /// The country code; empty without a region.
    code: String,
}

impl Home {
    fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case(NOWHERE) {
            return Some(Self { region: None, code: String::new() });
        }
        let region = Region::from_code(text).ok().filter(|_| text.len() == 2)?;
        let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region)?;
        Some(Self { region: Some(region), code: code.to_string() })
    }

    /// What to write instead.
    fn advice(&self) -> String {
        let advice = "write it in international format such as 441632960234";
        self.region.map_or_else(|| advice.to_owned(), |region| format!("{advice}, or as dialled in region {region}"))
    }
}

/// Whether `text`, as the target holds it, is a normal form: the digits of a number that can exist.
pub(super) fn is_normal(text: &str) -> bool {
    let number = is_digits(text).then(|| PhoneNumber::parse(format!("+{text}"), None).ok()).flatten();
    number.and_then(|number| possible(&number)).is_some_and(|digits| digits == text)
}

/// Whether `text` has the shape of a normal form.
fn is_digits(text: &str) -> bool {
    (DIGITS_MIN..=DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits of a number of a length that numbers of its country have, and within our own limits.
fn possible(number: &PhoneNumber) -> Option<String> {
    if number.is_possible_with_reason() != Ok(NumberLengthType::IsPossible) {
        return None;
    }
    let digits = number.format_as(PhoneNumberFormat::E164).strip_prefix('+')?.to_owned();
    is_digits(&digits).then_some(digits)
}

/// The normal form of `text`, or the reason for people why it has none.
fn normal(text: &str, home: &Home) -> Result<String, String> {
    let digits = Written::parse(text).and_then(|written| written.read(home));
    // Not every number that can be dialled is written so that it reads as itself again.
    let digits = digits.filter(|digits| is_normal(digits));
    digits.ok_or_else(|| format!("{} is not a mobile number: {}", quoted(text), home.advice()))
}

/// A number as written: its digits in ASCII, and whether a `+` stood in front.
struct Written {
    plus: bool,
    digits: String,
}

impl Written {
    /// `None` if anything is in it that no phone number has.
    fn parse(text: &str) -> Option<Self> {
        if text.chars().nth(TEXT_CHARS_MAX).is_some() {
            return None;
        }
        // RFC 7643 §4.1.2 recommends `tel:` URIs (RFC 3966) for phone numbers.
        let text = text.trim();
        let text = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("tel:")).map_or(text, |_| &text[4..]);
        let mut written = Self { plus: false, digits: String::with_capacity(text.len()) };
        for character in text.chars() {
            match character {
                '+' | '\u{ff0b}' if !written.plus && written.digits.is_empty() => written.plus = true,
                _ if is_separator(character) => {}
                _ => written.digits.push(ascii_digit(character)?),
            }
        }
        (!written.digits.is_empty()).then_some(written)
    }

    /// The first reading that exists, by the table above.
    fn read(&self, home: &Home) -> Option<String> {
        let digits = self.digits.as_str();
        if self.plus {
            return international(digits).map(|reading| reading.digits);
        }
        let zero = digits.starts_with('0');
        let own = !home.code.is_empty() && digits.starts_with(&home.code);
        let abroad = if zero { digits.strip_prefix("00").and_then(international) } else { international(digits) };
        let abroad = abroad.filter(|reading| reading.valid || own || digits.len() >= DOUBTFUL_DIGITS_MIN);
        let is_valid = |reading: &Option<Reading>| reading.as_ref().is_some_and(|reading| reading.valid);
        if is_valid(&abroad) && own {
            return abroad.map(|reading| reading.digits);
        }
        let dialled = home.region.and_then(|region| dialled(digits, region));
        let dialled = dialled.filter(|reading| reading.valid || digits.len() >= DIGITS_MIN);
        let abroad_first = match (is_valid(&dialled), is_valid(&abroad)) {
            _ if dialled.as_ref().is_some_and(|reading| reading.lacks_trunk) => true,
            (true, _) => false,
            (false, true) => true,
            (false, false) => !zero,
        };
        let chosen = if abroad_first { abroad.or(dialled) } else { dialled.or(abroad) };
        chosen.map(|reading| reading.digits)
    }
}

/// One way to read a number.
struct Reading {
    digits: String,
    valid: bool,
    /// Read as dialled although people there write a `0` in front, and there is none.
    lacks_trunk: bool,
}

impl Reading {
    /// A number that is at least possible.
    fn of(number: &PhoneNumber) -> Option<Self> {
        possible(number).map(|digits| Self { digits, valid: number.is_valid(), lacks_trunk: false })
    }
}

/// Digits that begin with a country code.
fn international(digits: &str) -> Option<Reading> {
    Reading::of(&PhoneNumber::parse(format!("+{digits}"), None).ok()?)
}

/// Digits as somebody in the region dials them: with its trunk prefix, its international prefix, or neither.
fn dialled(digits: &str, region: Region) -> Option<Reading> {
    let number = PhoneNumber::parse(digits, Some(region)).ok()?;
    let reading = Reading::of(&number)?;
    if digits.starts_with('0') || TRUNK_LEFT_OUT.contains(&region) {
        return Some(reading);
    }
    let national = number.format_as(PhoneNumberFormat::National);
    let lacks_trunk = national.trim_start_matches('(').starts_with('0');
    Some(Reading { lacks_trunk, ..reading })
}

/// What people, address books and word processors put between digits.
fn is_separator(character: char) -> bool {
    matches!(
        character,
        '-' | '.' | '/' | '(' | ')' | '\u{ff08}' | '\u{ff09}' | '\u{ff0d}' | '\u{ff0e}' | '\u{ff0f}'
        // Dashes of every length, and the minus sign.
        | '\u{2010}'..='\u{2015}' | '\u{2212}'
        // Blanks that do not break; tabs and line ends do not stand in a number.
        | ' ' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}'
        // Invisible marks that come along when a number is copied from an address book.
        | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

/// A digit of ASCII, fullwidth, Arabic-Indic or Eastern Arabic-Indic script as ASCII.
fn ascii_digit(character: char) -> Option<char> {
    let zero = match character {
        '0'..='9' => return Some(character),
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        _ => return None,
    };
    char::from_digit(u32::from(character) - zero, 10)
}

#[cfg(test)]
mod tests;
