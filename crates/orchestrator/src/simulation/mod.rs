//! Walks the board through random worlds and checks every invariant after every step.
//!
//! A world has agents, tabs that beat, freeze, crash, leave twice or come back late, workers that work, stall and return
//! as zombies, an ERP that goes down, a process that is killed between any two commits, and a clock that jumps. It keeps
//! its own copy of the rows, fed only by the changes a store would get, and judges by those. All of it follows from one
//! seed; a seed that fails prints the last of its journal.
//!
//! What is checked, by the numbers its messages use:
//! - I1–I3 no more running tasks than slots, one per login, one per (scope, type), one queued twin (`rows`).
//! - I4, I5, I7 tokens rise; a stale one changes nothing; a cursor never moves back within a pass.
//! - rules 1, 2 and 4: nothing starts before what ranks higher and could have had its place; nobody is asked to yield
//!   but for a higher class, a pause or a hold, so never for its own class (I25).
//! - I9–I13, I24, I29 leases end when their time is up and not before, alone, and for ever; only they pause, and only what
//!   waited half an hour starts under a pause; a jump of the clock changes none of this.
//! - I14–I16 a write is never interrupted; half-open means one probe; nothing is claimed under an open circuit.
//! - I17, I18 a pass serves only requests made before it began, and has read something when it is complete.
//! - I19–I22 events are dense; the rows add up to the board and the status to the rows; one interval moves one row; the
//!   same seed gives the same world.
//! - I23, I26–I28 what may run is claimed at once (`oracle`), all else has a reason; a world left alone comes to rest
//!   whatever happened before, and then changes nothing.
//!
//! The same walk over a real store checks that what was saved is what a process finds when it starts ([`Disk`]).
//!
//! Not here: what only data files can break (pages I6, deletes I8), which the store's own tests check.

mod chance;
mod ends;
mod happenings;
mod invariants;
mod journal;
mod oracle;
mod requests;
mod rows;
mod tabs;
#[cfg(test)]
mod tests;
mod workers;
mod world;

pub use world::{Disk, Failure, Report, World};

/// Runs one world for so many steps and then lets it come to rest.
///
/// # Errors
/// The first broken invariant with the journal that led to it.
pub fn run(seed: u64, steps: u64) -> Result<Report, Failure> {
    let mut world = World::new(seed);
    world.run(steps)?;
    world.come_to_rest()?;
    Ok(world.report())
}
