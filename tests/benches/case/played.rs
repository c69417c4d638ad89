//! Both products in memory, with fixed answers: as a target without sockets, and as a stand-in behind one.
//!
//! They hold nobody and remember nothing, so that the thousandth request costs what the first did.

use std::hint::black_box;
use std::sync::OnceLock;

use gateway::standin::serve::{Asked, Play, Reply};
use json::Value;
use proxy::target::{CallFuture, Target};
use rules::{Body, TargetAnswer, TargetCall};

use super::samples::FULL_RECORD;

/// The telephone number of somebody who is there.
pub(super) const KNOWN_NUMBER: &str = "447700900123";
/// The login of somebody who is there.
pub(super) const KNOWN_LOGIN: &str = "mira.lund@example.com";

const MESSAGING_RECORD: &str = r#"{"id": "1001", "msisdn": "447700900123", "managerId": "m1", "status": "ENABLED",
    "email": "ada.reyes@example.com", "firstName": "Ada", "lastName": "Reyes", "source": "scim"}"#;
const MANAGERS: &str =
    r#"{"managers": [{"id": "m1", "name": "Northern Team"}, {"id": "m2", "name": "Southern Team"}]}"#;

const TEAM: &str = r#"{"tid": "t-1", "name": "Everybody", "rev": 7, "createdAt": "2026-01-31T08:30:00Z",
    "updatedAt": "2026-01-31T08:30:00Z"}"#;

/// The question for one person of the directory. Everybody is there, under every number.
const PERSON: &str = "GET /people/";
/// What a build without optimisation has a part of.
pub(super) const SHARE: u32 = if cfg!(debug_assertions) { 10 } else { 1 };
/// People in the directory, as its list counts them.
pub(super) const PEOPLE: u32 = 10_000 / SHARE;
/// People on one page of the list: `page_rows_max` of the profile.
pub(super) const PAGE: u32 = 200;

/// The products.
pub(super) struct Played {
    answers: Vec<(&'static str, u16, String)>,
    page: OnceLock<String>,
}

impl Played {
    pub(super) fn new() -> Self {
        let answers = vec![
            ("GET /status", 200, r#"{"ok": true}"#.to_owned()),
            ("GET /managers", 200, MANAGERS.to_owned()),
            ("GET /users?msisdn=447700900123", 200, format!(r#"{{"users": [{MESSAGING_RECORD}], "total": 1}}"#)),
            ("GET /users?msisdn=", 200, r#"{"users": [], "total": 0}"#.to_owned()),
            ("POST /users", 201, MESSAGING_RECORD.replace(KNOWN_NUMBER, "441632960234")),
            ("GET /people?login=mira.lund", 200, format!(r#"{{"people": [{FULL_RECORD}], "count": 1}}"#)),
            (PERSON, 200, format!(r#"{{"person": {FULL_RECORD}}}"#)),
            ("POST /people", 201, format!(r#"{{"person": {FULL_RECORD}}}"#)),
            ("GET /teams/t-1", 200, format!(r#"{{"team": {TEAM}}}"#)),
            ("POST /teams/t-1/members", 204, "null".to_owned()),
        ];
        Self { answers, page: OnceLock::new() }
    }

    /// A page of the list. Every page has the same people: whoever walks it counts them, and looks at each.
    fn page(&self) -> &str {
        self.page.get_or_init(|| {
            let rows = (0..PAGE).map(|_| FULL_RECORD).collect::<Vec<_>>().join(",");
            format!(r#"{{"people": [{rows}], "count": {PEOPLE}}}"#)
        })
    }

    /// Status and body for the first line that `asked` begins with. The bytes are read each time, as a real answer's are.
    fn answer_to(&self, asked: &str) -> (u16, Value) {
        if asked.starts_with("GET /people?offset=") {
            return (200, json::from_str(self.page()).unwrap());
        }
        let (line, status, body) = self.answers.iter().find(|(line, ..)| fits(asked, line)).unwrap();
        let mut body: Value = json::from_str(body).unwrap();
        if *line == PERSON {
            body["person"]["pid"] = asked[PERSON.len()..].parse::<u64>().unwrap().into();
        }
        (*status, body)
    }
}

/// Whether `asked` begins with `line`, and does not go on to something below it.
fn fits(asked: &str, line: &str) -> bool {
    asked.strip_prefix(line).is_some_and(|rest| !rest.starts_with('/'))
}

impl Target for Played {
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a> {
        // Written as bytes, as a real call's is.
        black_box(call.body.as_ref().map(Value::to_string));
        let (status, body) = self.answer_to(&format!("{} {}", call.verb, call.path));
        Box::pin(std::future::ready(Ok(TargetAnswer::new(status, Body::Json(body)))))
    }
}

impl Play for Played {
    fn answer(&self, asked: &Asked) -> Reply {
        let (status, body) = self.answer_to(&format!("{} {}", asked.method, asked.target));
        Reply::json(status, body)
    }
}
