//! Describes a task: what it does, for whom, and where it stands.

use std::fmt;

use domain::{AgentId, Class, DraftId, Scope, SyncType, Timestamp, WorkName};

/// A task's number for life; requesters know it as their ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub u64);

/// What a task does. Its class follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    /// Brings one type up to date.
    Sync {
        /// Which.
        kind: SyncType,
        /// A person waits for it: a form's smart sync, "sync now" of customers, or a look-up in a list never read.
        smart: bool,
    },
    /// Types one submitted draft into the ERP, or finds out what became of it.
    Placement {
        /// The draft, which is also the placement's key.
        draft: DraftId,
    },
}

impl Work {
    /// How urgent it is.
    pub const fn class(self) -> Class {
        match self {
            Self::Sync { smart: false, .. } => Class::Background,
            Self::Sync { smart: true, .. } => Class::Interactive,
            Self::Placement { .. } => Class::Write,
        }
    }

    /// The sync type, if it is a sync.
    pub const fn kind(self) -> Option<SyncType> {
        match self {
            Self::Sync { kind, .. } => Some(kind),
            Self::Placement { .. } => None,
        }
    }

    /// The draft, if it is a placement.
    pub const fn draft(self) -> Option<DraftId> {
        match self {
            Self::Sync { .. } => None,
            Self::Placement { draft } => Some(draft),
        }
    }

    /// Its name in the status.
    pub const fn name(self) -> WorkName {
        match self {
            Self::Sync { kind, .. } => WorkName::Sync(kind),
            Self::Placement { .. } => WorkName::Placement,
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sync { kind: SyncType::Customers, smart: true } => out.write_str("smart"),
            Self::Sync { kind, smart: true } => write!(out, "look-up {kind}"),
            Self::Sync { kind, smart: false } => kind.fmt(out),
            Self::Placement { .. } => out.write_str("placement"),
        }
    }
}

/// Pages of a pass that are stored. Only the worker knows what a page is; here it merely never moves back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cursor(pub u32);

/// One reading of a whole data set. It survives yielding, so it may span several runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// When its first run was claimed: it serves only requests made before.
    pub began: Timestamp,
    /// How far it has come.
    pub cursor: Cursor,
    /// Checkpoints made; a pass without any has read nothing and cannot be complete.
    pub pages: u32,
}

/// A live task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its number.
    pub id: TaskId,
    /// What it does.
    pub work: Work,
    /// Whose data.
    pub scope: Scope,
    /// When it was first asked for; waiting counts from here, over all its runs.
    pub asked_at: Timestamp,
    /// The earliest begin of a pass that satisfies everybody who asked.
    pub needed_from: Timestamp,
    /// Not before this moment (back-off).
    pub run_at: Option<Timestamp>,
    /// Runs that failed.
    pub attempts: u32,
    /// Only order forms want it: it stops when the last of them is gone, and is not retried by itself.
    pub forms_only: bool,
    /// A person asked, or somebody who knows of a change: its list is read whole, however unchanged it looks.
    pub by_hand: bool,
    /// The pass it is in, once a run has started.
    pub pass: Option<Pass>,
    /// Where it stands.
    pub state: TaskState,
}

impl Task {
    /// How urgent it is.
    pub const fn class(&self) -> Class {
        self.work.class()
    }

    /// Its run, while it has one.
    pub const fn run(&self) -> Option<&Run> {
        match &self.state {
            TaskState::Queued => None,
            TaskState::Running(run) => Some(run),
        }
    }

    /// Whether it waits.
    pub const fn is_queued(&self) -> bool {
        matches!(self.state, TaskState::Queued)
    }

    /// Whether `work` in `scope` is the same work in the same class; placements only equal themselves.
    pub fn is_twin_of(&self, scope: &Scope, work: Work) -> bool {
        self.scope == *scope && self.work == work
    }
}

/// Where a live task stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskState {
    /// It waits.
    Queued,
    /// A worker has it.
    Running(Run),
}

/// One run of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The number of its token.
    pub token: u64,
    /// Which of the slots it occupies, from 0: a number instead of a count, so that a unique index can guard the limit.
    pub slot: u32,
    /// The ERP login it occupies.
    pub login: AgentId,
    /// Since when.
    pub started_at: Timestamp,
    /// Without a sign of life until then, it is lost.
    pub worker_until: Timestamp,
    /// It started under a pause because it had waited too long; that pause does not interrupt it.
    pub through_valve: bool,
    /// What its worker has been told.
    pub conduct: Conduct,
    /// Pages or lines done, for people.
    pub done: u32,
    /// Out of how many, once known.
    pub total: Option<u32>,
    /// When progress was last told.
    pub told_at: Timestamp,
}

/// What a worker has been told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conduct {
    /// Nothing: it works.
    Working,
    /// To stop at its next checkpoint.
    Yielding {
        /// When.
        since: Timestamp,
        /// What becomes of the task.
        then: Then,
    },
    /// Nothing any more: it is being dropped.
    Dropping {
        /// Since when.
        since: Timestamp,
        /// What becomes of the task.
        then: Then,
    },
}

/// What becomes of a task whose worker stops early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It goes back to the queue and keeps its cursor.
    Requeue,
    /// Nobody wants it any more.
    Cancel,
    /// Its worker was lost: it counts as a failed attempt.
    Retry,
}
