//! What the data path costs in time, piece by piece: `cargo bench -p gateway --bench data_path`.
//!
//! Every [`Case`](case::Case) is one benchmark. `instructions.rs` counts the same cases in instructions, and
//! `docs/performance.md` has goals and figures.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

mod case;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for cases in case::all().chunk_by(|one, next| one.group == next.group) {
        let mut group = criterion.benchmark_group(cases[0].group);
        for case in cases {
            // Criterion calls the closure for every sample, and not at all if the case is filtered out.
            let mut prepared = None;
            group.bench_function(case.name, |bencher| bencher.iter(prepared.get_or_insert_with(case.prepare)));
        }
        group.finish();
    }
    criterion.final_summary();
}
