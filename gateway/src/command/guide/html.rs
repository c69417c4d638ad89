//! A guide as one HTML file: no script, nothing from elsewhere, fit to be printed. The templates escape every text.

use askama::Template;

use super::page::{Block, Line, Page, Piece};

#[derive(Template)]
#[template(path = "guide.html")]
struct GuidePage<'p> {
    title: String,
    page: &'p Page,
}

#[derive(Template)]
#[template(path = "guide-line.html")]
struct GuideLine<'l> {
    pieces: Vec<Piece<'l>>,
}

impl GuidePage<'_> {
    /// A line as HTML.
    fn line(line: &Line) -> Result<String, askama::Error> {
        GuideLine { pieces: line.pieces() }.render()
    }
}

/// The page.
///
/// # Errors
/// The template failed: ours.
pub(super) fn html(page: &Page) -> Result<String, askama::Error> {
    let title = page.title.pieces().iter().map(Piece::text).collect();
    GuidePage { title, page }.render()
}
