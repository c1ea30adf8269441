//! Opens the one front door: installs what is missing, runs the product, tests it, measures it.

mod bench;
mod crash;
mod e2e;
mod process;
mod run;
mod setup;
mod simulate;
mod stack;
mod steps;
mod test;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    bin_name = "cargo xtask",
    about = "The one front door of Archibald Orders",
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Install what is missing, build, and start the simulated ERP and the server with demo data (Ctrl-C stops both).
    Run(run::Options),
    /// Run every check: format, clippy, tests, the browser's build, and the end-to-end tests in Chromium.
    Test(test::Options),
    /// Install the tools that building, running and testing need, and nothing else.
    Setup,
    /// Run the end-to-end tests alone; words after `--` go to Playwright.
    E2e(e2e::Options),
    /// Walk the orchestrator through simulated worlds; with `--mutants`, prove that they notice a broken rule.
    Simulate(simulate::Options),
    /// Kill the server at every edge of placing an order, and count what the ERP holds in the end.
    Crash(crash::Options),
    /// Measure the product; without a name, list what can be measured.
    #[command(subcommand)]
    Bench(bench::Bench),
}

fn main() -> Result<()> {
    match Cli::parse().verb {
        Verb::Run(options) => run::run(&options),
        Verb::Test(options) => test::run(&options),
        Verb::Setup => setup::install(setup::Need::Everything),
        Verb::E2e(options) => e2e::run(&options),
        Verb::Simulate(options) => simulate::run(&options),
        Verb::Crash(options) => crash::run(&options),
        Verb::Bench(bench) => bench::run(&bench),
    }
}
