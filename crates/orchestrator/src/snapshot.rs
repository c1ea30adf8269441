//! Holds the rows the board is made of, and the changes that lead from one set of rows to the next.

use std::collections::BTreeMap;

use domain::{AgentId, Scope, SmartSyncRun, SyncType, Timestamp};

use crate::{HistoryRow, LastOutcome, Lease, LeaseKey, Login, ScheduleEntry, Spending, Task, TaskId};

/// Everything the board must remember over a restart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Live tasks.
    pub tasks: BTreeMap<TaskId, Task>,
    /// Live form leases.
    pub leases: BTreeMap<LeaseKey, Lease>,
    /// Ended form leases and when they ended.
    pub ended_leases: BTreeMap<LeaseKey, Timestamp>,
    /// Known ERP logins.
    pub logins: BTreeMap<AgentId, Login>,
    /// What logins have cost today.
    pub spending: BTreeMap<AgentId, Spending>,
    /// The schedule, one row per type.
    pub schedule: BTreeMap<SyncType, ScheduleEntry>,
    /// The last outcomes.
    pub outcomes: BTreeMap<(Scope, SyncType), LastOutcome>,
    /// What only ever rises.
    pub counters: Counters,
}

/// What only ever rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// The last task number given.
    pub task: u64,
    /// The last token given.
    pub token: u64,
    /// The last event number given.
    pub event: u64,
    /// The token of the last claim for shared data.
    pub shared_served: u64,
    /// The time of the last step that changed something.
    pub clock: Timestamp,
}

/// One row's new state. Applying a step's changes in order never breaks a limit on the way: what ends comes first, then
/// what waits, then what runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Change {
    RemoveTask(TaskId),
    PutTask(Task),
    RemoveLease(LeaseKey),
    PutLease(Lease),
    /// A lease ended then, or a release came for one that never was: that id never lives again.
    PutEndedLease(LeaseKey, Timestamp),
    ForgetEndedLease(LeaseKey),
    RemoveLogin(AgentId),
    PutLogin(Login),
    PutSpending(Spending),
    PutSchedule(ScheduleEntry),
    PutOutcome(LastOutcome),
    /// To be appended; the board itself never reads it back.
    AppendHistory(HistoryRow),
    /// To be appended, likewise.
    AppendSmartSync(SmartSyncRun),
    PutCounters(Counters),
}

impl Snapshot {
    /// Makes the change, as a store does.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::RemoveTask(id) => drop(self.tasks.remove(&id)),
            Change::PutTask(task) => drop(self.tasks.insert(task.id, task)),
            Change::RemoveLease(key) => drop(self.leases.remove(&key)),
            Change::PutLease(lease) => drop(self.leases.insert(lease.key.clone(), lease)),
            Change::PutEndedLease(key, at) => drop(self.ended_leases.insert(key, at)),
            Change::ForgetEndedLease(key) => drop(self.ended_leases.remove(&key)),
            Change::RemoveLogin(agent) => drop(self.logins.remove(&agent)),
            Change::PutLogin(login) => drop(self.logins.insert(login.agent.clone(), login)),
            Change::PutSpending(row) => drop(self.spending.insert(row.login.clone(), row)),
            Change::PutSchedule(entry) => drop(self.schedule.insert(entry.kind, entry)),
            Change::PutOutcome(row) => drop(self.outcomes.insert((row.scope.clone(), row.kind), row)),
            Change::AppendHistory(_) | Change::AppendSmartSync(_) => {}
            Change::PutCounters(counters) => self.counters = counters,
        }
    }
}
