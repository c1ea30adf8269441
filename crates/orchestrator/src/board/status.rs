//! Projects the board into what people see. Nothing here is stored.

use std::collections::BTreeMap;

use domain::{
    AgentId, Class, FormLeaseStatus, Health, LoginStatus, Me, QueuedTask, RunningTask, ScheduleRow, Scope,
    ServiceHealth, SmartSyncStatus, SyncStatus, SyncType, Timestamp, TypeState, TypeStatus,
};

use super::Board;
use crate::{Auth, Circuit, Conduct, LastOutcome, Lease, Pause, Task};

impl Board {
    /// The state as this viewer may see it: their own scope and the shared one, for an admin everybody's.
    pub fn status(&self, viewer: &Me) -> SyncStatus {
        let sees = |scope: &Scope| {
            viewer.admin || *scope == Scope::Shared || *scope == Scope::Agent(viewer.agent.clone())
        };
        let visible = || self.tasks.rows().values().filter(|task| sees(&task.scope));
        let mut queued: Vec<&Task> = visible().filter(|task| task.is_queued()).collect();
        queued.sort_by_cached_key(|task| self.rank(task));
        let statuses: Vec<TypeStatus> =
            SyncType::ALL.map(|kind| self.type_status(&viewer.agent, kind)).into();
        let next_due = statuses.iter().filter_map(|status| Some((status.kind, status.next_due?))).collect();
        SyncStatus {
            current_sync: visible().filter_map(Self::running).collect(),
            queue: queued.into_iter().map(|task| self.queued(task)).collect(),
            health: self.health(&viewer.agent),
            statuses,
            smart_sync: self.smart_sync_status(viewer),
            logins: self.login_statuses(viewer),
            next_due,
            as_of_event: self.counters.event,
        }
    }

    /// The schedule as the API shows it.
    pub fn schedule(&self) -> Vec<ScheduleRow> {
        self.schedule.rows().values().map(crate::ScheduleEntry::row).collect()
    }

    /// An agent's live form leases, and when the last complete pass over their customers began.
    pub fn smart_facts(&self, agent: &AgentId) -> (u32, Option<Timestamp>) {
        let last = self.outcomes.get(&(Scope::Agent(agent.clone()), SyncType::Customers));
        let fresh_as_of = last.and_then(|outcome| outcome.success).map(|success| success.began);
        (count(self.leases_of(agent)), fresh_as_of)
    }

    /// Whether an agent has an ERP login here.
    pub fn knows(&self, agent: &AgentId) -> bool {
        self.logins.contains(agent)
    }

    fn running(task: &Task) -> Option<RunningTask> {
        let run = task.run()?;
        Some(RunningTask {
            ticket: task.id.0,
            work: task.work.name(),
            scope: task.scope.clone(),
            class: task.class(),
            login: run.login.clone(),
            started_at: run.started_at,
            done: run.done,
            total: run.total,
            yielding: run.conduct != Conduct::Working,
        })
    }

    fn queued(&self, task: &Task) -> QueuedTask {
        QueuedTask {
            ticket: task.id.0,
            work: task.work.name(),
            scope: task.scope.clone(),
            class: task.class(),
            asked_at: task.asked_at,
            run_at: task.run_at,
            effective_priority: self.effective_priority(task),
            waiting_because: self.waiting_because(task),
        }
    }

    fn scope_of(agent: &AgentId, kind: SyncType) -> Scope {
        if kind.is_shared() { Scope::Shared } else { Scope::Agent(agent.clone()) }
    }

    fn type_status(&self, agent: &AgentId, kind: SyncType) -> TypeStatus {
        let scope = Self::scope_of(agent, kind);
        let outcome = self.outcomes.get(&(scope.clone(), kind)).cloned();
        let outcome = outcome.unwrap_or_else(|| LastOutcome::none(scope.clone(), kind));
        let of_kind = || self.tasks_in(&scope).filter(|task| task.work.kind() == Some(kind));
        let waiting = of_kind().filter(|task| task.is_queued()).min_by_key(|task| self.rank(task));
        let runs = of_kind().any(|task| !task.is_queued());
        let state = match (&outcome.success, &outcome.failure) {
            _ if runs => TypeState::Running,
            _ if waiting.is_some() => TypeState::Queued,
            (_, Some(_)) => TypeState::Error,
            (Some(_), None) => TypeState::Completed,
            (None, None) => TypeState::Idle,
        };
        let entry = self.schedule.get(&kind);
        TypeStatus {
            kind,
            state,
            available: self.config.is_available(kind),
            last_success: outcome.success.map(|success| success.ended),
            last_error: outcome.failure,
            failures_in_row: outcome.failures_in_row,
            next_due: entry.filter(|entry| entry.enabled).map(|entry| entry.next_due),
            interval: entry.map_or(kind.default_interval(), |entry| entry.interval),
            waiting_because: waiting.filter(|_| !runs).and_then(|task| self.waiting_because(task)),
            rows: outcome.success.map(|success| success.rows),
        }
    }

    fn health(&self, agent: &AgentId) -> Health {
        let available = SyncType::ALL.into_iter().filter(|kind| self.config.is_available(*kind));
        let services: BTreeMap<_, _> =
            available.map(|kind| (kind, self.service_health(agent, kind))).collect();
        Health { all_healthy: services.values().all(|health| *health == ServiceHealth::Healthy), services }
    }

    fn service_health(&self, agent: &AgentId, kind: SyncType) -> ServiceHealth {
        let outcome = self.outcomes.get(&(Self::scope_of(agent, kind), kind));
        let failures = outcome.map_or(0, |outcome| outcome.failures_in_row);
        if failures >= self.config.degraded_after {
            return ServiceHealth::Degraded;
        }
        let interval = self.schedule.get(&kind).map_or(kind.default_interval(), |entry| entry.interval);
        let young = outcome
            .and_then(|outcome| outcome.success)
            .is_some_and(|success| self.now.since(success.ended).0 < interval.0.saturating_mul(2));
        let closed = kind.is_shared()
            || self.logins.get(agent).is_none_or(|login| matches!(login.circuit, Circuit::Closed { .. }));
        if young && closed && failures == 0 { ServiceHealth::Healthy } else { ServiceHealth::Stale }
    }

    fn smart_sync_status(&self, viewer: &Me) -> SmartSyncStatus {
        let all = self.leases.rows().values().filter(|lease| viewer.admin || lease.key.agent == viewer.agent);
        let sessions: Vec<_> = all.map(lease_status).collect();
        SmartSyncStatus {
            active_sessions: count(sessions.iter()),
            syncs_paused: sessions.iter().any(|session| session.pausing),
            safety_timeout_active: !sessions.is_empty(),
            sessions,
        }
    }

    fn login_statuses(&self, viewer: &Me) -> Vec<LoginStatus> {
        let visible = self.logins.rows().values().filter(|login| viewer.admin || login.agent == viewer.agent);
        visible
            .map(|login| LoginStatus {
                login: login.agent.clone(),
                busy_with: self.index.holder.get(&login.agent).map(|id| id.0),
                circuit: login.circuit.name(),
                open_until: login.circuit.opens_at(),
                auth_needed: login.auth == Auth::Needed,
                held: self.hold_status(login),
                budget: self.budget(&login.agent),
            })
            .collect()
    }

    /// Queued and running tasks of one class, for metrics.
    pub fn count_tasks(&self, class: Class) -> u32 {
        count(self.tasks.rows().values().filter(|task| task.class() == class))
    }
}

fn lease_status(lease: &Lease) -> FormLeaseStatus {
    FormLeaseStatus {
        session_id: lease.key.session,
        agent: lease.key.agent.clone(),
        opened_at: lease.opened_at,
        last_beat: lease.last_beat,
        last_input: lease.last_input,
        pausing: lease.pause == Pause::Held,
    }
}

fn count<T>(rows: impl Iterator<Item = T>) -> u32 {
    u32::try_from(rows.count()).unwrap_or(u32::MAX)
}
