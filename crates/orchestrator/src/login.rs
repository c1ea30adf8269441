//! Describes an ERP login: its circuit, whether its password is known to be good, who holds it, and what it costs.

use domain::{AgentId, CircuitName, DurationMs, Timestamp};

use crate::{LocalDay, TaskId};

/// An ERP login whose credentials we hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Whose.
    pub agent: AgentId,
    /// Whether the ERP answers in it.
    pub circuit: Circuit,
    /// Whether the ERP takes its password.
    pub auth: Auth,
    /// An operator keeps it idle.
    pub hold: Option<Hold>,
    /// The token of the last claim for its agent's scope; 0 before the first. The least goes first.
    pub served: u64,
    /// The token of the last claim that used it, shared work included.
    pub used: u64,
}

impl Login {
    /// A login that has never been used.
    pub const fn new(agent: AgentId) -> Self {
        Self {
            agent,
            circuit: Circuit::Closed { errors: 0 },
            auth: Auth::Good,
            hold: None,
            served: 0,
            used: 0,
        }
    }
}

/// Keeps a login quiet while the ERP is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Circuit {
    /// Work runs.
    Closed {
        /// Infrastructure errors since the last success.
        errors: u32,
    },
    /// Nothing is claimed until then; then one probe.
    Open {
        /// When a probe is due.
        until: Timestamp,
        /// How long it was opened for; a failed probe doubles it.
        wait: DurationMs,
    },
    /// One task tries whether the ERP is back.
    HalfOpen {
        /// That task.
        probe: TaskId,
        /// How long the circuit had been opened for.
        wait: DurationMs,
    },
}

impl Circuit {
    /// Its name in the status.
    pub const fn name(self) -> CircuitName {
        match self {
            Self::Closed { .. } => CircuitName::Closed,
            Self::Open { .. } => CircuitName::Open,
            Self::HalfOpen { .. } => CircuitName::HalfOpen,
        }
    }

    /// When an open one admits a probe.
    pub const fn opens_at(self) -> Option<Timestamp> {
        match self {
            Self::Open { until, .. } => Some(until),
            Self::Closed { .. } | Self::HalfOpen { .. } => None,
        }
    }

    /// Whether a task may be claimed now (as the probe, if the circuit is open and due).
    pub fn admits(self, now: Timestamp) -> bool {
        match self {
            Self::Closed { .. } => true,
            Self::Open { until, .. } => until <= now,
            Self::HalfOpen { .. } => false,
        }
    }
}

/// Whether the ERP takes the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// As far as we know.
    Good,
    /// It refused it; nothing is tried until the agent signs in again.
    Needed,
}

/// An operator keeps a login idle. A hold has an end, so that a forgotten one does no lasting harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// In the operator's words.
    pub reason: String,
    /// When it ends by itself, on the wall clock.
    pub until: Timestamp,
}

/// What a login has cost the ERP on one day. It outlives the login's own row, so that leaving and coming back is not free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spending {
    /// Whose login.
    pub login: AgentId,
    /// The day it was counted on.
    pub day: LocalDay,
    /// Times it signed in.
    pub logins: u32,
    /// Exports, pages and forms it asked for.
    pub requests: u32,
}
