//! The guide `telemetrytv`: Okta with an API token imports users and groups of a digital signage product, pushes groups and syncs
//! passwords. `docs/idp-dialects.md` §5, one test for each line.
//!
//! The dialect is Okta's (§2b): a filter before each create, a random password in it, PUT of the whole merged profile, PATCH without
//! a path, groups that are renamed with their id in the value.

mod product;

use std::collections::BTreeSet;
use std::sync::Arc;

use gateway::standin::serve::Served;
use json::{Value, json};

use self::product::Product;
use super::{Account, Guide};
use crate::caller::Caller;
use crate::wire::{Answer, Request};
use crate::world::token;

/// The product key of the account `signs`.
const KEY: &str = "pk-7e1f0c-of-signs";
/// That of the account `kiosks`, whose Okta sends its token without a scheme.
const OTHER_KEY: &str = "pk-90ab12-of-kiosks";
/// What every password here begins with.
const MARK: &str = "Zq7-secret";

/// The product, its API, and the gateway before it.
struct Signage {
    product: Arc<Product>,
    api: Served,
    guide: Guide,
}

impl Signage {
    async fn new(sections: &str) -> Self {
        let product = Product::new();
        product.open(KEY);
        product.open(OTHER_KEY);
        let api = Served::start(product.clone()).await.unwrap();
        let account = |id, key: &str, lines: &str| Account {
            id,
            profile: "telemetrytv",
            base: api.url(),
            secrets: vec![("product-key", key.to_owned())],
            lines: lines.to_owned(),
        };
        let accounts = [account("signs", KEY, ""), account("kiosks", OTHER_KEY, "raw_token = true")];
        let guide = Guide::start(&accounts, sections).await;
        Self { product, api, guide }
    }

    fn okta(&self) -> Caller {
        self.guide.caller("signs")
    }

    /// The calls that the product has seen since this was last asked, one per line, without the key. The probe comes when it comes.
    fn calls(&self) -> Vec<String> {
        let seen = self.api.take_seen().into_iter().filter(|seen| !seen.target.starts_with("/ping"));
        let line = |seen: gateway::standin::serve::Seen| {
            let target =
                seen.target.replace(&format!("&product_key={KEY}"), "").replace(&format!("?product_key={KEY}"), "");
            let body = if seen.body.is_null() { String::new() } else { format!(" {}", seen.body) };
            format!("{} {target}{body}", seen.method)
        };
        seen.map(line).collect()
    }

    /// The same, of those that could change something.
    fn writes(&self) -> Vec<String> {
        self.calls().into_iter().filter(|call| !call.starts_with("GET ")).collect()
    }

    /// Somebody is assigned, and there now; gives the id.
    async fn assigned(&self, login: &str) -> String {
        let id = assign(&self.okta(), login).await.expect(201).id();
        self.calls();
        id
    }
}

/// What Okta sends for a new user.
fn newcomer(login: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": login,
        "name": {"givenName": "Kit", "familyName": "Moss"},
        "emails": [{"primary": true, "value": login, "type": "work"}],
        "displayName": "Kit Moss",
        "locale": "en-US",
        "externalId": format!("00u-{login}"),
        "groups": [],
        "password": format!("{MARK}-random"),
        "active": true,
    })
}

/// Okta looks before it makes somebody.
async fn assign(okta: &Caller, login: &str) -> Answer {
    let filter = format!("/Users?filter=userName%20eq%20%22{}%22&startIndex=1&count=100", login.replace('@', "%40"));
    okta.get(&filter).await.expect_list(0);
    okta.create(&newcomer(login)).await
}

/// A PATCH without a path.
async fn patch(okta: &Caller, id: &str, value: Value) -> Answer {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "value": value}],
    });
    okta.write("PATCH", &format!("/Users/{id}"), &body).await
}

/// A PUT of the whole merged profile: what Okta has just read, with `changes` on top.
async fn merge(okta: &Caller, id: &str, changes: Value) -> Answer {
    let mut body = okta.read(id).await.expect(200).body;
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    okta.put(id, &body).await
}

fn names(answer: &Answer, attribute: &str) -> Vec<String> {
    let rows = answer.body["Resources"].as_array().cloned().unwrap_or_default();
    rows.iter().map(|row| row[attribute].as_str().unwrap().to_owned()).collect()
}

// === 1 ===

#[tokio::test]
async fn telemetrytv_01_one_api_token_per_account_bearer_and_raw() {
    let signage = Signage::new("").await;
    signage.product.seed_users(KEY, 2);
    signage.product.seed_users(OTHER_KEY, 1);
    let scim = signage.guide.gateway.scim;
    let ask = async |authorization: &str| {
        Request::new("GET", "/scim/v2/Users?startIndex=1&count=2")
            .header("Authorization", authorization)
            .send(scim)
            .await
    };
    let (signs, kiosks) = (token("signs"), token("kiosks"));
    // Okta's «Test API Credentials», with the token as it is pasted, and each account sees its own users only.
    ask(&format!("Bearer {signs}")).await.expect_list(2);
    assert_eq!(signage.calls(), ["GET /users?order=id&from=0&max=2"]);
    ask(&kiosks).await.expect_list(1);
    ask(&format!("Bearer {kiosks}")).await.expect_list(1);
    signage.okta().get("/Groups?startIndex=1&count=100").await.expect_list(0);
    signage.calls();
    for wrong in [
        &signs,
        &format!("Bearer Bearer {signs}"),
        "Bearer sgt_of-nobody",
        "sgt_of-nobody",
        "",
        &format!("Basic {kiosks}"),
    ] {
        let refused = ask(wrong).await.expect_error(401, "");
        assert!(refused.header("www-authenticate").is_some(), "{refused}");
    }
    assert!(signage.calls().is_empty(), "whoever is not let in reaches no product");
}

// === 2 ===

#[tokio::test]
async fn telemetrytv_02_users_are_imported_in_pages_and_groups_with_their_members() {
    let signage = Signage::new("").await;
    let ids = signage.product.seed_users(KEY, 250);
    signage.product.seed_group(KEY, "Lobby Screens", &ids[..3]);
    signage.product.seed_group(KEY, "Canteen", &[]);
    let okta = signage.okta();
    let mut imported = Vec::new();
    for start in [1, 101, 201] {
        let page = okta.get(&format!("/Users?startIndex={start}&count=100")).await.expect(200);
        assert_eq!((&page.body["totalResults"], &page.body["startIndex"]), (&json!(250), &json!(start)), "{page}");
        imported.extend(names(&page, "id"));
        assert_eq!(signage.calls(), [format!("GET /users?order=id&from={}&max=100", start - 1)]);
        // Somebody changes in between: whoever was changed last comes first in the product's own order.
        let last = imported.last().unwrap().clone();
        patch(&okta, &last, json!({"active": false})).await.expect(200);
        signage.calls();
    }
    assert_eq!(imported.iter().collect::<BTreeSet<_>>().len(), 250, "somebody came twice");
    let expected: Vec<String> = ids.iter().map(u64::to_string).collect();
    assert_eq!(imported, expected, "the order is not stable");
    let last = okta.get("/Users?startIndex=201&count=100").await.expect(200);
    assert_eq!(last.body["Resources"][49]["active"], false, "who is not active is imported too");
    let behind = okta.get("/Users?startIndex=251&count=100").await.expect(200);
    assert_eq!((&behind.body["totalResults"], names(&behind, "id")), (&json!(250), Vec::new()), "{behind}");

    let groups = okta.get("/Groups?startIndex=1&count=100").await.expect_list(2);
    assert_eq!(names(&groups, "displayName"), ["Lobby Screens", "Canteen"]);
    let members: Vec<Value> = expected[..3].iter().map(|id| json!(id)).collect();
    let shown = groups.body["Resources"][0]["members"].as_array().unwrap().iter().map(|member| member["value"].clone());
    assert_eq!(shown.collect::<Vec<_>>(), members);
    assert_eq!(groups.body["Resources"][1].get("members").and_then(Value::as_array).map_or(0, Vec::len), 0, "{groups}");
}

// === 3 ===

#[tokio::test]
async fn telemetrytv_03_create_update_deactivate_and_reactivate() {
    let signage = Signage::new("").await;
    let okta = signage.okta();
    let made = assign(&okta, "kit@example.com").await.expect(201);
    let id = made.id();
    assert_eq!((made.text_at("/userName"), &made.body["active"]), ("kit@example.com", &json!(true)), "{made}");
    let user = json!({
        "handle": "kit@example.com", "email": "kit@example.com", "first_name": "Kit", "last_name": "Moss",
        "screen_name": "Kit Moss", "sso_ref": "00u-kit@example.com", "state": "on",
        "id": id.parse::<u64>().unwrap(), "rev": 2,
    });
    assert_eq!(signage.product.user(KEY, "kit@example.com"), user);
    signage.calls();

    // The profile changes: PUT of the whole, of which one field differs.
    let put = merge(&okta, &id, json!({"name": {"givenName": "Kit", "familyName": "Marsh"}})).await.expect(200);
    assert_eq!(put.text_at("/name/familyName"), "Marsh", "{put}");
    assert_eq!(signage.writes(), [format!("PATCH /users/{id} {}", json!({"last_name": "Marsh"}))]);
    merge(&okta, &id, json!({})).await.expect(200);
    assert!(signage.writes().is_empty(), "nothing changed");

    assert_eq!(patch(&okta, &id, json!({"active": false})).await.expect(200).body["active"], false);
    assert_eq!(signage.product.user(KEY, "kit@example.com")["state"], "off");
    assert_eq!(okta.read(&id).await.expect(200).body["active"], false, "the user survives");
    okta.find("userName", "kit@example.com").await.expect_list(1);
    assert_eq!(signage.writes(), [format!("PATCH /users/{id} {}", json!({"state": "off"}))]);
    assert_eq!(patch(&okta, &id, json!({"active": true})).await.expect(200).body["active"], true);
    assert_eq!(signage.product.user(KEY, "kit@example.com")["state"], "on");
    // The AIW does both by PUT.
    assert_eq!(merge(&okta, &id, json!({"active": false})).await.expect(200).body["active"], false);
    assert_eq!(signage.product.user(KEY, "kit@example.com")["state"], "off");

    let twin = okta.create(&newcomer("KIT@example.com")).await.expect_error(409, "uniqueness");
    assert!(!twin.text_at("/detail").is_empty() && signage.product.count(KEY) == 1, "{twin}");
    let mut other = newcomer("kit.b@example.com");
    other["emails"][0]["value"] = json!("kit@example.com");
    let taken = okta.create(&other).await.expect_error(409, "uniqueness");
    assert_eq!(taken.text_at("/detail"), "the e-mail address is already in use");
    assert_eq!(signage.product.count(KEY), 1);
}

#[tokio::test]
async fn telemetrytv_03_who_is_faster_at_the_product_is_not_overwritten() {
    let signage = Signage::new("").await;
    let okta = signage.okta();
    let id = signage.assigned("kit@example.com").await;
    let writes = |count| vec![format!("PATCH /users/{id} {}", json!({"screen_name": "Kit"})); count];

    signage.product.race(KEY, 1);
    patch(&okta, &id, json!({"displayName": "Kit"})).await.expect(200);
    assert_eq!(signage.product.user(KEY, "kit@example.com")["screen_name"], "Kit");
    assert_eq!(signage.writes(), writes(2), "stale, then done");

    patch(&okta, &id, json!({"displayName": "Kit Moss"})).await.expect(200);
    signage.calls();
    // Somebody is faster each time: the IdP shall try again later.
    signage.product.race(KEY, 99);
    let late = patch(&okta, &id, json!({"displayName": "Kit"})).await.expect_error(503, "");
    assert!(late.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()), "{late}");
    assert_eq!(signage.writes(), writes(3));
    assert_eq!(signage.product.user(KEY, "kit@example.com")["screen_name"], "Kit Moss");
}

// === 4 ===

#[tokio::test]
async fn telemetrytv_04_passwords_reach_the_product_by_their_own_call() {
    let signage = Signage::new("").await;
    let (okta, held) = (signage.okta(), |signage: &Signage| signage.product.password(KEY, "kit@example.com"));
    assign(&okta, "kit@example.com").await.expect(201);
    assert_eq!(held(&signage), format!("{MARK}-random"));
    let id = signage.product.user(KEY, "kit@example.com")["id"].to_string();
    assert_eq!(
        signage.writes(),
        [
            format!(
                "POST /users {}",
                json!({
                    "handle": "kit@example.com", "email": "kit@example.com", "first_name": "Kit", "last_name": "Moss",
                    "screen_name": "Kit Moss", "sso_ref": "00u-kit@example.com", "state": "on",
                })
            ),
            format!("PUT /users/{id}/password {}", json!({"password": format!("{MARK}-random")})),
        ]
    );
    patch(&okta, &id, json!({"password": format!("{MARK}-patched")})).await.expect(200);
    assert_eq!(held(&signage), format!("{MARK}-patched"));
    assert_eq!(signage.calls().len(), 2, "a read and the password");

    // The AIW sends it in the whole profile; a change of the profile beside it names the revision that the password made.
    merge(&okta, &id, json!({"password": format!("{MARK}-put"), "displayName": "Kit"})).await.expect(200);
    assert_eq!(held(&signage), format!("{MARK}-put"));
    assert_eq!(
        signage.writes(),
        [
            format!("PUT /users/{id}/password {}", json!({"password": format!("{MARK}-put")})),
            format!("PATCH /users/{id} {}", json!({"screen_name": "Kit"})),
        ]
    );
    merge(&okta, &id, json!({})).await.expect(200);
    assert!(signage.writes().is_empty(), "no password: it stays as it is");
    assert_eq!(held(&signage), format!("{MARK}-put"));

    let weak = patch(&okta, &id, json!({"password": "short"})).await.expect_error(400, "invalidValue");
    assert_eq!(weak.text_at("/detail"), "`password` needs eight characters at least");
    assert_eq!(held(&signage), format!("{MARK}-put"));
    let mut body = newcomer("noor@example.com");
    body["password"] = json!("short");
    okta.create(&body).await.expect_error(400, "invalidValue");
    assert_eq!(signage.product.user(KEY, "noor@example.com"), Value::Null, "nobody is left behind");
}

#[tokio::test]
async fn telemetrytv_04_neither_passwords_nor_the_product_key_are_said_anywhere() {
    let mut signage = Signage::new("[log]\nlevel = \"trace\"\n").await;
    let okta = signage.okta();
    let mut heard = Vec::new();
    let made = assign(&okta, "kit@example.com").await.expect(201);
    let id = made.id();
    heard.push(made);
    heard.push(patch(&okta, &id, json!({"password": format!("{MARK}-2")})).await.expect(200));
    heard.push(merge(&okta, &id, json!({"password": format!("{MARK}-3"), "displayName": "K"})).await.expect(200));
    heard.push(okta.get(&format!("/Users/{id}?attributes=password")).await.expect(200));
    heard.push(patch(&okta, &id, json!({"password": {"value": format!("{MARK}-4")}})).await.expect(400));
    heard.push(okta.filter(&format!("password eq \"{MARK}-3\"")).await.expect(400));
    signage.product.race(KEY, 99);
    heard.push(patch(&okta, &id, json!({"password": format!("{MARK}-5")})).await.expect(503));
    assert_eq!(signage.product.password(KEY, "kit@example.com"), format!("{MARK}-3"));
    let keys = [KEY, OTHER_KEY].map(|key| format!("product_key={key}"));
    assert!(signage.api.seen().iter().all(|seen| keys.iter().any(|key| seen.target.contains(key))), "in every call");
    // The product goes away: errors of connections like to tell the URL.
    signage.api.stop().await;
    heard.push(patch(&okta, &id, json!({"password": format!("{MARK}-6")})).await.expect(503));
    heard.push(assign_blindly(&okta).await);

    let admin = signage.guide.gateway.admin;
    for page in ["/", "/metrics", "/status"] {
        heard.push(Request::new("GET", page).send(admin).await);
    }
    let Guide { gateway, folder } = signage.guide;
    gateway.terminate();
    let (status, _, log) = gateway.ended().await;
    assert!(status.success(), "{log}");
    assert!(
        log.contains("\"level\":\"DEBUG\"") && log.contains("\"operation\":\"user.patch\""),
        "nothing is logged:\n{log}"
    );
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
    // The rig's own files hold the keys, because the configuration names them.
    let kept: Vec<u8> = files
        .filter(|file| !file.to_string_lossy().ends_with("-product-key"))
        .flat_map(|file| std::fs::read(file).unwrap())
        .collect();
    let kept = String::from_utf8_lossy(&kept).into_owned();
    let told = |answer: &Answer| answer.text.clone() + answer.header("location").unwrap_or_default();
    let answers: String = heard.iter().map(told).collect();
    for (place, text) in [("an answer", answers), ("the log", log), ("store or audit", kept)] {
        assert!(!text.is_empty(), "nothing was looked at: {place}");
        assert!(!text.contains(MARK), "{place} holds a password");
        assert!(!text.contains(KEY) && !text.contains(OTHER_KEY), "{place} holds a product key");
    }
}

/// A create of somebody while the product is away.
async fn assign_blindly(okta: &Caller) -> Answer {
    okta.create(&newcomer("noor@example.com")).await.expect(503)
}

// === 5 ===

#[tokio::test]
async fn telemetrytv_05_a_user_name_is_not_changed_and_the_address_is() {
    let signage = Signage::new("").await;
    let okta = signage.okta();
    let id = signage.assigned("kit@example.com").await;
    let new = "kit.marsh@example.com";
    let email = json!([{"primary": true, "value": new, "type": "work"}]);
    let put = merge(&okta, &id, json!({"userName": new, "emails": email})).await.expect(200);
    assert_eq!((put.text_at("/userName"), put.text_at("/emails/0/value")), ("kit@example.com", new), "{put}");
    assert_eq!(signage.writes(), [format!("PATCH /users/{id} {}", json!({"email": new}))]);
    let user = signage.product.user(KEY, "kit@example.com");
    assert_eq!((&user["handle"], &user["email"]), (&json!("kit@example.com"), &json!(new)));
    assert_eq!(signage.product.user(KEY, new), Value::Null);

    // Of itself, by PUT and by PATCH, it writes nothing, and is found by the name that it has.
    merge(&okta, &id, json!({"userName": new})).await.expect(200);
    assert_eq!(patch(&okta, &id, json!({"userName": new})).await.expect(200).text_at("/userName"), "kit@example.com");
    assert!(signage.writes().is_empty());
    okta.find("userName", new).await.expect_list(0);
    assert_eq!(okta.find("userName", "kit@example.com").await.expect_list(1).text_at("/Resources/0/id"), id);
}

// === 6 ===

#[tokio::test]
async fn telemetrytv_06_a_group_is_pushed_filled_renamed_and_deleted() {
    let signage = Signage::new("").await;
    let okta = signage.okta();
    let kit = signage.assigned("kit@example.com").await;
    let noor = signage.assigned("noor@example.com").await;
    let members = |signage: &Signage, name: &str| signage.product.group(KEY, name)["user_ids"].to_string();

    okta.get("/Groups?filter=displayName%20eq%20%22Lobby%22&startIndex=1&count=100").await.expect_list(0);
    let id = okta.create_group("Lobby", &[]).await;
    let path = format!("/groups/{id}");
    assert_eq!(signage.writes(), [format!("POST /groups {}", json!({"name": "Lobby"}))]);
    // Okta names the group before each change of its members.
    let named = json!([{"op": "replace", "value": {"id": id, "displayName": "Lobby"}}]);
    okta.patch_group(&id, named).await.expect(204);
    assert!(signage.writes().is_empty());
    okta.patch_group(&id, json!([{"op": "add", "path": "members", "value": [{"value": kit, "display": "kit"}]}]))
        .await
        .expect(204);
    assert_eq!(members(&signage, "Lobby"), format!("[{kit}]"));
    assert_eq!(okta.members(&id).await, std::slice::from_ref(&kit), "pushed at once");
    signage.calls();
    let both = json!([
        {"op": "remove", "path": format!("members[value eq \"{kit}\"]")},
        {"op": "add", "path": "members", "value": [{"value": noor, "display": "noor"}]},
    ]);
    okta.patch_group(&id, both).await.expect(204);
    let list = json!({"user_ids": [noor.parse::<u64>().unwrap()]});
    assert_eq!(signage.calls(), [format!("GET {path}"), format!("GET {path}"), format!("PATCH {path} {list}")]);

    // Somebody adds a screen at the product in between: nobody's change is lost.
    signage.product.race(KEY, 1);
    okta.patch_group(&id, json!([{"op": "add", "path": "members", "value": [{"value": kit}]}])).await.expect(204);
    assert_eq!(members(&signage, "Lobby"), format!("[{noor},{kit}]"));
    assert_eq!(signage.writes().len(), 2, "stale, then done");
    okta.patch_group(&id, json!([{"op": "add", "path": "members", "value": [{"value": kit}]}])).await.expect(204);
    assert!(signage.writes().is_empty(), "kit is a member already");
    let nobody = json!([{"op": "add", "path": "members", "value": [{"value": "999"}]}]);
    let unknown = okta.patch_group(&id, nobody).await.expect_error(400, "invalidValue");
    assert_eq!(unknown.text_at("/detail"), "`members` names a user who does not exist");
    assert_eq!(members(&signage, "Lobby"), format!("[{noor},{kit}]"));

    // «Push now»: all of them, possibly none; then another name and other members at once, as the AIW does by PUT.
    okta.patch_group(&id, json!([{"op": "replace", "path": "members", "value": []}])).await.expect(204);
    assert_eq!(members(&signage, "Lobby"), "[]");
    let whole = json!({"displayName": "Foyer", "members": [{"value": kit}, {"value": noor}]});
    okta.write("PUT", &format!("/Groups/{id}"), &whole).await.expect(200);
    assert_eq!(
        (members(&signage, "Foyer"), members(&signage, "Lobby")),
        (format!("[{kit},{noor}]"), "null".to_owned())
    );
    signage.calls();
    let renamed = json!([{"op": "replace", "value": {"id": id, "displayName": "Entrance"}}]);
    okta.patch_group(&id, renamed).await.expect(204);
    assert_eq!(signage.writes(), [format!("PATCH {path} {}", json!({"name": "Entrance"}))]);
    assert_eq!(members(&signage, "Entrance"), format!("[{kit},{noor}]"), "a name is not a member");

    okta.send(okta.request("DELETE", &format!("/Groups/{id}"))).await.expect(204);
    assert_eq!(signage.product.group(KEY, "Entrance"), Value::Null);
    okta.get(&format!("/Groups/{id}")).await.expect_error(404, "");
    assert_eq!(signage.product.count(KEY), 2, "members of a group that goes stay");
}

// === 7 ===

#[tokio::test]
async fn telemetrytv_07_a_group_that_is_linked_keeps_its_members_until_okta_pushes() {
    let signage = Signage::new("").await;
    let okta = signage.okta();
    let ids = signage.product.seed_users(KEY, 3);
    signage.product.seed_group(KEY, "Lobby Screens", &ids);
    let held = |signage: &Signage| signage.product.group(KEY, "Lobby Screens")["user_ids"].clone();

    let found = okta.get("/Groups?filter=displayName%20eq%20%22Lobby%20Screens%22&startIndex=1&count=100").await;
    let id = found.expect_list(1).text_at("/Resources/0/id").to_owned();
    okta.get(&format!("/Groups/{id}")).await.expect(200);
    // The name as it is, with the id: what linking sends. By PUT it comes without members.
    let named = json!([{"op": "replace", "value": {"id": id, "displayName": "Lobby Screens"}}]);
    okta.patch_group(&id, named).await.expect(204);
    okta.write("PUT", &format!("/Groups/{id}"), &json!({"displayName": "Lobby Screens"})).await.expect(200);
    assert_eq!(held(&signage), json!(ids));
    assert!(signage.writes().is_empty(), "linking writes nothing");
    // Linked under Okta's own name for it.
    let renamed = json!([{"op": "replace", "value": {"id": id, "displayName": "Lobby"}}]);
    okta.patch_group(&id, renamed).await.expect(204);
    assert_eq!(signage.product.group(KEY, "Lobby")["user_ids"], json!(ids));
    okta.write("PUT", &format!("/Groups/{id}"), &json!({"displayName": "Lobby Screens"})).await.expect(200);
    assert_eq!(held(&signage), json!(ids));

    okta.patch_group(&id, json!([{"op": "replace", "path": "members", "value": [{"value": ids[1].to_string()}]}]))
        .await
        .expect(204);
    assert_eq!(held(&signage), json!([ids[1]]), "pushed: these and no others");
}
