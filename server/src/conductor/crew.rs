//! Keeps the workers of this process: starts them, passes orders on, and hears how they end.

use std::{collections::HashMap, sync::Arc};

use domain::ErrorKind;
use orchestrator::{Command, RunEnd, Start};
use tokio::task::AbortHandle;

use super::{
    Clock, Limits, TaskRunner,
    handle::Inbox,
    job::{self, YieldSwitch},
};

struct Worker {
    abort: AbortHandle,
    switch: YieldSwitch,
}

/// The workers of this process, by token.
pub(super) struct Crew {
    workers: HashMap<u64, Worker>,
    runner: Arc<dyn TaskRunner>,
    inbox: Inbox,
    clock: Arc<dyn Clock>,
    limits: Arc<Limits>,
}

impl Crew {
    pub(super) fn new(
        runner: Arc<dyn TaskRunner>,
        inbox: Inbox,
        clock: Arc<dyn Clock>,
        limits: Arc<Limits>,
    ) -> Self {
        Self { workers: HashMap::new(), runner, inbox, clock, limits }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.workers.is_empty()
    }

    /// Starts a worker. However it ends, even by a panic, its end is reported to the loop.
    pub(super) fn start(&mut self, start: Start) {
        let token = start.token.number();
        let (job, switch) = job::job(start, self.inbox.clone(), self.clock.clone(), self.limits.clone());
        let (runner, inbox) = (self.runner.clone(), self.inbox.clone());
        let work = tokio::spawn(async move { runner.run(job).await });
        self.workers.insert(token, Worker { abort: work.abort_handle(), switch });
        tokio::spawn(async move {
            let end = match work.await {
                Ok(outcome) => RunEnd::from(outcome),
                Err(error) if error.is_cancelled() => RunEnd::Dropped,
                Err(error) => {
                    let message = format!("the worker panicked: {error}");
                    RunEnd::Failed { kind: ErrorKind::Internal, message }
                }
            };
            inbox.tell(Command::RunEnded { token, end });
        });
    }

    pub(super) fn ask_yield(&self, token: u64) {
        if let Some(worker) = self.workers.get(&token) {
            worker.switch.ask();
        }
    }

    /// Drops a worker's future; its end is reported when it is really gone.
    pub(super) fn drop_one(&self, token: u64) {
        match self.workers.get(&token) {
            Some(worker) => {
                tracing::warn!(token, "a worker did not stop in time and is dropped");
                worker.switch.ask();
                worker.abort.abort();
            }
            None => self.inbox.tell(Command::RunEnded { token, end: RunEnd::Dropped }),
        }
    }

    pub(super) fn drop_all(&self) {
        for worker in self.workers.values() {
            worker.abort.abort();
        }
    }

    /// The end of this worker has been saved.
    pub(super) fn forget(&mut self, token: u64) {
        self.workers.remove(&token);
    }
}
