//! The guide for Entra ID: a non-gallery application («customappsso»), its connection, and its attribute mappings.
//!
//! Pages, fields and defaults are those of the Entra admin center (Microsoft Learn, «Tutorial: develop and plan provisioning for a SCIM
//! endpoint» and «Customize attribute mappings», read 2026-11; idp-dialects §1).

use rules::ResourceRules;
use rules::profile::{DeleteRule, Mapping};

use super::attribute::{
    hints, is_custom, is_joined, is_list, is_once, is_phone, is_whole_of, named, primary_of, table_of, taken, takes,
    type_of,
};
use super::customer::{Customer, Way};
use super::page::{Page, code, listed, sentences, strong, told};
use super::section::{fixed_names, has_members};

/// What an application starts with: target attribute, source.
const PRESET: [(&str, &str); 21] = [
    ("userName", "userPrincipalName"),
    ("active", r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#),
    ("displayName", "displayName"),
    ("title", "jobTitle"),
    (r#"emails[type eq "work"].value"#, "mail"),
    ("preferredLanguage", "preferredLanguage"),
    ("name.givenName", "givenName"),
    ("name.familyName", "surname"),
    ("name.formatted", r#"Join(" ", [givenName], [surname])"#),
    (r#"addresses[type eq "work"].formatted"#, "physicalDeliveryOfficeName"),
    (r#"addresses[type eq "work"].streetAddress"#, "streetAddress"),
    (r#"addresses[type eq "work"].locality"#, "city"),
    (r#"addresses[type eq "work"].region"#, "state"),
    (r#"addresses[type eq "work"].postalCode"#, "postalCode"),
    (r#"addresses[type eq "work"].country"#, "country"),
    (r#"phoneNumbers[type eq "work"].value"#, "telephoneNumber"),
    (r#"phoneNumbers[type eq "mobile"].value"#, "mobile"),
    (r#"phoneNumbers[type eq "fax"].value"#, "facsimileTelephoneNumber"),
    ("externalId", "mailNickname"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber", "employeeId"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "department"),
];

/// One more of the preset, which refers to another user.
const MANAGER: (&str, &str) = ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "manager");

/// What Entra ID has for attributes beyond its preset.
const FURTHER: [(&str, &str); 6] = [
    ("nickName", "mailNickname"),
    ("locale", "preferredLanguage"),
    ("roles", "SingleAppRoleAssignment([appRoleAssignments])"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization", "companyName"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter", "employeeOrgData.costCenter"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division", "employeeOrgData.division"),
];

/// How a target attribute is filled.
struct Filled {
    target: String,
    kind: &'static str,
    source: String,
}

/// The steps of the connection.
pub(super) fn connect(page: &mut Page, customer: &Customer<'_>) {
    page.heading("Connect Entra ID");
    let token = match &customer.way {
        Way::Blank(tids) => {
            let tids: Vec<String> = tids.iter().map(code).collect();
            format!(
                "Leave {} blank. Entra ID then sends a token of its own, and only tokens of the tenant {} are accepted.",
                strong("Secret Token"),
                listed(&tids, "or")
            )
        }
        Way::Token(_) | Way::Basic(_) => {
            format!("Paste the secret token that the operator gave you into {}.", strong("Secret Token"))
        }
    };
    page.steps([
        format!("Sign in to the {} as at least an Application Administrator.", strong("Microsoft Entra admin center")),
        format!("Open {} and choose {}, then {}.", strong("Enterprise applications"), strong("New application"), strong("Create your own application")),
        format!(
            "Name it, choose {}, and press {}.",
            strong("Integrate any other application you don't find in the gallery (Non-gallery)"),
            strong("Create")
        ),
        format!("Open {} of the new application and press {}, or {}.", strong("Provisioning"), strong("New configuration"), strong("Get started")),
        format!("If it asks for {}, choose {}.", strong("Provisioning Mode"), strong("Automatic")),
        format!("{}: {}", strong("Tenant URL"), code(&customer.url)),
        token,
        format!(
            "Press {}. It asks for a user who does not exist; the answer is that the credentials are authorized to enable provisioning.",
            strong("Test Connection")
        ),
        format!("Press {} (or {}).", strong("Create"), strong("Save")),
    ]);
    page.text(format!(
        "The Tenant URL needs no flag: with {} at its end or without, what Entra ID sends is understood.",
        code("?aadOptscim062020")
    ));
}

/// The attribute mappings of users.
pub(super) fn mapping(page: &mut Page, customer: &Customer<'_>) {
    let users = &customer.profile.user;
    page.heading("Attribute mapping of users");
    page.text(format!(
        "Under {}, open {}. Set {} to Yes, tick these under {}: {}. Then make the table look like this:",
        strong("Attribute mapping"),
        strong("Provision Microsoft Entra ID Users"),
        strong("Enabled"),
        strong("Target Object Actions"),
        actions(users)
    ));
    let rows = taken(users).into_iter().flat_map(|mapping| {
        filled(mapping).into_iter().map(|filled| {
            let precedence = mapping.matching.map(|precedence| precedence.to_string()).unwrap_or_default();
            let apply = if is_once(mapping) { "Only during object creation" } else { "Always" };
            [code(&filled.target), filled.kind.to_owned(), filled.source, precedence, apply.to_owned()]
        })
    });
    let rows: Vec<[String; 5]> = rows.collect();
    page.table(
        [
            "Target attribute (customappsso)",
            "Mapping type",
            "Source attribute, constant or expression",
            "Matching precedence",
            "Apply this mapping",
        ],
        rows,
    );
    page.text(format!(
        "Leave {} empty in each mapping: what is missing at creation is filled in as the table of values below says.",
        strong("Default value if null")
    ));
    removed(page, users);
    custom(page, users);
    if named(users, "password").is_some() {
        page.note("Entra ID sends no passwords: do not map the password.");
    }
}

/// Which actions the product can do.
fn actions(rules: &ResourceRules) -> String {
    let can_delete = rules.delete.as_ref().is_some_and(|delete| !matches!(delete, DeleteRule::Refuse(_)));
    let actions: Vec<String> =
        [("Create", rules.create.is_some()), ("Update", !rules.update.is_empty()), ("Delete", can_delete)]
            .into_iter()
            .filter(|(_, can)| *can)
            .map(|(name, _)| strong(name))
            .collect();
    if actions.is_empty() { "none".to_owned() } else { listed(&actions, "and") }
}

/// What of the preset nothing takes.
fn removed(page: &mut Page, users: &ResourceRules) {
    let targets = PRESET.iter().chain([&MANAGER]).map(|(target, _)| *target);
    let unused: Vec<String> = targets.filter(|target| !takes(users, target)).map(code).collect();
    if !unused.is_empty() {
        page.text("Delete every other mapping. Of those that Entra ID starts with, nothing takes these:");
        page.list(unused);
    }
}

/// Attributes that the application does not know yet.
fn custom(page: &mut Page, users: &ResourceRules) {
    let unknown: Vec<&Mapping> = taken(users).into_iter().filter(|mapping| is_custom(&mapping.name)).collect();
    if unknown.is_empty() {
        return;
    }
    page.text(format!(
        "Before you can map them, make these known: tick {} at the end of the page, open {}, add a row for each, and save.",
        strong("Show advanced options"),
        strong("Edit attribute list for customappsso")
    ));
    page.table(
        ["Name", "Type", "Multi-value?", "Required?"],
        unknown.iter().map(|mapping| {
            let yes = |is: bool| if is { "Yes" } else { "No" }.to_owned();
            [code(&mapping.name), sentence_case(type_of(mapping)), yes(is_list(mapping)), yes(mapping.required)]
        }),
    );
    if unknown.iter().any(|mapping| is_list(mapping)) {
        page.note("Entra ID does not provision attributes of an extension that have several values.");
    }
}

fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| format!("{}{}", first.to_uppercase(), chars.as_str())).unwrap_or_default()
}

/// How an attribute is filled; of a list as a whole, its usual elements.
fn filled(mapping: &Mapping) -> Vec<Filled> {
    let name = mapping.name.as_str();
    if name == "password" {
        return Vec::new();
    }
    if let Some(hint) = hints(mapping).and_then(|hints| hints.entra.as_deref()) {
        return vec![hinted(name, hint)];
    }
    if name == "active" {
        return vec![hinted(name, "Not([IsSoftDeleted])")];
    }
    if is_phone(mapping) && !name.contains("phoneNumbers") {
        return vec![hinted(name, "mobile")];
    }
    if let Some(table) = table_of(mapping).filter(|_| !is_list(mapping) && is_joined(mapping).is_none()) {
        let source = format!("the name of one of the {}, as your account has it", told(table));
        return vec![Filled { target: name.to_owned(), kind: "Constant", source }];
    }
    let name = primary_of(mapping).unwrap_or(name);
    let known = |of: &str| PRESET.iter().chain([&MANAGER]).chain(&FURTHER).find(|(target, _)| *target == of);
    if let Some((target, source)) = known(name).filter(|_| super::attribute::allowed(mapping).is_empty()) {
        let target = if *target == "roles" { r#"roles[primary eq "True"].value"# } else { target };
        return vec![hinted(target, source)];
    }
    let parts: Vec<Filled> = PRESET
        .iter()
        .filter(|(target, _)| is_whole_of(name, target))
        .map(|(target, source)| hinted(target, source))
        .collect();
    if !parts.is_empty() {
        return parts;
    }
    let target = match primary_of(mapping) {
        Some(list) => format!("{list}[primary eq \"True\"].value"),
        None => name.to_owned(),
    };
    vec![Filled { target, kind: "Direct", source: wanted(mapping) }]
}

/// What an attribute of the customer's must hold.
fn wanted(mapping: &Mapping) -> String {
    let allowed: Vec<String> = super::attribute::allowed(mapping).iter().map(code).collect();
    let what = match (hints(mapping).and_then(|hints| hints.doc.as_deref()), allowed.is_empty()) {
        (Some(doc), _) => told(doc),
        (None, false) => listed(&allowed, "or"),
        (None, true) => "this value".to_owned(),
    };
    let else_delete = if mapping.required { "" } else { "If you have none, delete this mapping." };
    sentences([format!("the attribute of yours that holds {what}, or a constant."), else_delete.to_owned()])
}

/// A source as a profile writes it: in double quotes a constant, with brackets an expression, else an attribute.
fn hinted(target: &str, source: &str) -> Filled {
    let constant = source.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let (kind, source) = match constant {
        Some(constant) => ("Constant", constant),
        None if source.contains(['(', '[']) => ("Expression", source),
        None => ("Direct", source),
    };
    Filled { target: target.to_owned(), kind, source: code(source) }
}

/// The mapping of groups.
pub(super) fn groups(page: &mut Page, customer: &Customer<'_>) {
    page.heading("Groups");
    let open = strong("Provision Microsoft Entra ID Groups");
    let Some(group) = &customer.profile.group else {
        page.text(format!(
            "Under {}, open {open}, set {} to No, and save.",
            strong("Attribute mapping"),
            strong("Enabled")
        ));
        return;
    };
    let rules = &group.resource;
    let actions = if rules.is_fixed() { strong("Update") } else { actions(rules) };
    page.text(format!(
        "Under {}, open {open}, set {} to Yes, and tick these under {}: {actions}.",
        strong("Attribute mapping"),
        strong("Enabled"),
        strong("Target Object Actions"),
    ));
    if rules.is_fixed() {
        page.text(format!("Assign groups of these names only: {}.", listed(&fixed_names(group), "and")));
    }
    let external = takes(rules, "externalId");
    let rows = [
        ("displayName", "displayName", "1", true),
        ("externalId", "objectId", "", external),
        ("members", "members", "", has_members(group)),
    ];
    page.table(
        [
            "Target attribute (customappsso)",
            "Mapping type",
            "Source attribute",
            "Matching precedence",
            "Apply this mapping",
        ],
        rows.into_iter().filter(|(.., is_there)| *is_there).map(|(target, source, precedence, _)| {
            [code(target), "Direct".to_owned(), code(source), precedence.to_owned(), "Always".to_owned()]
        }),
    );
    if !external {
        page.text(format!("Delete the mapping of {}: nothing takes it.", code("externalId")));
    }
}

/// Who is provisioned, and the beginning.
pub(super) fn start(page: &mut Page) {
    page.heading("Start provisioning");
    page.steps([
        format!(
            "Under {}, {}, set {} to {}.",
            strong("Provisioning"),
            strong("Settings"),
            strong("Scope"),
            strong("Sync only assigned users and groups")
        ),
        format!("Under {}, assign who is to be provisioned.", strong("Users and groups")),
        format!("Try one user with {}: each step has to be green.", strong("Provision on demand")),
        format!(
            "Press {}. The first cycle takes everybody; then there is one every 40 minutes.",
            strong("Start provisioning")
        ),
        format!("Look at {} after the first cycle.", strong("Provisioning logs")),
    ]);
}
