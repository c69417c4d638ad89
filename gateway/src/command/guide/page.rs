//! A guide as a page: headings, steps, tables, and texts in which some words are code or stand out. Knows nothing of Markdown
//! or HTML, and what somebody else wrote stays text in both: marks of emphasis are characters that no such text can bring.

/// A whole guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    /// The heading of all.
    pub(super) title: Line,
    /// What stands below it.
    pub(super) blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// The heading of a section.
    Heading(Line),
    /// A paragraph.
    Text(Line),
    /// What must not be overlooked.
    Note(Line),
    /// Things without order.
    List(Vec<Line>),
    /// What to do, in order.
    Steps(Vec<Line>),
    /// Rows below a head.
    Table(Table),
    /// Lines to copy as they are.
    Listing(String),
}

/// Rows below a head, each with as many cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// What the columns are.
    pub(super) head: Vec<Line>,
    /// The rows.
    pub(super) rows: Vec<Vec<Line>>,
}

/// A text in one line, with marks of emphasis.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line(String);

/// A part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'l> {
    /// Text.
    Plain(&'l str),
    /// What is typed or read letter by letter.
    Code(&'l str),
    /// What a button, a field or a page is called.
    Strong(&'l str),
}

// Private use: `plain` takes them out of everything that is not ours.
const CODE: char = '\u{E000}';
const STRONG: char = '\u{E001}';
const END: char = '\u{E002}';

/// `text` as code.
#[expect(clippy::needless_pass_by_value, reason = "callers pass names as well as texts that they have just made")]
pub(super) fn code(text: impl ToString) -> String {
    format!("{CODE}{}{END}", plain(&text.to_string()))
}

/// `text` so that it stands out.
#[expect(clippy::needless_pass_by_value, reason = "callers pass names as well as texts that they have just made")]
pub(super) fn strong(text: impl ToString) -> String {
    format!("{STRONG}{}{END}", plain(&text.to_string()))
}

/// `text` without marks, in one line.
pub(super) fn plain(text: &str) -> String {
    let is_mark = |char: &char| !matches!(*char, CODE | STRONG | END);
    text.chars().filter(is_mark).map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// Words of a profile or of the gateway: what stands between backticks is code.
pub(super) fn told(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // An odd backtick is one of the text.
    if parts.len().is_multiple_of(2) {
        return plain(text);
    }
    let part = |(at, part): (usize, &&str)| if at % 2 == 1 { code(part) } else { plain(part) };
    parts.iter().enumerate().map(part).collect()
}

/// Sentences, one behind the other.
pub(super) fn sentences(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// `a, b and c`.
pub(super) fn listed(parts: &[String], and: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} {and} {last}", rest.join(", ")),
    }
}

/// `text` as a sentence: a capital letter in front, a full stop behind.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    let stop = if text.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{}{}{stop}", first.to_uppercase(), chars.as_str())
}

impl Page {
    /// A page with nothing below its title.
    pub(super) fn new(title: impl Into<Line>) -> Self {
        Self { title: title.into(), blocks: Vec::new() }
    }

    /// One more section.
    pub(super) fn heading(&mut self, text: impl Into<Line>) {
        self.blocks.push(Block::Heading(text.into()));
    }

    /// One more paragraph; nothing if it is empty.
    pub(super) fn text(&mut self, text: impl Into<Line>) {
        let line = text.into();
        if !line.0.is_empty() {
            self.blocks.push(Block::Text(line));
        }
    }

    /// One more note.
    pub(super) fn note(&mut self, text: impl Into<Line>) {
        self.blocks.push(Block::Note(text.into()));
    }

    /// One more list; nothing if it is empty.
    pub(super) fn list(&mut self, items: impl IntoIterator<Item = String>) {
        let items: Vec<Line> = items.into_iter().map(Line::from).collect();
        if !items.is_empty() {
            self.blocks.push(Block::List(items));
        }
    }

    /// Steps, from 1.
    pub(super) fn steps(&mut self, steps: impl IntoIterator<Item = String>) {
        self.blocks.push(Block::Steps(steps.into_iter().filter(|step| !step.is_empty()).map(Line::from).collect()));
    }

    /// A table; nothing if it has no rows.
    pub(super) fn table<const N: usize>(&mut self, head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) {
        let rows: Vec<Vec<Line>> = rows.into_iter().map(|row| row.map(Line::from).into()).collect();
        if !rows.is_empty() {
            self.blocks.push(Block::Table(Table { head: head.map(Line::from).into(), rows }));
        }
    }

    /// Lines to copy.
    pub(super) fn listing(&mut self, text: String) {
        self.blocks.push(Block::Listing(text));
    }
}

impl Line {
    /// The parts, none of them empty.
    pub(super) fn pieces(&self) -> Vec<Piece<'_>> {
        let mut pieces = Vec::new();
        let mut rest = self.0.as_str();
        while let Some(start) = rest.find([CODE, STRONG]) {
            let (before, marked) = rest.split_at(start);
            let is_code = marked.starts_with(CODE);
            let inner = &marked[CODE.len_utf8()..];
            let (inside, behind) = inner.split_once(END).unwrap_or((inner, ""));
            pieces.extend([Piece::Plain(before), if is_code { Piece::Code(inside) } else { Piece::Strong(inside) }]);
            rest = behind;
        }
        pieces.push(Piece::Plain(rest));
        pieces.retain(|piece| !piece.text().is_empty());
        pieces
    }
}

impl<'l> Piece<'l> {
    /// Its letters.
    pub(super) fn text(&self) -> &'l str {
        match *self {
            Piece::Plain(text) | Piece::Code(text) | Piece::Strong(text) => text,
        }
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}
