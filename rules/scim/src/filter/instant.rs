//! Points in time, read from RFC 3339 text so that two spellings of one moment compare as equal.
//!
//! No clock and no calendar beyond the Gregorian rules: enough to order moments, and to print them in UTC.

use std::fmt;

/// A moment: seconds since 1970-01-01T00:00:00Z, then nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    seconds: i64,
    nanos: u32,
}

impl Instant {
    /// Reads `2011-05-13T04:42:34.5Z` or with an offset (RFC 3339 §5.6, XML Schema `dateTime`).
    ///
    /// Without an offset it is UTC, which XML Schema leaves open. `t`, `z` and a blank for `T` are fine (RFC 3339 §5.6
    /// notes), as is a 60th second; digits below a nanosecond are dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.as_bytes();
        let year = digits(&mut rest, 4)?;
        let month = after(&mut rest, b"-").and_then(|rest| digits(rest, 2)).filter(|month| (1..=12).contains(month))?;
        let day = after(&mut rest, b"-").and_then(|rest| digits(rest, 2))?;
        let hour = after(&mut rest, b"Tt ").and_then(|rest| digits(rest, 2)).filter(|hour| *hour < 24)?;
        let minute = after(&mut rest, b":").and_then(|rest| digits(rest, 2)).filter(|minute| *minute < 60)?;
        let second = after(&mut rest, b":").and_then(|rest| digits(rest, 2)).filter(|second| *second <= 60)?;
        let nanos = fraction(&mut rest)?;
        let offset = offset_seconds(&mut rest)?;
        if !rest.is_empty() || !(1..=month_days(year, month)).contains(&day) {
            return None;
        }
        let days = days_since_epoch(year, month, day);
        Some(Instant { seconds: days * 86_400 + hour * 3_600 + minute * 60 + second - offset, nanos })
    }
}

/// Milliseconds of the years that RFC 3339 can write: 0000 to 9999.
const UNIX_MS: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

impl Instant {
    /// The moment so many milliseconds after 1970-01-01T00:00:00Z; `None` outside the years 0000 to 9999.
    #[must_use]
    pub fn from_unix_ms(ms: i64) -> Option<Self> {
        let nanos = u32::try_from(ms.rem_euclid(1_000)).ok()? * 1_000_000;
        UNIX_MS.contains(&ms).then_some(Instant { seconds: ms.div_euclid(1_000), nanos })
    }

    /// Whole milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix_ms(self) -> i64 {
        self.seconds * 1_000 + i64::from(self.nanos / 1_000_000)
    }
}

/// RFC 3339 in UTC, with milliseconds if there are any: `2026-11-22T05:13:51Z`. A moment that an offset moved out of the years
/// 0000 to 9999 is printed as the nearest in them.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.unix_ms().clamp(*UNIX_MS.start(), *UNIX_MS.end());
        let (days, rest) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
        let (year, month, day) = date(days);
        let (seconds, ms) = (rest / 1_000, rest % 1_000);
        write!(f, "{year:04}-{month:02}-{day:02}T")?;
        write!(f, "{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)?;
        if ms != 0 {
            write!(f, ".{ms:03}")?;
        }
        f.write_str("Z")
    }
}

/// Year, month and day of a day counted from 1970-01-01.
fn date(days: i64) -> (i64, i64, i64) {
    // A year has at most 366 days, so this is at or before the year; the next ones are tried.
    let mut year = (days + 719_528) / 366;
    while days_since_epoch(year + 1, 1, 1) <= days {
        year += 1;
    }
    let mut day = days - days_since_epoch(year, 1, 1) + 1;
    let mut month = 1;
    while day > month_days(year, month) {
        day -= month_days(year, month);
        month += 1;
    }
    (year, month, day)
}

/// `count` digits.
fn digits(rest: &mut &[u8], count: usize) -> Option<i64> {
    let (number, behind) = rest.split_at_checked(count)?;
    *rest = behind;
    number.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

/// One byte out of `any`, then the rest.
fn after<'r, 't>(rest: &'r mut &'t [u8], any: &[u8]) -> Option<&'r mut &'t [u8]> {
    let (first, behind) = rest.split_first()?;
    *rest = behind;
    any.contains(first).then_some(rest)
}

/// `.5`, or nothing, in nanoseconds.
fn fraction(rest: &mut &[u8]) -> Option<u32> {
    let Some(behind) = rest.strip_prefix(b".") else { return Some(0) };
    let count = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
    *rest = &behind[count..];
    let padded = behind[..count].iter().chain(std::iter::repeat(&b'0')).take(9);
    (count > 0).then(|| padded.fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0')))
}

/// `Z`, `+02:00`, or nothing for UTC.
fn offset_seconds(rest: &mut &[u8]) -> Option<i64> {
    let Some((sign, behind)) = rest.split_first() else { return Some(0) };
    *rest = behind;
    let direction = match sign {
        b'Z' | b'z' => return Some(0),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = digits(rest, 2).filter(|hours| *hours < 24)?;
    let minutes = after(rest, b":").and_then(|rest| digits(rest, 2)).filter(|minutes| *minutes < 60)?;
    Some(direction * (hours * 3_600 + minutes * 60))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    // Days before the year, counted from year 0 of the Gregorian calendar, which is a leap year itself.
    let leaps = if year == 0 { 0 } else { 1 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 };
    let before_month: i64 = (1..month).map(|month| month_days(year, month)).sum();
    year * 365 + leaps + before_month + day - 1 - 719_528
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_3339_text_is_a_moment() {
        let rows = [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("1969-12-31T23:59:59Z", -1, 0),
            ("2011-05-13T04:42:34Z", 1_305_261_754, 0),
            ("2011-05-13t06:42:34+02:00", 1_305_261_754, 0),
            ("2011-05-12 23:12:34-05:30", 1_305_261_754, 0),
            ("2011-05-13T04:42:34", 1_305_261_754, 0),
            ("2000-02-29T00:00:00.25z", 951_782_400, 250_000_000),
            ("2000-03-01T00:00:00.123456789999Z", 951_868_800, 123_456_789),
            ("2016-12-31T23:59:60Z", 1_483_228_800, 0),
            ("0000-01-01T00:00:00Z", -62_167_219_200, 0),
            ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
        ];
        for (text, seconds, nanos) in rows {
            assert_eq!(Instant::parse(text), Some(Instant { seconds, nanos }), "{text}");
        }
    }

    #[test]
    fn a_moment_is_printed_in_utc() {
        for (text, printed) in [
            ("2011-05-13t06:42:34+02:00", "2011-05-13T04:42:34Z"),
            ("2000-02-29T23:59:59.25z", "2000-02-29T23:59:59.250Z"),
            ("1969-12-31T23:59:59.001Z", "1969-12-31T23:59:59.001Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
            ("0000-01-01T00:00:00+01:00", "0000-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
            ("9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59.999Z"),
            ("2023-12-31T00:00:00Z", "2023-12-31T00:00:00Z"),
        ] {
            assert_eq!(Instant::parse(text).map(|at| at.to_string()).as_deref(), Some(printed), "{text}");
        }
    }

    #[test]
    fn milliseconds_count_from_1970() {
        for ms in [0, 1, -1, 1_305_261_754_250, -62_167_219_200_000, 253_402_300_799_999] {
            let at = Instant::from_unix_ms(ms);
            assert_eq!(at.map(Instant::unix_ms), Some(ms));
            assert_eq!(at.and_then(|at| Instant::parse(&at.to_string())), at, "{ms}");
        }
        assert_eq!(Instant::from_unix_ms(253_402_300_800_000), None);
        assert_eq!(Instant::from_unix_ms(i64::MIN), None);
    }

    #[test]
    fn other_text_is_none() {
        let rows = [
            "",
            "2011",
            "2011-05-13",
            "2011-13-13T04:42:34Z",
            "2011-00-13T04:42:34Z",
            "2011-02-29T04:42:34Z",
            "1900-02-29T04:42:34Z",
            "2011-04-31T04:42:34Z",
            "2011-05-00T04:42:34Z",
            "2011-05-13T24:42:34Z",
            "2011-05-13T04:60:34Z",
            "2011-05-13T04:42:61Z",
            "2011-05-13T04:42:34.Z",
            "2011-05-13T04:42:34+0200",
            "2011-05-13T04:42:34+24:00",
            "2011-05-13T04:42:34Zulu",
            "+011-05-13T04:42:34Z",
            "２011-05-13T04:42:34Z",
        ];
        for text in rows {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }
}
