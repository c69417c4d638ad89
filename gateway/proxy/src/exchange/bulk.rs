//! `POST /Bulk` (RFC 7644 §3.7): operations performed one by one, each as if it had come alone.
//!
//! Each takes its own locks and gives them back, has its own answer, and fails on its own: the status and the error of an
//! operation are those of the single request. Nothing is undone, and what was not done is done by a repetition.

mod order;

use std::collections::{BTreeMap, BTreeSet};

use json::{Map, Value, json};
use scim::name;
use scim::operation::{
    Action, BulkOperation, BulkRequest, BulkResult, Condition, Endpoint, EntityTag, View, bulk_response,
};

use self::order::{Order, Turn};
use super::{Answer, Exchanges};
use crate::failure::Failure;
use crate::layer::rescue;
use crate::limits::BULK_TIME_MAX;
use crate::record::Draft;
use crate::tenant::Tenant;

/// A bulk request under way.
struct Bulk<'a> {
    house: &'a Exchanges,
    tenant: &'a Tenant,
    root: &'a str,
    draft: &'a Draft,
    operations: &'a [BulkOperation],
    /// Every bulk id of the request.
    named: BTreeSet<&'a str>,
    /// Bulk id to id, of what is there by now.
    ids: BTreeMap<String, String>,
    progress: Vec<Progress>,
    errors: usize,
}

/// How far an operation is.
enum Progress {
    Waiting,
    /// It was made without what it refers to in a circle.
    Begun {
        made: Made,
        /// The data that it was made of.
        data: Value,
    },
    Ended(BulkResult),
}

/// How an operation went.
struct Made {
    endpoint: Endpoint,
    id: String,
    status: u16,
    location: Option<String>,
    version: Option<EntityTag>,
}

impl Exchanges {
    /// `POST /Bulk`. `root` is the absolute URL of the SCIM root.
    pub(super) async fn bulk(
        &self,
        tenant: &Tenant,
        root: &str,
        request: BulkRequest,
        draft: &Draft,
    ) -> Result<Answer, Failure> {
        let began = self.parts.clock.elapsed();
        let BulkRequest { fail_on_errors, operations } = request;
        let mut bulk = Bulk {
            house: self,
            tenant,
            root,
            draft,
            operations: &operations,
            named: operations.iter().filter_map(|operation| operation.bulk_id.as_deref()).collect(),
            ids: BTreeMap::new(),
            progress: operations.iter().map(|_| Progress::Waiting).collect(),
            errors: 0,
        };
        let mut order = Order::new(&operations);
        while fail_on_errors.is_none_or(|most| bulk.errors < most)
            && let Some(turn) = order.next()
        {
            let is_late = self.parts.clock.elapsed().saturating_sub(began) >= BULK_TIME_MAX;
            let (Turn::Whole(at) | Turn::Part(at)) = turn;
            if is_late {
                bulk.give_up(at);
            } else {
                bulk.take(turn).await;
            }
            order.settle(at);
        }
        // The record is of the request, not of its last operation.
        draft.note(|record| record.resource = None);
        Ok(Answer::ok(bulk_response(bulk.results()), None))
    }
}

impl Bulk<'_> {
    /// An operation has its turn.
    async fn take(&mut self, turn: Turn) {
        let (Turn::Whole(at) | Turn::Part(at)) = turn;
        match std::mem::replace(&mut self.progress[at], Progress::Waiting) {
            Progress::Waiting => self.begin(turn, at).await,
            Progress::Begun { made, data } => self.complete(at, made, &data).await,
            ended @ Progress::Ended(_) => self.progress[at] = ended,
        }
    }

    async fn begin(&mut self, turn: Turn, at: usize) {
        let resolved = self.operations[at].resolved(&self.ids);
        let unmet = self.unmet(&resolved);
        let done = match (turn, unmet) {
            (_, Some(unknown @ Failure::UnknownBulkId { .. })) => Err(unknown),
            (Turn::Part(_), _) if resolved.method == "POST" => {
                let part = resolved.unreferenced();
                let data = part.data.clone();
                self.perform(part).await.map(|made| Progress::Begun { made, data })
            }
            (_, Some(unmade)) => Err(unmade),
            (_, None) => self.perform(resolved).await.map(|made| self.ended(at, made)),
        };
        match done {
            Ok(progress) => self.progress[at] = progress,
            Err(failure) => self.fail(at, &failure),
        }
    }

    /// Gives what was begun the rest, now that all is there that it refers to.
    async fn complete(&mut self, at: usize, made: Made, data: &Value) {
        let resolved = self.operations[at].resolved(&self.ids);
        if let Some(unmade) = self.unmet(&resolved) {
            return self.fail(at, &unmade);
        }
        let (id, view, condition) = (made.id.clone(), View::default(), Condition::default());
        let patch = Action::Patch { id, body: rest(&resolved.data, data), view, condition };
        match self.act(made.endpoint, patch).await {
            Ok(answer) => self.progress[at] = self.ended(at, Made { version: answer.version, ..made }),
            Err(failure) => self.fail(at, &failure),
        }
    }

    /// Performs one operation. What it was about is known by its bulk id from then on.
    async fn perform(&mut self, operation: BulkOperation) -> Result<Made, Failure> {
        let (bulk_id, location) = (operation.bulk_id.clone(), self.location(&operation));
        let (endpoint, action) = operation.decode()?;
        let id = match &action {
            Action::Replace { id, .. } | Action::Patch { id, .. } | Action::Delete { id, .. } => Some(id.clone()),
            Action::Create { .. } | Action::Query(_) | Action::Read { .. } => None,
        };
        let answer = self.act(endpoint, action).await?;
        let shown = || answer.body.as_ref()?.get("id")?.as_str().map(str::to_owned);
        let id = id.or_else(shown).unwrap_or_default();
        if let Some(bulk_id) = bulk_id {
            self.ids.insert(bulk_id, id.clone());
        }
        let location = answer.location.or(location);
        Ok(Made { endpoint, id, status: answer.status.as_u16(), location, version: answer.version })
    }

    async fn act(&self, endpoint: Endpoint, action: Action) -> Result<Answer, Failure> {
        Box::pin(self.house.act(self.tenant, self.root, endpoint, action, self.draft)).await
    }

    /// What a resolved operation refers to that is not there.
    fn unmet(&self, resolved: &BulkOperation) -> Option<Failure> {
        let unmet = resolved.references();
        let unknown = unmet.iter().find(|bulk_id| !self.named.contains(*bulk_id));
        match (unknown, unmet.first()) {
            (Some(bulk_id), _) => Some(Failure::UnknownBulkId { bulk_id: (*bulk_id).to_owned() }),
            (None, Some(bulk_id)) => Some(Failure::UnmadeBulkId { bulk_id: (*bulk_id).to_owned() }),
            (None, None) => None,
        }
    }

    fn ended(&self, at: usize, made: Made) -> Progress {
        let BulkOperation { method, bulk_id, .. } = &self.operations[at];
        Progress::Ended(BulkResult {
            method: method.clone(),
            bulk_id: bulk_id.clone(),
            version: made.version.map(|version| version.to_header()),
            location: made.location,
            status: made.status,
            response: None,
        })
    }

    fn fail(&mut self, at: usize, failure: &Failure) {
        let operation = &self.operations[at];
        let error = rescue::bulk_error(failure);
        let is_post = operation.method == "POST";
        self.errors += 1;
        self.progress[at] = Progress::Ended(BulkResult {
            method: operation.method.clone(),
            bulk_id: operation.bulk_id.clone(),
            version: None,
            location: if is_post { None } else { self.location(&operation.resolved(&self.ids)) },
            status: error.status,
            response: Some(error.to_json()),
        });
    }

    /// The time is over.
    fn give_up(&mut self, at: usize) {
        match self.progress[at] {
            Progress::Waiting => self.fail(at, &Failure::NotBegun),
            Progress::Begun { .. } => self.fail(at, &Failure::Deadline { secs: BULK_TIME_MAX.as_secs() }),
            Progress::Ended(_) => {}
        }
    }

    /// The URL of the resource that an operation names in its path.
    fn location(&self, operation: &BulkOperation) -> Option<String> {
        operation.path.starts_with('/').then(|| format!("{}{}", self.root, operation.path))
    }

    /// How everything went that had its turn, in the order of the request.
    fn results(mut self) -> Vec<BulkResult> {
        for at in 0..self.progress.len() {
            if let Progress::Begun { .. } = self.progress[at] {
                let resolved = self.operations[at].resolved(&self.ids);
                let bulk_id = resolved.references().first().map_or_else(String::new, |bulk_id| (*bulk_id).to_owned());
                self.fail(at, &Failure::UnmadeBulkId { bulk_id });
            }
        }
        let ended = |progress| if let Progress::Ended(result) = progress { Some(result) } else { None };
        self.progress.into_iter().filter_map(ended).collect()
    }
}

/// The PATCH that turns what was made of `begun` into `whole`: each attribute that differs is added.
fn rest(whole: &Value, begun: &Value) -> Value {
    let parts = whole.as_object().into_iter().flatten().filter(|(key, value)| begun.get(key) != Some(value));
    let parts: Map = parts.map(|(key, value)| (key.clone(), value.clone())).collect();
    json!({ "schemas": [name::PATCH_OP], "Operations": [{ "op": "add", "value": parts }] })
}
