//! Sorts what can go wrong in the store by what the caller can do about it.

use std::path::PathBuf;

use domain::{PlacementState, SyncType};

/// Shorthand for everything in this crate.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A later task has written this kind of data since: stop, the successor has taken over.
    #[error("task {token} was overtaken by task {newest}, which has written {kind} since")]
    Fenced {
        /// What the task wanted to write, e.g. `customers` or `placements`.
        kind: String,
        /// The stale writer's number.
        token: u64,
        /// The newest number that has written.
        newest: u64,
    },
    /// The proof or token speaks for somebody else's data: a fault of ours.
    #[error("{given} does not give access to {wanted}")]
    WrongScope {
        /// What was presented.
        given: String,
        /// What was to be opened or written.
        wanted: String,
    },
    /// The row is no longer in the state the caller saw: read it again.
    #[error("the placement is {actual}, not {expected}")]
    Conflict {
        /// The state the caller took for granted.
        expected: &'static str,
        /// The state found.
        actual: String,
    },
    /// No arrow leads from the one state to the other: a fault of ours.
    #[error("a placement cannot go from {} to {}", .from.as_str(), .to.as_str())]
    IllegalTransition {
        /// The state left.
        from: PlacementState,
        /// The state wanted.
        to: PlacementState,
    },
    /// A pass stores its pages in order, and one page was left out: a fault of ours.
    #[error("page {given} of the {kind} pass came when page {expected} was due")]
    PageOutOfOrder {
        /// Which pass.
        kind: SyncType,
        /// The page that was due.
        expected: u32,
        /// The page that came.
        given: u32,
    },
    /// The pass is not the newest of its kind any more, so it cannot go on.
    #[error("this {kind} pass has been replaced by a newer one")]
    PassReplaced {
        /// Which pass.
        kind: SyncType,
    },
    /// Nothing has that key.
    #[error("there is no {what} {key}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its key.
        key: String,
    },
    /// The cursor does not come from the list it was given to.
    #[error("the cursor does not belong to this list")]
    InvalidCursor,
    /// Another placement has this marker already: submit again with the draft's next one.
    #[error("the marker {marker} is taken")]
    MarkerTaken {
        /// The marker.
        marker: String,
    },
    /// Another placement has this number already.
    #[error("the order {number} is that of another draft")]
    NumberTaken {
        /// The ERP's number or id.
        number: String,
    },
    /// Another process works with the folder.
    #[error("{} is in use by another process; stop that one first, or choose another data folder", .folder.display())]
    FolderInUse {
        /// The data folder.
        folder: PathBuf,
    },
    /// The data folder or a file in it cannot be made or opened.
    #[error("cannot use {}", .path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A stored value is not what this version writes: an operator has to look.
    #[error("{what} is stored in a form this version cannot read")]
    Unreadable {
        /// Which row.
        what: String,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file was written by a newer version, or a migration failed.
    #[error("cannot bring {} up to date", .path.display())]
    Migration {
        /// The data file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: sqlx::migrate::MigrateError,
    },
    /// SQLite failed: disk full, file damaged, busy for longer than the limit.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl StoreError {
    /// A stored value that cannot be read, with the reason.
    pub(crate) fn unreadable(
        what: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Unreadable { what: what.into(), source: source.into() }
    }
}
