//! A report as people and programs read it.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use json::{Value, json};

use super::{Colour, Diagnostic, Report, Severity};
use crate::source::line_column;

/// Longest piece of the file that one problem shows, in bytes; a longer line is shown without its source.
const SHOWN_BYTES_MAX: usize = 2_000;

/// rustc's shape, one block per problem, an empty line between.
pub(super) fn terminal(report: &Report, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Plain => Renderer::plain(),
        Colour::Ansi => Renderer::styled(),
    };
    let blocks: Vec<String> =
        report.diagnostics.iter().map(|diagnostic| block(report, diagnostic, &renderer)).collect();
    blocks.join("\n\n")
}

fn block(report: &Report, diagnostic: &Diagnostic, renderer: &Renderer) -> String {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(one_line(&diagnostic.message)).id(diagnostic.code.as_str());
    let (line, column) = line_column(&report.text, diagnostic.span.start);
    let shown = lines_around(&report.text, diagnostic);
    let mut group = match shown {
        Some((start, shown, span)) => {
            let (line_start, _) = line_column(&report.text, start);
            let snippet = Snippet::source(shown).line_start(line_start).path(report.file.as_str()).fold(false);
            title.element(snippet.annotation(AnnotationKind::Primary.span(span)))
        }
        None => title.element(annotate_snippets::Origin::path(report.file.as_str()).line(line).char_column(column)),
    };
    if !diagnostic.help.is_empty() {
        group = group.element(Level::HELP.message(one_line(&diagnostic.help)));
    }
    renderer.render(&[group])
}

/// The first line that the problem touches, where it begins, and the problem's span in it. `None` if it is too long or blank,
/// as one is that may hold a secret.
fn lines_around<'t>(text: &'t str, diagnostic: &Diagnostic) -> Option<(usize, &'t str, std::ops::Range<usize>)> {
    let at = text.floor_char_boundary(diagnostic.span.start);
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    let line = text[start..end].trim_end_matches('\r');
    if line.len() > SHOWN_BYTES_MAX || line.trim_ascii().is_empty() {
        return None;
    }
    let from = (at - start).min(line.len());
    let to = text.floor_char_boundary(diagnostic.span.end).saturating_sub(start).clamp(from, line.len());
    Some((start, line, from..to))
}

/// A message never breaks out of its line, whatever the profile holds.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// `[{"file","line","column","span","code","severity","message","help"}]`.
pub(super) fn json(report: &Report) -> Value {
    let problem = |diagnostic: &Diagnostic| {
        let (line, column) = line_column(&report.text, diagnostic.span.start);
        json!({
            "file": report.file,
            "line": line,
            "column": column,
            "span": { "start": diagnostic.span.start, "end": diagnostic.span.end },
            "code": diagnostic.code.as_str(),
            "severity": diagnostic.code.severity().as_str(),
            "message": diagnostic.message,
            "help": diagnostic.help,
        })
    };
    Value::Array(report.diagnostics.iter().map(problem).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Code;
    use crate::source::Span;

    fn report(text: &str, start: usize, end: usize) -> Report {
        let diagnostic = Diagnostic {
            code: Code::UnknownKey,
            span: Span { start, end },
            message: "unknown key `tilte`".to_owned(),
            help: "did you mean `title`?".to_owned(),
        };
        Report::new("demo/profile.toml", text, vec![diagnostic])
    }

    #[test]
    fn a_person_sees_the_line_and_the_help() {
        let report = report("profile = \"demo\"\ntilte = \"é\"\n", 17, 22);
        insta::assert_snapshot!(report.to_terminal(Colour::Plain), @r#"
    error[E0103]: unknown key `tilte`
     --> demo/profile.toml:2:1
      |
    2 | tilte = "é"
      | ^^^^^
      |
      = help: did you mean `title`?
    "#);
        assert!(report.to_terminal(Colour::Ansi).contains("\u{1b}["));
        assert!(!report.to_terminal(Colour::Plain).contains('\u{1b}'));
    }

    #[test]
    fn a_program_reads_one_object_per_problem() {
        let report = report("profile = \"demo\"\ntilte = \"é\"\n", 17, 22);
        insta::assert_snapshot!(report.to_json(), @r#"[{"file":"demo/profile.toml","line":2,"column":1,"span":{"start":17,"end":22},"code":"E0103","severity":"error","message":"unknown key `tilte`","help":"did you mean `title`?"}]"#);
    }

    #[test]
    fn a_line_over_the_limit_is_named_but_not_shown() {
        for (bytes, shown) in [(SHOWN_BYTES_MAX, true), (SHOWN_BYTES_MAX + 1, false)] {
            let text = report(&"y".repeat(bytes), 3, 4).to_terminal(Colour::Plain);
            assert_eq!((text.contains("yyy"), text.contains("demo/profile.toml:1:4")), (shown, true), "{bytes}");
        }
    }

    #[test]
    fn a_line_that_may_hold_a_secret_is_shown_by_no_problem() {
        let text = "a = 1\nt = { x = \"hunter2\",\n  y = 1 }\nb = 2\n";
        let problem = |code, start, end| Diagnostic {
            code,
            span: Span { start, end },
            message: "wrong".to_owned(),
            help: String::new(),
        };
        for span in [(12, 25), (16, 25), (24, 34)] {
            let secret = problem(Code::SecretValue, span.0, span.1);
            let others = [problem(Code::Name, 0, 1), problem(Code::UnknownKey, 12, 13), problem(Code::Name, 37, 38)];
            let report = Report::new("p.toml", text, [&others[..], &[secret]].concat());
            let terminal = report.to_terminal(Colour::Plain);
            assert!(terminal.contains("a = 1") && terminal.contains("b = 2"), "{span:?} {terminal}");
            for seen in [terminal, report.to_json().to_string(), format!("{report:?}")] {
                assert!(!seen.contains("hunter2"), "{span:?} {seen}");
            }
        }
    }

    #[test]
    fn spans_outside_the_text_or_within_a_character_do_no_harm() {
        for (text, start, end) in
            [("", 0, 0), ("é", 1, 1), ("a", 5, 9), ("a\r\nb", 1, 2), ("a\n", 2, 2), ("ab\ncd", 1, 5)]
        {
            assert!(!report(text, start, end).to_terminal(Colour::Plain).is_empty(), "{text:?}");
        }
    }
}
