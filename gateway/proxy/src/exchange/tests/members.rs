//! Groups whose members are kept apart: what each request costs, what it leaves behind, and what it is refused for.

use super::hall::{Gate, Trouble, gate};
use super::*;
use crate::limits::MEMBERS_NEW_MAX;

/// Removals in batches.
const BATCHED: (&str, &str) = (
    "remove = { delete = \"/teams/{id}/members/{member}\" }",
    "remove = { post = \"/teams/{id}/members/remove\", body = { ids = \"{members}\" }, batch = 500 }",
);
const UNCHECKED: (&str, &str) = ("has = ", "check = false\nhas = ");
const GET: &str = "GET /teams/t-1";
const READ: &str = "GET /teams/t-1/members?offset=0&limit=500";

/// A gate with this many people, who all are in team `Ops` (t-1) up to `members`.
fn crowd(edits: &[(&str, &str)], people: usize, members: usize) -> Gate {
    let gate = gate(edits);
    gate.hall.add_people(people);
    gate.hall.add_team("Ops", 1..=members);
    gate
}

/// Members as an IdP sends them.
fn people(ids: impl IntoIterator<Item = usize>) -> Value {
    ids.into_iter().map(|id| json!({"value": id.to_string()})).collect()
}

fn patch(op: &str, members: &Value) -> Value {
    json!({"Operations": [{"op": op, "path": "members", "value": members}]})
}

fn group(name: &str, members: &Value) -> Value {
    json!({"displayName": name, "members": members})
}

#[tokio::test]
async fn adding_one_to_a_hundred_thousand_costs_what_it_costs_in_a_group_of_ten() {
    let mut costs = Vec::new();
    for size in [10, 100_000] {
        let gate = crowd(&[], 11, 0);
        gate.hall.add_team("Large", 1_000_001..1_000_001 + size);
        drop(gate.hall.take_calls());
        for (request, expected) in [
            (patch("add", &people([7])), &["GET /people/7", "POST /teams/t-2/members {\"ids\":[\"7\"]}"][..]),
            (patch("remove", &people([7])), &["DELETE /teams/t-2/members/7"]),
            (
                json!({"Operations": [{"op": "Remove", "path": "members[value eq \"7\"]"}]}),
                &["DELETE /teams/t-2/members/7"],
            ),
        ] {
            let before = gate.hall.bytes();
            assert_eq!(gate.answer("PATCH /Groups/t-2", &request).await, "204");
            let spent = gate.hall.bytes() - before;
            assert!(spent < 400, "{spent} bytes");
            costs.push((size, spent));
            let calls = gate.hall.take_calls();
            assert_eq!(
                (calls[0].as_str(), &calls[1..]),
                ("GET /teams/t-2", expected.iter().map(|call| (*call).to_owned()).collect::<Vec<_>>().as_slice())
            );
        }
        assert_eq!(gate.hall.members("t-2").len(), size);
    }
    let (small, large) = costs.split_at(3);
    assert!(small.iter().zip(large).all(|((_, small), (_, large))| small == large), "{costs:?}");
}

#[tokio::test]
async fn a_patch_without_attributes_is_answered_with_nothing() {
    let gate = crowd(&[UNCHECKED], 3, 2);
    let add = "POST /teams/t-1/members {\"ids\":[\"3\"]}";
    gate.check("PATCH /Groups/t-1", patch("add", &people([3])), &[GET, add, "204"]).await;
    let remove = "DELETE /teams/t-1/members/3";
    let shown = "200 t-1 Ops";
    gate.check("PATCH /Groups/t-1?attributes=displayName", patch("remove", &people([3])), &[GET, remove, GET, shown])
        .await;
    let all = "200 t-1  [1 2 3]";
    gate.check("PATCH /Groups/t-1?attributes=members", patch("add", &people([3])), &[GET, add, GET, READ, all]).await;
    // Adding again and removing again is success.
    gate.check("PATCH /Groups/t-1", patch("add", &people([3])), &[GET, add, "204"]).await;
    gate.check("PATCH /Groups/t-1", patch("remove", &people([3])), &[GET, remove, "204"]).await;
    gate.check("PATCH /Groups/t-1", patch("remove", &people([3])), &[GET, remove, "204"]).await;
    gate.check("PATCH /Groups/t-1", patch("add", &json!([])), &[GET, "204"]).await;
}

#[tokio::test]
async fn a_patch_changes_attributes_and_members_at_once() {
    let gate = crowd(&[UNCHECKED], 3, 2);
    let body = json!({"Operations": [
        {"op": "replace", "path": "displayName", "value": "Night Shift"},
        {"op": "add", "path": "members", "value": people([3])},
        {"op": "remove", "path": "members", "value": people([1])},
    ]});
    let rename = "PATCH /teams/t-1 {\"name\":\"Night Shift\"}";
    let (add, remove) = ("POST /teams/t-1/members {\"ids\":[\"3\"]}", "DELETE /teams/t-1/members/1");
    gate.check("PATCH /Groups/t-1", body.clone(), &[GET, rename, remove, add, "204"]).await;
    assert_eq!(
        (gate.hall.names(), gate.hall.members("t-1")),
        (vec!["Night Shift".into()], vec!["2".into(), "3".into()])
    );
}

#[tokio::test]
async fn many_are_changed_as_a_difference() {
    let gate = crowd(&[BATCHED, UNCHECKED], 1_200, 600);
    let body = patch("add", &people(1..=1_100));
    let lines = gate.lines("PATCH /Groups/t-1", &body).await;
    let ids: Vec<String> = (601..=1_100).map(|id| id.to_string()).collect();
    let add = format!("POST /teams/t-1/members {}", json!({"ids": ids}));
    let second = "GET /teams/t-1/members?offset=500&limit=500";
    assert_eq!(lines, [GET, READ, second, add.as_str(), "204"]);
    assert_eq!(gate.hall.members("t-1").len(), 1_100);
    // Once more: nothing is left to do.
    let third = "GET /teams/t-1/members?offset=1000&limit=500";
    gate.check("PATCH /Groups/t-1", body, &[GET, READ, second, third, "204"]).await;
    // Fifty are few, one more is many.
    let few = gate.lines("PATCH /Groups/t-1", &patch("remove", &people(1_051..=1_100))).await;
    assert_eq!((few.len(), few[1].starts_with("POST /teams/t-1/members/remove")), (3, true), "{few:?}");
    let many = gate.lines("PATCH /Groups/t-1", &patch("remove", &people(1_000..=1_050))).await;
    assert_eq!((many.len(), many[1].as_str()), (6, READ), "{many:?}");
    assert_eq!(gate.hall.members("t-1").len(), 999);
}

#[tokio::test]
async fn a_whole_list_is_made_by_a_difference() {
    for (request, body) in [
        ("PATCH /Groups/t-1", patch("replace", &people([2, 4]))),
        ("PUT /Groups/t-1?excludedAttributes=members", group("Ops", &people([2, 4]))),
    ] {
        let gate = crowd(&[UNCHECKED], 4, 3);
        let (first, second) = ("DELETE /teams/t-1/members/1", "DELETE /teams/t-1/members/3");
        let lines = gate.lines(request, &body).await;
        assert_eq!(lines[..5], [GET, READ, first, second, "POST /teams/t-1/members {\"ids\":[\"4\"]}"], "{request}");
        assert_eq!(gate.hall.members("t-1"), ["2", "4"], "{request}");
    }
}

#[tokio::test]
async fn what_depends_on_who_is_a_member_is_read_first() {
    let gate = crowd(&[UNCHECKED], 3, 3);
    gate.hall.add_team("Night Shift", []);
    let add = json!([{"value": "t-2", "type": "Group"}]);
    assert_eq!(gate.answer("PATCH /Groups/t-1", &patch("add", &add)).await, "204");
    let groups = json!({"Operations": [{"op": "remove", "path": "members[type eq \"Group\"]"}]});
    gate.check("PATCH /Groups/t-1", groups, &[GET, READ, "DELETE /teams/t-1/members/t-2", "204"]).await;
}

#[tokio::test]
async fn a_put_without_members_leaves_them_and_an_empty_list_empties() {
    let gate = crowd(&[BATCHED], 2, 2);
    let rename = "PATCH /teams/t-1 {\"name\":\"Day\"}";
    let renamed = "200 t-1 Day [1 2]";
    gate.check("PUT /Groups/t-1", json!({"displayName": "Day"}), &[GET, rename, READ, renamed]).await;
    let remove = "POST /teams/t-1/members/remove {\"ids\":[\"1\",\"2\"]}";
    gate.check("PUT /Groups/t-1", group("Day", &json!([])), &[GET, READ, remove, GET, READ, "200 t-1 Day"]).await;
    assert!(gate.hall.members("t-1").is_empty());
}

#[tokio::test]
async fn excluded_members_are_never_read() {
    let gate = crowd(&[], 2, 2);
    gate.check("GET /Groups/t-1?excludedAttributes=members", Value::Null, &[GET, "200 t-1 Ops"]).await;
    gate.check("GET /Groups/t-1?attributes=displayName", Value::Null, &[GET, "200 t-1 Ops"]).await;
    gate.check("GET /Groups/t-1", Value::Null, &[GET, READ, "200 t-1 Ops [1 2]"]).await;
}

#[tokio::test]
async fn who_is_not_there_cannot_become_a_member_and_nothing_is_done() {
    let gate = crowd(&[], 2, 1);
    let both = patch("add", &people([2, 9]));
    let nobody = "400 invalidValue `members`: there is no user and no group `9`";
    gate.check("PATCH /Groups/t-1", both, &[GET, "GET /people/2", "GET /people/9", "GET /teams/9", nobody]).await;
    let user = json!([{"value": "9", "type": "User"}]);
    let nobody = "400 invalidValue `members`: there is no user `9`";
    gate.check("PATCH /Groups/t-1", patch("add", &user), &[GET, "GET /people/9", nobody]).await;
    let nothing = "400 invalidValue `members`: there is no group `t-9`";
    let team = json!([{"value": "t-9", "type": "Group"}]);
    gate.check("PATCH /Groups/t-1", patch("add", &team), &[GET, "GET /teams/t-9", nothing]).await;
    gate.check("PUT /Groups/t-1", group("New", &team), &[GET, READ, "GET /teams/t-9", nothing]).await;
    let find = "GET /teams?name=New";
    gate.check("POST /Groups", group("New", &team), &[find, "GET /teams/t-9", nothing]).await;
    assert_eq!((gate.hall.names(), gate.hall.members("t-1")), (vec!["Ops".into()], vec!["1".into()]));
}

/// Whoever put them there, and whatever the list says that an IdP sends.
#[tokio::test]
async fn who_is_protected_is_taken_out_of_no_group() {
    let protected = [("[user]\n", "[user]\nprotected = \"login == 'p2'\"\n")];
    let gate = crowd(&protected, 3, 3);
    let asked = ["GET /people/1", "GET /people/2", "GET /people/3"];
    let (leave, gone) = ("DELETE /teams/t-1/members/1", "DELETE /teams/t-1/members/3");
    let all = [&[GET], &asked[..], &[leave, gone, "204"]].concat();
    gate.check("PATCH /Groups/t-1", patch("remove", &people([1, 2, 3])), &all).await;
    assert_eq!(gate.hall.members("t-1"), ["2"]);
    gate.check("PATCH /Groups/t-1", patch("remove", &people([2])), &[GET, asked[1], "204"]).await;
    // Nor does anybody put them in, also where nobody asks whether members are there.
    let unasked = crowd(&[protected[0], UNCHECKED], 3, 0);
    let refused = "400 invalidValue `members`: there is no user and no group `2`";
    let asked_for = [GET, "GET /people/1", "GET /people/2", "GET /teams/2", refused];
    unasked.check("PATCH /Groups/t-1", patch("add", &people([1, 2])), &asked_for).await;
    let put = gate.answer("PUT /Groups/t-1", &group("Ops", &json!([]))).await;
    assert!(put.starts_with("200 "), "{put}");
    assert_eq!(gate.hall.members("t-1"), ["2"]);
}

#[tokio::test]
async fn new_members_are_looked_up_side_by_side_within_a_bound() {
    for (new, expected) in [(1, 1), (7, 7), (8, 8), (20, 8)] {
        let gate = crowd(&[], 20, 0);
        assert_eq!(gate.answer("PATCH /Groups/t-1", &patch("add", &people(1..=new))).await, "204");
        assert_eq!((gate.hall.flying_max(), gate.hall.members("t-1").len()), (expected, new));
    }
}

#[tokio::test]
async fn members_are_read_as_the_target_pages_them() {
    let rule = "offset={offset}&limit={limit}\", rows = \"members\", total = \"count\", page_rows_max = 500 }";
    let pages = "page={page}\", rows = \"members\", total = \"count\", page_rows_max = 3 }";
    let uncounted = "page={page}\", rows = \"members\", page_rows_max = 3 }";
    let whole = "all=1\", rows = \"members\" }";
    let (one, two, three) = ("page=1", "page=2", "page=3");
    for (rule_of, members, expected) in [
        (rule, 7, &["offset=0&limit=500"][..]),
        (pages, 7, &[one, two, three]),
        (pages, 6, &[one, two]),
        (uncounted, 7, &[one, two, three]),
        (uncounted, 6, &[one, two, three]),
        (whole, 7, &["all=1"]),
        (rule, 0, &["offset=0&limit=500"]),
    ] {
        let gate = crowd(&[(rule, rule_of)], 7, members);
        let ids: Vec<String> = (1..=members).map(|id| id.to_string()).collect();
        let shown = if ids.is_empty() { "200 t-1 Ops".to_owned() } else { format!("200 t-1 Ops [{}]", ids.join(" ")) };
        let reads = expected.iter().map(|query| format!("GET /teams/t-1/members?{query}"));
        let lines: Vec<String> = std::iter::once(GET.to_owned()).chain(reads).chain([shown]).collect();
        assert_eq!(gate.lines("GET /Groups/t-1", &Value::Null).await, lines, "{rule_of} {members}");
    }
}

#[tokio::test]
async fn a_short_page_of_members_is_not_the_last_while_there_are_more() {
    let rule = "offset={offset}&limit={limit}\", rows = \"members\", total = \"count\", page_rows_max = 500 }";
    let gate = crowd(&[(rule, "page={page}\", rows = \"members\", total = \"count\", page_rows_max = 3 }")], 7, 7);
    gate.hall.hide("2");
    let pages = [1, 2, 3].map(|page| format!("GET /teams/t-1/members?page={page}"));
    let lines = [&[GET.to_owned()][..], &pages, &["200 t-1 Ops [1 3 4 5 6 7]".to_owned()]].concat();
    assert_eq!(gate.lines("GET /Groups/t-1", &Value::Null).await, lines);
}

#[tokio::test]
async fn one_exchange_reads_so_many_members_and_no_more() {
    let paged = ("page_rows_max = 500 }", "page_rows_max = 10000 }");
    // So many that it is looked who of them is a member; nobody is.
    let strangers = patch("remove", &people(1_000_000..=1_000_000 + limits::MEMBERS_BLIND_MAX));
    let too_many = "400 tooMany this needs more than 250000 members to be read; leave them out with \
                    `excludedAttributes=members`";
    for (size, expected) in [(limits::MEMBER_ROWS_MAX, "204"), (limits::MEMBER_ROWS_MAX + 1, too_many)] {
        let gate = crowd(&[paged], 1, size);
        assert_eq!(gate.answer("PATCH /Groups/t-1", &strangers).await, expected);
        assert_eq!(gate.answer("GET /Groups/t-1?excludedAttributes=members", &Value::Null).await, "200 t-1 Ops");
    }
}

#[tokio::test]
async fn a_group_is_no_member_of_itself() {
    let gate = crowd(&[UNCHECKED], 2, 1);
    let refused = "400 invalidValue `members`: group `t-1` cannot be a member of itself";
    for member in [json!([{"value": "t-1", "type": "Group"}]), json!([{"value": "t-1"}])] {
        gate.check("PATCH /Groups/t-1", patch("add", &member), &[GET, refused]).await;
        gate.check("PUT /Groups/t-1", group("Ops", &member), &[GET, READ, refused]).await;
    }
}

#[tokio::test]
async fn a_member_without_a_value_is_refused() {
    let gate = crowd(&[], 1, 1);
    for request in ["POST /Groups", "PUT /Groups/t-1"] {
        let lines = gate.lines(request, &group("Ops", &json!([{"display": "Ada"}]))).await;
        assert!(lines.len() == 1 && lines[0].starts_with("400 "), "{lines:?}");
    }
}

#[tokio::test]
async fn what_the_target_refuses_ends_the_change_and_unknown_members_are_the_idps_fault() {
    let gate = crowd(&[UNCHECKED], 1, 0);
    let add = "POST /teams/t-1/members {\"ids\":[\"9\"]}";
    let refused = "400 invalidValue the hall does not take that";
    gate.check("PATCH /Groups/t-1", patch("add", &people([9])), &[GET, add, refused]).await;
    // A target that says 404 to a member it does not know.
    let gone =
        crowd(&[UNCHECKED, ("add = { post = \"/teams/{id}/members\"", "add = { post = \"/nowhere/{id}\"")], 1, 0);
    let unknown = "400 invalidValue `members`: the product does not know one of them";
    let add = "POST /nowhere/t-1 {\"ids\":[\"1\"]}";
    gone.check("PATCH /Groups/t-1", patch("add", &people([1])), &[GET, add, unknown]).await;
}

#[tokio::test]
async fn a_batch_that_found_somebody_missing_is_repeated_one_by_one() {
    let gate = crowd(&[BATCHED], 3, 2);
    gate.hall.be_strict();
    let one = |id: usize| format!("POST /teams/t-1/members/remove {{\"ids\":[\"{id}\"]}}");
    let both = "POST /teams/t-1/members/remove {\"ids\":[\"2\",\"3\"]}".to_owned();
    let lines = gate.lines("PATCH /Groups/t-1", &patch("remove", &people([2, 3]))).await;
    assert_eq!(lines, [GET.to_owned(), both, one(2), one(3), "204".to_owned()]);
    assert_eq!(gate.hall.members("t-1"), ["1"]);
}

#[tokio::test]
async fn a_create_makes_the_group_and_then_its_members() {
    let gate = crowd(&[UNCHECKED], 3, 0);
    let (find, post) = ("GET /teams?name=Lab", "POST /teams {\"name\":\"Lab\"}");
    let add = "POST /teams/t-2/members {\"ids\":[\"1\",\"2\"]}";
    let (get, read) = ("GET /teams/t-2", "GET /teams/t-2/members?offset=0&limit=500");
    let lab = group("Lab", &people([1, 2]));
    gate.check("POST /Groups", lab.clone(), &[find, post, add, get, read, "201 t-2 Lab [1 2]"]).await;
    // The answer was lost: the same again, and with somebody else as well. Nobody is sent away by a create.
    gate.check("POST /Groups", lab, &[find, add, get, read, "201 t-2 Lab [1 2]"]).await;
    let add = "POST /teams/t-2/members {\"ids\":[\"3\"]}";
    gate.check("POST /Groups", group("Lab", &people([3])), &[find, add, get, read, "201 t-2 Lab [1 2 3]"]).await;
    gate.check("POST /Groups", json!({"displayName": "Lab"}), &[find, read, "201 t-2 Lab [1 2 3]"]).await;
    let taken = "409 uniqueness a group whose `displayName` is \"Lab\" exists already";
    gate.check("POST /Groups", json!({"displayName": "Lab", "externalId": "x"}), &[find, taken]).await;
    gate.check("DELETE /Groups/t-2", Value::Null, &[get, "DELETE /teams/t-2", "204"]).await;
    gate.check("GET /Groups/t-2", Value::Null, &[get, "404 there is no Group `t-2`"]).await;
}

#[tokio::test]
async fn row_52_a_create_of_a_group_that_provisioning_made_changes_it() {
    let updates = ("post = \"/teams\"\n", "post = \"/teams\"\nexisting = \"update\"\n");
    let gate = crowd(&[UNCHECKED, updates, BATCHED], 4, 1);
    assert_eq!(gate.answer("POST /Groups", &group("Lab", &people([1, 2]))).await, "201 t-2 Lab [1 2]");
    let (find, get, read) = ("GET /teams?name=Lab", "GET /teams/t-2", "GET /teams/t-2/members?offset=0&limit=500");
    let (mark, remove) = ("PATCH /teams/t-2 {\"ref\":\"x\"}", "POST /teams/t-2/members/remove {\"ids\":[\"1\"]}");
    let add = "POST /teams/t-2/members {\"ids\":[\"3\"]}";
    let changed = json!({"displayName": "Lab", "externalId": "x", "members": people([2, 3])});
    let expected = [find, get, read, mark, remove, add, get, read, "201 t-2 Lab [2 3]"];
    gate.check("POST /Groups", changed, &expected).await;
    let taken = "409 uniqueness a group whose `displayName` is \"Ops\" exists already";
    let ops = json!({"displayName": "Ops", "externalId": "x"});
    gate.check("POST /Groups", ops, &["GET /teams?name=Ops", taken]).await;
}

/// Repeats `request` until it is answered well, with `trouble` in its way; the hall must then be as `expected`.
async fn check_retry(
    request: &str,
    body: &Value,
    trouble: Trouble,
    edits: &[(&str, &str)],
    expected: (&[&str], &str),
) -> bool {
    let gate = crowd(edits, 9, 3);
    gate.hall.plan_trouble(Some(trouble));
    let first = gate.answer(request, body).await;
    let came = gate.hall.is_over();
    assert_eq!(came, !first.starts_with('2'), "{request} {trouble:?}: {first}");
    gate.hall.plan_trouble(None);
    let last = gate.answer(request, body).await;
    assert!(last.starts_with('2'), "{request} {trouble:?}: {last}");
    let team = format!("t-{}", expected.0.len());
    assert_eq!(
        (gate.hall.names(), gate.hall.members(&team).join(" ")),
        (expected.0.iter().map(|name| (*name).to_owned()).collect(), expected.1.to_owned()),
        "{request} {trouble:?}"
    );
    came
}

#[tokio::test]
async fn a_change_that_was_cut_off_is_completed_by_its_repetition() {
    let one_by_one = ("batch = 500 }\nremove", "batch = 1 }\nremove");
    let rename = json!({"Operations": [
        {"op": "replace", "path": "displayName", "value": "Day"},
        {"op": "add", "path": "members", "value": people([5, 6])},
        {"op": "remove", "path": "members", "value": people([1, 2])},
    ]});
    let requests = [
        ("PATCH /Groups/t-1", rename, (&["Day"][..], "3 5 6")),
        ("PUT /Groups/t-1", group("Day", &people([3, 5, 6])), (&["Day"], "3 5 6")),
        ("POST /Groups", group("Lab", &people([3, 5, 6])), (&["Ops", "Lab"], "3 5 6")),
    ];
    for edits in [&[UNCHECKED][..], &[one_by_one], &[BATCHED]] {
        for (request, body, expected) in &requests {
            for trouble in [Trouble::Before, Trouble::After] {
                // Until a try has so few writes that the trouble does not come.
                let mut writes = 0;
                while check_retry(request, body, trouble(writes), edits, *expected).await {
                    writes += 1;
                }
                assert!((2..=5).contains(&writes), "{request} makes {writes} writes");
            }
        }
    }
}

#[tokio::test]
async fn two_who_add_at_once_both_are_heard() {
    let gate = crowd(&[UNCHECKED], 9, 0);
    let (first, second) = (patch("replace", &people([1, 2])), patch("add", &people([3])));
    let (first, second) =
        tokio::join!(gate.answer("PATCH /Groups/t-1", &first), gate.answer("PATCH /Groups/t-1", &second));
    assert_eq!((first.as_str(), second.as_str()), ("204", "204"));
    assert_eq!(gate.hall.members("t-1"), ["1", "2", "3"]);
    let lab = group("Lab", &people([4, 5]));
    let (first, second) = tokio::join!(gate.answer("POST /Groups", &lab), gate.answer("POST /Groups", &lab));
    assert_eq!((first.as_str(), second.as_str()), ("201 t-2 Lab [4 5]", "201 t-2 Lab [4 5]"));
    assert_eq!(gate.hall.names(), ["Ops", "Lab"]);
}

/// A body of a megabyte names seventy thousand; each may cost the target two calls.
#[tokio::test]
async fn so_many_come_at_once() {
    let operation =
        |ids: std::ops::RangeInclusive<usize>| json!({"op": "add", "path": "members", "value": people(ids)});
    let body = |last: usize| json!({"Operations": [operation(1..=10), operation(11..=last)]});
    // The first is a member already, and does not count; nobody is there, so that the check ends at the next.
    let gate = crowd(&[], 0, 1);
    let lines = gate.lines("PATCH /Groups/t-1", &body(MEMBERS_NEW_MAX + 1)).await;
    assert_eq!((&lines[..2], lines[2].as_str()), (&[GET.to_owned(), READ.to_owned()][..], "GET /people/2"));
    assert!(lines.last().is_some_and(|last| last.contains("there is no user and no group `2`")), "{:?}", lines.last());
    let refused = "400 tooMany this needs more than 10000 single calls to the product; ask for less at once";
    gate.check("PATCH /Groups/t-1", body(MEMBERS_NEW_MAX + 2), &[GET, READ, refused]).await;
}

/// An id that cannot stand in the path of `has` is no member of any group, and no reason to read them all.
#[tokio::test]
async fn who_cannot_be_asked_for_is_nobody() {
    let gate = crowd(&[], 3, 2);
    for id in ["..", ".", "%2e%2e"] {
        let filter = format!("id%20eq%20%22t-1%22%20and%20members%20eq%20%22{}%22", id.replace('%', "%25"));
        let lines = gate.lines(&format!("GET /Groups?filter={filter}"), &Value::Null).await;
        let asked: Vec<&String> = lines.iter().filter(|line| line.contains("/members")).collect();
        let expected: &[&str] = if id.contains('%') { &["GET /teams/t-1/members/%252e%252e"] } else { &[] };
        assert_eq!(asked, expected, "{id}");
    }
}
