//! Takes requests: joins them to the task that will serve them, or queues a new one.

use domain::{AgentId, AskAnswer, DraftId, DurationMs, EventKind, Scope, SyncType, Timestamp};

use super::{Board, index::Subject};
use crate::{Answer, Auth, Conduct, Ending, ScheduleEntry, Task, TaskId, TaskState, Then, Work};

/// What somebody wants.
pub(super) struct Request {
    pub(super) scope: Scope,
    pub(super) work: Work,
    /// The earliest begin of a pass that satisfies it.
    pub(super) needed_from: Timestamp,
    /// An order form asks: it may join a running pass that is young enough.
    pub(super) form: bool,
    /// A person asks: a back-off is cut short, and the list is read whole.
    pub(super) person: bool,
}

impl Request {
    /// Whether a person asked for the list itself. A form asks for customers, which are always read.
    const fn by_hand(&self) -> bool {
        self.person && !self.form
    }
}

impl Board {
    pub(super) fn ask(&mut self, agent: &AgentId, kind: SyncType) -> Answer {
        self.ask_for_person(agent, kind, kind == SyncType::Customers)
    }

    /// A look-up waits for a reading that runs undisturbed, whoever asked for that one, instead of interrupting it.
    pub(super) fn look_up(&mut self, agent: &AgentId, kind: SyncType) -> Answer {
        let scope = scope_of(agent, kind);
        let undisturbed = self.tasks_in(&scope).find(|task| {
            task.work.kind() == Some(kind) && task.run().is_some_and(|run| run.conduct == Conduct::Working)
        });
        if let Some(ticket) = undisturbed.map(|task| task.id.0) {
            return Answer::Asked(AskAnswer { ticket, coalesced: true, position: 0, waiting_because: None });
        }
        self.ask_for_person(agent, kind, true)
    }

    fn ask_for_person(&mut self, agent: &AgentId, kind: SyncType, smart: bool) -> Answer {
        if !self.config.is_available(kind) {
            return Answer::NotAvailable;
        }
        let scope = scope_of(agent, kind);
        let work = Work::Sync { kind, smart };
        let needed_from = self.not_before(&scope, kind);
        self.asked(&Request { scope, work, needed_from, form: false, person: true })
    }

    /// The present; a moment later if a pass that runs began in this very millisecond, because it does not count.
    fn not_before(&self, scope: &Scope, kind: SyncType) -> Timestamp {
        let running = self.tasks_in(scope).filter(|task| task.work.kind() == Some(kind) && !task.is_queued());
        let began = running.filter_map(|task| task.pass).map(|pass| pass.began.plus(DurationMs(1))).max();
        began.map_or(self.now, |began| began.max(self.now))
    }

    /// One that has a task already is left to it, unless it is wanted at once.
    pub(super) fn ask_placement(&mut self, agent: AgentId, draft: DraftId, at_once: bool) -> Answer {
        let scope = Scope::Agent(agent);
        let work = Work::Placement { draft };
        let has_one = self.tasks_in(&scope).find(|task| task.work == work).map(|task| task.id.0);
        if let Some(ticket) = has_one.filter(|_| !at_once) {
            return Answer::Asked(AskAnswer { ticket, coalesced: true, position: 0, waiting_because: None });
        }
        self.asked(&Request { scope, work, needed_from: self.now, form: false, person: at_once })
    }

    fn asked(&mut self, request: &Request) -> Answer {
        let (id, coalesced) = self.request(request);
        Answer::Asked(AskAnswer { ticket: id.0, coalesced, position: 0, waiting_because: None })
    }

    /// Position and reason are known only when the step has claimed what it could.
    pub(super) fn complete_answer(&self, answer: Answer) -> Answer {
        let Answer::Asked(mut asked) = answer else { return answer };
        if let Some(task) = self.tasks.get(&TaskId(asked.ticket)).filter(|task| task.is_queued()) {
            asked.waiting_because = self.waiting_because(task);
            asked.position = self.position(task);
        }
        Answer::Asked(asked)
    }

    /// Tasks that go before a queued one in its login: the holder and those of better rank.
    fn position(&self, task: &Task) -> u32 {
        let rank = self.rank(task);
        let ahead =
            self.tasks_in(&task.scope).filter(|other| other.run().is_some() || self.rank(other) < rank);
        let elsewhere = match &task.scope {
            // A shared task may have the login.
            Scope::Agent(agent) => self.index.holder.get(agent).and_then(|id| self.tasks.get(id)),
            Scope::Shared => None,
        };
        let elsewhere = elsewhere.is_some_and(|holder| holder.scope != task.scope);
        u32::try_from(ahead.count() + usize::from(elsewhere)).unwrap_or(u32::MAX)
    }

    /// The task that serves the request, and whether it was there already.
    pub(super) fn request(&mut self, request: &Request) -> (TaskId, bool) {
        let joined_from = self.now.minus(self.config.joins_for);
        let twins =
            self.tasks_in(&request.scope).filter(|task| task.is_twin_of(&request.scope, request.work));
        let (mut joinable, mut queued) = (None, None);
        for task in twins {
            match &task.state {
                TaskState::Queued => queued = Some(task.id),
                TaskState::Running(run) => {
                    let young = task.pass.is_some_and(|pass| pass.began >= joined_from);
                    let stays = !matches!(
                        run.conduct,
                        Conduct::Yielding { then: Then::Cancel, .. } | Conduct::Dropping { .. }
                    );
                    // What forms asked for, or what is read ahead of one, is for forms. What a person or the webhook
                    // asked for may have looked before the agent made the customer.
                    let for_forms = request.form && (task.forms_only || !task.by_hand);
                    joinable = (for_forms && young && stays).then_some(task.id);
                }
            }
        }
        match joinable.or(queued) {
            Some(id) => {
                self.join(id, request);
                (id, true)
            }
            None => (self.enqueue(request), false),
        }
    }

    fn join(&mut self, id: TaskId, request: &Request) {
        let Some(task) = self.tasks.get_mut(&id) else { return };
        task.forms_only &= request.form;
        task.by_hand |= request.by_hand();
        task.needed_from = task.needed_from.max(request.needed_from);
        if request.person && task.is_queued() {
            task.run_at = None;
        }
        restart_if_too_old(task);
        self.index.mark(&request.scope);
    }

    fn enqueue(&mut self, request: &Request) -> TaskId {
        self.counters.task += 1;
        let id = TaskId(self.counters.task);
        let task = Task {
            id,
            work: request.work,
            scope: request.scope.clone(),
            asked_at: self.now,
            needed_from: request.needed_from,
            run_at: None,
            attempts: 0,
            forms_only: request.form,
            by_hand: request.by_hand(),
            pass: None,
            state: TaskState::Queued,
        };
        self.tasks.put(id, task);
        self.index.add_task(&request.scope, id);
        self.index.mark(&request.scope);
        self.task_event(id, EventKind::QueueUpdated);
        id
    }

    /// Puts a task back into the queue. A queued twin is merged into it: its requesters are served by this task's pass if
    /// that began late enough, and otherwise the pass starts over.
    pub(super) fn requeue(&mut self, id: TaskId, run_at: Option<Timestamp>) {
        let Some(task) = self.tasks.get(&id) else { return };
        let (scope, work) = (task.scope.clone(), task.work);
        let twin = self
            .tasks_in(&scope)
            .find(|t| t.is_queued() && t.id != id && t.is_twin_of(&scope, work))
            .cloned();
        let task = self.tasks.get_mut(&id).expect("read above");
        task.state = TaskState::Queued;
        task.run_at = run_at;
        if let Some(twin) = twin {
            task.asked_at = task.asked_at.min(twin.asked_at);
            task.needed_from = task.needed_from.max(twin.needed_from);
            task.forms_only &= twin.forms_only;
            task.by_hand |= twin.by_hand;
            task.run_at = task.run_at.filter(|_| twin.run_at.is_some());
            restart_if_too_old(task);
            self.repoint_forms(twin.id, id);
            self.end_task(twin.id, Ending::ServedBy(id));
        }
        self.index.mark(&scope);
    }

    /// A type's moment has come: ask for it in every scope that has not just been served.
    pub(super) fn schedule_due(&mut self, kind: SyncType) {
        let Some(entry) = self.schedule.get(&kind).filter(|entry| entry.enabled) else { return };
        let hours = self.config.working_hours.as_ref();
        let opens = hours.map_or(self.now, |hours| hours.not_before(self.now));
        if opens > self.now {
            // It fell due while the process was down, and nobody works now.
            return self.put_off(kind, opens);
        }
        let (half, due) = (DurationMs(entry.interval.0 / 2), entry.due_after(self.now, hours));
        for scope in self.scopes_of(kind) {
            self.ask_by_schedule(scope, kind, self.now.minus(half));
        }
        self.put_off(kind, due);
    }

    fn put_off(&mut self, kind: SyncType, due: Timestamp) {
        if let Some(entry) = self.schedule.get_mut(&kind) {
            entry.next_due = due;
        }
        self.event(Scope::Shared, EventKind::ScheduleUpdated).kind = Some(kind);
        self.arm_schedule(kind);
    }

    fn ask_by_schedule(&mut self, scope: Scope, kind: SyncType, needed_from: Timestamp) {
        self.ask_unless_newer(scope, Work::Sync { kind, smart: false }, needed_from);
    }

    fn ask_unless_newer(&mut self, scope: Scope, work: Work, needed_from: Timestamp) {
        let Some(kind) = work.kind() else { return };
        let last = self.outcomes.get(&(scope.clone(), kind)).and_then(|outcome| outcome.success);
        if last.is_some_and(|success| success.began > needed_from) {
            return;
        }
        self.request(&Request { scope, work, needed_from, form: false, person: false });
    }

    /// Every scope in which the type can be read: agents whose password is good; shared data if there is any.
    fn scopes_of(&self, kind: SyncType) -> Vec<Scope> {
        let mut agents = self.logins.rows().values().filter(|login| login.auth == Auth::Good);
        if kind.is_shared() {
            return agents.next().map(|_| Scope::Shared).into_iter().collect();
        }
        agents.map(|login| Scope::Agent(login.agent.clone())).collect()
    }

    /// Asks for a type whose data is missing or was read longer ago than that. Customers are read as for a form, because
    /// one will open soon: that finds them fresh, and its web session warm.
    pub(super) fn ask_if_older(&mut self, scope: Scope, kind: SyncType, age: DurationMs) {
        let readable = match &scope {
            Scope::Shared => true,
            Scope::Agent(agent) => self.logins.contains(agent),
        };
        if readable && self.config.is_available(kind) {
            let work = Work::Sync { kind, smart: kind == SyncType::Customers };
            self.ask_unless_newer(scope, work, self.now.minus(age));
        }
    }

    /// Asks for whatever is missing or so old that this agent should not work on it.
    pub(super) fn ask_for_the_stale(&mut self, agent: &AgentId) {
        if self.logins.get(agent).is_none_or(|login| login.auth == Auth::Needed) {
            return;
        }
        for kind in SyncType::ALL {
            self.ask_if_older(scope_of(agent, kind), kind, self.config.stale_after);
        }
    }

    pub(super) fn arm_schedule(&mut self, kind: SyncType) {
        let due = self.schedule.get(&kind).filter(|entry| entry.enabled).map(|entry| entry.next_due);
        self.index.arm(Subject::Schedule(kind), due);
    }

    /// Writes the schedule's missing rows, and follows the configuration in what is enabled.
    pub(super) fn ensure_schedule(&mut self) {
        for kind in SyncType::ALL {
            let enabled = self.config.is_available(kind);
            let hours = self.config.working_hours.as_ref();
            match self.schedule.get(&kind) {
                None => self.schedule.put(kind, ScheduleEntry::new(kind, enabled, self.now)),
                Some(entry) => {
                    let next = entry.due_after(self.now, hours);
                    // One that fell due while the process was down stays due; one that lies ahead follows the hours.
                    let missed = entry.enabled && entry.next_due <= self.now;
                    let due = if missed { entry.next_due } else { next };
                    if (entry.enabled, entry.next_due) != (enabled, due)
                        && let Some(entry) = self.schedule.get_mut(&kind)
                    {
                        (entry.enabled, entry.next_due) = (enabled, due);
                    }
                }
            }
            self.arm_schedule(kind);
        }
    }

    pub(super) fn set_interval(&mut self, kind: SyncType, interval: DurationMs) -> Answer {
        if interval < DurationMs::minutes(5) || interval > DurationMs::minutes(1_440) {
            return Answer::BadInterval;
        }
        let (now, hours) = (self.now, self.config.working_hours);
        if let Some(entry) = self.schedule.get_mut(&kind) {
            entry.interval = interval;
            entry.next_due = entry.due_after(now, hours.as_ref());
        }
        // Prices may wait for products that are older than their interval.
        self.index.stale_shared = true;
        self.event(Scope::Shared, EventKind::ScheduleUpdated).kind = Some(kind);
        self.arm_schedule(kind);
        Answer::Nothing
    }
}

/// A pass that began before somebody asked cannot serve that request, so a queued one starts over.
fn restart_if_too_old(task: &mut Task) {
    let too_old = task.pass.is_some_and(|pass| pass.began < task.needed_from);
    if too_old && task.is_queued() {
        task.pass = None;
    }
}

fn scope_of(agent: &AgentId, kind: SyncType) -> Scope {
    if kind.is_shared() { Scope::Shared } else { Scope::Agent(agent.clone()) }
}
