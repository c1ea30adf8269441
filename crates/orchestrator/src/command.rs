//! Names what can be told to the board and what it tells back.

use domain::{
    AgentId, AskAnswer, Beat, Class, DraftId, DurationMs, ErrorKind, FormSessionId, SmartSyncOutcome,
    SmartSyncRun, SyncEvent, SyncType, Timestamp,
};

use crate::{BeatOutcome, Change, Cursor, LeaseKey, TaskId, TaskToken, Work};

/// What happened, or what somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Time has passed.
    Tick,
    /// The process has started: no worker of an earlier one is alive, and no page could beat meanwhile.
    Boot,
    /// The process is about to stop: nothing more starts, and all but writes are asked to yield.
    Stop,
    /// The wall clock jumped by so many milliseconds against steady time. `now` is given on the new clock.
    ClockMoved {
        /// Positive when it jumped ahead.
        by_ms: i64,
    },
    /// An agent signed in and the ERP took the password.
    AddLogin(AgentId),
    /// An agent's credentials are gone.
    RemoveLogin(AgentId),
    /// An operator keeps a login idle for a while; what runs in it, but for writes, is asked to yield.
    Hold {
        /// Whose login.
        login: AgentId,
        /// In the operator's words.
        reason: String,
        /// Then it ends by itself.
        until: Timestamp,
    },
    /// An operator ends a hold early.
    EndHold(AgentId),
    /// A login has cost the ERP something.
    Spend {
        /// Whose login.
        login: AgentId,
        /// Times it signed in.
        logins: u32,
        /// Exports, pages and forms it asked for.
        requests: u32,
    },
    /// A page of this agent is connected again: whatever nobody should work on any more is asked for.
    Reconnected(AgentId),
    /// Somebody wants a type brought up to date.
    Ask {
        /// Who.
        agent: AgentId,
        /// Which type.
        kind: SyncType,
    },
    /// Somebody looks for something in a list that was never read, and waits for it.
    LookUp {
        /// Who.
        agent: AgentId,
        /// The list.
        kind: SyncType,
    },
    /// A placement needs work in the ERP.
    AskPlacement {
        /// Whose.
        agent: AgentId,
        /// Its draft.
        draft: DraftId,
        /// Whether one that waits for its next attempt is to begin now; else one that has a task is left to it.
        at_once: bool,
    },
    /// An order form of this agent's will probably open in a moment: a finger is over its link.
    ExpectForm(AgentId),
    /// An order form opened, or asks again: take or renew its lease and bring customers up to date.
    EnterForm(LeaseKey),
    /// An order form lives.
    Beat(AgentId, Beat),
    /// An order form was left.
    Release(LeaseKey),
    /// An event stream of the form's page is connected.
    BindStream(LeaseKey),
    /// That stream is gone.
    UnbindStream(LeaseKey),
    /// A worker stored a page.
    Checkpoint {
        /// The number of its token.
        token: u64,
        /// How far the pass has come.
        cursor: Cursor,
        /// For people.
        done: u32,
        /// For people.
        total: Option<u32>,
    },
    /// A worker is alive, and perhaps further.
    Progress {
        /// The number of its token.
        token: u64,
        /// For people; `None` leaves what was told before.
        done: Option<(u32, Option<u32>)>,
    },
    /// A run ended.
    RunEnded {
        /// The number of its token.
        token: u64,
        /// How.
        end: RunEnd,
    },
    /// An operator changes how often a type runs.
    SetInterval {
        /// Which type.
        kind: SyncType,
        /// The new interval.
        interval: DurationMs,
    },
    /// Something the board does not govern changed; it gets a number among the events.
    Publish(AgentId, Notice),
}

/// What others report through the event log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// A placement changed its state.
    PlacementChanged(DraftId),
    /// A draft was saved or deleted.
    DraftChanged(DraftId),
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEnd {
    /// The work is complete.
    Done {
        /// Rows read.
        rows: u32,
        /// Rows that were not known before.
        new: u32,
        /// Rows that changed.
        updated: u32,
        /// When the reading that is now complete began.
        began: Timestamp,
    },
    /// The list looks as it did when it was last read whole, so it was not read again. The look counts as a page.
    Unchanged {
        /// When it was looked at.
        began: Timestamp,
    },
    /// It stopped at a checkpoint.
    Yielded,
    /// It goes on after a while, without a login until then.
    Later {
        /// How long.
        after: DurationMs,
    },
    /// It failed.
    Failed {
        /// Sorted by what can be done.
        kind: ErrorKind,
        /// One sentence.
        message: String,
    },
    /// Its worker was dropped.
    Dropped,
}

/// What the caller commits, appends, does and answers.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// Rows that changed.
    pub changes: Vec<Change>,
    /// Events, numbered without gaps.
    pub events: Vec<SyncEvent>,
    /// What to do once both are committed.
    pub actions: Vec<Action>,
    /// For whoever asked.
    pub answer: Answer,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Start a worker.
    Start(Start),
    /// Tell the worker with this token to stop at its next checkpoint.
    AskYield(u64),
    /// Drop the worker with this token and report its end.
    DropWorker(u64),
    /// Answer the requests of this form that wait for its smart sync.
    AnswerForm(LeaseKey, FormEnd),
}

/// What a worker needs to know.
#[derive(Debug, PartialEq, Eq)]
pub struct Start {
    /// Its permission to write.
    pub token: TaskToken,
    /// The task.
    pub task: TaskId,
    /// What to do.
    pub work: Work,
    /// How urgent; it decides which web session of the login is used.
    pub class: Class,
    /// The ERP login.
    pub login: AgentId,
    /// Where the pass stands; zero at its begin.
    pub cursor: Cursor,
    /// Whether somebody asked for it, so that the list is read however unchanged it looks.
    pub by_hand: bool,
}

/// How a form's wait for its smart sync ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormEnd {
    /// A pass completed.
    Synced {
        /// Rows read.
        rows: u32,
        /// Rows that were not known before.
        new: u32,
        /// Rows that changed.
        updated: u32,
    },
    /// The customers were fresh already.
    Fresh,
    /// The ERP could not be read.
    Failed {
        /// Sorted by what can be done.
        kind: ErrorKind,
        /// One sentence.
        message: String,
    },
    /// The form is gone.
    Left,
}

impl FormEnd {
    /// The entry for the metrics.
    pub(crate) fn as_run(&self, agent: AgentId, since: Timestamp, now: Timestamp) -> SmartSyncRun {
        let mut run = SmartSyncRun {
            time: since,
            agent,
            duration: now.since(since),
            processed: 0,
            new: 0,
            updated: 0,
            outcome: SmartSyncOutcome::Left,
            error: None,
        };
        match self {
            Self::Synced { rows, new, updated } => {
                run.outcome = SmartSyncOutcome::Synced;
                (run.processed, run.new, run.updated) = (*rows, *new, *updated);
            }
            Self::Fresh => run.outcome = SmartSyncOutcome::AlreadyFresh,
            Self::Failed { kind, .. } => {
                (run.outcome, run.error) = (SmartSyncOutcome::Failed, Some(*kind));
            }
            Self::Left => {}
        }
        run
    }
}

/// For whoever asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Nothing to say.
    Nothing,
    /// The request stands.
    Asked(AskAnswer),
    /// The type has no reader.
    NotAvailable,
    /// The interval lies outside 5–1440 minutes.
    BadInterval,
    /// There is no such login.
    NoSuchLogin,
    /// The form waits; an [`Action::AnswerForm`] follows in a later step.
    FormWaits(TaskId),
    /// The form's question is answered at once.
    Form(FormEnd),
    /// To a beat.
    Beat(BeatOutcome),
    /// To a worker.
    Verdict(Verdict),
}

/// What a worker does after a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Continue,
    /// Stop here; the cursor is kept.
    Yield,
    /// Stop: the task is no longer this worker's.
    Lost,
}

impl Command {
    /// A form's release, spelled out.
    pub const fn release(agent: AgentId, session: FormSessionId) -> Self {
        Self::Release(LeaseKey::new(agent, session))
    }
}
