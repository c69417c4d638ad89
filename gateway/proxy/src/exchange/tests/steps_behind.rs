//! Steps behind a change: jobs that take a while, answers that are «absent», and what is remembered until they are done.

use super::crew::Quirk;
use super::depot::{Cut, Depot};
use super::*;

const DEPOT: &str = r#"profile = "depot"
title = "Depot"
[target]
auth = "none"
[user]
id = "id"
[user.map]
userName = { direct = "login", match = 1 }
userType = { direct = "kind" }
[[user.find]]
by = "userName"
get = "/users?login={login}"
rows = "users"
[user.get]
get = "/users/{id}"
[user.create]
post = "/users?token=t1"
answer = "id:made"
[[user.update]]
patch = "/users/{id}"
[[user.update.after]]
put = "/users/{id}/seat"
STEP
"#;

/// A house in front of a depot that knows `ada`, with this step behind a change.
fn depot(step: &str) -> (House, Arc<Depot>) {
    let mut house = house_of(DEPOT.replace("STEP", step), Quirk::None, &[]);
    let depot = Arc::new(Depot::default());
    house.tenant.target = Arc::clone(&depot) as _;
    depot.add(json!({"login": "ada", "kind": "Agent"}));
    (house, depot)
}

async fn changed(house: &House) -> String {
    house.answer("PATCH /Users/1", &replaces("userType", &json!("Boss"))).await
}

fn status(answer: &str) -> &str {
    answer.split(' ').next().unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn a_job_is_asked_for_until_it_is_done_with_pauses_that_grow() {
    let until = |job: &str| format!("[[user.update.after]]\nget = \"/jobs/{job}\"\nuntil = \"done == true\"\n");
    for (job, pending, expected, calls, ms) in [
        ("a", 0, "200", 1, 0),
        ("a", 1, "200", 2, 250),
        ("a", 4, "200", 5, 250 + 500 + 1000 + 2000),
        ("a", 5, "200", 6, 250 + 500 + 1000 + 2000 + 2000),
        // «Absent» is not yet.
        ("late", 2, "200", 3, 250 + 500),
        ("a", 19, "200", 20, 1_750 + 16 * 2_000),
        ("a", 20, "503", 20, 1_750 + 16 * 2_000),
        ("never", 0, "503", 20, 1_750 + 16 * 2_000),
    ] {
        let (house, depot) = depot(&until(job));
        depot.pending(pending);
        let start = tokio::time::Instant::now();
        let answer = changed(&house).await;
        assert_eq!(status(&answer), expected, "{job} {pending} {answer}");
        let asked = depot.take_calls().iter().filter(|call| call.starts_with("GET /jobs")).count();
        assert_eq!((asked, start.elapsed().as_millis()), (calls, ms), "{job} {pending}");
    }
}

#[tokio::test]
async fn an_answer_that_is_absent_is_fine_only_where_the_step_says_so() {
    for (optional, expected, last) in [("", "502", "DELETE /jobs/none"), ("optional = true\n", "200", "GET /users/1")] {
        let (house, depot) = depot(&format!("[[user.update.after]]\ndelete = \"/jobs/none\"\n{optional}"));
        let answer = changed(&house).await;
        assert_eq!(status(&answer), expected, "{optional} {answer}");
        assert_eq!(depot.take_calls().last().map(String::as_str), Some(last), "{optional}");
    }
}

#[tokio::test]
async fn whoever_repeats_a_change_whose_steps_broke_off_gets_them() {
    for at in 0..5 {
        for cut in [Cut::Before(at), Cut::After(at)] {
            let (house, depot) = depot("");
            depot.cut(cut);
            let first = changed(&house).await;
            depot.cut(Cut::Never);
            let again = changed(&house).await;
            assert_eq!(status(&again), "200", "{cut:?} {first} {again}");
            assert_eq!(depot.users(), [r#""ada" "Boss" seat true on true roles "#], "{cut:?} {first}");
            // Then it is done, and nobody remembers that it was not.
            depot.take_calls();
            assert_eq!(status(&changed(&house).await), "200");
            assert_eq!(depot.take_calls(), ["GET /users/1"], "{cut:?}");
        }
    }
}

#[tokio::test]
async fn an_undo_that_fails_keeps_no_other_from_being_made() {
    let undone = "undo = { delete = \"/jobs/first\" }\n[[user.update.after]]\nput = \"/users/{id}/seat\"\nundo = { delete = \"/jobs/second\" }\n\
        [[user.update.after]]\ndelete = \"/jobs/none\"\nundo = { delete = \"/jobs/third\" }\n";
    for (half, expected) in [
        ("", &["DELETE /jobs/second", "DELETE /jobs/first"][..]),
        ("half_done = true\n", &["DELETE /jobs/third", "DELETE /jobs/second", "DELETE /jobs/first"]),
    ] {
        let (house, depot) = depot(&format!("{undone}{half}"));
        depot.cut(Cut::Before(5 + expected.len() - 2));
        assert_eq!(status(&changed(&house).await), "502", "{half}");
        let calls = depot.take_calls();
        assert_eq!(calls[calls.len() - expected.len()..], *expected, "{half} {calls:?}");
    }
}

#[tokio::test]
async fn a_check_of_a_change_refuses_before_anything_is_written() {
    let check = "[[user.update.check]]\nget = \"/users?login={kind}\"\nrows = \"users\"\n\
        scim = { status = 409, type = \"uniqueness\", detail = \"taken\" }\n";
    let (house, depot) = depot(check);
    depot.add(json!({"login": "Boss", "kind": "Agent"}));
    assert_eq!(changed(&house).await, "409 uniqueness taken");
    assert_eq!(depot.take_calls(), ["GET /users/1", "GET /users?login=Boss"]);
}
