//! Large things: a group of 100,000, a filter that only a scan of 10,000 users answers, a bulk request of 1,000.

use serde_json::{Value, json};

use super::exchange::{Request, run};
use super::samples::FULL_USER;
use super::{Case, Run};

const GROUP: &str = "at_size";

pub(super) const CASES: &[Case] = &[
    // The target says that the group is there and takes the member. It has no answer to a question for the 100,000 others: a case
    // that reads them fails.
    Case { group: GROUP, name: "patch_one_member_of_100_000", prepare: || join(1) },
    Case { group: GROUP, name: "patch_50_members_of_100_000", prepare: || join(50) },
    Case { group: GROUP, name: "filter_over_10_000_users", prepare: filter },
    Case { group: GROUP, name: "bulk_of_1_000_creates", prepare: bulk },
];

fn join(members: usize) -> Run {
    let members: Vec<Value> = (1..=members).map(|id| json!({"$ref": null, "value": id.to_string()})).collect();
    let body = json!({"Operations": [{"op": "Add", "path": "members", "value": members}]}).to_string();
    run("directory", Request { method: "PATCH", path: "/Groups/t-1", query: None, body, status: 204 })
}

fn filter() -> Run {
    let query = Some("filter=nickName+co+%22nobody%22".to_owned());
    run("directory", Request { method: "GET", path: "/Users", query, body: String::new(), status: 200 })
}

fn bulk() -> Run {
    let user: Value = serde_json::from_str(FULL_USER).unwrap();
    let operation =
        |at: usize| json!({"method": "POST", "path": "/Users", "bulkId": format!("user{at}"), "data": user});
    let body = json!({"Operations": (0..1_000).map(operation).collect::<Vec<_>>()}).to_string();
    run("directory", Request { method: "POST", path: "/Bulk", query: None, body, status: 200 })
}
