//! Workers that take set times and tell when they start.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result};
use async_trait::async_trait;
use domain::{AgentId, ErrorKind, Timestamp};
use orchestrator::{Cursor, Verdict};
use server::conductor::{
    Conductor, ConductorHandle, Config, Job, Limits, Outcome, Running, SteadyClock, TaskRunner, Work,
};
use store::Store;
use tempfile::TempDir;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

/// How long a page takes in the background: 200 rows are 10 ms of writing, this is five times that.
const PAGE: Duration = Duration::from_millis(50);
/// An export that nobody waits for to the end.
const EXPORT: Duration = Duration::from_mins(2);

/// What background work does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Background {
    /// It stores page after page.
    Pages,
    /// It waits for an export.
    Export,
    /// It is done at once.
    Nothing,
}

pub(crate) struct Crew {
    background: Background,
    started: mpsc::UnboundedSender<(String, Instant)>,
}

#[async_trait]
impl TaskRunner for Crew {
    async fn run(&self, job: Job) -> Outcome {
        // Nobody listening is no fault: some measurements do not care.
        let _ = self.started.send((job.work.to_string(), Instant::now()));
        let long = matches!(job.work, Work::Sync { smart: false, .. });
        match self.background {
            Background::Pages if long => pages(&job).await,
            Background::Export if long => export(&job).await,
            Background::Pages | Background::Export | Background::Nothing => at_once(&job).await,
        }
    }
}

async fn at_once(job: &Job) -> Outcome {
    job.pulse.checkpoint(Cursor(job.cursor.0 + 1), 1, Some(1)).await;
    // Data from long ago: the next form wants it again.
    Outcome::Done { rows: 1, new: 0, updated: 0, began: Timestamp(0) }
}

async fn pages(job: &Job) -> Outcome {
    let mut page = job.cursor.0;
    loop {
        sleep(PAGE).await;
        page += 1;
        match job.pulse.checkpoint(Cursor(page), page, None).await {
            Verdict::Continue => {}
            Verdict::Yield | Verdict::Lost => return Outcome::Yielded,
        }
    }
}

async fn export(job: &Job) -> Outcome {
    match job.pulse.or_yield(sleep(EXPORT)).await {
        Ok(()) => Outcome::Failed { kind: ErrorKind::Unreachable, message: "no export".to_owned() },
        Err(_) => Outcome::Yielded,
    }
}

/// A running conductor on a folder of its own.
pub(crate) struct Stage {
    pub(crate) handle: ConductorHandle,
    pub(crate) started: mpsc::UnboundedReceiver<(String, Instant)>,
    running: Running,
    store: Store,
    _folder: TempDir,
}

impl Stage {
    pub(crate) async fn new(background: Background) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = Store::open(folder.path()).await?;
        // Every form asks the ERP, however fresh the customers are.
        let config = Config { fresh_for: domain::DurationMs(0), ..Config::default() };
        let clock = Arc::new(SteadyClock::start());
        let (conductor, handle) = Conductor::open(store.control(), config, Limits::default(), clock).await?;
        let (sender, started) = mpsc::unbounded_channel();
        let running = conductor.start(Arc::new(Crew { background, started: sender })).await?;
        Ok(Self { handle, started, running, store, _folder: folder })
    }

    /// When the next run of this work started.
    pub(crate) async fn next_start(&mut self, label: &str) -> Result<Instant> {
        self.next_start_that(|started| started == label).await
    }

    /// When the next run started that no person waits for.
    pub(crate) async fn next_background_start(&mut self) -> Result<Instant> {
        self.next_start_that(|started| started != "smart").await
    }

    async fn next_start_that(&mut self, is_meant: impl Fn(&str) -> bool) -> Result<Instant> {
        loop {
            let (started, at) = self.started.recv().await.context("the conductor has ended")?;
            if is_meant(&started) {
                return Ok(at);
            }
        }
    }

    /// Forgets what has started so far, so that the next start is one that follows.
    pub(crate) fn forget_starts(&mut self) {
        while self.started.try_recv().is_ok() {}
    }

    /// Returns when nothing runs or waits.
    pub(crate) async fn quiet(&self) {
        let boss = domain::Me { agent: anna(), admin: true };
        loop {
            let status = self.handle.status(&boss).await;
            if status.current_sync.is_empty() && status.queue.is_empty() {
                return;
            }
            sleep(Duration::from_millis(1)).await;
        }
    }

    pub(crate) async fn close(self) {
        self.running.shutdown().await;
        self.store.close().await;
    }
}

pub(crate) fn anna() -> AgentId {
    "anna".parse().expect("a good name")
}
