//! Problems in a file, all of them at once: where, which, and what to write instead.
//!
//! Says nothing about how a file is read; whoever reads one fills a [`Report`].

mod code;
mod render;
mod suggest;

use crate::source::Span;

pub use self::code::Code;
pub use self::suggest::closest;

/// Whether a problem keeps the profile from going live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot be used.
    Error,
    /// It can be used; something is probably not meant so.
    Warning,
    /// All is well; somebody may want to know.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// One problem of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code; its severity is the code's.
    pub code: Code,
    /// Where.
    pub span: Span,
    /// What is wrong, in one line.
    pub message: String,
    /// What to write instead, in one line; empty if there is nothing better than the message.
    pub help: String,
}

/// All problems of one file, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The file as named by the caller.
    pub file: String,
    /// Its text, for rendering; blank where a secret may stand.
    pub text: String,
    /// The problems, sorted by position.
    pub diagnostics: Vec<Diagnostic>,
    /// What is no problem and only told to who asks for it, sorted by position.
    pub notes: Vec<Diagnostic>,
}

impl Report {
    /// A report of these problems and notes; sorts them.
    #[must_use]
    pub fn new(file: &str, text: &str, mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.code));
        let is_note = |diagnostic: &Diagnostic| diagnostic.code.severity() == Severity::Note;
        let (notes, diagnostics) = diagnostics.into_iter().partition(is_note);
        let mut report = Self { file: file.to_owned(), text: text.to_owned(), diagnostics, notes };
        // Where a name of a secret should stand, the secret itself may: it goes into no log.
        report.conceal(|code| matches!(code, Code::Secret | Code::SecretValue));
        report
    }

    /// Blanks the lines of the problems whose code `is_risky`, so that nothing shows what stands there.
    pub fn conceal(&mut self, is_risky: impl Fn(Code) -> bool) {
        let risky = self.diagnostics.iter().filter(|diagnostic| is_risky(diagnostic.code));
        let spans: Vec<Span> = risky.map(|diagnostic| diagnostic.span).collect();
        for Span { start, end } in spans {
            let (start, end) = (start.min(self.text.len()), end.min(self.text.len()));
            let bytes = self.text.as_bytes();
            let first = bytes[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
            let after = bytes[end..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |more| end + more);
            let blank = |byte: u8| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' };
            let blanked: String = bytes[first..after].iter().map(|byte| blank(*byte)).collect();
            self.text.replace_range(first..after, &blanked);
        }
    }

    /// The same report, with its notes among the problems.
    #[must_use]
    pub fn with_notes(mut self) -> Self {
        self.diagnostics.append(&mut self.notes);
        self.diagnostics.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.code));
        self
    }

    /// Whether any problem is a warning.
    #[must_use]
    pub fn has_warnings(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.code.severity() == Severity::Warning)
    }

    /// Whether any problem is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.code.severity() == Severity::Error)
    }

    /// As a person at a terminal reads it: rustc's shape, `file:line:col`, code, help. Colour only if `colour`.
    #[must_use]
    pub fn to_terminal(&self, colour: Colour) -> String {
        render::terminal(self, colour)
    }

    /// One object per problem: `{"file","line","column","span","code","severity","message","help"}`; a span is `{"start","end"}` in bytes.
    #[must_use]
    pub fn to_json(&self) -> json::Value {
        render::json(self)
    }
}

/// Whether to write ANSI colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Never.
    Plain,
    /// Always.
    Ansi,
}
