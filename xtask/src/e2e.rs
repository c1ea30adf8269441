//! Runs Playwright against the built server and the simulated ERP, each test with a pair of its own.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;

use crate::{
    process::run as run_command,
    setup::chromium,
    stack::{Profile, binary, build, root, target_folder},
};

#[derive(Args)]
pub(crate) struct Options {
    /// Use what was built last
    #[arg(long)]
    no_build: bool,
    /// Words for `playwright test`, such as a file name or `--headed`
    #[arg(last = true)]
    words: Vec<String>,
}

/// How many end-to-end tests passed, failed and were skipped.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

/// Builds and runs; a failing test is an error.
pub(crate) fn run(options: &Options) -> Result<()> {
    if !options.no_build {
        build(Profile::Dev)?;
    }
    let (outcome, _) = playwright(&options.words)?;
    outcome
}

/// Runs Playwright on the built product: whether all passed, and the counts.
pub(crate) fn playwright(words: &[String]) -> Result<(Result<()>, Counts)> {
    let report = report_file()?;
    let mut command = Command::new("npx");
    command
        .args(["playwright", "test"])
        .args(words)
        .current_dir(root().join("end2end"))
        .env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report)
        .env("CHROMIUM", chromium().context("Chromium is missing: run `cargo xtask setup`")?)
        .env("SERVER_BINARY", binary("server", Profile::Dev)?)
        .env("ERP_SIM_BINARY", binary("erp-sim", Profile::Dev)?)
        .env("SITE_ROOT", root().join("target/site"));
    let outcome = run_command(&mut command);
    Ok((outcome, counts(&report)?))
}

fn report_file() -> Result<PathBuf> {
    let file = target_folder()?.join("end2end-report.json");
    if file.exists() {
        std::fs::remove_file(&file)?;
    }
    Ok(file)
}

#[derive(Deserialize)]
struct Report {
    stats: Stats,
}

#[derive(Deserialize)]
struct Stats {
    expected: u64,
    unexpected: u64,
    flaky: u64,
    skipped: u64,
}

fn counts(report: &PathBuf) -> Result<Counts> {
    let text = std::fs::read_to_string(report).context("Playwright wrote no report")?;
    let stats = serde_json::from_str::<Report>(&text).context("Playwright's report has another shape")?.stats;
    // Playwright names the flaky ones, which passed at their second try.
    Ok(Counts { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped })
}
