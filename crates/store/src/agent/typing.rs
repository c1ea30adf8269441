//! Keeps how the typing of an order goes: how far it is, what each step took, and what that says of the next.

use std::collections::HashMap;

use domain::{DraftId, DurationMs, PlacementLogEntry, PlacementProgress, Timestamp};
use sqlx::Row;

use super::AgentStore;
use crate::Result;
use orchestrator::TaskToken;

/// The step that is repeated for every line; all others are made once per order.
const LINE: &str = "order: line";
/// Steps that are looked back at: some twenty orders of a dozen lines, so that one bad day is forgotten soon.
const STEPS_MAX: u32 = 400;

/// One step of the typing, ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypingStep {
    /// When it began.
    pub at: Timestamp,
    /// Its name, as in errors and in the log.
    pub name: &'static str,
    /// How long it took.
    pub took: DurationMs,
}

impl AgentStore {
    /// Notes how far the form is filled. It is not a change of state and is not logged.
    pub async fn set_progress(
        &self,
        token: &TaskToken,
        id: DraftId,
        progress: PlacementProgress,
    ) -> Result<()> {
        let mut transaction = self.begin_placing(token).await?;
        sqlx::query(
            "UPDATE placements SET lines_done = ?, lines_total = ? WHERE draft_id = ? AND state = 'filling'",
        )
        .bind(progress.lines_done)
        .bind(progress.lines_total)
        .bind(id.to_string())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Notes what steps of the typing took.
    pub async fn note_steps(&self, token: &TaskToken, id: DraftId, steps: &[TypingStep]) -> Result<()> {
        let mut transaction = self.begin_placing(token).await?;
        for step in steps {
            sqlx::query(
                "INSERT INTO placement_steps (draft_id, submission, at, name, took_ms)
                 SELECT draft_id, submission, ?, ?, ? FROM placements WHERE draft_id = ?",
            )
            .bind(step.at.0)
            .bind(step.name)
            .bind(step.took.0.cast_signed())
            .bind(id.to_string())
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// How long an order of so many lines usually takes: the median of a line, so often, and the median of everything
    /// else. `None` before the first order.
    pub async fn usual_typing(&self, lines: u32) -> Result<Option<DurationMs>> {
        let sql = "SELECT name, took_ms FROM placement_steps ORDER BY number DESC LIMIT ?";
        let rows = sqlx::query(sql).bind(STEPS_MAX).fetch_all(self.database.readers()).await?;
        let mut times: HashMap<String, Vec<i64>> = HashMap::new();
        for row in rows {
            times.entry(row.try_get("name")?).or_default().push(row.try_get("took_ms")?);
        }
        if !times.contains_key(LINE) {
            return Ok(None);
        }
        let each = |(name, times): (String, Vec<i64>)| {
            median(times) * if name == LINE { i64::from(lines) } else { 1 }
        };
        let whole: i64 = times.into_iter().map(each).sum();
        Ok(Some(DurationMs(whole.max(0).cast_unsigned())))
    }

    /// Keeps how long this attempt will probably take.
    pub async fn set_usual(&self, token: &TaskToken, id: DraftId, usual: Option<DurationMs>) -> Result<()> {
        let mut transaction = self.begin_placing(token).await?;
        sqlx::query("UPDATE placements SET usual_ms = ? WHERE draft_id = ?")
            .bind(usual.map(|usual| usual.0.cast_signed()))
            .bind(id.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Attempts of this sending in which the form was open and the customer was being chosen.
    pub async fn typing_attempts(&self, id: DraftId) -> Result<u32> {
        let sql = "SELECT count(*) FROM placement_steps JOIN placements USING (draft_id, submission)
                   WHERE draft_id = ? AND name = 'order: customer'";
        Ok(sqlx::query_scalar(sql).bind(id.to_string()).fetch_one(self.database.readers()).await?)
    }

    /// Whether the ERP may hold the order although the row says "not yet": an earlier attempt began to type it, and
    /// what became of that may have been misread; or the file was brought back from a copy after the draft was made, so
    /// a sending may be missing here (give or take a day: the draft's time is of its device's clock). If so, the ERP is
    /// searched before anything is typed.
    pub async fn may_be_there_already(&self, id: DraftId) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM placement_log WHERE draft_id = ?1 AND to_state = 'filling')
                       OR EXISTS (SELECT 1 FROM restores JOIN placements ON draft_id = ?1
                                  WHERE at + 86400000 >= CAST(json_extract(body, '$.createdAt') AS INTEGER))";
        Ok(sqlx::query_scalar(sql).bind(id.to_string()).fetch_one(self.database.readers()).await?)
    }

    /// How often a person has named the number under which it is placed now; 0 when it was placed otherwise.
    pub async fn named_by_a_person(&self, id: DraftId) -> Result<u32> {
        let sql = "SELECT CASE WHEN 'needs-attention' = (
                       SELECT from_state FROM placement_log WHERE draft_id = ?1 AND to_state = 'placed'
                       ORDER BY number DESC LIMIT 1)
                   THEN (SELECT count(*) FROM placement_log JOIN placements USING (draft_id)
                         WHERE draft_id = ?1 AND from_state = 'needs-attention' AND to_state = 'placed'
                           AND words = placements.number)
                   ELSE 0 END";
        Ok(sqlx::query_scalar(sql).bind(id.to_string()).fetch_one(self.database.readers()).await?)
    }

    /// What happened to a placement, step by step, in the order in which it happened.
    pub async fn placement_log(&self, id: DraftId) -> Result<Vec<PlacementLogEntry>> {
        let sql =
            "SELECT submission, at, from_state, to_state AS what, words, NULL AS took_ms, 0 AS rank, number
                   FROM placement_log WHERE draft_id = ?1
                   UNION ALL
                   SELECT submission, at, NULL, name, NULL, took_ms, 1, number
                   FROM placement_steps WHERE draft_id = ?1
                   ORDER BY submission, at, rank, number";
        let rows = sqlx::query(sql).bind(id.to_string()).fetch_all(self.database.readers()).await?;
        let entry = |row: &sqlx::sqlite::SqliteRow| {
            Ok(PlacementLogEntry {
                submission: row.try_get("submission")?,
                at: Timestamp(row.try_get("at")?),
                from: row.try_get("from_state")?,
                what: row.try_get("what")?,
                words: row.try_get("words")?,
                took: row.try_get::<Option<i64>, _>("took_ms")?.map(|ms| DurationMs(ms.cast_unsigned())),
            })
        };
        rows.iter().map(entry).collect()
    }
}

fn median(mut times: Vec<i64>) -> i64 {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
