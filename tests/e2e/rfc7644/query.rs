//! §3.4.2 queries: filters, sorting, paging; §3.4.3 `.search`; §3.10 names.

use json::{Value, json};

use crate::caller::Caller;

use super::{ENTERPRISE, USER, directory, found, group, keys, send, user};

/// Five people who differ in everything that the RFC's filters ask for.
async fn five(client: &Caller) {
    let person = |name: &str, family: &str| json!({"schemas": [USER], "userName": name, "displayName": format!("{family}, {name}"), "name": {"familyName": family}});
    let mut ben = person("ben", "O'Malley");
    ben["title"] = json!("Tour Guide");
    ben["userType"] = json!("Employee");
    ben["emails"] = json!([{"type": "work", "value": "ben@example.com"}]);
    let mut jo = person("Jo", "Reyes");
    jo["userType"] = json!("Intern");
    jo["emails"] = json!([{"type": "home", "value": "jo@example.org"}]);
    let mut june = person("june", "Reyes");
    june["title"] = json!("Vice President");
    june["userType"] = json!("Employee");
    june["emails"] =
        json!([{"type": "work", "value": "june@example.org"}, {"type": "home", "value": "june@example.com"}]);
    june["schemas"] = json!([USER, ENTERPRISE]);
    june[ENTERPRISE] = json!({"department": "Research and Development"});
    let mut kit = person("kit", "Smith");
    kit["userType"] = json!("Contractor");
    kit["ims"] = json!([{"type": "xmpp", "value": "kit@chat.example.com"}]);
    let mut lee = person("lee", "Smith");
    lee["userType"] = json!("Employee");
    lee["emails"] = json!([{"type": "home", "value": "lee@example.net"}]);
    for one in [ben, jo, june, kit, lee] {
        user(client, one).await;
    }
}

const EVERYBODY: [&str; 5] = ["Jo", "ben", "june", "kit", "lee"];

#[track_caller]
fn same(filter: &str, found: &[String], expected: &[&str]) {
    assert_eq!(found, expected, "{filter}");
}

#[tokio::test]
async fn section_3_4_2_querying_resources() {
    let (_world, client) = directory().await;
    let none = client.get("/Users?attributes=userName").await.expect_list(0);
    assert_eq!(none.body["Resources"], json!([]), "{none}");
    for name in ["bjarne", "jo"] {
        user(&client, json!({"schemas": [USER], "userName": name})).await;
    }
    let list = client.get("/Users?attributes=userName").await.expect_list(2);
    assert_eq!(keys(&list.body), ["Resources", "itemsPerPage", "schemas", "startIndex", "totalResults"], "{list}");
    for resource in list.body["Resources"].as_array().unwrap() {
        assert_eq!(keys(resource), ["id", "schemas", "userName"], "{list}");
    }
}

#[tokio::test]
async fn section_3_4_2_1_query_endpoints() {
    let (_world, client) = directory().await;
    let jo = user(&client, json!({"schemas": [USER], "userName": "jo", "displayName": "Lights"})).await;
    let lights = group(&client, "Lights", &[&jo]).await;
    group(&client, "Sounds", &[]).await;
    let of = |answer: &crate::wire::Answer| -> Vec<(String, String)> {
        let text = |json: &Value| json.as_str().unwrap_or_default().to_owned();
        let resources = answer.body["Resources"].as_array().unwrap();
        resources.iter().map(|one| (text(&one["meta"]["resourceType"]), text(&one["id"]))).collect()
    };
    let both = client.get("/?filter=displayName%20eq%20%22lights%22").await.expect_list(2);
    assert_eq!(of(&both), [("User".to_owned(), jo.clone()), ("Group".to_owned(), lights.clone())], "{both}");
    let groups = client.get("/?filter=meta.resourceType%20eq%20%22Group%22").await.expect_list(2);
    assert!(of(&groups).iter().all(|(kind, _)| kind == "Group"), "{groups}");
    // An attribute that only users have finds users only.
    let named = client.get("/?filter=userName%20eq%20%22jo%22").await.expect_list(1);
    assert_eq!(of(&named), [("User".to_owned(), jo)], "{named}");
}

#[tokio::test]
async fn section_3_4_2_2_every_example_filter() {
    let (_world, client) = directory().await;
    five(&client).await;
    let rows: [(&str, &[&str]); 19] = [
        (r#"userName eq "BEN""#, &["ben"]),
        (r#"name.familyName co "O'Malley""#, &["ben"]),
        (r#"userName sw "J""#, &["Jo", "june"]),
        (r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#, &["Jo", "june"]),
        ("title pr", &["ben", "june"]),
        (r#"meta.lastModified gt "2011-05-13T04:42:34Z""#, &EVERYBODY),
        (r#"meta.lastModified ge "2011-05-13T04:42:34Z""#, &EVERYBODY),
        (r#"meta.lastModified lt "2011-05-13T04:42:34Z""#, &[]),
        (r#"meta.lastModified le "2011-05-13T04:42:34Z""#, &[]),
        (r#"title pr and userType eq "Employee""#, &["ben", "june"]),
        (r#"title pr or userType eq "Intern""#, &["Jo", "ben", "june"]),
        (r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#, &["june"]),
        (r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#, &["ben", "june"]),
        (r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#, &["kit"]),
        (r#"userType eq "Employee" and (emails.type eq "work")"#, &["ben", "june"]),
        (r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#, &["ben"]),
        (
            r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@chat.example.com"]"#,
            &["ben", "kit"],
        ),
        // Logic inside a value is no logic (trap 1).
        (
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "research and development""#,
            &["june"],
        ),
        (r#"userName eq "ben" or userName eq "kit" or userName eq "nobody""#, &["ben", "kit"]),
    ];
    for (filter, expected) in rows {
        same(filter, &found(&client, filter).await, expected);
    }
}

#[tokio::test]
async fn section_3_4_2_2_every_operator_of_the_tables() {
    let (_world, client) = directory().await;
    five(&client).await;
    let rows: [(&str, &[&str]); 20] = [
        // Table 3.
        (r#"userName eq "ben""#, &["ben"]),
        (r#"userName ne "ben""#, &["Jo", "june", "kit", "lee"]),
        (r#"userName co "e""#, &["ben", "june", "lee"]),
        (r#"userName sw "l""#, &["lee"]),
        (r#"userName ew "E""#, &["june", "lee"]),
        ("emails pr", &["Jo", "ben", "june", "lee"]),
        (r#"userName gt "june""#, &["kit", "lee"]),
        (r#"userName ge "june""#, &["june", "kit", "lee"]),
        (r#"userName lt "june""#, &["Jo", "ben"]),
        (r#"userName le "june""#, &["Jo", "ben", "june"]),
        // Table 4.
        (r#"userName sw "j" and title pr"#, &["june"]),
        (r#"userName sw "j" or title pr"#, &["Jo", "ben", "june"]),
        ("not (title pr)", &["Jo", "kit", "lee"]),
        // Table 5: grouping binds before logic, `and` before `or`.
        (r#"userName eq "jo" or userName eq "june" and title pr"#, &["Jo", "june"]),
        (r#"(userName eq "jo" or userName eq "june") and title pr"#, &["june"]),
        (r#"emails[type eq "home" and value ew ".org"]"#, &["Jo"]),
        // Names and operators in any case; an absent value is nothing but `ne`.
        (r#"USERNAME Eq "kit""#, &["kit"]),
        (r#"nickName ne "x""#, &EVERYBODY),
        (r#"nickName eq "x""#, &[]),
        ("active eq true and title eq null", &["Jo", "kit", "lee"]),
    ];
    for (filter, expected) in rows {
        same(filter, &found(&client, filter).await, expected);
    }
    // Booleans have no order (§3.4.2.2).
    client.filter("active gt true").await.expect_error(400, "invalidFilter");
    client.filter(r#"password eq "x""#).await.expect_error(400, "invalidFilter");
}

#[tokio::test]
async fn section_3_4_2_3_sorting() {
    let (_world, client) = directory().await;
    five(&client).await;
    for (query, expected) in [
        ("sortBy=userName", ["ben", "Jo", "june", "kit", "lee"]),
        ("sortBy=userName&sortOrder=descending", ["lee", "kit", "june", "Jo", "ben"]),
        // Equal ones keep their order; so do those without a value, which come last.
        ("sortBy=name.familyName", ["ben", "Jo", "june", "kit", "lee"]),
        ("sortBy=title&sortOrder=ascending", ["ben", "june", "Jo", "kit", "lee"]),
        ("sortBy=emails", ["ben", "Jo", "june", "lee", "kit"]),
    ] {
        let list = client.get(&format!("/Users?{query}")).await.expect_list(5);
        let names: Vec<&str> =
            list.body["Resources"].as_array().unwrap().iter().map(|one| one["userName"].as_str().unwrap()).collect();
        assert_eq!(names, expected, "{query}");
    }
    for query in [
        "/Users?sortBy=password",
        "/Users?sortBy=shoeSize",
        "/Users?sortBy=userName&sortOrder=sideways",
        // Members are kept apart from their groups.
        "/Groups?sortBy=members",
        "/?sortBy=members.value",
    ] {
        client.get(query).await.expect_error(400, "invalidValue");
    }
}

#[tokio::test]
async fn section_3_4_2_4_pagination() {
    let (_world, client) = directory().await;
    five(&client).await;
    for (query, start, names) in [
        ("startIndex=1&count=2", 1, vec!["ben", "Jo"]),
        ("startIndex=3&count=2", 3, vec!["june", "kit"]),
        ("startIndex=5&count=2", 5, vec!["lee"]),
        ("startIndex=6&count=2", 6, vec![]),
        ("startIndex=0&count=1", 1, vec!["ben"]),
        ("startIndex=-3&count=1", 1, vec!["ben"]),
        ("count=0", 1, vec![]),
        ("count=-1", 1, vec![]),
        ("sortBy=userName&sortOrder=descending&startIndex=2&count=2", 2, vec!["kit", "june"]),
    ] {
        let page = client.get(&format!("/Users?{query}")).await.expect(200);
        assert_eq!(page.body["totalResults"], 5, "{page}");
        assert_eq!(page.body["startIndex"], start, "{page}");
        assert_eq!(page.body["itemsPerPage"], names.len(), "{page}");
        let found: Vec<&str> =
            page.body["Resources"].as_array().unwrap().iter().map(|one| one["userName"].as_str().unwrap()).collect();
        assert_eq!(found, names, "{query}");
    }
    client.get("/Users?count=many").await.expect_error(400, "invalidValue");
}

#[tokio::test]
async fn section_3_4_3_querying_resources_using_http_post() {
    let (_world, client) = directory().await;
    five(&client).await;
    group(&client, "Smith Family", &[]).await;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "attributes": ["displayName", "userName"],
        "filter": "displayName sw \"smith\"",
        "startIndex": 1,
        "count": 10,
    });
    let all = send(&client, "POST", "/.search", &body).await.expect_list(3);
    let shown: Vec<&str> =
        all.body["Resources"].as_array().unwrap().iter().map(|one| one["displayName"].as_str().unwrap()).collect();
    assert_eq!(shown, ["Smith, kit", "Smith, lee", "Smith Family"], "{all}");
    assert_eq!(keys(&all.body["Resources"][0]), ["displayName", "id", "schemas", "userName"], "{all}");
    assert_eq!(keys(&all.body["Resources"][2]), ["displayName", "id", "schemas"], "{all}");
    send(&client, "POST", "/Users/.search", &body).await.expect_list(2);
    send(&client, "POST", "/Groups/.search", &body).await.expect_list(1);
    let sorted = json!({"sortBy": "userName", "sortOrder": "descending", "count": 1, "excludedAttributes": ["emails"]});
    let last = send(&client, "POST", "/Users/.search", &sorted).await.expect(200);
    assert_eq!(last.text_at("/Resources/0/userName"), "lee", "{last}");
    send(&client, "POST", "/.search", &json!({"filter": 7})).await.expect_error(400, "invalidSyntax");
    client.get("/Users/.search").await.expect_error(405, "");
}

#[tokio::test]
async fn section_3_10_attribute_notation() {
    let (_world, client) = directory().await;
    five(&client).await;
    for filter in [
        r#"urn:ietf:params:scim:schemas:core:2.0:User:name.familyName eq "Reyes""#,
        r#"URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER:NAME.FAMILYNAME eq "reyes""#,
        r#"name.familyName eq "Reyes""#,
    ] {
        same(filter, &found(&client, filter).await, &["Jo", "june"]);
    }
}
