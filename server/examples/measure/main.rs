//! Measures the scheduler's promises on the real conductor, store and HTTP server, with an ERP that takes set times.
//!
//! Prints one row per promise, its target beside it, and fails if one is missed. `cargo xtask bench orchestrator` is the
//! way to call it. Called with a folder, it is the process that gets killed (see `restart`).

mod crew;
mod decisions;
mod latency;
mod restart;
mod streams;

use std::{process::ExitCode, time::Duration};

use anyhow::Result;

/// What was promised, and what was measured.
struct Row {
    what: String,
    measured: f64,
    target: f64,
    unit: &'static str,
    /// Whether more is better.
    at_least: bool,
}

impl Row {
    /// A time that must not be exceeded.
    fn at_most(what: &str, measured: Duration, target: Duration) -> Self {
        let ms = |span: Duration| span.as_secs_f64() * 1_000.0;
        Self {
            what: what.to_owned(),
            measured: ms(measured),
            target: ms(target),
            unit: "ms",
            at_least: false,
        }
    }

    fn is_kept(&self) -> bool {
        if self.at_least { self.measured >= self.target } else { self.measured <= self.target }
    }

    fn print(&self) {
        let (sign, verdict) =
            (if self.at_least { "≥" } else { "≤" }, if self.is_kept() { "kept" } else { "MISSED" });
        let Self { what, measured, target, unit, .. } = self;
        println!("| {what} | {measured:.3} {unit} | {sign} {target} {unit} | {verdict} |");
    }
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    if let Some(folder) = std::env::args().nth(1) {
        restart::be_killed(folder.as_ref()).await?;
    }
    println!("| promise | measured | target | |\n|---|---|---|---|");
    let mut missed = 0;
    let mut show = |rows: Vec<Row>| {
        rows.iter().for_each(Row::print);
        missed += rows.iter().filter(|row| !row.is_kept()).count();
    };
    show(decisions::measure());
    show(latency::idle_slot().await?);
    show(latency::transitions().await?);
    show(latency::preemption().await?);
    show(streams::measure().await?);
    show(restart::measure().await?);
    Ok(if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The value that so many in a hundred do not exceed.
fn percentile(mut spans: Vec<Duration>, percent: usize) -> Duration {
    spans.sort_unstable();
    spans.get((spans.len() * percent).div_ceil(100).max(1) - 1).copied().unwrap_or_default()
}
