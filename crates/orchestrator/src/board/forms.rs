//! Follows order forms: their leases, their pause, and the smart sync they wait for.

use domain::{AgentId, Beat, Class, ErrorKind, EventKind, Scope, SyncType, Timestamp};

use super::{Board, asks::Request, index::Subject};
use crate::{
    Action, Answer, Auth, BeatOutcome, Circuit, Ending, FormEnd, Lease, LeaseKey, Login, Pause, SmartWait,
    Task, TaskId, Then, Work,
};

/// The event streams of one form's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    /// So many are connected.
    Bound(u32),
    /// The last one broke then; the lease has a grace.
    LostAt(Timestamp),
}

/// Why a lease ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LeaseEnd {
    Released,
    Expired,
    Idle,
}

impl Board {
    /// A form will probably open: its customers are read ahead, which finds them fresh and its web session warm. That it
    /// will is a guess, so it is worth no more than once in a while, and no sign-in that is kept for people.
    pub(super) fn expect_form(&mut self, agent: AgentId) {
        if self.smart_obstacle(&agent).is_some() || !self.budget_allows(&agent, Class::Background) {
            return;
        }
        let (scope, after) = (Scope::Agent(agent), self.config.read_ahead_after);
        let last = self.outcomes.get(&(scope.clone(), SyncType::Customers));
        let failed = last.and_then(|outcome| outcome.failure.as_ref()).map(|failure| failure.at);
        let under_way = self.tasks_in(&scope).any(|task| task.work.kind() == Some(SyncType::Customers));
        if !under_way && failed.is_none_or(|at| self.now.since(at) >= after) {
            self.ask_if_older(scope, SyncType::Customers, after);
        }
    }

    /// The form asks for fresh customers; it opens its lease, or renews it, and takes the pause.
    pub(super) fn enter_form(&mut self, key: &LeaseKey) -> Answer {
        if self.ended.contains(key) {
            return Answer::Form(FormEnd::Left);
        }
        let now = self.now;
        match self.leases.get_mut(key) {
            Some(lease) => (lease.last_beat, lease.last_input) = (now, now),
            None => self.open_lease(key),
        }
        let answer = match self.smart_obstacle(&key.agent) {
            Some((kind, message)) => {
                self.unbind_smart(key);
                self.set_pause(key, Pause::LiftedByFailure { at: now });
                self.answer_at_once(key, FormEnd::Failed { kind, message: message.to_owned() })
            }
            None => self.ask_smart(key, SmartWait::Waits),
        };
        self.arm_lease(key);
        answer
    }

    fn open_lease(&mut self, key: &LeaseKey) {
        let now = self.now;
        let lease = Lease {
            key: key.clone(),
            opened_at: now,
            last_beat: now,
            last_input: now,
            pause: Pause::Held,
            smart: SmartWait::None,
        };
        self.leases.put(key.clone(), lease);
        self.form_event(key, EventKind::OrderFormEntered);
    }

    /// Why asking the ERP is of no use now; the form is told at once instead of waiting.
    fn smart_obstacle(&self, agent: &AgentId) -> Option<(ErrorKind, &'static str)> {
        if !self.config.is_available(SyncType::Customers) {
            return Some((ErrorKind::NotAvailable, "customers have no reader yet"));
        }
        match self.logins.get(agent) {
            Some(login) if login.auth == Auth::Good => self.login_obstacle(login),
            Some(_) | None => Some((ErrorKind::WrongPassword, "the ERP wants this agent to sign in again")),
        }
    }

    fn login_obstacle(&self, login: &Login) -> Option<(ErrorKind, &'static str)> {
        let why = match login.circuit {
            Circuit::Open { until, .. } if until > self.now => {
                "the ERP did not answer and is left alone for a while"
            }
            Circuit::Open { .. } | Circuit::Closed { .. } | Circuit::HalfOpen { .. } => {
                if self.is_held(login) {
                    "an operator keeps this login idle for a while"
                } else if self.budget_allows(&login.agent, Class::Interactive) {
                    return None;
                } else {
                    "this login has signed in to the ERP as often as it may in a day"
                }
            }
        };
        Some((ErrorKind::Unreachable, why))
    }

    /// Forms do not wait for what cannot start: they are told why, and a task that only they wanted is gone.
    pub(super) fn turn_away_forms(&mut self, agent: &AgentId) {
        let Some((kind, message)) = self.smart_obstacle(agent) else { return };
        let waits = |task: &&Task| task.is_queued() && task.class() == Class::Interactive;
        let scope = Scope::Agent(agent.clone());
        let waiting: Vec<_> = self.tasks_in(&scope).filter(waits).map(|t| (t.id, t.forms_only)).collect();
        for (id, forms_only) in waiting {
            self.forms_failed(id, kind, message);
            if forms_only {
                self.end_task(id, Ending::Cancelled);
            }
        }
    }

    fn ask_smart(&mut self, key: &LeaseKey, how: fn(TaskId, Timestamp) -> SmartWait) -> Answer {
        self.set_pause(key, Pause::Held);
        let scope = Scope::Agent(key.agent.clone());
        let fresh_for = self.config.fresh_for;
        let last =
            self.outcomes.get(&(scope.clone(), SyncType::Customers)).and_then(|outcome| outcome.success);
        if last.is_some_and(|success| self.now.since(success.began) < fresh_for) {
            self.unbind_smart(key);
            return self.answer_at_once(key, FormEnd::Fresh);
        }
        let work = Work::Sync { kind: SyncType::Customers, smart: true };
        let needed_from = self.now.minus(fresh_for);
        let (id, _) = self.request(&Request { scope, work, needed_from, form: true, person: true });
        let before = self.leases.get(key).map_or(SmartWait::None, |lease| lease.smart);
        // A form that asks again while it waits has been waiting since it first asked.
        let since = before.since().filter(|_| before.task() == Some(id)).unwrap_or(self.now);
        if let Some(lease) = self.leases.get_mut(key) {
            lease.smart = how(id, since);
        }
        if before.task() != Some(id) {
            self.form_event(key, EventKind::SmartSyncStarted).ticket = Some(id.0);
            if let Some(old) = before.task() {
                self.drop_interest(&key.agent, old);
            }
        }
        Answer::FormWaits(id)
    }

    pub(super) fn beat(&mut self, agent: AgentId, beat: Beat) -> Answer {
        let key = LeaseKey::new(agent, beat.session_id);
        let now = self.now;
        let Some(lease) = self.leases.get_mut(&key) else { return Answer::Beat(BeatOutcome::Ended) };
        lease.last_beat = now;
        if beat.active {
            lease.last_input = now;
        }
        let pause = lease.pause;
        if let Some(Stream::LostAt(_)) = self.streams.get(&key) {
            self.streams.remove(&key);
        }
        if beat.active {
            self.take_pause_back(&key, pause);
        }
        self.arm_lease(&key);
        Answer::Beat(BeatOutcome::Live)
    }

    /// Input on a form whose pause was lifted asks for smart sync again.
    fn take_pause_back(&mut self, key: &LeaseKey, pause: Pause) {
        let due = match pause {
            Pause::Held => false,
            Pause::LiftedByFailure { at } => self.now.since(at) >= self.config.smart_again_after,
            Pause::LiftedByPlacement => true,
        };
        if due && self.smart_obstacle(&key.agent).is_none() {
            self.ask_smart(key, SmartWait::Wants);
        }
    }

    /// Ends this lease and no other; once more changes nothing. A release that overtakes its own entry on the network
    /// closes the id for good, else the entry that follows would pause the agent with nobody there.
    pub(super) fn release(&mut self, key: LeaseKey) {
        if self.leases.contains(&key) {
            self.end_lease(&key, LeaseEnd::Released);
        } else if !self.ended.contains(&key) {
            self.remember_end(key);
        }
    }

    fn end_lease(&mut self, key: &LeaseKey, why: LeaseEnd) {
        let Some(lease) = self.leases.remove(key) else { return };
        self.index.arm(Subject::Lease(key.clone()), None);
        if let Some(Stream::LostAt(_)) = self.streams.get(key) {
            self.streams.remove(key);
        }
        self.remember_end(key.clone());
        self.form_event(
            key,
            match why {
                LeaseEnd::Released => EventKind::OrderFormExited,
                LeaseEnd::Expired => EventKind::LeaseExpired,
                LeaseEnd::Idle => EventKind::SmartSyncTimeout,
            },
        );
        self.tell_form(key, lease.smart, FormEnd::Left);
        if let Some(id) = lease.smart.task() {
            self.drop_interest(&key.agent, id);
        }
        self.index.mark_login(&key.agent);
    }

    fn remember_end(&mut self, key: LeaseKey) {
        self.ended.put(key, self.now);
        if self.ended.rows().len() > self.config.ended_leases_max {
            self.forget_ended_leases();
        }
    }

    /// Forgets ended leases that are old enough, and beyond the limit the oldest.
    pub(super) fn forget_ended_leases(&mut self) {
        let mut by_age: Vec<_> = self.ended.rows().iter().map(|(key, at)| (*at, key.clone())).collect();
        by_age.sort_unstable();
        let old = self.now.minus(self.config.ended_leases_for);
        let too_old = by_age.partition_point(|(at, _)| *at < old);
        let surplus = by_age.len().saturating_sub(self.config.ended_leases_max);
        // Beyond the limit a tenth of air is made, so that the sorting is not repeated at the next end.
        let air = if surplus > 0 { self.config.ended_leases_max / 10 } else { 0 };
        for (_, key) in by_age.iter().take(too_old.max(surplus + air)) {
            self.ended.remove(key);
        }
    }

    pub(super) fn bind_stream(&mut self, key: &LeaseKey) {
        let bound = match self.streams.get(key) {
            Some(Stream::Bound(count)) => *count,
            Some(Stream::LostAt(_)) | None => 0,
        };
        self.streams.insert(key.clone(), Stream::Bound(bound + 1));
        self.arm_lease(key);
    }

    pub(super) fn unbind_stream(&mut self, key: &LeaseKey) {
        match self.streams.get(key) {
            Some(Stream::Bound(count)) if *count > 1 => {
                self.streams.insert(key.clone(), Stream::Bound(count - 1));
            }
            Some(Stream::Bound(_)) if self.leases.contains(key) => {
                self.streams.insert(key.clone(), Stream::LostAt(self.now));
            }
            Some(Stream::Bound(_)) => drop(self.streams.remove(key)),
            Some(Stream::LostAt(_)) | None => {}
        }
        self.arm_lease(key);
    }

    pub(super) fn lease_due(&mut self, key: &LeaseKey) {
        let Some(lease) = self.leases.get(key) else { return };
        if self.now >= lease.last_input.plus(self.config.idle_max) {
            self.end_lease(key, LeaseEnd::Idle);
        } else if self.now >= self.lease_deadline(lease) {
            self.end_lease(key, LeaseEnd::Expired);
        } else {
            self.arm_lease(key);
        }
    }

    pub(super) fn arm_lease(&mut self, key: &LeaseKey) {
        let deadline = self.leases.get(key).map(|lease| self.lease_deadline(lease));
        self.index.arm(Subject::Lease(key.clone()), deadline);
    }

    fn lease_deadline(&self, lease: &Lease) -> Timestamp {
        let silent = lease.last_beat.plus(self.config.lease_ttl);
        let idle = lease.last_input.plus(self.config.idle_max);
        match self.streams.get(&lease.key) {
            Some(Stream::LostAt(at)) => silent.min(idle).min(at.plus(self.config.stream_grace)),
            Some(Stream::Bound(_)) | None => silent.min(idle),
        }
    }

    fn set_pause(&mut self, key: &LeaseKey, pause: Pause) {
        if let Some(lease) = self.leases.get_mut(key) {
            lease.pause = pause;
        }
        self.index.mark_login(&key.agent);
    }

    /// The form no longer needs the task it was bound to.
    fn unbind_smart(&mut self, key: &LeaseKey) {
        let Some(lease) = self.leases.get(key).filter(|lease| lease.smart != SmartWait::None) else { return };
        let before = lease.smart;
        if let Some(lease) = self.leases.get_mut(key) {
            lease.smart = SmartWait::None;
        }
        if let Some(id) = before.task() {
            self.drop_interest(&key.agent, id);
        }
    }

    /// One form less wants this task: without any, a task only forms asked for stops at its next checkpoint.
    fn drop_interest(&mut self, agent: &AgentId, id: TaskId) {
        let wanted = self.leases_of(agent).any(|lease| lease.smart.task() == Some(id));
        let Some(task) = self.tasks.get(&id).filter(|task| task.forms_only && !wanted) else { return };
        if task.is_queued() {
            self.end_task(id, Ending::Cancelled);
        } else {
            self.ask_yield(id, Then::Cancel);
        }
    }

    /// Answers the forms bound to a task that was read to the end.
    pub(super) fn forms_served(&mut self, id: TaskId, end: &FormEnd) {
        for key in self.forms_bound_to(id) {
            self.unbind_and_tell(&key, end.clone());
        }
    }

    /// Answers the forms bound to a task that failed, and lifts their pause.
    pub(super) fn forms_failed(&mut self, id: TaskId, kind: ErrorKind, message: &str) {
        for key in self.forms_bound_to(id) {
            self.unbind_and_tell(&key, FormEnd::Failed { kind, message: message.to_owned() });
            self.set_pause(&key, Pause::LiftedByFailure { at: self.now });
        }
    }

    fn unbind_and_tell(&mut self, key: &LeaseKey, end: FormEnd) {
        let Some(lease) = self.leases.get_mut(key) else { return };
        let before = std::mem::replace(&mut lease.smart, SmartWait::None);
        self.tell_form(key, before, end);
    }

    fn tell_form(&mut self, key: &LeaseKey, before: SmartWait, end: FormEnd) {
        let (Some(id), Some(since)) = (before.task(), before.since()) else { return };
        let (now, slow) = (self.now, self.config.smart_slow);
        let run = end.as_run(key.agent.clone(), since, now);
        let (duration, error) = (run.duration, run.error);
        self.out.smart_syncs.push(run);
        let event = self.form_event(key, EventKind::SmartSyncEnded);
        (event.ticket, event.error, event.duration) = (Some(id.0), error, Some(duration));
        if duration > slow {
            let event = self.form_event(key, EventKind::SmartSyncSlow);
            (event.ticket, event.error, event.duration) = (Some(id.0), error, Some(duration));
        }
        if let SmartWait::Waits(..) = before {
            self.out.actions.push(Action::AnswerForm(key.clone(), end));
        }
    }

    /// The form need not wait: the ERP is not asked.
    fn answer_at_once(&mut self, key: &LeaseKey, end: FormEnd) -> Answer {
        self.out.smart_syncs.push(end.as_run(key.agent.clone(), self.now, self.now));
        Answer::Form(end)
    }

    fn forms_bound_to(&self, id: TaskId) -> Vec<LeaseKey> {
        let Some(Scope::Agent(agent)) = self.tasks.get(&id).map(|task| &task.scope) else {
            return Vec::new();
        };
        self.leases_of(agent)
            .filter(|lease| lease.smart.task() == Some(id))
            .map(|lease| lease.key.clone())
            .collect()
    }

    /// A queued task was merged into another: the forms follow.
    pub(super) fn repoint_forms(&mut self, from: TaskId, to: TaskId) {
        for key in self.forms_bound_to(from) {
            if let Some(lease) = self.leases.get_mut(&key) {
                match &mut lease.smart {
                    SmartWait::Waits(task, _) | SmartWait::Wants(task, _) => *task = to,
                    SmartWait::None => {}
                }
            }
        }
    }

    /// A placement of the agent ended: its forms, but for those that wait for a smart sync, let the others go on.
    pub(super) fn lift_pauses(&mut self, agent: &AgentId) {
        let idle = self.leases_of(agent).filter(|l| l.pause == Pause::Held && l.smart == SmartWait::None);
        for key in idle.map(|lease| lease.key.clone()).collect::<Vec<_>>() {
            self.set_pause(&key, Pause::LiftedByPlacement);
        }
    }

    /// After a restart: no page could beat and no request waits any more, but the forms may still be open.
    pub(super) fn grace_for_forms(&mut self) {
        let now = self.now;
        let keys: Vec<_> = self.leases.rows().keys().cloned().collect();
        for key in keys {
            if let Some(lease) = self.leases.get_mut(&key) {
                lease.last_beat = now;
                lease.smart = match lease.smart {
                    SmartWait::Waits(task, since) => SmartWait::Wants(task, since),
                    SmartWait::Wants(..) | SmartWait::None => lease.smart,
                };
            }
            self.arm_lease(&key);
        }
    }

    fn form_event(&mut self, key: &LeaseKey, what: EventKind) -> &mut domain::SyncEvent {
        let event = self.event(Scope::Agent(key.agent.clone()), what);
        event.session_id = Some(key.session);
        event
    }
}
