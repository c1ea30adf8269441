//! Times the way back from `kill -9`: a process with ten thousand rows is killed, and another takes over.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use async_trait::async_trait;
use domain::{DraftId, Timestamp};
use orchestrator::{Board, Command as Told, Snapshot};
use server::conductor::{Conductor, Config, Cursor, Job, Limits, Outcome, SteadyClock, TaskRunner};
use store::Store;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::Row;

const AGENTS: u128 = 200;
const TASKS: u128 = 10_000;

/// Works for ever, and says that it has started.
struct Busy(mpsc::UnboundedSender<()>);

#[async_trait]
impl TaskRunner for Busy {
    async fn run(&self, job: Job) -> Outcome {
        job.pulse.checkpoint(Cursor(1), 0, None).await;
        // Nobody listening is no fault.
        let _ = self.0.send(());
        std::future::pending().await
    }
}

async fn start(folder: &Path) -> Result<mpsc::UnboundedReceiver<()>> {
    let store = Store::open(folder).await?;
    let clock = Arc::new(SteadyClock::start());
    let (conductor, _handle) =
        Conductor::open(store.control(), Config::default(), Limits::default(), clock).await?;
    let (sender, started) = mpsc::unbounded_channel();
    let running = conductor.start(Arc::new(Busy(sender))).await?;
    // It goes on until the process ends.
    std::mem::forget((running, store));
    Ok(started)
}

/// The process that gets killed: it fills the folder, sets all slots to work, says so, and waits.
pub(crate) async fn be_killed(folder: &Path) -> Result<()> {
    let store = Store::open(folder).await?;
    let mut board = Board::new(Config::default(), Snapshot::default());
    let now = Timestamp(server::clock::now().0 - 1_000);
    let mut steps = vec![board.apply(Told::Boot, now)];
    for number in 0..TASKS {
        let agent: domain::AgentId = format!("agent{}", number % AGENTS).parse()?;
        if number < AGENTS {
            steps.push(board.apply(Told::AddLogin(agent.clone()), now));
        }
        let draft = DraftId(Uuid::from_u128(number));
        steps.push(board.apply(Told::AskPlacement { agent, draft, at_once: true }, now));
    }
    let (changes, events): (Vec<_>, Vec<_>) =
        steps.into_iter().map(|step| (step.changes, step.events)).unzip();
    store.control().commit(&changes.concat(), &events.concat()).await?;
    store.close().await;
    drop(store);
    let mut started = start(folder).await?;
    started.recv().await;
    println!("at work");
    std::future::pending().await
}

pub(crate) async fn measure() -> Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let mut victim =
        Command::new(std::env::current_exe()?).arg(folder.path()).stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    BufReader::new(victim.stdout.take().context("its output is piped")?).read_line(&mut line)?;
    victim.kill()?;
    victim.wait()?;
    let begun = Instant::now();
    let mut started = start(folder.path()).await?;
    started.recv().await.context("a worker starts")?;
    let took = begun.elapsed();
    Ok(vec![Row::at_most(&format!("kill -9 → scheduling again, {TASKS} rows"), took, Duration::from_secs(1))])
}
