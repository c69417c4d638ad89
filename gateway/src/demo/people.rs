//! The people of the demo: invented names, reserved numbers, and numbers spelled as people really type them.

use json::{Value, json};

/// A user of the demo, as Entra's mapping sends one (idp-dialects §5, seed 001: exactly seven attributes).
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// Given name.
    pub(super) given: String,
    /// Family name.
    pub(super) family: String,
    /// The mobile number as somebody typed it.
    pub(super) mobile: String,
    /// The same in international digits: what the product must hold.
    pub(super) digits: String,
    /// The constant `displayName` of the application that sends them.
    pub(super) manager: &'static str,
}

/// The managers that the stand-in product knows.
pub(super) const MANAGERS: [&str; 2] = ["Northern Team", "Southern Team"];

/// The region of the demo's tenant: where numbers without a country code belong.
pub(super) const REGION: &str = "GB";

/// Spellings: (as typed, international digits). Numbers are Ofcom's and NANPA's reserved ones.
const SPELLINGS: [(&str, &str); 8] = [
    ("07700 900123", "447700900123"),
    ("+44 (0)7700 900124", "447700900124"),
    ("0044 7700 900125", "447700900125"),
    ("(07700) 900-126", "447700900126"),
    ("447700900127", "447700900127"),
    ("+1-555-010-0188", "15550100188"),
    ("+852 5123 4567", "85251234567"),
    ("+39 312 345 6789", "393123456789"),
];

const GIVEN: [&str; 8] = ["Ada", "Kit", "Lee", "Mira", "Rei", "Sam", "Tomas", "Vic"];
const FAMILY: [&str; 8] = ["Reyes", "Ng", "Moss", "Okafor", "Sato", "Park", "Lindqvist", "Tan"];

impl Person {
    /// Their work address.
    pub(super) fn email(&self) -> String {
        format!("{}.{}@example.com", self.given.to_lowercase(), self.family.to_lowercase())
    }

    /// The body of Entra's create (idp-dialects §1c).
    pub(super) fn create_body(&self) -> Value {
        json!({
            "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            ],
            "externalId": self.mobile, "userName": self.mobile, "active": true, "displayName": self.manager,
            "emails": [{"primary": true, "type": "work", "value": self.email()}],
            "meta": {"resourceType": "User"},
            "name": {"familyName": self.family, "givenName": self.given},
            "roles": [],
        })
    }
}

/// One person for each spelling.
pub(super) fn spelled() -> Vec<Person> {
    let names = GIVEN.iter().zip(FAMILY);
    let people = SPELLINGS.iter().zip(names).enumerate().map(|(at, ((mobile, digits), (given, family)))| Person {
        given: (*given).to_owned(),
        family: family.to_owned(),
        mobile: (*mobile).to_owned(),
        digits: (*digits).to_owned(),
        manager: MANAGERS[at % MANAGERS.len()],
    });
    people.collect()
}

/// `count` more, with numbers of one range.
pub(super) fn crowd(count: usize) -> Vec<Person> {
    let person = |at: usize| {
        let number = 900_200 + at;
        Person {
            given: format!("{}{at}", GIVEN[at % GIVEN.len()]),
            family: FAMILY[at / GIVEN.len() % FAMILY.len()].to_owned(),
            mobile: format!("07700 {number}"),
            digits: format!("447700{number}"),
            manager: MANAGERS[at % MANAGERS.len()],
        }
    };
    (0..count).map(person).collect()
}
