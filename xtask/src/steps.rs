//! Tells which step of how many is under way and how long it usually takes.

use std::time::Instant;

use anyhow::Result;

/// A list of steps, run in order; the first that fails ends the list with its error.
pub(crate) struct Steps {
    total: usize,
    begun: usize,
}

impl Steps {
    /// A list of `total` steps.
    pub(crate) fn new(total: usize) -> Self {
        Self { total, begun: 0 }
    }

    /// Runs one step under its title. `usually` says how long it takes on two cores when everything must be compiled.
    pub(crate) fn step<T>(
        &mut self,
        title: &str,
        usually: &str,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        self.begun += 1;
        println!("\n[{}/{}] {title} (first time: {usually})", self.begun, self.total);
        let started = Instant::now();
        let outcome = work();
        let verdict = if outcome.is_ok() { "done" } else { "FAILED" };
        println!(
            "[{}/{}] {title}: {verdict} after {} s",
            self.begun,
            self.total,
            started.elapsed().as_secs()
        );
        outcome
    }
}
