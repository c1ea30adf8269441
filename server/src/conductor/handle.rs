//! Lets the rest of the server talk to the conductor.

use std::sync::Arc;

use domain::{
    AgentId, AskAnswer, Beat, DraftId, DurationMs, ErrorKind, FormSessionId, Me, ScheduleRow,
    SmartSyncAnswer, SmartSyncOutcome, SyncStatus, SyncType,
};
use futures::Stream;
use orchestrator::{Answer, BeatOutcome, Board, Command, FormEnd, LeaseKey, Notice};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::{
    Clock, Limits,
    events::{EventSource, Told},
};

/// Why the conductor did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConductorError {
    /// The type has no reader yet.
    #[error("{0} are not available yet")]
    NotAvailable(SyncType),
    /// There is no such ERP login.
    #[error("there is no ERP login {0}")]
    NoSuchLogin(AgentId),
    /// An interval must lie between 5 and 1440 minutes.
    #[error("an interval lies between 5 and 1440 minutes")]
    BadInterval,
    /// The decision could not be saved, so it was not made; try again.
    #[error("the decision could not be saved")]
    NotSaved,
    /// The process is stopping.
    #[error("the server is stopping")]
    Stopped,
}

/// One message to the loop.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) command: Command,
    pub(super) reply: Reply,
}

/// Who wants to hear of it.
#[derive(Debug)]
pub(super) enum Reply {
    Nobody,
    Answer(oneshot::Sender<Result<Answer, ConductorError>>),
    /// A form: the answer, and later how its wait ended.
    Form(oneshot::Sender<Result<Answer, ConductorError>>, oneshot::Sender<FormEnd>),
}

/// The way into the loop. It has no bound of its own: every request that enters waits for its answer, so there are never
/// more messages than open requests, workers and closing streams.
#[derive(Debug, Clone)]
pub(super) struct Inbox(pub(super) mpsc::UnboundedSender<Message>);

impl Inbox {
    /// Sends a command nobody waits for.
    pub(super) fn tell(&self, command: Command) {
        // A loop that has ended needs no news.
        let _ = self.0.send(Message { command, reply: Reply::Nobody });
    }

    /// Sends a command and waits until its effect is saved.
    pub(super) async fn ask(&self, command: Command) -> Result<Answer, ConductorError> {
        let (reply, answer) = oneshot::channel();
        let message = Message { command, reply: Reply::Answer(reply) };
        self.0.send(message).map_err(|_| ConductorError::Stopped)?;
        answer.await.unwrap_or(Err(ConductorError::Stopped))
    }

    async fn enter(&self, key: LeaseKey) -> Result<(Answer, oneshot::Receiver<FormEnd>), ConductorError> {
        let (reply, answer) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let message = Message { command: Command::EnterForm(key), reply: Reply::Form(reply, end) };
        self.0.send(message).map_err(|_| ConductorError::Stopped)?;
        Ok((answer.await.unwrap_or(Err(ConductorError::Stopped))?, ended))
    }
}

/// Talks to the conductor. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ConductorHandle {
    pub(super) inbox: Inbox,
    pub(super) board: Arc<Mutex<Board>>,
    pub(super) events: EventSource,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limits: Arc<Limits>,
}

impl ConductorHandle {
    /// Enters the order form: takes or renews its lease, pauses the agent's background syncs, and brings customers up to
    /// date. Returns when that has ended, well or badly, within a minute.
    ///
    /// # Errors
    /// `NotSaved` and `Stopped`; a failed sync is an answer, not an error.
    pub async fn smart_sync(
        &self,
        agent: &AgentId,
        session: FormSessionId,
    ) -> Result<SmartSyncAnswer, ConductorError> {
        let asked_at = self.clock.now();
        let key = LeaseKey::new(agent.clone(), session);
        let (answer, ended) = self.inbox.enter(key).await?;
        let end = match answer {
            Answer::Form(end) => end,
            _ => self.wait_for(ended).await?,
        };
        let duration = self.clock.now().since(asked_at);
        let (active_sessions, fresh_as_of) = self.board.lock().await.smart_facts(agent);
        let (outcome, (rows, new, updated), error, message) = words(end);
        Ok(SmartSyncAnswer {
            success: matches!(outcome, SmartSyncOutcome::Synced | SmartSyncOutcome::AlreadyFresh),
            outcome,
            customers_processed: rows,
            new_customers: new,
            updated_customers: updated,
            duration,
            fresh_as_of,
            active_sessions,
            error,
            message,
        })
    }

    async fn wait_for(&self, ended: oneshot::Receiver<FormEnd>) -> Result<FormEnd, ConductorError> {
        tokio::select! {
            biased;
            end = ended => end.map_err(|_| ConductorError::Stopped),
            () = self.clock.sleep(self.limits.form_wait_max) => Ok(FormEnd::Failed {
                kind: ErrorKind::Unreachable,
                message: "the sync takes longer than a request may wait; its end will arrive as an event".to_owned(),
            }),
        }
    }

    /// An order form of this agent's will probably open: its customers are read ahead unless that was done a moment ago.
    ///
    /// # Errors
    /// `NotSaved` and `Stopped`.
    pub async fn expect_form(&self, agent: &AgentId) -> Result<(), ConductorError> {
        self.inbox.ask(Command::ExpectForm(agent.clone())).await.map(drop)
    }

    /// A form lives. `Ended` means that the page must enter again with a new id (HTTP 410).
    pub async fn beat(&self, agent: &AgentId, beat: Beat) -> Result<BeatOutcome, ConductorError> {
        match self.inbox.ask(Command::Beat(agent.clone(), beat)).await? {
            Answer::Beat(outcome) => Ok(outcome),
            _ => Ok(BeatOutcome::Ended),
        }
    }

    /// A form was left. Doing so twice, or for a form that never was, is no error.
    pub async fn release(&self, agent: &AgentId, session: FormSessionId) -> Result<(), ConductorError> {
        self.inbox.ask(Command::release(agent.clone(), session)).await.map(drop)
    }

    /// Binds an event stream of a form's page to the form's lease, before or after it is entered. When the last guard is
    /// dropped the form has 15 s to come back.
    pub async fn bind_stream(&self, agent: &AgentId, session: FormSessionId) -> StreamGuard {
        let key = LeaseKey::new(agent.clone(), session);
        // Unsaved it still counts: streams are no rows.
        let _ = self.inbox.ask(Command::BindStream(key.clone())).await;
        StreamGuard { inbox: self.inbox.clone(), key }
    }

    /// Asks for a type to be brought up to date; answers at once.
    ///
    /// # Errors
    /// `NotAvailable` for a type without a reader.
    pub async fn ask(&self, agent: &AgentId, kind: SyncType) -> Result<AskAnswer, ConductorError> {
        match self.inbox.ask(Command::Ask { agent: agent.clone(), kind }).await? {
            Answer::Asked(answer) => Ok(answer),
            _ => Err(ConductorError::NotAvailable(kind)),
        }
    }

    /// Asks for a list that was never read, for somebody who waits for it; answers at once.
    ///
    /// # Errors
    /// `NotAvailable` for a type without a reader.
    pub async fn look_up(&self, agent: &AgentId, kind: SyncType) -> Result<AskAnswer, ConductorError> {
        match self.inbox.ask(Command::LookUp { agent: agent.clone(), kind }).await? {
            Answer::Asked(answer) => Ok(answer),
            _ => Err(ConductorError::NotAvailable(kind)),
        }
    }

    /// Something beside the product says that an agent's customers changed in the ERP.
    ///
    /// # Errors
    /// `NoSuchLogin` for an agent whose password is not known; `NotAvailable`.
    pub async fn refresh_customers(&self, agent: &AgentId) -> Result<AskAnswer, ConductorError> {
        if !self.board.lock().await.knows(agent) {
            return Err(ConductorError::NoSuchLogin(agent.clone()));
        }
        self.ask(agent, SyncType::Customers).await
    }

    /// Says that a placement needs work in the ERP; answers at once. Saying so again is harmless.
    pub async fn ask_placement(
        &self,
        agent: &AgentId,
        draft: DraftId,
        at_once: bool,
    ) -> Result<AskAnswer, ConductorError> {
        match self.inbox.ask(Command::AskPlacement { agent: agent.clone(), draft, at_once }).await? {
            Answer::Asked(answer) => Ok(answer),
            _ => Err(ConductorError::NotSaved),
        }
    }

    /// The state as `viewer` may see it; only what is saved.
    pub async fn status(&self, viewer: &Me) -> SyncStatus {
        self.board.lock().await.status(viewer)
    }

    /// When each type is due.
    pub async fn schedule(&self) -> Vec<ScheduleRow> {
        self.board.lock().await.schedule()
    }

    /// Changes how often a type runs, and nothing else.
    ///
    /// # Errors
    /// `BadInterval` outside 5–1440 minutes.
    pub async fn set_interval(&self, kind: SyncType, minutes: u32) -> Result<(), ConductorError> {
        let interval = DurationMs::minutes(u64::from(minutes));
        match self.inbox.ask(Command::SetInterval { kind, interval }).await? {
            Answer::BadInterval => Err(ConductorError::BadInterval),
            _ => Ok(()),
        }
    }

    /// Appends an event about something the conductor does not govern.
    pub async fn publish(&self, agent: &AgentId, notice: Notice) -> Result<(), ConductorError> {
        self.inbox.ask(Command::Publish(agent.clone(), notice)).await.map(drop)
    }

    /// Events after number `after`, from the table and then live, without gaps; from now on if that is `None`. Whoever
    /// missed more than is worth repeating gets the state instead, and the events after it. The stream ends when the
    /// process stops, or when the table cannot be read.
    pub fn events(&self, viewer: &Me, after: Option<u64>) -> impl Stream<Item = Told> + Send + use<> {
        self.events.subscribe(viewer, after)
    }

    /// A page of this agent is connected again: what is missing or older than three days is asked for.
    pub async fn reconnected(&self, agent: &AgentId) -> Result<(), ConductorError> {
        self.inbox.ask(Command::Reconnected(agent.clone())).await.map(drop)
    }

    /// Keeps a login idle for so many minutes, for a reason in the operator's words.
    ///
    /// # Errors
    /// `NoSuchLogin`.
    pub async fn hold(&self, login: &AgentId, reason: String, minutes: u32) -> Result<(), ConductorError> {
        let until = self.clock.now().plus(DurationMs::minutes(u64::from(minutes)));
        self.about_login(login, Command::Hold { login: login.clone(), reason, until }).await
    }

    /// Ends a hold early; without one it changes nothing.
    ///
    /// # Errors
    /// `NoSuchLogin`.
    pub async fn end_hold(&self, login: &AgentId) -> Result<(), ConductorError> {
        self.about_login(login, Command::EndHold(login.clone())).await
    }

    async fn about_login(&self, login: &AgentId, command: Command) -> Result<(), ConductorError> {
        match self.inbox.ask(command).await? {
            Answer::NoSuchLogin => Err(ConductorError::NoSuchLogin(login.clone())),
            _ => Ok(()),
        }
    }

    /// Counts what a login has cost the ERP outside of any task, such as checking a password.
    pub fn spent(&self, login: &AgentId, logins: u32, requests: u32) {
        self.inbox.tell(Command::Spend { login: login.clone(), logins, requests });
    }

    /// An agent has signed in with a password the ERP took. Logins are remembered over restarts: call this at a sign-in,
    /// not at start.
    pub async fn add_login(&self, agent: &AgentId) -> Result<(), ConductorError> {
        self.inbox.ask(Command::AddLogin(agent.clone())).await.map(drop)
    }

    /// An agent's credentials are gone: nothing more runs in that login.
    pub async fn remove_login(&self, agent: &AgentId) -> Result<(), ConductorError> {
        self.inbox.ask(Command::RemoveLogin(agent.clone())).await.map(drop)
    }
}

/// Keeps an event stream bound to a form's lease until it is dropped.
#[derive(Debug)]
pub struct StreamGuard {
    inbox: Inbox,
    key: LeaseKey,
}

impl Drop for StreamGuard {
    fn drop(&mut self) {
        self.inbox.tell(Command::UnbindStream(self.key.clone()));
    }
}

/// Puts the end of a form's wait into the words of the API.
fn words(end: FormEnd) -> (SmartSyncOutcome, (u32, u32, u32), Option<ErrorKind>, String) {
    match end {
        FormEnd::Synced { rows, new, updated } => {
            (SmartSyncOutcome::Synced, (rows, new, updated), None, "Clienti aggiornati".to_owned())
        }
        FormEnd::Fresh => {
            (SmartSyncOutcome::AlreadyFresh, (0, 0, 0), None, "I clienti erano già aggiornati".to_owned())
        }
        FormEnd::Failed { kind, message } => {
            let message = format!("Sincronizzazione non riuscita: {message}");
            (SmartSyncOutcome::Failed, (0, 0, 0), Some(kind), message)
        }
        FormEnd::Left => (SmartSyncOutcome::Left, (0, 0, 0), None, "Il modulo è stato chiuso".to_owned()),
    }
}
