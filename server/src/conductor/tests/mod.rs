//! Plays scenes against the real conductor and a real database, with a scripted ERP and a clock of the test's own.

mod checkpoint;
mod clock;
mod events;
mod forms;
mod restarts;
mod script;
mod stage;
mod workers;
