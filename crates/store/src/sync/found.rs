//! Takes in rows that were found one by one: by a search in the ERP, or because the ERP says that they changed.
//!
//! They are no pass: nothing is known of the rows that are not among them, so none is deleted, and when the list was
//! last read whole stays as it is.

use domain::{ExportedRow, SyncType, Timestamp};
use sqlx::AssertSqlSafe;

use super::{fence, page::store_rows, pass::PageOutcome, table::Synced};
use crate::{Result, Store};
use orchestrator::TaskToken;

impl Store {
    /// Stores the rows; fields named in `missing_columns` stay as they are. `mark` is how far the ERP's changes are read
    /// with them, and is kept together with the rows. Answers what became of them, and how many rows are known now.
    ///
    /// # Errors
    /// `Fenced` when another task has taken over; nothing is written then.
    pub async fn store_found<T: Synced>(
        &self,
        token: &TaskToken,
        rows: &[ExportedRow<T>],
        missing_columns: &[String],
        mark: Option<&str>,
        now: Timestamp,
    ) -> Result<(PageOutcome, u32)> {
        let database = self.synced_file(token, T::KIND).await?;
        let mut transaction = database.begin().await?;
        fence::pass(&mut transaction, T::KIND.as_str(), token.number()).await?;
        let (outcome, seen) = store_rows(&mut transaction, rows, missing_columns, now).await?;
        // What the ERP has just shown is not missing, whatever the last reading made of it.
        for row_id in seen {
            let sql = format!("UPDATE {} SET absences = 0 WHERE row_id = ? AND absences > 0", T::TABLE.name);
            sqlx::query(AssertSqlSafe(sql)).bind(row_id).execute(&mut *transaction).await?;
        }
        if let Some(mark) = mark {
            sqlx::query(
                "INSERT INTO change_marks (kind, mark) VALUES (?, ?)
                 ON CONFLICT (kind) DO UPDATE SET mark = excluded.mark",
            )
            .bind(T::KIND.as_str())
            .bind(mark)
            .execute(&mut *transaction)
            .await?;
        }
        let count = format!("SELECT count(*) FROM {}", T::TABLE.name);
        let known = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut *transaction).await?;
        transaction.commit().await?;
        Ok((outcome, known))
    }

    /// How far the ERP's changes were read; `None` when they never were.
    pub async fn change_mark(&self, token: &TaskToken, kind: SyncType) -> Result<Option<String>> {
        let database = self.synced_file(token, kind).await?;
        let mark = sqlx::query_scalar("SELECT mark FROM change_marks WHERE kind = ?").bind(kind.as_str());
        Ok(mark.fetch_optional(database.readers()).await?)
    }
}
