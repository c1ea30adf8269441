//! Measures the product, always as splits or ratios within one run.

mod smart_sync;

use anyhow::Result;
use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Bench {
    /// From opening the order form to fresh customers: waiting, ERP, parsing, storing.
    SmartSync(smart_sync::Options),
}

/// Runs one measurement.
pub(crate) fn run(bench: &Bench) -> Result<()> {
    match bench {
        Bench::SmartSync(options) => smart_sync::run(options),
    }
}
