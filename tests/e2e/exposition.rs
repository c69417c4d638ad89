//! `/metrics` as Prometheus reads it: names, labels, values; anything else is an error.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::wire::Request;

/// Every sample of one scrape, by `name{label="value",…}` as exposed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Exposition(BTreeMap<String, f64>);

/// Scrapes the private port.
pub(crate) async fn scrape(admin: SocketAddr) -> Exposition {
    let answer = Request::new("GET", "/metrics").send(admin).await.expect(200);
    assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/plain")), "{answer}");
    Exposition::parse(&answer.text).unwrap_or_else(|line| panic!("not Prometheus' text format: {line}"))
}

impl Exposition {
    fn parse(text: &str) -> Result<Self, String> {
        let samples = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let sample = |line: &str| {
            let (series, value) = line.rsplit_once(' ')?;
            let name = series.split('{').next()?;
            let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let is_closed = series.contains('{') == series.ends_with('}');
            (is_name && is_closed).then_some((series.to_owned(), value.parse().ok()?))
        };
        samples.map(|line| sample(line).ok_or_else(|| line.to_owned())).collect::<Result<_, _>>().map(Self)
    }

    /// The sum of a metric over all series that have these labels (`reason="scheme"`).
    pub(crate) fn sum(&self, name: &str, labels: &[&str]) -> f64 {
        self.of(name)
            .filter(|(series, _)| labels.iter().all(|label| series.contains(label)))
            .map(|(_, value)| value)
            .sum()
    }

    /// Which series of a metric grew since `before`, and by how much; by what stands between the braces.
    pub(crate) fn grown(&self, before: &Self, name: &str) -> Vec<(String, f64)> {
        let growth = self.of(name).map(|(series, value)| {
            let labels = series.trim_start_matches(name).trim_matches(['{', '}']);
            (labels.to_owned(), value - before.0.get(series).copied().unwrap_or(0.0))
        });
        growth.filter(|(_, by)| *by != 0.0).collect()
    }

    /// Names of all metrics, as they stand before the braces.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().filter_map(|series| series.split('{').next())
    }

    fn of(&self, name: &str) -> impl Iterator<Item = (&str, f64)> {
        let own = move |series: &&String| series.split('{').next() == Some(name);
        self.0.keys().filter(own).map(|series| (series.as_str(), self.0[series]))
    }
}

#[test]
fn what_is_no_exposition_is_refused() {
    for (text, fine) in [
        ("# HELP a b\na 1\nb_total{x=\"y\"} 2.5\n", true),
        ("a", false),
        ("a one", false),
        ("{x=\"y\"} 1", false),
        ("a{x=\"y\" 1", false),
    ] {
        assert_eq!(Exposition::parse(text).is_ok(), fine, "{text}");
    }
}
