//! Where in a file something stands: byte spans, and lines and columns for people.

/// A half-open byte range in a source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Where a rule stands in its profile, for traces, refusals and explanations: `telemessage/profile.toml:17`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRef {
    /// The file as it was named when it was loaded.
    pub file: std::sync::Arc<str>,
    /// 1-based line.
    pub line: usize,
    /// What the rule is about: `user.map.userName`.
    pub name: String,
}

impl std::fmt::Display for RuleRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}:{})", self.name, self.file, self.line)
    }
}

/// 1-based line and column (in characters) of byte `at` in `text`. Past the end is the end; within a character is its start.
#[must_use]
pub fn line_column(text: &str, at: usize) -> (usize, usize) {
    let at = text.floor_char_boundary(at);
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let rows = [
            ("", 0, (1, 1)),
            ("abc", 2, (1, 3)),
            ("abc\nd", 3, (1, 4)),
            ("abc\nd", 4, (2, 1)),
            ("é€x", 5, (1, 3)),
            ("é€x", 3, (1, 2)),
            ("a\r\nb", 3, (2, 1)),
            ("a\n", 99, (2, 1)),
        ];
        for (text, at, expected) in rows {
            assert_eq!(line_column(text, at), expected, "{text:?} {at}");
        }
    }
}
