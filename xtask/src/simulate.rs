//! Walks the orchestrator through simulated worlds, and proves that the walk notices when the orchestrator is broken.

mod mutants;

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{process::run as run_command, stack::root};

/// Commands in each world; with what they entail a world has about 7,000 steps.
const COMMANDS: u64 = 6_000;

#[derive(Args)]
pub(crate) struct Options {
    /// How many worlds
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The seed of the first one; a failing seed is run again with `--seeds 1`
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Break the orchestrator on purpose, in a copy, once for each rule, and fail if no world notices
    #[arg(long)]
    mutants: bool,
}

/// Runs the worlds, or the mutants.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.mutants {
        return mutants::run(options.seed, options.seeds.min(mutants::SEEDS_MAX));
    }
    run_command(&mut simulation(root(), &root().join("target"), options.seed, options.seeds))
}

/// The simulation of the orchestrator in `workspace`, quickly compiled code being fast enough: the profile optimises this
/// crate even for tests.
fn simulation(workspace: &Path, target: &Path, seed: u64, seeds: u64) -> Command {
    let mut command = Command::new("cargo");
    command
        .args(["run", "--quiet", "--package", "orchestrator", "--features", "simulation"])
        .args(["--example", "simulate", "--"])
        .args([seed, seeds, COMMANDS].map(|number| number.to_string()))
        .current_dir(workspace);
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        command.env("CARGO_TARGET_DIR", target);
    }
    command
}
