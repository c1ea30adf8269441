//! Remembers what the server was asked, for tests that prove what did and did not happen.

use std::{
    sync::Mutex,
    time::{SystemTime, UNIX_EPOCH},
};

use domain::Timestamp;
use serde::Serialize;

use crate::session::lock;

/// How many entries are kept; a long crash test writes about a hundred per run.
const ENTRIES_MAX: usize = 200_000;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// A login attempt.
    Login,
    /// A page was fetched.
    Page,
    /// A PDF export.
    Export,
    /// An asynchronous callback.
    Callback,
    /// An order line was updated.
    LineUpdate,
    /// An order was saved, or should have been.
    Save,
    /// The REST API was asked.
    Api,
}

/// One thing the server was asked.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Rises by one.
    pub number: u64,
    /// What.
    pub what: Deed,
    /// Who, when known.
    pub account: Option<String>,
    /// The list, address or order concerned.
    pub subject: String,
    /// How it ended: `ok`, `refused`, `redirected`, a status, `cut`.
    pub outcome: String,
    /// When the server received it; it may have waited for the session's lock after that.
    pub received_at: Timestamp,
    /// When the server began to work on it.
    pub started_at: Timestamp,
    /// When the answer was ready.
    pub ended_at: Timestamp,
}

/// The entries so far.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    last: u64,
    kept: std::collections::VecDeque<Entry>,
}

impl Journal {
    /// Appends an entry and numbers it.
    pub(crate) fn write(&self, mut entry: Entry) {
        let mut entries = lock(&self.entries);
        entries.last += 1;
        entry.number = entries.last;
        if entries.kept.len() == ENTRIES_MAX {
            entries.kept.pop_front();
        }
        entries.kept.push_back(entry);
    }

    /// All entries after a number, oldest first.
    pub(crate) fn after(&self, number: u64) -> Vec<Entry> {
        lock(&self.entries).kept.iter().filter(|entry| entry.number > number).cloned().collect()
    }

    /// Forgets everything; numbers go on.
    pub(crate) fn clear(&self) {
        lock(&self.entries).kept.clear();
    }
}

/// The wall clock.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(since.as_millis() as i64)
}
