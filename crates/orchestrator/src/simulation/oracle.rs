//! Says from the rows alone, without any index, what may run and what must yield.
//!
//! It is written from the rules, not from the board: where the two differ, one of them is wrong.

use domain::{AgentId, Class, Scope, SyncType, Timestamp};

use crate::{Auth, Circuit, Conduct, Config, LocalDay, Login, Pause, Snapshot, Start, Task};

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
        self.could_start_but_for(task, u64::MAX)
    }

    /// The same as it was before the task with token `first` and those after it were claimed.
    fn could_start_but_for(&self, task: &Task, first: u64) -> bool {
        if task.run_at.is_some_and(|at| at > self.now) {
            return false;
        }
        let kind = task.work.kind();
        let twin_runs =
            |other: &Task| other.scope == task.scope && kind.is_some() && other.work.kind() == kind;
        if self.running_before(first).any(twin_runs) {
            return false;
        }
        match &task.scope {
            Scope::Agent(agent) => self.login_takes(agent, task, first),
            Scope::Shared => {
                !self.waits_for_products(task)
                    && self.shared_logins().any(|agent| self.login_takes(agent, task, first))
            }
        }
    }

    fn shared_logins(&self) -> impl Iterator<Item = &AgentId> {
        let service = self.config.service_login.as_ref();
        self.rows.logins.keys().filter(move |agent| service.is_none_or(|service| service == *agent))
    }

    fn running_before(&self, token: u64) -> impl Iterator<Item = &Task> {
        self.running().filter(move |task| task.run().is_some_and(|run| run.token < token))
    }

    fn login_takes(&self, agent: &AgentId, task: &Task, first: u64) -> bool {
        let Some(login) = self.rows.logins.get(agent) else { return false };
        let admits = match login.circuit {
            Circuit::Closed { .. } => true,
            Circuit::Open { until, .. } => until <= self.now,
            Circuit::HalfOpen { .. } => false,
        };
        let holds = |other: &Task| other.run().is_some_and(|run| run.login == *agent);
        let free = !self.running_before(first).any(holds);
        let kept_out = keeps_out(task) && !self.waited_out(task) && self.paused(agent);
        admits && free && login.auth == Auth::Good && !kept_out && self.may_cost(login, task.class())
    }

    /// Whether neither an operator nor the day's budget keeps work of this class out of the login.
    fn may_cost(&self, login: &Login, class: Class) -> bool {
        let today = LocalDay::of(self.now);
        let spent = self.rows.spending.get(&login.agent).filter(|row| row.day == today);
        let kept = if class == Class::Background { self.config.logins_kept_for_people } else { 0 };
        let limit = self.config.logins_per_day_max.saturating_sub(kept);
        !self.held(login) && spent.map_or(0, |row| row.logins) < limit
    }

    /// Whether an operator or the budget should have kept this out of its login.
    pub(super) fn costs_too_much(&self, start: &Start) -> bool {
        self.rows.logins.get(&start.login).is_some_and(|login| !self.may_cost(login, start.class))
    }

    fn held(&self, login: &Login) -> bool {
        login.hold.as_ref().is_some_and(|hold| hold.until > self.now)
    }

    fn in_held_login(&self, task: &Task) -> bool {
        let login = task.run().and_then(|run| self.rows.logins.get(&run.login));
        login.is_some_and(|login| self.held(login))
    }

    /// A holder, other than a write, that works on in a login an operator holds.
    pub(super) fn disobedient(&self) -> Option<&Task> {
        self.running().find(|task| {
            task.class() < Class::Write
                && self.in_held_login(task)
                && task.run().is_some_and(|run| run.conduct == Conduct::Working)
        })
    }

    /// A task that still waits although it ranks higher than one that was just claimed, and could have had its place.
    pub(super) fn overtaken_by(&self, start: &Start) -> Option<&Task> {
        let token = start.token.number();
        let winner = self.rows.tasks.get(&start.task)?;
        let rank = |task: &Task| (task.class(), self.aged(task));
        self.queued().find(|task| rank(task) > rank(winner) && self.could_start_but_for(task, token))
    }

    /// Rule 2.
    fn aged(&self, task: &Task) -> u64 {
        let base = u64::from(task.work.kind().map_or(0, SyncType::base_priority));
        let waited_minutes = self.now.since(task.asked_at).0 / 60_000;
        if task.class() == Class::Background { (base + waited_minutes / 5).min(7) } else { base }
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
            let good =
                self.rows.logins.get(&run.login).filter(|login| {
                    login.auth == Auth::Good && matches!(login.circuit, Circuit::Closed { .. })
                });
            let wanted = self.queued().any(|task| {
                task.scope == Scope::Agent(run.login.clone())
                    && task.class() > holder.class()
                    && task.run_at.is_none_or(|at| at <= self.now)
                    && good.is_some_and(|login| self.may_cost(login, task.class()))
            });
            holder.class() != Class::Write && run.conduct == Conduct::Working && wanted
        })
    }

    /// A look-up in shared data for which nobody makes room, although work of a lower class has a login it could use.
    pub(super) fn ignored(&self) -> Option<&Task> {
        self.queued().find(|task| {
            let usable = |login: &Login| {
                let circuit = matches!(login.circuit, Circuit::Closed { .. });
                circuit && login.auth == Auth::Good && self.may_cost(login, task.class())
            };
            let twin = |other: &Task| other.scope == Scope::Shared && other.work.kind() == task.work.kind();
            let logins: Vec<_> = self.shared_logins().filter(|a| usable(&self.rows.logins[*a])).collect();
            let holders: Vec<_> = self
                .running()
                .filter(|holder| holder.run().is_some_and(|run| logins.contains(&&run.login)))
                .collect();
            task.scope == Scope::Shared
                && task.class() > Class::Background
                && task.run_at.is_none_or(|at| at <= self.now)
                && !self.running().any(twin)
                && !self.waits_for_products(task)
                && holders.iter().any(|holder| holder.class() < task.class())
                && holders
                    .iter()
                    .all(|holder| holder.run().is_some_and(|run| run.conduct == Conduct::Working))
                && holders.len() == logins.len()
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
        outranked || paused || unwanted || self.in_held_login(holder)
    }
}

/// Whether an open form keeps this work out.
pub(super) fn keeps_out(task: &Task) -> bool {
    task.class() == Class::Background && task.work.kind() != Some(SyncType::Customers)
}
