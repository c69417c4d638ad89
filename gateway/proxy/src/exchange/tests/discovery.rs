//! The discovery endpoints: what is there is shown, what is not is not.

use scim::Protocol;

use super::*;
use crate::tenant::{BasicLogin, TokenHash};

async fn body(house: &House, path: &str) -> Value {
    house.try_answer(&format!("GET {path}"), &Value::Null, [None, None]).await.unwrap().body.unwrap()
}

#[tokio::test]
async fn what_a_product_can_do_is_advertised() {
    const KEPT_APART: &str = "groups without a version";
    let version = (
        "externalId = { direct = \"ref\" }",
        "externalId = { direct = \"ref\" }\n\"meta.version\" = { expression = \"[rev]\" }",
    );
    let password =
        ("title = { direct = \"title\" }", "title = { direct = \"title\" }\npassword = { direct = \"secret\" }");
    let set_once = (
        "title = { direct = \"title\" }",
        "title = { direct = \"title\" }\npassword = { direct = \"secret\", apply = \"create\" }",
    );
    let no_list = (
        "[user.list]\nget = \"/users?offset={offset}&limit={limit}\"\nrows = \"users\"\ntotal = \"total\"\npage_rows_max = 3\n",
        "",
    );
    for (name, house, [sort, etag, password]) in [
        ("users", house(Quirk::None, &[]), [true, true, false]),
        (KEPT_APART, grouped(&[]), [true, false, false]),
        ("groups with a version", grouped(&[version]), [true, true, false]),
        ("a password", house(Quirk::None, &[password]), [true, true, true]),
        ("a password for new users", house(Quirk::None, &[set_once]), [true, true, false]),
        ("no list", house(Quirk::None, &[no_list]), [false, true, false]),
    ] {
        let config = body(&house, "/ServiceProviderConfig").await;
        let found = ["sort", "etag", "changePassword"].map(|feature| config[feature]["supported"].as_bool().unwrap());
        assert_eq!(found, [sort, etag, password], "{name}");
        let bulk = json!({"supported": true, "maxOperations": 1000, "maxPayloadSize": limits::BODY_BYTES_MAX});
        assert_eq!(config["bulk"], bulk, "{name}");
        assert_eq!(config["meta"]["location"], "https://scim.example.com/scim/v2/ServiceProviderConfig");
        assert!(house.crew.take_calls().is_empty());
    }
}

#[tokio::test]
async fn scim_1_1_has_no_bulk() {
    let mut house = house(Quirk::None, &[]);
    house.tenant.protocol = Protocol::Scim11;
    assert_eq!(body(&house, "/ServiceProviderConfigs").await["bulk"]["supported"], false);
}

#[tokio::test]
async fn the_schemes_are_those_of_the_tenant() {
    let token = || TokenHash::of("a long token of the tests");
    let basic = || BasicLogin { user: "AC1".to_owned(), password: token() };
    for (credentials, expected) in [
        (Credentials::default(), vec!["oauthbearertoken"]),
        (Credentials { tokens: vec![token()], ..Credentials::default() }, vec!["oauthbearertoken"]),
        (Credentials { basic: vec![basic()], ..Credentials::default() }, vec!["httpbasic"]),
        (
            Credentials { tokens: vec![token()], basic: vec![basic()], ..Credentials::default() },
            vec!["oauthbearertoken", "httpbasic"],
        ),
    ] {
        let mut house = house(Quirk::None, &[]);
        house.tenant.credentials = credentials;
        let config = body(&house, "/ServiceProviderConfig").await;
        let schemes = config["authenticationSchemes"].as_array().unwrap();
        let kinds: Vec<&str> = schemes.iter().map(|scheme| scheme["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, expected);
        assert_eq!(schemes[0]["primary"], true);
    }
}

#[tokio::test]
async fn types_and_schemas_are_those_that_the_product_takes() {
    for (house, types, schemas) in [
        (house(Quirk::None, &[]), "User", "urn:ietf:params:scim:schemas:core:2.0:User"),
        (
            grouped(&[]),
            "User Group",
            "urn:ietf:params:scim:schemas:core:2.0:User urn:ietf:params:scim:schemas:core:2.0:Group",
        ),
    ] {
        for (path, expected) in [("/ResourceTypes", types), ("/Schemas", schemas)] {
            assert_eq!(ids(&body(&house, path).await), expected, "{path}");
        }
    }
    let (house, urn) = (grouped(&[]), "urn:ietf:params:scim:schemas:core:2.0:Group");
    assert_eq!(body(&house, "/ResourceTypes/Group").await["endpoint"], "/Groups");
    let schema = body(&house, &format!("/Schemas/{urn}")).await;
    let names: Vec<&str> =
        schema["attributes"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"members") && names.contains(&"displayName"), "{names:?}");
    for path in ["/ResourceTypes/Device", "/Schemas/urn:example:none"] {
        assert!(house.answer(&format!("GET {path}"), &Value::Null).await.starts_with("404 "), "{path}");
    }
}

fn ids(list: &Value) -> String {
    let resources = list["Resources"].as_array().unwrap();
    resources.iter().map(|resource| resource["id"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn who_presents_a_credential_is_no_user() {
    let house = house(Quirk::None, &[]);
    let me = "501 `/Me` is not supported: a provisioning credential belongs to no user";
    check(&house, "GET /Me", Value::Null, &[me]).await;
}
