//! Spells the orchestrator's values as columns and reads them back.

use domain::{AgentId, Class, DraftId, ErrorKind, FormSessionId, Scope, SyncType, Timestamp};
use orchestrator::{Conduct, LeaseKey, TaskId, Then, Work};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Row, sqlite::SqliteRow};

use crate::{Result, StoreError};

/// One stored row whose columns are read by name, with errors that say which row it was.
pub(crate) struct Columns<'a> {
    row: &'a SqliteRow,
    table: &'static str,
}

impl<'a> Columns<'a> {
    pub(crate) const fn new(row: &'a SqliteRow, table: &'static str) -> Self {
        Self { row, table }
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String> {
        Ok(self.row.try_get(column)?)
    }

    pub(crate) fn maybe_text(&self, column: &'static str) -> Result<Option<String>> {
        Ok(self.row.try_get(column)?)
    }

    pub(crate) fn flag(&self, column: &'static str) -> Result<bool> {
        Ok(self.row.try_get(column)?)
    }

    pub(crate) fn at(&self, column: &'static str) -> Result<Timestamp> {
        Ok(Timestamp(self.row.try_get(column)?))
    }

    pub(crate) fn maybe_at(&self, column: &'static str) -> Result<Option<Timestamp>> {
        Ok(self.row.try_get::<Option<i64>, _>(column)?.map(Timestamp))
    }

    pub(crate) fn whole<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T> {
        let stored: i64 = self.row.try_get(column)?;
        T::try_from(stored).map_err(|_| self.unreadable(column, format!("{stored} is out of range")))
    }

    pub(crate) fn maybe_whole<T: TryFrom<i64>>(&self, column: &'static str) -> Result<Option<T>> {
        let stored: Option<i64> = self.row.try_get(column)?;
        stored.map(|_| self.whole(column)).transpose()
    }

    /// A value whose stored word is its serde name.
    pub(crate) fn word<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        let stored = self.text(column)?;
        from_word(&stored).map_err(|error| self.unreadable(column, error))
    }

    pub(crate) fn parsed<T: std::str::FromStr<Err = domain::InvalidId>>(
        &self,
        column: &'static str,
    ) -> Result<T> {
        self.text(column)?.parse().map_err(|error: domain::InvalidId| self.unreadable(column, error))
    }

    pub(crate) fn task(&self, column: &'static str) -> Result<TaskId> {
        Ok(TaskId(self.whole(column)?))
    }

    pub(crate) fn maybe_task(&self, column: &'static str) -> Result<Option<TaskId>> {
        Ok(self.maybe_whole(column)?.map(TaskId))
    }

    pub(crate) fn scope(&self) -> Result<Scope> {
        let stored = self.text("scope")?;
        if stored.is_empty() {
            return Ok(Scope::Shared);
        }
        Ok(Scope::Agent(self.parsed("scope")?))
    }

    pub(crate) fn lease_key(&self) -> Result<LeaseKey> {
        Ok(LeaseKey::new(self.parsed::<AgentId>("agent")?, self.parsed::<FormSessionId>("session")?))
    }

    pub(crate) fn work(&self) -> Result<Work> {
        if self.text("work")? == "placement" {
            return Ok(Work::Placement { draft: self.parsed::<DraftId>("draft")? });
        }
        let kind: SyncType = self.parsed("work")?;
        Ok(Work::Sync { kind, smart: self.word::<Class>("class")? == Class::Interactive })
    }

    /// The error for a value this version does not write.
    pub(crate) fn unreadable(
        &self,
        column: &'static str,
        reason: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> StoreError {
        StoreError::unreadable(format!("{}.{column}", self.table), reason)
    }
}

/// The serde name of a value that is a word.
pub(crate) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("only enums without fields are stored as words, not {other:?}"),
    }
}

fn from_word<T: DeserializeOwned>(word: &str) -> Result<T, serde_json::Error> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
}

/// An agent's id, or nothing for shared data.
pub(super) fn scope_text(scope: &Scope) -> &str {
    match scope {
        Scope::Shared => "",
        Scope::Agent(agent) => agent.as_str(),
    }
}

pub(super) fn work_text(work: Work) -> &'static str {
    work.kind().map_or("placement", SyncType::as_str)
}

pub(super) fn error_word(kind: ErrorKind) -> String {
    word(&kind)
}

/// What a worker was told, as the columns `conduct`, `conduct_since` and `conduct_then`.
pub(super) fn conduct_columns(conduct: Conduct) -> (&'static str, Option<i64>, Option<&'static str>) {
    match conduct {
        Conduct::Working => ("working", None, None),
        Conduct::Yielding { since, then } => ("yielding", Some(since.0), Some(then_text(then))),
        Conduct::Dropping { since, then } => ("dropping", Some(since.0), Some(then_text(then))),
    }
}

const fn then_text(then: Then) -> &'static str {
    match then {
        Then::Requeue => "requeue",
        Then::Cancel => "cancel",
        Then::Retry => "retry",
    }
}

pub(super) fn read_conduct(row: &Columns<'_>) -> Result<Conduct> {
    let told = || -> Result<(Timestamp, Then)> {
        let then = match row.text("conduct_then")?.as_str() {
            "requeue" => Then::Requeue,
            "cancel" => Then::Cancel,
            "retry" => Then::Retry,
            other => return Err(row.unreadable("conduct_then", other.to_owned())),
        };
        Ok((row.at("conduct_since")?, then))
    };
    match row.text("conduct")?.as_str() {
        "working" => Ok(Conduct::Working),
        "yielding" => told().map(|(since, then)| Conduct::Yielding { since, then }),
        "dropping" => told().map(|(since, then)| Conduct::Dropping { since, then }),
        other => Err(row.unreadable("conduct", other.to_owned())),
    }
}

/// A number that only rises, as SQLite keeps it.
pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
