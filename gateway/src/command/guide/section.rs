//! The sections that are the same whatever the IdP: what is provisioned, what has to be there first, what a value must be, limits.

use rules::Profile;
use rules::profile::{Around, DeleteRule, Existing, GroupRules, Mapping};
use rules::{Refusal, ResourceRules};
use scim::Protocol;

use super::attribute::{allowed, is_once, named, taken, value_of};
use super::customer::{Customer, Hand, Way};
use super::page::{Page, code, listed, sentence, told};
use crate::cli::Idp;

/// What the product takes.
pub(super) fn provisioned(page: &mut Page, customer: &Customer<'_>, idp: Idp) {
    let profile = customer.profile;
    let users = &profile.user;
    page.heading("What is provisioned");
    let mut rows = vec![
        ["Users".to_owned(), created(users)],
        ["Users who exist already".to_owned(), existing(users)],
        ["Disabling".to_owned(), disabled(users)],
        ["Deleting".to_owned(), deleted(users, idp)],
        ["Passwords".to_owned(), passwords(users, idp)],
        ["Groups".to_owned(), groups(profile)],
    ];
    if idp == Idp::Okta {
        rows.push(["Import".to_owned(), imports(profile)]);
    }
    page.table(["", "In this product"], rows);
}

fn created(users: &ResourceRules) -> String {
    let names: Vec<String> = taken(users).iter().map(|mapping| code(&mapping.name)).collect();
    let changed = !users.update.is_empty();
    match (&users.create, changed) {
        (Some(_), true) => format!("Created and updated, with {}.", listed(&names, "and")),
        (Some(_), false) => format!("Created with {}; later changes do not reach the product.", listed(&names, "and")),
        (None, true) => format!("Updated only, with {}: users are made in the product.", listed(&names, "and")),
        (None, false) => "Read only.".to_owned(),
    }
}

fn existing(users: &ResourceRules) -> String {
    let by: Vec<String> = matching(users).iter().map(|mapping| code(&mapping.name)).collect();
    let found = format!("Found by {} and updated: nobody is made twice.", listed(&by, "then by"));
    let Some(create) = &users.create else { return found };
    match (create.existing, &create.taken) {
        (Existing::Update, taken) => {
            let taken = taken.as_deref().map(|text| format!(" They read: {}", told(text))).unwrap_or_default();
            format!("{found} Users whom somebody made by hand in the product are not taken over by a create.{taken}")
        }
        (Existing::Refuse, _) => found,
    }
}

/// The attributes by which somebody is found, in their order.
pub(super) fn matching(rules: &ResourceRules) -> Vec<&Mapping> {
    let mut matching: Vec<&Mapping> = rules.map.iter().filter(|mapping| mapping.matching.is_some()).collect();
    matching.sort_by_key(|mapping| mapping.matching);
    matching
}

fn disabled(users: &ResourceRules) -> String {
    if named(users, "active").is_none() {
        return "Not possible: a user who leaves has to be deleted.".to_owned();
    }
    told(
        "By `active`: a disabled user stays in the product, keeps the same id, is still found, and can be enabled again.",
    )
}

fn deleted(users: &ResourceRules, idp: Idp) -> String {
    let what = match &users.delete {
        Some(DeleteRule::Call(_)) if users.record.gone.is_some() => {
            "Deleted for the IdP; the product itself keeps a mark of the user.".to_owned()
        }
        Some(DeleteRule::Call(_)) => "Deleted in the product, for good.".to_owned(),
        Some(DeleteRule::Deactivate) => "Disabled instead: the product keeps its users.".to_owned(),
        Some(DeleteRule::Refuse(why)) => format!("Refused. {}", sentence(&told(why))),
        None => "Not possible by provisioning.".to_owned(),
    };
    match idp {
        Idp::Okta => format!("{what} Okta never deletes users: who is unassigned is disabled."),
        Idp::Entra => format!("{what} Entra ID disables first, and deletes 30 days after the user was deleted there."),
        Idp::Onelogin => what,
    }
}

fn passwords(users: &ResourceRules, idp: Idp) -> String {
    let text = match (named(users, "password"), idp) {
        (None, Idp::Okta) => "Not taken: a password that Okta sends is dropped.",
        (None, _) => "Not taken.",
        (Some(_), Idp::Entra) => "Entra ID sends none.",
        (Some(mapping), _) if is_once(mapping) => "Taken when a user is created; never shown or logged.",
        (Some(_), _) => "Taken and passed on; never shown or logged.",
    };
    text.to_owned()
}

fn groups(profile: &Profile) -> String {
    match &profile.group {
        None => "Not provisioned: switch groups off.".to_owned(),
        Some(group) if group.resource.is_fixed() => {
            format!("Memberships only. The groups are fixed: {}.", listed(&fixed_names(group), "and"))
        }
        Some(group) => {
            let members = if has_members(group) { "with their members" } else { "without members" };
            let verbs: Vec<String> = [
                ("created", group.resource.create.is_some()),
                ("renamed", !group.resource.update.is_empty()),
                ("deleted", matches!(group.resource.delete, Some(DeleteRule::Call(_)))),
            ]
            .into_iter()
            .filter(|(_, can)| *can)
            .map(|(verb, _)| verb.to_owned())
            .collect();
            match verbs.as_slice() {
                [] => format!("Read {members}; not created, renamed or deleted."),
                verbs => format!("Provisioned {members}: {}.", listed(verbs, "and")),
            }
        }
    }
}

/// Whether memberships can be changed.
pub(super) fn has_members(group: &GroupRules) -> bool {
    group.members.is_some() || named(&group.resource, "members").is_some()
}

/// The names of groups that are in the profile.
pub(super) fn fixed_names(group: &GroupRules) -> Vec<String> {
    let name = |record: &json::Value| record.get("displayName").and_then(|name| name.as_str()).map(code);
    group.resource.fixed.iter().filter_map(name).collect()
}

fn imports(profile: &Profile) -> String {
    let lists = |rules: &ResourceRules| !rules.list.is_empty() || rules.is_fixed();
    match (lists(&profile.user), profile.group.as_ref().is_some_and(|group| lists(&group.resource))) {
        (true, true) => "Users and groups can be imported.".to_owned(),
        (true, false) => "Users can be imported; there are no groups.".to_owned(),
        (false, _) => "Not possible: the product cannot list its users.".to_owned(),
    }
}

/// What has to be there, and who has it.
pub(super) fn before(page: &mut Page, customer: &Customer<'_>, idp: Idp) {
    page.heading("Before you begin");
    let mut items = Vec::new();
    for rule in &customer.profile.requires {
        let state = if rule.is_met(customer.params) {
            "Met at present; if it is not, every request is refused with 403 and this text:"
        } else {
            "Not met yet; until it is, every request is refused with 403 and this text:"
        };
        items.push(format!("A condition of the product. {state} {}", sentence(&told(&rule.detail))));
    }
    items.push(match idp {
        Idp::Entra => "An account in Entra ID with at least the role of an Application Administrator.".to_owned(),
        Idp::Okta => "An account in Okta that may manage applications.".to_owned(),
        Idp::Onelogin => "An account in OneLogin that may manage applications.".to_owned(),
    });
    items.push(handed_over(customer));
    page.list(items);
    let settings = customer.profile.params.iter().filter(|rule| !rule.doc.is_empty()).filter_map(|rule| {
        let value = customer.params.text(&rule.name)?;
        Some([sentence(&told(&rule.doc)), code(value)])
    });
    let settings: Vec<[String; 2]> = settings.collect();
    if !settings.is_empty() {
        page.text("The operator of the provisioning service has set this for you; tell them if it is wrong:");
        page.table(["Setting", "Value"], settings);
    }
}

/// What the operator needs or gives.
fn handed_over(customer: &Customer<'_>) -> String {
    match &customer.way {
        Way::Blank(tids) => {
            let tids: Vec<String> = tids.iter().map(code).collect();
            format!(
                "The operator has to know your Tenant ID (Entra admin center, Overview): nobody else is let in. On the list for you: {}.",
                listed(&tids, "and")
            )
        }
        Way::Token(Hand::Static) => {
            "The secret token, which the operator gives you over a safe channel. It does not stand in this guide.".to_owned()
        }
        Way::Token(Hand::Issued) => "The secret token of your organisation, which the operator issues and shows once. There is one: as soon \
             as a new one is issued, the old one expires. It need not be stored anywhere else; if it is lost, ask for a new one."
            .to_owned(),
        Way::Basic(users) => {
            let users: Vec<String> = users.iter().map(code).collect();
            format!(
                "The user name {}, and its password, which the operator gives you over a safe channel. It does not stand in this guide.",
                listed(&users, "or")
            )
        }
    }
}

/// What each value must be.
pub(super) fn values(page: &mut Page, customer: &Customer<'_>) {
    page.heading("What each value must be");
    let rows = taken(&customer.profile.user).into_iter().filter_map(|mapping| {
        let value = value_of(mapping, customer.params);
        (!value.is_empty()).then(|| [code(&mapping.name), value])
    });
    page.table(["Attribute", "Value"], rows);
    page.text(match unmapped(customer) {
        Ok(()) => "Attributes that are not in the mapping are ignored: to send them fails nothing and changes nothing.",
        Err(_) => {
            "Attributes that are not in the mapping are refused, and the user with them: leave none of them mapped."
        }
    });
}

/// Whether an attribute without a mapping is left out.
///
/// # Errors
/// What the admin reads if it is refused.
pub(super) fn unmapped(customer: &Customer<'_>) -> Result<(), Refusal> {
    customer.profile.user.leave_out(customer.params, &["…".to_owned()])
}

/// What does not work, and what is refused.
pub(super) fn limits(page: &mut Page, customer: &Customer<'_>, idp: Idp) {
    let users = &customer.profile.user;
    page.heading("Known limits");
    let mut items = Vec::new();
    let once = |immutable: bool| -> Vec<String> {
        let rules = taken(users).into_iter().filter(|mapping| is_once(mapping) && mapping.immutable == immutable);
        rules.map(|mapping| code(&mapping.name)).collect()
    };
    let (immutable, ignored) = (once(true), once(false));
    if !immutable.is_empty() {
        items.push(format!(
            "{} cannot be changed after a user was created: a change is refused.",
            listed(&immutable, "and")
        ));
    }
    if !ignored.is_empty() {
        items.push(format!(
            "{} cannot be changed after a user was created: a change is ignored, and the rest of the update is made.",
            listed(&ignored, "and")
        ));
    }
    let required: Vec<String> =
        taken(users).into_iter().filter(|mapping| mapping.required).map(|mapping| code(&mapping.name)).collect();
    items.push(format!("Without {} a user is refused.", listed(&required, "and")));
    let defaults: Vec<String> = taken(users)
        .into_iter()
        .filter(|mapping| mapping.default.is_some())
        .map(|mapping| code(&mapping.name))
        .collect();
    if !defaults.is_empty() {
        let names = listed(&defaults, "and");
        items.push(format!("What stands above for a missing {names} counts when a user is created. An update without it changes nothing."));
    }
    items.extend(
        taken(users)
            .into_iter()
            .filter(|mapping| !allowed(mapping).is_empty())
            .map(|mapping| format!("{} takes the values listed above and no others.", code(&mapping.name))),
    );
    if users.record.protected.is_some() {
        items.push("Accounts that the product keeps for itself, such as its administrators, are not shown and cannot be taken over.".to_owned());
    }
    items.extend(
        checks(users).into_iter().map(|detail| format!("Refused before anything is written: {}.", told(&detail))),
    );
    match &customer.profile.group {
        None => items.push("Groups and memberships are not provisioned.".to_owned()),
        Some(group) if group.resource.is_fixed() => {
            items.push("Groups cannot be created, renamed or deleted.".to_owned());
        }
        Some(_) => {}
    }
    if let Some(rate) = customer.profile.target.limits.per_second {
        items.push(format!("The product takes {rate} calls a second. More wait for their turn: large changes take time, and nothing is lost."));
    }
    items.push(match idp {
        Idp::Entra => "Entra ID works in cycles of 40 minutes; «Provision on demand» does one user at once.".to_owned(),
        Idp::Okta => {
            "Okta sends changes at once; what fails stays under Dashboard, Tasks, until it is retried.".to_owned()
        }
        Idp::Onelogin => {
            "OneLogin sends changes at once, unless a provisioning action asks for an admin's approval.".to_owned()
        }
    });
    if customer.protocol == Protocol::Scim11 {
        items.push("The connection speaks SCIM 1.1.".to_owned());
    }
    page.list(items);
}

/// What the checks of a create and of updates say when they refuse, each once.
pub(super) fn checks(rules: &ResourceRules) -> Vec<String> {
    let create = rules.create.iter().map(|create| &create.around);
    let all = create.chain(rules.update.iter().map(|update| &update.around)).flat_map(|around: &Around| &around.checks);
    let mut details: Vec<String> = Vec::new();
    for check in all {
        if !details.iter().any(|detail| **detail == *check.detail) {
            details.push(check.detail.to_string());
        }
    }
    details
}
