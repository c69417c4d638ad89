//! The rules of a profile: ten fields both ways, the plans made of them, and a telephone number alone.

use std::cell::Cell;
use std::hint::black_box;
use std::sync::Arc;

use json::{Value, json};
use rules::expression::{Value as Operand, Variables};
use rules::profile::Source;
use rules::{Facts, Memory, Params, Present, Profile, Trace, Wanted};
use scim::Resource;

use super::samples::{FULL_USER, compiled, profile};
use super::{Case, Run, repeat};

const GROUP: &str = "profile";

pub(super) const CASES: &[Case] = &[
    Case { group: GROUP, name: "wanted", prepare: || with_ten(|ten| drop(black_box(ten.wanted()))) },
    Case { group: GROUP, name: "present", prepare: || with_ten(Ten::present) },
    Case {
        group: GROUP,
        name: "both_ways",
        prepare: || {
            with_ten(|ten| {
                drop(black_box(ten.wanted()));
                ten.present();
            })
        },
    },
    Case { group: GROUP, name: "plan_create", prepare: || with_ten(|ten| ten.plan_create(&ten.user)) },
    Case { group: GROUP, name: "plan_update_no_change", prepare: || with_ten(|ten| ten.plan_update(&ten.user)) },
    Case { group: GROUP, name: "plan_update_one_field", prepare: || with_ten(|ten| ten.plan_update(&ten.renamed)) },
    Case { group: GROUP, name: "search", prepare: || with_ten(Ten::search) },
    Case { group: GROUP, name: "e164", prepare: || e164("+44 7700 900123") },
    Case { group: GROUP, name: "e164_as_held", prepare: || e164("447700900123") },
];

/// A profile with ten mappings, somebody as SCIM knows them, and the same person's record.
struct Ten {
    profile: Arc<Profile>,
    user: Wanted,
    renamed: Wanted,
    sent: Resource,
    /// Lent to each reading, which owns what it reads.
    record: Cell<Value>,
    held: Present,
    filter: scim::Filter,
}

fn with_ten(operation: fn(&Ten)) -> Run {
    let ten = Ten::new();
    Box::new(move || operation(&ten))
}

impl Ten {
    fn new() -> Self {
        let profile = compiled("ten-fields", include_str!("../ten_fields.toml"));
        let decoded = |json: Value| Resource::decode(&profile.user.kind, json).unwrap().resource;
        let wanted = |sent: &Resource| profile.user.wanted(&Params::default(), sent, &mut Trace::off()).unwrap();
        let sent = decoded(json::from_str(FULL_USER).unwrap());
        let mut renamed: Value = json::from_str(FULL_USER).unwrap();
        renamed["name"]["familyName"] = json!("Lund");
        let record = json!({
            "id": "1001", "login": "mira.lund@example.com", "ref": "mokafor", "display": "Mira Okafor-Lund",
            "status": "ENABLED", "names": {"first": "Mira", "last": "Okafor-Lund"}, "title": "Lead Field Engineer",
            "lang": "en-GB", "email": "mira.lund@example.com", "department": "Operations",
        });
        Self {
            user: wanted(&sent),
            renamed: wanted(&decoded(renamed)),
            held: present(&profile, record.clone()),
            filter: r#"userName eq "mira.lund@example.com""#.parse().unwrap(),
            sent,
            record: Cell::new(record),
            profile,
        }
    }

    fn wanted(&self) -> Wanted {
        self.profile.user.wanted(&Params::default(), black_box(&self.sent), &mut Trace::off()).unwrap()
    }

    fn present(&self) {
        let present = black_box(present(&self.profile, black_box(self.record.take())));
        self.record.set(present.record);
    }

    fn plan_create(&self, wanted: &Wanted) {
        let rules = &self.profile.user;
        black_box(rules.plan_create(&Params::default(), wanted, &Facts::default(), &mut Trace::off()).unwrap());
    }

    fn plan_update(&self, wanted: &Wanted) {
        let (rules, facts) = (&self.profile.user, Facts::default());
        black_box(rules.plan_update(&Params::default(), &self.held, wanted, &facts, &mut Trace::off()).unwrap());
    }

    fn search(&self) {
        black_box(self.profile.user.search(&Params::default(), &self.filter, &mut Trace::off()).unwrap());
    }
}

fn present(profile: &Profile, record: Value) -> Present {
    let (params, facts, memory) = (Params::default(), Facts::default(), Memory::default());
    profile.user.present(&params, record, &facts, &memory, &mut Trace::off()).unwrap()
}

/// The tenant's region, and that it is not strict.
struct Region;

impl Variables for Region {
    fn reference(&self, _slot: usize) -> Operand<'_> {
        Operand::Absent
    }

    fn name(&self, slot: usize) -> Operand<'_> {
        if slot == 0 { Operand::Text("GB".into()) } else { Operand::Boolean(false) }
    }
}

fn e164(text: &'static str) -> Run {
    let messaging = profile("telemessage");
    let normal = messaging.user.map.iter().find_map(|mapping| match &mapping.source {
        Source::Direct { normal: Some(normal), .. } => Some(normal.clone()),
        _ => None,
    });
    let normal = normal.unwrap();
    repeat(move || normal.apply(black_box(text), &Region).unwrap())
}
