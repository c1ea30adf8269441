//! Reads the command line.

use std::{io, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use domain::{AgentId, SyncType};
use erp::export::ChildLimits;
use server::{admin, config::Config, serve};

/// The order-entry server for Archibald.
#[derive(Parser)]
#[command(version)]
struct CommandLine {
    /// The TOML file with settings; by default archibald.toml if there is one
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve people (what happens without a verb)
    Serve,
    /// Say who may sign in
    Agent {
        #[command(subcommand)]
        verb: AgentVerb,
    },
    /// Say that the data folder was brought back from an older copy; while the server is stopped
    Restored,
    /// List every setting with its default and reason
    Settings,
    /// Read an export from standard input and write its rows; started by the server itself
    #[command(hide = true)]
    ParseExport {
        /// Address space it may use, MiB
        #[arg(long)]
        memory_mib: u64,
        /// What the export holds
        kind: SyncType,
    },
}

#[derive(Subcommand)]
enum AgentVerb {
    /// Let an ERP account sign in
    Add {
        /// The ERP account
        agent: AgentId,
        /// It may see every agent's state
        #[arg(long)]
        admin: bool,
    },
    /// Let it sign in no longer, end its sessions, and forget its ERP password
    Remove {
        /// The ERP account
        agent: AgentId,
    },
    /// List the accounts that may sign in
    List,
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    let done = match line.verb {
        // It reads hostile input: it knows no setting, no secret and no database.
        Some(Verb::ParseExport { memory_mib, kind }) => {
            let limits = ChildLimits { address_space_bytes: memory_mib << 20, ..ChildLimits::default() };
            return erp::export::child::serve(kind, io::stdin().lock(), io::stdout().lock(), &limits);
        }
        Some(Verb::Settings) => {
            admin::list_settings();
            Ok(())
        }
        Some(Verb::Restored) => {
            Config::load(line.config.as_deref()).and_then(|config| admin::restored(&config))
        }
        Some(Verb::Agent { verb }) => Config::load(line.config.as_deref()).and_then(|config| match verb {
            AgentVerb::Add { agent, admin } => admin::add_agent(&config, &agent, admin),
            AgentVerb::Remove { agent } => admin::remove_agent(&config, &agent),
            AgentVerb::List => admin::list_agents(&config),
        }),
        Some(Verb::Serve) | None => Config::load(line.config.as_deref()).and_then(serve::run),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
