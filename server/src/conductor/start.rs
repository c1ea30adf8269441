//! Opens, starts and stops the conductor.

use std::sync::Arc;

use orchestrator::{Board, Config};
use store::{StoreError, control::Control};
use tokio::{
    sync::{Mutex, mpsc, oneshot, watch},
    task::JoinHandle,
};

use super::{
    Clock, ConductorHandle, Limits, TaskRunner,
    crew::Crew,
    engine::Engine,
    events::EventSource,
    handle::{Inbox, Message},
};

/// The conductor before it runs: the handle exists already, so that runners can be built around it.
pub struct Conductor {
    control: Control,
    config: Config,
    handle: ConductorHandle,
    inbox: mpsc::UnboundedReceiver<Message>,
    stopping: watch::Sender<bool>,
}

impl Conductor {
    /// Loads the board from its rows.
    ///
    /// # Errors
    /// When the rows cannot be read.
    pub async fn open(
        control: Control,
        config: Config,
        limits: Limits,
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, ConductorHandle), StoreError> {
        control.forget_old_events().await?;
        let rows = control.load_board().await?;
        let (sender, inbox) = mpsc::unbounded_channel();
        let (stopping, stopped) = watch::channel(false);
        let newest = rows.counters.event;
        let board = Arc::new(Mutex::new(Board::new(config.clone(), rows)));
        let events = EventSource::new(control.clone(), board.clone(), newest, &limits, stopped);
        let handle = ConductorHandle { inbox: Inbox(sender), board, events, clock, limits: Arc::new(limits) };
        Ok((Self { control, config, handle: handle.clone(), inbox, stopping }, handle))
    }

    /// Takes back what an earlier process left running, and starts the loop.
    ///
    /// # Errors
    /// When that first step cannot be saved.
    pub async fn start(self, runner: Arc<dyn TaskRunner>) -> Result<Running, StoreError> {
        let (stop, asked_to_stop) = oneshot::channel();
        let handle = self.handle;
        let crew = Crew::new(runner, handle.inbox.clone(), handle.clock.clone(), handle.limits.clone());
        let mut engine = Engine::new(self.control, self.config, handle, self.inbox, self.stopping, crew);
        engine.boot().await?;
        let task = tokio::spawn(engine.run(asked_to_stop));
        Ok(Running { stop, task })
    }
}

/// A running conductor.
pub struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// Stops claiming, asks all workers to yield, waits for them no longer than its limit, drops the rest, and returns.
    pub async fn shutdown(self) {
        // A loop that has already ended cannot hear it, and need not.
        let _ = self.stop.send(());
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the conductor ended badly");
        }
    }
}

#[cfg(test)]
impl Running {
    /// Ends the loop as a crash would, between two commits.
    pub(super) async fn crash(self) {
        self.task.abort();
        // The error is the abort.
        let _ = self.task.await;
    }
}
