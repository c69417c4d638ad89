//! The results as `JUnit` XML, which continuous integration reads: one suite for each profile, one test case for each case.

use std::fmt::Write as _;

/// One suite.
pub(super) struct JunitSuite {
    /// `telemessage`.
    pub(super) name: String,
    /// The file of cases.
    pub(super) file: String,
    /// Name, and why it failed.
    pub(super) cases: Vec<(String, Option<String>)>,
}

/// The document.
pub(super) fn junit(suites: &[JunitSuite]) -> String {
    let failed = |suite: &JunitSuite| suite.cases.iter().filter(|(_, failure)| failure.is_some()).count();
    let tests: usize = suites.iter().map(|suite| suite.cases.len()).sum();
    let failures: usize = suites.iter().map(failed).sum();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing into a String cannot fail.
    let _ = writeln!(xml, "<testsuites tests=\"{tests}\" failures=\"{failures}\">");
    for suite in suites {
        let name = escaped(&suite.name);
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{name}\" file=\"{}\" tests=\"{}\" failures=\"{}\">",
            escaped(&suite.file),
            suite.cases.len(),
            failed(suite)
        );
        for (case, failure) in &suite.cases {
            let start = format!("    <testcase classname=\"{name}\" name=\"{}\"", escaped(case));
            let _ = match failure {
                None => writeln!(xml, "{start}/>"),
                Some(why) => {
                    let first = escaped(why.lines().next().unwrap_or_default());
                    writeln!(
                        xml,
                        "{start}>\n      <failure message=\"{first}\">{}</failure>\n    </testcase>",
                        escaped(why)
                    )
                }
            };
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

/// Text for an element or an attribute; what XML 1.0 §2.2 does not allow becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(letter),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_told_as_junit_tells_them() {
        let suite = JunitSuite {
            name: "a&b".to_owned(),
            file: "p.test.toml".to_owned(),
            cases: vec![("fine".to_owned(), None), ("<bad>".to_owned(), Some("1 \"x\"\n2\u{1}".to_owned()))],
        };
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1">
  <testsuite name="a&amp;b" file="p.test.toml" tests="2" failures="1">
    <testcase classname="a&amp;b" name="fine"/>
    <testcase classname="a&amp;b" name="&lt;bad&gt;">
      <failure message="1 &quot;x&quot;">1 &quot;x&quot;
2�</failure>
    </testcase>
  </testsuite>
</testsuites>
"#;
        assert_eq!(junit(&[suite]), expected);
    }
}
