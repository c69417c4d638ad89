//! IT Management Cloud: one URL and one token for Entra, Okta (a SAML app with SCIM) and `OneLogin`; the product speaks XML.
//!
//! Tokens are issued by the command line beside the running gateway, as an operator does it.

mod product;

use std::sync::Arc;

use gateway::standin::serve::Served;
use json::{Value, json};

use crate::caller::Caller;
use crate::process::{Process, run};
use crate::wire::{Answer, Request};

use super::{Account, Guide};
use product::Product;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const ITMC: &str = "urn:ietf:params:scim:schemas:extension:itmc:2.0:User";

/// The gateway, the product, and organisations that have accounts there.
struct Cloud {
    product: Arc<Product>,
    api: Served,
    guide: Guide,
}

impl Cloud {
    /// Two organisations with SAML and no token yet.
    async fn new() -> Self {
        Self::with(true).await
    }

    async fn with(saml: bool) -> Self {
        let product = Product::new();
        let api = Served::start(product.clone()).await.unwrap();
        let account = |id: &'static str| {
            let name = format!("{id} GmbH");
            product.open(&name, &format!("key-of-{id}"));
            Account {
                id,
                profile: "itmc",
                base: format!("{}/api/v9", api.url()),
                secrets: vec![("organization", name), ("organization-key", format!("key-of-{id}"))],
                lines: format!("issued_tokens = true\nparams = {{ saml = {saml} }}"),
            }
        };
        let guide = Guide::start(&[account("acme"), account("globex")], "").await;
        Self { product, api, guide }
    }

    /// `scimgate token …` for a customer: what it printed.
    async fn token(&self, command: &[&str], customer: &str) -> String {
        let config = self.guide.folder.path().join("scimgate.toml");
        let more = ["token", command[0], customer, "--config", config.to_str().unwrap()];
        let ran = run(&[&more, &command[1..]].concat(), "").await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.stdout
    }

    /// Issues a token to a customer.
    async fn issue(&self, customer: &str, options: &[&str]) -> String {
        let said = self.token(&[&["issue"], options].concat(), customer).await;
        let token = said.trim().strip_prefix("token").map(str::trim);
        let token = token.filter(|token| token.starts_with("sgt_") && !token.contains(char::is_whitespace));
        token.unwrap_or_else(|| panic!("no token and nothing else: {said:?}")).to_owned()
    }

    /// An IdP that has this token.
    fn idp(&self, token: &str) -> Caller {
        Caller::new(self.guide.gateway.scim, token)
    }

    /// The IdP of `acme`, with a new token.
    async fn acme(&self) -> Caller {
        self.idp(&self.issue("acme", &[]).await)
    }

    /// What `acme` has at the product.
    fn held(&self) -> Vec<String> {
        self.product.held("acme GmbH")
    }

    /// Every call at the product since this was last asked: `GET /accounts/17`.
    fn take_calls(&self) -> Vec<String> {
        let path = |target: &str| target.strip_prefix("/api/v9").unwrap_or(target).to_owned();
        self.api.take_seen().iter().map(|seen| format!("{} {}", seen.method, path(&seen.target))).collect()
    }

    /// Those of them that could change something.
    fn take_writes(&self) -> Vec<String> {
        self.take_calls().into_iter().filter(|call| !call.starts_with("GET ")).collect()
    }
}

/// A new user as Entra's default mapping makes one, without groups and without a manager.
fn of_entra(login: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "externalId": login.split('@').next(),
        "userName": login,
        "active": true,
        "displayName": "Ada Reyes",
        "emails": [{"primary": true, "type": "work", "value": login}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "Ada Reyes", "familyName": "Reyes", "givenName": "Ada"},
        "title": "Engineer",
        ENTERPRISE: {"department": "Operations"},
        "roles": [],
    })
}

/// A new user as an Okta SAML app with SCIM sends one: with a random password, and everything that Okta knows.
fn of_okta(login: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": login,
        "name": {"givenName": "Bo", "familyName": "Lind"},
        "emails": [{"primary": true, "value": login, "type": "work"}],
        "displayName": "Bo Lind",
        "locale": "en-US",
        "externalId": "00u1abcdEFGH",
        "groups": [],
        "password": "r4nd-Qz81-tmp",
        "active": true,
    })
}

/// A new user by a `OneLogin` template: quoted Booleans, older names of schemas, an id that is null, macros that stand for nothing.
fn of_onelogin(login: &str) -> Value {
    json!({
        "schemas": ["urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0"],
        "id": null,
        "externalId": null,
        "userName": login,
        "active": "true",
        "name": {"givenName": "Kim", "familyName": " Oh"},
        "emails": [{"value": login, "type": "work", "primary": true}],
        "title": "Night & day shift",
        "urn:scim:schemas:extension:enterprise:2.0": {"department": "Support"},
        "phoneNumbers": [{"type": "work", "primary": true, "value": ""}],
        ITMC: {"contractEnd": ""},
        "photos": [],
    })
}

impl Caller {
    /// As `OneLogin` asks whether somebody is there: with an ampersand too many.
    async fn onelogin_finds(&self, login: &str) -> Answer {
        self.get(&format!("/Users?filter=userName+eq+%22{login}%22&")).await
    }

    /// As `OneLogin` writes: `application/json`, and a question mark too many.
    async fn onelogin_writes(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path).header("Content-Type", "application/json").body(body.to_string());
        self.send(request).await
    }

    /// As Okta changes a user: reads it, and sends all of it back with what is new.
    async fn okta_changes(&self, id: &str, changes: &[(&str, Value)]) -> Answer {
        let mut whole = self.read(id).await.expect(200).body;
        for (name, value) in changes {
            whole[*name] = value.clone();
        }
        self.put(id, &whole).await
    }
}

#[tokio::test]
async fn itmc_01_a_new_token_ends_the_old_one_at_once() {
    let cloud = Cloud::new().await;
    cloud.product.add("globex GmbH", "zoe@example.com", 'A');
    let opens = async |token: &str| cloud.idp(token).get("/Users").await.status == 200;
    let (first, theirs) = (cloud.issue("acme", &[]).await, cloud.issue("globex", &[]).await);
    assert!(opens(&first).await && opens(&theirs).await, "both open");

    let second = cloud.issue("acme", &[]).await;
    cloud.take_calls();
    cloud.idp(&first).get("/Users").await.expect_error(401, "");
    cloud.idp(&first).create(&of_okta("bo@example.com")).await.expect_error(401, "");
    assert_eq!((cloud.take_calls(), cloud.held()), (vec![], vec![]), "nothing is forwarded");
    assert!(opens(&second).await && opens(&theirs).await, "the new one opens, and what another organisation has");

    // For those who cannot change it everywhere at once; the next one ends that, too.
    let third = cloud.issue("acme", &["--overlap", "12h"]).await;
    assert!(opens(&second).await && opens(&third).await, "both open for twelve hours");
    let fourth = cloud.issue("acme", &[]).await;
    assert!(!opens(&second).await && !opens(&third).await && opens(&fourth).await, "the newest alone");

    // Shown once: neither the store nor a log, a list or another organisation has it.
    let listed = cloud.token(&["list"], "acme").await;
    assert_eq!(listed.lines().count(), 1, "{listed}");
    let mut kept = listed + &cloud.guide.gateway.log();
    for file in std::fs::read_dir(cloud.guide.folder.path()).unwrap() {
        kept += &String::from_utf8_lossy(&std::fs::read(file.unwrap().path()).unwrap());
    }
    for token in [&first, &second, &third, &fourth, &theirs] {
        assert!(!kept.contains(token.as_str()) && !kept.contains(token.trim_start_matches("sgt_")), "a token is kept");
    }
    assert!(kept.contains("SQLite format 3"), "the store was looked at");

    // A token is its organisation's: it shows no other's accounts.
    cloud.idp(&theirs).get("/Users").await.expect_list(1);
    cloud.idp(&fourth).get("/Users").await.expect_list(0);
    cloud.idp(&fourth).at("/t/globex/scim/v2").get("/Users").await.expect_error(401, "");
    cloud.token(&["revoke"], "acme").await;
    assert!(!opens(&fourth).await && opens(&theirs).await, "revoked");
}

#[tokio::test]
async fn itmc_02_scim_waits_for_saml() {
    const WHY: &str = "SCIM needs SAML: turn on single sign-on for the organisation first, then provisioning";
    let cloud = Cloud::with(false).await;
    let token = cloud.issue("acme", &[]).await;
    let idp = cloud.idp(&token);
    cloud.take_calls();
    for answer in [
        idp.find("userName", "ada@example.com").await,
        idp.create(&of_entra("ada@example.com")).await,
        idp.get("/Groups?startIndex=1&count=100").await,
        idp.delete("17").await,
    ] {
        assert_eq!(answer.expect_error(403, "").text_at("/detail"), WHY);
    }
    // Who may not get in at all is not told what the organisation lacks.
    cloud.idp("sgt_guessed").get("/Users").await.expect_error(401, "");
    assert_eq!((cloud.take_calls(), cloud.held()), (vec![], vec![]));

    // The organisation turns it on; the token stays.
    let Cloud { product, guide: Guide { gateway, folder }, api } = cloud;
    let config = folder.path().join("scimgate.toml");
    gateway.kill().await;
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("saml = false", "saml = true")).unwrap();
    let gateway = Process::run(&config).await;
    let cloud = Cloud { product, guide: Guide { gateway, folder }, api };
    cloud.idp(&token).create(&of_entra("ada@example.com")).await.expect(201);
    assert_eq!(cloud.held(), ["17 A ada@example.com|Ada|Reyes|ada@example.com||Engineer|Operations|"]);
}

#[tokio::test]
async fn itmc_03_one_url_and_one_token_serve_three_idps() {
    let cloud = Cloud::new().await;
    let idp = cloud.acme().await;

    // Entra: a question, a new user, and PATCH with capitals and Booleans in quotes.
    idp.get("/Users?filter=userName+eq+%22ada@example.com%22").await.expect_list(0);
    let ada = idp.create(&of_entra("ada@example.com")).await.expect(201).id();
    let end = format!("{ITMC}:contractEnd");
    let department = format!("{ENTERPRISE}:department");
    let changes = [
        ("active", json!("False")),
        ("name.familyName", json!("Okafor")),
        (r#"phoneNumbers[type eq "work"].value"#, json!("+1 202 555 0142")),
        (department.as_str(), json!("R&D <EMEA>")),
        (end.as_str(), json!("2026-12-31T01:00:00+01:00")),
    ];
    let patched = idp.patch(&ada, &changes).await.expect(200);
    assert_eq!(
        (&patched.body["active"], &patched.body[ITMC]["contractEnd"]),
        (&json!(false), &json!("2026-12-31T00:00:00Z"))
    );
    assert_eq!(patched.body[ENTERPRISE]["department"], "R&D <EMEA>", "{patched}");

    // Okta: one question with pages, a new user with a password, and the whole user back.
    idp.get("/Users?filter=userName%20eq%20%22bo%40example.com%22&startIndex=1&count=100").await.expect_list(0);
    let made = idp.create(&of_okta("bo@example.com")).await.expect(201);
    assert_eq!((made.text_at("/externalId"), made.text_at("/name/familyName")), ("00u1abcdEFGH", "Lind"), "{made}");
    let bo = made.id();
    idp.okta_changes(&bo, &[("title", json!("Lead")), ("password", json!("r4nd-Xy77-tmp"))]).await.expect(200);

    // OneLogin: older names, quoted Booleans, a blank before a name.
    idp.onelogin_finds("kim@example.com").await.expect_list(0);
    let kim = idp.onelogin_writes("POST", "/Users", &of_onelogin("kim@example.com")).await.expect(201).id();
    let mut body = of_onelogin("kim@example.com");
    body["active"] = json!("false");
    let put = idp.onelogin_writes("PUT", &format!("/Users/{kim}?"), &body).await.expect(200);
    assert_eq!((put.text_at("/name/familyName"), &put.body["active"]), (" Oh", &json!(false)), "{put}");

    assert_eq!(
        cloud.held(),
        [
            "17 I ada@example.com|Ada|Okafor|ada@example.com|+1 202 555 0142|Engineer|R&D <EMEA>|1798675200000",
            "18 A bo@example.com|Bo|Lind|bo@example.com||Lead||",
            "19 I kim@example.com|Kim| Oh|kim@example.com||Night & day shift|Support|",
        ]
    );
    assert!(!cloud.guide.gateway.log().contains("r4nd"), "a password is nobody's to log");
}

#[tokio::test]
async fn itmc_04_entra_matches_by_the_principal_name() {
    let cloud = Cloud::new().await;
    cloud.product.add("acme GmbH", "Ada.Reyes@example.com", 'I');
    cloud.product.add("acme GmbH", "ada@example.com", 'A');
    let idp = cloud.acme().await;

    // Test Connection: nobody is called like this, and it says so with an empty list. Groups are not mapped.
    idp.find("userName", "6d1c1f7e-8a54-4b0e-9d7b-0c1e2a3b4c5d").await.expect_list(0);
    idp.get("/Groups?excludedAttributes=members&filter=displayName+eq+%226d1c1f7e%22").await.expect_list(0);

    // Whom an administrator made is matched in any case, disabled or not, and changed: nobody is made.
    let found = idp.find("userName", "ada.reyes@example.com").await.expect_list(1);
    assert_eq!(found.body["Resources"][0]["active"], false, "{found}");
    let id = found.text_at("/Resources/0/id").to_owned();
    cloud.take_calls();
    let changes = [
        ("active", json!("True")),
        ("userName", json!("ada.reyes@example.com")),
        ("externalId", json!("ada.reyes")),
        ("name.givenName", json!("Ada")),
    ];
    let patched = idp.patch(&id, &changes).await.expect(200);
    assert_eq!((patched.id(), patched.text_at("/externalId")), (id.clone(), "ada.reyes"), "{patched}");
    assert_eq!(cloud.take_writes(), ["PUT /accounts/17"]);
    assert_eq!(cloud.held(), ["17 A ada.reyes@example.com|Ada||||||", "18 A ada@example.com|||||||"]);

    // The next cycle finds everything as it is and writes nothing, though the product notes who looked when.
    let found = idp.find("userName", "ada.reyes@example.com").await.expect_list(1);
    let again = idp.patch(&id, &changes).await.expect(200);
    assert_eq!(found.text_at("/Resources/0/meta/version"), again.text_at("/meta/version"), "{again}");
    assert_eq!(cloud.take_writes(), [""; 0]);

    // A new user is looked for in every state, made, and read; whose name is taken is a conflict.
    idp.create(&of_entra("eve@example.com")).await.expect(201);
    let lists = ["", "&state=I", "&state=X"].map(|state| format!("GET /accounts?login=eve%40example.com{state}"));
    assert_eq!(
        cloud.take_calls(),
        [&lists[..], &["POST /accounts".to_owned(), "GET /accounts/19".to_owned()]].concat()
    );
    idp.create(&of_entra("ada@example.com")).await.expect_error(409, "uniqueness");
    idp.patch(&id, &[("userName", json!("eve@example.com"))]).await.expect_error(409, "uniqueness");
    let refused = idp.patch(&id, &[(r#"emails[type eq "work"].value"#, json!("nobody"))]).await;
    assert!(refused.expect_error(400, "invalidValue").text_at("/detail").starts_with("`emails`"));
    assert_eq!(cloud.held().len(), 3);
}

#[tokio::test]
async fn itmc_05_okta_tests_its_connector_and_groups_fail_cleanly() {
    let cloud = Cloud::new().await;
    let idp = cloud.acme().await;
    // «HTTP Header» authentication: `Authorization: Bearer`, and not the bare token, unless the tenant says so.
    let bare = |token: &str| Request::new("GET", "/scim/v2/Users?startIndex=1&count=2").header("Authorization", token);
    bare("Bearer sgt_wrong").send(cloud.guide.gateway.scim).await.expect_error(401, "");
    bare(&cloud.issue("globex", &[]).await).send(cloud.guide.gateway.scim).await.expect_error(401, "");

    idp.get("/Users?startIndex=1&count=2").await.expect_list(0);
    let bo = idp.create(&of_okta("bo@example.com")).await.expect(201).id();
    idp.get("/Users?filter=userName%20eq%20%22bo%40example.com%22&startIndex=1&count=100").await.expect_list(1);
    idp.okta_changes(&bo, &[("title", json!("Lead"))]).await.expect(200);
    let taken = idp.create(&of_okta("BO@example.com")).await.expect_error(409, "uniqueness");
    assert!(taken.text_at("/detail").contains("bo@example.com"), "{taken}");

    // Push Groups and Import Groups: an empty list and «not offered», at once, and the product is not bothered.
    cloud.take_calls();
    idp.get("/Groups?startIndex=1&count=100").await.expect_list(0);
    idp.get("/Groups?filter=displayName%20eq%20%22Engineers%22").await.expect_list(0);
    let group = json!({"schemas": [crate::caller::GROUP], "displayName": "Engineers", "members": [{"value": bo}]});
    idp.write("POST", "/Groups", &group).await.expect_error(501, "");
    for method in ["PUT", "PATCH", "DELETE", "GET"] {
        let answer = idp.write(method, "/Groups/17", &group).await;
        assert!(matches!(answer.status, 404 | 501), "{answer}");
        assert_eq!(answer.text_at("/schemas/0"), "urn:ietf:params:scim:api:messages:2.0:Error", "{answer}");
    }
    assert_eq!(cloud.take_calls(), [""; 0]);
    assert_eq!(cloud.held(), ["17 A bo@example.com|Bo|Lind|bo@example.com||Lead||"]);
}

#[tokio::test]
async fn itmc_06_what_okta_deletes_is_disabled() {
    let cloud = Cloud::new().await;
    let idp = cloud.acme().await;
    let id = idp.create(&of_okta("bo@example.com")).await.expect(201).id();
    let changes = [("name", json!({"givenName": "Bo", "familyName": "Berg"})), ("nickName", json!("B"))];
    idp.okta_changes(&id, &changes).await.expect(200);
    assert_eq!(cloud.held(), ["17 A bo@example.com|Bo|Berg|bo@example.com||||"]);

    // Unassigned, deactivated or deleted in Okta: a PUT with `active` false. The account stays, and everything in it.
    cloud.take_calls();
    let off = idp.okta_changes(&id, &[("active", json!(false))]).await.expect(200);
    assert_eq!((off.id(), &off.body["active"]), (id.clone(), &json!(false)), "{off}");
    assert_eq!(cloud.take_writes(), ["PUT /accounts/17"]);
    assert_eq!(cloud.held(), ["17 I bo@example.com|Bo|Berg|bo@example.com||||"]);
    // Okta reads it afterwards, and finds it when the user comes back.
    assert_eq!(idp.read(&id).await.expect(200).body["active"], false);
    let found = idp.find("userName", "bo@example.com").await.expect_list(1);
    assert_eq!(
        (found.text_at("/Resources/0/id"), found.text_at("/Resources/0/externalId")),
        (id.as_str(), "00u1abcdEFGH")
    );

    // Nobody comes back where there is no place: the admin reads why.
    cloud.product.limit("acme GmbH", 0);
    let full = idp.okta_changes(&id, &[("active", json!(true))]).await.expect_error(403, "");
    assert!(full.text_at("/detail").contains("no free seat"), "{full}");
    assert_eq!(idp.read(&id).await.expect(200).body["active"], false);
    cloud.product.limit("acme GmbH", 1);
    let on = idp.okta_changes(&id, &[("active", json!(true))]).await.expect(200);
    assert_eq!((on.id(), &on.body["active"]), (id.clone(), &json!(true)), "{on}");
    assert_eq!(cloud.held(), ["17 A bo@example.com|Bo|Berg|bo@example.com||||"]);
    // What is sent as it is changes nothing.
    cloud.take_calls();
    idp.okta_changes(&id, &[]).await.expect(200);
    assert_eq!(cloud.take_writes(), [""; 0]);
    // What is left out is emptied, what is not there cannot be changed.
    let less = json!({"userName": "bo@example.com", "active": true, "name": {"familyName": "Berg"}});
    idp.put(&id, &less).await.expect(200);
    assert_eq!(cloud.held(), ["17 A bo@example.com||Berg|||||"]);
    idp.put("99", &less).await.expect_error(404, "");
    assert_eq!(cloud.held().len(), 1);
}

#[tokio::test]
async fn itmc_07_users_are_read_page_by_page() {
    let cloud = Cloud::new().await;
    for (state, count) in [('A', 60), ('I', 7), ('X', 5)] {
        for number in 0..count {
            cloud.product.add("acme GmbH", &format!("{state}{number:02}@example.com"), state);
        }
    }
    let idp = cloud.acme().await;
    let mut all = Vec::new();
    for (start, expected) in [(1, 25), (26, 25), (51, 17), (68, 0)] {
        cloud.take_calls();
        let page = idp.get(&format!("/Users?startIndex={start}&count=25")).await.expect(200);
        assert_eq!((&page.body["totalResults"], &page.body["startIndex"]), (&json!(67), &json!(start)), "{page}");
        assert_eq!(page.body["itemsPerPage"], expected, "{page}");
        let users = page.body["Resources"].as_array().unwrap();
        all.extend(users.iter().map(|user| user["userName"].as_str().unwrap().to_owned()));
        // Lists say little: who is on the page is read by id, and nobody else.
        let calls = cloud.take_calls();
        let (lists, reads): (Vec<_>, Vec<_>) = calls.into_iter().partition(|call| call.contains('?'));
        assert_eq!((lists.len(), reads.len()), (2, expected), "a call for each list: {lists:?}");
    }
    let expected: Vec<String> =
        (0..60).map(|n| format!("A{n:02}@example.com")).chain((0..7).map(|n| format!("I{n:02}@example.com"))).collect();
    assert_eq!(all, expected, "everybody once, the archived ones not at all");
    let count = idp.get("/Users?count=0").await.expect(200);
    assert_eq!((&count.body["totalResults"], &count.body["itemsPerPage"]), (&json!(67), &json!(0)), "{count}");
    // By a filter that the product does not know.
    let off = idp.filter("active eq false").await.expect_list(7);
    assert_eq!(off.text_at("/Resources/6/userName"), "I06@example.com");
}

#[tokio::test]
async fn itmc_08_onelogin_deletes_suspends_or_does_nothing() {
    let cloud = Cloud::new().await;
    let idp = cloud.acme().await;
    // «Enable» in its configuration reads users.
    idp.get("/Users?").await.expect_list(0);
    let path = |id: &str| format!("/Users/{id}?");
    let id = idp.onelogin_writes("POST", "/Users", &of_onelogin("kim@example.com")).await.expect(201).id();
    let mut body = of_onelogin("kim@example.com");
    body["name"]["familyName"] = json!("Park");
    idp.onelogin_writes("PUT", &path(&id), &body).await.expect(200);
    assert_eq!(cloud.held(), ["17 A kim@example.com|Kim|Park|kim@example.com||Night & day shift|Support|"]);

    // Suspend: by PUT, or by PATCH as some templates do.
    body["active"] = json!("false");
    idp.onelogin_writes("PUT", &path(&id), &body).await.expect(200);
    assert!(cloud.held()[0].starts_with("17 I kim"), "{:?}", cloud.held());
    for (active, held) in [(true, "17 A kim"), (false, "17 I kim")] {
        let change = json!({"Operations": [{"op": "replace", "path": "active", "value": active}]});
        idp.onelogin_writes("PATCH", &path(&id), &change).await.expect(200);
        assert!(cloud.held()[0].starts_with(held), "{:?}", cloud.held());
    }

    // Do nothing: the account stays as it is; when the user comes back it is found and changed.
    let back = idp.onelogin_finds("kim@example.com").await.expect_list(1);
    assert_eq!(back.text_at("/Resources/0/id"), id);
    body["active"] = json!("true");
    idp.onelogin_writes("PUT", &path(&id), &body).await.expect(200);

    // Delete: the product archives, to SCIM nobody is there.
    cloud.take_calls();
    idp.delete(&id).await.expect(204);
    assert_eq!(cloud.take_writes(), ["DELETE /accounts/17"]);
    let gone = "17 X kim@example.com|Kim|Park|kim@example.com||Night & day shift|Support|";
    assert_eq!(cloud.held(), [gone]);
    idp.read(&id).await.expect_error(404, "");
    idp.delete(&id).await.expect_error(404, "");
    idp.onelogin_writes("PUT", &path(&id), &body).await.expect_error(404, "");
    idp.onelogin_finds("kim@example.com").await.expect_list(0);
    idp.get("/Users").await.expect_list(0);
    assert_eq!((cloud.take_writes(), cloud.held()), (vec![], vec![gone.to_owned()]));

    // Its login is not free, and nobody can take it by a change of name.
    let eve = idp.onelogin_writes("POST", "/Users", &of_onelogin("eve@example.com")).await.expect(201).id();
    let taken = idp.patch(&eve, &[("userName", json!("kim@example.com"))]).await.expect_error(409, "uniqueness");
    assert!(taken.text_at("/detail").starts_with("an archived account has this login"), "{taken}");
    idp.delete(&eve).await.expect(204);

    // Hired again: brought back under the old id, as the IdP has it now.
    cloud.take_calls();
    let mut again = of_onelogin("kim@example.com");
    again["title"] = json!("Lead");
    let revived = idp.onelogin_writes("POST", "/Users", &again).await.expect(201);
    assert_eq!((revived.id(), &revived.body["active"]), (id.clone(), &json!(true)), "{revived}");
    assert_eq!(cloud.take_writes(), ["PUT /accounts/17"]);
    assert_eq!(cloud.held()[0], "17 A kim@example.com|Kim| Oh|kim@example.com||Lead|Support|");
    idp.read(&id).await.expect(200);
}
