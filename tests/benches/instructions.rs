//! Runs one case a number of times, for callgrind to count: `instructions GROUP/NAME TIMES`; without both it lists the cases.
//!
//! The script `tests/benches/instructions` makes a table of it. Only what [`measured`] does is counted, so neither the
//! preparation nor the first, cold runs are in the figures.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

mod case;

use case::{Case, Run};

/// Most runs before the counting begins: caches, lazily loaded metadata, first allocations.
const WARM_UPS_MAX: u32 = 20;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [name, times] if let Ok(times) = times.parse() => count(name, times),
        _ => list(),
    }
}

fn count(name: &str, times: u32) {
    let case = case::all().into_iter().find(|case| full_name(case) == name).unwrap();
    let mut run = (case.prepare)();
    for _ in 0..WARM_UPS_MAX.min(times) {
        run();
    }
    measured(&mut run, times);
}

/// The function that callgrind is told to collect in.
#[inline(never)]
fn measured(run: &mut Run, times: u32) {
    for _ in 0..times {
        run();
    }
}

#[expect(clippy::print_stdout, reason = "the list is what was asked for")]
fn list() {
    let names: Vec<String> = case::all().iter().map(full_name).collect();
    println!("{}", names.join("\n"));
}

fn full_name(case: &Case) -> String {
    format!("{}/{}", case.group, case.name)
}
