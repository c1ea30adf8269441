//! Stores one page of a pass: one transaction, the delta only.

use domain::{ExportedRow, Timestamp};
use sqlx::SqliteConnection;

use super::{
    changes, fence,
    pass::{PageOutcome, Pass, check_current},
    table::{Fields, Known, NewValues, Synced, fields_of},
};
use crate::{Result, Store, StoreError, search::index};
use orchestrator::TaskToken;

/// What became of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    New,
    Updated,
    Unchanged,
}

impl Store {
    /// Stores the rows of page `page_index` (from 0, in order) and ticks it off; a page that was stored before is left
    /// alone and counts as unchanged. Fields named in `missing_columns` were not in the document: what is stored for
    /// them stays. `now` becomes the `changed_at` of the rows written.
    ///
    /// # Errors
    /// `Fenced` or `PassReplaced` when another task has taken over, `PageOutOfOrder` when one was left out. Nothing is
    /// written then, and the pass can be resumed.
    pub async fn store_page<T: Synced>(
        &self,
        token: &TaskToken,
        pass: &mut Pass,
        page_index: u32,
        rows: &[ExportedRow<T>],
        missing_columns: &[String],
        now: Timestamp,
    ) -> Result<PageOutcome> {
        check_place::<T>(pass, page_index)?;
        let database = self.synced_file(token, pass.kind).await?;
        let mut transaction = database.begin().await?;
        fence::pass(&mut transaction, pass.kind.as_str(), token.number()).await?;
        if page_index < pass.next_page {
            return Ok(PageOutcome { unchanged: rows.len() as u32, ..PageOutcome::default() });
        }
        check_current(&mut transaction, pass, token).await?;
        let (outcome, seen) = store_rows(&mut transaction, rows, missing_columns, now).await?;
        tick_off(&mut transaction, pass, &outcome, &seen).await?;
        transaction.commit().await?;
        pass.next_page += 1;
        pass.new += outcome.new;
        pass.updated += outcome.updated;
        pass.seen.extend(seen);
        Ok(outcome)
    }
}

fn check_place<T: Synced>(pass: &Pass, page_index: u32) -> Result<()> {
    if pass.kind != T::KIND {
        return Err(StoreError::WrongScope {
            given: format!("a pass over {}", pass.kind),
            wanted: T::KIND.to_string(),
        });
    }
    if page_index > pass.next_page {
        return Err(StoreError::PageOutOfOrder {
            kind: pass.kind,
            expected: pass.next_page,
            given: page_index,
        });
    }
    Ok(())
}

pub(super) async fn store_rows<T: Synced>(
    connection: &mut SqliteConnection,
    rows: &[ExportedRow<T>],
    missing_columns: &[String],
    now: Timestamp,
) -> Result<(PageOutcome, Vec<i64>)> {
    let keys: Vec<String> = rows.iter().map(|row| row.record.key().to_owned()).collect();
    let mut known = T::TABLE.known(&mut *connection, &keys).await?;
    let mut outcome = PageOutcome::default();
    let mut seen = Vec::with_capacity(rows.len());
    for (row, key) in rows.iter().zip(keys) {
        let (row_id, fate) = match known.get(&key) {
            Some(stored) if stored.hash == row.hash => (stored.row_id, Fate::Unchanged),
            Some(stored) => (stored.row_id, change(connection, row, *stored, missing_columns, now).await?),
            None => (add(connection, row, now).await?, Fate::New),
        };
        match fate {
            Fate::New => outcome.new += 1,
            Fate::Updated => outcome.updated += 1,
            Fate::Unchanged => outcome.unchanged += 1,
        }
        known.insert(key, Known { row_id, hash: row.hash });
        seen.push(row_id);
    }
    Ok((outcome, seen))
}

async fn add<T: Synced>(
    connection: &mut SqliteConnection,
    row: &ExportedRow<T>,
    now: Timestamp,
) -> Result<i64> {
    let fields = fields_of(&row.record)?;
    let values = NewValues { fields: &fields, name_key: row.record.name_key(), hash: row.hash, now };
    let row_id = T::TABLE.insert(&mut *connection, &values).await?;
    changes::added(connection, T::KIND, &fields, now).await?;
    if let Some(table) = T::TABLE.index {
        index::put(connection, table, row_id, &row.record.words()).await?;
    }
    Ok(row_id)
}

/// Writes a row whose hash differs, unless its values turn out to be the stored ones: the hash also differs when the
/// document lacks a column that it had before.
async fn change<T: Synced>(
    connection: &mut SqliteConnection,
    row: &ExportedRow<T>,
    known: Known,
    missing_columns: &[String],
    now: Timestamp,
) -> Result<Fate> {
    let stored = T::TABLE.stored(&mut *connection, known.row_id).await?;
    let fields = keep_missing(fields_of(&row.record)?, &stored, missing_columns);
    if fields == stored {
        T::TABLE.rehash(connection, known.row_id, row.hash).await?;
        return Ok(Fate::Unchanged);
    }
    let merged: T = T::TABLE.record(fields.clone())?;
    let values = NewValues { fields: &fields, name_key: merged.name_key(), hash: row.hash, now };
    T::TABLE.update(&mut *connection, known.row_id, &values).await?;
    changes::changed(connection, T::KIND, (&stored, &fields), now).await?;
    if let Some(table) = T::TABLE.index {
        index::put(connection, table, known.row_id, &merged.words()).await?;
    }
    Ok(Fate::Updated)
}

fn keep_missing(mut fields: Fields, stored: &Fields, missing_columns: &[String]) -> Fields {
    for field in missing_columns {
        if let Some(value) = stored.get(field) {
            fields.insert(field.clone(), value.clone());
        }
    }
    fields
}

async fn tick_off(
    connection: &mut SqliteConnection,
    pass: &Pass,
    outcome: &PageOutcome,
    seen: &[i64],
) -> Result<()> {
    sqlx::query(
        "UPDATE passes SET next_page = next_page + 1, new_rows = new_rows + ?, updated_rows = updated_rows + ?
         WHERE kind = ?",
    )
    .bind(outcome.new)
    .bind(outcome.updated)
    .bind(pass.kind.as_str())
    .execute(&mut *connection)
    .await?;
    let bytes: Vec<u8> = seen.iter().flat_map(|row_id| row_id.to_le_bytes()).collect();
    sqlx::query("INSERT INTO pass_pages (kind, page, seen) VALUES (?, ?, ?)")
        .bind(pass.kind.as_str())
        .bind(pass.next_page)
        .bind(bytes)
        .execute(connection)
        .await?;
    Ok(())
}
