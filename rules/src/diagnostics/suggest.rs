//! "Did you mean": the known word that a misspelt one is closest to.
//!
//! Bounded: words longer than [`WORD_CHARS_MAX`] have no neighbours.

/// Longest word that is compared, in characters.
pub(super) const WORD_CHARS_MAX: usize = 100;

/// The candidate within a third of `word`'s length, at most three edits, away; the first of the closest. Case is no edit.
pub fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    if word.len() > WORD_CHARS_MAX {
        return None;
    }
    let edits_max = (word.len() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (edits(&word, candidate), candidate))
        .filter(|(edits, _)| *edits <= edits_max)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Edits between two words: insertions, deletions, substitutions and swaps of neighbours each count one (optimal string
/// alignment).
fn edits(word: &[char], candidate: &str) -> usize {
    let candidate: Vec<char> = candidate.to_lowercase().chars().collect();
    if candidate.len() > WORD_CHARS_MAX {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=candidate.len()).collect();
    for (row, letter) in word.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, other) in candidate.iter().enumerate() {
            let substituted = above[column] + usize::from(letter != other);
            let mut least = substituted.min(above[column + 1] + 1).min(line[column] + 1);
            if row > 0 && column > 0 && *letter == candidate[column - 1] && word[row - 1] == *other {
                least = least.min(before[column - 1] + 1);
            }
            line.push(least);
        }
        before = std::mem::replace(&mut above, line);
    }
    above[candidate.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_known_word_is_meant() {
        let known = ["userName", "displayName", "nickName", "active", "emails"];
        let long = "x".repeat(WORD_CHARS_MAX);
        let too_long = format!("{long}x");
        let rows = [
            ("usrName", Some("userName")),
            ("username", Some("userName")),
            ("uesrName", Some("userName")),
            ("activ", Some("active")),
            ("email", Some("emails")),
            ("dispName", None),
            ("", None),
            ("zzz", None),
            (too_long.as_str(), None),
        ];
        for (word, expected) in rows {
            assert_eq!(closest(word, known), expected, "{word}");
        }
        assert_eq!(closest(&long, [long.as_str()]), Some(long.as_str()));
        assert_eq!(closest(&long, [too_long.as_str()]), None);
    }
}
