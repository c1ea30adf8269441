//! Names what a worker gets, how it reports, and the one seam between scheduling and the ERP.

use std::{future::Future, sync::Arc};

use async_trait::async_trait;
use domain::{AgentId, Class, DurationMs, ErrorKind, Timestamp};
use orchestrator::{Command, Cursor, RunEnd, Start, TaskToken, Verdict};
use tokio::sync::watch;

use super::{Clock, Limits, handle::Inbox};

pub use orchestrator::Work;

/// Does the work of a task. The real one drives the ERP and the store; tests script it.
#[async_trait]
pub trait TaskRunner: Send + Sync + 'static {
    /// Works until done, asked to yield, or failed. The future may be dropped at any await, and must then release the
    /// ERP login and close its browser context by the drop of what it holds.
    async fn run(&self, job: Job) -> Outcome;
}

/// One run of a task.
#[derive(Debug)]
pub struct Job {
    /// The permission to write; every write to synced rows or placements takes it.
    pub token: TaskToken,
    /// What to do.
    pub work: Work,
    /// How urgent; background work has its own web session, so that an abandoned export cannot block a person.
    pub class: Class,
    /// The ERP login to work in.
    pub login: AgentId,
    /// Where an interrupted pass stood; zero for a new one. A worker that cannot go on from there starts over.
    pub cursor: Cursor,
    /// Whether somebody asked for it: its list is read, however unchanged it looks.
    pub by_hand: bool,
    /// Through which it reports.
    pub pulse: Pulse,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The work is complete. A sync that made no checkpoint has read nothing, and counts as failed.
    Done {
        /// Rows read.
        rows: u32,
        /// Rows that were not known before.
        new: u32,
        /// Rows that changed.
        updated: u32,
        /// When the reading that is now complete began, i.e. when the export was asked for.
        began: Timestamp,
    },
    /// The list looks as it did when it was last read whole, so it was not read again. The look takes a checkpoint.
    Unchanged {
        /// When it was looked at.
        began: Timestamp,
    },
    /// It stopped because it was asked to.
    Yielded,
    /// It goes on after a while and needs no login until then, e.g. to look for a marker again.
    Later {
        /// How long.
        after: DurationMs,
    },
    /// It failed.
    Failed {
        /// Sorted by what can be done.
        kind: ErrorKind,
        /// One sentence for the operator.
        message: String,
    },
}

impl From<Outcome> for RunEnd {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done { rows, new, updated, began } => Self::Done { rows, new, updated, began },
            Outcome::Unchanged { began } => Self::Unchanged { began },
            Outcome::Yielded => Self::Yielded,
            Outcome::Later { after } => Self::Later { after },
            Outcome::Failed { kind, message } => Self::Failed { kind, message },
        }
    }
}

/// The worker was asked to stop while it waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YieldRequested;

/// A worker's line to the conductor.
#[derive(Debug, Clone)]
pub struct Pulse {
    token: u64,
    login: AgentId,
    inbox: Inbox,
    clock: Arc<dyn Clock>,
    limits: Arc<Limits>,
    yielding: watch::Receiver<bool>,
}

impl std::fmt::Debug for dyn Clock {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Clock")
    }
}

impl Pulse {
    /// Reports a stored page: `cursor` pages of the pass are stored, `done` of `total` for people. It is durable when this
    /// returns. After `Yield`, return [`Outcome::Yielded`]; after `Lost`, return anything, nobody listens.
    pub async fn checkpoint(&self, cursor: Cursor, done: u32, total: Option<u32>) -> Verdict {
        let command = Command::Checkpoint { token: self.token, cursor, done, total };
        match self.inbox.ask(command).await {
            Ok(orchestrator::Answer::Verdict(verdict)) => verdict,
            // What cannot be saved must not go on, but the task is still ours to hand back.
            Ok(_) | Err(super::ConductorError::NotSaved) => Verdict::Yield,
            Err(_) => Verdict::Lost,
        }
    }

    /// Tells people how far it is, and that the worker lives; costs nothing and may be called often.
    pub fn progress(&self, done: u32, total: Option<u32>) {
        self.inbox.tell(Command::Progress { token: self.token, done: Some((done, total)) });
    }

    /// Says that the worker lives. One that is silent for 30 s loses its task.
    pub fn alive(&self) {
        self.inbox.tell(Command::Progress { token: self.token, done: None });
    }

    /// Counts what this run has cost its login: times it signed in, and exports, pages and forms it asked for. Say it
    /// as soon as it is known: what is spent counts, however the run ends.
    pub fn spent(&self, logins: u32, requests: u32) {
        self.inbox.tell(Command::Spend { login: self.login.clone(), logins, requests });
    }

    /// Whether the worker was asked to yield by now.
    pub fn is_asked_to_yield(&self) -> bool {
        *self.yielding.borrow()
    }

    /// Returns when the worker is asked to yield; never for a placement.
    pub async fn yield_requested(&self) {
        let mut yielding = self.yielding.clone();
        if yielding.wait_for(|asked| *asked).await.is_err() {
            // The conductor is gone: so is everybody who could have the login instead.
            std::future::pending::<()>().await;
        }
    }

    /// Waits for something of the ERP's: says meanwhile that the worker lives, and gives up at once when asked to yield.
    /// The caller's future must have a limit of its own, else a hanging ERP would look like a living worker.
    pub async fn or_yield<T>(&self, waiting: impl Future<Output = T> + Send) -> Result<T, YieldRequested> {
        tokio::pin!(waiting);
        loop {
            tokio::select! {
                biased;
                value = &mut waiting => return Ok(value),
                () = self.yield_requested() => return Err(YieldRequested),
                () = self.clock.sleep(self.limits.sign_of_life) => self.alive(),
            }
        }
    }
}

/// The conductor's end of a [`Pulse`].
#[derive(Debug)]
pub(super) struct YieldSwitch(watch::Sender<bool>);

impl YieldSwitch {
    pub(super) fn ask(&self) {
        self.0.send_replace(true);
    }
}

/// Makes a job of what the board granted.
pub(super) fn job(
    start: Start,
    inbox: Inbox,
    clock: Arc<dyn Clock>,
    limits: Arc<Limits>,
) -> (Job, YieldSwitch) {
    let (switch, yielding) = watch::channel(false);
    let token = start.token.number();
    let pulse = Pulse { token, login: start.login.clone(), inbox, clock, limits, yielding };
    let Start { token, work, class, login, cursor, by_hand, task: _ } = start;
    (Job { token, work, class, login, cursor, by_hand, pulse }, YieldSwitch(switch))
}
