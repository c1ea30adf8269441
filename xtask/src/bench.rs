//! Measures the product, always as splits or ratios within one run.

mod api;
mod orchestrator;
mod parse;
mod place;
mod smart_sync;
mod sync;

use anyhow::Result;
use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Bench {
    /// Reading exports beside pdfplumber, PyMuPDF, pypdfium2 and pdftotext: time and memory.
    Parse(parse::Options),
    /// The scheduler's promises: decisions, latencies, event streams, restarts.
    Orchestrator(orchestrator::Options),
    /// A pass over each of the six lists at full volume: time, rows, memory.
    Sync(sync::Options),
    /// From opening the order form to fresh customers: waiting, ERP, parsing, storing.
    SmartSync(smart_sync::Options),
    /// One order of 1, 3, 12 and 40 lines: each step, the ERP's share and ours.
    Place(place::Options),
}

/// Runs one measurement.
pub(crate) fn run(bench: &Bench) -> Result<()> {
    match bench {
        Bench::Parse(options) => parse::run_all(options),
        Bench::Orchestrator(options) => orchestrator::run(options),
        Bench::Sync(options) => sync::run(options),
        Bench::SmartSync(options) => smart_sync::run(options),
        Bench::Place(options) => place::run(options),
    }
}
