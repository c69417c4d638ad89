//! The wall, with a real client behind it and a real server behind that: what arrives is what was let through.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use json::json;
use proxy::target::{HttpTarget, TargetAccess, target_client};
use rules::source::RuleRef;
use rules::{Params, Profile};
use scim::Protocol;

use super::*;
use crate::rehearsal::{Imagined, Origin, Rehearsal, Request, Scene};
use crate::standin::directory::Directory;
use crate::standin::serve::Served;

const KEY: &str = "k3y";

struct World {
    served: Served,
    profile: Arc<Profile>,
    params: Params,
    target: Arc<dyn Target>,
}

/// A directory that serves, and the target of a tenant of it.
async fn world() -> World {
    // Another test of this process may have done so.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let directory = Directory::new(KEY, crate::clock::rfc3339);
    let served = Served::start(directory).await.unwrap();
    let shipped = rules::shipped::shipped("directory").unwrap();
    let profile = Arc::new(Profile::load("directory/profile.toml", shipped.profile).unwrap().0);
    let params = Params::bind(&profile.params, &BTreeMap::new()).unwrap();
    let secrets = BTreeMap::from([("target-key".to_owned(), proxy::Secret::new(KEY.to_owned()))]);
    let access = TargetAccess::bind(&profile.target, &params, &secrets).unwrap();
    let base = format!("{}/api", served.url());
    let target = HttpTarget::new(target_client(None).unwrap(), &base, access).unwrap();
    World { served, profile, params, target: Arc::new(target) }
}

#[tokio::test]
async fn no_write_can_leave() {
    let world = world().await;
    let rule = RuleRef { file: "p.toml".into(), line: 1, name: "user.create".to_owned() };
    let call = |verb, body| TargetCall { body, ..TargetCall::new(verb, "/people/1", "user.get", rule.clone()) };
    // The client behind the wall does send writes.
    world.target.call(&call(Verb::Delete, None)).await.unwrap();
    let methods = || world.served.seen().iter().map(|seen| seen.method.clone()).collect::<Vec<_>>();
    assert_eq!(methods(), ["DELETE"]);

    let wall = ReadOnly::new(Arc::clone(&world.target));
    for verb in [Verb::Post, Verb::Put, Verb::Patch, Verb::Delete] {
        for body in [None, Some(json!({"login": "x"}))] {
            let refused = wall.call(&call(verb, body)).await.unwrap_err();
            assert_eq!(
                refused.to_string(),
                format!("the target cannot be reached: {verb} was not sent: only reads are")
            );
        }
    }
    assert!(wall.call(&call(Verb::Get, Some(json!({})))).await.is_err(), "a read with a body may be a write");
    assert_eq!(methods(), ["DELETE"], "nothing has left");
    assert_eq!(wall.call(&call(Verb::Get, None)).await.unwrap().status, 404);
    assert_eq!(methods(), ["DELETE", "GET"]);
    wall.call(&call(Verb::Query, Some(json!({"method": "get"})))).await.unwrap();
    assert_eq!(methods(), ["DELETE", "GET", "POST"], "a question is a read, however it is sent");
}

/// A whole exchange: a person is looked for at the real target, and not made there.
#[tokio::test]
async fn an_exchange_reads_the_target_and_writes_nothing() {
    let world = world().await;
    let real = ReadOnly::new(Arc::clone(&world.target));
    let target = Arc::new(Imagined::new(Arc::clone(&world.profile), Vec::new()).before(real));
    let rehearsal = Rehearsal::new(Arc::clone(&world.profile)).unwrap();
    let body = json!([{"op": "replace", "path": "title", "value": "Nurse"}]);
    for (method, path, body) in [
        ("POST", "/Users", json!({"userName": "kit@example.com", "displayName": "Kit Ng"})),
        ("GET", "/Users?filter=userName%20eq%20%22kit%40example.com%22", json!(null)),
        ("PATCH", "/Users/1", json!({"Operations": body})),
        ("DELETE", "/Users/1", json!(null)),
        ("POST", "/Groups", json!({"displayName": "Crew"})),
    ] {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let scene = Scene {
            params: world.params.clone(),
            protocol: Protocol::default(),
            target: Arc::clone(&target) as Arc<dyn Target>,
            remembered: Vec::new(),
        };
        rehearsal.play(scene, &Request::new(method, path, body)).await.unwrap();
    }
    let seen: Vec<String> = world.served.seen().iter().map(|seen| seen.method.clone()).collect();
    assert!(!seen.is_empty() && seen.iter().all(|method| method == "GET"), "{seen:?}");
    let origins: Vec<Origin> = target.made().iter().map(|made| made.origin).collect();
    assert!(origins.contains(&Origin::Target) && origins.contains(&Origin::NotPerformed), "{origins:?}");
}
