//! Records how tasks ended.

use domain::{ErrorKind, Scope, SyncFailure, SyncType, Timestamp};

use crate::{TaskId, Work};

/// What is known of the last runs of one type in one scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastOutcome {
    /// Whose data.
    pub scope: Scope,
    /// Which type.
    pub kind: SyncType,
    /// The last complete pass.
    pub success: Option<Success>,
    /// The last failure, if it came after the last success.
    pub failure: Option<SyncFailure>,
    /// Failures since the last success.
    pub failures_in_row: u32,
}

impl LastOutcome {
    pub(crate) const fn none(scope: Scope, kind: SyncType) -> Self {
        Self { scope, kind, success: None, failure: None, failures_in_row: 0 }
    }
}

/// A complete pass, or a look that found the list as such a pass had left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Success {
    /// When it began: the data is as fresh as this.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// Rows that the last complete pass read.
    pub rows: u32,
}

/// One ended task, kept for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// Its number.
    pub task: TaskId,
    /// Whose data.
    pub scope: Scope,
    /// What it did.
    pub work: Work,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When its last run started, if it ever ran.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How.
    pub ending: Ending,
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Its work is done.
    Done {
        /// Rows read.
        rows: u32,
        /// Rows that were not known before.
        new: u32,
        /// Rows that changed.
        updated: u32,
    },
    /// Its list looked as it did when it was last read whole, and was not read again.
    Unchanged,
    /// It gave up.
    Failed {
        /// Sorted by what can be done.
        kind: ErrorKind,
        /// One sentence.
        message: String,
    },
    /// Nobody wanted it any more.
    Cancelled,
    /// Another task's pass, or its twin's next one, serves its requesters.
    ServedBy(TaskId),
}
