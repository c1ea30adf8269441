//! Measures what the scheduler promises: decisions, latencies, streams, restarts, and the speed of its simulation.

use std::{process::Command, time::Instant};

use anyhow::{Result, bail};
use clap::Args;

use crate::{process::run as run_command, stack::root};

/// Simulated steps that an ordinary test run promises within [`SIMULATION_SECONDS_MAX`].
const WORLDS: &str = "160";
const SIMULATION_SECONDS_MAX: u64 = 60;

#[derive(Args)]
pub(crate) struct Options {
    /// Measure the quickly compiled build instead of the optimised one
    #[arg(long)]
    dev: bool,
}

/// Prints one row per promise; a missed one is an error.
pub(crate) fn run(options: &Options) -> Result<()> {
    let cargo = |verb: &str, arguments: &[&str]| {
        let mut command = Command::new("cargo");
        command.arg(verb).args(arguments).current_dir(root());
        run_command(&mut command)
    };
    let profile: &[&str] = if options.dev { &[] } else { &["--release"] };
    let measured = cargo("run", &[profile, &["--package", "server", "--example", "measure"]].concat());
    // As in the tests: quickly compiled, but for this crate, which is optimised there too.
    let simulate = ["--package", "orchestrator", "--features", "simulation", "--example", "simulate"];
    cargo("build", &simulate)?;
    let begun = Instant::now();
    cargo("run", &[&simulate[..], &["--", "0", WORLDS, "6000"]].concat())?;
    let seconds = begun.elapsed().as_secs();
    println!("| ≥ 1,000,000 simulated steps | {seconds} s | ≤ {SIMULATION_SECONDS_MAX} s | |");
    if seconds > SIMULATION_SECONDS_MAX {
        bail!("the simulation took {seconds} s");
    }
    measured
}
