//! Lists: every user once, whatever the size of a page, and only what the IdP asked to see of each.

use std::collections::BTreeSet;

use crate::caller::Caller;
use crate::people::{NORTH, employee, user};
use crate::world::World;

const USERS: usize = 23;

/// The logins on one page, in order; the page is what it says it is.
async fn page(idp: &Caller, start: usize, count: usize) -> Vec<String> {
    let told = idp.get(&format!("/Users?startIndex={start}&count={count}")).await.expect(200);
    let resources = told.body["Resources"].as_array().unwrap();
    assert_eq!(told.body["totalResults"], USERS, "{told}");
    assert_eq!(told.body["startIndex"], start, "{told}");
    assert_eq!(told.body["itemsPerPage"], resources.len(), "{told}");
    resources.iter().map(|resource| resource["userName"].as_str().unwrap().to_owned()).collect()
}

async fn walked(idp: &Caller) {
    for count in [1, 7, USERS - 1, USERS, USERS + 1, 100_000] {
        let mut all = Vec::new();
        while all.len() < USERS {
            let logins = page(idp, all.len() + 1, count).await;
            assert!(!logins.is_empty() && logins.len() <= count, "{count}: {logins:?}");
            all.extend(logins);
        }
        assert_eq!(all.len(), USERS, "{count}");
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), USERS, "{count}");
    }
    assert_eq!(page(idp, USERS + 1, 7).await, [] as [String; 0]);
    assert_eq!(page(idp, 1, 0).await, [] as [String; 0]);
}

#[tokio::test]
async fn pages_hold_everybody_once() {
    let world = World::new().await;
    let (msgco, acme) = (world.caller("msgco"), world.caller("acme"));
    for at in 0..USERS {
        msgco.create(&user(&format!("+1 555 010 01{at:02}"), NORTH)).await.expect(201);
        acme.create(&employee(&format!("kit.ng{at:02}@example.com"))).await.expect(201);
    }
    walked(&msgco).await;
    walked(&acme).await;
}

#[tokio::test]
async fn an_idp_sees_what_it_asks_for() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let id = idp.create(&user("15550100188", NORTH)).await.expect(201).id();
    for (query, shown, hidden) in [
        ("attributes=userName", "/userName", "/displayName"),
        ("attributes=USERNAME,name.givenName", "/name/givenName", "/name/familyName"),
        ("attributes=urn:ietf:params:scim:schemas:core:2.0:User:userName", "/userName", "/emails"),
        ("excludedAttributes=emails", "/userName", "/emails"),
        ("excludedAttributes=id,emails", "/id", "/emails"),
    ] {
        let told = idp.get(&format!("/Users/{id}?{query}")).await.expect(200);
        assert!(told.body.pointer(shown).is_some() && told.body.pointer(hidden).is_none(), "{query}{told}");
        let told = idp.get(&format!("/Users?filter=userName+eq+%2215550100188%22&{query}")).await.expect_list(1);
        let listed = |path: &str| told.body.pointer(&format!("/Resources/0{path}"));
        assert!(listed(shown).is_some() && listed(hidden).is_none(), "{query}{told}");
    }
}
