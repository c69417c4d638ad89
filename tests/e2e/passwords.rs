//! Passwords: forwarded where the profile maps them, dropped where it does not, and seen nowhere else.

use json::{Value, json};

use crate::caller::Caller;
use crate::dialects::everybody;
use crate::people::{NORTH, employee, user};
use crate::wire::Request;
use crate::world::{Setup, World};

/// What every password here begins with.
const MARK: &str = "Zq7-secret";

/// Collects whatever comes back.
struct Ears {
    idp: Caller,
    heard: String,
}

impl Ears {
    async fn send(&mut self, method: &str, path: &str, body: &Value) -> u16 {
        let answer = self.idp.send(self.idp.request(method, path).json(body)).await;
        self.heard.push_str(&answer.text);
        self.heard.extend(["etag", "location", "www-authenticate"].iter().filter_map(|name| answer.header(name)));
        answer.status
    }
}

fn secret(at: usize) -> String {
    format!("{MARK}-{at}")
}

/// The password that the directory holds.
fn held(world: &World) -> String {
    world.around.directory.people()[0]["secret"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_password_reaches_the_product_and_nothing_else() {
    let setup = Setup { sections: "[log]\nlevel = \"trace\"\n".to_owned(), ..everybody() };
    let world = World::with(setup).await;
    let mut ears = Ears { idp: world.caller("acme"), heard: String::new() };
    let path = taken(&world, &mut ears).await;
    refused(&path, &mut ears).await;
    assert_eq!(held(&world), secret(6));

    let mut old = Ears { idp: world.caller("oldco").at("/scim/v1"), heard: String::new() };
    let body = json!({"schemas": ["urn:scim:schemas:core:1.0"], "userName": "ines@example.com", "password": secret(9)});
    assert_eq!(old.send("POST", "/Users", &body).await, 201);
    let mut dropped = Ears { idp: world.caller("msgco"), heard: String::new() };
    let mut body = user("15550100188", NORTH);
    body["password"] = json!(secret(9));
    assert_eq!(dropped.send("POST", "/Users", &body).await, 201);
    assert!(!world.only_user("msgco").to_string().contains(MARK), "this profile maps no password");

    silent(world, [ears.heard, old.heard, dropped.heard].concat()).await;
}

/// Sets the password in each way there is; gives the path of the user.
async fn taken(world: &World, ears: &mut Ears) -> String {
    let mut body = employee("kit@example.com");
    body["password"] = json!(secret(1));
    assert_eq!(ears.send("POST", "/Users", &body).await, 201);
    assert_eq!(held(world), secret(1));
    let path = format!("/Users/{}", world.around.directory.people()[0]["pid"]);

    body["password"] = json!(secret(2));
    assert_eq!(ears.send("PUT", &path, &body).await, 200);
    assert_eq!(held(world), secret(2));
    let patches = [
        json!([{"op": "replace", "path": "password", "value": secret(3)}]),
        json!([{"op": "Replace", "value": {"password": secret(4)}}]),
        json!([{"op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:User:password", "value": secret(5)}]),
    ];
    for (at, operations) in patches.iter().enumerate() {
        let body = json!({"Operations": operations});
        assert_eq!(ears.send("PATCH", &format!("{path}?attributes=password"), &body).await, 200);
        assert_eq!(held(world), secret(3 + at));
    }
    let bulk = json!({"Operations": [
        {"method": "PATCH", "path": path, "data": {"Operations": [{"op": "replace", "path": "password", "value": secret(6)}]}},
        {"method": "POST", "path": "/Users", "bulkId": "x", "data": {"userName": "lee@example.com", "password": {"bad": secret(7)}}},
    ]});
    assert_eq!(ears.send("POST", "/Bulk", &bulk).await, 200);
    assert_eq!(held(world), secret(6));
    path
}

/// Sends passwords that are refused, each in its own way.
async fn refused(path: &str, ears: &mut Ears) {
    for (method, path, body) in [
        ("POST", "/Users", json!({"userName": "lee@example.com", "password": [secret(8), secret(8)]})),
        ("POST", "/Users", json!({"password": secret(8)})),
        ("PATCH", path, json!({"Operations": [{"op": "replace", "path": "password", "value": {"x": secret(8)}}]})),
        ("PATCH", path, json!({"Operations": [{"op": "zap", "path": "password", "value": secret(8)}]})),
        ("PATCH", path, json!({"Operations": [{"op": "replace", "path": "password.x", "value": secret(8)}]})),
        ("POST", "/Users/.search", json!({"filter": format!("password eq \"{}\"", secret(8))})),
        ("POST", "/Users/.search", json!({"filter": format!("not (password sw \"{}\")", secret(8))})),
        ("POST", "/Users/.search", json!({"sortBy": "password"})),
    ] {
        assert_eq!(ears.send(method, path, &body).await, 400, "{body}");
    }
    let query = format!("/Users?filter=password%20eq%20%22{}%22", secret(8));
    assert_eq!(ears.send("GET", &query, &json!({})).await, 400);
}

/// Stops the gateway and looks for a password in everything that it said and left behind.
async fn silent(world: World, heard: String) {
    let metrics = Request::new("GET", "/metrics").send(world.gateway.admin).await.expect(200).text;
    let World { around, gateway } = world;
    gateway.terminate();
    let (status, _, log) = gateway.ended().await;
    assert!(status.success(), "{log}");
    let mut kept = Vec::new();
    for file in std::fs::read_dir(around.folder()).unwrap().map(|file| file.unwrap().path()) {
        kept.extend(std::fs::read(file).unwrap());
    }
    let kept = String::from_utf8_lossy(&kept).into_owned();
    for (place, text) in [("answers", heard), ("metrics", metrics), ("log", log), ("store and audit", kept)] {
        // The error of a filter names the attribute, never the value.
        assert!(!text.contains(MARK), "{place} holds a password");
        assert!(!text.is_empty(), "nothing was looked at: {place}");
    }
}
