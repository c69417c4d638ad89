//! Large things: a group of 100,000, a filter that only a scan of 10,000 users answers, a bulk request of 1,000.
//!
//! Every answer is looked at, and how often the product was asked for it, which is what keeps large things bearable.
//! A build without optimisation, which only sees that the cases run, has a tenth of the people and operations.

use json::{Value, json};
use proxy::record::Draft;

use super::exchange::{Asking, Request};
use super::played::{PAGE, PEOPLE, SHARE};
use super::samples::FULL_USER;
use super::{Case, Run, repeat};

const GROUP: &str = "at_size";
const CREATES: u32 = 1_000 / SHARE;

pub(super) const CASES: &[Case] = &[
    Case { group: GROUP, name: "patch_one_member_of_100_000", prepare: || join(1) },
    Case { group: GROUP, name: "patch_50_members_of_100_000", prepare: || join(50) },
    Case { group: GROUP, name: "filter_over_10_000_users", prepare: filter },
    Case { group: GROUP, name: "bulk_of_1_000_creates", prepare: bulk },
];

/// Somebody joins. The product has no answer to the question who the others are: asking it would fail.
fn join(members: u32) -> Run {
    let new: Vec<Value> = (1..=members).map(|id| json!({"value": id.to_string()})).collect();
    let body = json!({"Operations": [{"op": "Add", "path": "members", "value": new}]}).to_string();
    let request = Request { method: "PATCH", path: "/Groups/t-1", query: None, body, status: 204 };
    // The group, and each new member.
    run(request, (1 + members, 1), Option::is_none)
}

/// No rule finds by `nickName`, and nobody is called so: everybody is read, and nobody is shown.
fn filter() -> Run {
    let query = Some("filter=nickName+co+%22nobody%22".to_owned());
    let request = Request { method: "GET", path: "/Users", query, body: String::new(), status: 200 };
    run(request, (PEOPLE / PAGE, 0), |body| body.as_ref().is_some_and(|list| list["totalResults"] == json!(0)))
}

fn bulk() -> Run {
    let user: Value = json::from_str(FULL_USER).unwrap();
    let create = |at: u32| json!({"method": "POST", "path": "/Users", "bulkId": format!("user{at}"), "data": user});
    let body = json!({"Operations": (0..CREATES).map(create).collect::<Vec<_>>()}).to_string();
    let request = Request { method: "POST", path: "/Bulk", query: None, body, status: 200 };
    run(request, (0, CREATES), |body| {
        let operations = body.as_ref().and_then(|body| body["Operations"].as_array());
        let made = operations.into_iter().flatten().filter(|one| one["status"] == json!("201"));
        u32::try_from(made.count()) == Ok(CREATES)
    })
}

/// `calls`: to the product, how many read and how many write.
fn run(request: Request, calls: (u32, u32), is_right: fn(&Option<Value>) -> bool) -> Run {
    let asking = Asking::new("directory", request);
    repeat(move || {
        let draft = Draft::default();
        let body = asking.answer(&draft);
        assert!(is_right(&body));
        let record = draft.take();
        assert_eq!((record.reads, record.writes), calls);
        body.map(|body| body.to_string())
    })
}
