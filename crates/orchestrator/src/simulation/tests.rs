//! Runs the simulation in every test run.

use std::time::Instant;

use super::{Report, run};

/// Worlds of the ordinary run, and commands in each.
const WORLDS: u64 = 160;
const COMMANDS: u64 = 6_000;

#[test]
fn every_invariant_holds_over_a_million_steps() {
    let started = Instant::now();
    let mut sum = Report::default();
    for seed in 0..WORLDS {
        let report = run(seed, COMMANDS).unwrap_or_else(|failure| panic!("{failure}"));
        sum.steps += report.steps;
        sum.claims += report.claims;
        sum.yields += report.yields;
        sum.done += report.done;
        sum.leases += report.leases;
        sum.outages += report.outages;
    }
    println!("{sum:?} in {:.1} s", started.elapsed().as_secs_f64());
    assert!(sum.steps >= 1_000_000, "{sum:?}");
    // A walk in which nothing happens would prove nothing.
    assert!(
        sum.claims > 50_000 && sum.yields > 5_000 && sum.leases > 5_000 && sum.outages > 2_000,
        "{sum:?}"
    );
}

#[test]
fn the_same_seed_gives_the_same_world() {
    let (first, second) = (run(7, 3_000).unwrap(), run(7, 3_000).unwrap());
    assert_eq!(first, second);
    assert_ne!(first.digest, run(8, 3_000).unwrap().digest);
}
