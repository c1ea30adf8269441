//! Keeps logins quiet for reasons other than the ERP's health: an operator's hold, and the day's budget.

use domain::{AgentId, Class, EventKind, LoginBudget, LoginHold, Scope, Timestamp};

use super::Board;
use crate::{Answer, Hold, Login, Spending, Then};

impl Board {
    pub(super) fn hold(&mut self, agent: &AgentId, reason: String, until: Timestamp) -> Answer {
        let Some(login) = self.logins.get_mut(agent) else { return Answer::NoSuchLogin };
        login.hold = Some(Hold { reason, until });
        self.event(Scope::Agent(agent.clone()), EventKind::LoginHeld);
        self.index.mark_login(agent);
        Answer::Nothing
    }

    pub(super) fn end_hold(&mut self, agent: &AgentId) -> Answer {
        let Some(login) = self.logins.get(agent) else { return Answer::NoSuchLogin };
        if login.hold.is_some() {
            self.clear_hold(agent);
        }
        Answer::Nothing
    }

    /// A hold has come to its end, a circuit admits a probe, or a new day has a new budget.
    pub(super) fn login_due(&mut self, agent: &AgentId) {
        let over = |login: &Login| login.hold.as_ref().is_some_and(|hold| hold.until <= self.now);
        if self.logins.get(agent).is_some_and(over) {
            self.clear_hold(agent);
        }
        self.index.mark_login(agent);
    }

    fn clear_hold(&mut self, agent: &AgentId) {
        if let Some(login) = self.logins.get_mut(agent) {
            login.hold = None;
        }
        self.event(Scope::Agent(agent.clone()), EventKind::LoginReleased);
        self.index.mark_login(agent);
    }

    pub(super) fn spend(&mut self, agent: &AgentId, logins: u32, requests: u32) {
        let day = self.today.day;
        let (before, asked) = self.spent_today(agent);
        let row = Spending {
            login: agent.clone(),
            day,
            logins: before.saturating_add(logins),
            requests: asked.saturating_add(requests),
        };
        self.spending.put(agent.clone(), row);
        self.index.mark_login(agent);
    }

    /// Logins and requests since midnight.
    fn spent_today(&self, agent: &AgentId) -> (u32, u32) {
        let row = self.spending.get(agent).filter(|row| row.day == self.today.day);
        row.map_or((0, 0), |row| (row.logins, row.requests))
    }

    /// Whether work of this class may still cost the login a sign-in today.
    pub(super) fn budget_allows(&self, agent: &AgentId, class: Class) -> bool {
        let kept = match class {
            Class::Background => self.config.logins_kept_for_people,
            Class::Interactive | Class::Write => 0,
        };
        self.spent_today(agent).0 < self.config.logins_per_day_max.saturating_sub(kept)
    }

    pub(super) fn budget(&self, agent: &AgentId) -> LoginBudget {
        let (logins_today, requests_today) = self.spent_today(agent);
        LoginBudget { logins_today, logins_per_day_max: self.config.logins_per_day_max, requests_today }
    }

    pub(super) fn hold_status(&self, login: &Login) -> Option<LoginHold> {
        let hold = login.hold.as_ref().filter(|hold| hold.until > self.now)?;
        Some(LoginHold { reason: hold.reason.clone(), until: hold.until })
    }

    /// Whether an operator keeps the login idle now.
    pub(super) fn is_held(&self, login: &Login) -> bool {
        login.hold.as_ref().is_some_and(|hold| hold.until > self.now)
    }

    /// When waiting alone changes whether the login may work.
    pub(super) fn login_wake(&self, login: &Login) -> Option<Timestamp> {
        let hold_ends = login.hold.as_ref().map(|hold| hold.until);
        let probe_due = login.circuit.opens_at().filter(|until| *until > self.now);
        let spent = !self.budget_allows(&login.agent, Class::Background);
        let new_day = spent.then_some(self.today.ends);
        [hold_ends, probe_due, new_day].into_iter().flatten().min()
    }

    /// Asks what runs in a held login to yield.
    pub(super) fn clear_held_login(&mut self, agent: &AgentId) {
        let held = self.logins.get(agent).is_some_and(|login| self.is_held(login));
        let holder = self.index.holder.get(agent).and_then(|id| self.tasks.get(id));
        if held
            && let Some(task) = holder
            && task.class() < Class::Write
            && task.run().is_some_and(|run| run.conduct == crate::Conduct::Working)
        {
            self.ask_yield(task.id, Then::Requeue);
        }
    }
}
