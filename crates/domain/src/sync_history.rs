//! Shapes what is told of syncs that have ended: one row each, and figures over the smart ones.

use serde::{Deserialize, Serialize};

use crate::{AgentId, Class, DurationMs, ErrorKind, Scope, SmartSyncOutcome, Timestamp, WorkName};

/// How a task ended, as `GET /api/sync/history` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PastOutcome {
    /// Its work is done.
    Done,
    /// The list looked as it did when it was last read, and was not read again.
    Unchanged,
    /// It gave up.
    Failed,
    /// Nobody wanted it any more.
    Cancelled,
    /// Another task's pass served its requesters.
    Served,
}

/// One row of `GET /api/sync/history`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PastSync {
    /// The ticket its requesters got.
    pub ticket: u64,
    /// What it did.
    pub work: WorkName,
    /// Whose data.
    pub scope: Scope,
    /// How urgent it was.
    pub class: Class,
    /// When it was first asked for.
    pub asked_at: Timestamp,
    /// When its last run started, if it ever ran.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How.
    pub outcome: PastOutcome,
    /// Rows read, of a sync that was done.
    pub rows: Option<u32>,
    /// Rows that were not known before.
    pub new: Option<u32>,
    /// Rows that changed.
    pub updated: Option<u32>,
    /// What went wrong, if it failed.
    pub error: Option<ErrorKind>,
    /// One sentence about that.
    pub message: Option<String>,
}

/// One time an order form asked for fresh customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SmartSyncRun {
    /// When it asked.
    pub time: Timestamp,
    /// Whose form.
    pub agent: AgentId,
    /// Until the form was answered, or left.
    pub duration: DurationMs,
    /// Customers read.
    pub processed: u32,
    /// Of these, not known before.
    pub new: u32,
    /// Of these, changed.
    pub updated: u32,
    /// What it came to.
    pub outcome: SmartSyncOutcome,
    /// What went wrong, if it failed.
    pub error: Option<ErrorKind>,
}

/// A way to read the customers for somebody who waits, the quickest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadingWay {
    /// The ERP's REST API said which changed.
    Api,
    /// The export of the list, compared row by row.
    Export,
}

/// Why the ERP's REST API was not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApiSkipped {
    /// The installation is not known to have one.
    NotConfigured,
    /// The list was never read whole, or so long ago that deletions may have been missed.
    CompleteDue,
    /// It failed a moment ago, and is left alone for a while.
    Resting,
    /// It did not answer in time, or with a fault of its own.
    Unreachable,
    /// There is none at that address, or it refuses the account.
    Refused,
    /// Its answer cannot be read.
    Unreadable,
    /// So much has changed that an export is quicker.
    TooMuch,
}

/// One time customers were read for somebody who waited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerReading {
    /// When it ended.
    pub at: Timestamp,
    /// Whose customers.
    pub agent: AgentId,
    /// How.
    pub way: ReadingWay,
    /// Why not by the API, when it was not.
    pub skipped: Option<ApiSkipped>,
    /// From asking the ERP to having stored what it answered.
    pub took: DurationMs,
    /// Customers that were new or changed.
    pub changed: u32,
}

/// Answer of `GET /api/metrics/smart-sync`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SmartSyncMetrics {
    /// Since midnight, Italian time.
    pub today: SmartSyncFigures,
    /// The last 30 days, today included.
    pub last30_days: SmartSyncFigures,
    /// The newest runs, newest first.
    pub triggers: Vec<SmartSyncRun>,
    /// The newest readings of customers, newest first.
    #[serde(default)]
    pub readings: Vec<CustomerReading>,
}

/// Figures over the smart syncs of a span of time. Durations are those of runs that read customers from the ERP:
/// answers from fresh data would only flatter them, and forms that were left say nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SmartSyncFigures {
    /// How often a form asked.
    pub total: u32,
    /// Mean duration; like all durations `None` when nothing was read.
    pub average: Option<DurationMs>,
    /// Half were faster.
    pub median: Option<DurationMs>,
    /// 95 in a hundred were no slower.
    pub p95: Option<DurationMs>,
    /// The shortest.
    pub fastest: Option<DurationMs>,
    /// The longest.
    pub slowest: Option<DurationMs>,
    /// How many of those whose form stayed were answered with fresh customers, from 0 to 1.
    pub success_rate: Option<f64>,
    /// Customers read by a run, in the mean.
    pub average_customers: Option<f64>,
}

impl SmartSyncFigures {
    /// Figures over these runs.
    pub fn of<'a>(runs: impl IntoIterator<Item = &'a SmartSyncRun>) -> Self {
        let runs: Vec<&SmartSyncRun> = runs.into_iter().collect();
        let read: Vec<_> = runs.iter().filter(|run| run.outcome == SmartSyncOutcome::Synced).collect();
        let mut durations: Vec<u64> = read.iter().map(|run| run.duration.0).collect();
        durations.sort_unstable();
        let customers: u64 = read.iter().map(|run| u64::from(run.processed)).sum();
        let stayed = runs.iter().filter(|run| run.outcome != SmartSyncOutcome::Left).count();
        let failed = runs.iter().filter(|run| run.outcome == SmartSyncOutcome::Failed).count();
        let sum: u64 = durations.iter().sum();
        let count = durations.len() as u64;
        Self {
            total: u32::try_from(runs.len()).unwrap_or(u32::MAX),
            average: (sum + count / 2).checked_div(count).map(DurationMs),
            median: percentile(&durations, 50),
            p95: percentile(&durations, 95),
            fastest: durations.first().copied().map(DurationMs),
            slowest: durations.last().copied().map(DurationMs),
            success_rate: (stayed > 0).then(|| (stayed - failed) as f64 / stayed as f64),
            average_customers: (count > 0).then(|| customers as f64 / count as f64),
        }
    }
}

/// The least value that so many in a hundred do not exceed.
fn percentile(sorted: &[u64], percent: usize) -> Option<DurationMs> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().map(DurationMs)
}
