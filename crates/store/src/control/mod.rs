//! Loads the orchestrator's board, saves its steps, and reads the event log and the history back.
//!
//! A step's rows and events go to disk in one transaction (`synchronous=FULL`), so whatever the conductor does
//! afterwards was decided durably. The limits of the board are unique indexes here: a step that would break one fails
//! as a whole and leaves the rows as they were.

mod history;
mod load;
mod save;
pub(crate) mod words;

use domain::{AgentId, DurationMs, SyncEvent, Timestamp};
use orchestrator::{Change, Snapshot};
use sqlx::Row;

use crate::{Result, StoreError, sqlite::Database};
use words::{Columns, whole};

/// The newest events kept; at 4 progress events a second that is the better part of a working day.
const EVENTS_MAX: u64 = 100_000;

/// How long an event of another system is remembered; a call is refused long before that (five minutes).
const HEARD_FOR: DurationMs = DurationMs::minutes(60);

/// The tables of `control.db` that belong to the scheduler.
#[derive(Debug, Clone)]
pub struct Control {
    database: Database,
}

/// Whose events somebody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventFilter<'a> {
    /// Everybody's.
    All,
    /// Those that concern everybody, and one agent's.
    Agent(&'a AgentId),
}

impl Control {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    /// The file itself.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// All rows of the board, as of one moment.
    ///
    /// # Errors
    /// `Unreadable` for a value this version does not write.
    pub async fn load_board(&self) -> Result<Snapshot> {
        let mut moment = self.database.readers().begin().await?;
        load::board(&mut moment).await
    }

    /// Makes the next token greater than `newest`, if it would not be; before the board is loaded.
    pub async fn count_tokens_from(&self, newest: u64) -> Result<()> {
        let mut transaction = self.database.begin().await?;
        sqlx::query(
            "INSERT INTO counters (id, task, token, event, shared_served, clock) VALUES (1, 0, ?, 0, 0, 0)
             ON CONFLICT (id) DO UPDATE SET token = max(token, excluded.token)",
        )
        .bind(whole(newest))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Saves steps of the board in one transaction: all of it or nothing.
    ///
    /// # Errors
    /// `Database` when a limit would be broken or the disk fails; load the board again then.
    pub async fn commit(&self, changes: &[Change], events: &[SyncEvent]) -> Result<()> {
        if changes.is_empty() && events.is_empty() {
            return Ok(());
        }
        let mut transaction = self.database.begin().await?;
        for change in changes {
            save::change(&mut transaction, change).await?;
        }
        for event in events {
            save::event(&mut transaction, event).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// At most `limit` events after number `after`, oldest first.
    pub async fn events_after(&self, after: u64, who: EventFilter<'_>, limit: u32) -> Result<Vec<SyncEvent>> {
        let sql = match who {
            EventFilter::All => "SELECT body FROM events WHERE number > ?1 ORDER BY number LIMIT ?2",
            EventFilter::Agent(_) => {
                "SELECT body FROM events WHERE number > ?1 AND scope IN ('', ?3) ORDER BY number LIMIT ?2"
            }
        };
        let query = sqlx::query(sql).bind(whole(after)).bind(limit);
        let query = match who {
            EventFilter::All => query,
            EventFilter::Agent(agent) => query.bind(agent.as_str()),
        };
        let rows = query.fetch_all(self.database.readers()).await?;
        rows.iter().map(|row| read_event(row.try_get("body")?)).collect()
    }

    /// The number of the oldest event that is kept; 1 before the first.
    pub async fn first_event(&self) -> Result<u64> {
        let row = sqlx::query("SELECT coalesce(min(number), 1) AS first FROM events")
            .fetch_one(self.database.readers())
            .await?;
        Columns::new(&row, "events").whole("first")
    }

    /// Forgets events beyond the newest 100,000, so that the log does not grow for ever. Meant for start and quiet hours.
    pub async fn forget_old_events(&self) -> Result<()> {
        let newest = sqlx::query("SELECT coalesce(max(number), 0) AS newest FROM events")
            .fetch_one(self.database.readers())
            .await?;
        let newest: u64 = Columns::new(&newest, "events").whole("newest")?;
        self.forget_events_before(newest.saturating_sub(EVENTS_MAX) + 1).await
    }

    /// Notes that another system has told of an event; false if it had done so before, within the last hour.
    pub async fn hear_of(&self, event: &str, now: Timestamp) -> Result<bool> {
        let mut transaction = self.database.begin().await?;
        sqlx::query("DELETE FROM heard_events WHERE at < ?")
            .bind(now.minus(HEARD_FOR).0)
            .execute(&mut *transaction)
            .await?;
        let heard = sqlx::query("INSERT OR IGNORE INTO heard_events (event, at) VALUES (?, ?)")
            .bind(event)
            .bind(now.0)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(heard.rows_affected() == 1)
    }

    /// Takes that back, when nothing came of it.
    pub async fn forget_hearing_of(&self, event: &str) -> Result<()> {
        let mut transaction = self.database.begin().await?;
        sqlx::query("DELETE FROM heard_events WHERE event = ?")
            .bind(event)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Forgets the events with smaller numbers.
    pub async fn forget_events_before(&self, number: u64) -> Result<()> {
        let mut transaction = self.database.begin().await?;
        sqlx::query("DELETE FROM events WHERE number < ?")
            .bind(whole(number))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }
}

fn read_event(body: &str) -> Result<SyncEvent> {
    serde_json::from_str(body).map_err(|error| StoreError::unreadable("events.body", error))
}
