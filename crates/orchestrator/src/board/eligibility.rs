//! Tells whether a queued task may run, in which login, and if not, why.

use std::cmp::Reverse;

use domain::{AgentId, Class, Scope, SyncType, Timestamp, WaitReason};

use super::{Board, index::Rank};
use crate::{Auth, Lease, LeaseKey, Login, Pause, Task, TaskId};

impl Board {
    /// The login a queued task could have now, slots apart, or why it has none.
    pub(super) fn place(&self, task: &Task) -> Result<AgentId, WaitReason> {
        if task.run_at.is_some_and(|at| at > self.now) {
            return Err(WaitReason::BackingOff);
        }
        match &task.scope {
            Scope::Agent(agent) => self.check_login(agent, task).map(|()| agent.clone()),
            Scope::Shared => self.place_shared(task),
        }
    }

    /// Why a queued task is not running; `None` when it would be claimed in this step.
    pub(super) fn waiting_because(&self, task: &Task) -> Option<WaitReason> {
        match self.place(task) {
            Err(reason) => Some(reason),
            Ok(_) if self.index.by_token.len() >= self.config.logins_busy_max => {
                Some(WaitReason::AllSlotsBusy)
            }
            Ok(_) => None,
        }
    }

    fn check_login(&self, agent: &AgentId, task: &Task) -> Result<(), WaitReason> {
        let Some(login) = self.logins.get(agent).filter(|login| login.auth == Auth::Good) else {
            return Err(WaitReason::HeldByOperator);
        };
        if self.is_held(login) || !self.budget_allows(agent, task.class()) {
            return Err(WaitReason::HeldByOperator);
        }
        if !login.circuit.admits(self.now) {
            return Err(WaitReason::CircuitOpen);
        }
        if yields_to_forms(task) && !self.valve_open(task) && self.is_paused(agent) {
            return Err(WaitReason::OrderFormOpen);
        }
        if self.index.holder.contains_key(agent) {
            return Err(WaitReason::LoginBusy);
        }
        Ok(())
    }

    fn place_shared(&self, task: &Task) -> Result<AgentId, WaitReason> {
        if self.twin_runs(task) {
            return Err(WaitReason::LoginBusy);
        }
        if self.waits_for_products(task) && !self.valve_open(task) {
            return Err(WaitReason::WaitsForProducts);
        }
        if let Some(service) = &self.config.service_login {
            return self.check_login(service, task).map(|()| service.clone());
        }
        if let Some((_, agent)) = self.index.open_logins.first() {
            return Ok(agent.clone());
        }
        self.place_shared_anywhere(task)
    }

    /// Looks at every login: for the one that only the valve opens, else for the reason that is nearest to an end.
    fn place_shared_anywhere(&self, task: &Task) -> Result<AgentId, WaitReason> {
        let mut reasons = Vec::new();
        for agent in self.logins.rows().keys() {
            match self.check_login(agent, task) {
                Ok(()) => return Ok(agent.clone()),
                Err(reason) => reasons.push(reason),
            }
        }
        let nearest = [WaitReason::LoginBusy, WaitReason::OrderFormOpen, WaitReason::CircuitOpen];
        let reason = nearest.into_iter().find(|reason| reasons.contains(reason));
        Err(reason.unwrap_or(WaitReason::HeldByOperator))
    }

    pub(super) fn twin_runs(&self, task: &Task) -> bool {
        self.tasks_in(&task.scope).any(|other| other.run().is_some() && other.work.kind() == task.work.kind())
    }

    /// Prices are matched to products: while old products are about to be read, prices wait for them.
    fn waits_for_products(&self, task: &Task) -> bool {
        task.work.kind() == Some(SyncType::Prices)
            && self.products_fresh_until().is_none_or(|until| until < self.now)
            && self.tasks_in(&Scope::Shared).any(|other| other.work.kind() == Some(SyncType::Products))
    }

    /// Until when the last complete reading of products counts as fresh: for one interval.
    pub(super) fn products_fresh_until(&self) -> Option<Timestamp> {
        let interval = self.schedule.get(&SyncType::Products)?.interval;
        let last = self.outcomes.get(&(Scope::Shared, SyncType::Products))?.success?;
        Some(last.began.plus(interval))
    }

    /// Whether the task has waited so long that no order form keeps it back.
    pub(super) fn valve_open(&self, task: &Task) -> bool {
        self.now.since(task.asked_at) >= self.config.valve_after
    }

    /// Whether background work keeps out of this agent's login.
    pub(super) fn is_paused(&self, agent: &AgentId) -> bool {
        self.leases_of(agent).any(|lease| lease.pause == Pause::Held)
    }

    /// Whether the login could take shared work now.
    pub(super) fn is_open_for_shared(&self, login: &Login) -> bool {
        login.auth == Auth::Good
            && !self.is_held(login)
            && self.budget_allows(&login.agent, Class::Background)
            && login.circuit.admits(self.now)
            && !self.index.holder.contains_key(&login.agent)
            && !self.is_paused(&login.agent)
    }

    pub(super) fn leases_of<'a>(&'a self, agent: &'a AgentId) -> impl Iterator<Item = &'a Lease> {
        let from = LeaseKey::first_of(agent);
        self.leases
            .rows()
            .range(from..)
            .take_while(move |(key, _)| key.agent == *agent)
            .map(|(_, lease)| lease)
    }

    pub(super) fn tasks_in(&self, scope: &Scope) -> impl Iterator<Item = &Task> {
        let ids = self.index.by_scope.get(scope).into_iter().flatten();
        ids.filter_map(|id: &TaskId| self.tasks.get(id))
    }

    /// Base priority, and for background work one step more per so much waiting.
    pub(super) fn effective_priority(&self, task: &Task) -> u8 {
        let base = task.work.kind().map_or(0, SyncType::base_priority);
        if task.class() != Class::Background {
            return base;
        }
        let steps = self.now.since(task.asked_at).0 / self.config.ageing_step.0.max(1);
        let aged = u64::from(base).saturating_add(steps).min(u64::from(self.config.priority_max));
        u8::try_from(aged).unwrap_or(self.config.priority_max)
    }

    /// Its place in the claiming order.
    pub(super) fn rank(&self, task: &Task) -> Rank {
        let served = match &task.scope {
            Scope::Shared => self.counters.shared_served,
            Scope::Agent(agent) => self.logins.get(agent).map_or(0, |login| login.served),
        };
        (Reverse(task.class()), Reverse(self.effective_priority(task)), served, task.asked_at, task.id)
    }
}

/// Whether an open order form keeps this work out of its login.
pub(super) fn yields_to_forms(task: &Task) -> bool {
    task.class() == Class::Background && task.work.kind() != Some(SyncType::Customers)
}
