//! What dashboards and alerts ask for exists: every metric and label of a query is in an exposition.
//!
//! Pure: texts in, complaints out. The end-to-end test includes this file and calls [`unknown`] with what a running gateway
//! answers at `/metrics`; here it is only shown good and bad samples, and that the shipped files can be read.

use std::collections::{BTreeMap, BTreeSet};

/// Names of an exposition, each with the labels that its samples have. A histogram is there by its parts too.
pub(crate) type Exposed = BTreeMap<String, BTreeSet<String>>;

/// Labels that a query may use on anything: the scraper adds them.
const SCRAPER_LABELS: [&str; 2] = ["job", "instance"];

/// Metrics of the scraper itself.
const SCRAPER_METRICS: [&str; 1] = ["up"];

/// Words of the query language that stand before a list of labels in parentheses.
const GROUPINGS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];

/// The names and labels of a text exposition (Prometheus text format 0.0.4). A metric without samples has no labels known.
#[must_use]
pub(crate) fn exposed(exposition: &str) -> Exposed {
    let mut exposed = Exposed::new();
    for line in exposition.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(described) = line.strip_prefix("# TYPE ") {
            let (name, kind) = described.split_once(' ').unwrap_or((described, ""));
            let parts: &[&str] = if kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
            for part in parts {
                exposed.entry(format!("{name}{part}")).or_default();
            }
        } else if !line.starts_with('#') {
            let name = line.split(['{', ' ']).next().unwrap_or(line);
            let labels = exposed.entry(name.to_owned()).or_default();
            labels.extend(selector_labels(line.find('{').map_or("", |open| &line[open..])));
        }
    }
    exposed
}

/// The queries of an alerts file (`expr:` of every rule) or a dashboard (`"expr":` and label values of every panel).
///
/// Reads both by their lines, so that it needs no YAML: a query stands on one line, or in a block that is indented deeper.
#[must_use]
pub(crate) fn queries(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        let key = line.trim_start().trim_start_matches("- ");
        if let Some(json) = ["\"expr\": ", "\"query\": "].iter().find_map(|name| key.strip_prefix(name)) {
            // The `query` of a variable may also be a plain word: the kind of its data source.
            let query = json::from_str::<String>(json.trim_end_matches(','));
            found.extend(query.ok().filter(|query| key.starts_with("\"expr") || query.contains('(')));
        } else if let Some(query) = key.strip_prefix("expr:").map(str::trim) {
            let indent = line.len() - line.trim_start().len();
            let is_deeper = |line: &&&str| line.trim().is_empty() || line.len() - line.trim_start().len() > indent;
            let block: Vec<&str> = lines[index + 1..].iter().take_while(is_deeper).map(|line| line.trim()).collect();
            found.push(if matches!(query, "|" | ">" | "|-" | ">-") { block.join(" ") } else { query.to_owned() });
        }
    }
    found
}

/// What `query` asks for that is not `exposed`, in words; empty if all is there.
///
/// A label that groups is looked for in every metric of the query, one in braces only in its own.
#[must_use]
pub(crate) fn unknown(query: &str, exposed: &Exposed) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut labels_of_all = BTreeSet::new();
    let metrics = metrics(query);
    for (metric, selector) in &metrics {
        let Some(labels) = exposed.get(metric) else {
            if !SCRAPER_METRICS.contains(&metric.as_str()) {
                complaints.push(format!("there is no metric `{metric}`"));
            }
            continue;
        };
        labels_of_all.extend(labels.iter().map(String::as_str));
        for label in selector_labels(selector) {
            if !labels.contains(&label) && !SCRAPER_LABELS.contains(&label.as_str()) {
                complaints.push(format!("`{metric}` has no label `{label}`"));
            }
        }
    }
    if metrics.is_empty() {
        complaints.push(format!("`{query}` asks for no metric"));
    }
    for label in grouping_labels(query) {
        if !labels_of_all.contains(label.as_str()) && !SCRAPER_LABELS.contains(&label.as_str()) {
            complaints.push(format!("no metric of `{query}` has a label `{label}`"));
        }
    }
    complaints
}

/// The metrics of a query, each with its selector in braces or nothing.
fn metrics(query: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((start, word)) = next_word(query, at) {
        at = start + word.len();
        let behind = query[at..].trim_start();
        if word.starts_with("scimgate_") || word.starts_with("process_") || SCRAPER_METRICS.contains(&word) {
            let selector = behind.strip_prefix('{').and_then(|_| behind.find('}').map(|close| &behind[..=close]));
            found.push((word.to_owned(), selector.unwrap_or_default().to_owned()));
        }
    }
    found
}

/// The labels of `by (…)`, `on (…)` and their like.
fn grouping_labels(query: &str) -> BTreeSet<String> {
    let mut labels = BTreeSet::new();
    let mut at = 0;
    while let Some((start, word)) = next_word(query, at) {
        at = start + word.len();
        if let Some(list) = query[at..].trim_start().strip_prefix('(').filter(|_| GROUPINGS.contains(&word)) {
            let list = list.split(')').next().unwrap_or_default();
            labels.extend(list.split(',').map(str::trim).filter(|label| !label.is_empty()).map(str::to_owned));
        }
    }
    labels
}

/// The label names of `{a="x",b=~"y"}`; empty if the text does not start with a brace.
fn selector_labels(selector: &str) -> Vec<String> {
    let mut labels = Vec::new();
    let mut rest = selector.strip_prefix('{').unwrap_or_default();
    while let Some((name, value)) = rest.split_once('"') {
        let name = name.trim_start_matches([',', ' ']).trim_end_matches(['=', '~', '!', ' ']);
        labels.push(name.to_owned());
        let end = value.char_indices().scan(false, |escaped, (at, char)| {
            let ends = char == '"' && !*escaped;
            *escaped = char == '\\' && !*escaped;
            Some((at, ends))
        });
        let Some((end, _)) = end.into_iter().find(|(_, ends)| *ends) else { break };
        rest = &value[end + 1..];
        if rest.trim_start().starts_with('}') {
            break;
        }
    }
    labels
}

/// The next word of a query that is not inside a text, from `at`.
fn next_word(query: &str, at: usize) -> Option<(usize, &str)> {
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == ':';
    let mut in_text = query[..at].matches('"').count() % 2 == 1;
    let start = query[at..].char_indices().find_map(|(offset, char)| {
        in_text ^= char == '"';
        (!in_text && is_word(char)).then_some(at + offset)
    })?;
    let end = query[start..].find(|char| !is_word(char)).map_or(query.len(), |length| start + length);
    Some((start, &query[start..end]))
}

#[cfg(test)]
mod tests {
    //! Good and bad samples, and the shipped files as far as a text alone can tell.

    use super::*;

    const EXPOSITION: &str = "# HELP scimgate_requests_total Exchanges.\n# TYPE scimgate_requests_total counter\n\
        scimgate_requests_total{operation=\"user.create\",outcome_class=\"say \\\"hi\\\", {a}\",status=\"201\"} 3\n\
        # TYPE scimgate_d_seconds histogram\nscimgate_d_seconds_bucket{operation=\"x\",le=\"0.1\"} 1\n\
        # TYPE scimgate_audit_dropped_total counter\nscimgate_audit_dropped_total 0\n";

    #[track_caller]
    fn check(query: &str, expected: &[&str]) {
        assert_eq!(unknown(query, &exposed(EXPOSITION)), expected, "{query}");
    }

    #[test]
    fn what_is_exposed_can_be_asked_for() {
        check("sum by (operation) (rate(scimgate_requests_total{outcome_class!=\"success\"}[5m]))", &[]);
        check("histogram_quantile(0.99, sum by (le, operation) (rate(scimgate_d_seconds_bucket[5m])))", &[]);
        check("rate(scimgate_d_seconds_sum[5m]) / rate(scimgate_d_seconds_count[5m])", &[]);
        check("up{job=\"scimgate\"} == 0", &[]);
        check("sum by (instance) (scimgate_audit_dropped_total) > 0", &[]);
    }

    #[test]
    fn what_is_not_exposed_is_named() {
        check("rate(scimgate_request_total[5m])", &["there is no metric `scimgate_request_total`"]);
        check("scimgate_requests_total{code=\"201\"}", &["`scimgate_requests_total` has no label `code`"]);
        check("scimgate_audit_dropped_total{tenant=\"a\"}", &["`scimgate_audit_dropped_total` has no label `tenant`"]);
        let query = "sum by (tenant) (scimgate_requests_total)";
        check(query, &[&format!("no metric of `{query}` has a label `tenant`")]);
        check("vector(1)", &["`vector(1)` asks for no metric"]);
    }

    #[test]
    fn queries_are_found_in_both_kinds_of_files() {
        let alerts = "groups:\n  - rules:\n      - alert: A\n        expr: up == 0\n      - alert: B\n        expr: |\n          a\n          > 1\n        for: 5m\n";
        assert_eq!(queries(alerts), ["up == 0", "a > 1"]);
        assert_eq!(
            queries("  \"expr\": \"a{b=\\\"c\\\"}\",\n  \"query\": \"x\",\n  \"query\": \"f(a)\"\n"),
            ["a{b=\"c\"}", "f(a)"]
        );
    }

    #[test]
    fn the_shipped_files_hold_queries() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");
        for (file, least) in [("prometheus/alerts.yml", 5), ("grafana/scimgate.json", 10)] {
            let text = std::fs::read_to_string(folder.join(file)).expect("the file ships");
            let queries = queries(&text);
            assert!(queries.len() >= least, "{file} has {} queries", queries.len());
            let strange: Vec<_> = queries.iter().filter(|query| metrics(query).is_empty()).collect();
            assert!(strange.is_empty(), "{file} has queries without a metric: {strange:?}");
        }
    }
}
