//! Claims tasks, and asks holders to yield to those that wait with better right.

use domain::{AgentId, Class, DurationMs, EventKind, Scope, SyncType, Timestamp, WaitReason};

use super::{Board, eligibility::yields_to_forms, index::Subject};
use crate::{Action, Circuit, Conduct, Pass, Run, Start, Task, TaskId, TaskState, TaskToken, Then};

impl Board {
    /// Looks again at what the step touched, and claims while there is a free slot and a task that may run.
    pub(super) fn settle_and_claim(&mut self) {
        self.settle();
        while !self.stopping && self.index.by_token.len() < self.config.logins_busy_max {
            let Some((.., id)) = self.index.ready.first().copied() else { break };
            self.claim(id);
            self.settle();
        }
        self.preempt_for_slots();
        self.preempt_for_shared();
    }

    /// Derives, for every login the step touched, what may run and who must yield.
    pub(super) fn settle(&mut self) {
        while let Some(agent) = self.index.stale_logins.pop_first() {
            self.settle_login(&agent);
            self.index.stale_shared = true;
        }
        if std::mem::take(&mut self.index.stale_shared) {
            self.reindex_scope(&Scope::Shared);
        }
    }

    fn settle_login(&mut self, agent: &AgentId) {
        let login = self.logins.get(agent);
        let open = login.filter(|login| self.is_open_for_shared(login)).map(|login| login.used);
        let due = login.and_then(|login| self.login_wake(login));
        self.index.set_open(agent, open);
        self.index.arm(Subject::Login(agent.clone()), due);
        self.turn_away_forms(agent);
        self.reindex_scope(&Scope::Agent(agent.clone()));
        self.clear_held_login(agent);
        self.preempt_in_login(agent);
    }

    fn reindex_scope(&mut self, scope: &Scope) {
        let ids: Vec<TaskId> = self.index.by_scope.get(scope).into_iter().flatten().copied().collect();
        for id in ids {
            self.reindex_task(id);
        }
    }

    /// Brings the ready set and the task's timer in line with its row.
    pub(super) fn reindex_task(&mut self, id: TaskId) {
        let Some(task) = self.tasks.get(&id) else { return };
        let (rank, wake) = match &task.state {
            TaskState::Queued => (self.place(task).is_ok().then(|| self.rank(task)), self.queued_wake(task)),
            TaskState::Running(run) => (None, Some(self.run_deadline(run))),
        };
        self.index.set_ready(id, rank);
        self.index.arm(Subject::Task(id), wake);
    }

    /// When waiting alone changes the task's lot: its back-off ends, it ages a step, or the valve opens.
    fn queued_wake(&self, task: &Task) -> Option<Timestamp> {
        if let Some(at) = task.run_at.filter(|at| *at > self.now) {
            return Some(at);
        }
        let (background, prices) =
            (task.class() == Class::Background, task.work.kind() == Some(SyncType::Prices));
        if !background && !prices {
            return None;
        }
        let step = self.config.ageing_step.0.max(1);
        let waited = self.now.since(task.asked_at).0;
        let ages = (background && self.effective_priority(task) < self.config.priority_max)
            .then(|| (waited / step + 1) * step);
        let valve = (!self.valve_open(task)).then_some(self.config.valve_after.0);
        let by_waiting =
            [ages, valve].into_iter().flatten().min().map(|after| task.asked_at.plus(DurationMs(after)));
        // Prices that may run now may have to wait for products once those have grown old.
        let products_old = prices.then(|| self.products_fresh_until()).flatten();
        let products_old = products_old.map(|until| until.plus(DurationMs(1))).filter(|at| *at > self.now);
        [by_waiting, products_old].into_iter().flatten().min()
    }

    fn run_deadline(&self, run: &Run) -> Timestamp {
        match run.conduct {
            Conduct::Working => run.worker_until,
            Conduct::Yielding { since, .. } => since.plus(self.config.yield_max).min(run.worker_until),
            Conduct::Dropping { since, .. } => since.plus(self.config.drop_max),
        }
    }

    fn claim(&mut self, id: TaskId) {
        let Some(task) = self.tasks.get(&id) else { return };
        let (scope, work, by_hand) = (task.scope.clone(), task.work, task.by_hand);
        let login =
            self.place(task).expect("a ready task has a login: the ready set is derived in the same step");
        let through_valve = yields_to_forms(task) && self.is_paused(&login);
        self.counters.token += 1;
        let token = self.counters.token;
        let (now, slot) = (self.now, self.free_slot());
        let worker_until = now.plus(self.config.worker_ttl);
        let task = self.tasks.get_mut(&id).expect("read above");
        // A request that came in the millisecond in which an earlier pass began needs one that began after it.
        let began = now.max(task.needed_from);
        let pass = *task.pass.get_or_insert(Pass { began, cursor: crate::Cursor(0), pages: 0 });
        task.run_at = None;
        task.state = TaskState::Running(Run {
            token,
            slot,
            login: login.clone(),
            started_at: now,
            worker_until,
            through_valve,
            conduct: Conduct::Working,
            done: 0,
            total: None,
            told_at: now,
        });
        self.index.by_token.insert(token, id);
        self.index.holder.insert(login.clone(), id);
        self.note_claim(&login, &scope, token, id);
        let what = if work.kind().is_some() { EventKind::SyncStarted } else { EventKind::QueueUpdated };
        self.task_event(id, what);
        self.out.actions.push(Action::Start(Start {
            token: TaskToken::new(token, scope),
            task: id,
            work,
            class: work.class(),
            login,
            cursor: pass.cursor,
            by_hand,
        }));
    }

    /// The lowest slot that is free; called when one is.
    fn free_slot(&self) -> u32 {
        let running = self.index.by_token.values().filter_map(|id| self.tasks.get(id)?.run());
        let taken: Vec<u32> = running.map(|run| run.slot).collect();
        (0..u32::MAX).find(|slot| !taken.contains(slot)).unwrap_or(u32::MAX)
    }

    fn note_claim(&mut self, login: &AgentId, scope: &Scope, token: u64, id: TaskId) {
        if let Some(row) = self.logins.get_mut(login) {
            row.used = token;
            if let Circuit::Open { wait, .. } = row.circuit {
                row.circuit = Circuit::HalfOpen { probe: id, wait };
            }
        }
        match scope {
            Scope::Shared => self.counters.shared_served = token,
            Scope::Agent(agent) => {
                if let Some(row) = self.logins.get_mut(agent) {
                    row.served = token;
                }
            }
        }
        self.index.mark_login(login);
        self.index.mark(scope);
    }

    /// Asks a login's holder to yield if a pause or a waiting task of a higher class wants it to.
    fn preempt_in_login(&mut self, agent: &AgentId) {
        let Some(holder) = self.index.holder.get(agent).and_then(|id| self.tasks.get(id)) else { return };
        let Some(run) = holder.run() else { return };
        if run.conduct != Conduct::Working || holder.class() == Class::Write {
            return;
        }
        let paused = yields_to_forms(holder) && !run.through_valve && self.is_paused(agent);
        let outranked = self.tasks_in(&Scope::Agent(agent.clone())).any(|task| {
            task.is_queued()
                && task.class() > holder.class()
                && self.place(task) == Err(WaitReason::LoginBusy)
        });
        if paused || outranked {
            self.ask_yield(holder.id, Then::Requeue);
        }
    }

    /// When all slots are taken, asks as many holders of a lower class to yield as tasks of a higher one wait.
    fn preempt_for_slots(&mut self) {
        if self.stopping || self.index.by_token.len() < self.config.logins_busy_max {
            return;
        }
        let waiting = self.index.ready.iter().take(self.config.logins_busy_max);
        let waiting: Vec<Class> =
            waiting.map(|(class, ..)| class.0).filter(|c| *c > Class::Background).collect();
        let running = self.index.by_token.values().filter_map(|id| self.tasks.get(id));
        let already =
            running.clone().filter(|task| task.run().is_some_and(|run| run.conduct != Conduct::Working));
        let already = already.count();
        let mut holders: Vec<(Class, u64, TaskId)> = running
            .filter_map(|task| Some((task.class(), task.run()?, task.id)))
            .filter(|(class, run, _)| run.conduct == Conduct::Working && *class < Class::Write)
            .map(|(class, run, id)| (class, u64::MAX - run.token, id))
            .collect();
        holders.sort_unstable();
        for (class, (held, _, id)) in waiting.into_iter().skip(already).zip(holders) {
            if held < class {
                self.ask_yield(id, Then::Requeue);
            }
        }
    }

    /// When a look-up in shared data finds every login at work, asks the latest holder of a lower class in one it could use.
    fn preempt_for_shared(&mut self) {
        if self.stopping {
            return;
        }
        let waits = |task: &&Task| {
            task.is_queued()
                && task.class() > Class::Background
                && !self.twin_runs(task)
                && self.place(task) == Err(WaitReason::LoginBusy)
        };
        let Some(class) = self.tasks_in(&Scope::Shared).filter(waits).map(Task::class).max() else { return };
        let holders = self.index.holder.iter().filter(|(login, _)| self.serves_people(login));
        let runs =
            holders.filter_map(|(_, id)| self.tasks.get(id).and_then(|task| Some((task, task.run()?))));
        let runs: Vec<_> = runs.collect();
        if runs.iter().any(|(_, run)| run.conduct != Conduct::Working) {
            // Somebody makes room already.
            return;
        }
        let lower = runs.into_iter().filter(|(task, _)| task.class() < class);
        if let Some(id) = lower.max_by_key(|(_, run)| run.token).map(|(task, _)| task.id) {
            self.ask_yield(id, Then::Requeue);
        }
    }

    /// Whether shared work that somebody waits for could have this login, were it free.
    fn serves_people(&self, agent: &AgentId) -> bool {
        self.config.service_login.as_ref().is_none_or(|service| service == agent)
            && self.logins.get(agent).is_some_and(|login| {
                login.auth == crate::Auth::Good
                    && login.circuit.admits(self.now)
                    && !self.is_held(login)
                    && self.budget_allows(agent, Class::Interactive)
            })
    }

    /// Tells a working holder to stop at its next checkpoint; one that was told already keeps the sterner word.
    pub(super) fn ask_yield(&mut self, id: TaskId, then: Then) {
        let since = self.now;
        let Some(TaskState::Running(run)) = self.tasks.get_mut(&id).map(|task| &mut task.state) else {
            return;
        };
        match &mut run.conduct {
            Conduct::Working => {
                run.conduct = Conduct::Yielding { since, then };
                self.out.actions.push(Action::AskYield(run.token));
            }
            Conduct::Yielding { then: told, .. } | Conduct::Dropping { then: told, .. } => {
                if then == Then::Cancel {
                    *told = Then::Cancel;
                }
            }
        }
        self.reindex_task(id);
    }
}
