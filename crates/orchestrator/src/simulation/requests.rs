//! Remembers who asked when, to check that nobody is served by a pass that began too early, or by a mere look.

use std::collections::BTreeMap;

use domain::{DurationMs, Timestamp};

use crate::{Ending, HistoryRow, Pass, TaskId};

/// How a pass completed in a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Completion {
    /// The pass, with its effective begin.
    pub(super) pass: Pass,
    /// Whether its list was only looked at.
    pub(super) looked_only: bool,
}

/// Requests by the task that is to serve them: the earliest begin that satisfies the most demanding of them.
#[derive(Debug, Default)]
pub(super) struct Requests(BTreeMap<TaskId, Timestamp>);

impl Requests {
    /// A person asked for fresh data at `at`; a form is content with data up to `tolerance` older.
    pub(super) fn add(&mut self, task: TaskId, at: Timestamp, tolerance: DurationMs) {
        let needed = at.minus(tolerance);
        let entry = self.0.entry(task).or_insert(needed);
        *entry = (*entry).max(needed);
    }

    pub(super) fn shift(&mut self, by_ms: i64) {
        for needed in self.0.values_mut() {
            needed.0 += by_ms;
        }
    }

    /// A task ended; `by` is the pass that completed in this step, if one did.
    pub(super) fn ended(&mut self, row: &HistoryRow, by: Option<Completion>) -> Result<(), String> {
        let (began, looked_only) = (by.map(|by| by.pass.began), by.is_some_and(|by| by.looked_only));
        let Some(needed) = self.0.remove(&row.task) else { return Ok(()) };
        match &row.ending {
            Ending::Done { .. } | Ending::ServedBy(_) if row.work.kind().is_none() => Ok(()),
            Ending::Unchanged => Err(format!("a mere look served a person: {row:?}")),
            Ending::ServedBy(_) if looked_only => Err(format!("a mere look served a person: {row:?}")),
            Ending::Done { .. } => check(row, needed, began),
            Ending::ServedBy(_) if began.is_some() => check(row, needed, began),
            // Merged into its twin, which inherits the requests.
            Ending::ServedBy(twin) => {
                let entry = self.0.entry(*twin).or_insert(needed);
                *entry = (*entry).max(needed);
                Ok(())
            }
            Ending::Failed { .. } | Ending::Cancelled => Ok(()),
        }
    }
}

fn check(row: &HistoryRow, needed: Timestamp, began: Option<Timestamp>) -> Result<(), String> {
    match began {
        Some(began) if began >= needed => Ok(()),
        _ => Err(format!(
            "I17: a pass that began at {began:?} served a request that needs {needed:?}: {row:?}"
        )),
    }
}
