//! Applies commands, keeps the world's rows, and checks the invariants.

use std::hash::Hasher;

use domain::{Class, EventKind, Me, SyncEvent};

use super::{oracle::Oracle, requests::Completion, rows, world::World};
use crate::{
    Action, Answer, Board, Change, Circuit, Command, Ending, HistoryRow, Lease, LeaseKey, Pass, RunEnd, Task,
};

/// How often what is costly to check is checked, in steps.
const DEEP_CHECK_EVERY: u64 = 997;

impl World {
    /// Applies a command, saves what it changed, does what it wants done, and checks everything.
    pub(super) fn apply(&mut self, command: Command) -> Result<Answer, String> {
        self.steps += 1;
        let now = self.now();
        let completes = self.pass_that_completes(&command);
        let step = self.board.apply(command.clone(), now);
        self.digest(&step.changes, &step.events);
        if let Some(disk) = &mut self.disk {
            disk.commit(&step.changes, &step.events)?;
        }
        self.check_events(&step.events)?;
        self.count(&step.events, &step.actions);
        for action in &step.actions {
            self.check_action_before(action, &command)?;
        }
        for change in step.changes {
            self.save(change, completes)?;
        }
        for action in &step.actions {
            self.act(action)?;
        }
        let order = self.check_order(&step.actions);
        self.journal.note(self.steady, command, step.actions);
        order?;
        self.check_rows()?;
        if self.steps.is_multiple_of(DEEP_CHECK_EVERY) {
            self.check_deeply()?;
        }
        Ok(step.answer)
    }

    /// Nothing was claimed before what ranks higher and could have had its place.
    fn check_order(&self, actions: &[Action]) -> Result<(), String> {
        let oracle = self.oracle();
        for action in actions {
            if let Action::Start(start) = action
                && let Some(task) = oracle.overtaken_by(start)
            {
                return Err(format!("rules 1 and 2: {start:?} overtook {task:?}"));
            }
        }
        Ok(())
    }

    /// A command that must leave every row, event and worker alone.
    pub(super) fn must_change_nothing(&mut self, command: &Command, invariant: &str) -> Result<(), String> {
        self.apply(Command::Tick)?;
        let now = self.now();
        let step = self.board.apply(command.clone(), now);
        let nothing = step.changes.is_empty() && step.events.is_empty() && step.actions.is_empty();
        if nothing { Ok(()) } else { Err(format!("{invariant}: {command:?} changed {:?}", step.changes)) }
    }

    /// The pass whose good end this command reports, with its effective begin.
    fn pass_that_completes(&self, command: &Command) -> Option<Completion> {
        let Command::RunEnded { token, end: RunEnd::Done { began, .. } | RunEnd::Unchanged { began } } =
            command
        else {
            return None;
        };
        let task = self.rows.tasks.values().find(|task| task.run().is_some_and(|run| run.token == *token))?;
        let pass = task.pass?;
        let looked_only = matches!(command, Command::RunEnded { end: RunEnd::Unchanged { .. }, .. });
        let pass = Pass { began: (*began).clamp(pass.began, self.now().max(pass.began)), ..pass };
        Some(Completion { pass, looked_only })
    }

    fn save(&mut self, change: Change, completes: Option<Completion>) -> Result<(), String> {
        match &change {
            Change::AppendHistory(row) => {
                check_ending(row, completes.map(|completion| completion.pass))?;
                self.requests.ended(row, completes)?;
            }
            Change::PutTask(task) => self.check_task(task)?,
            Change::PutLease(lease) if self.ended.contains(&lease.key) => {
                return Err(format!("I11: {:?} lives again", lease.key));
            }
            Change::RemoveLease(key) => {
                self.ended.insert(key.clone());
                self.tabs.remove(key);
            }
            _ => {}
        }
        rows::save(&mut self.rows, change)
    }

    fn check_task(&self, task: &Task) -> Result<(), String> {
        let before = self.rows.tasks.get(&task.id);
        let (Some(old), Some(new)) = (before.and_then(|task| task.pass), task.pass) else { return Ok(()) };
        if old.began == new.began && new.cursor < old.cursor {
            return Err(format!("I7: a cursor moved back within a pass: {task:?}"));
        }
        Ok(())
    }

    /// Event numbers are dense, and leases end only when their time is really up.
    fn check_events(&self, events: &[SyncEvent]) -> Result<(), String> {
        let first = self.rows.counters.event + 1;
        for (number, event) in (first..).zip(events) {
            if event.number != number {
                return Err(format!("I19: event {} came when {number} was due", event.number));
            }
            self.check_lease_end(event)?;
        }
        Ok(())
    }

    fn count(&mut self, events: &[SyncEvent], actions: &[Action]) {
        let seen = &mut self.seen;
        seen.yields += actions.iter().filter(|action| matches!(action, Action::AskYield(_))).count() as u64;
        for event in events {
            match event.what {
                EventKind::SyncCompleted => seen.done += 1,
                EventKind::LeaseExpired | EventKind::SmartSyncTimeout | EventKind::OrderFormExited => {
                    seen.leases += 1;
                }
                EventKind::CircuitOpened => seen.outages += 1,
                _ => {}
            }
        }
    }

    fn check_lease_end(&self, event: &SyncEvent) -> Result<(), String> {
        let (domain::Scope::Agent(agent), Some(session)) = (&event.scope, event.session_id) else {
            return Ok(());
        };
        let Some(tab) = self.tabs.get(&LeaseKey::new(agent.clone(), session)) else { return Ok(()) };
        let lost = tab.lost_at.is_some_and(|at| self.steady >= at + self.config.stream_grace.0);
        let silent = self.steady >= tab.beat_at + self.config.lease_ttl.0;
        let idle = tab.input_at.is_none_or(|at| self.steady >= at + self.config.idle_max.0);
        match event.what {
            EventKind::LeaseExpired if !lost && !silent => Err(format!("I29: a lease ended early: {tab:?}")),
            EventKind::SmartSyncTimeout if !idle => {
                Err(format!("I29: the safety timeout came early: {tab:?}"))
            }
            _ => Ok(()),
        }
    }

    /// What must hold of an action on the rows as they were before the step.
    fn check_action_before(&self, action: &Action, command: &Command) -> Result<(), String> {
        match action {
            Action::Start(start) => {
                let circuit = self.rows.logins.get(&start.login).map(|login| login.circuit);
                let jumped =
                    matches!(command, Command::ClockMoved { .. } | Command::Boot | Command::AddLogin(_));
                match circuit {
                    Some(Circuit::Open { until, .. }) if until > self.now() && !jumped => {
                        Err(format!("I16: claimed under an open circuit: {start:?}"))
                    }
                    _ => Ok(()),
                }
            }
            Action::DropWorker(token) => match self.task_with(*token).and_then(Task::run) {
                Some(run) if self.now() < run.worker_until && self.is_write(*token) => {
                    Err(format!("I14: a write was dropped while it was alive: {run:?}"))
                }
                _ => Ok(()),
            },
            Action::AskYield(_) | Action::AnswerForm(..) => Ok(()),
        }
    }

    fn task_with(&self, token: u64) -> Option<&Task> {
        self.rows.tasks.values().find(|task| task.run().is_some_and(|run| run.token == token))
    }

    fn is_write(&self, token: u64) -> bool {
        self.task_with(token).is_some_and(|task| task.class() == Class::Write)
    }

    fn act(&mut self, action: &Action) -> Result<(), String> {
        match action {
            Action::Start(start) => self.start_worker(start),
            Action::AskYield(token) => {
                if self.is_write(*token) {
                    return Err("I14: a write was asked to yield".to_owned());
                }
                let justified = self.task_with(*token).is_none_or(|task| self.oracle().may_be_asked(task));
                if !justified && !self.stopping {
                    return Err(format!("worker {token} was asked to yield for no reason"));
                }
                self.workers.entry(*token).and_modify(|worker| worker.yielding = true);
                Ok(())
            }
            Action::DropWorker(token) => {
                self.workers.entry(*token).and_modify(|worker| worker.dropped = true);
                Ok(())
            }
            Action::AnswerForm(..) => Ok(()),
        }
    }

    pub(super) fn oracle(&self) -> Oracle<'_> {
        Oracle { config: &self.config, rows: &self.rows, now: self.now() }
    }

    /// What must hold of the rows after every step.
    fn check_rows(&mut self) -> Result<(), String> {
        let oracle = self.oracle();
        let running = oracle.running().count();
        if running > self.config.logins_busy_max {
            return Err(format!("I1: {running} tasks run"));
        }
        if let Some(task) = oracle.forgotten().filter(|_| !self.stopping) {
            return Err(format!("I23: nobody claimed {task:?}"));
        }
        if let Some(task) = oracle.undisturbed() {
            return Err(format!("I13: not asked to yield to a pause: {task:?}"));
        }
        if let Some(task) = oracle.selfish() {
            return Err(format!("not asked to yield to a higher class: {task:?}"));
        }
        if let Some(task) = oracle.disobedient() {
            return Err(format!("not asked to yield to an operator's hold: {task:?}"));
        }
        if let Some(task) = oracle.ignored().filter(|_| !self.stopping) {
            return Err(format!("nobody makes room for a look-up: {task:?}"));
        }
        if let Some(task) = oracle.unwanted() {
            return Err(format!("no form wants it and it goes on: {task:?}"));
        }
        self.check_circuits()?;
        self.check_leases()?;
        self.give_up_lost_workers();
        Ok(())
    }

    fn check_circuits(&self) -> Result<(), String> {
        for login in self.rows.logins.values() {
            let Circuit::HalfOpen { probe, .. } = login.circuit else { continue };
            let run = self.rows.tasks.get(&probe).and_then(Task::run);
            if run.is_none_or(|run| run.login != login.agent) {
                return Err(format!("I15: half-open without its probe: {login:?}"));
            }
        }
        Ok(())
    }

    fn check_leases(&self) -> Result<(), String> {
        for lease in self.rows.leases.values() {
            let Some(tab) = self.tabs.get(&lease.key) else {
                return Err(format!("a lease without a tab: {lease:?}"));
            };
            let (now, limits) = (self.steady, &self.config);
            let silent = now >= tab.beat_at + limits.lease_ttl.0;
            let idle = tab.input_at.is_some_and(|at| now >= at + limits.idle_max.0);
            let lost = tab.lost_at.is_some_and(|at| now >= at + limits.stream_grace.0);
            if silent || idle || lost {
                return Err(format!("I12: past its end and alive: {lease:?}, {tab:?}"));
            }
            if lease.smart.task().is_some_and(|task| !self.rows.tasks.contains_key(&task)) {
                return Err(format!("a form waits for a task that is gone: {lease:?}"));
            }
        }
        Ok(())
    }

    /// The rows are the board, and the status is a function of the rows.
    pub(super) fn check_deeply(&self) -> Result<(), String> {
        if self.board.snapshot() != self.rows {
            return Err("I20: the changes do not add up to the board".to_owned());
        }
        if self.stopping {
            // A board made from the rows would not know, and claim.
            return Ok(());
        }
        let mut again = Board::new(self.config.clone(), self.rows.clone());
        again.apply(Command::Tick, self.now());
        let mut board = self.board.clone();
        board.apply(Command::Tick, self.now());
        let viewer = Me { agent: self.agents[0].clone(), admin: true };
        let (shown, recomputed) = (board.status(&viewer), again.status(&viewer));
        if shown != recomputed {
            return Err(format!("I20: the status is {shown:?}, but the rows say {recomputed:?}"));
        }
        let unexplained = shown.queue.iter().find(|task| task.waiting_because.is_none());
        match unexplained {
            Some(task) => Err(format!("I26: nobody knows why this waits: {task:?}")),
            None => Ok(()),
        }
    }

    pub(super) fn leases_but(&self, key: &LeaseKey) -> Vec<Lease> {
        self.rows.leases.values().filter(|lease| lease.key != *key).cloned().collect()
    }

    fn digest(&mut self, changes: &[Change], events: &[SyncEvent]) {
        // Formatting everything at every step would cost more than the steps.
        let mut hash = std::hash::DefaultHasher::new();
        hash.write_u64(self.digest);
        hash.write_usize(changes.len());
        for event in events {
            hash.write_u64(event.number);
            hash.write_i64(event.at.0);
            hash.write_u8(event.what as u8);
            hash.write_u64(event.ticket.unwrap_or(0));
        }
        self.digest = hash.finish();
    }
}

fn check_ending(row: &HistoryRow, completes: Option<Pass>) -> Result<(), String> {
    let is_sync = row.work.kind().is_some();
    match row.ending {
        Ending::Cancelled if row.work.class() == Class::Write => {
            Err(format!("I14: a write was cancelled: {row:?}"))
        }
        Ending::Done { .. } | Ending::Unchanged
            if is_sync && completes.is_none_or(|pass| pass.pages == 0) =>
        {
            Err(format!("I18: complete without having read a page: {row:?}"))
        }
        Ending::Done { .. }
        | Ending::Unchanged
        | Ending::Failed { .. }
        | Ending::Cancelled
        | Ending::ServedBy(_) => Ok(()),
    }
}
