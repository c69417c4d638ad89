//! The guide for `OneLogin`: a SCIM provisioner, its JSON template, its parameters, and its provisioning actions.
//!
//! Pages, fields and macros are those of `OneLogin`'s administration («SCIM Provisioner with SAML», read 2026-11; idp-dialects §3).

use json::{Map, Value, json};
use rules::ResourceRules;
use rules::profile::{DeleteRule, Mapping};
use scim::Protocol;

use super::attribute::{ENTERPRISE, hints, is_custom, is_list, is_whole_of, named, split, taken};
use super::customer::Customer;
use super::page::{Page, code, strong, told};

/// What `OneLogin` has for an attribute.
const KNOWN: [(&str, &str); 15] = [
    ("userName", "{$parameters.scimusername}"),
    ("name.givenName", "{$user.firstname}"),
    ("name.familyName", "{$user.lastname}"),
    ("name.formatted", "{$user.display_name}"),
    ("displayName", "{$user.display_name}"),
    (r#"emails[type eq "work"].value"#, "{$user.email}"),
    (r#"phoneNumbers[type eq "work"].value"#, "{$user.phone}"),
    ("title", "{$parameters.title}"),
    ("active", "{$user.active}"),
    ("externalId", "{$user.external_id}"),
    ("preferredLanguage", "{$user.preferred_locale_code}"),
    (r#"addresses[type eq "work"].locality"#, "{$user.city}"),
    (r#"addresses[type eq "work"].country"#, "{$user.country}"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "{$parameters.department}"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "{$parameters.external_manager_id}"),
];

/// One line of the template.
struct Filled<'p> {
    mapping: &'p Mapping,
    /// The attribute, or the part of it, that stands in the template.
    name: String,
    value: String,
}

/// The steps of the connection.
pub(super) fn connect(page: &mut Page, customer: &Customer<'_>) {
    page.heading("Connect OneLogin");
    let users = &customer.profile.user;
    let has_extension = taken(users).iter().any(|mapping| split(&mapping.name).0.is_some());
    let app = match (customer.protocol, has_extension) {
        (Protocol::Scim11, _) => "SCIM Provisioner with SAML (Core Schema v1.1)",
        (Protocol::Scim20, true) => "SCIM Provisioner with SAML (SCIM v2 Enterprise)",
        (Protocol::Scim20, false) => "SCIM Provisioner with SAML (SCIM v2 Core)",
    };
    page.steps([
        format!(
            "Open {}, {}, press {}, search for {}, name it and save.",
            strong("Applications"),
            strong("Applications"),
            strong("Add App"),
            strong(app)
        ),
        format!("On {}, fill in {}: {}", strong("Configuration"), strong("SCIM Base URL"), code(&customer.url)),
        format!("{}: copy the template below.", strong("SCIM JSON Template")),
        format!("Leave {} empty: none are needed.", strong("Custom Headers")),
        format!(
            "{}: the token that the operator gave you, without the word {}.",
            strong("SCIM Bearer Token"),
            code("Bearer")
        ),
        format!(
            "Press {} at {}: it reads users, and then shows that the connection is enabled.",
            strong("Enable"),
            strong("API Connection")
        ),
        format!("Press {}.", strong("Save")),
    ]);
}

/// The template and its parameters.
pub(super) fn mapping(page: &mut Page, customer: &Customer<'_>) {
    let lines = filled(&customer.profile.user);
    page.heading("SCIM JSON template");
    page.listing(format!("{:#}", template(customer, &lines)));
    page.heading("Parameters");
    page.text(format!("On {}, set what the macros of the template stand for:", strong("Parameters")));
    page.table(
        ["Macro", "Attribute", "Value"],
        lines.iter().filter(|line| line.value.contains("$parameters.")).map(|line| {
            let value = match line.name.as_str() {
                "userName" => username(line.mapping),
                _ => wanted(line.mapping),
            };
            [code(&line.value), code(&line.name), value]
        }),
    );
}

/// What the name of a user is.
fn username(mapping: &Mapping) -> String {
    match hints(mapping).and_then(|hints| hints.doc.as_deref()) {
        Some(doc) => told(doc),
        None => format!("{} or {}, as your users are called in the product", strong("Username"), strong("Email")),
    }
}

fn wanted(mapping: &Mapping) -> String {
    let allowed: Vec<String> = super::attribute::allowed(mapping).iter().map(code).collect();
    match (hints(mapping).and_then(|hints| hints.doc.as_deref()), allowed.is_empty()) {
        (Some(doc), _) => told(doc),
        (None, false) => super::page::listed(&allowed, "or"),
        (None, true) => "a field of your users, or the same value for all".to_owned(),
    }
}

/// Every attribute that the template fills. A password is none of them: what is pushed stands in no template.
fn filled(users: &ResourceRules) -> Vec<Filled<'_>> {
    let mut lines = Vec::new();
    for mapping in taken(users).into_iter().filter(|mapping| mapping.name != "password") {
        let hint = hints(mapping).and_then(|hints| hints.onelogin.clone());
        let known = KNOWN.iter().find(|(name, _)| *name == mapping.name).map(|(_, value)| (*value).to_owned());
        let parts: Vec<_> = KNOWN.iter().filter(|(name, _)| is_whole_of(&mapping.name, name)).collect();
        if hint.is_none() && known.is_none() && !parts.is_empty() {
            let part = |(name, value): &&(&str, &str)| Filled {
                mapping,
                name: (*name).to_owned(),
                value: (*value).to_owned(),
            };
            lines.extend(parts.iter().map(part));
            continue;
        }
        let own = || {
            let local = split(&mapping.name).1;
            let name: String =
                local.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '_' }).collect();
            format!("{{$parameters.{}}}", name.trim_matches('_'))
        };
        // What only some values fit is no field that OneLogin has.
        let fits = super::attribute::allowed(mapping).is_empty() && super::attribute::table_of(mapping).is_none();
        let value = hint.or(known.filter(|_| fits)).unwrap_or_else(own);
        lines.push(Filled { mapping, name: mapping.name.clone(), value });
    }
    lines
}

/// The template: a user as JSON, with macros in the place of values.
fn template(customer: &Customer<'_>, lines: &[Filled<'_>]) -> Value {
    let mut schemas = vec![customer.core().to_owned()];
    for line in lines {
        if let Some(urn) = split(&line.name).0.map(|urn| versioned(customer, urn))
            && !schemas.contains(&urn)
        {
            schemas.push(urn);
        }
    }
    let mut user = Map::from_iter([("schemas".to_owned(), json!(schemas))]);
    for line in lines {
        let (urn, local) = split(&line.name);
        let value = Value::from(line.value.as_str());
        match urn {
            None => put(&mut user, local, value, line.mapping),
            Some(urn) => {
                let urn = versioned(customer, urn);
                if let Value::Object(extension) = user.entry(urn).or_insert_with(|| json!({})) {
                    put(extension, local, value, line.mapping);
                }
            }
        }
    }
    Value::Object(user)
}

/// The URN of a schema in the customer's SCIM.
fn versioned(customer: &Customer<'_>, urn: &str) -> String {
    match customer.protocol {
        Protocol::Scim11 if urn == ENTERPRISE => "urn:scim:schemas:extension:enterprise:1.0".to_owned(),
        _ => urn.to_owned(),
    }
}

/// Puts `value` where `path` says: `name.givenName`, `emails[type eq "work"].value`.
fn put(object: &mut Map, path: &str, value: Value, mapping: &Mapping) {
    let Some((name, kind)) = path.split_once("[type eq \"") else {
        return match path.split_once('.') {
            Some((name, sub)) => {
                if let Value::Object(whole) = object.entry(name).or_insert_with(|| json!({})) {
                    whole.insert(sub.to_owned(), value);
                }
            }
            None if is_list(mapping) => drop(object.insert(path.to_owned(), json!([{ "value": value }]))),
            None if path == "manager" => drop(object.insert(path.to_owned(), json!({ "value": value }))),
            None => drop(object.insert(path.to_owned(), value)),
        };
    };
    let (kind, sub) = kind.split_once("\"].").unwrap_or((kind, "value"));
    let Value::Array(elements) = object.entry(name).or_insert_with(|| json!([])) else { return };
    let of_kind = elements.iter_mut().find(|element| element["type"] == kind);
    if let Some(element) = of_kind {
        element[sub] = value;
    } else {
        let is_first = elements.is_empty();
        elements.push(json!({ "type": kind, "primary": is_first, sub: value }));
    }
}

/// What happens on which event.
pub(super) fn actions(page: &mut Page, customer: &Customer<'_>) {
    let users = &customer.profile.user;
    page.heading("Provisioning");
    page.text(format!("On {}, tick {} and set:", strong("Provisioning"), strong("Enable provisioning")));
    let can_disable = named(users, "active").is_some();
    let gone = match &users.delete {
        _ if can_disable => ("Suspend", "the user is disabled and can be enabled again"),
        Some(DeleteRule::Call(_)) => ("Delete", "the product cannot disable users"),
        _ => ("Do nothing", "the product can neither disable nor delete users"),
    };
    let deletes = match &users.delete {
        Some(DeleteRule::Call(_)) => format!("{} removes the user from the product.", strong("Delete")),
        Some(DeleteRule::Deactivate) => format!("{} disables the user: the product keeps its users.", strong("Delete")),
        Some(DeleteRule::Refuse(_)) | None => format!("{} is refused: do not choose it.", strong("Delete")),
    };
    let suspended = if can_disable { "Suspend" } else { "Do nothing" };
    let yes = |can: bool| if can { "on" } else { "off" }.to_owned();
    page.table(
        ["Setting", "Set it to", ""],
        [
            [strong("Create user"), yes(users.create.is_some()), String::new()],
            [strong("Update user"), yes(!users.update.is_empty()), String::new()],
            [strong("When users are deleted, or access is removed"), strong(gone.0), format!("{}. {deletes}", gone.1)],
            [strong("When user accounts are suspended"), strong(suspended), String::new()],
        ],
    );
}

/// Groups.
pub(super) fn groups(page: &mut Page, customer: &Customer<'_>) {
    page.heading("Groups");
    if customer.profile.group.is_none() {
        page.text(format!(
            "On {}, leave {} out of user provisioning, and make no rules that set groups: groups are not provisioned.",
            strong("Parameters"),
            strong("Groups")
        ));
        return;
    }
    page.steps([
        format!(
            "On {}, open {} and tick {}.",
            strong("Parameters"),
            strong("Groups"),
            strong("Include in User Provisioning")
        ),
        format!(
            "On {}, press {} at {}: the product's groups are read.",
            strong("Provisioning"),
            strong("Refresh"),
            strong("Entitlements")
        ),
        format!("On {}, make rules that set groups from roles or fields of your users.", strong("Rules")),
    ]);
}

/// The beginning.
pub(super) fn start(page: &mut Page, customer: &Customer<'_>) {
    page.heading("Start provisioning");
    let custom = taken(&customer.profile.user).into_iter().any(|mapping| is_custom(&mapping.name));
    let custom = if custom { "Look at the values of the product's own attributes before you save." } else { "" };
    page.steps([
        format!("On {}, add one user, or a role that has one. {custom}", strong("Users")).trim_end().to_owned(),
        format!("If the user is {}, approve it.", strong("Pending")),
        "Then add the others.".to_owned(),
    ]);
}
