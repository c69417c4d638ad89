//! As much of Rust's grammar as the rules need: what is code, which part is a test, where a block ends.
//!
//! Not a parser: sources that rustc accepts are assumed. Offsets are bytes everywhere.

use std::ops::Range;

use crate::tree::File;

/// The text with every byte of comments, strings and characters blanked; newlines stay, and so do the quotes.
pub(crate) fn code(text: &str) -> String {
    blanked(text, |_| true)
}

/// The text with every byte of comments blanked.
pub(crate) fn without_comments(text: &str) -> String {
    blanked(text, |first| first == b'/')
}

/// Blanks the comments and literals whose first byte is `chosen`.
fn blanked(text: &str, chosen: fn(u8) -> bool) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let (end, keep) = literal(bytes, at);
        let end = end.min(bytes.len());
        let keep = if chosen(bytes[at]) { keep } else { end };
        for byte in &mut code[(at + keep).min(end)..end.saturating_sub(keep).max((at + keep).min(end))] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8(code).expect("invariant: only whole literals were blanked")
}

/// Where the literal or comment that starts at `at` ends, and how many bytes at either end are its quotes; `at` if none does.
fn literal(bytes: &[u8], at: usize) -> (usize, usize) {
    let rest = &bytes[at..];
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let begins = at == 0 || !is_word(bytes[at - 1]);
    match rest {
        [b'/', b'/', ..] => (at + rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len()), 0),
        [b'/', b'*', ..] => (at + block_comment(rest), 0),
        [b'"', ..] => (at + quoted(rest, b'"'), 1),
        [b'r', b'"' | b'#', ..] if begins => (at + raw(rest).unwrap_or(0), 0),
        [b'b', b'r', b'"' | b'#', ..] if begins => (at + raw(&rest[1..]).map_or(0, |end| end + 1), 0),
        // A character, not a lifetime: `'a'`, `'\n'`, `'ß'`.
        [b'\'', b'\\', ..] => (at + quoted(rest, b'\''), 1),
        [b'\'', _, b'\'', ..] => (at + 3, 1),
        [b'\'', first, ..] if !first.is_ascii() => (at + quoted(rest, b'\''), 1),
        _ => (at, 0),
    }
}

fn block_comment(rest: &[u8]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    at
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

/// Behind `r`: as many `#` as there are, and a quote; `None` if it is a raw identifier.
fn raw(rest: &[u8]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|&&byte| byte == b'#').count();
    let open = 1 + hashes;
    if rest.get(open) != Some(&b'"') {
        return None;
    }
    let closing: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    let body = &rest[open + 1..];
    let end = body.windows(closing.len()).position(|window| window == closing).unwrap_or(body.len());
    Some(open + 1 + end + closing.len())
}

/// The identifiers and keywords of `code`, each with its offset.
pub(crate) fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + code[at..].find(is_word)?;
        let length = code[start..].find(|char| !is_word(char)).unwrap_or(code.len() - start);
        at = start + length;
        Some((start, &code[start..at]))
    })
}

/// Offsets of `needle` in `code` that are not the middle of a longer word.
pub(crate) fn find_all<'c>(code: &'c str, needle: &'c str) -> impl Iterator<Item = usize> + 'c {
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    code.match_indices(needle).map(|(at, _)| at).filter(move |&at| {
        let joined_before = needle.starts_with(is_word) && code[..at].ends_with(is_word);
        let joined_behind = needle.ends_with(is_word) && code[at + needle.len()..].starts_with(is_word);
        !joined_before && !joined_behind
    })
}

/// The end of the item that starts at `at`: behind its block, or behind its semicolon.
pub(crate) fn item_end(code: &str, at: usize) -> usize {
    let mut depth = 0_i32;
    for (offset, byte) in code.bytes().enumerate().skip(at) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b';' if depth == 0 => return offset + 1,
            b'{' if depth == 0 => return block_end(code, offset),
            _ => {}
        }
    }
    code.len()
}

/// Behind the brace that closes the one at `open`.
pub(crate) fn block_end(code: &str, open: usize) -> usize {
    let mut depth = 0_i32;
    for (offset, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return offset + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// The parts of a file that only tests see: items under `#[test]` or a `cfg` that names `test`.
pub(crate) fn test_parts(code: &str) -> Vec<Range<usize>> {
    let is_for_tests = |attribute: &str| {
        attribute.starts_with("#[test]")
            || (attribute.starts_with("#[cfg(")
                && find_all(attribute, "test").next().is_some()
                && !attribute.contains("not("))
    };
    code.match_indices("#[")
        .map(|(at, _)| (at, &code[at..=at + code[at..].find(']').unwrap_or(1)]))
        .filter(|(_, attribute)| is_for_tests(attribute))
        .map(|(at, _)| at..item_end(code, behind_attributes(code, at)))
        .collect()
}

/// Behind the attributes that start at `at`, and the blanks after each.
fn behind_attributes(code: &str, mut at: usize) -> usize {
    loop {
        at += code[at..].len() - code[at..].trim_start().len();
        if !code[at..].starts_with("#[") {
            return at;
        }
        let mut depth = 0_i32;
        let end = code[at..].bytes().position(|byte| {
            depth += i32::from(byte == b'[') - i32::from(byte == b']');
            byte == b']' && depth == 0
        });
        at += end.map_or(code.len() - at, |end| end + 1);
    }
}

/// The modules that a file declares for tests only, as paths without `.rs`.
pub(crate) fn test_modules(file: &File) -> Vec<String> {
    let folder = match file.path.rsplit_once('/') {
        Some((folder, "lib.rs" | "main.rs")) => folder,
        _ => file.path.trim_end_matches(".rs"),
    };
    let declared = |part: &Range<usize>| {
        let item = file.code[part.clone()].trim_end().strip_suffix(';')?;
        let (_, name) = item.rsplit_once("mod ")?;
        Some(format!("{folder}/{}", name.trim()))
    };
    file.tests.iter().filter_map(declared).collect()
}

#[test]
fn comments_and_literals_are_no_code() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(code(text), expected);
    }
    check("a // b\nc", "a     \nc");
    check("a /* b /* c */ d */ e", "a                   e");
    check(r#"a("b\"c", d)"#, r#"a("    ", d)"#);
    check("r#\"a\"b\"# + r\"c\" + br\"d\"", "         +      +      ");
    check("let c = '\"'; let l: &'a str = '\\''; 'ß'", "let c = ' '; let l: &'a str = '  '; '  '");
    check("for r#type in x", "for r#type in x");
    assert_eq!(without_comments("a(\"// b\") // c"), "a(\"// b\")     ");
}

#[test]
fn an_item_ends_with_its_block_or_semicolon() {
    #[track_caller]
    fn check(code: &str, expected: &str) {
        assert_eq!(&code[..item_end(code, 0)], expected);
    }
    check("fn a(x: [u8; 2]) { { } } fn b() {}", "fn a(x: [u8; 2]) { { } }");
    check("mod tests; fn b() {}", "mod tests;");
}
