//! Measures a whole pass over each of the six lists at full volume, through everything: the real server, a real browser,
//! the simulated ERP, the child that reads the export, the store.
//!
//! Each list is read three times: when nothing is stored yet, when nothing has changed, and when two of a hundred rows
//! have. At the fast pace the ERP itself costs almost nothing, so what is measured is ours.

use std::{fs, io, path::Path};

use anyhow::Result;
use clap::Args;

use super::api::{Api, Ports, Watch};
use crate::{
    setup::{self, Need},
    stack::{self, Profile, Stack, StackOptions, free_port},
};

/// The lists with the rows they have at full volume (facts/erp.md §6).
const LISTS: [(&str, u64); 6] = [
    ("customers", 1_452),
    ("products", 4_530),
    ("prices", 4_540),
    ("orders", 985),
    ("ddt", 1_132),
    ("invoices", 128),
];
/// Every fiftieth row changes: two of a hundred.
const CHANGED_NTH: usize = 50;

#[derive(Args)]
pub(crate) struct Options {
    /// Latencies of the simulated ERP: `fast` has none, `real` as measured on the real one
    #[arg(long, default_value = "fast", value_parser = ["fast", "real"])]
    pace: String,
    /// Measure the quickly compiled build instead of the optimised one
    #[arg(long)]
    dev: bool,
    /// Use what was built last
    #[arg(long)]
    no_build: bool,
}

/// Builds, measures, prints one table.
pub(crate) fn run(options: &Options) -> Result<()> {
    let profile = if options.dev { Profile::Dev } else { Profile::Release };
    if !options.no_build {
        setup::install(Need::Everything)?;
        stack::build(profile)?;
    }
    let data = tempfile::tempdir()?;
    // The first sign-in reads some lists by itself. So it is done once, and then what was read is forgotten.
    let (before, _) = start(profile, "fast", data.path())?;
    drop(before);
    forget_the_lists(data.path())?;
    let (stack, api) = start(profile, &options.pace, data.path())?;
    println!(
        "\none pass over each list at pace {}, milliseconds; memory is the peak of that pass, MiB",
        options.pace
    );
    println!("| list | pass | rows | written | total | ERP | reading | storing | server | reader |");
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (round, pass) in ["first", "unchanged", "2 % changed"].into_iter().enumerate() {
        if round == 2 {
            api.drift(CHANGED_NTH, "cambiato")?;
        }
        for (list, volume) in LISTS {
            measure(&api, &stack, pass, list, volume)?;
        }
    }
    Ok(())
}

fn start(profile: Profile, pace: &str, data: &Path) -> Result<(Stack, Api)> {
    let ports = Ports { server: free_port()?, erp: free_port()?, metrics: free_port()? };
    let stack = Stack::start(&StackOptions {
        profile,
        port: ports.server,
        erp_port: ports.erp,
        data: data.to_owned(),
        erp_arguments: ["--pace", pace].map(str::to_owned).to_vec(),
        server_settings: vec![
            ("ARCHIBALD_METRICS_LISTEN".to_owned(), format!("127.0.0.1:{}", ports.metrics)),
            ("ARCHIBALD_LOG".to_owned(), "warn,chromiumoxide=off".to_owned()),
        ],
    })?;
    let api = Api::sign_in(ports)?;
    api.wait_for("nothing runs", |status| {
        ["currentSync", "queue"].iter().all(|list| status[*list].as_array().is_some_and(Vec::is_empty))
    })?;
    Ok((stack, api))
}

/// Removes the copies of the ERP's lists; the server makes empty ones, and its schedule does not know.
fn forget_the_lists(data: &Path) -> Result<()> {
    for part in ["", "-wal", "-shm"] {
        for file in ["catalog.db", "agents/agente1.db"] {
            match fs::remove_file(data.join(format!("{file}{part}"))) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        }
    }
    Ok(())
}

fn measure(api: &Api, stack: &Stack, pass: &str, list: &str, volume: u64) -> Result<()> {
    let before = api.counters(list)?;
    let watch = Watch::start(stack.server_process());
    let row = api.sync(list)?;
    let (server, reader) = watch.peaks_mib();
    let cost = api.counters(list)?.since(before);
    let total = row["endedAt"].as_i64().unwrap_or(0) - row["startedAt"].as_i64().unwrap_or(0);
    let rows = row["rows"].as_u64().unwrap_or(0);
    let short = if rows < volume { " (!)" } else { "" };
    println!(
        "| {list} | {pass} | {rows}{short} | {:.0} | {total} | {:.0} | {:.0} | {:.0} | {server:.0} | {reader:.0} |",
        cost.written, cost.erp, cost.parsing, cost.storing,
    );
    Ok(())
}
