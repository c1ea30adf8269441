//! Runs the orchestrator: the only loop that starts, interrupts and ends work in the ERP.
//!
//! A step of the loop takes whatever has arrived, lets the pure [`orchestrator::Board`] decide, commits the decision in
//! one transaction, and only then acts on it. Nothing is remembered between two steps that is not in the rows, except
//! which workers of this process are alive, which requests wait for an answer, and which event streams are connected.
//! Events only nudge: if one were lost, the next tick, at most a second later, would find the same work to do.
//!
//! Caveat: time here is steady. It starts at the wall clock and then runs with the monotonic one; when the two part by
//! more than two seconds the board is told, and moves its deadlines along (`clock`).

mod clock;
mod crew;
mod engine;
mod events;
mod handle;
mod job;
mod limits;
mod start;
#[cfg(test)]
mod tests;

pub use clock::{Clock, SteadyClock};
pub use events::Told;
pub use handle::{ConductorError, ConductorHandle, StreamGuard};
pub use job::{Job, Outcome, Pulse, TaskRunner, Work, YieldRequested};
pub use limits::Limits;
pub use orchestrator::{BeatOutcome, Config, Cursor, Notice, TaskToken, Verdict};
pub use start::{Conductor, Running};
