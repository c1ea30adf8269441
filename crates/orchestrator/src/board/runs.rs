//! Follows runs from their first sign of life to their end.

use domain::{Class, DurationMs, ErrorKind, EventKind, Scope, SyncFailure, Timestamp};

use super::Board;
use crate::{
    Action, Conduct, Cursor, Ending, FormEnd, HistoryRow, LastOutcome, Run, RunEnd, Success, Task, TaskId,
    TaskState, Then, Verdict, Work,
};

/// Before a task that came back unasked runs again (1 s): without it, a worker that gives up at once would spin.
const UNASKED_RETURN: DurationMs = DurationMs::seconds(1);

impl Board {
    pub(super) fn checkpoint(
        &mut self,
        token: u64,
        cursor: Cursor,
        done: u32,
        total: Option<u32>,
    ) -> Verdict {
        let Some(id) = self.index.by_token.get(&token).copied() else { return Verdict::Lost };
        if let Some(pass) = self.tasks.get_mut(&id).and_then(|task| task.pass.as_mut()) {
            pass.cursor = pass.cursor.max(cursor);
            pass.pages += 1;
        }
        self.sign_of_life(id, Some((done, total)));
        self.verdict(id)
    }

    /// Far more frequent than checkpoints, so what would tell nothing new is dropped.
    pub(super) fn progress(&mut self, token: u64, done: Option<(u32, Option<u32>)>) -> Verdict {
        let Some(id) = self.index.by_token.get(&token).copied() else { return Verdict::Lost };
        let Some(run) = self.tasks.get(&id).and_then(Task::run) else { return Verdict::Lost };
        let soon = self.now.since(run.told_at) < self.config.progress_every;
        let renewed = run.worker_until >= self.now.plus(self.config.worker_ttl).minus(DurationMs::seconds(1));
        let tells = done.is_some() && !soon;
        if tells || !renewed {
            self.sign_of_life(id, done);
        }
        self.verdict(id)
    }

    fn verdict(&self, id: TaskId) -> Verdict {
        match self.tasks.get(&id).and_then(Task::run).map(|run| run.conduct) {
            None => Verdict::Lost,
            Some(Conduct::Working) => Verdict::Continue,
            Some(Conduct::Yielding { .. } | Conduct::Dropping { .. }) => Verdict::Yield,
        }
    }

    fn sign_of_life(&mut self, id: TaskId, progress: Option<(u32, Option<u32>)>) {
        let (now, every) = (self.now, self.config.progress_every);
        let until = now.plus(self.config.worker_ttl);
        let Some(TaskState::Running(run)) = self.tasks.get_mut(&id).map(|task| &mut task.state) else {
            return;
        };
        run.worker_until = until;
        let mut tell = false;
        if let Some((done, total)) = progress {
            (run.done, run.total) = (done, total);
            tell = now.since(run.told_at) >= every;
        }
        if tell {
            run.told_at = now;
            let event = self.task_event(id, EventKind::SyncProgress);
            if let Some((done, total)) = progress {
                (event.done, event.total) = (Some(done), total);
            }
        }
        self.reindex_task(id);
    }

    /// A run's time is up: it gave no sign of life, or did not yield, or its drop was never reported.
    pub(super) fn task_due(&mut self, id: TaskId) {
        let Some(task) = self.tasks.get(&id) else { return };
        let TaskState::Running(run) = &task.state else {
            return self.index.mark(&task.scope.clone());
        };
        let lost = self.now >= run.worker_until;
        match run.conduct {
            Conduct::Working if lost => self.drop_worker(id, Then::Retry),
            Conduct::Yielding { since, then } if lost || self.now >= since.plus(self.config.yield_max) => {
                self.drop_worker(id, then);
            }
            Conduct::Dropping { since, .. } if self.now >= since.plus(self.config.drop_max) => {
                self.run_ended(run.token, RunEnd::Dropped);
            }
            Conduct::Working | Conduct::Yielding { .. } | Conduct::Dropping { .. } => self.reindex_task(id),
        }
    }

    fn drop_worker(&mut self, id: TaskId, then: Then) {
        let since = self.now;
        let Some(TaskState::Running(run)) = self.tasks.get_mut(&id).map(|task| &mut task.state) else {
            return;
        };
        run.conduct = Conduct::Dropping { since, then };
        self.out.actions.push(Action::DropWorker(run.token));
        self.reindex_task(id);
    }

    /// Takes the report of a run's end; one with a stale token changes nothing.
    pub(super) fn run_ended(&mut self, token: u64, end: RunEnd) {
        let Some(id) = self.index.by_token.remove(&token) else { return };
        let Some((run, class)) =
            self.tasks.get(&id).and_then(|task| Some((task.run()?.clone(), task.class())))
        else {
            return;
        };
        self.index.holder.remove(&run.login);
        self.index.mark_login(&run.login);
        self.out.runs_over.insert(id);
        match end {
            RunEnd::Done { rows, new, updated, began } => {
                self.completed(id, &run, Ending::Done { rows, new, updated }, began);
            }
            RunEnd::Unchanged { began } => self.completed(id, &run, Ending::Unchanged, began),
            RunEnd::Failed { kind, message } => self.failed(id, &run, kind, message),
            RunEnd::Later { after } => {
                self.login_answered(&run.login, id);
                match run.conduct {
                    Conduct::Yielding { then: Then::Cancel, .. }
                    | Conduct::Dropping { then: Then::Cancel, .. } => {
                        self.end_task(id, Ending::Cancelled);
                    }
                    Conduct::Working | Conduct::Yielding { .. } | Conduct::Dropping { .. } => {
                        self.back_to_queue(id, Some(self.now.plus(after.max(UNASKED_RETURN))));
                    }
                }
            }
            RunEnd::Yielded | RunEnd::Dropped => {
                self.probe_gone(&run.login, id);
                self.stopped(id, &run, class);
            }
        }
    }

    fn completed(&mut self, id: TaskId, run: &Run, ending: Ending, began: Timestamp) {
        if self.has_read_nothing(id) {
            let message = "the sync ended without having read a page".to_owned();
            return self.failed(id, run, ErrorKind::BadExport, message);
        }
        if ending == Ending::Unchanged && self.tasks.get(&id).is_some_and(|task| task.by_hand) {
            let message = "a list that somebody asked for was only looked at".to_owned();
            return self.failed(id, run, ErrorKind::Internal, message);
        }
        self.login_answered(&run.login, id);
        self.done(id, ending, began);
    }

    fn has_read_nothing(&self, id: TaskId) -> bool {
        let task = self.tasks.get(&id);
        task.is_some_and(|task| task.work.kind().is_some() && task.pass.is_none_or(|pass| pass.pages == 0))
    }

    fn stopped(&mut self, id: TaskId, run: &Run, class: Class) {
        let then = match run.conduct {
            Conduct::Working => return self.back_to_queue(id, Some(self.now.plus(UNASKED_RETURN))),
            Conduct::Yielding { then, .. } | Conduct::Dropping { then, .. } => then,
        };
        match then {
            Then::Requeue => self.back_to_queue(id, None),
            // A write is never cancelled; it cannot have been asked for by forms only either.
            Then::Cancel if class == Class::Write => self.back_to_queue(id, None),
            Then::Cancel => self.end_task(id, Ending::Cancelled),
            Then::Retry => {
                self.failed_or_retried(
                    id,
                    ErrorKind::Internal,
                    "the worker gave no sign of life".to_owned(),
                    true,
                );
            }
        }
    }

    fn back_to_queue(&mut self, id: TaskId, run_at: Option<Timestamp>) {
        self.requeue(id, run_at);
        self.task_event(id, EventKind::SyncPreempted);
    }

    fn done(&mut self, id: TaskId, ending: Ending, began: Timestamp) {
        let Some(task) = self.tasks.get(&id) else { return };
        let (scope, work) = (task.scope.clone(), task.work);
        // The worker may have started its reading anew within the pass, never before it.
        let claimed = task.pass.map_or(self.now, |pass| pass.began);
        let began = began.clamp(claimed, self.now.max(claimed));
        let looked_only = ending == Ending::Unchanged;
        let (end, rows) = match &ending {
            Ending::Done { rows, new, updated } => {
                (FormEnd::Synced { rows: *rows, new: *new, updated: *updated }, Some(*rows))
            }
            Ending::Unchanged | Ending::Failed { .. } | Ending::Cancelled | Ending::ServedBy(_) => {
                (FormEnd::Fresh, None)
            }
        };
        self.forms_served(id, &end);
        self.end_task(id, ending);
        match work {
            Work::Sync { kind, .. } => {
                let ended = self.now;
                let outcome = self.outcome_mut(scope.clone(), kind);
                let rows = rows.or(outcome.success.map(|last| last.rows)).unwrap_or(0);
                let success = Success { began, ended, rows };
                (outcome.success, outcome.failure, outcome.failures_in_row) = (Some(success), None, 0);
                self.serve_the_queued(&scope, work, (id, looked_only), began, &end);
            }
            Work::Placement { .. } => {
                self.placement_ended(&scope);
                // The order that was just placed is news in the agent's list of orders.
                self.ask_if_older(scope, domain::SyncType::Orders, DurationMs(0));
            }
        }
    }

    /// Requests that waited for the same data, in whatever class, are served if the pass began late enough for them; a
    /// mere look serves nobody who asked for the list to be read.
    fn serve_the_queued(
        &mut self,
        scope: &Scope,
        work: Work,
        (by, looked_only): (TaskId, bool),
        began: Timestamp,
        end: &FormEnd,
    ) {
        let same = |task: &&Task| {
            task.is_queued()
                && task.work.kind() == work.kind()
                && task.needed_from <= began
                && !(looked_only && task.by_hand)
        };
        for id in self.tasks_in(scope).filter(same).map(|task| task.id).collect::<Vec<_>>() {
            self.forms_served(id, end);
            self.end_task(id, Ending::ServedBy(by));
        }
    }

    fn failed(&mut self, id: TaskId, run: &Run, kind: ErrorKind, message: String) {
        self.login_failed(&run.login, id, kind);
        let shared = self.tasks.get(&id).is_some_and(|task| task.scope == Scope::Shared);
        if shared && kind == ErrorKind::WrongPassword {
            // One agent's old password is no reason to keep the catalogue from everybody: another login takes over.
            return self.back_to_queue(id, None);
        }
        self.failed_or_retried(id, kind, message, kind == ErrorKind::Unreachable);
    }

    fn failed_or_retried(&mut self, id: TaskId, kind: ErrorKind, message: String, retry: bool) {
        let Some(task) = self.tasks.get_mut(&id) else { return };
        task.attempts += 1;
        let attempts = task.attempts;
        // A form's agent has just been told, and has a button: nothing is repeated behind their back.
        let retry = retry && !task.forms_only;
        let scope = task.scope.clone();
        self.forms_failed(id, kind, &message);
        let delay = self.config.retry_after.get(attempts as usize - 1).copied().filter(|_| retry);
        let Some(delay) = delay else {
            return self.fail_for_good(id, &scope, kind, message);
        };
        if let Some(task) = self.tasks.get_mut(&id) {
            task.pass = None;
        }
        self.requeue(id, Some(self.now.plus(with_jitter(delay, id, attempts))));
        self.task_event(id, EventKind::SyncError).error = Some(kind);
    }

    fn fail_for_good(&mut self, id: TaskId, scope: &Scope, kind: ErrorKind, message: String) {
        let Some(work) = self.tasks.get(&id).map(|task| task.work) else { return };
        let at = self.now;
        if let Work::Sync { kind: sync, .. } = work {
            let outcome = self.outcome_mut(scope.clone(), sync);
            outcome.failures_in_row += 1;
            outcome.failure = Some(SyncFailure { at, kind, message: message.clone() });
        }
        self.end_task(id, Ending::Failed { kind, message });
        if work.kind().is_none() {
            self.placement_ended(scope);
        }
    }

    fn placement_ended(&mut self, scope: &Scope) {
        if let Scope::Agent(agent) = scope {
            self.lift_pauses(agent);
        }
    }

    fn outcome_mut(&mut self, scope: Scope, kind: domain::SyncType) -> &mut LastOutcome {
        let key = (scope.clone(), kind);
        if !self.outcomes.contains(&key) {
            self.outcomes.put(key.clone(), LastOutcome::none(scope, kind));
        }
        self.outcomes.get_mut(&key).expect("put above")
    }

    /// Takes a task off the board and tells how it ended.
    pub(super) fn end_task(&mut self, id: TaskId, ending: Ending) {
        let event = match &ending {
            Ending::Done { .. } | Ending::Unchanged => self.task_event(id, EventKind::SyncCompleted),
            Ending::Failed { .. } => self.task_event(id, EventKind::SyncError),
            Ending::Cancelled | Ending::ServedBy(_) => self.task_event(id, EventKind::QueueUpdated),
        };
        match &ending {
            Ending::Done { new, updated, .. } => {
                (event.new_rows, event.updated_rows) = (Some(*new), Some(*updated));
            }
            Ending::Unchanged => (event.new_rows, event.updated_rows) = (Some(0), Some(0)),
            Ending::Failed { kind, .. } => event.error = Some(*kind),
            Ending::Cancelled | Ending::ServedBy(_) => {}
        }
        let Some(task) = self.tasks.remove(&id) else { return };
        self.index.remove_task(&task.scope, id);
        self.index.mark(&task.scope);
        self.out.history.push(HistoryRow {
            task: id,
            work: task.work,
            asked_at: task.asked_at,
            started_at: task.run().map(|run| run.started_at),
            ended_at: self.now,
            scope: task.scope,
            ending,
        });
    }

    /// Appends an event about a task. A placement's tasks are only told as changes of the queue: what matters about a
    /// placement is its own state, and that is published by whoever changes it.
    pub(super) fn task_event(&mut self, id: TaskId, what: EventKind) -> &mut domain::SyncEvent {
        let about = self.tasks.get(&id).map(|task| (task.scope.clone(), task.work));
        let (scope, work) = about.expect("events are told of live tasks");
        let what = if work.kind().is_some() { what } else { EventKind::QueueUpdated };
        let event = self.event(scope, what);
        (event.kind, event.draft_id, event.ticket) = (work.kind(), work.draft(), Some(id.0));
        event
    }

    /// A process starts: its predecessor's workers are gone.
    pub(super) fn boot(&mut self) {
        self.ensure_schedule();
        self.grace_for_forms();
        self.forget_ended_leases();
        for (token, id) in self.index.by_token.clone() {
            if let Some(TaskState::Running(run)) = self.tasks.get_mut(&id).map(|task| &mut task.state)
                && run.conduct == Conduct::Working
            {
                run.conduct = Conduct::Dropping { since: run.started_at, then: Then::Requeue };
            }
            self.run_ended(token, RunEnd::Dropped);
        }
    }

    /// The process is about to stop.
    pub(super) fn stop(&mut self) {
        self.stopping = true;
        for id in self.index.by_token.values().copied().collect::<Vec<_>>() {
            if self.tasks.get(&id).is_some_and(|task| task.class() < Class::Write) {
                self.ask_yield(id, Then::Requeue);
            }
        }
    }
}

/// Up to a fifth longer, so that tasks which failed together do not return together. Derived from the task, because the
/// board knows no chance.
fn with_jitter(delay: DurationMs, id: TaskId, attempt: u32) -> DurationMs {
    let mut mixed =
        id.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(attempt).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^= mixed >> 29;
    DurationMs(delay.0 + mixed % (delay.0 / 5).max(1))
}
