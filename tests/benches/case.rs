//! The cases: each prepares its surroundings once and then is one operation, run again and again.
//!
//! Nothing here measures. A case checks its own result where a failure would be cheaper than the real thing.

mod samples;

mod filter;
mod loading;
mod patch;
mod profile;
mod token;

mod played;

mod at_size;
mod exchange;
mod loopback;

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// One operation, ready to run.
pub(crate) type Run = Box<dyn FnMut()>;

/// One thing that is measured.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    /// What it belongs to: `filter_parse`.
    pub(crate) group: &'static str,
    /// What it is, within the group: `simple`.
    pub(crate) name: &'static str,
    /// Makes everything it needs.
    pub(crate) prepare: fn() -> Run,
}

/// All of them; those of a group stand together.
pub(crate) fn all() -> Vec<Case> {
    // As the binary does at start; an error means that it is done already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    [
        filter::CASES,
        loading::CASES,
        patch::CASES,
        profile::CASES,
        token::CASES,
        exchange::CASES,
        at_size::CASES,
        loopback::CASES,
    ]
    .concat()
}

/// An operation whose result nobody needs; the compiler does not know that.
fn repeat<T>(mut operation: impl FnMut() -> T + 'static) -> Run {
    Box::new(move || drop(black_box(operation())))
}

/// The output of a future that has nothing to wait for; without a runtime, whose cost would be in the figure.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a case that waits is no case for `at_once`"),
    }
}
