//! Troubleshooting: every refusal that this product and the gateway can give, as the admin reads it. The texts are those of the
//! error table and of the gateway's own failures, never a second wording.

use json::Value;
use proxy::Failure;
use proxy::authenticate::AuthError;
use proxy::failure::TargetError;
use proxy::layer::rescue::verdict;
use rules::Refusal;
use rules::TargetFault;
use rules::profile::{DeleteRule, ErrorMeaning, Source};
use scim::ScimType;

use super::attribute::{is_phone, table_of, taken};
use super::customer::{Customer, Hand, Way};
use super::page::{Page, code, listed, told};
use super::section::{matching, unmapped};
use crate::cli::Idp;

/// What is refused: status, text, remedy.
type Row = [String; 3];

/// Both tables.
pub(super) fn trouble(page: &mut Page, customer: &Customer<'_>, idp: Idp) {
    page.heading("Troubleshooting");
    page.text(match idp {
        Idp::Entra => "Texts of refusals stand in the provisioning logs of the application, under «Troubleshooting & Recommendations».",
        Idp::Okta => "Texts of refusals stand under Dashboard, Tasks, and in the System Log.",
        Idp::Onelogin => "Texts of refusals stand under Activity, Events, and at the user's entry in the application.",
    });
    let head = ["Status", "What you read", "What to do"];
    let mut rows: Vec<Row> = Vec::new();
    for row in refusals(customer, idp).into_iter().chain(product(customer, idp)).chain(gateway(customer)) {
        if !rows.iter().any(|known| known[..2] == row[..2]) {
            rows.push(row);
        }
    }
    page.table(head, rows);
    page.text("If the connection itself is refused:");
    page.table(head, callers(customer));
}

/// How a user is sent once more.
fn again(idp: Idp) -> &'static str {
    match idp {
        Idp::Entra => "then use «Provision on demand», or wait for the next cycle",
        Idp::Okta => "then retry the task",
        Idp::Onelogin => "then retry the user in the application",
    }
}

fn row(failure: &Failure, remedy: impl Into<String>) -> Row {
    let verdict = verdict(failure);
    [code(verdict.status.as_u16()), told(&verdict.detail), remedy.into()]
}

/// What an admin can do about an error of the product.
fn remedy(status: u16, scim_type: Option<ScimType>, idp: Idp) -> String {
    let again = again(idp);
    match (status, scim_type) {
        (409, _) => format!(
            "It is somebody else's value. Give this one another, or have the other renamed or removed; {again}."
        ),
        (400, Some(ScimType::Mutability)) => "Take the change back: it is not possible after creation.".to_owned(),
        (400 | 413, _) => format!("Correct the value at the user or in the attribute mapping; {again}."),
        (403, _) => format!("The product does not allow it. Ask the operator; {again}."),
        (404, _) => format!("It is not there any more. Make the assignment anew; {again}."),
        (429 | 503, _) => "Nothing: the change is sent again by itself.".to_owned(),
        (501, _) => "Switch this action off: the product cannot do it.".to_owned(),
        _ => "Ask the operator.".to_owned(),
    }
}

/// The error table of the profile, and what its rules look at before they write.
fn product(customer: &Customer<'_>, idp: Idp) -> Vec<Row> {
    let profile = customer.profile;
    let refused = |status: u16, scim_type: Option<ScimType>, detail: &str| {
        let failure = Failure::Refused { status, scim_type, detail: detail.to_owned() };
        row(&failure, remedy(status, scim_type, idp))
    };
    let is_groups = |call: Option<&str>| call.is_some_and(|call| call.starts_with("group"));
    let mut rows: Vec<Row> = Vec::new();
    for rule in &profile.errors {
        if profile.group.is_none() && is_groups(rule.call.as_deref()) {
            continue;
        }
        if let ErrorMeaning::Scim { status, scim_type, detail } = &rule.means {
            rows.push(refused(*status, *scim_type, detail));
        }
    }
    let updates = profile.user.update.iter().map(|update| &update.around);
    let around = profile.user.create.iter().map(|create| &create.around).chain(updates);
    rows.extend(
        around.flat_map(|around| &around.checks).map(|check| refused(check.status, check.scim_type, &check.detail)),
    );
    if let Some(taken) = profile.user.create.as_ref().and_then(|create| create.taken.as_deref()) {
        rows.push(refused(409, Some(ScimType::Uniqueness), taken));
    } else if let Some(by) = matching(&profile.user).first() {
        let detail = format!("a user whose `{}` is … exists already", by.name);
        rows.push(refused(409, Some(ScimType::Uniqueness), &detail));
    }
    if let Some(DeleteRule::Refuse(why)) = &profile.user.delete {
        rows.push(refused(403, None, why));
    }
    rows
}

/// What the rules refuse of values, with this customer's own attributes.
fn refusals(customer: &Customer<'_>, idp: Idp) -> Vec<Row> {
    let again = again(idp);
    let users = taken(&customer.profile.user);
    let mut rows = Vec::new();
    for mapping in users.iter().filter(|mapping| mapping.required) {
        let failure = Failure::Refusal(Refusal::Missing { attribute: mapping.name.clone() });
        rows.push(row(&failure, format!("Fill the attribute in at the user, or map it; {again}.")));
    }
    for mapping in &users {
        if let Some(table) = table_of(mapping) {
            let failure = Refusal::UnknownName {
                attribute: mapping.name.clone(),
                value: "…".to_owned(),
                table: table.to_owned(),
            };
            let remedy = format!("Write the name as it is called in the product, or have it made there; {again}.");
            rows.push(row(&Failure::Refusal(failure), remedy));
        }
        let is_tabled = matches!(&mapping.source, Source::Direct { values: Some(_), .. });
        if (is_tabled && !super::attribute::allowed(mapping).is_empty()) || is_phone(mapping) {
            let wrong = if is_phone(mapping) { "0123" } else { "…" };
            if let Err(refusal) = mapping.normal(customer.params, &Value::from(wrong)) {
                rows.push(row(&Failure::Refusal(refusal), format!("Correct the value at the user; {again}.")));
            }
        }
        if mapping.immutable {
            let failure = Failure::Refusal(Refusal::Immutable { attribute: mapping.name.clone() });
            rows.push(row(&failure, "Take the change back, or delete the user and create it anew."));
        }
    }
    if let Err(refusal) = unmapped(customer) {
        rows.push(row(&Failure::Refusal(refusal), format!("Take the attribute out of the mapping; {again}.")));
    }
    rows
}

/// What can go wrong between the gateway and the product.
fn gateway(customer: &Customer<'_>) -> Vec<Row> {
    let profile = customer.profile;
    let later = "Nothing: the change is sent again by itself. If it lasts, ask the operator.";
    let mut rows: Vec<Row> = profile
        .requires
        .iter()
        .map(|rule| {
            row(&Failure::NotYet { detail: rule.detail.to_string() }, "Do what it says; nothing is provisioned before.")
        })
        .collect();
    let unsupported = |what, noun| Failure::Refusal(Refusal::Unsupported { what, noun });
    for (what, lacks) in [
        ("create", profile.user.create.is_none()),
        ("update", profile.user.update.is_empty()),
        ("delete", profile.user.delete.is_none()),
    ] {
        if lacks {
            rows.push(row(&unsupported(what, "user"), "Switch this action off."));
        }
    }
    if profile.group.is_none() {
        rows.push(row(&Failure::GroupsOff, "Switch the provisioning of groups off."));
    }
    rows.push(row(
        &Failure::NotFound { kind: "User", id: "…".to_owned() },
        "The user was removed in the product. It is made anew when it is assigned again.",
    ));
    let unreachable = TargetError::Unreachable { reason: String::new() };
    rows.push(row(&Failure::Target(unreachable), later));
    rows.push(row(&Failure::Target(TargetError::TimedOut { secs: 0 }), later));
    let busy = TargetFault::Busy { status: 429, retry_after_secs: None, repeat_after: None };
    rows.push(row(&Failure::Target(TargetError::Fault(busy)), later));
    rows
}

/// Why somebody is not let in, as far as it fits how this customer calls.
fn callers(customer: &Customer<'_>) -> Vec<Row> {
    let auth = |error: AuthError, remedy: String| row(&Failure::Auth(error), remedy);
    let url = code(&customer.url);
    match &customer.way {
        Way::Blank(tids) => {
            let tids: Vec<String> = tids.iter().map(code).collect();
            let listed = listed(&tids, "or");
            vec![
                auth(
                    AuthError::UnlistedTenant,
                    format!("Compare your Tenant ID with {listed}; if it is another, send it to the operator."),
                ),
                auth(AuthError::UnknownToken, "Clear the field of the secret token: it has to be blank.".to_owned()),
                auth(
                    AuthError::Audience,
                    "Use an application of your own («non-gallery»), none of the gallery.".to_owned(),
                ),
                auth(AuthError::Application, "Let Entra's provisioning service call, not another program.".to_owned()),
                auth(
                    AuthError::Expired,
                    "Entra ID renews its token by itself: test the connection once more.".to_owned(),
                ),
            ]
        }
        Way::Token(hand) => {
            let lost = match hand {
                Hand::Static => "Paste the token once more; if that does not help, ask the operator for a new one.",
                Hand::Issued => {
                    "A newer token may have been issued: paste the newest, or ask the operator to issue one."
                }
            };
            let mut rows = vec![
                auth(
                    AuthError::UnknownToken,
                    format!("{lost} The address must be {url}: a token is good at its own address only."),
                ),
                auth(AuthError::DoubledScheme, format!("Paste the token alone, without the word {}.", code("Bearer"))),
                auth(AuthError::Missing, "Fill in the field of the token.".to_owned()),
            ];
            if !customer.takes_raw_token() {
                let remedy = format!("Choose an authentication mode that sends {} and the token.", code("Bearer"));
                rows.push(auth(AuthError::Scheme, remedy));
            }
            rows
        }
        Way::Basic(_) => vec![
            auth(AuthError::UnknownLogin, format!("Type user name and password once more. The address must be {url}.")),
            auth(AuthError::Missing, "Choose basic authentication, and fill in user name and password.".to_owned()),
        ],
    }
}
