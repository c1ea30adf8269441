//! Opens and closes logins: circuits, refused passwords, signing in and out.

use domain::{AgentId, ErrorKind, EventKind, Scope, SyncType};

use super::Board;
use crate::{Auth, Circuit, Ending, Login, TaskId};

impl Board {
    /// What a failure says about the login it happened in.
    pub(super) fn login_failed(&mut self, agent: &AgentId, id: TaskId, kind: ErrorKind) {
        match kind {
            ErrorKind::Unreachable => self.infrastructure_error(agent, id),
            ErrorKind::WrongPassword => {
                self.login_answered(agent, id);
                self.refuse_password(agent);
            }
            ErrorKind::LoggedOut | ErrorKind::ScreenChanged | ErrorKind::Rejected | ErrorKind::BadExport => {
                self.login_answered(agent, id);
            }
            ErrorKind::NotAvailable | ErrorKind::Internal => self.probe_gone(agent, id),
        }
        self.index.mark_login(agent);
    }

    /// Nothing is tried until the agent signs in again; said once.
    fn refuse_password(&mut self, agent: &AgentId) {
        let good = self.logins.get(agent).is_some_and(|login| login.auth == Auth::Good);
        if good && let Some(login) = self.logins.get_mut(agent) {
            login.auth = Auth::Needed;
            self.event(Scope::Agent(agent.clone()), EventKind::LoginHeld).error =
                Some(ErrorKind::WrongPassword);
        }
    }

    fn infrastructure_error(&mut self, agent: &AgentId, id: TaskId) {
        let Some(circuit) = self.logins.get(agent).map(|login| login.circuit) else { return };
        let wait = match circuit {
            Circuit::Closed { errors } if errors + 1 < self.config.circuit_errors => {
                return self.set_circuit(agent, Circuit::Closed { errors: errors + 1 });
            }
            Circuit::Closed { .. } => self.config.circuit_open_first,
            Circuit::HalfOpen { probe, wait } if probe == id => {
                domain::DurationMs(wait.0.saturating_mul(2)).min(self.config.circuit_open_max)
            }
            Circuit::HalfOpen { .. } | Circuit::Open { .. } => return,
        };
        self.set_circuit(agent, Circuit::Open { until: self.now.plus(wait), wait });
        self.event(Scope::Agent(agent.clone()), EventKind::CircuitOpened);
    }

    /// The ERP answered in this login.
    pub(super) fn login_answered(&mut self, agent: &AgentId, id: TaskId) {
        let Some(circuit) = self.logins.get(agent).map(|login| login.circuit) else { return };
        match circuit {
            Circuit::Closed { errors: 0 } | Circuit::Open { .. } => {}
            Circuit::Closed { .. } => self.set_circuit(agent, Circuit::Closed { errors: 0 }),
            Circuit::HalfOpen { probe, .. } if probe == id => {
                self.set_circuit(agent, Circuit::Closed { errors: 0 });
                self.event(Scope::Agent(agent.clone()), EventKind::CircuitClosed);
            }
            Circuit::HalfOpen { .. } => {}
        }
    }

    /// The probe stopped without having learnt anything: the next one may go at once.
    pub(super) fn probe_gone(&mut self, agent: &AgentId, id: TaskId) {
        let circuit = self.logins.get(agent).map(|login| login.circuit);
        if let Some(Circuit::HalfOpen { probe, wait }) = circuit
            && probe == id
        {
            self.set_circuit(agent, Circuit::Open { until: self.now, wait });
        }
    }

    fn set_circuit(&mut self, agent: &AgentId, circuit: Circuit) {
        if let Some(login) = self.logins.get_mut(agent) {
            login.circuit = circuit;
        }
        self.index.mark_login(agent);
    }

    /// An agent signed in: the ERP answers and takes the password. Customers that are missing or older than two hours,
    /// and shared data that is missing or very old, are asked for.
    pub(super) fn add_login(&mut self, agent: &AgentId) {
        match self.logins.get_mut(agent) {
            None => self.logins.put(agent.clone(), Login::new(agent.clone())),
            Some(login) => {
                let refused = std::mem::replace(&mut login.auth, Auth::Good) == Auth::Needed;
                let open = matches!(login.circuit, Circuit::Open { .. });
                if open {
                    login.circuit = Circuit::Closed { errors: 0 };
                }
                if refused {
                    self.event(Scope::Agent(agent.clone()), EventKind::LoginReleased);
                }
                if open {
                    self.event(Scope::Agent(agent.clone()), EventKind::CircuitClosed);
                }
            }
        }
        self.index.mark_login(agent);
        let age = self.config.customers_stale_after;
        self.ask_if_older(Scope::Agent(agent.clone()), SyncType::Customers, age);
        for kind in [SyncType::Products, SyncType::Prices] {
            self.ask_if_older(Scope::Shared, kind, self.config.stale_after);
        }
    }

    /// An agent's credentials are gone: what waited for them is cancelled, but for placements, which wait for their return.
    pub(super) fn remove_login(&mut self, agent: &AgentId) {
        let scope = Scope::Agent(agent.clone());
        let waiting = self.tasks_in(&scope).filter(|task| task.is_queued() && task.work.kind().is_some());
        for id in waiting.map(|task| task.id).collect::<Vec<_>>() {
            let message = "the credentials were removed".to_owned();
            self.forms_failed(id, ErrorKind::WrongPassword, &message);
            self.end_task(id, Ending::Cancelled);
        }
        self.logins.remove(agent);
        self.index.set_open(agent, None);
        self.index.mark_login(agent);
    }
}
