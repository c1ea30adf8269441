//! Drives the board: take what arrived, decide, commit, act.

use std::collections::HashMap;

use domain::SyncEvent;
use orchestrator::{Action, Answer, Board, Change, Command, Config, FormEnd, LeaseKey, Step};
use store::{StoreError, control::Control};
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    ConductorError, ConductorHandle,
    crew::Crew,
    events::log,
    handle::{Message, Reply},
};

/// Whether decisions reach the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Saving {
    Works,
    /// The last commit failed; the board was loaded again.
    Failed,
    /// The last commit failed and so did loading: the board in memory is ahead of the rows.
    FailedAndAhead,
}

/// What follows from a step once it is saved.
enum Effect {
    Act(Action),
    Reply(Command, Reply, Answer),
}

/// The loop and what it must remember beside the rows.
pub(super) struct Engine {
    control: Control,
    config: Config,
    handle: ConductorHandle,
    inbox: mpsc::UnboundedReceiver<Message>,
    stopping: watch::Sender<bool>,
    crew: Crew,
    waiting_forms: HashMap<LeaseKey, Vec<oneshot::Sender<FormEnd>>>,
    /// Connected event streams, to tell a board that was loaded again.
    streams: HashMap<LeaseKey, u32>,
    saving: Saving,
    /// By how much the clock was set since the board was last told.
    jump_owed_ms: i64,
}

impl Engine {
    pub(super) fn new(
        control: Control,
        config: Config,
        handle: ConductorHandle,
        inbox: mpsc::UnboundedReceiver<Message>,
        stopping: watch::Sender<bool>,
        crew: Crew,
    ) -> Self {
        Self {
            control,
            config,
            handle,
            inbox,
            stopping,
            crew,
            waiting_forms: HashMap::new(),
            streams: HashMap::new(),
            saving: Saving::Works,
            jump_owed_ms: 0,
        }
    }

    /// Takes back what an earlier process left running.
    pub(super) async fn boot(&mut self) -> Result<(), StoreError> {
        let message = Message { command: Command::Boot, reply: Reply::Nobody };
        self.step(vec![message]).await
    }

    pub(super) async fn run(mut self, asked_to_stop: oneshot::Receiver<()>) {
        tokio::pin!(asked_to_stop);
        loop {
            tokio::select! {
                biased;
                _ = &mut asked_to_stop => break,
                batch = self.next_batch() => self.attempt(batch).await,
            }
        }
        self.wind_down().await;
    }

    /// Whatever has arrived; or, when nothing arrives until something falls due, a tick.
    async fn next_batch(&mut self) -> Vec<Message> {
        let nap = self.nap().await;
        let mut batch = Vec::new();
        tokio::select! {
            biased;
            _ = self.inbox.recv_many(&mut batch, self.handle.limits.batch_max) => {}
            () = self.handle.clock.sleep(nap) => {}
        }
        if let Some(by_ms) = self.handle.clock.take_jump() {
            tracing::warn!(by_ms, "the wall clock was set; deadlines move along");
            self.jump_owed_ms += by_ms;
        }
        if self.jump_owed_ms != 0 {
            let command = Command::ClockMoved { by_ms: self.jump_owed_ms };
            batch.insert(0, Message { command, reply: Reply::Nobody });
        }
        if batch.is_empty() {
            batch.push(Message { command: Command::Tick, reply: Reply::Nobody });
        }
        batch
    }

    async fn nap(&self) -> std::time::Duration {
        let tick = self.handle.limits.tick;
        if self.saving != Saving::Works {
            return tick;
        }
        let wake = self.handle.board.lock().await.next_wake();
        wake.map_or(tick, |at| tick.min(at.since(self.handle.clock.now()).into()))
    }

    /// Takes a step; first loads the board again if that is still owed.
    async fn attempt(&mut self, batch: Vec<Message>) {
        if self.saving == Saving::FailedAndAhead {
            let board = self.handle.board.clone();
            if !self.reload(&mut *board.lock().await).await {
                self.note_streams(&batch);
                return self.refuse(batch).await;
            }
        }
        // The error was logged where it was met.
        let _ = self.step(batch).await;
    }

    async fn step(&mut self, batch: Vec<Message>) -> Result<(), StoreError> {
        let board = self.handle.board.clone();
        // Held until the step is saved, or undone, so that nobody sees what is not.
        let mut board = board.lock().await;
        let now = self.handle.clock.now();
        let (mut changes, mut events, mut effects) = (Vec::new(), Vec::new(), Vec::new());
        for Message { command, reply } in batch {
            let step = board.apply(command.clone(), now);
            collect(step, command, reply, &mut changes, &mut events, &mut effects);
        }
        if let Err(error) = self.control.commit(&changes, &events).await {
            let batch: Vec<_> = effects.into_iter().filter_map(Effect::into_message).collect();
            self.note_streams(&batch);
            self.report(&error);
            self.reload(&mut board).await;
            drop(board);
            self.refuse(batch).await;
            return Err(error);
        }
        drop(board);
        if self.saving == Saving::Failed && !changes.is_empty() {
            tracing::info!("decisions can be saved again");
            self.saving = Saving::Works;
        }
        self.jump_owed_ms = 0;
        events.iter().for_each(log);
        self.handle.events.publish(events);
        for effect in effects {
            self.carry_out(effect);
        }
        Ok(())
    }

    /// Says once that saving fails; until it works again, repeating it would only fill the log.
    fn report(&self, error: &StoreError) {
        match self.saving {
            Saving::Works => tracing::error!(?error, "a decision could not be saved"),
            Saving::Failed | Saving::FailedAndAhead => tracing::debug!(?error, "still not saved"),
        }
    }

    /// Puts the board back to what its rows say after a failed commit. Workers go on: their rows are as they were before
    /// the failed step.
    async fn reload(&mut self, board: &mut Board) -> bool {
        let Ok(rows) = self.control.load_board().await else {
            self.saving = Saving::FailedAndAhead;
            return false;
        };
        self.saving = Saving::Failed;
        *board = Board::new(self.config.clone(), rows);
        let now = self.handle.clock.now();
        for (key, count) in &self.streams {
            for _ in 0..*count {
                board.apply(Command::BindStream(key.clone()), now);
            }
        }
        if *self.stopping.borrow() {
            board.apply(Command::Stop, now);
        }
        true
    }

    /// Answers that nothing was decided, and lets a second pass. Reports of workers are kept for the next attempt: they
    /// cannot be repeated.
    async fn refuse(&mut self, batch: Vec<Message>) {
        for Message { command, reply } in batch {
            match reply {
                Reply::Nobody if matches!(command, Command::RunEnded { .. }) => {
                    self.handle.inbox.tell(command);
                }
                Reply::Nobody => {}
                // In both cases: whoever asked may have gone meanwhile.
                Reply::Answer(asker) | Reply::Form(asker, _) => {
                    drop(asker.send(Err(ConductorError::NotSaved)));
                }
            }
        }
        self.handle.clock.sleep(self.handle.limits.tick).await;
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Act(action) => self.act(action),
            Effect::Reply(command, reply, answer) => {
                note_stream(&mut self.streams, &command);
                if let Command::RunEnded { token, .. } = command {
                    self.crew.forget(token);
                }
                self.reply(command, reply, answer);
            }
        }
    }

    fn reply(&mut self, command: Command, reply: Reply, answer: Answer) {
        match reply {
            Reply::Nobody => {}
            // In both cases: whoever asked may have gone meanwhile.
            Reply::Answer(asker) => drop(asker.send(Ok(answer))),
            Reply::Form(asker, end) => {
                if let (Answer::FormWaits(_), Command::EnterForm(key)) = (&answer, command) {
                    let waiting = self.waiting_forms.entry(key).or_default();
                    waiting.retain(|sender| !sender.is_closed());
                    waiting.push(end);
                }
                drop(asker.send(Ok(answer)));
            }
        }
    }

    /// Streams are connected or not, whether or not the disk works.
    fn note_streams(&mut self, batch: &[Message]) {
        for message in batch {
            note_stream(&mut self.streams, &message.command);
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Start(start) => self.crew.start(start),
            Action::AskYield(token) => self.crew.ask_yield(token),
            Action::DropWorker(token) => self.crew.drop_one(token),
            Action::AnswerForm(key, end) => {
                for waiting in self.waiting_forms.remove(&key).unwrap_or_default() {
                    let _ = waiting.send(end.clone());
                }
            }
        }
    }

    /// Nothing more starts; all are asked to yield; after the limit the rest is dropped.
    async fn wind_down(mut self) {
        self.stopping.send_replace(true);
        self.attempt(vec![Message { command: Command::Stop, reply: Reply::Nobody }]).await;
        let clock = self.handle.clock.clone();
        let limit = clock.sleep(self.handle.limits.stop_max);
        tokio::pin!(limit);
        while !self.crew.is_empty() {
            tokio::select! {
                biased;
                () = &mut limit => break,
                batch = self.next_batch() => self.attempt(batch).await,
            }
        }
        self.crew.drop_all();
        let limit = clock.sleep(self.handle.limits.tick);
        tokio::pin!(limit);
        while !self.crew.is_empty() {
            tokio::select! {
                biased;
                // What is left now is reclaimed at the next start.
                () = &mut limit => break,
                batch = self.next_batch() => self.attempt(batch).await,
            }
        }
    }
}

impl Effect {
    /// The message it came from, if it is the answer to one.
    fn into_message(self) -> Option<Message> {
        match self {
            Self::Act(_) => None,
            Self::Reply(command, reply, _) => Some(Message { command, reply }),
        }
    }
}

fn note_stream(streams: &mut HashMap<LeaseKey, u32>, command: &Command) {
    match command {
        Command::BindStream(key) => *streams.entry(key.clone()).or_default() += 1,
        Command::UnbindStream(key) => {
            if let Some(count) = streams.get_mut(key) {
                *count -= 1;
            }
            streams.retain(|_, count| *count > 0);
        }
        _ => {}
    }
}

/// Adds a step to the transaction. The answer goes before the actions, so that a form is known to wait before it is told.
fn collect(
    step: Step,
    command: Command,
    reply: Reply,
    changes: &mut Vec<Change>,
    events: &mut Vec<SyncEvent>,
    effects: &mut Vec<Effect>,
) {
    changes.extend(step.changes);
    events.extend(step.events);
    effects.push(Effect::Reply(command, reply, step.answer));
    effects.extend(step.actions.into_iter().map(Effect::Act));
}
