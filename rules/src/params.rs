//! Parameters: what a profile leaves to the tenant, declared with a type, checked when the tenant loads.
//!
//! Says nothing about where a tenant's values come from.

use std::borrow::Cow;
use std::collections::BTreeMap;

use json::Value;
use rlibphonenumber::PHONE_NUMBER_UTIL;

use crate::diagnostics::closest;
use crate::lookup::scalar_text;

/// Longest text of a parameter, in bytes.
pub const PARAM_BYTES_MAX: usize = 4 * 1024;

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// Any text.
    Text,
    /// A region for phone numbers: an ISO 3166-1 alpha-2 code, `US`.
    Region,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
}

impl ParamKind {
    /// Every kind by its word in a profile.
    pub const WORDS: [(&'static str, ParamKind); 4] = [
        ("text", ParamKind::Text),
        ("region", ParamKind::Region),
        ("boolean", ParamKind::Boolean),
        ("integer", ParamKind::Integer),
    ];

    /// Whether `value` is of this kind.
    ///
    /// # Errors
    /// What a value of this kind is, with an example.
    pub fn check(self, value: &Value) -> Result<(), &'static str> {
        let (fits, expected) = match self {
            ParamKind::Text => (
                value.as_str().is_some_and(|text| text.len() <= PARAM_BYTES_MAX),
                "a text of at most 4096 bytes: \"…\"",
            ),
            ParamKind::Region => {
                (value.as_str().is_some_and(is_region), "a region, two capital letters of ISO 3166-1: \"US\"")
            }
            ParamKind::Boolean => (value.is_boolean(), "`true` or `false`"),
            ParamKind::Integer => (value.is_i64(), "a whole number: 42"),
        };
        if fits { Ok(()) } else { Err(expected) }
    }
}

/// Whether phone numbers can belong to the region `code`; `ZZ` is for tenants who write international numbers only.
fn is_region(code: &str) -> bool {
    code == "ZZ"
        || code.len() == 2
            && PHONE_NUMBER_UTIL.get_supported_regions().any(|region| region.as_region_str().as_str() == code)
}

/// One declared parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamRule {
    /// Its name, a bare TOML key.
    pub name: String,
    /// Its type.
    pub kind: ParamKind,
    /// The value if the tenant gives none; without one the tenant must.
    pub default: Option<Value>,
    /// What it means, for people; may be empty.
    pub doc: String,
}

/// The values of one tenant, proven against the profile's declarations; by slot in declaration order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Params {
    pub(crate) values: Vec<(String, Value)>,
}

impl Params {
    /// Checks what a tenant gives against the declarations and fills in defaults.
    ///
    /// # Errors
    /// One line per problem: a missing, unknown or ill-typed parameter, and what to write.
    pub fn bind(rules: &[ParamRule], given: &BTreeMap<String, Value>) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let mut values = Vec::with_capacity(rules.len());
        for rule in rules {
            let Some(value) = given.get(&rule.name).or(rule.default.as_ref()) else {
                let doc = if rule.doc.is_empty() { String::new() } else { format!(" ({})", rule.doc) };
                problems.push(format!("parameter `{}` is missing{doc}", rule.name));
                continue;
            };
            match rule.kind.check(value) {
                Ok(()) => values.push((rule.name.clone(), value.clone())),
                Err(expected) => problems.push(format!("parameter `{}` must be {expected}", rule.name)),
            }
        }
        for name in given.keys().filter(|name| !rules.iter().any(|rule| rule.name == **name)) {
            let hint = match closest(name, rules.iter().map(|rule| rule.name.as_str())) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "take it away".to_owned(),
            };
            problems.push(format!("the profile has no parameter `{name}`; {hint}"));
        }
        if problems.is_empty() { Ok(Self { values }) } else { Err(problems) }
    }

    /// The value of a parameter as it stands in a text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        let (_, value) = self.values.iter().find(|(known, _)| known == name)?;
        scalar_text(value)
    }

    /// The value of the parameter `name`.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use json::json;

    use super::*;

    #[test]
    fn each_kind_takes_its_own_values_only() {
        let longest = "x".repeat(PARAM_BYTES_MAX);
        let too_long = "x".repeat(PARAM_BYTES_MAX + 1);
        let rows = [
            (ParamKind::Text, json!(""), true),
            (ParamKind::Text, json!(longest), true),
            (ParamKind::Text, json!(too_long), false),
            (ParamKind::Text, json!(1), false),
            (ParamKind::Region, json!("US"), true),
            (ParamKind::Region, json!("HK"), true),
            (ParamKind::Region, json!("us"), false),
            (ParamKind::Region, json!("XX"), false),
            (ParamKind::Region, json!("USA"), false),
            (ParamKind::Region, json!(""), false),
            (ParamKind::Boolean, json!(true), true),
            (ParamKind::Boolean, json!("true"), false),
            (ParamKind::Integer, json!(-3), true),
            (ParamKind::Integer, json!(1.5), false),
            (ParamKind::Integer, json!(null), false),
        ];
        for (kind, value, fits) in rows {
            assert_eq!(kind.check(&value).is_ok(), fits, "{kind:?} {value}");
        }
    }

    fn rules() -> Vec<ParamRule> {
        let rule = |name: &str, kind, default| ParamRule { name: name.to_owned(), kind, default, doc: String::new() };
        vec![
            rule("region", ParamKind::Region, Some(json!("US"))),
            ParamRule { doc: "The customer's site.".to_owned(), ..rule("site", ParamKind::Text, None) },
        ]
    }

    #[track_caller]
    fn check(given: &Value, expected: Result<&[(&str, &str)], &[&str]>) {
        let given =
            given.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect();
        let expected = expected.map(|values| Params {
            values: values.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect(),
        });
        let expected = expected.map_err(|lines| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
        assert_eq!(Params::bind(&rules(), &given), expected);
    }

    #[test]
    fn a_tenant_gives_what_has_no_default_and_nothing_else() {
        check(&json!({"site": "main"}), Ok(&[("region", "US"), ("site", "main")]));
        check(&json!({"site": "main", "region": "GB"}), Ok(&[("region", "GB"), ("site", "main")]));
        check(
            &json!({"region": "gb", "sites": "main", "other": 1}),
            Err(&[
                "parameter `region` must be a region, two capital letters of ISO 3166-1: \"US\"",
                "parameter `site` is missing (The customer's site.)",
                "the profile has no parameter `other`; take it away",
                "the profile has no parameter `sites`; did you mean `site`?",
            ]),
        );
    }
}
