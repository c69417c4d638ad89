//! In which order the operations of a bulk request are performed: as they were sent, but none before what it refers to.
//!
//! Pure bookkeeping: performs nothing. Where operations refer to each other in a circle, it says which of them to begin with;
//! that one has a second turn when everything that it refers to is there (RFC 7644 §3.7.1).

use std::collections::{BTreeMap, BTreeSet};

use scim::operation::BulkOperation;

/// Whose turn it is: an index into the operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing is missing that another operation will make; also the second turn of one that was begun.
    Whole(usize),
    /// It is on a circle: it must do without what is not there yet.
    Part(usize),
}

/// Who waits for whom.
pub(super) struct Order {
    /// The operations that each one refers to.
    needs: Vec<Vec<usize>>,
    /// The operations that refer to each one.
    needed_by: Vec<Vec<usize>>,
    /// How many of those that each one refers to are not settled.
    missing: Vec<usize>,
    /// Whether each one has had its first turn, well or not.
    settled: Vec<bool>,
    /// Whether each one makes something: where a circle can be broken.
    makes: Vec<bool>,
    ready: BTreeSet<usize>,
}

impl Order {
    /// The order of `operations`. What no operation makes is not waited for.
    pub(super) fn new(operations: &[BulkOperation]) -> Self {
        let named = operations.iter().enumerate();
        let by_name: BTreeMap<&str, usize> =
            named.filter_map(|(at, operation)| Some((operation.bulk_id.as_deref()?, at))).collect();
        let makers_of = |operation: &BulkOperation| {
            operation.references().into_iter().filter_map(|bulk_id| by_name.get(bulk_id).copied()).collect::<Vec<_>>()
        };
        let needs: Vec<Vec<usize>> = operations.iter().map(makers_of).collect();
        let mut needed_by = vec![Vec::new(); needs.len()];
        for (at, needs) in needs.iter().enumerate() {
            for &maker in needs {
                needed_by[maker].push(at);
            }
        }
        let missing: Vec<usize> = needs.iter().map(Vec::len).collect();
        let ready = missing.iter().enumerate().filter(|(_, missing)| **missing == 0).map(|(at, _)| at).collect();
        let makes = operations.iter().map(|operation| operation.method == "POST").collect();
        Self { settled: vec![false; needs.len()], needs, needed_by, missing, makes, ready }
    }

    /// The next turn; `None` if all have had theirs. What was given must be settled before the next is asked for.
    pub(super) fn next(&mut self) -> Option<Turn> {
        if let Some(at) = self.ready.pop_first() {
            return Some(Turn::Whole(at));
        }
        let first = self.settled.iter().position(|settled| !settled)?;
        Some(Turn::Part(self.break_circle(first)))
    }

    /// The operation has had its turn: who waits for it need not any longer, even if it failed.
    pub(super) fn settle(&mut self, at: usize) {
        if std::mem::replace(&mut self.settled[at], true) {
            return;
        }
        for waiting in std::mem::take(&mut self.needed_by[at]) {
            self.missing[waiting] -= 1;
            if self.missing[waiting] == 0 {
                self.ready.insert(waiting);
            }
        }
    }

    /// The first operation that makes something on the circle that `from` waits for; any on it if none makes something.
    fn break_circle(&self, from: usize) -> usize {
        let next = |at: usize| self.needs[at].iter().copied().find(|maker| !self.settled[*maker]);
        let mut seen = BTreeSet::new();
        let mut at = from;
        while seen.insert(at) {
            // Whoever is not settled and not ready waits for another that is not settled.
            let Some(maker) = next(at) else { return at };
            at = maker;
        }
        let (mut first, start) = (at, at);
        while let Some(maker) = next(at).filter(|maker| *maker != start) {
            at = maker;
            first = std::cmp::min_by_key(first, at, |one| (!self.makes[*one], *one));
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use json::json;

    use super::*;

    /// Operations as `name: what it refers to`, a method before the name if it is not POST; the turns, those of a circle in
    /// brackets.
    #[track_caller]
    fn check(operations: &[&str], expected: &str) {
        let read = |text: &&str| {
            let (name, references) = text.split_once(':').unwrap_or((text, ""));
            let (method, name) = name.split_once(' ').unwrap_or(("POST", name));
            let references: Vec<String> = references.split_whitespace().map(|name| format!("bulkId:{name}")).collect();
            BulkOperation {
                method: method.to_owned(),
                bulk_id: Some(name.to_owned()),
                version: None,
                path: "/Users".to_owned(),
                data: json!(references),
            }
        };
        let operations: Vec<BulkOperation> = operations.iter().map(read).collect();
        let name = |at: usize| operations[at].bulk_id.as_deref().unwrap_or_default();
        let mut order = Order::new(&operations);
        let mut turns = Vec::new();
        while let Some(turn) = order.next() {
            let (at, text) = match turn {
                Turn::Whole(at) => (at, name(at).to_owned()),
                Turn::Part(at) => (at, format!("[{}]", name(at))),
            };
            turns.push(text);
            order.settle(at);
        }
        assert_eq!(turns.join(" "), expected);
    }

    #[test]
    fn operations_come_as_they_were_sent_but_none_before_what_it_refers_to() {
        check(&["a", "b", "c"], "a b c");
        check(&["a", "b:a", "c:b a"], "a b c");
        check(&["a:c", "b", "c"], "b c a");
        check(&["a:b", "b:c", "c", "d"], "c b a d");
        check(&["a:nobody", "b"], "a b");
        check(&[], "");
    }

    #[test]
    fn a_circle_is_begun_at_the_first_that_makes_something_and_ended_there() {
        check(&["a:b", "b:a"], "[a] b a");
        check(&["a:a"], "[a] a");
        check(&["a:b", "b:c", "c:a", "d"], "d [a] c b a");
        check(&["PUT a:b", "b:c", "c:b"], "[b] a c b");
        check(&["PUT a:b", "b:a"], "[b] a b");
        check(&["PUT a:b", "PUT b:a"], "[a] b a");
        check(&["a:b", "b:a", "c:d", "d:c"], "[a] b a [c] d c");
        // Who only waits for a circle is not on it.
        check(&["x:b", "a:b", "b:a"], "[a] b x a");
    }
}
