//! Plays scenes on the board, each ending in a small picture of what happened.

#![allow(clippy::unwrap_used)]

mod failures;
mod forms;
mod logins;
mod looks;
mod order;
mod restarts;
mod schedule;
mod stage;
