//! Makes the index anew when the rules of folding have changed, so that stored words and typed words stay alike.

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::index;
use crate::{Result, sqlite::Database, sync::Synced};

/// Raise it whenever `domain::search_key` or the words of a row (`words.rs`) change.
const FOLDING: i64 = 2;

/// Folds all rows of an entity again, unless they are folded by today's rules. Runs when a file is opened.
pub(crate) async fn bring_up_to_date<T: Synced>(database: &Database) -> Result<()> {
    let kind = T::KIND.as_str();
    let folding: Option<i64> = sqlx::query_scalar("SELECT folding FROM search_state WHERE kind = ?")
        .bind(kind)
        .fetch_optional(database.readers())
        .await?;
    if folding == Some(FOLDING) {
        return Ok(());
    }
    let mut transaction = database.begin().await?;
    fold_all::<T>(&mut transaction).await?;
    sqlx::query(
        "INSERT INTO search_state (kind, folding) VALUES (?, ?)
         ON CONFLICT (kind) DO UPDATE SET folding = excluded.folding",
    )
    .bind(kind)
    .bind(FOLDING)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(())
}

async fn fold_all<T: Synced>(connection: &mut SqliteConnection) -> Result<()> {
    let table = T::TABLE;
    if let Some(index) = table.index {
        index::clear(connection, index).await?;
    }
    let sql: std::sync::Arc<str> = format!("UPDATE {} SET name_key = ? WHERE row_id = ?", table.name).into();
    for (row_id, record) in table.all::<T>(connection).await? {
        sqlx::query(AssertSqlSafe(sql.clone()))
            .bind(record.name_key())
            .bind(row_id)
            .execute(&mut *connection)
            .await?;
        if let Some(index) = table.index {
            index::put(connection, index, row_id, &record.words()).await?;
        }
    }
    Ok(())
}
