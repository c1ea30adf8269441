//! Reads how tasks and smart syncs ended.

use domain::{AgentId, CustomerReading, DurationMs, ErrorKind, Scope, SmartSyncRun, SyncType, Timestamp};
use orchestrator::{Ending, HistoryRow, TaskId};
use sqlx::sqlite::SqliteRow;

use super::{
    Control,
    words::{Columns, scope_text, whole, word},
};
use crate::Result;

/// Readings of customers that are kept per agent; a busy month.
const READINGS_MAX: u32 = 200;

impl Control {
    /// Writes down in which way customers were read, and forgets what is too old.
    pub async fn log_reading(&self, reading: &CustomerReading) -> Result<()> {
        let mut transaction = self.database.begin().await?;
        sqlx::query(
            "INSERT INTO customer_readings (at, agent, way, skipped, took_ms, changed) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(reading.at.0)
        .bind(reading.agent.as_str())
        .bind(word(&reading.way))
        .bind(reading.skipped.map(|reason| word(&reason)))
        .bind(whole(reading.took.0))
        .bind(reading.changed)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "DELETE FROM customer_readings WHERE agent = ?1 AND id NOT IN (
                 SELECT id FROM customer_readings WHERE agent = ?1 ORDER BY id DESC LIMIT ?2)",
        )
        .bind(reading.agent.as_str())
        .bind(READINGS_MAX)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// In which ways customers were read, newest first: one agent's, or everybody's.
    pub async fn readings(&self, agent: Option<&AgentId>, limit: u32) -> Result<Vec<CustomerReading>> {
        let rows = sqlx::query(
            "SELECT * FROM customer_readings WHERE ?1 IS NULL OR agent = ?1 ORDER BY id DESC LIMIT ?2",
        )
        .bind(agent.map(AgentId::as_str))
        .bind(limit)
        .fetch_all(self.database.readers())
        .await?;
        rows.iter().map(reading).collect()
    }

    /// The last ended tasks of one type and scope, newest first; at most 100 are kept.
    pub async fn history(&self, scope: &Scope, kind: SyncType, limit: u32) -> Result<Vec<HistoryRow>> {
        let rows = sqlx::query("SELECT * FROM history WHERE scope = ? AND work = ? ORDER BY id DESC LIMIT ?")
            .bind(scope_text(scope))
            .bind(kind.as_str())
            .bind(limit)
            .fetch_all(self.database.readers())
            .await?;
        rows.iter().map(past_task).collect()
    }

    /// What smart syncs since `since` came to, newest first: one agent's, or everybody's.
    pub async fn smart_syncs(
        &self,
        agent: Option<&AgentId>,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<SmartSyncRun>> {
        let rows = sqlx::query(
            "SELECT * FROM smart_syncs WHERE asked_at >= ?1 AND (?2 IS NULL OR agent = ?2)
             ORDER BY asked_at DESC, id DESC LIMIT ?3",
        )
        .bind(since.0)
        .bind(agent.map(AgentId::as_str))
        .bind(limit)
        .fetch_all(self.database.readers())
        .await?;
        rows.iter().map(smart_sync).collect()
    }
}

fn reading(row: &SqliteRow) -> Result<CustomerReading> {
    let row = Columns::new(row, "customer_readings");
    let skipped = row.maybe_text("skipped")?.map(|_| row.word("skipped")).transpose()?;
    Ok(CustomerReading {
        at: row.at("at")?,
        agent: row.parsed("agent")?,
        way: row.word("way")?,
        skipped,
        took: DurationMs(row.whole("took_ms")?),
        changed: row.whole("changed")?,
    })
}

fn smart_sync(row: &SqliteRow) -> Result<SmartSyncRun> {
    let row = Columns::new(row, "smart_syncs");
    let error = row.maybe_text("error")?.map(|_| row.word("error")).transpose()?;
    Ok(SmartSyncRun {
        time: row.at("asked_at")?,
        agent: row.parsed("agent")?,
        duration: DurationMs(row.whole("duration_ms")?),
        processed: row.whole("processed")?,
        new: row.whole("new")?,
        updated: row.whole("updated")?,
        outcome: row.word("outcome")?,
        error,
    })
}

fn past_task(row: &SqliteRow) -> Result<HistoryRow> {
    let row = Columns::new(row, "history");
    let ending = match row.text("ending")?.as_str() {
        "done" => Ending::Done {
            rows: row.whole("rows_read")?,
            new: row.whole("rows_new")?,
            updated: row.whole("rows_updated")?,
        },
        "unchanged" => Ending::Unchanged,
        "failed" => Ending::Failed {
            kind: row.word::<ErrorKind>("error")?,
            message: row.maybe_text("message")?.unwrap_or_default(),
        },
        "cancelled" => Ending::Cancelled,
        "served" => Ending::ServedBy(TaskId(row.whole("served_by")?)),
        other => return Err(row.unreadable("ending", other.to_owned())),
    };
    Ok(HistoryRow {
        task: row.task("task")?,
        scope: row.scope()?,
        work: row.work()?,
        asked_at: row.at("asked_at")?,
        started_at: row.maybe_at("started_at")?,
        ended_at: row.at("ended_at")?,
        ending,
    })
}
