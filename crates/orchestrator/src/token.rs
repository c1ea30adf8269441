//! Proves that its holder runs a task.

use domain::Scope;

/// The permission to write one scope's synced rows. Only a claim makes one, its number rises with every claim for
/// life and over all tasks, and it cannot be copied: a data file that remembers the highest number it has seen can
/// refuse every older writer.
#[derive(Debug, PartialEq, Eq)]
pub struct TaskToken {
    number: u64,
    scope: Scope,
}

impl TaskToken {
    pub(crate) const fn new(number: u64, scope: Scope) -> Self {
        Self { number, scope }
    }

    /// The claim's number, from 1.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Whose data it may write.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }
}
