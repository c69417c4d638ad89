//! Every model of groups that products have (design, point 13), by one list of what an IdP does to them: whatever the model, the
//! same requests leave the same members.

use super::guild::Guild;
use super::hall::Trouble;
use super::*;

const USERS: &str = r#"profile = "guild"
title = "Guild"
[params]
own_account = { type = "text", default = "60" }
[target]
auth = "none"
[user]
id = "id"
[user.map]
userName = { direct = "login", match = 1 }
[[user.find]]
by = "userName"
get = "/people?login={login}"
rows = "people"
[user.get]
get = "/people/{id}"
[[error]]
when = { status = 409 }
is = "success"
"#;

const TEAMS: &str = r#"[group]
id = "id"
[group.map]
displayName = { direct = "name", match = 1 }
[group.get]
get = "/teams/{id}"
[group.list]
get = "/teams"
rows = "teams"
[group.create]
post = "/teams"
[[group.update]]
patch = "/teams/{id}"
"#;

/// A model: what it is called, its groups, its members, and the group that rows are about.
struct Model {
    name: &'static str,
    group: &'static str,
    members: &'static str,
    id: &'static str,
}

const MODELS: [Model; 7] = [
    Model {
        name: "below the team, in batches of elements",
        group: TEAMS,
        members: r#"value = ""
list = { get = "/teams/{id}/members", rows = "members" }
add = { post = "/teams/{id}/members", body = { team = "{name}", users = [{ id = "{member}" }] }, batch = 20 }
remove = { delete = "/teams/{id}/members", body = { users = [{ id = "{member}" }] }, batch = 20 }"#,
        id: "t-1",
    },
    Model {
        name: "resources of their own, found before they are ended",
        group: TEAMS,
        members: r#"value = "person"
list = { get = "/memberships?team={id}", rows = "memberships" }
find = { get = "/memberships?team={id}&person={member}", rows = "memberships", key = "key" }
add = { post = "/memberships", body = { team = "{id}", person = "{member}" } }
remove = { delete = "/memberships/{key}" }"#,
        id: "t-1",
    },
    Model {
        name: "resources of their own, whose keys the list shows",
        group: TEAMS,
        members: r#"value = "person"
key = "key"
list = { get = "/memberships?team={id}", rows = "memberships" }
has = { get = "/memberships?person={member}", rows = "memberships", group = "team" }
of = { get = "/memberships?person={member}", rows = "memberships", id = "team" }
add = { post = "/memberships", body = { team = "{id}", person = "{member}" } }
remove = { delete = "/memberships/{key}" }"#,
        id: "t-1",
    },
    Model {
        name: "a whole list",
        group: TEAMS,
        members: r#"value = ""
hidden = ["{own_account}"]
list = { get = "/teams/{id}/members", rows = "members" }
set = { put = "/teams/{id}/members", body = { ids = "{members}" }, wrap = "team" }"#,
        id: "t-1",
    },
    Model {
        name: "a list in the user's record",
        group: TEAMS,
        members: r#"value = "id"
list = { get = "/people", rows = "people", group = "team_ids" }
[group.members.add]
patch = "/people/{member}"
body = { team_ids = "{merged}" }
merge = { get = "/people/{member}", field = "team_ids" }
[group.members.remove]
patch = "/people/{member}"
body = { team_ids = "{merged}" }
merge = { get = "/people/{member}", field = "team_ids" }"#,
        id: "t-1",
    },
    Model { name: "one field of the user's record", group: TEAMS, members: ONE_FIELD, id: "t-1" },
    Model {
        name: "fixed values of a field of the user's record",
        group: r#"[group]
fixed = [{ id = "basic", displayName = "Ops" }, { id = "admin", displayName = "Admins" }]
"#,
        members: ONE_FIELD,
        id: "basic",
    },
];

const ONE_FIELD: &str = r#"value = "id"
list = { get = "/people?team={id}", rows = "people" }
[group.members.add]
put = "/people/{member}"
body = { person = "{record}" }
merge = { get = "/people/{member}", field = "team", single = true, none = "none" }
[group.members.remove]
put = "/people/{member}"
body = { person = "{record}" }
merge = { get = "/people/{member}", field = "team", single = true, none = "none" }"#;

/// The exchange in front of a guild.
struct Bench {
    house: House,
    guild: Arc<Guild>,
    model: &'static Model,
}

/// Sixty people, of whom 1 and 2 are members.
fn bench(model: &'static Model) -> Bench {
    let profile = format!("{USERS}{}[group.members]\n{}\n", model.group, model.members);
    let mut house = house_of(profile, Quirk::None, &[]);
    let guild = Arc::new(Guild::default());
    house.tenant.target = Arc::clone(&guild) as _;
    guild.populate(60, model.id, &["1", "2"]);
    Bench { house, guild, model }
}

impl Bench {
    /// What a PATCH is answered.
    async fn patch(&self, op: &str, members: &Value) -> String {
        let body = json!({"Operations": [{"op": op, "path": "members", "value": members}]});
        self.house.answer(&format!("PATCH /Groups/{}", self.model.id), &body).await
    }

    /// Asks, and compares the members that are there afterwards.
    async fn leaves(&self, op: &str, members: impl IntoIterator<Item = usize>, expected: &[&str]) {
        assert_eq!(self.patch(op, &people(members)).await, "204", "{}: {op}", self.model.name);
        assert_eq!(self.guild.members(self.model.id), expected, "{}: {op}", self.model.name);
    }

    /// The calls since the last time that write.
    fn writes(&self) -> Vec<String> {
        self.guild.take_calls().into_iter().filter(|call| !call.starts_with("GET ")).collect()
    }
}

fn people(ids: impl IntoIterator<Item = usize>) -> Value {
    ids.into_iter().map(|id| json!({"value": id.to_string()})).collect()
}

#[tokio::test]
async fn members_come_and_go_and_come_again() {
    for model in &MODELS {
        let bench = bench(model);
        bench.leaves("add", [3], &["1", "2", "3"]).await;
        assert!(!bench.writes().is_empty(), "{}", model.name);
        bench.leaves("add", [3], &["1", "2", "3"]).await;
        bench.leaves("remove", [1], &["2", "3"]).await;
        bench.leaves("remove", [1], &["2", "3"]).await;
        bench.leaves("replace", [3, 4, 5], &["3", "4", "5"]).await;
        bench.writes();
        bench.leaves("replace", [3, 4, 5], &["3", "4", "5"]).await;
        assert_eq!(bench.writes(), Vec::<String>::new(), "{}", model.name);
        let operation = json!({"Operations": [{"op": "remove", "path": "members[value eq \"4\"]"}]});
        let answer = bench.house.answer(&format!("PATCH /Groups/{}", model.id), &operation).await;
        assert_eq!(
            (answer.as_str(), bench.guild.members(model.id)),
            ("204", vec!["3".into(), "5".into()]),
            "{}",
            model.name
        );
        // What else the records have is still there.
        assert_eq!(bench.guild.person("3")["note"], "keep", "{}", model.name);
    }
}

#[tokio::test]
async fn many_come_and_go_at_once() {
    for model in &MODELS {
        let bench = bench(model);
        let all: Vec<String> = (1..=58).map(|id| id.to_string()).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        bench.leaves("add", 1..=58, &all).await;
        bench.leaves("remove", 2..=58, &["1"]).await;
        bench.leaves("replace", 1..=58, &all).await;
    }
}

#[tokio::test]
async fn who_is_not_there_is_refused_before_anything_is_written() {
    for model in &MODELS {
        let bench = bench(model);
        for (op, members, expected) in [
            ("add", people([3, 99]), "400 invalidValue `members`: there is no user `99`"),
            ("replace", people([3, 99]), "400 invalidValue `members`: there is no user `99`"),
        ] {
            assert_eq!(bench.patch(op, &members).await, expected, "{}", model.name);
        }
        // Groups are no members of any of them, the group itself least of all.
        let itself = json!([{"value": model.id, "type": "Group"}]);
        let refused = "400 invalidValue `members`: a member of type `Group` cannot be in a group of this product";
        assert_eq!(bench.patch("add", &itself).await, refused, "{}", model.name);
        let unknown = format!("400 invalidValue `members`: there is no user `{}`", model.id);
        assert_eq!(bench.patch("add", &json!([{"value": model.id}])).await, unknown, "{}", model.name);
        assert_eq!(
            (bench.writes(), bench.guild.members(model.id)),
            (vec![], vec!["1".into(), "2".into()]),
            "{}",
            model.name
        );
    }
}

#[tokio::test]
async fn a_change_that_was_cut_off_is_completed_by_its_repetition() {
    for model in &MODELS {
        for trouble in [Trouble::Before, Trouble::After] {
            for at in 0.. {
                let bench = bench(model);
                bench.guild.plan_trouble(Some(trouble(at)));
                let first = bench.patch("replace", &people([2, 3, 4])).await;
                let came = bench.guild.is_over();
                assert_eq!(came, first != "204", "{} {:?}: {first}", model.name, trouble(at));
                bench.guild.plan_trouble(None);
                bench.leaves("replace", [2, 3, 4], &["2", "3", "4"]).await;
                if !came {
                    assert!(at >= 1, "{}: nothing was written", model.name);
                    break;
                }
            }
        }
    }
}

#[tokio::test]
async fn groups_are_read_with_their_members_and_found_by_them() {
    for model in &MODELS {
        let bench = bench(model);
        let ask = async |request: &str| bench.house.answer(request, &Value::Null).await;
        let shown = format!("200 {{\"id\":\"{}\",\"displayName\":\"Ops\"}} of 1 2", model.id);
        assert_eq!(ask(&format!("GET /Groups/{}", model.id)).await, shown, "{}", model.name);
        for (filter, found) in [
            ("members.value eq \"2\"", true),
            ("members[value eq \"1\"]", true),
            ("members eq \"3\"", false),
            ("members eq \"99\"", false),
            ("displayName eq \"Ops\" and members eq \"2\"", true),
        ] {
            let expected =
                if found { format!("200 1 in all, from 1: {}", model.id) } else { "200 0 in all, from 1:".to_owned() };
            let answer = ask(&search(filter).replace("/Users", "/Groups")).await;
            assert_eq!(answer, expected, "{}: {filter}", model.name);
        }
        drop(bench.guild.take_calls());
        let excluded = format!("GET /Groups/{}?excludedAttributes=members", model.id);
        assert_eq!(ask(&excluded).await, format!("200 {{\"id\":\"{}\",\"displayName\":\"Ops\"}}", model.id));
        assert!(bench.guild.take_calls().len() <= 1, "{}", model.name);
    }
}

#[tokio::test]
async fn a_new_group_gets_its_members() {
    for model in MODELS.iter().filter(|model| model.id == "t-1") {
        let bench = bench(model);
        let lab = json!({"displayName": "Lab", "members": people([3, 4])});
        let made = r#"201 {"id":"t-2","displayName":"Lab"} of 3 4"#;
        assert_eq!(bench.house.answer("POST /Groups", &lab).await, made, "{}", model.name);
        assert_eq!(bench.guild.members("t-2"), ["3", "4"], "{}", model.name);
        // Once more: the first answer was lost.
        assert_eq!(bench.house.answer("POST /Groups", &lab).await, made, "{}", model.name);
        bench.writes();
        let unknown = json!({"displayName": "New", "members": people([99])});
        let refused = "400 invalidValue `members`: there is no user `99`";
        assert_eq!(bench.house.answer("POST /Groups", &unknown).await, refused, "{}", model.name);
        assert_eq!(bench.writes(), Vec::<String>::new(), "{}", model.name);
    }
}

#[tokio::test]
async fn each_model_makes_the_calls_of_its_product() {
    let expected: [&[&str]; 7] = [
        &[
            r#"DELETE /teams/t-1/members {"users":[{"id":"1"},{"id":"2"}]}"#,
            r#"POST /teams/t-1/members {"team":"Ops","users":[{"id":"3"},{"id":"4"}]}"#,
        ],
        &[
            "DELETE /memberships/1",
            "DELETE /memberships/2",
            r#"POST /memberships {"team":"t-1","person":"3"}"#,
            r#"POST /memberships {"team":"t-1","person":"4"}"#,
        ],
        &[
            "DELETE /memberships/1",
            "DELETE /memberships/2",
            r#"POST /memberships {"team":"t-1","person":"3"}"#,
            r#"POST /memberships {"team":"t-1","person":"4"}"#,
        ],
        &[r#"PUT /teams/t-1/members {"team":{"ids":["3","4"]}}"#],
        &[
            r#"PATCH /people/1 {"team_ids":[]}"#,
            r#"PATCH /people/2 {"team_ids":[]}"#,
            r#"PATCH /people/3 {"team_ids":["t-1"]}"#,
            r#"PATCH /people/4 {"team_ids":["t-1"]}"#,
        ],
        &[
            r#"PUT /people/1 {"person":{"id":"1","login":"p1","note":"keep","team":"none","team_ids":["t-1"]}}"#,
            r#"PUT /people/2 {"person":{"id":"2","login":"p2","note":"keep","team":"none","team_ids":["t-1"]}}"#,
            r#"PUT /people/3 {"person":{"id":"3","login":"p3","note":"keep","team":"t-1","team_ids":[]}}"#,
            r#"PUT /people/4 {"person":{"id":"4","login":"p4","note":"keep","team":"t-1","team_ids":[]}}"#,
        ],
        &[
            r#"PUT /people/1 {"person":{"id":"1","login":"p1","note":"keep","team":"none","team_ids":["basic"]}}"#,
            r#"PUT /people/2 {"person":{"id":"2","login":"p2","note":"keep","team":"none","team_ids":["basic"]}}"#,
            r#"PUT /people/3 {"person":{"id":"3","login":"p3","note":"keep","team":"basic","team_ids":[]}}"#,
            r#"PUT /people/4 {"person":{"id":"4","login":"p4","note":"keep","team":"basic","team_ids":[]}}"#,
        ],
    ];
    for (model, expected) in MODELS.iter().zip(expected) {
        let bench = bench(model);
        assert_eq!(bench.patch("replace", &people([3, 4])).await, "204", "{}", model.name);
        assert_eq!(bench.writes(), expected, "{}", model.name);
    }
}

// === what only some have ===

#[tokio::test]
async fn a_hidden_member_is_seen_by_nobody_and_stays() {
    let bench = bench(&MODELS[3]);
    bench.guild.populate(60, "t-1", &["60"]);
    let ask = async |request: &str| bench.house.answer(request, &Value::Null).await;
    assert_eq!(ask("GET /Groups/t-1").await, r#"200 {"id":"t-1","displayName":"Ops"} of 1 2"#);
    let found = ask(&search("members eq \"60\"").replace("/Users", "/Groups")).await;
    assert_eq!(found, "200 0 in all, from 1:");
    bench.leaves("remove", [60], &["1", "2", "60"]).await;
    bench.leaves("replace", [3], &["3", "60"]).await;
    let refused = "400 invalidValue `members`: `60` cannot be in a group by provisioning";
    assert_eq!(bench.patch("add", &people([60])).await, refused);
}

#[tokio::test]
async fn the_other_groups_of_a_user_stay_as_they_are() {
    let bench = bench(&MODELS[4]);
    bench.guild.populate(60, "t-7", &["1", "3"]);
    bench.leaves("add", [3], &["1", "2", "3"]).await;
    bench.leaves("remove", [1], &["2", "3"]).await;
    assert_eq!(bench.guild.members("t-7"), ["1", "3"]);
}

#[tokio::test]
async fn who_left_for_another_group_is_not_taken_out_of_it() {
    let bench = bench(&MODELS[6]);
    let admins = json!({"Operations": [{"op": "add", "path": "members", "value": people([1])}]});
    assert_eq!(bench.house.answer("PATCH /Groups/admin", &admins).await, "204");
    assert_eq!((bench.guild.members("basic"), bench.guild.members("admin")), (vec!["2".into()], vec!["1".into()]));
    bench.leaves("remove", [1], &["2"]).await;
    assert_eq!(bench.guild.members("admin"), ["1"]);
}

#[tokio::test]
async fn two_groups_that_take_one_user_at_once_both_have_them() {
    let bench = bench(&MODELS[4]);
    let lab = json!({"displayName": "Lab"});
    assert!(bench.house.answer("POST /Groups", &lab).await.starts_with("201"));
    let add = json!({"Operations": [{"op": "add", "path": "members", "value": people([3])}]});
    let answers =
        tokio::join!(bench.house.answer("PATCH /Groups/t-1", &add), bench.house.answer("PATCH /Groups/t-2", &add));
    assert_eq!((answers.0.as_str(), answers.1.as_str()), ("204", "204"));
    assert_eq!(
        (bench.guild.members("t-1").contains(&"3".into()), bench.guild.members("t-2")),
        (true, vec!["3".into()])
    );
}

#[tokio::test]
async fn fixed_groups_are_found_and_filled_and_nothing_else() {
    let bench = bench(&MODELS[6]);
    let ask = async |request: &str, body: Value| {
        drop(bench.guild.take_calls());
        bench.house.answer(request, &body).await
    };
    let groups = |filter: &str| search(filter).replace("/Users", "/Groups");
    for (request, expected) in [
        ("GET /Groups?excludedAttributes=members".to_owned(), "200 2 in all, from 1: basic admin"),
        ("GET /Groups?count=1&startIndex=2&excludedAttributes=members".to_owned(), "200 2 in all, from 2: admin"),
        (groups("displayName eq \"admins\"") + "&excludedAttributes=members", "200 1 in all, from 1: admin"),
        (groups("id eq \"basic\"") + "&excludedAttributes=members", "200 1 in all, from 1: basic"),
        (groups("displayName eq \"Nobody\""), "200 0 in all, from 1:"),
        ("GET /Groups/nobody".to_owned(), "404 there is no Group `nobody`"),
    ] {
        assert_eq!(ask(&request, Value::Null).await, expected, "{request}");
        assert_eq!(bench.guild.take_calls(), Vec::<String>::new(), "{request}");
    }
    let unsupported = |what: &str| format!("501 this product cannot {what} groups by provisioning");
    let same = json!({"displayName": "Ops", "externalId": "x"});
    assert_eq!(ask("POST /Groups", same.clone()).await, unsupported("create"));
    assert_eq!(ask("DELETE /Groups/basic", Value::Null).await, unsupported("delete"));
    let other = replaces("displayName", &json!("Other"));
    assert!(ask("PATCH /Groups/basic", other).await.starts_with("400 mutability"));
    // An IdP that links a group writes what it is called, and its own id.
    assert_eq!(ask("PATCH /Groups/basic", replaces("displayName", &json!("Ops"))).await, "204");
    assert_eq!(ask("PUT /Groups/basic", same).await, r#"200 {"id":"basic","displayName":"Ops"} of 1 2"#);
    assert_eq!(bench.writes(), Vec::<String>::new());
    let body = |answer: Answer| answer.body.unwrap();
    let schema = "GET /Schemas/urn:ietf:params:scim:schemas:core:2.0:Group";
    let schema = body(bench.house.try_answer(schema, &Value::Null, [None, None]).await.unwrap());
    let name = schema["attributes"].as_array().unwrap().iter().find(|attribute| attribute["name"] == "displayName");
    assert_eq!(name.unwrap()["mutability"], "readOnly", "{schema}");
}

#[test]
fn the_groups_of_the_table_are_without_errors() {
    for model in &MODELS {
        let profile = format!("{USERS}{}[group.members]\n{}\n", model.group, model.members);
        assert!(Profile::load("guild/profile.toml", &profile).is_ok(), "{}", model.name);
    }
}
