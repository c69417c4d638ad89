//! How a literal is spelled: where a place in its value stands in the file. Knows nothing of what the value is for.

/// Where byte `offset` of a literal's value stands in its `raw` spelling; `None` if that cannot be told.
pub(super) fn raw_offset(raw: &str, offset: usize) -> Option<usize> {
    let (open, escapes) = match raw.as_bytes() {
        [b'"', b'"', b'"', ..] => (3, true),
        [b'\'', b'\'', b'\'', ..] => (3, false),
        [b'"', ..] => (1, true),
        [b'\'', ..] => (1, false),
        _ => (0, false),
    };
    // A newline right behind the opening delimiter is no part of the value.
    let rest = &raw[open..];
    let newline = if open < 3 { 0 } else { rest.len() - rest.trim_start_matches('\r').trim_start_matches('\n').len() };
    if newline > 2 {
        return None;
    }
    let mut at = open + newline;
    if !escapes {
        return raw.is_char_boundary(at + offset).then_some(at + offset);
    }
    let mut value_at = 0;
    while value_at < offset {
        let rest = raw.get(at..)?;
        let (written, meant) = match rest.strip_prefix('\\') {
            None => rest.chars().next().map(|c| (c.len_utf8(), c.len_utf8()))?,
            Some(escape) => escape_lengths(escape)?,
        };
        at += written;
        value_at += meant;
    }
    (value_at == offset).then_some(at)
}

/// Bytes written, with the backslash, and bytes meant by the escape that follows it (TOML 1.1, `escaped`).
fn escape_lengths(escape: &str) -> Option<(usize, usize)> {
    let digits = match escape.bytes().next()? {
        b'b' | b't' | b'n' | b'f' | b'r' | b'e' | b'"' | b'\\' => return Some((2, 1)),
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        // A line that ends in a backslash goes on; not worth following.
        _ => return None,
    };
    let meant = u32::from_str_radix(escape.get(1..=digits)?, 16).ok().and_then(char::from_u32)?;
    Some((digits + 2, meant.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_value_is_found_in_its_spelling() {
        let rows = [
            ("'abc'", 1, Some(2)),
            ("\"abc\"", 3, Some(4)),
            ("\"a\\\"c\"", 2, Some(4)),
            ("\"\\u00e9x\"", 2, Some(7)),
            ("\"\\u00e9x\"", 1, None),
            ("\"\\x41b\"", 1, Some(5)),
            ("'''\nabc'''", 1, Some(5)),
            ("\"\"\"\r\nabc\"\"\"", 0, Some(5)),
            ("\"\"\"a\\\n  b\"\"\"", 2, None),
            ("abc", 2, Some(2)),
            ("'é'", 1, None),
            ("'a'", 99, None),
            ("\"a\"", 99, None),
        ];
        for (raw, offset, expected) in rows {
            assert_eq!(raw_offset(raw, offset), expected, "{raw} {offset}");
        }
    }
}
