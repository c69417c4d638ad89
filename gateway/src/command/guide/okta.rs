//! The guide for Okta: a SCIM application, its connection, its attributes, and its provisioning actions.
//!
//! Pages, fields and attribute names are those of Okta's admin console (Okta Developer, «Add SCIM provisioning» and «SCIM protocol
//! properties», read 2026-11; idp-dialects §2).

use rules::profile::Mapping;
use scim::Protocol;

use super::attribute::{ENTERPRISE, hints, is_list, is_once, is_whole_of, named, primary_of, split, taken, type_of};
use super::customer::{Customer, Way};
use super::page::{Page, code, listed, strong, told};
use super::section::{fixed_names, has_members};

/// An attribute that a SCIM application of Okta has from the beginning.
struct Known {
    scim: &'static str,
    display: &'static str,
    variable: &'static str,
    external: &'static str,
    source: &'static str,
}

const fn known(
    scim: &'static str,
    display: &'static str,
    variable: &'static str,
    external: &'static str,
    source: &'static str,
) -> Known {
    Known { scim, display, variable, external, source }
}

/// All of them, but the user name, which the page «Sign On» fills, and what Okta sends by itself.
const KNOWN: [Known; 27] = [
    known("name.givenName", "Given name", "givenName", "name.givenName", "user.firstName"),
    known("name.familyName", "Family name", "familyName", "name.familyName", "user.lastName"),
    known("name.middleName", "Middle name", "middleName", "name.middleName", "user.middleName"),
    known(
        "name.honorificPrefix",
        "Honorific prefix",
        "honorificPrefix",
        "name.honorificPrefix",
        "user.honorificPrefix",
    ),
    known(
        "name.honorificSuffix",
        "Honorific suffix",
        "honorificSuffix",
        "name.honorificSuffix",
        "user.honorificSuffix",
    ),
    known(r#"emails[type eq "work"].value"#, "Primary email", "email", "emails.^[primary==true].value", "user.email"),
    known("title", "Title", "title", "title", "user.title"),
    known("displayName", "Display name", "displayName", "displayName", "user.displayName"),
    known("nickName", "Nickname", "nickName", "nickName", "user.nickName"),
    known("profileUrl", "Profile URL", "profileUrl", "profileUrl", "user.profileUrl"),
    known(
        r#"phoneNumbers[type eq "work"].value"#,
        "Primary phone",
        "primaryPhone",
        "phoneNumbers.^[primary==true].value",
        "user.primaryPhone",
    ),
    known(
        r#"phoneNumbers[type eq "mobile"].value"#,
        "Mobile phone",
        "mobilePhone",
        "phoneNumbers.^[type=='mobile'].value",
        "user.mobilePhone",
    ),
    known(
        r#"addresses[type eq "work"].streetAddress"#,
        "Street address",
        "streetAddress",
        "addresses.^[primary==true].streetAddress",
        "user.streetAddress",
    ),
    known(
        r#"addresses[type eq "work"].locality"#,
        "City",
        "locality",
        "addresses.^[primary==true].locality",
        "user.city",
    ),
    known(r#"addresses[type eq "work"].region"#, "State", "region", "addresses.^[primary==true].region", "user.state"),
    known(
        r#"addresses[type eq "work"].postalCode"#,
        "Postal code",
        "postalCode",
        "addresses.^[primary==true].postalCode",
        "user.zipCode",
    ),
    known(
        r#"addresses[type eq "work"].country"#,
        "Country",
        "country",
        "addresses.^[primary==true].country",
        "user.countryCode",
    ),
    known("userType", "User type", "userType", "userType", "user.userType"),
    known(
        "preferredLanguage",
        "Preferred language",
        "preferredLanguage",
        "preferredLanguage",
        "user.preferredLanguage",
    ),
    known("locale", "Locale", "locale", "locale", "user.locale"),
    known("timezone", "Time zone", "timezone", "timezone", "user.timezone"),
    known(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
        "Employee number",
        "employeeNumber",
        "employeeNumber",
        "user.employeeNumber",
    ),
    known(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter",
        "Cost center",
        "costCenter",
        "costCenter",
        "user.costCenter",
    ),
    known(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization",
        "Organization",
        "organization",
        "organization",
        "user.organization",
    ),
    known(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division",
        "Division",
        "division",
        "division",
        "user.division",
    ),
    known(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "Department",
        "department",
        "department",
        "user.department",
    ),
    known(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        "Manager",
        "managerValue",
        "manager.value",
        "user.managerId",
    ),
];

/// Variable names that Okta keeps for itself (idp-dialects §2b).
const RESERVED: [&str; 2] = ["externalId", "groups"];

/// The steps of the connection.
pub(super) fn connect(page: &mut Page, customer: &Customer<'_>) {
    page.heading("Connect Okta");
    let version = if customer.protocol == Protocol::Scim11 { "SCIM 1.1" } else { "SCIM 2.0" };
    let (app, fields) = match &customer.way {
        Way::Basic(users) => {
            let users: Vec<String> = users.iter().map(code).collect();
            let fields = format!(
                "{}: {}. {}: the one that the operator gave you.",
                strong("Username"),
                listed(&users, "or"),
                strong("Password")
            );
            ("Basic Auth", fields)
        }
        Way::Blank(_) | Way::Token(_) if customer.takes_raw_token() => {
            ("Header Auth", format!("{}: the token alone, without a word in front of it.", strong("API Token")))
        }
        Way::Blank(_) | Way::Token(_) => {
            ("OAuth Bearer Token", format!("{}: the token that the operator gave you.", strong("OAuth Bearer Token")))
        }
    };
    page.steps([
        format!(
            "In the admin console, open {}, {}, and press {}.",
            strong("Applications"),
            strong("Applications"),
            strong("Browse App Catalog")
        ),
        format!(
            "Search for {}, press {}, and name it.",
            strong(format!("{version} Test App ({app})")),
            strong("Add Integration")
        ),
        format!("On {}, set {}: {}.", strong("Sign On"), strong("Application username format"), username(customer)),
        format!(
            "On {}, press {} and tick {}.",
            strong("Provisioning"),
            strong("Configure API Integration"),
            strong("Enable API integration")
        ),
        format!("{}: {}", strong(format!("{version} Base Url")), code(&customer.url)),
        fields,
        format!(
            "Press {}. It reads users and groups; the answer is that the application was verified.",
            strong("Test API Credentials")
        ),
        format!("Press {}.", strong("Save")),
    ]);
    wizard(page, customer);
}

/// The same for an application that was made for single sign-on.
fn wizard(page: &mut Page, customer: &Customer<'_>) {
    if customer.protocol == Protocol::Scim11 {
        return;
    }
    page.text(format!(
        "An application that you have for SAML sign-on will do as well: on {}, set {} to {}, then on {} fill in:",
        strong("General"),
        strong("Provisioning"),
        strong("SCIM"),
        strong("Provisioning, Integration")
    ));
    let (mode, credential) = match &customer.way {
        Way::Basic(_) => ("Basic Auth", "user name and password as above"),
        Way::Blank(_) | Way::Token(_) => ("HTTP Header", "the token, in the field behind «Bearer»"),
    };
    let users = &customer.profile.user;
    let group = customer.profile.group.as_ref();
    let actions: Vec<String> = [
        ("Import New Users and Profile Updates", !users.list.is_empty()),
        ("Push New Users", users.create.is_some()),
        ("Push Profile Updates", !users.update.is_empty()),
        ("Push Groups", group.is_some()),
        ("Import Groups", group.is_some_and(|group| !group.resource.list.is_empty() || group.resource.is_fixed())),
    ]
    .into_iter()
    .filter(|(_, can)| *can)
    .map(|(name, _)| strong(name))
    .collect();
    page.table(
        ["Field", "Value"],
        [
            [strong("SCIM connector base URL"), code(&customer.url)],
            [strong("Unique identifier field for users"), code("userName")],
            [strong("Supported provisioning actions"), format!("{}; leave the others off", listed(&actions, "and"))],
            [strong("Authentication Mode"), format!("{}: {credential}", strong(mode))],
        ],
    );
    let groups = match group {
        None => " Those of groups may fail: groups are off, a search finds none, and to make one is refused with 501.",
        Some(_) => "",
    };
    page.text(format!(
        "Press {}: the operations of users have to pass.{groups}",
        strong("Test Connector Configuration")
    ));
}

/// What a user's name is made from.
fn username(customer: &Customer<'_>) -> String {
    let hint = named(&customer.profile.user, "userName").and_then(hints).and_then(|hints| hints.okta.as_deref());
    match hint {
        Some("user.email") => strong("Email"),
        Some("user.login") | None => strong("Okta username"),
        Some(expression) => format!("{}, with the expression {}", strong("Custom"), code(expression)),
    }
}

/// The provisioning actions, and what to leave off.
pub(super) fn actions(page: &mut Page, customer: &Customer<'_>) {
    let users = &customer.profile.user;
    page.heading("Provisioning to the application");
    page.text(format!("On {}, {}, press {} and set:", strong("Provisioning"), strong("To App"), strong("Edit")));
    let password = named(users, "password");
    let rows = [
        ("Create Users", users.create.is_some(), "the product has no way to make users"),
        ("Update User Attributes", !users.update.is_empty(), "the product cannot change users"),
        ("Deactivate Users", named(users, "active").is_some(), "the product cannot disable users"),
        ("Sync Password", password.is_some(), "the product takes no passwords"),
    ];
    page.table(
        ["Action", "Set it to", ""],
        rows.map(|(name, can, why)| {
            let note = match (name, can) {
                ("Sync Password", true) => "if your users sign in with a password there",
                (_, true) => "",
                (_, false) => why,
            };
            [strong(name), if can { "Enable" } else { "Off" }.to_owned(), note.to_owned()]
        }),
    );
}

/// The attributes.
pub(super) fn mapping(page: &mut Page, customer: &Customer<'_>) {
    page.heading("Attributes");
    page.text(format!(
        "{} is set by the username format above. Okta sends {} by itself. On {}, {}, keep these mappings:",
        code("userName"),
        code("active"),
        strong("Provisioning"),
        strong("To App")
    ));
    let kept = KNOWN.iter().filter_map(|known| Some((known, source_mapping(customer, known)?)));
    page.table(
        ["Display name", "Variable name", "External name", "Value", "Apply on"],
        kept.map(|(known, mapping)| {
            let hint = hints(mapping).and_then(|hints| hints.okta.as_deref()).unwrap_or(known.source);
            [known.display.to_owned(), code(known.variable), code(known.external), code(hint), apply(mapping)]
        }),
    );
    let unused: Vec<String> = KNOWN
        .iter()
        .filter(|known| source_mapping(customer, known).is_none())
        .map(|known| code(known.variable))
        .collect();
    if !unused.is_empty() {
        page.text(format!("Unmap the others, as far as they are there; nothing takes {}.", listed(&unused, "and")));
    }
    added(page, customer);
}

/// The mapping that takes a known attribute.
fn source_mapping<'c>(customer: &Customer<'c>, known: &Known) -> Option<&'c Mapping> {
    taken(&customer.profile.user)
        .into_iter()
        .find(|mapping| mapping.name == known.scim || is_whole_of(&mapping.name, known.scim))
}

/// Attributes that have to be added.
fn added(page: &mut Page, customer: &Customer<'_>) {
    let is_known = |name: &str| {
        ["userName", "active", "password"].contains(&name)
            || KNOWN.iter().any(|known| known.scim == name || is_whole_of(name, known.scim))
    };
    let rows =
        taken(&customer.profile.user).into_iter().filter(|mapping| !is_known(&mapping.name)).filter_map(|mapping| {
            let hint = hints(mapping).and_then(|hints| hints.okta.as_deref());
            let (urn, local) = split(&mapping.name);
            // Okta fills it with its own id of the user.
            if mapping.name == "externalId" && hint.is_none() {
                return None;
            }
            let value = hint.map_or_else(|| wanted(mapping), code);
            let data_type =
                if is_list(mapping) { format!("{} array", type_of(mapping)) } else { type_of(mapping).to_owned() };
            let namespace = urn.map_or_else(|| customer.core(), |urn| if urn == ENTERPRISE { ENTERPRISE } else { urn });
            let shown = primary_of(mapping).unwrap_or(local);
            Some([
                data_type,
                display(shown),
                code(variable(shown)),
                code(external(mapping, local)),
                code(namespace),
                value,
                apply(mapping),
            ])
        });
    let rows: Vec<[String; 7]> = rows.collect();
    if rows.is_empty() {
        return;
    }
    page.text(format!(
        "Okta does not know these attributes yet. On {}, {}, open the application's profile, press {}, and add a row for each; then \
         map it on {}, {}:",
        strong("Directory"),
        strong("Profile Editor"),
        strong("Add Attribute"),
        strong("Provisioning"),
        strong("To App")
    ));
    page.table(
        ["Data type", "Display name", "Variable name", "External name", "External namespace", "Value", "Apply on"],
        rows,
    );
}

fn apply(mapping: &Mapping) -> String {
    if is_once(mapping) { "Create" } else { "Create and update" }.to_owned()
}

/// What the value has to be, where nothing says what it comes from.
fn wanted(mapping: &Mapping) -> String {
    let allowed: Vec<String> = super::attribute::allowed(mapping).iter().map(code).collect();
    match (hints(mapping).and_then(|hints| hints.doc.as_deref()), allowed.is_empty()) {
        (Some(doc), _) => told(doc),
        (None, false) => listed(&allowed, "or"),
        (None, true) => "an attribute of yours, or the same value for all".to_owned(),
    }
}

/// How Okta writes the place of a value: `phoneNumbers.^[type=='home'].value`.
fn external(mapping: &Mapping, local: &str) -> String {
    match primary_of(mapping) {
        Some(list) => format!("{list}.^[primary==true].value"),
        None => local.replace("[type eq \"", ".^[type=='").replace("\"]", "']"),
    }
}

/// `rolesString` as `Roles string`.
fn display(local: &str) -> String {
    let mut words = String::new();
    for char in local.chars() {
        match char {
            '.' | '[' | ']' | '"' => words.push(' '),
            upper if upper.is_uppercase() && !words.is_empty() => words.extend([' ', upper.to_ascii_lowercase()]),
            char if words.is_empty() => words.extend(char.to_uppercase()),
            char => words.push(char),
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name that Okta allows.
fn variable(local: &str) -> String {
    let plain: String = local.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '_' }).collect();
    let plain = plain.trim_matches('_').to_owned();
    if RESERVED.contains(&plain.as_str()) { format!("scim_{plain}") } else { plain }
}

/// Groups.
pub(super) fn groups(page: &mut Page, customer: &Customer<'_>) {
    page.heading("Groups");
    let Some(group) = &customer.profile.group else {
        page.text(format!("Leave {} empty: groups are not provisioned.", strong("Push Groups")));
        return;
    };
    let rules = &group.resource;
    if rules.is_fixed() {
        page.text(format!(
            "The groups are {}. On {}, link groups of yours to them: choose {}.",
            listed(&fixed_names(group), "and"),
            strong("Push Groups"),
            strong("Link Group")
        ));
        return;
    }
    let make = if rules.create.is_some() {
        format!(
            "Choose {} for a new group, or {} for one that the product has.",
            strong("Create Group"),
            strong("Link Group")
        )
    } else {
        format!("Choose {}: groups are made in the product.", strong("Link Group"))
    };
    let members = if has_members(group) {
        format!(
            "Tick {}. A group that is linked keeps its members until Okta pushes its own.",
            strong("Push group memberships immediately")
        )
    } else {
        String::new()
    };
    page.steps([
        format!("On {}, press {} and find the group by its name.", strong("Push Groups"), strong("Push Groups")),
        make,
        members,
        format!(
            "Assign people to the application on {}; use other groups for that than those you push.",
            strong("Assignments")
        ),
    ]);
}

/// Import, and the beginning.
pub(super) fn start(page: &mut Page, customer: &Customer<'_>) {
    page.heading("Start provisioning");
    let import = if customer.profile.user.list.is_empty() {
        format!("Do not use {}: the product cannot list its users.", strong("Import"))
    } else {
        format!(
            "On {}, press {} to match users who exist in the product with people in Okta, tick them and press {}.",
            strong("Import"),
            strong("Import Now"),
            strong("Confirm Assignments")
        )
    };
    page.steps([
        import,
        format!("On {}, assign people or groups: they are made or updated at once.", strong("Assignments")),
        format!("Look at {}, {} for what was refused.", strong("Dashboard"), strong("Tasks")),
    ]);
}
