//! Decides which sync runs next, on which ERP login, and who has to wait and why.
//!
//! The [`Board`] holds every live task, form lease, login and schedule row in memory. Its one verb,
//! [`Board::apply`], takes a [`Command`] and the time and returns a [`Step`]: the rows that changed, the events to
//! append, the actions to carry out, and the answer for whoever asked. It knows no clock, no randomness and no I/O,
//! so the same commands give the same bytes, and a simulation can walk a million steps and check every invariant.
//!
//! The caller owes it three things: commit `changes` and `events` in one transaction *before* acting; report the end
//! of every run that was started, also of those it dropped; and call `apply` at least once a second while anything is
//! due. Finished tasks leave the board and live on in the history only.
//!
//! Caveat: limits (one running task per login, one queued twin) hold by construction here *and* as unique indexes over
//! the stored rows; a second process on the same rows is caught by the indexes, not by this crate.

mod board;
mod command;
mod config;
mod lease;
mod local_time;
mod login;
mod outcome;
mod schedule;
#[cfg(any(test, feature = "simulation"))]
pub mod simulation;
mod snapshot;
mod task;
mod token;
mod working_hours;

pub use board::Board;
pub use command::{Action, Answer, Command, FormEnd, Notice, RunEnd, Start, Step, Verdict};
pub use config::Config;
pub use lease::{BeatOutcome, Lease, LeaseKey, Pause, SmartWait};
pub use local_time::LocalDay;
pub use login::{Auth, Circuit, Hold, Login, Spending};
pub use outcome::{Ending, HistoryRow, LastOutcome, Success};
pub use schedule::ScheduleEntry;
pub use snapshot::{Change, Counters, Snapshot};
pub use task::{Conduct, Cursor, Pass, Run, Task, TaskId, TaskState, Then, Work};
pub use token::TaskToken;
pub use working_hours::{InvalidHours, WorkingHours};
