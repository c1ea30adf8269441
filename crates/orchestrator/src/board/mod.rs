//! Applies commands to the board.
//!
//! A step goes: fire what is due, execute the command, look again at whatever that touched, claim while there is
//! something to claim, and hand out the touched rows. Looking again is level-triggered: it derives, from the rows
//! alone, whether a task may run and whether a holder must yield, so a forgotten notification cannot exist.

mod asks;
mod circuits;
mod claims;
mod eligibility;
mod forms;
mod holds;
mod index;
mod runs;
mod status;
mod table;
mod time_shift;

use std::collections::{BTreeMap, BTreeSet};

use domain::{AgentId, EventKind, Scope, SmartSyncRun, SyncEvent, SyncType, Timestamp};

use crate::local_time::Today;
use crate::{
    Action, Answer, Change, Command, Config, Counters, HistoryRow, LastOutcome, Lease, LeaseKey, Login,
    Notice, ScheduleEntry, Snapshot, Spending, Step, Task, TaskId, TaskState,
};
use index::{Index, Subject};
use table::Table;

/// All live tasks, form leases, logins and schedule rows, and the decisions over them.
#[derive(Debug, Clone)]
pub struct Board {
    config: Config,
    tasks: Table<TaskId, Task>,
    leases: Table<LeaseKey, Lease>,
    ended: Table<LeaseKey, Timestamp>,
    logins: Table<AgentId, Login>,
    spending: Table<AgentId, Spending>,
    schedule: Table<SyncType, ScheduleEntry>,
    outcomes: Table<(Scope, SyncType), LastOutcome>,
    counters: Counters,
    /// Event streams of the pages; they die with the process, so they are not rows.
    streams: BTreeMap<LeaseKey, forms::Stream>,
    stopping: bool,
    now: Timestamp,
    today: Today,
    index: Index,
    out: Output,
}

/// What the step in progress will hand out, besides the touched rows.
#[derive(Debug, Default)]
struct Output {
    events: Vec<SyncEvent>,
    history: Vec<HistoryRow>,
    smart_syncs: Vec<SmartSyncRun>,
    actions: Vec<Action>,
    /// Tasks whose run ended in this step.
    runs_over: BTreeSet<TaskId>,
    counters_before: Counters,
}

impl Clone for Output {
    /// Between two steps there is nothing in it but the counters.
    fn clone(&self) -> Self {
        Self { counters_before: self.counters_before, ..Self::default() }
    }
}

impl Board {
    /// A board over stored rows. Apply [`Command::Boot`] first when a process starts.
    pub fn new(config: Config, rows: Snapshot) -> Self {
        let mut board = Self {
            config,
            tasks: Table::new(rows.tasks),
            leases: Table::new(rows.leases),
            ended: Table::new(rows.ended_leases),
            logins: Table::new(rows.logins),
            spending: Table::new(rows.spending),
            schedule: Table::new(rows.schedule),
            outcomes: Table::new(rows.outcomes),
            counters: rows.counters,
            streams: BTreeMap::new(),
            stopping: false,
            now: rows.counters.clock,
            today: Today::at(rows.counters.clock),
            index: Index::default(),
            out: Output { counters_before: rows.counters, ..Output::default() },
        };
        board.rebuild_index();
        board
    }

    /// The rows as they stand; equal to what a store holds once every change was committed.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            tasks: self.tasks.rows().clone(),
            leases: self.leases.rows().clone(),
            ended_leases: self.ended.rows().clone(),
            logins: self.logins.rows().clone(),
            spending: self.spending.rows().clone(),
            schedule: self.schedule.rows().clone(),
            outcomes: self.outcomes.rows().clone(),
            counters: self.counters,
        }
    }

    /// The limits it works by.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// When the next thing falls due by itself; the caller applies [`Command::Tick`] then.
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.index.next_timer()
    }

    /// Takes one command at time `now`. Time never runs backwards between two steps: an earlier `now` counts as the
    /// last one, and a jump of the wall clock is told by [`Command::ClockMoved`].
    pub fn apply(&mut self, command: Command, now: Timestamp) -> Step {
        self.set_time(&command, now);
        self.fire_due();
        let answer = self.execute(command);
        self.settle_and_claim();
        let answer = self.complete_answer(answer);
        self.finish(answer)
    }

    fn set_time(&mut self, command: &Command, now: Timestamp) {
        match command {
            Command::ClockMoved { by_ms } => self.shift_time(*by_ms),
            Command::Boot if now < self.now => self.shift_time(now.0 - self.now.0),
            _ => {}
        }
        self.now = self.now.max(now);
        self.today.turn_to(self.now);
    }

    fn fire_due(&mut self) {
        while let Some(subject) = self.index.pop_due(self.now) {
            match subject {
                Subject::Task(id) => self.task_due(id),
                Subject::Lease(key) => self.lease_due(&key),
                Subject::Login(agent) => self.login_due(&agent),
                Subject::Schedule(kind) => self.schedule_due(kind),
            }
        }
    }

    fn execute(&mut self, command: Command) -> Answer {
        match command {
            Command::Tick | Command::ClockMoved { .. } => {}
            Command::Boot => self.boot(),
            Command::Stop => self.stop(),
            Command::AddLogin(agent) => self.add_login(&agent),
            Command::RemoveLogin(agent) => self.remove_login(&agent),
            Command::Hold { login, reason, until } => return self.hold(&login, reason, until),
            Command::EndHold(login) => return self.end_hold(&login),
            Command::Spend { login, logins, requests } => self.spend(&login, logins, requests),
            Command::Reconnected(agent) => self.ask_for_the_stale(&agent),
            Command::Ask { agent, kind } => return self.ask(&agent, kind),
            Command::LookUp { agent, kind } => return self.look_up(&agent, kind),
            Command::AskPlacement { agent, draft, at_once } => {
                return self.ask_placement(agent, draft, at_once);
            }
            Command::ExpectForm(agent) => self.expect_form(agent),
            Command::EnterForm(key) => return self.enter_form(&key),
            Command::Beat(agent, beat) => return self.beat(agent, beat),
            Command::Release(key) => self.release(key),
            Command::BindStream(key) => self.bind_stream(&key),
            Command::UnbindStream(key) => self.unbind_stream(&key),
            Command::Checkpoint { token, cursor, done, total } => {
                return Answer::Verdict(self.checkpoint(token, cursor, done, total));
            }
            Command::Progress { token, done } => return Answer::Verdict(self.progress(token, done)),
            Command::RunEnded { token, end } => self.run_ended(token, end),
            Command::SetInterval { kind, interval } => return self.set_interval(kind, interval),
            Command::Publish(agent, notice) => self.publish(agent, notice),
        }
        Answer::Nothing
    }

    fn publish(&mut self, agent: AgentId, notice: Notice) {
        let (what, draft) = match notice {
            Notice::PlacementChanged(draft) => (EventKind::PlacementChanged, draft),
            Notice::DraftChanged(draft) => (EventKind::DraftChanged, draft),
        };
        self.event(Scope::Agent(agent), what).draft_id = Some(draft);
    }

    /// Appends an event and hands it out to be completed.
    fn event(&mut self, scope: Scope, what: EventKind) -> &mut SyncEvent {
        self.counters.event += 1;
        self.out.events.push(SyncEvent {
            number: self.counters.event,
            at: self.now,
            scope,
            what,
            kind: None,
            ticket: None,
            session_id: None,
            draft_id: None,
            done: None,
            total: None,
            new_rows: None,
            updated_rows: None,
            error: None,
            duration: None,
        });
        let last = self.out.events.len() - 1;
        &mut self.out.events[last]
    }

    fn rebuild_index(&mut self) {
        self.index = Index::default();
        for (id, task) in self.tasks.rows() {
            self.index.add_task(&task.scope, *id);
            if let TaskState::Running(run) = &task.state {
                self.index.by_token.insert(run.token, *id);
                self.index.holder.insert(run.login.clone(), *id);
            }
        }
        self.index.stale_logins = self.logins.rows().keys().cloned().collect();
        self.index.stale_shared = true;
        let unknown = self.index.by_scope.keys().filter_map(|scope| match scope {
            Scope::Agent(agent) => Some(agent.clone()),
            Scope::Shared => None,
        });
        self.index.stale_logins.extend(unknown.collect::<Vec<_>>());
        let leases: Vec<_> = self.leases.rows().keys().cloned().collect();
        for key in &leases {
            self.arm_lease(key);
        }
        let kinds: Vec<_> = self.schedule.rows().keys().copied().collect();
        for kind in kinds {
            self.arm_schedule(kind);
        }
        self.settle();
        // Settling may have asked a holder to yield; a board over consistent rows finds nothing of the kind to do.
        self.out.actions.clear();
    }

    fn finish(&mut self, answer: Answer) -> Step {
        let mut changes = self.take_changes();
        let out = std::mem::take(&mut self.out);
        changes.extend(out.history.into_iter().map(Change::AppendHistory));
        changes.extend(out.smart_syncs.into_iter().map(Change::AppendSmartSync));
        if !changes.is_empty() || self.counters != out.counters_before {
            self.counters.clock = self.now;
            changes.push(Change::PutCounters(self.counters));
        }
        self.out.counters_before = self.counters;
        Step { changes, events: out.events, actions: out.actions, answer }
    }

    /// The touched rows: what ends, then what waits, then what runs, so that no unique index is hurt on the way. A task
    /// that runs again after its run ended in the same step gives up its old slot and login first.
    fn take_changes(&mut self) -> Vec<Change> {
        let (mut gone, mut waiting, mut running) = (Vec::new(), Vec::new(), Vec::new());
        let run_over = std::mem::take(&mut self.out.runs_over);
        for (id, row) in self.tasks.take_touched() {
            match row {
                None => gone.push(Change::RemoveTask(id)),
                Some(task) if task.is_queued() => waiting.push(Change::PutTask(task.clone())),
                Some(task) => {
                    if run_over.contains(&id) {
                        gone.push(Change::RemoveTask(id));
                    }
                    running.push(Change::PutTask(task.clone()));
                }
            }
        }
        let mut changes = gone;
        changes.append(&mut waiting);
        changes.append(&mut running);
        changes.extend(self.leases.take_touched().into_iter().map(|(key, row)| match row {
            None => Change::RemoveLease(key),
            Some(lease) => Change::PutLease(lease.clone()),
        }));
        changes.extend(self.ended.take_touched().into_iter().map(|(key, row)| match row {
            None => Change::ForgetEndedLease(key),
            Some(at) => Change::PutEndedLease(key, *at),
        }));
        changes.extend(self.logins.take_touched().into_iter().map(|(agent, row)| match row {
            None => Change::RemoveLogin(agent),
            Some(login) => Change::PutLogin(login.clone()),
        }));
        let spending = self.spending.take_touched();
        changes.extend(spending.into_iter().filter_map(|(_, row)| row.cloned().map(Change::PutSpending)));
        let schedule = self.schedule.take_touched();
        changes.extend(schedule.into_iter().filter_map(|(_, row)| row.cloned().map(Change::PutSchedule)));
        let outcomes = self.outcomes.take_touched();
        changes.extend(outcomes.into_iter().filter_map(|(_, row)| row.cloned().map(Change::PutOutcome)));
        changes
    }
}
