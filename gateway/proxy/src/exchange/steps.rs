//! Plans carried out: what must be looked at is, then call after call, each filled with what earlier ones answered; and if one
//! fails, what was done is undone as far as the profile says how.
//!
//! Decides nothing: the plan says what is called, the rules what a call holds. A plan of calls that stand alone costs no more
//! than its calls.

use std::time::Duration;

use json::Value;
use rules::judge::Answered;
use rules::planner::{Plan, PlannedCall};
use rules::profile::BodyCondition;
use rules::{Stage, TargetCall, TargetFault};
use tokio::time::sleep;

use super::Exchange;
use super::held::fault;
use crate::failure::Failure;

/// Most calls that wait for one answer (`until`).
const UNTIL_CALLS_MAX: u32 = 20;
/// Pause before such a call is repeated the first time; it doubles up to [`UNTIL_PAUSE_MAX`].
const UNTIL_PAUSE: Duration = Duration::from_millis(250);
/// Longest such pause: twenty calls wait for half a minute, within the time of an exchange.
const UNTIL_PAUSE_MAX: Duration = Duration::from_secs(2);

/// A plan under way.
pub(super) struct Course {
    plan: Plan,
    /// The call whose turn it is.
    next: usize,
    /// Those that were made.
    done: Vec<usize>,
    /// The record in the last answer, if it holds one.
    record: Option<Value>,
    /// The id that the last main call told, if it did.
    id: Option<String>,
}

/// Where a course pauses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// Behind the call that the plan is for: a new record gets its id there.
    Main,
    /// Behind the last.
    End,
}

impl Course {
    pub(super) fn new(plan: Plan) -> Self {
        Self { plan, next: 0, done: Vec::new(), record: None, id: None }
    }

    /// The record as the last answer told it.
    pub(super) fn take_record(&mut self) -> Option<Value> {
        self.record.take()
    }

    /// The same, left there.
    pub(super) fn record(&self) -> Option<&Value> {
        self.record.as_ref()
    }

    /// The id as the last answer told it.
    pub(super) fn take_id(&mut self) -> Option<String> {
        self.id.take()
    }

    /// Whether all its calls were made.
    pub(super) fn is_over(&self) -> bool {
        self.next >= self.plan.calls.len()
    }

    /// Notes what the main call made, for the calls behind it.
    pub(super) fn settled(&mut self, id: &str, record: Option<&Value>) {
        self.plan.settled(id, record);
    }
}

impl Exchange<'_> {
    /// Looks at what must be so before anything is written.
    ///
    /// # Errors
    /// [`Failure::Refused`] as the profile says.
    pub(super) async fn look(&mut self, plan: &Plan) -> Result<(), Failure> {
        for check in &plan.checks {
            let body = self.call(&check.call).await?;
            if check.refuses(body.as_ref()).map_err(fault)? {
                let rule = &check.rule;
                self.trace.step(Stage::Plan, Some(&rule.call.rule), || format!("refused: {}", rule.detail));
                return Err(Failure::Refused {
                    status: rule.status,
                    scim_type: rule.scim_type,
                    detail: rule.detail.as_ref().to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Makes the calls of a course in order. `id` names the record for a 404.
    ///
    /// # Errors
    /// That of the first call that fails; what was done is undone then.
    pub(super) async fn go(&mut self, course: &mut Course, until: Until, id: &str) -> Result<(), Failure> {
        while !course.is_over() {
            let at = course.next;
            match self.take_step(course, id).await {
                Ok(is_main) => {
                    course.done.push(at);
                    course.next += 1;
                    if is_main && until == Until::Main {
                        break;
                    }
                }
                Err(failure) => {
                    self.take_back(course, Some(at)).await;
                    return Err(failure);
                }
            }
        }
        Ok(())
    }

    /// Makes the call whose turn it is; whether it is a main call.
    async fn take_step(&mut self, course: &mut Course, id: &str) -> Result<bool, Failure> {
        let at = course.next;
        let (rules, params) = (self.rules, &self.tenant.params);
        let call = course.plan.call(rules, params, at).map_err(fault)?;
        let (Some(call), Some(planned)) = (call, course.plan.calls.get(at)) else { return Ok(false) };
        let step = planned.step.as_deref();
        let answered = match step.and_then(|step| step.rule.until.as_ref()) {
            Some(until) => self.wait_until(&call, until).await?,
            None => self.answered(&call).await?,
        };
        let answered = match (answered, step) {
            (Some(answered), _) => answered,
            (None, Some(step)) if step.rule.optional => Answered::default(),
            (None, Some(step)) if !step.is_main => return Err(fault(absent(planned))),
            // What is to be changed or ended is not there; what is to be made cannot be absent.
            (None, _) if id.is_empty() => return Err(fault(absent(planned))),
            (None, _) => return Err(self.not_found(id)),
        };
        let is_main = step.is_none_or(|step| step.is_main);
        if is_main && let Some(told) = &planned.id {
            course.id = Some(told.of(&answered).map_err(fault)?);
        }
        let record = if planned.id.is_some() || !is_main {
            None
        } else {
            let Answered { body, headers } = answered.clone();
            let record = planned.record_in(body).map_err(fault)?;
            record.map(|record| rules.received(&call, &headers, record))
        };
        drop(call);
        if let Some(record) = &record {
            course.plan.told(at, record);
        }
        course.record = record;
        course.plan.answered(at, &answered.body);
        Ok(is_main)
    }

    /// Repeats a GET until its answer is so.
    async fn wait_until(&mut self, call: &TargetCall, until: &BodyCondition) -> Result<Option<Answered>, Failure> {
        let mut pause = UNTIL_PAUSE;
        for _ in 1..UNTIL_CALLS_MAX {
            match self.answered(call).await? {
                Some(answered) if until.holds(&answered.body) => return Ok(Some(answered)),
                _ => self.trace.step(Stage::Call, Some(&call.rule), || "not yet so: asked again".to_owned()),
            }
            sleep(pause).await;
            pause = (pause * 2).min(UNTIL_PAUSE_MAX);
        }
        match self.answered(call).await? {
            Some(answered) if until.holds(&answered.body) => Ok(Some(answered)),
            _ => Err(fault(TargetFault::Busy { status: 202, retry_after_secs: None, repeat_after: None })),
        }
    }

    /// Undoes what was done, the last first. What fails then is traced and no more: the first failure is the answer.
    pub(super) async fn take_back(&mut self, course: &Course, failed: Option<usize>) {
        let calls = course.plan.undo(self.rules, &self.tenant.params, &course.done, failed);
        for call in calls {
            self.trace.step(Stage::Plan, Some(&call.rule), || format!("undone by {call}"));
            // Traced by the call itself.
            let _failed = self.call(&call).await;
        }
    }
}

fn absent(planned: &PlannedCall) -> TargetFault {
    TargetFault::Garbage { reason: format!("{} was answered «absent»", planned.call.route) }
}
