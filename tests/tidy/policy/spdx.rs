//! Licence expressions (SPDX 2.3, annex D): parsed, and compared with a list of what is allowed.

use std::collections::BTreeSet;

/// Deepest nesting of parentheses that is read.
const DEPTH_MAX: usize = 8;

/// A licence expression.
#[derive(Debug, PartialEq)]
pub(super) enum Licence {
    /// One licence, with its exception: `Apache-2.0 WITH LLVM-exception`.
    One(String),
    /// Whoever uses it chooses.
    Any(Vec<Licence>),
    /// All apply.
    All(Vec<Licence>),
}

impl Licence {
    /// Reads an expression; the older `A/B` is read as `A OR B`.
    ///
    /// # Errors
    /// What was expected.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let spaced = text.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
        let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
        let licence = any(&mut words, DEPTH_MAX)?;
        if words.is_empty() { Ok(licence) } else { Err(format!("`{}` is one too many", words.join(" "))) }
    }

    /// Whether somebody who accepts `allowed` only may use it.
    pub(super) fn is_satisfied_by(&self, allowed: &BTreeSet<String>) -> bool {
        match self {
            Licence::One(licence) => allowed.contains(licence),
            Licence::Any(licences) => licences.iter().any(|licence| licence.is_satisfied_by(allowed)),
            Licence::All(licences) => licences.iter().all(|licence| licence.is_satisfied_by(allowed)),
        }
    }
}

/// `OR` binds weakest; `words` are last first.
fn any(words: &mut Vec<&str>, depth: usize) -> Result<Licence, String> {
    let mut licences = vec![all(words, depth)?];
    while words.pop_if(|word| *word == "OR").is_some() {
        licences.push(all(words, depth)?);
    }
    Ok(only(licences, Licence::Any))
}

fn all(words: &mut Vec<&str>, depth: usize) -> Result<Licence, String> {
    let mut licences = vec![one(words, depth)?];
    while words.pop_if(|word| *word == "AND").is_some() {
        licences.push(one(words, depth)?);
    }
    Ok(only(licences, Licence::All))
}

fn one(words: &mut Vec<&str>, depth: usize) -> Result<Licence, String> {
    match words.pop() {
        Some("(") if depth > 0 => {
            let licence = any(words, depth - 1)?;
            if words.pop() == Some(")") { Ok(licence) } else { Err("a parenthesis is not closed".to_owned()) }
        }
        Some(word) if !matches!(word, "(" | ")" | "AND" | "OR" | "WITH") => {
            if words.pop_if(|word| *word == "WITH").is_none() {
                return Ok(Licence::One(word.to_owned()));
            }
            let exception = words.pop().ok_or("an exception is missing")?;
            Ok(Licence::One(format!("{word} WITH {exception}")))
        }
        found => Err(format!("expected a licence, found {found:?}")),
    }
}

fn only(mut licences: Vec<Licence>, many: fn(Vec<Licence>) -> Licence) -> Licence {
    match licences.pop() {
        Some(licence) if licences.is_empty() => licence,
        last => {
            licences.extend(last);
            many(licences)
        }
    }
}

#[cfg(test)]
mod tests {
    //! What is allowed by a list, and what is not.

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<bool>) {
        let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).into();
        assert_eq!(Licence::parse(text).ok().map(|licence| licence.is_satisfied_by(&allowed)), expected, "{text}");
    }

    #[test]
    fn or_needs_one_and_needs_all() {
        check("MIT", Some(true));
        check("GPL-3.0", Some(false));
        check("GPL-3.0 OR MIT", Some(true));
        check("MIT AND GPL-3.0", Some(false));
        check("MIT AND ISC", Some(true));
        check("Apache-2.0 / MIT", Some(true));
        check("Unlicense/MIT", Some(true));
        check("Apache-2.0", Some(false));
        check("Apache-2.0 WITH LLVM-exception OR GPL-3.0", Some(true));
    }

    #[test]
    fn and_binds_tighter_than_or() {
        check("MIT OR GPL-3.0 AND GPL-2.0", Some(true));
        check("GPL-3.0 AND MIT OR ISC", Some(true));
        check("(MIT OR GPL-3.0) AND GPL-2.0", Some(false));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for text in [
            "",
            "MIT OR",
            "AND MIT",
            "(MIT",
            "MIT)",
            "MIT ISC",
            "MIT WITH",
            &format!("{}MIT", "(".repeat(DEPTH_MAX + 1)),
        ] {
            check(text, None);
        }
        check(&format!("{}MIT{}", "(".repeat(DEPTH_MAX), ")".repeat(DEPTH_MAX)), Some(true));
    }
}
