//! Ends a complete pass: deletes what the ERP no longer has, carefully.
//!
//! A partial reading taken for a complete one once emptied a table elsewhere. So a row goes only when complete passes
//! in a row have not seen it ([`Config::absences_before_delete`]), and a pass that saw too small a part of the known
//! rows ([`Config::seen_percent_min`]) neither deletes nor counts anybody as absent.

use domain::{ListLook, Timestamp};
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{
    changes,
    entities::table_of,
    fence,
    pass::{Pass, PassOutcome, check_current, newest_text},
    table::Table,
};
use crate::{Config, Result, Store, search::index};
use orchestrator::TaskToken;

/// A known row and how many complete passes in a row have not seen it.
#[derive(Debug, sqlx::FromRow)]
struct Presence {
    row_id: i64,
    absences: u32,
}

/// What to do with the rows of a table, decided before anything is written.
#[derive(Debug, Default)]
struct Verdict {
    returned: Vec<i64>,
    absent: Vec<i64>,
    gone: Vec<i64>,
    withheld: u32,
}

impl Store {
    /// Ends a pass that has read the whole list.
    ///
    /// # Errors
    /// As [`Store::store_page`].
    pub async fn finish_pass(&self, token: &TaskToken, pass: Pass, now: Timestamp) -> Result<PassOutcome> {
        let table = table_of(pass.kind);
        let database = self.synced_file(token, pass.kind).await?;
        let mut transaction = database.begin().await?;
        fence::pass(&mut transaction, pass.kind.as_str(), token.number()).await?;
        check_current(&mut transaction, &pass, token).await?;
        let verdict = judge(presences(&mut transaction, &table).await?, &pass, self.config());
        changes::removed(&mut transaction, pass.kind, &table, &verdict.gone, now).await?;
        carry_out(&mut transaction, &table, &verdict).await?;
        // A row that was not seen is gone only if it is missing twice, so the list is read again however it looks.
        let look = pass.look.filter(|_| verdict.withheld == 0 && verdict.absent.is_empty());
        write_summary(&mut transaction, &pass, look, now).await?;
        transaction.commit().await?;
        Ok(PassOutcome {
            rows: pass.rows(),
            new: pass.new,
            updated: pass.updated,
            deleted: verdict.gone.len() as u32,
            withheld: verdict.withheld,
        })
    }
}

async fn presences(connection: &mut SqliteConnection, table: &Table) -> Result<Vec<Presence>> {
    let sql = format!("SELECT row_id, absences FROM {}", table.name);
    Ok(sqlx::query_as(AssertSqlSafe(sql)).fetch_all(connection).await?)
}

fn judge(rows: Vec<Presence>, pass: &Pass, config: &Config) -> Verdict {
    let known_before = rows.len() as u64 - u64::from(pass.new).min(rows.len() as u64);
    let (seen, absent): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| pass.seen.contains(&row.row_id));
    let seen_before = known_before.saturating_sub(absent.len() as u64);
    let returned = seen.iter().filter(|row| row.absences > 0).map(|row| row.row_id).collect();
    if seen_before * 100 < known_before * u64::from(config.seen_percent_min) {
        return Verdict { returned, withheld: absent.len() as u32, ..Verdict::default() };
    }
    let is_gone = |row: &Presence| row.absences + 1 >= config.absences_before_delete;
    let (gone, absent): (Vec<_>, Vec<_>) = absent.into_iter().partition(is_gone);
    let row_ids = |rows: Vec<Presence>| rows.into_iter().map(|row| row.row_id).collect();
    Verdict { returned, absent: row_ids(absent), gone: row_ids(gone), withheld: 0 }
}

async fn carry_out(connection: &mut SqliteConnection, table: &Table, verdict: &Verdict) -> Result<()> {
    let name = table.name;
    each(connection, format!("UPDATE {name} SET absences = 0 WHERE row_id = ?"), &verdict.returned).await?;
    each(connection, format!("UPDATE {name} SET absences = absences + 1 WHERE row_id = ?"), &verdict.absent)
        .await?;
    each(connection, format!("DELETE FROM {name} WHERE row_id = ?"), &verdict.gone).await?;
    if let Some(index) = table.index {
        for row_id in &verdict.gone {
            index::remove(connection, index, *row_id).await?;
        }
    }
    Ok(())
}

async fn each(connection: &mut SqliteConnection, sql: String, row_ids: &[i64]) -> Result<()> {
    let sql: std::sync::Arc<str> = sql.into();
    for row_id in row_ids {
        sqlx::query(AssertSqlSafe(sql.clone())).bind(row_id).execute(&mut *connection).await?;
    }
    Ok(())
}

async fn write_summary(
    connection: &mut SqliteConnection,
    pass: &Pass,
    look: Option<ListLook>,
    now: Timestamp,
) -> Result<()> {
    sqlx::query("DELETE FROM passes WHERE kind = ?")
        .bind(pass.kind.as_str())
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO last_passes (kind, began_at, ended_at, seen_rows, newest_change, listed_rows)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (kind) DO UPDATE
         SET began_at = excluded.began_at, ended_at = excluded.ended_at, seen_rows = excluded.seen_rows,
             newest_change = excluded.newest_change, listed_rows = excluded.listed_rows",
    )
    .bind(pass.kind.as_str())
    .bind(pass.began_at.0)
    .bind(now.0)
    .bind(pass.rows())
    .bind(look.map(|look| newest_text(&look)))
    .bind(look.and_then(|look| look.rows))
    .execute(connection)
    .await?;
    Ok(())
}
