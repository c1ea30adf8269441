//! Says from the rows alone, without any index, what may run and what must yield.
//!
//! It is written from the rules, not from the board: where the two differ, one of them is wrong.

use domain::{AgentId, Class, Scope, SyncType, Timestamp};

use crate::{Auth, Circuit, Conduct, Config, Pause, Snapshot, Task};

/// The rows at one moment.
pub(super) struct Oracle<'a> {
    pub(super) config: &'a Config,
    pub(super) rows: &'a Snapshot,
    pub(super) now: Timestamp,
}

impl Oracle<'_> {
    pub(super) fn paused(&self, agent: &AgentId) -> bool {
        self.rows.leases.values().any(|lease| lease.key.agent == *agent && lease.pause == Pause::Held)
    }

    pub(super) fn running(&self) -> impl Iterator<Item = &Task> {
        self.rows.tasks.values().filter(|task| task.run().is_some())
    }

    fn queued(&self) -> impl Iterator<Item = &Task> {
        self.rows.tasks.values().filter(|task| task.is_queued())
    }

    /// Whether the task could start now if there is a slot.
    fn could_start(&self, task: &Task) -> bool {
        if task.run_at.is_some_and(|at| at > self.now) {
            return false;
        }
        let kind = task.work.kind();
        let twin_runs =
            |other: &Task| other.scope == task.scope && kind.is_some() && other.work.kind() == kind;
        if self.running().any(twin_runs) {
            return false;
        }
        match &task.scope {
            Scope::Agent(agent) => self.login_takes(agent, task),
            Scope::Shared => {
                !self.waits_for_products(task)
                    && self.shared_logins().any(|agent| self.login_takes(agent, task))
            }
        }
    }

    fn shared_logins(&self) -> impl Iterator<Item = &AgentId> {
        let service = self.config.service_login.as_ref();
        self.rows.logins.keys().filter(move |agent| service.is_none_or(|service| service == *agent))
    }

    fn login_takes(&self, agent: &AgentId, task: &Task) -> bool {
        let Some(login) = self.rows.logins.get(agent) else { return false };
        let admits = match login.circuit {
            Circuit::Closed { .. } => true,
            Circuit::Open { until, .. } => until <= self.now,
            Circuit::HalfOpen { .. } => false,
        };
        let free = !self.running().any(|other| other.run().is_some_and(|run| run.login == *agent));
        let kept_out = keeps_out(task) && !self.waited_out(task) && self.paused(agent);
        admits && free && login.auth == Auth::Good && !kept_out
    }

    pub(super) fn waited_out(&self, task: &Task) -> bool {
        self.now.since(task.asked_at) >= self.config.valve_after
    }

    fn waits_for_products(&self, task: &Task) -> bool {
        let products =
            |task: &Task| task.scope == Scope::Shared && task.work.kind() == Some(SyncType::Products);
        let live = self.rows.tasks.values().any(products);
        let last =
            self.rows.outcomes.get(&(Scope::Shared, SyncType::Products)).and_then(|outcome| outcome.success);
        let interval = self.rows.schedule.get(&SyncType::Products).map(|entry| entry.interval);
        let fresh = last.zip(interval).is_some_and(|(last, interval)| self.now.since(last.began) <= interval);
        task.work.kind() == Some(SyncType::Prices) && live && !fresh && !self.waited_out(task)
    }

    /// A task that should have been claimed but was not.
    pub(super) fn forgotten(&self) -> Option<&Task> {
        if self.running().count() >= self.config.logins_busy_max {
            return None;
        }
        self.queued().find(|task| self.could_start(task))
    }

    /// A background task that works in a paused login without having been asked to yield.
    pub(super) fn undisturbed(&self) -> Option<&Task> {
        self.running().find(|task| {
            let Some(run) = task.run() else { return false };
            keeps_out(task)
                && !run.through_valve
                && run.conduct == Conduct::Working
                && self.paused(&run.login)
        })
    }

    /// A task that holds a login which a waiting task of a higher class wants, and was not asked to yield.
    pub(super) fn selfish(&self) -> Option<&Task> {
        self.running().find(|holder| {
            let Some(run) = holder.run() else { return false };
            let login_is_good = self.rows.logins.get(&run.login).is_some_and(|login| {
                login.auth == Auth::Good && matches!(login.circuit, Circuit::Closed { .. })
            });
            let wanted = self.queued().any(|task| {
                task.scope == Scope::Agent(run.login.clone())
                    && task.class() > holder.class()
                    && task.run_at.is_none_or(|at| at <= self.now)
            });
            holder.class() != Class::Write && run.conduct == Conduct::Working && login_is_good && wanted
        })
    }

    /// A task that only forms asked for, that no form wants any more, and that goes on.
    pub(super) fn unwanted(&self) -> Option<&Task> {
        self.rows.tasks.values().find(|task| {
            let goes_on = task.run().is_none_or(|run| run.conduct == Conduct::Working);
            task.forms_only && goes_on && !self.wanted_by_a_form(task)
        })
    }

    fn wanted_by_a_form(&self, task: &Task) -> bool {
        self.rows.leases.values().any(|lease| lease.smart.task() == Some(task.id))
    }

    /// Whether anything justifies asking this holder to yield.
    pub(super) fn may_be_asked(&self, holder: &Task) -> bool {
        let Some(run) = holder.run() else { return false };
        let outranked = self.queued().any(|task| task.class() > holder.class());
        let paused = keeps_out(holder) && self.paused(&run.login);
        let unwanted = holder.forms_only && !self.wanted_by_a_form(holder);
        outranked || paused || unwanted
    }
}

/// Whether an open form keeps this work out.
pub(super) fn keeps_out(task: &Task) -> bool {
    task.class() == Class::Background && task.work.kind() != Some(SyncType::Customers)
}
