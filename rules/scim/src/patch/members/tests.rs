//! What requests make of members, as rows: operations in, who comes and who goes out. Bodies are those of the corpus
//! (Entra ID without its flag 39 to 46, Okta's OIN app 28 to 33) and of idp-dialects rows 11, 12, 23, 40 and 41.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::needless_pass_by_value, reason = "rows read better without `&`")]

use std::collections::BTreeSet;

use json::json;
use proptest::prelude::*;

use super::*;
use crate::resource::Resource;
use crate::schema::sample::group_type;

/// What is made of the members, and the paths of the operations that stay.
fn taken(operations: Value) -> (Result<MemberEdit, PatchError>, Vec<String>) {
    let mut request = PatchRequest::decode(&group_type(), json!({"Operations": operations})).unwrap();
    let edit = request.take_members();
    (edit, request.operations().iter().map(|operation| operation.path.to_string()).collect())
}

/// `edit` as text: `+a` comes, `-a` goes, `=` everybody is listed.
fn shown(edit: MemberEdit) -> String {
    let ids = |members: &[Value]| members.iter().map(|member| format!("+{}", id(member).unwrap())).collect::<Vec<_>>();
    match edit {
        MemberEdit::Untouched => "untouched".to_owned(),
        MemberEdit::Depends => "depends".to_owned(),
        MemberEdit::All(members) => format!("= {}", ids(&members).join(" ")),
        MemberEdit::Some(change) => {
            let going = change.remove.iter().map(|id| format!("-{id}"));
            ids(&change.add).into_iter().chain(going).collect::<Vec<_>>().join(" ")
        }
    }
}

#[track_caller]
fn check(operations: Value, expected: &str, staying: &[&str]) {
    let (edit, stays) = taken(operations.clone());
    assert_eq!(
        (shown(edit.unwrap()).as_str(), stays),
        (expected, staying.iter().map(|&path| path.to_owned()).collect()),
        "{operations}"
    );
}

#[track_caller]
fn refused(operations: Value, expected: &str) {
    let (edit, stays) = taken(operations.clone());
    assert_eq!(edit.unwrap_err().to_string(), expected, "{operations}");
    assert!(!stays.is_empty(), "nothing is taken out of what is refused: {operations}");
}

fn op(op: &str, path: &str, value: Value) -> Value {
    json!({"op": op, "path": path, "value": value})
}

fn remove(path: &str) -> Value {
    json!({"op": "remove", "path": path})
}

#[test]
fn entra_adds_and_removes_who_is_listed() {
    let listed = |ids: &[&str]| ids.iter().map(|id| json!({"$ref": null, "value": id})).collect::<Value>();
    check(json!([op("Add", "members", listed(&["u1", "u2"]))]), "+u1 +u2", &[]);
    check(json!([op("Add", "members", json!([{"value": "u1"}]))]), "+u1", &[]);
    check(json!([op("Remove", "members", json!([{"value": "u1"}]))]), "-u1", &[]);
    check(json!([op("Remove", "members", listed(&["u1"]))]), "-u1", &[]);
    // Row 11: an empty list names nobody.
    check(json!([op("Remove", "members", json!([]))]), "untouched", &[]);
    check(
        json!([op("Replace", "displayName", json!("North")), op("Add", "members", listed(&["u4"]))]),
        "+u4",
        &["displayName"],
    );
    // Row 12: what is null in a member is not there.
    let (edit, _) = taken(json!([op("Add", "members", listed(&["u1"]))]));
    let add = vec![json!({"value": "u1"})];
    assert_eq!(edit, Ok(MemberEdit::Some(MemberChange { add, remove: Vec::new() })));
}

#[test]
fn okta_renames_adds_removes_and_replaces() {
    let s1 = json!([{"value": "s1", "display": "gil.mendes@example.com"}]);
    // Row 40: a rename says nothing of members, unless it says something of members.
    check(json!([{"op": "replace", "value": {"id": "g1", "displayName": "x"}}]), "untouched", &["displayName"]);
    check(json!([{"op": "replace", "value": {"id": "g1", "displayName": "x", "members": []}}]), "= ", &["displayName"]);
    check(json!([op("add", "members", s1.clone())]), "+s1", &[]);
    // Row 41.
    check(json!([remove("members[value eq \"x\"]"), op("add", "members", s1.clone())]), "+s1 -x", &[]);
    check(json!([op("replace", "members", s1.clone())]), "= +s1", &[]);
    check(json!([op("replace", "members", json!([]))]), "= ", &[]);
    let (edit, _) = taken(json!([op("replace", "members", s1)]));
    assert_eq!(edit, Ok(MemberEdit::All(vec![json!({"value": "s1", "display": "gil.mendes@example.com"})])));
}

#[test]
fn other_spellings_mean_the_same() {
    check(json!([op("add", "members", json!({"value": "a"}))]), "+a", &[]);
    check(json!([op("add", "members", json!(["a", "b"]))]), "+a +b", &[]);
    check(json!([op("add", "members", json!("a"))]), "+a", &[]);
    check(json!([op("remove", "members", json!(["a"]))]), "-a", &[]);
    check(json!([{"op": "Add", "value": {"MEMBERS": [{"VALUE": "a"}]}}]), "+a", &[]);
    check(
        json!([op("add", "urn:ietf:params:scim:schemas:core:2.0:Group:members", json!([{"value": "a"}]))]),
        "+a",
        &[],
    );
    check(json!([remove("members[value eq \"a\" or value eq \"b\"]")]), "-a -b", &[]);
    check(json!([remove("members[VALUE EQ \"a\" or (value eq \"b\" or value eq \"c\")]")]), "-a -b -c", &[]);
    check(json!([remove("members")]), "= ", &[]);
    // As `PatchRequest::apply` has it: null and "" clear, whatever the verb.
    for nothing in [json!(null), json!("")] {
        check(json!([op("add", "members", nothing.clone())]), "= ", &[]);
        check(json!([op("replace", "members", nothing)]), "= ", &[]);
    }
    check(json!([op("add", "members", json!([]))]), "untouched", &[]);
}

#[test]
fn operations_count_in_their_order() {
    let add = |id: &str| op("add", "members", json!([{"value": id}]));
    let gone = |id: &str| remove(&format!("members[value eq \"{id}\"]"));
    check(json!([add("a"), gone("a")]), "-a", &[]);
    check(json!([gone("a"), add("a")]), "+a", &[]);
    check(json!([add("a"), gone("a"), add("b"), add("a")]), "+b +a", &[]);
    // Row 23, within one request.
    check(json!([add("a"), add("b"), add("a")]), "+a +b", &[]);
    check(json!([gone("a"), gone("a")]), "-a", &[]);
    check(json!([add("a"), op("replace", "members", json!(["b"]))]), "= +b", &[]);
    check(json!([op("replace", "members", json!(["b", "c"])), add("a"), gone("b"), gone("x")]), "= +c +a", &[]);
    check(json!([op("replace", "members", json!(["b"])), remove("members"), add("a")]), "= +a", &[]);
    check(json!([op("replace", "members", json!(["b", "b"]))]), "= +b", &[]);
    // Ids are exact.
    check(json!([add("a"), gone("A")]), "+a -A", &[]);
}

#[test]
fn who_is_added_twice_has_the_parts_of_both() {
    let (edit, _) = taken(json!([
        op("add", "members", json!([{"value": "a", "type": "User"}, {"value": "a", "display": "Ada"}])),
        op("add", "members", json!([{"value": "a", "display": "Ada L", "type": "Group"}])),
    ]));
    let add = vec![json!({"value": "a", "type": "User", "display": "Ada L"})];
    assert_eq!(edit, Ok(MemberEdit::Some(MemberChange { add, remove: Vec::new() })));
}

#[test]
fn what_depends_on_the_members_takes_nothing() {
    for path in [
        "members[display eq \"x\"]",
        "members[value eq \"x\" and type eq \"User\"]",
        "members[value ne \"x\"]",
        "members[value sw \"x\"]",
        "members[not (value eq \"x\")]",
        "members[value eq \"x\" or display eq \"y\"]",
        "members[value pr]",
        "members.display",
        "members[value eq \"x\"].display",
    ] {
        let rename = op("replace", "displayName", json!("x"));
        let bound = group_type().path(path).unwrap().to_string();
        check(
            json!([rename, op("add", "members", json!(["a"])), remove(path)]),
            "depends",
            &["displayName", "members", &bound],
        );
    }
    for verb in ["add", "replace"] {
        let path = "members[value eq \"x\"]";
        check(json!([op(verb, path, json!({"display": "d"}))]), "depends", &[path]);
    }
}

#[test]
fn what_is_no_member_is_refused() {
    refused(json!([op("add", "members", json!([7]))]), "`members.value` must be a string, not the number 7");
    refused(
        json!([op("add", "members", json!([{"value": true}]))]),
        "`members.value` must be a string, not the boolean true",
    );
    for verb in ["add", "replace", "remove"] {
        refused(json!([op(verb, "members", json!([{"display": "d"}]))]), "`members.value` is required");
        refused(json!([op(verb, "members", json!([{"value": "", "display": "d"}]))]), "`members.value` is required");
    }
}

#[test]
fn a_difference_is_by_id_alone() {
    let members = |ids: &[&str]| ids.iter().map(|id| json!({"value": id})).collect::<Vec<_>>();
    for (present, wanted, expected) in [
        (&[][..], &[][..], ""),
        (&["a", "b"], &["b", "a"], ""),
        (&["a", "b"], &["c", "b"], "+c -a"),
        (&[], &["a", "b", "a"], "+a +b"),
        (&["a", "a"], &[], "-a"),
        (&["a"], &["A"], "+A -a"),
    ] {
        let change = MemberChange::between(&members(present), &members(wanted));
        assert_eq!(change.is_empty(), expected.is_empty());
        assert_eq!(shown(MemberEdit::Some(change)), expected, "{present:?} {wanted:?}");
    }
    let display = [json!({"value": "a", "display": "x"})];
    assert!(MemberChange::between(&members(&["a"]), &display).is_empty());
    assert!(MemberChange::between(&[json!({"display": "x"})], &[json!({"display": "y"})]).is_empty());
}

#[test]
fn a_hundred_thousand_members_are_no_trouble() {
    // Were it quadratic, this would not end.
    let ids = |from: usize| (from..from + 100_000).map(|id| json!({"value": id.to_string()})).collect::<Vec<_>>();
    let change = MemberChange::between(&ids(0), &ids(50_000));
    assert_eq!((change.add.len(), change.remove.len()), (50_000, 50_000));
    let chunks: Vec<Value> = ids(0).chunks(1_000).map(|ids| op("add", "members", json!(ids))).collect();
    let gone = ids(0).chunks(1_000).map(|ids| op("remove", "members", json!(ids))).collect::<Vec<_>>();
    let (edit, _) = taken([chunks, gone].concat().into());
    let Ok(MemberEdit::Some(change)) = edit else { panic!("{edit:?}") };
    assert_eq!((change.add.len(), change.remove.len()), (0, 100_000));
}

// === properties ===

fn any_operation() -> impl Strategy<Value = Value> {
    let ids = || proptest::collection::vec(proptest::sample::select(vec!["a", "b", "c", "d"]), 0..4);
    prop_oneof![
        (proptest::sample::select(vec!["add", "replace", "remove"]), ids()).prop_map(|(verb, ids)| op(
            verb,
            "members",
            json!(ids)
        )),
        proptest::sample::select(vec!["a", "b", "c", "d"])
            .prop_map(|id| remove(&format!("members[value eq \"{id}\"]"))),
        Just(remove("members[value eq \"a\" or value eq \"d\"]")),
        Just(remove("members")),
        Just(op("add", "members", json!(null))),
    ]
}

/// The ids of a group's members; `replace` keeps one that is sent twice, and a set of members does not.
fn ids(members: &[Value]) -> BTreeSet<&str> {
    members.iter().filter_map(id).collect()
}

/// Applies `change` to `present`.
fn changed(present: &[Value], change: MemberChange) -> Vec<Value> {
    let goes = |member: &&Value| change.remove.iter().any(|gone| Some(gone.as_str()) == id(member));
    let stays = present.iter().filter(|member| !goes(member)).cloned();
    stays.chain(change.add).collect()
}

proptest! {
    /// What is taken out comes to what applying it would have come to, without knowing who was there.
    #[test]
    fn taking_members_out_is_applying_them(
        present in proptest::collection::btree_set(proptest::sample::select(vec!["a", "b", "c", "x"]), 0..4),
        operations in proptest::collection::vec(any_operation(), 1..6),
    ) {
        let kind = group_type();
        let mut group = Resource::default();
        group.set_members(present.iter().map(|id| json!({"value": id})).collect());
        let mut request = PatchRequest::decode(&kind, json!({"Operations": operations})).unwrap();
        let applied = request.apply(&kind, &group).unwrap();
        let edit = request.take_members().unwrap();
        prop_assert!(request.operations().is_empty());
        let after = match edit {
            MemberEdit::Untouched => group.members().to_vec(),
            MemberEdit::All(members) => members,
            MemberEdit::Some(change) => {
                let in_both = change.remove.iter().any(|gone| ids(&change.add).contains(gone.as_str()));
                prop_assert!(!in_both, "{change:?}");
                changed(group.members(), change)
            }
            MemberEdit::Depends => return Err(TestCaseError::fail("depends")),
        };
        prop_assert_eq!(ids(&after), ids(applied.members()));
    }

    /// The difference of two lists, applied to the one, is the other.
    #[test]
    fn a_difference_leads_from_one_to_the_other(
        present in proptest::collection::vec(proptest::sample::select(vec!["a", "b", "c", "d"]), 0..5),
        wanted in proptest::collection::vec(proptest::sample::select(vec!["a", "b", "c", "d"]), 0..5),
    ) {
        let list = |ids: &[&str]| ids.iter().map(|id| json!({"value": id})).collect::<Vec<_>>();
        let (present, wanted) = (list(&present), list(&wanted));
        let change = MemberChange::between(&present, &wanted);
        let after = changed(&present, change);
        prop_assert_eq!(ids(&after), ids(&wanted));
    }
}
