//! The guide `talkdesk`: Okta with a bearer token, at the host of the customer's region.
//!
//! Two regions with a contact centre each ([`product`]); the gateway is one, the `Host` header says which of its names was called.

mod product;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use gateway::standin::serve::{Seen, Served};
use json::{Value, json};

use self::product::{CLIENT_ID, Centre, PAGE_ROWS};
use super::{Account, Guide};
use crate::caller::Caller;
use crate::wire::{Answer, Request};

const US_HOST: &str = "scim.callcentre.example.com";
const EU_HOST: &str = "scim.callcentre-eu.example.com";
/// The schema of Talkdesk's extension.
const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:talkdesk:2.0:User";

/// The product in one region.
struct Region {
    centre: Arc<Centre>,
    api: Served,
}

/// Both regions and the gateway before them.
struct World {
    us: Region,
    eu: Region,
    guide: Guide,
}

/// A customer's Okta, which calls one host.
struct Okta {
    caller: Caller,
    host: &'static str,
    gateway: std::net::SocketAddr,
}

impl Region {
    async fn new(name: &'static str) -> Self {
        let centre = Centre::new(name);
        let api = Served::start(centre.clone()).await.unwrap();
        Self { centre, api }
    }

    fn account(&self, id: &'static str, host: &str, params: &str) -> Account {
        Account {
            id,
            profile: "talkdesk",
            base: self.api.url(),
            secrets: vec![("client-id", CLIENT_ID.to_owned()), ("client-secret", self.centre.secret())],
            lines: format!("hosts = [\"{host}\"]\nparams = {{ {params} }}"),
        }
    }

    /// What was called since this was last asked, one call on a line, without the calls that fetch a token and the probe.
    fn take_calls(&self) -> Vec<String> {
        self.take(|_| true)
    }

    /// Those of them that could change something, with their bodies.
    fn take_writes(&self) -> Vec<String> {
        self.take(Seen::writes)
    }

    fn take(&self, wanted: impl Fn(&Seen) -> bool) -> Vec<String> {
        let seen = self
            .api
            .take_seen()
            .into_iter()
            .filter(|seen| !["/oauth/token", "/account"].contains(&seen.target.as_str()) && wanted(seen));
        let line = |seen: Seen| match &seen.body {
            Value::Null => format!("{} {}", seen.method, seen.target),
            body => format!("{} {} {body}", seen.method, seen.target),
        };
        seen.map(line).collect()
    }

    /// The one user that the region has.
    #[track_caller]
    fn only_user(&self) -> Value {
        let mut users = self.centre.users();
        assert_eq!(users.len(), 1, "{users:#?}");
        users.remove(0)
    }
}

impl World {
    /// A customer in either region, one that is strict about attributes, and one that is set up for the wrong region.
    async fn new() -> Self {
        Self::with(|us, eu| {
            vec![
                us.account("acme-us", US_HOST, "region = \"us\""),
                eu.account("acme-eu", EU_HOST, "region = \"eu\""),
                eu.account("strict-eu", EU_HOST, "region = \"eu\", reject_unsupported = true"),
                eu.account("astray", EU_HOST, "region = \"ca\""),
            ]
        })
        .await
    }

    async fn with(customers: impl Fn(&Region, &Region) -> Vec<Account>) -> Self {
        let (us, eu) = (Region::new("us").await, Region::new("eu").await);
        eu.centre.add_teams(&["Day", "Night"]);
        let guide = Guide::start(&customers(&us, &eu), "").await;
        Self { us, eu, guide }
    }

    fn okta(&self, customer: &str, host: &'static str) -> Okta {
        Okta { caller: self.guide.caller(customer), host, gateway: self.guide.gateway.scim }
    }

    /// The one in the EU.
    fn eu_okta(&self) -> Okta {
        self.okta("acme-eu", EU_HOST)
    }

    /// The line of the audit about a request, as the operator's page shows it.
    async fn audited(&self, answer: &Answer) -> String {
        let id = answer.header("x-request-id").unwrap();
        // Audit records are written behind the answer.
        for _ in 0..100 {
            let page = Request::new("GET", "/").send(self.guide.gateway.admin).await.expect(200).text;
            if let Some(row) = page.split("<tr>").find(|row| row.contains(id)) {
                return row.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no audit of {id}")
    }
}

impl Okta {
    async fn get(&self, path: &str) -> Answer {
        self.caller.request("GET", path).header("Host", self.host).send(self.gateway).await
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.caller.request(method, path).header("Host", self.host).json(body).send(self.gateway).await
    }

    async fn create(&self, user: &Value) -> Answer {
        self.send("POST", "/Users", user).await
    }

    async fn put(&self, id: &str, user: &Value) -> Answer {
        self.send("PUT", &format!("/Users/{id}"), user).await
    }

    /// A PATCH without a path.
    async fn patch(&self, id: &str, value: Value) -> Answer {
        let operation = json!({"op": "replace", "value": value});
        let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]});
        self.send("PATCH", &format!("/Users/{id}"), &body).await
    }

    async fn find(&self, login: &str) -> Answer {
        self.get(&format!("/Users?filter=userName%20eq%20%22{login}%22&startIndex=1&count=100")).await
    }
}

/// A user as Okta's integration sends one, without the extension.
fn user(login: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", EXTENSION],
        "userName": login,
        "name": {"givenName": "Ada", "familyName": "Reyes"},
        "emails": [{"primary": true, "value": "ada.reyes@example.com", "type": "work"}],
        "displayName": "Ada Reyes",
        "locale": "en-US",
        "groups": [],
        "password": "of-no-use-here-1",
        "active": true,
    })
}

/// The same with roles and teams.
fn user_with(login: &str, roles: &str, teams: &str) -> Value {
    let mut user = user(login);
    user[EXTENSION] = json!({"rolesString": roles, "teamsString": teams});
    user
}

/// The ids behind names: the first role is `5fa0…0`, the second team `5fb0…1`.
fn ids(kind: char, numbers: &[usize]) -> Value {
    numbers.iter().map(|number| Value::from(format!("5f{kind}{number:021x}"))).collect()
}

#[tokio::test]
async fn talkdesk_01_a_token_on_the_host_of_another_region_is_refused_and_nothing_is_forwarded() {
    let world = World::new().await;
    for (customer, host) in [("acme-eu", US_HOST), ("acme-us", EU_HOST), ("acme-us", "scim.example.com")] {
        let stranger = world.okta(customer, host);
        stranger.find("ada").await.expect_error(401, "");
        stranger.create(&user("ada")).await.expect_error(401, "");
        assert_eq!((world.us.take_calls(), world.eu.take_calls()), (vec![], vec![]), "{customer} at {host}");
    }
    let made = world.eu_okta().create(&user("ada")).await.expect(201);
    let location = made.header("location").unwrap();
    assert!(location.starts_with(&format!("http://{EU_HOST}:")), "{location}");
    assert_eq!(world.us.take_calls(), Vec::<String>::new());
    world.eu.only_user();
    world.okta("acme-us", US_HOST).find("ada").await.expect_list(0);
    assert_eq!(world.us.take_calls(), ["GET /users?login=ada"]);
    assert_eq!(world.eu.take_writes().len(), 1, "the create and nothing else");

    // Who is set up for another region than the account's is told so by the product.
    let astray = world.okta("astray", EU_HOST).find("ada").await.expect_error(503, "");
    assert_eq!(astray.text_at("/detail"), "this account is in another region than the provisioning is set up for");
}

#[tokio::test]
async fn talkdesk_01_the_token_for_the_region_is_fetched_once_and_again_when_it_is_refused() {
    let world = World::with(|_, eu| vec![eu.account("acme-eu", EU_HOST, "region = \"eu\"")]).await;
    let okta = world.eu_okta();
    for _ in 0..3 {
        okta.find("ada").await.expect_list(0);
    }
    assert_eq!(world.eu.centre.tokens(), 1);
    world.eu.centre.revoke();
    okta.find("ada").await.expect_list(0);
    assert_eq!((world.eu.centre.tokens(), world.us.centre.tokens()), (2, 0));
    let log = world.guide.gateway.log();
    assert!(!log.contains("client-secret-of") && !log.contains("eu-token-"), "{log}");
}

#[tokio::test]
async fn talkdesk_02_user_name_and_both_names_are_mandatory_and_the_missing_one_is_named() {
    let world = World::new().await;
    let okta = world.eu_okta();
    for (pointer, named) in
        [("/userName", "userName"), ("/name/givenName", "name.givenName"), ("/name/familyName", "name.familyName")]
    {
        for nothing in [Value::Null, json!("")] {
            let mut lacking = user("ada");
            *lacking.pointer_mut(pointer).unwrap() = nothing;
            let refused = okta.create(&lacking).await.expect_error(400, "invalidValue");
            assert!(refused.text_at("/detail").contains(named), "{refused}");
        }
    }
    assert_eq!(world.eu.take_writes(), Vec::<String>::new());
    okta.create(&user("ada")).await.expect(201);
    world.eu.only_user();
}

#[tokio::test]
async fn talkdesk_03_roles_and_teams_are_looked_up_and_an_unknown_one_is_named_and_creates_nothing() {
    let world = World::new().await;
    let okta = world.eu_okta();
    for (roles, teams, named) in [
        ("Wizard", "Day", "`Wizard` among the roles"),
        ("Agent, Wizard", "", "`Wizard` among the roles"),
        ("Agent", "Day,Noon", "`Noon` among the teams"),
    ] {
        let refused = okta.create(&user_with("ada", roles, teams)).await.expect_error(400, "invalidValue");
        assert!(refused.text_at("/detail").contains(named), "{refused}");
    }
    assert_eq!((world.eu.take_writes(), world.eu.centre.users()), (vec![], vec![]));

    let made = okta.create(&user_with("ada", "Supervisor, Agent", "Night")).await.expect(201);
    let held = world.eu.only_user();
    assert_eq!((&held["role_ids"], &held["team_ids"]), (&ids('a', &[0, 1]), &ids('b', &[1])));
    assert_eq!(made.body[EXTENSION], json!({"rolesString": "Supervisor, Agent", "teamsString": "Night"}));

    let id = made.id();
    world.eu.take_writes();
    let refused = okta.patch(&id, json!({EXTENSION: {"rolesString": "Wizard"}})).await;
    refused.expect_error(400, "invalidValue");
    okta.put(&id, &user_with("ada", "Agent,Supervisor", "night")).await.expect(200);
    assert_eq!(world.eu.take_writes(), Vec::<String>::new(), "the same in another order and case");
    okta.put(&id, &user_with("ada", "Administrator", "Day,Night")).await.expect(200);
    let expected = [
        format!("PUT /users/{id}/roles {}", json!({"role_ids": ids('a', &[2])})),
        format!("PUT /users/{id}/teams {}", json!({"team_ids": ids('b', &[1, 0])})),
    ];
    assert_eq!(world.eu.take_writes(), expected);
    assert_eq!(world.eu.only_user()["role_ids"], ids('a', &[2]));
}

#[tokio::test]
async fn talkdesk_03_an_account_without_teams_has_none_to_name() {
    let world = World::new().await;
    let okta = world.okta("acme-us", US_HOST);
    let refused = okta.create(&user_with("ada", "Agent", "Day")).await.expect_error(400, "invalidValue");
    assert!(refused.text_at("/detail").contains("`Day` among the teams"), "{refused}");
    okta.create(&user_with("ada", "Agent", "")).await.expect(201);
    assert_eq!(world.us.only_user()["team_ids"], json!([]));
}

#[tokio::test]
async fn talkdesk_04_what_is_not_mapped_is_agent_in_no_team_and_active() {
    let world = World::new().await;
    let mut plain = user("ada");
    plain.as_object_mut().unwrap().remove("active");
    let made = world.eu_okta().create(&plain).await.expect(201);
    let held = world.eu.only_user();
    assert_eq!(
        (&held["role_ids"], &held["team_ids"], &held["status"]),
        (&ids('a', &[0]), &json!([]), &json!("active"))
    );
    assert_eq!((&made.body[EXTENSION], &made.body["active"]), (&json!({"rolesString": "Agent"}), &json!(true)));
}

#[tokio::test]
async fn talkdesk_05_an_update_without_the_extension_does_not_reset_role_and_teams() {
    let world = World::new().await;
    let okta = world.eu_okta();
    let id = world.eu.centre.add_user("ada", &["Supervisor"], &["Night"]);
    okta.patch(&id, json!({"active": false})).await.expect(200);
    world.eu.take_writes();
    let mut changed = user("ada");
    changed["active"] = json!(false);
    let shown = okta.put(&id, &changed).await.expect(200);
    let profile = json!({"first_name": "Ada", "last_name": "Reyes", "email": "ada.reyes@example.com"});
    assert_eq!(world.eu.take_writes(), [format!("PATCH /users/{id}/profile {profile}")]);
    let held = world.eu.only_user();
    assert_eq!((&held["role_ids"], &held["team_ids"], &held["profile"]), (&ids('a', &[1]), &ids('b', &[1]), &profile));
    assert_eq!(shown.body[EXTENSION], json!({"rolesString": "Supervisor", "teamsString": "Night"}));
    changed.as_object_mut().unwrap().remove("active");
    okta.put(&id, &changed).await.expect(200);
    assert_eq!((world.eu.take_writes(), &world.eu.only_user()["status"]), (vec![], &json!("inactive")));
}

#[tokio::test]
async fn talkdesk_06_the_external_id_is_optional_and_any_text() {
    let world = World::new().await;
    let okta = world.eu_okta();
    let plain = okta.create(&user("ada")).await.expect(201);
    assert_eq!(plain.body["externalId"], Value::Null);
    let mut known = user("kit");
    known["externalId"] = json!("00u1 / ünïque & free");
    let made = okta.create(&known).await.expect(201);
    assert_eq!(made.body["externalId"], known["externalId"]);
    let filter = "externalId%20eq%20%2200u1%20%2F%20%C3%BCn%C3%AFque%20%26%20free%22";
    let found = okta.get(&format!("/Users?filter={filter}")).await.expect_list(1);
    assert_eq!(found.body["Resources"][0]["id"], made.body["id"]);
    world.eu.take_writes();
    let changed = okta.patch(&plain.id(), json!({"externalId": "00u2"})).await.expect(200);
    assert_eq!((changed.text_at("/externalId"), world.eu.take_writes()), ("00u2", vec![]));
}

#[tokio::test]
async fn talkdesk_07_unsupported_attributes_are_left_out_with_a_warning_in_the_audit() {
    let world = World::new().await;
    let mut titled = user("ada");
    titled["name"]["honorificPrefix"] = json!("Dr.");
    let made = world.eu_okta().create(&titled).await.expect(201);
    assert_eq!(made.body["name"], json!({"givenName": "Ada", "familyName": "Reyes"}));
    let held = world.eu.only_user().to_string();
    assert!(!held.contains("Dr."), "{held}");
    let row = world.audited(&made).await;
    let warning = row.split("left out: ").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
    let named: BTreeSet<&str> = warning.split(", ").collect();
    assert_eq!(named, BTreeSet::from(["name.honorificPrefix", "displayName", "locale"]), "{row}");
    assert!(!row.contains("Dr.") && !row.contains("Ada"), "{row}");

    let read = world.eu_okta().find("ada").await.expect_list(1);
    assert!(!world.audited(&read).await.contains("left out"));
}

#[tokio::test]
async fn talkdesk_07_unsupported_attributes_are_refused_where_the_customer_wants_it_so() {
    let world = World::new().await;
    let okta = world.okta("strict-eu", EU_HOST);
    let mut supported = user("ada");
    for name in ["displayName", "locale"] {
        supported.as_object_mut().unwrap().remove(name);
    }
    let mut titled = supported.clone();
    titled["name"]["honorificPrefix"] = json!("Dr.");
    let refused = okta.create(&titled).await.expect_error(400, "invalidValue");
    assert!(refused.text_at("/detail").contains("`name.honorificPrefix`"), "{refused}");
    assert_eq!((world.eu.take_calls(), world.eu.centre.users()), (vec![], vec![]));

    let id = okta.create(&supported).await.expect(201).id();
    world.eu.take_writes();
    for body in [json!({"name": {"honorificPrefix": "Dr."}}), json!({"title": "Agent"}), json!({"shoeSize": 38})] {
        okta.patch(&id, body).await.expect_error(400, "invalidValue");
    }
    okta.put(&id, &titled).await.expect_error(400, "invalidValue");
    assert_eq!(world.eu.take_writes(), Vec::<String>::new());
    okta.put(&id, &supported).await.expect(200);
}

#[tokio::test]
async fn talkdesk_08_deactivated_and_reactivated_without_a_path_and_changed_by_put() {
    let world = World::new().await;
    let okta = world.eu_okta();
    let id = okta.create(&user_with("ada", "Supervisor", "Night")).await.expect(201).id();
    world.eu.take_writes();
    for (active, call, status) in [(false, "deactivate", "inactive"), (true, "activate", "active")] {
        for calls in [vec![format!("POST /users/{id}/{call}")], vec![]] {
            let shown = okta.patch(&id, json!({"active": active})).await.expect(200);
            assert_eq!((&shown.body["active"], world.eu.take_writes()), (&json!(active), calls));
        }
        assert_eq!(world.eu.only_user()["status"], status);
        let found = okta.find("ada").await.expect_list(1);
        assert_eq!(found.body["Resources"][0]["active"], active);
    }
    let mut changed = user_with("ada.reyes@example.com", "Supervisor", "Night");
    changed["name"]["givenName"] = json!("Adele");
    for calls in [2, 0] {
        okta.put(&id, &changed).await.expect(200);
        assert_eq!(world.eu.take_writes().len(), calls);
    }
    let held = world.eu.only_user();
    assert_eq!((&held["login"], &held["profile"]["first_name"]), (&changed["userName"], &json!("Adele")));

    okta.send("DELETE", &format!("/Users/{id}"), &Value::Null).await.expect(204);
    assert_eq!(world.eu.only_user()["status"], "inactive");
}

#[tokio::test]
async fn talkdesk_08_a_new_user_who_is_inactive_is_deactivated_once_the_product_has_made_them() {
    let world = World::new().await;
    let mut inactive = user("ada");
    inactive["active"] = json!(false);
    let made = world.eu_okta().create(&inactive).await.expect(201);
    assert_eq!((&made.body["active"], &world.eu.only_user()["status"]), (&json!(false), &json!("inactive")));
}

#[tokio::test]
async fn talkdesk_09_a_user_name_may_be_an_address_and_need_not() {
    let world = World::new().await;
    let okta = world.eu_okta();
    for login in ["ada.reyes@example.com", "agent-7", "4155550100", "Ünï Cödé"] {
        let made = okta.create(&user(login)).await.expect(201);
        assert_eq!(made.text_at("/userName"), login);
    }
    let logins: Vec<Value> = world.eu.centre.users().iter().map(|user| user["login"].clone()).collect();
    assert_eq!(logins, ["ada.reyes@example.com", "agent-7", "4155550100", "Ünï Cödé"]);
    okta.create(&user("AGENT-7")).await.expect_error(409, "uniqueness");
    okta.find("agent-7").await.expect_list(1);
}

#[tokio::test]
async fn talkdesk_an_import_follows_the_links_of_all_pages_and_an_empty_account_is_an_empty_list() {
    let world = World::new().await;
    world.okta("acme-us", US_HOST).get("/Users?startIndex=1&count=100").await.expect_list(0);
    let made: BTreeSet<String> = (0..2 * PAGE_ROWS + 20)
        .map(|number| world.eu.centre.add_user(&format!("agent-{number}"), &["Agent"], &[]))
        .collect();
    let okta = world.eu_okta();
    let mut seen = Vec::new();
    for start in [1, 101] {
        let page = okta.get(&format!("/Users?startIndex={start}&count=100")).await.expect(200);
        assert_eq!(page.body["totalResults"], made.len());
        let rows = page.body["Resources"].as_array().unwrap();
        assert!(rows.iter().all(|row| row["name"]["givenName"] == "By"), "joined: {page}");
        seen.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
    }
    assert_eq!((seen.len(), seen.into_iter().collect::<BTreeSet<_>>()), (made.len(), made));
}
