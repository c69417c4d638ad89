//! What tenants claim for themselves: a name or credential belongs to one of them, and a second claim is told with both places.
//!
//! `proxy::Tenants` would refuse them as well, but at start, and without a place.

use std::collections::BTreeMap;

use rules::diagnostics::Code;
use rules::document::{Section, Text};

/// Claims so far.
#[derive(Debug, Default)]
pub(super) struct Claims {
    claimed: BTreeMap<String, Claim>,
    tenants: usize,
}

#[derive(Debug)]
struct Claim {
    /// The number of the tenant, and on which terms it claims.
    by: (usize, String),
    line: usize,
}

impl Claims {
    /// The claims that follow are those of another tenant.
    pub(super) fn next_tenant(&mut self) {
        self.tenants += 1;
    }

    /// Claims `what`, which stands at `text`. To claim it once more on the same `terms` does a tenant no harm.
    pub(super) fn claim(&mut self, section: &Section<'_>, text: Text<'_>, what: String, terms: &str) {
        let line = section.sheet.rule("", text.span).line;
        let by = (self.tenants, terms.to_owned());
        match self.claimed.get(&what) {
            Some(first) if first.by == by => {}
            Some(first) => {
                let message = format!("{what} stands in line {} already", first.line);
                section.report(Code::Conflict, text.span, message, "a tenant has a name and credentials of its own");
            }
            None => drop(self.claimed.insert(what, Claim { by, line })),
        }
    }
}
