//! Stories, told from inside: what is asked, what was not known, how it ends.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;

use super::*;

/// The story of `request` to `profile`, whose target says `answers`.
async fn tell(profile: &str, request: &str, answers: &str) -> Story {
    let shipped = rules::shipped::shipped(profile).unwrap();
    let (profile, _) = Profile::load(&format!("{profile}/profile.toml"), shipped.profile).unwrap();
    tell_of(&Arc::new(profile), request, answers).await
}

async fn tell_of(profile: &Arc<Profile>, request: &str, answers: &str) -> Story {
    // Another test of this process may have done so.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let question = Question {
        params: Params::bind(&profile.params, &BTreeMap::new()).unwrap(),
        profile: Arc::clone(profile),
        protocol: Protocol::default(),
        given: Given::read(answers).unwrap(),
        request: Request::read(request).unwrap(),
        tenant: None,
        real: None,
    };
    question.play().await.unwrap()
}

async fn story(profile: &str, request: Value, answers: Value) -> Value {
    tell(profile, &request.to_string(), &answers.to_string()).await.to_json()
}

fn managers() -> Value {
    json!({"call": "GET /managers", "status": 200, "body": {"managers": [{"id": "m1", "name": "North"}]}})
}

fn user() -> Value {
    let body = json!({"id": "1", "msisdn": "12025550142", "managerId": "m1", "status": "ENABLED"});
    json!({"call": "GET /users/1", "status": 200, "body": body})
}

/// What was called and who answered; whether the answer is known; the notes' beginnings.
async fn check(profile: &str, request: Value, answers: Value, calls: &[&str], status: Value, notes: &[&str]) {
    let story = story(profile, request.clone(), answers).await;
    let told = |call: &Value| {
        let text = |name: &str| call[name].as_str().unwrap().to_owned();
        format!("{} {}: {}", text("method"), text("path"), text("answered"))
    };
    let made: Vec<String> = story["calls"].as_array().unwrap().iter().map(told).collect();
    assert_eq!(made, calls, "{request}");
    assert_eq!(story["answer"]["status"], status, "{story}");
    let found: Vec<&str> = story["notes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let as_expected =
        found.len() == notes.len() && found.iter().zip(notes).all(|(note, start)| note.starts_with(start));
    assert!(as_expected, "{found:?}");
}

#[tokio::test]
async fn no_write_is_performed_and_what_is_not_known_is_said() {
    let create =
        json!({"method": "POST", "path": "/Users", "body": {"userName": "2025550142", "displayName": "North"}});
    let find = "GET /users?msisdn=12025550142: nobody";
    let lost = "the story ends here: what is in the table `managers` is not known; say it with --given: \
                [{\"call\":\"GET /managers\",\"status\":200,\"body\":{\"managers\":[{\"id\":\"1\",\"name\":\"…\"}]}}]";
    let after = "the answer depends on what the product says to call 3, which was not performed; say it";
    check("telemessage", create.clone(), json!([]), &[find, "GET /managers: nobody"], Value::Null, &[lost]).await;
    let calls = [find, "GET /managers: given", "POST /users: not performed"];
    check("telemessage", create.clone(), json!([managers()]), &calls, Value::Null, &[after]).await;
    let made = json!({"call": "POST /users", "status": 201, "body": user()["body"]});
    let calls = [find, "GET /managers: given", "POST /users: given"];
    check("telemessage", create, json!([managers(), made]), &calls, json!(201), &[]).await;

    let unknown =
        json!({"method": "POST", "path": "/Users", "body": {"userName": "2025550142", "displayName": "South"}});
    let note = "the table `managers` has no such row; say it with --given: ";
    check("telemessage", unknown, json!([managers()]), &[find, "GET /managers: given"], json!(400), &[note]).await;
}

#[tokio::test]
async fn every_call_of_a_plan_is_told_though_none_is_performed() {
    let operations = json!([{"op": "replace", "value": {"active": false, "name.givenName": "Ada"}}]);
    let patch = json!({"method": "patch", "path": "/t/acme/scim/v2/Users/1", "body": {"Operations": operations}});
    let calls = ["GET /users/1: nobody"];
    let absent = "no user has this id, as what the product holds is not known; say it with --given: ";
    check("telemessage", patch.clone(), json!([]), &calls, json!(404), &[absent]).await;
    let calls = [
        "GET /users/1: given",
        "GET /managers: given",
        "POST /users/1/suspend: not performed",
        "PATCH /users/1: not performed",
    ];
    let notes = [
        "the answer depends on what the product says to call 3",
        "the answer depends on what the product says to call 4",
    ];
    check("telemessage", patch, json!([managers(), user()]), &calls, Value::Null, &notes).await;
}

#[tokio::test]
async fn a_refusal_names_its_rule_and_a_misspelt_answer_is_noticed() {
    let create =
        json!({"request": {"method": "POST", "path": "/scim/v2/Users", "body": {"userName": "x", "displayName": "y"}}});
    let told = story("telemessage", create, json!([user()])).await;
    assert_eq!(told["operation"], "user.create");
    assert_eq!(told["answer"]["status"], 400);
    let rule = told["answer"]["rule"].as_str().unwrap();
    assert!(rule.starts_with("user.map.userName (telemessage/profile.toml:"), "{rule}");
    assert_eq!(told["notes"], json!(["an answer was given to `GET /users/1`, and nobody asked for it"]));

    let taken = json!({"call": "PATCH /users/1", "status": 422, "body": {"code": "MSISDN_TAKEN"}});
    let operations = json!([{"op": "replace", "path": "userName", "value": "2025550143"}]);
    let patch = json!({"method": "PATCH", "path": "/Users/1", "body": {"Operations": operations}});
    let told = story("telemessage", patch, json!([managers(), user(), taken])).await;
    assert_eq!(told["answer"]["status"], 409);
    let rule = told["answer"]["rule"].as_str().unwrap();
    assert!(rule.starts_with("error"), "{rule}");

    let nowhere = story("telemessage", json!({"method": "GET", "path": "/Nowhere"}), json!([])).await;
    assert_eq!((nowhere["operation"].as_str(), &nowhere["answer"]["status"]), (Some(""), &json!(404)));
}

#[tokio::test]
async fn a_change_of_members_is_told_and_who_belongs_to_a_group_is_not_known() {
    let team =
        json!({"call": "GET /teams/t-1", "status": 200, "body": {"team": {"tid": "t-1", "name": "Crew", "rev": 2}}});
    let remove = json!([{"op": "remove", "path": "members[value eq \"7\"]"}]);
    let patch = json!({"method": "PATCH", "path": "/scim/v2/Groups/t-1", "body": {"Operations": remove}});
    let calls = ["GET /teams/t-1: given", "POST /teams/t-1/members/remove: not performed"];
    let after = "the answer depends on what the product says to call 2";
    check("directory", patch, json!([team]), &calls, Value::Null, &[after]).await;

    let read = json!({"method": "GET", "path": "/Groups/t-1"});
    let calls = ["GET /teams/t-1: given", "GET /teams/t-1/members?offset=0&limit=500: nobody"];
    let unknown = "the story ends here: who belongs to the group is not known; say it with --given: \
                   [{\"call\":\"GET /teams/t-1/members?offset=0&limit=500\",\"status\":200,\
                   \"body\":{\"members\":[{\"id\":\"…\"}]}}]";
    check("directory", read.clone(), json!([team]), &calls, Value::Null, &[unknown]).await;
    let calls = ["GET /teams/t-1: nobody"];
    let absent = "no group has this id, as what the product holds is not known; say it with --given: \
                  [{\"call\":\"GET /teams/t-1\",\"status\":200,\"body\":{\"team\":{\"tid\":\"…\"}}}]";
    check("directory", read, json!([]), &calls, json!(404), &[absent]).await;
}

/// New members are looked up side by side, and no step tells of them one by one.
#[tokio::test]
async fn a_step_has_the_number_of_its_own_call() {
    let team = json!({"call": "GET /teams/t-1", "status": 200, "body": {"team": {"tid": "t-1", "name": "Crew"}}});
    let person = |id: u8| json!({"call": format!("GET /people/{id}"), "status": 200, "body": {"person": {"pid": id}}});
    let add = json!([{"op": "add", "path": "members", "value": [{"value": "7", "type": "User"}, {"value": "8", "type": "User"}]}]);
    let patch = json!({"method": "PATCH", "path": "/Groups/t-1", "body": {"Operations": add}});
    let told = story("directory", patch, json!([team, person(7), person(8)])).await;
    let steps = told["steps"].as_array().unwrap().iter().filter(|step| step["stage"] == "call");
    let steps: Vec<&str> = steps.filter_map(|step| step["text"].as_str()).collect();
    assert_eq!(steps, ["call 1: GET /teams/t-1 → done", "call 4: POST /teams/t-1/members → not performed"], "{told}");
}

#[tokio::test]
async fn the_conditions_of_a_request_count() {
    let person =
        json!({"call": "GET /people/1", "status": 200, "body": {"person": {"pid": 1, "login": "a", "rev": 3}}});
    for (header, tag, status) in [("If-Match", "W/\"2\"", 412), ("if-none-match", "W/\"3\"", 304), ("Accept", "x", 200)]
    {
        let method = if header == "If-Match" { "DELETE" } else { "GET" };
        let request = json!({"method": method, "path": "/Users/1", "headers": {header: tag}});
        check("directory", request, json!([person]), &["GET /people/1: given"], json!(status), &[]).await;
    }
}

#[tokio::test]
async fn an_answer_that_nobody_understands_is_told_with_its_call_and_its_rule() {
    let list = json!({"call": "GET /users?offset=0&limit=100", "status": 200, "body": {"people": []}});
    let no_table = json!({"call": "GET /managers", "status": 200, "body": {"managers": {"m1": "North"}}});
    let broken = json!({"call": "GET /users/1", "status": 500, "body": {"oh": "no"}});
    for (path, answers, rule, note) in [
        (
            "/Users",
            json!([list]),
            "user.list (telemessage/profile.toml:",
            "no array of rows in field `users`; it answered 200 {\"people\":[]}",
        ),
        (
            "/Users/1",
            json!([user(), no_table]),
            "lookup.managers (telemessage/profile.toml:",
            "no array of rows in field `managers`; it answered 200 {\"managers\":{\"m1\":\"North\"}}",
        ),
        (
            "/Users/1",
            json!([broken]),
            "user.get (telemessage/profile.toml:",
            "the target failed (500); it answered 500 {\"oh\":\"no\"}",
        ),
    ] {
        let told = story("telemessage", json!({"method": "GET", "path": path}), answers).await;
        let found = told["answer"]["rule"].as_str().unwrap();
        assert!(found.starts_with(rule), "{told}");
        let notes: Vec<&str> = told["notes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let [only] = notes[..] else { panic!("{told}") };
        assert!(only.starts_with("call ") && only.contains(rule) && only.ends_with(note), "{only}");
    }
}

#[tokio::test]
async fn a_call_is_told_with_everything_that_it_carries_and_no_secret() {
    let profile = "profile = \"small\"\ntitle = \"Small\"\n[params]\naccount = { type = \"text\", default = \"a b\" }\n\
        [target]\nauth = [{ bearer = \"secret:token\" }, { query = \"key\", value = \"secret:key\" }]\n\
        headers = { X-Account = \"{account}\", X-Api = \"3\" }\nquery = { tenant = \"{account}\" }\n\
        [user]\nid = \"id\"\n[user.map]\nuserName = { direct = \"login\" }\nexternalId = { keep = true }\n\
        [user.get]\nget = \"/users/{id}\"\nheaders = { X-Api = \"4\" }\n[[user.update]]\npatch = \"/users/{id}\"\n";
    let (profile, _) = Profile::load("small/profile.toml", profile).unwrap();
    let operations = json!([{"op": "replace", "path": "userName", "value": "kit"}]);
    let patch = json!({"method": "PATCH", "path": "/Users/1", "body": {"Operations": operations}});
    let answers = json!([{"call": "GET /users/1", "status": 200, "body": {"id": "1", "login": "ada"}}]);
    let told = tell_of(&Arc::new(profile), &patch.to_string(), &answers.to_string()).await;
    let json = told.to_json();
    let common = [("accept", "application/json"), ("authorization", "Bearer [redacted]"), ("x-account", "a b")];
    for (at, own) in [(0, vec![("x-api", "4")]), (1, vec![("content-type", "application/json"), ("x-api", "3")])] {
        let expected: json::Map =
            common.iter().chain(&own).map(|(name, value)| ((*name).to_owned(), json!(*value))).collect();
        let found = json["calls"][at]["headers"].as_object().unwrap();
        assert!(
            found.len() == expected.len() && expected.iter().all(|(name, value)| found.get(name) == Some(value)),
            "{json}"
        );
        assert_eq!(json["calls"][at]["query"], "tenant=a%20b&key=[redacted]");
    }
    let text = told.to_text();
    let start = "\ncalls\n  each with\n     accept: application/json\n     authorization: Bearer [redacted]\n     x-account: a b\n     \
                 ?tenant=a%20b&key=[redacted]\n  1  GET /users/1   ← user.get (small/profile.toml:15)\n     x-api: 4\n     answered 200 ";
    assert!(text.contains(start), "{text}");
    assert!(text.contains("\n     content-type: application/json\n     x-api: 3\n"), "{text}");
}

#[tokio::test]
async fn of_a_tenant_it_is_said_that_nothing_is_remembered() {
    let (profile, _) = Profile::load("p.toml", rules::shipped::shipped("telemessage").unwrap().profile).unwrap();
    let profile = Arc::new(profile);
    let tenant = Chosen {
        id: "acme".to_owned(),
        how: "named".to_owned(),
        profile: Arc::clone(&profile),
        params: Params::bind(&profile.params, &BTreeMap::new()).unwrap(),
        protocol: Protocol::default(),
        base: "https://product.example.com".to_owned(),
        live: true,
    };
    let read = json!({"method": "GET", "path": "/Users/1"}).to_string();
    let told = async |tenant| {
        let story = tell_of(&profile, &read, &json!([managers(), user()]).to_string()).await;
        story.of(tenant).forgetful(&profile).to_json()
    };
    let with = told(Some(tenant)).await;
    let note = "nothing is remembered, `externalId` of nobody: the store is not opened; say what it remembers with --given: \
                {\"remembered\":[{\"kind\":\"user\",\"id\":\"…\",\"kept\":{\"externalId\":\"…\"}}]}";
    assert_eq!(with["notes"], json!([note]));
    let without = told(None).await;
    assert_eq!(without["notes"], json!([]));
}

#[tokio::test]
async fn passwords_are_not_told() {
    let create = json!({"method": "POST", "path": "/Users", "body": {"userName": "ada", "password": "sunny-hill-42"}});
    let told = story("directory", create, json!([])).await;
    assert_eq!(told["calls"][0]["body"]["secret"], "[redacted]");
    assert!(!told.to_string().contains("sunny-hill-42"), "{told}");
}

#[tokio::test]
async fn of_several_answers_to_one_call_each_is_given_once_and_the_last_for_ever() {
    let later = json!({"call": "GET /people/1", "status": 200, "body": {"person": {"pid": 1, "login": "later"}}});
    let before = json!({"call": "GET /people/1", "status": 200, "body": {"person": {"pid": 1, "login": "before"}}});
    let read = json!({"method": "GET", "path": "/Users/1"});
    let told = story("directory", read.clone(), json!([before, later])).await;
    assert_eq!(told["answer"]["body"]["userName"], "before");
    assert_eq!(told["notes"], json!(["an answer was given to `GET /people/1`, and nobody asked for it"]));
}

#[tokio::test]
async fn what_is_given_may_be_more_than_answers() {
    let user = json!({"call": "GET /users/1", "status": 200, "headers": {"ETag": "3"}, "body": user()["body"]});
    let facts = json!({
        "answers": [managers(), user],
        "remembered": [{"id": "1", "kept": {"externalId": "x"}, "spellings": {"userName": {"sent": "(202) 555-0142", "normal": "12025550142"}}}],
    });
    let told = story("telemessage", json!({"method": "GET", "path": "/Users/1"}), facts).await;
    let answer = &told["answer"]["body"];
    assert_eq!((&answer["externalId"], &answer["userName"]), (&json!("x"), &json!("(202) 555-0142")), "{told}");
    let wrong = [
        ("{}", ""),
        ("{", "not JSON: "),
        (r#"[{"call": "GET /x"}]"#, "not what can be given: missing field `status`"),
        (r#"{"protocol": "3"}"#, "there is no protocol `3`"),
        (r#"{"answer": []}"#, "not what can be given: unknown field `answer`"),
    ];
    for (text, start) in wrong {
        let problem = Given::read(text).err().unwrap_or_default();
        assert!(problem.starts_with(start) && problem.is_empty() == start.is_empty(), "{text}: {problem}");
    }
}

/// Words of the command line; profile and request that they name, if they can.
type Named<'n> = (&'n [&'n str], Option<(&'n str, &'n str)>);

#[test]
fn what_is_named_is_profile_and_request() {
    let options = |words: &[&str]| {
        let words = ["scimgate", "explain"].iter().chain(words);
        match <cli::Cli as clap::Parser>::try_parse_from(words).unwrap().command {
            cli::Command::Explain(options) => options,
            other => panic!("{other:?}"),
        }
    };
    let rows: [Named<'_>; 7] = [
        (&["p", "r"], Some(("p", "r"))),
        (&["--profile", "p", "r"], Some(("p", "r"))),
        (&["p", "--curl", "curl /Users"], Some(("p", ""))),
        (&["--profile", "p", "--curl", "curl /Users"], Some(("p", ""))),
        (&["--config", "c", "r"], Some(("", "r"))),
        (&["--config", "c", "p", "r"], None),
        (&[], Some(("", ""))),
    ];
    for (words, expected) in rows {
        let options = options(words);
        let found = named(&options).ok();
        let text = |path: Option<&Path>| path.and_then(Path::to_str).unwrap_or_default().to_owned();
        let found = found.map(|(profile, request)| (text(profile), text(request)));
        let found = found.as_ref().map(|(profile, request)| (profile.as_str(), request.as_str()));
        assert_eq!(found, expected, "{words:?}");
    }
    let refused = |words: &[&str]| Question::read(&options(words)).err().unwrap_or_default();
    assert!(refused(&["telemessage"]).starts_with("there is no request: "));
    assert!(refused(&[]).starts_with("there is no profile: "));
    assert!(refused(&["phonebook", "-"]).contains("phonebook"), "before standard input is read");
    assert!(refused(&["--curl", "curl /Users"]).starts_with("there is no profile: "));
    assert!(refused(&["telemessage", "x", "--curl", "curl /Users"]).starts_with("the request is given twice"));
}

#[test]
fn parameters_are_read_as_the_profile_declares_them() {
    let rows = [
        (Some(ParamKind::Integer), "42", json!(42)),
        (Some(ParamKind::Integer), "x", json!("x")),
        (Some(ParamKind::Boolean), "true", json!(true)),
        (Some(ParamKind::Text), "true", json!("true")),
        (Some(ParamKind::Region), "GB", json!("GB")),
        (None, "1", json!("1")),
    ];
    for (kind, text, expected) in rows {
        assert_eq!(typed(kind, text), expected, "{kind:?} {text}");
    }
    let shipped = rules::shipped::shipped("telemessage").unwrap();
    let (profile, _) = Profile::load("profile.toml", shipped.profile).unwrap();
    let given = |param: &str| {
        let values = params(&profile, &[param.to_owned()]);
        values.and_then(|values| Given::default().params(&profile, values)).err()
    };
    assert_eq!(given("region=GB"), None);
    assert!(given("region").unwrap().contains("write `--param region=…`"));
    assert!(given("region=gb").unwrap().contains("must be a region"));
}

#[tokio::test]
async fn the_story_of_the_reference_is_told_so() {
    let reference = include_str!("../../../../docs/cli.md");
    let block = |fence: &str| {
        let (_, rest) = reference.split_once(&format!("```{fence}\n")).unwrap();
        rest.split_once("```").unwrap().0
    };
    let text = tell("telemessage", block("json request"), block("json answers")).await.to_text();
    assert!(text.contains(&format!("\ncalls\n{}\n", block("text calls"))), "{text}");
}
