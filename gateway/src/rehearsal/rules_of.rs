//! Every call that a profile can make in an exchange. Not the probe and what opens the target's door: no exchange makes those.

use rules::Profile;
use rules::profile::{Around, Ask, CallRule, DeleteRule, FindRule, ListRule, ResourceRules};

/// Users, and groups if the product takes them.
pub fn resources(profile: &Profile) -> impl Iterator<Item = &ResourceRules> {
    std::iter::once(&profile.user).chain(profile.group.as_ref().map(|group| &group.resource))
}

/// Every call, each once.
#[must_use]
pub fn calls(profile: &Profile) -> Vec<&CallRule> {
    let mut calls: Vec<&CallRule> = profile.lookups.iter().map(|lookup| &lookup.call).collect();
    // No call reads or writes what stands in the profile itself.
    for rules in resources(profile).filter(|rules| !rules.is_fixed()) {
        calls.extend(reads(rules));
        calls.extend(writes(rules));
    }
    if let Some(members) = profile.group.as_ref().and_then(|group| group.members.as_ref()) {
        calls.extend(members.calls());
    }
    // One rule may be used in two ways.
    let mut once: Vec<&CallRule> = Vec::with_capacity(calls.len());
    for call in calls {
        if !once.iter().any(|known| known.rule == call.rule) {
            once.push(call);
        }
    }
    once
}

/// What is looked at and done around the calls that write.
pub fn arounds(rules: &ResourceRules) -> impl Iterator<Item = &Around> {
    let delete = rules.delete.iter().filter_map(|delete| match delete {
        DeleteRule::Call(delete) => Some(&delete.around),
        DeleteRule::Deactivate | DeleteRule::Refuse(_) => None,
    });
    let create = rules.create.iter().map(|create| &create.around);
    create.chain(rules.update.iter().map(|update| &update.around)).chain(delete)
}

fn reads(rules: &ResourceRules) -> impl Iterator<Item = &CallRule> {
    let lists = rules.list.iter().chain(rules.sort.iter().map(|sort| &sort.list)).flat_map(ListRule::calls);
    let joins = rules.record.joins.iter().map(|join| &join.call);
    rules.find.iter().filter_map(asking).chain([&rules.get]).chain(lists).chain(joins)
}

fn writes(rules: &ResourceRules) -> impl Iterator<Item = &CallRule> {
    let create = rules.create.iter().map(|create| &create.call);
    let delete = rules.delete.iter().filter_map(DeleteRule::call);
    let main = create.chain(rules.update.iter().map(|update| &update.call)).chain(delete);
    main.chain(arounds(rules).flat_map(Around::calls))
}

/// The call of a question, if it is one.
fn asking(find: &FindRule) -> Option<&CallRule> {
    match &find.ask {
        Ask::Rows { call, .. } | Ask::Record { call, .. } | Ask::Id { call, .. } => Some(call),
        Ask::Derived(_) => None,
    }
}
