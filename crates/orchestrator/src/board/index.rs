//! Keeps what is derived from the rows so that a decision need not read them all.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use domain::{AgentId, Class, Scope, SyncType, Timestamp};

use crate::{LeaseKey, TaskId};

/// The order of claiming, the first first: class, effective priority, least recently served scope, time asked, number.
pub(super) type Rank = (Reverse<Class>, Reverse<u8>, u64, Timestamp, TaskId);

/// Whose time has come.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Lease(LeaseKey),
    Login(AgentId),
    Schedule(SyncType),
    Task(TaskId),
}

/// Derived from the rows; rebuilt from them at any time with the same result.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    /// Live tasks by scope.
    pub(super) by_scope: BTreeMap<Scope, BTreeSet<TaskId>>,
    /// Running tasks by token.
    pub(super) by_token: BTreeMap<u64, TaskId>,
    /// Which task has a login.
    pub(super) holder: BTreeMap<AgentId, TaskId>,
    /// Queued tasks that nothing but a slot hinders, in claiming order.
    pub(super) ready: BTreeSet<Rank>,
    ready_of: BTreeMap<TaskId, Rank>,
    /// Logins that could take shared work now, the least recently used first.
    pub(super) open_logins: BTreeSet<(u64, AgentId)>,
    open_of: BTreeMap<AgentId, u64>,
    timers: BTreeSet<(Timestamp, Subject)>,
    armed: BTreeMap<Subject, Timestamp>,
    /// Logins whose tasks must be looked at again.
    pub(super) stale_logins: BTreeSet<AgentId>,
    /// Whether the shared tasks must be looked at again.
    pub(super) stale_shared: bool,
}

impl Index {
    pub(super) fn add_task(&mut self, scope: &Scope, id: TaskId) {
        self.by_scope.entry(scope.clone()).or_default().insert(id);
    }

    pub(super) fn remove_task(&mut self, scope: &Scope, id: TaskId) {
        if let Some(tasks) = self.by_scope.get_mut(scope) {
            tasks.remove(&id);
            if tasks.is_empty() {
                self.by_scope.remove(scope);
            }
        }
        self.set_ready(id, None);
        self.arm(Subject::Task(id), None);
    }

    pub(super) fn set_ready(&mut self, id: TaskId, rank: Option<Rank>) {
        if self.ready_of.get(&id) == rank.as_ref() {
            return;
        }
        if let Some(old) = self.ready_of.remove(&id) {
            self.ready.remove(&old);
        }
        if let Some(rank) = rank {
            self.ready.insert(rank);
            self.ready_of.insert(id, rank);
        }
    }

    pub(super) fn set_open(&mut self, agent: &AgentId, used: Option<u64>) {
        if self.open_of.get(agent) == used.as_ref() {
            return;
        }
        if let Some(old) = self.open_of.remove(agent) {
            self.open_logins.remove(&(old, agent.clone()));
        }
        if let Some(used) = used {
            self.open_logins.insert((used, agent.clone()));
            self.open_of.insert(agent.clone(), used);
        }
    }

    /// Sets or clears the subject's one timer.
    pub(super) fn arm(&mut self, subject: Subject, at: Option<Timestamp>) {
        if self.armed.get(&subject) == at.as_ref() {
            return;
        }
        if let Some(old) = self.armed.remove(&subject) {
            self.timers.remove(&(old, subject.clone()));
        }
        if let Some(at) = at {
            self.timers.insert((at, subject.clone()));
            self.armed.insert(subject, at);
        }
    }

    /// Takes the next subject whose time has come.
    pub(super) fn pop_due(&mut self, now: Timestamp) -> Option<Subject> {
        if self.timers.first()?.0 > now {
            return None;
        }
        let (_, subject) = self.timers.pop_first()?;
        self.armed.remove(&subject);
        Some(subject)
    }

    pub(super) fn next_timer(&self) -> Option<Timestamp> {
        self.timers.first().map(|(at, _)| *at)
    }

    pub(super) fn mark(&mut self, scope: &Scope) {
        match scope {
            Scope::Shared => self.stale_shared = true,
            Scope::Agent(agent) => self.mark_login(agent),
        }
    }

    pub(super) fn mark_login(&mut self, agent: &AgentId) {
        if !self.stale_logins.contains(agent) {
            self.stale_logins.insert(agent.clone());
        }
    }
}
