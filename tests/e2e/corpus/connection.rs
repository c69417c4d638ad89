//! The connections of `tests/corpus/connections.json` as customers of one gateway: who they are, and their secrets.
//!
//! Their policies stand in the profiles: `acme` has the shipped `directory`, the Okta ones have those of `tests/e2e/profiles`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::world::{BASIC_USER, CUSTOMERS, Customer, Setup, own_profiles, token};

/// (connection, customer).
const CONNECTIONS: [(&str, &str); 6] = [
    ("acme-entra", "acme"),
    ("msgco-entra-jwt", "msgco"),
    ("otherco-entra-jwt", "otherco"),
    ("contact-okta", "contact"),
    ("signage-okta", "signage"),
    ("clinic-okta11", "clinic"),
];

/// The customers of all connections.
pub(super) fn setup() -> Setup {
    let okta = [
        Customer::of_directory("contact", "contact"),
        Customer::of_directory("signage", "signage"),
        Customer::of_directory("clinic", "clinic").speaking_1_1(),
    ];
    let customers = CUSTOMERS.into_iter().chain(okta).collect();
    Setup { customers, sections: own_profiles(), ..Setup::default() }
}

/// Whose connection it is.
pub(super) fn customer(connection: &str) -> &'static str {
    let found = CONNECTIONS.iter().find(|(name, _)| *name == connection);
    found.map_or_else(|| panic!("no connection `{connection}`"), |(_, customer)| *customer)
}

/// What stands for `{{secret:…}}` and `{{basic:…}}`.
pub(super) fn secrets() -> impl Iterator<Item = (String, String)> {
    let basic = |password: &str| STANDARD.encode(format!("{BASIC_USER}:{password}"));
    let tokens = CONNECTIONS.iter().map(|(name, customer)| (format!("secret:{name}"), token(customer)));
    let passwords = [("basic:clinic", basic(&token("clinic"))), ("basic:clinic-wrong", basic("not-the-password"))];
    tokens.chain(passwords.map(|(name, secret)| (name.to_owned(), secret)))
}
