//! Runs the crash matrix: the real server, a real browser and the simulated ERP, killed at every edge of a placement.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::{process::run as run_command, stack::root};

#[derive(Args)]
pub(crate) struct Options {
    /// How many orders are sent and interrupted
    #[arg(long, default_value_t = 60)]
    runs: u32,
    /// The same seed draws the same places and delays
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many servers are killed side by side
    #[arg(long, default_value_t = 4)]
    lanes: u32,
}

/// Builds the server with failpoints, as a test program only, and runs the matrix; any count but zero is an error.
pub(crate) fn run(options: &Options) -> Result<()> {
    run_command(
        Command::new("cargo")
            .args(["test", "--package", "server", "--features", "server/failpoints", "--test", "crash"])
            .args(["--", "--nocapture"])
            .current_dir(root())
            .env("CRASH_RUNS", options.runs.to_string())
            .env("CRASH_SEED", options.seed.to_string())
            .env("CRASH_LANES", options.lanes.to_string()),
    )
}
