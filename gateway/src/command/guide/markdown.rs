//! A guide as Markdown (GitHub's flavour): what it says is shown as it is written, whatever signs are in it.

use super::page::{Block, Line, Page, Piece, Table};

/// Signs that mean something anywhere in a line.
const SIGNS: &[char] = &['\\', '`', '*', '[', ']', '<', '>', '|', '~'];

/// The page; ends with a line feed.
pub(super) fn markdown(page: &Page) -> String {
    let mut text = format!("# {}\n", line(&page.title));
    for each in &page.blocks {
        text.push('\n');
        text.push_str(&block(each));
    }
    text
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(heading) => format!("## {}\n", line(heading)),
        Block::Text(paragraph) => format!("{}\n", line(paragraph)),
        Block::Note(note) => format!("> {}\n", line(note)),
        Block::List(items) => lines(items.iter().map(|item| format!("- {}", line(item)))),
        Block::Steps(steps) => lines(steps.iter().enumerate().map(|(at, step)| format!("{}. {}", at + 1, line(step)))),
        Block::Table(rows) => table(rows),
        Block::Listing(listing) => {
            let fence = "`".repeat(longest_run(listing).max(2) + 1);
            format!("{fence}json\n{listing}\n{fence}\n")
        }
    }
}

/// Each with a line feed behind it.
fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.flat_map(|line| [line, "\n".to_owned()]).collect()
}

fn table(table: &Table) -> String {
    let row = |cells: &[Line]| {
        // In a table, a bar ends the cell even inside code.
        let cells: Vec<String> = cells.iter().map(|cell| line(cell).replace("\\|", "|").replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule = format!("|{}\n", "---|".repeat(table.head.len()));
    let rows: String = table.rows.iter().map(|cells| row(cells)).collect();
    format!("{}{rule}{rows}", row(&table.head))
}

fn line(line: &Line) -> String {
    let mut text = String::new();
    for piece in line.pieces() {
        match piece {
            Piece::Plain(plain) => escape(&mut text, plain),
            Piece::Strong(strong) => {
                text.push_str("**");
                escape(&mut text, strong);
                text.push_str("**");
            }
            Piece::Code(code) => {
                let fence = "`".repeat(longest_run(code) + 1);
                let pad = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
                text.extend([fence.as_str(), pad, code, pad, fence.as_str()]);
            }
        }
    }
    // What begins a list, a heading or a quotation where it stands first.
    let digits = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    let is_number = digits > 0 && text[digits..].starts_with(['.', ')']);
    if is_number {
        text.insert(digits, '\\');
    } else if text.starts_with(['#', '-', '+', '=']) {
        text.insert(0, '\\');
    }
    text
}

/// Text whose signs mean nothing.
fn escape(into: &mut String, text: &str) {
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let is_word = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
        match char {
            // Within a word it is none.
            '_' if !(is_word(before) && is_word(chars.peek().copied())) => into.push_str("\\_"),
            '&' if chars.peek().is_some_and(|next| next.is_ascii_alphabetic() || *next == '#') => {
                into.push_str("&amp;");
            }
            sign if SIGNS.contains(&sign) => into.extend(['\\', sign]),
            char => into.push(char),
        }
        before = Some(char);
    }
}

/// The most backticks in a row.
fn longest_run(text: &str) -> usize {
    text.split(|char| char != '`').map(str::len).max().unwrap_or(0)
}
