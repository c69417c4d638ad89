//! A bounded, printable excerpt of what a client sent, for error messages.
//!
//! It never prints a control character and never more than [`EXCERPT_CHARS_MAX`] characters, so that a message stays one
//! line in a log and in an identity provider's portal.

/// Longest excerpt, in characters.
pub(crate) const EXCERPT_CHARS_MAX: usize = 80;

/// The beginning of `text`, on one line, with `…` where it was cut.
pub(crate) fn excerpt(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(EXCERPT_CHARS_MAX)
        .map(|char| if char.is_control() { char::REPLACEMENT_CHARACTER } else { char })
        .collect();
    if text.chars().nth(EXCERPT_CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_cut_at_the_limit_and_stays_on_one_line() {
        let just = "ä".repeat(EXCERPT_CHARS_MAX);
        assert_eq!(excerpt(&just), just);
        assert_eq!(excerpt(&format!("{just}b")), format!("{just}…"));
        assert_eq!(excerpt("a\r\nb"), "a\u{fffd}\u{fffd}b");
    }
}
