//! Telmediq: Okta with HTTP Basic, SCIM 1.1 and 2.0 at `/scim/v1/`, a sub-domain for each customer (`docs/idp-dialects.md` §5).

mod okta;
mod product;

use json::{Value, json};

use self::okta::{CORE_1, CORE_2, Customer, Okta, World, customer, host, with};
use crate::process::run;
use crate::wire::{Answer, Request};

/// What the guide says when an address belongs to somebody whom provisioning did not make.
const IN_USE: &str = "the email is already in use";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What Okta's admin reads of a refusal.
#[track_caller]
fn told(answer: &Answer) -> &str {
    let first = answer.body.pointer("/Errors/0/description").or(answer.body.get("detail"));
    first.and_then(Value::as_str).unwrap_or_else(|| panic!("{answer}"))
}

#[tokio::test]
async fn telmediq_01_a_connection_is_found_by_its_sub_domain() {
    let world = World::new(&[customer("acme", "2.0", ""), customer("borealis", "1.1", "")]).await;
    let (acme, borealis) = (world.okta("acme", "2.0"), world.okta("borealis", "1.1"));
    let made = acme.create(&acme.person("ada@example.com")).await.expect(201);
    borealis.create(&borealis.person("bo@example.com")).await.expect(201);
    assert_eq!(world.only_user("acme")["login"], "ada@example.com");
    assert_eq!(world.only_user("borealis")["login"], "bo@example.com");
    let port = world.guide.gateway.scim.port();
    let location = format!("http://acme.telmediq.example.com:{port}/scim/v1/Users/{}", made.id());
    assert_eq!(made.text_at("/meta/location"), location, "{made}");

    // An admin types the base URL with or without a slash at its end, Okta puts one in front of the path.
    for path in ["/scim/v1/Users", "/scim/v1/Users/", "/scim/v1//Users", "/scim/v1//Users/"] {
        let okta = Okta { root: String::new(), ..acme.clone() };
        let found = okta.get(&format!("{path}?startIndex=1&count=2")).await.expect(200);
        assert_eq!(found.text_at("/Resources/0/userName"), "ada@example.com", "{path} {found}");
    }

    world.api.take_seen();
    for host in ["borealis.telmediq.example.com", "telmediq.example.com", "acme.telmediq.example.com.example.net"] {
        let astray = Okta { host: host.to_owned(), ..acme.clone() };
        astray.request("GET", "/Users?startIndex=1&count=2").send(astray.gateway).await.expect(401);
    }
    assert_eq!(world.api.take_seen(), [], "what is refused at the door reaches no product");
    // A port says nothing of who is meant.
    let with_port = Okta { host: format!("acme.telmediq.example.com:{port}"), ..acme.clone() };
    with_port.get("/Users?startIndex=1&count=2").await.expect(200);
}

#[tokio::test]
async fn telmediq_02_the_user_name_is_an_account_of_34_characters_and_its_password_counts() {
    let issued = run(&["token", "account"], "").await;
    assert_eq!(issued.code, Some(0), "{issued:?}");
    let line = |name: &str| {
        let line = issued.stdout.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{issued:?}")).trim().to_owned()
    };
    let (user, password) = (line("user"), line("password"));
    assert_eq!((user.len(), &user[..2]), (34, "AC"), "{issued:?}");
    let lines = format!("hosts = [\"{}\"]\nparams = {{ account = \"acme\" }}\nbasic = {}", host("acme"), line("basic"));
    let world = World::new(&[Customer { id: "acme", lines }, customer("borealis", "2.0", "")]).await;
    let okta = Okta { user: user.clone(), password: password.clone(), ..world.okta("acme", "2.0") };
    okta.get("/Users?startIndex=1&count=2").await.expect(200);

    world.api.take_seen();
    let other = world.okta("borealis", "2.0");
    for (user, password) in [
        (&user, "wrong"),
        (&user, ""),
        (&user, &*other.password),
        (&other.user, &*password),
        (&format!("{user}0"), &*password),
        (&String::new(), &*password),
    ] {
        let wrong = Okta { user: user.clone(), password: password.to_owned(), ..okta.clone() };
        // Whose version it would be is not known: the form of the error is the path's.
        let refused = wrong.request("GET", "/Users?startIndex=1&count=2").send(okta.gateway).await.expect(401);
        assert!(refused.header("www-authenticate").is_some() && !told(&refused).is_empty(), "{refused}");
    }
    let bearer = Request::new("GET", "/scim/v1/Users").header("Host", &host("acme")).bearer(&password);
    bearer.send(okta.gateway).await.expect(401);
    assert_eq!(world.api.take_seen(), []);
    let log = world.guide.gateway.log();
    assert!(!log.contains(&password), "{log}");
}

#[tokio::test]
async fn telmediq_03_testing_the_credentials_asks_for_users_and_groups() {
    for scim in ["1.1", "2.0"] {
        let (world, okta) = World::of_acme(scim).await;
        for path in ["/Users?startIndex=1&count=2", "/Groups?startIndex=1&count=100"] {
            let empty = okta.get(path).await.expect(200);
            assert_eq!((&empty.body["totalResults"], &empty.body["Resources"]), (&json!(0), &json!([])), "{empty}");
        }
        assert_eq!(okta.find("nobody@example.com").await, [""; 0]);
        let id = okta.create(&okta.person("ada@example.com")).await.expect(201).id();
        let one = okta.get("/Users?startIndex=1&count=2").await.expect(200);
        assert_eq!((&one.body["totalResults"], one.text_at("/Resources/0/id")), (&json!(1), id.as_str()), "{one}");
        assert_eq!(world.take_logins(), 1, "one session serves them all");

        // A session that has ended is renewed, and nobody notices.
        world.product.end_sessions();
        okta.get("/Users?startIndex=1&count=2").await.expect(200);
        assert_eq!(world.take_logins(), 1);
        world.product.end_sessions();
        okta.create(&okta.person("bo@example.com")).await.expect(201);
        assert_eq!(world.product.users("acme").len(), 2);
    }
}

#[tokio::test]
async fn telmediq_03_all_pages_are_walked_in_order() {
    let (world, okta) = World::of_acme("2.0").await;
    for number in 0..60 {
        okta.create(&okta.person(&format!("p{number:02}@example.com"))).await.expect(201);
    }
    world.product.hire("acme", "kit", "kit@example.com");
    world.api.take_seen();
    let mut names: Vec<String> = Vec::new();
    for start in [1, 26, 51] {
        let page = okta.get(&format!("/Users?startIndex={start}&count=25")).await.expect(200);
        assert_eq!(page.body["totalResults"], 60, "{page}");
        let rows = page.body["Resources"].as_array().unwrap();
        names.extend(rows.iter().map(|row| row["userName"].as_str().unwrap().to_owned()));
    }
    let all: Vec<String> = (0..60).map(|number| format!("p{number:02}@example.com")).collect();
    assert_eq!(names, all);
}

#[tokio::test]
async fn telmediq_04_who_was_provisioned_before_is_updated() {
    for scim in ["1.1", "2.0"] {
        let (world, okta) = World::of_acme(scim).await;
        let ada = okta.person("ada@example.com");
        let id = okta.create(&ada).await.expect(201).id();
        assert_eq!(world.take_writes(), ["/users", "/users/…/join"]);
        let before = world.only_user("acme");
        assert_eq!((&before["source"], &before["group"]), (&json!("scim"), &json!("basic")));

        // Again as it was: nothing is to be done.
        assert_eq!(okta.create(&ada).await.expect(201).id(), id);
        assert_eq!((world.take_writes(), world.only_user("acme")), (vec!["/users".to_owned()], before));

        // And as somebody is called now, disabled meanwhile.
        okta.activate(&id, false).await.expect(200);
        world.take_writes();
        let renamed = with(ada.clone(), "name", json!({"givenName": "Ada", "familyName": "Okafor"}));
        let again = okta.create(&with(renamed, "externalId", json!("00u9"))).await.expect(201);
        assert_eq!((again.id(), again.text_at("/name/familyName")), (id, "Okafor"), "{again}");
        assert_eq!(world.take_writes(), ["/users", "/users/…"]);
        let after = world.only_user("acme");
        assert_eq!((&after["name"]["last"], &after["ref"]), (&json!("Okafor"), &json!("00u9")));
        assert_eq!((&after["enabled"], &after["group"]), (&json!("Y"), &json!("basic")));
    }
}

#[tokio::test]
async fn telmediq_05_an_email_owned_outside_is_already_in_use() {
    for scim in ["1.1", "2.0"] {
        let (world, okta) = World::of_acme(scim).await;
        let own = okta.create(&okta.person("ada@example.com")).await.expect(201).id();
        let id = world.product.hire("acme", "kit", "kit@example.com");
        let same = json!({"givenName": "Kit", "familyName": "Ng"});
        let twin = world.product.hire("acme", "lee@example.com", "lee@example.com");
        let before = world.product.users("acme");
        world.take_writes();

        // The address of somebody called otherwise, in any case; and somebody who is the very same, made by hand.
        let mail = |mail: &str| json!([{"primary": true, "value": mail, "type": "work"}]);
        let lee = with(with(okta.person("lee@example.com"), "name", same), "externalId", Value::Null);
        for user in [
            okta.person("kit@example.com"),
            with(okta.person("kim"), "emails", mail("KIT@example.com")),
            okta.person("lee@example.com"),
            lee,
        ] {
            let refused = okta.create(&user).await.expect(409);
            assert!(told(&refused).contains(IN_USE), "{refused}");
            assert_eq!(world.take_writes(), ["/users"], "the product refused it, and nothing else was tried");
        }
        let ada = with(okta.person("ada@example.com"), "emails", mail("kit@example.com"));
        let refused = okta.update(&own, &ada).await.expect(409);
        assert!(told(&refused).contains(IN_USE), "{refused}");
        assert_eq!(world.product.users("acme"), before);

        // Who was made by hand is not there for Okta.
        for (id, name) in [(id, "kit"), (twin, "lee@example.com")] {
            okta.get(&format!("/Users/{id}")).await.expect(404);
            okta.activate(&id, false).await.expect(404);
            assert_eq!(okta.find(name).await, [""; 0]);
        }
        let all = okta.get("/Users?startIndex=1&count=100").await.expect(200);
        assert_eq!((&all.body["totalResults"], all.text_at("/Resources/0/id")), (&json!(1), own.as_str()), "{all}");
        assert_eq!(world.product.users("acme"), before);
    }
}

#[tokio::test]
async fn telmediq_06_once_the_manual_user_is_removed_the_same_request_succeeds() {
    for scim in ["1.1", "2.0"] {
        let (world, okta) = World::of_acme(scim).await;
        for login in ["kit", "kit@example.com"] {
            let by_hand = world.product.hire("acme", login, "kit@example.com");
            let kit = okta.person("kit@example.com");
            okta.create(&kit).await.expect(409);
            world.product.dismiss("acme", &by_hand);
            let made = okta.create(&kit).await.expect(201).id();
            assert_ne!(made, by_hand);
            let held = world.only_user("acme");
            let expected = (&json!(made), &json!("scim"), &json!("basic"));
            assert_eq!((&held["id"], &held["source"], &held["group"]), expected);
            world.product.dismiss("acme", &made);
        }
    }
}

/// Every attribute that can name the permission group, as Okta fills it in.
fn permission(attribute: &str, value: &str) -> (String, Value) {
    match attribute {
        "userType" => (attribute.to_owned(), value.into()),
        "entitlements" | "roles" => (attribute.to_owned(), json!([{"value": value, "primary": true}])),
        "permissionGroup" => {
            let urn = "urn:ietf:params:scim:schemas:extension:telmediq:2.0:User";
            (urn.to_owned(), json!({attribute: value}))
        }
        enterprise => (ENTERPRISE.to_owned(), json!({enterprise: value})),
    }
}

#[tokio::test]
async fn telmediq_07_one_attribute_of_the_customers_choice_names_the_permission_group() {
    let choices = [
        ("acme", "userType"),
        ("borealis", "entitlements"),
        ("cedar", "roles"),
        ("delta", "costCenter"),
        ("elm", "organization"),
        ("fern", "division"),
        ("grove", "department"),
        ("heath", "permissionGroup"),
    ];
    let chosen = |(id, attribute)| customer(id, "2.0", &format!("permission_attribute = \"{attribute}\""));
    let mut customers: Vec<Customer> = choices.map(chosen).into();
    customers.push(customer("iris", "2.0", "default_permission = \"Admin\""));
    customers.push(customer("juniper", "2.0", "permission_attribute = \"departement\""));
    customers.push(customer("kelp", "1.1", "permission_attribute = \"department\""));
    let world = World::new(&customers).await;
    let group_of = |account: &str| world.only_user(account)["group"].clone();
    for (id, attribute) in choices {
        let okta = world.okta(id, "2.0");
        for (value, group) in [("Basic", "basic"), ("Admin", "admin"), ("admin", "admin")] {
            let (name, value) = permission(attribute, value);
            let made = okta.create(&with(okta.person("ada@example.com"), &name, value.clone())).await.expect(201);
            assert_eq!(group_of(id), group, "{attribute} {value}");
            world.product.dismiss(id, &made.id());
        }
        // One that is not chosen says nothing, however it reads; and where nothing is said everybody is basic.
        let (name, value) = permission(if attribute == "userType" { "department" } else { "userType" }, "Admin");
        let made = okta.create(&with(okta.person("ada@example.com"), &name, value)).await.expect(201);
        assert_eq!(group_of(id), "basic", "{attribute}");
        world.product.dismiss(id, &made.id());

        world.take_writes();
        let (name, value) = permission(attribute, "Superuser");
        let refused = okta.create(&with(okta.person("ada@example.com"), &name, value)).await;
        let refused = refused.expect_error(400, "invalidValue");
        assert!(told(&refused).contains("`Basic` or `Admin`"), "{refused}");
        assert_eq!((world.take_writes(), world.product.users(id)), (Vec::new(), Vec::new()), "{attribute}");
    }

    let okta = world.okta("iris", "2.0");
    okta.create(&okta.person("ada@example.com")).await.expect(201);
    assert_eq!(group_of("iris"), "admin");

    let old = world.okta("kelp", "1.1");
    let admin = with(
        old.person("ada@example.com"),
        "urn:scim:schemas:extension:enterprise:1.0",
        json!({"department": "Admin"}),
    );
    old.create(&admin).await.expect(201);
    assert_eq!(group_of("kelp"), "admin");

    // A misspelt parameter would make everybody basic: nobody is provisioned until it is right.
    world.take_writes();
    let okta = world.okta("juniper", "2.0");
    let refused = okta.create(&okta.person("ada@example.com")).await.expect(403);
    assert!(told(&refused).contains("permission_attribute"), "{refused}");
    assert_eq!(world.take_writes(), [""; 0]);
}

#[tokio::test]
async fn telmediq_07_who_cannot_join_the_group_is_not_left_half_made() {
    let (world, okta) = World::of_acme("2.0").await;
    world.product.seats("acme", 0);
    let admin = with(okta.person("ada@example.com"), "userType", json!("Admin"));
    let refused = okta.create(&admin).await.expect(403);
    assert!(told(&refused).contains("no seat left"), "{refused}");
    assert_eq!(world.take_writes(), ["/users", "/users/…/join", "/users/…/remove"]);
    assert_eq!(world.product.users("acme"), [] as [Value; 0]);
    world.product.seats("acme", 1);
    okta.create(&admin).await.expect(201);
    assert_eq!(world.only_user("acme")["group"], "admin");
}

#[tokio::test]
async fn telmediq_08_a_change_of_that_attribute_moves_the_user() {
    for scim in ["1.1", "2.0"] {
        let (world, okta) = World::of_acme(scim).await;
        let ada = okta.person("ada@example.com");
        let id = okta.create(&ada).await.expect(201).id();
        let group = || world.only_user("acme")["group"].clone();
        world.take_writes();
        let moved = ["/users/…/leave", "/users/…/join"];
        for (kind, expected, writes) in [
            (json!("Admin"), "admin", &moved[..]),
            (json!("Admin"), "admin", &[]),
            (json!("ADMIN"), "admin", &[]),
            (json!("Basic"), "basic", &moved),
            (json!("Admin"), "admin", &moved),
            (Value::Null, "basic", &moved),
            (json!("Basic"), "basic", &[]),
        ] {
            let changed = okta.update(&id, &with(ada.clone(), "userType", kind.clone())).await.expect(200);
            assert_eq!(changed.body.get("userType").unwrap_or(&Value::Null), &kind, "{changed}");
            assert_eq!(group(), expected, "{kind}");
            assert_eq!(world.take_writes(), writes, "{kind}");
        }
        // Another attribute moves nobody.
        let renamed = with(with(ada.clone(), "externalId", json!("00u9")), "userType", json!("Basic"));
        okta.update(&id, &renamed).await.expect(200);
        assert_eq!(world.take_writes(), ["/users/…"]);

        okta.update(&id, &with(renamed, "userType", json!("Owner"))).await.expect(400);
        assert_eq!((world.take_writes(), group()), (Vec::new(), json!("basic")));
    }
}

#[tokio::test]
async fn telmediq_08_a_move_that_fails_leaves_the_user_where_they_were() {
    let (world, okta) = World::of_acme("2.0").await;
    let ada = okta.person("ada@example.com");
    let id = okta.create(&ada).await.expect(201).id();
    world.product.hire("acme", "kit", "kit@example.com");
    let before = world.product.users("acme");
    world.take_writes();
    let admin = with(ada, "userType", json!("Admin"));

    world.product.seats("acme", 0);
    okta.update(&id, &admin).await.expect(403);
    assert_eq!(world.take_writes(), ["/users/…/leave", "/users/…/join", "/users/…/join"]);
    assert_eq!(world.product.users("acme"), before);

    // The move goes well, the rest of the change does not.
    world.product.seats("acme", 1);
    let mail = json!([{"primary": true, "value": "kit@example.com", "type": "work"}]);
    okta.update(&id, &with(admin.clone(), "emails", mail)).await.expect(409);
    let there_and_back = ["/users/…/leave", "/users/…/join", "/users/…", "/users/…/leave", "/users/…/join"];
    assert_eq!(world.take_writes(), there_and_back);
    assert_eq!(world.product.users("acme"), before);

    okta.update(&id, &admin).await.expect(200);
    assert_eq!(world.product.users("acme")[0]["group"], "admin");
}

#[tokio::test]
async fn telmediq_09_users_are_updated_and_deactivated_in_both_versions() {
    for scim in ["1.1", "2.0"] {
        let (world, okta) = World::of_acme(scim).await;
        let ada = okta.person("ada@example.com");
        let id = okta.create(&ada).await.expect(201).id();
        world.take_writes();

        let renamed = with(ada, "name", json!({"givenName": "Augusta", "familyName": "Reyes-Ng"}));
        let changed =
            okta.update(&id, &with(renamed.clone(), "userName", json!("augusta@example.com"))).await.expect(200);
        assert_eq!((changed.id(), changed.text_at("/name/givenName")), (id.clone(), "Augusta"), "{changed}");
        assert_eq!(world.take_writes(), ["/users/…"]);
        let held = world.only_user("acme");
        assert_eq!((&held["login"], &held["email"]), (&json!("augusta@example.com"), &json!("ada@example.com")));
        assert_eq!(held["name"], json!({"first": "Augusta", "last": "Reyes-Ng"}));

        for (active, flag) in [(false, "N"), (false, "N"), (true, "Y"), (false, "N")] {
            let answer = okta.activate(&id, active).await.expect(200);
            assert_eq!((&answer.body["active"], &world.only_user("acme")["enabled"]), (&json!(active), &json!(flag)));
        }
        assert_eq!(world.take_writes(), ["/users/…"; 3], "who is disabled is not disabled again");

        // Who is deactivated can be read, found and listed, keeps the group, and comes back.
        assert_eq!(okta.get(&format!("/Users/{id}")).await.expect(200).body["active"], false);
        assert_eq!(okta.find("augusta@example.com").await, [id.as_str()]);
        assert_eq!(okta.get("/Users?startIndex=1&count=100").await.expect(200).body["totalResults"], 1);
        assert_eq!(world.only_user("acme")["group"], "basic");
        let back = okta.update(&id, &json!({"active": true})).await.expect(200);
        assert_eq!(back.body["active"], true, "{back}");
        let off = okta.update(&id, &json!({"active": false})).await.expect(200);
        assert_eq!(
            (off.body["active"].clone(), world.only_user("acme")["enabled"].clone()),
            (json!(false), json!("N"))
        );

        // No IdP of the guide deletes; one that does leaves the record.
        okta.activate(&id, true).await.expect(200);
        let deleted = okta.send(okta.request("DELETE", &format!("/Users/{id}"))).await;
        deleted.expect(if scim == "1.1" { 200 } else { 204 });
        assert_eq!(world.only_user("acme")["enabled"], "N");
        // The random password was sent with every create, and reached nobody.
        let log = world.guide.gateway.log();
        assert!(!log.contains("kR7xq2Vw9z") && !log.contains("key-of-acme") && !log.contains("session-"), "{log}");
    }
}

#[tokio::test]
async fn telmediq_10_the_version_is_a_setting_and_not_the_path() {
    let world = World::new(&[customer("acme", "2.0", ""), customer("borealis", "1.1", "")]).await;
    for (id, scim, core, list) in [
        ("acme", "2.0", CORE_2, "urn:ietf:params:scim:api:messages:2.0:ListResponse"),
        ("borealis", "1.1", CORE_1, CORE_1),
    ] {
        for root in ["/scim/v1", "/scim/v2"] {
            // Whatever is answered is of the version of the setting: `Okta::send` looks at each.
            let okta = Okta { root: root.to_owned(), ..world.okta(id, scim) };
            let made = okta.create(&okta.person("ada@example.com")).await.expect(201);
            let schemas = made.body["schemas"].as_array().unwrap();
            assert!(schemas.contains(&core.into()), "{made}");
            let found = okta.get("/Users?startIndex=1&count=2").await.expect(200);
            assert_eq!(found.text_at("/schemas/0"), list, "{found}");
            okta.get("/Users/nobody").await.expect(404);
            okta.create(&json!({"schemas": [core], "displayName": "x"})).await.expect(400);
            let config = if scim == "1.1" { "/ServiceProviderConfigs" } else { "/ServiceProviderConfig" };
            okta.get(config).await.expect(200);
            assert_eq!(world.only_user(id)["login"], "ada@example.com");
        }
    }
}
