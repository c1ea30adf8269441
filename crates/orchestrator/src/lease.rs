//! Describes a form lease: one mounted order form and the pause it asks for.

use domain::{AgentId, FormSessionId, Timestamp};
use uuid::Uuid;

use crate::TaskId;

/// Names a lease. The agent is part of it, so nobody can touch another's form by knowing its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeaseKey {
    /// Whose form.
    pub agent: AgentId,
    /// The id the page made in memory.
    pub session: FormSessionId,
}

impl LeaseKey {
    /// Puts the two together.
    pub const fn new(agent: AgentId, session: FormSessionId) -> Self {
        Self { agent, session }
    }

    /// The least key of an agent, where a walk over the agent's leases begins.
    pub(crate) fn first_of(agent: &AgentId) -> Self {
        Self { agent: agent.clone(), session: FormSessionId(Uuid::nil()) }
    }
}

/// A live form lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Which.
    pub key: LeaseKey,
    /// Since when.
    pub opened_at: Timestamp,
    /// The last sign of life.
    pub last_beat: Timestamp,
    /// The last input.
    pub last_input: Timestamp,
    /// Whether it keeps background work out of the login.
    pub pause: Pause,
    /// Its smart sync.
    pub smart: SmartWait,
}

/// Whether a live lease pauses its agent's background syncs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// It does.
    Held,
    /// Its smart sync failed; the form works on the data there is.
    LiftedByFailure {
        /// When.
        at: Timestamp,
    },
    /// A placement of the agent ended; the next input takes the pause back.
    LiftedByPlacement,
}

/// How a lease is bound to a smart sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmartWait {
    /// Not at all: it has been served, or failed.
    None,
    /// The form's input asked for this task, at that time; no request waits for the answer.
    Wants(TaskId, Timestamp),
    /// A request of the form, made at that time, waits for the end of this task.
    Waits(TaskId, Timestamp),
}

impl SmartWait {
    /// The task, if any.
    pub const fn task(self) -> Option<TaskId> {
        match self {
            Self::None => None,
            Self::Wants(task, _) | Self::Waits(task, _) => Some(task),
        }
    }

    /// Since when.
    pub const fn since(self) -> Option<Timestamp> {
        match self {
            Self::None => None,
            Self::Wants(_, since) | Self::Waits(_, since) => Some(since),
        }
    }
}

/// Answer to a beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeatOutcome {
    /// The lease lives.
    Live,
    /// It has ended, or never was; the page makes a new id and enters again.
    Ended,
}
