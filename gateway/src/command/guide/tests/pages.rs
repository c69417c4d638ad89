//! How a page is written: whatever somebody else wrote stays text, in Markdown and in HTML.

use super::super::page::{Page, code, listed, sentence, strong, told};
use super::super::{html, markdown};

fn paragraph(text: impl Into<String>) -> (String, String) {
    let mut page = Page::new("T");
    page.text(text.into());
    let html = html::html(&page).unwrap();
    let (_, body) = html.split_once("</h1>").unwrap();
    let text = markdown::markdown(&page).trim_start_matches("# T\n\n").trim_end().to_owned();
    (text, body.split_once("</main>").unwrap().0.trim().to_owned())
}

#[track_caller]
fn check(text: impl Into<String>, markdown: &str, html: &str) {
    assert_eq!(paragraph(text), (markdown.to_owned(), format!("<p>{html}</p>")));
}

#[test]
fn emphasis_is_ours_and_signs_of_others_are_text() {
    check(format!("Press {}.", strong("Save")), "Press **Save**.", "Press <strong>Save</strong>.");
    check(format!("Type {}.", code("a|b")), "Type `a|b`.", "Type <code>a|b</code>.");
    check(told("`a` is <b>"), "`a` is \\<b\\>", "<code>a</code> is &#60;b&#62;");
    check(told("an odd ` is none"), "an odd \\` is none", "an odd ` is none");
    check(told("*x* [y](z) _q_ snake_case"), "\\*x\\* \\[y\\](z) \\_q\\_ snake_case", "*x* [y](z) _q_ snake_case");
    check(code("`x"), "`` `x ``", "<code>`x</code>");
    check(told("# no heading"), "\\# no heading", "# no heading");
    check(told("1. no list"), "1\\. no list", "1. no list");
    check(
        told("&amp; <script>alert(1)</script>"),
        "&amp;amp; \\<script\\>alert(1)\\</script\\>",
        "&#38;amp; &#60;script&#62;alert(1)&#60;/script&#62;",
    );
    // Marks of emphasis that somebody wrote are none.
    check(told("a\u{E000}b\u{E002}c\nd"), "abc d", "abc d");
    check(code("a\u{E002}\u{E001}b"), "`ab`", "<code>ab</code>");
}

#[test]
fn a_bar_ends_no_cell() {
    let mut page = Page::new("T");
    page.table(["A", "B"], [[code("x|y"), told("p|q")]]);
    assert_eq!(markdown::markdown(&page), "# T\n\n| A | B |\n|---|---|\n| `x\\|y` | p\\|q |\n");
}

#[test]
fn a_listing_is_not_ended_by_what_is_in_it() {
    let mut page = Page::new("T");
    page.listing("```\n</code>".to_owned());
    assert_eq!(markdown::markdown(&page), "# T\n\n````json\n```\n</code>\n````\n");
    assert!(html::html(&page).unwrap().contains("<pre><code>```\n&#60;/code&#62;</code></pre>"));
}

#[test]
fn words_are_joined_as_a_person_joins_them() {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(listed(&words("a b c"), "and"), "a, b and c");
    assert_eq!(listed(&words("a"), "and"), "a");
    assert_eq!(listed(&[], "and"), "");
    assert_eq!(sentence("the number"), "The number.");
    assert_eq!(sentence("Why?"), "Why?");
}
